"""What a design of some choices puts around the cluster that runs, read back.

The design is laid out beside the networks that stand, written, and read as everybody's
files are; then its cluster, its network and its subnets of nodes and pods are those
that run. Nothing of it is deployed.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from seawall.design.adopt.renaming import Renaming
from seawall.design.handover.answer import Surface
from seawall.design.handover.standing import standing
from seawall.design.layout import lay_out
from seawall.design.objects import objects
from seawall.design.options import Choices, Network
from seawall.design.requirements.needs import Requirements
from seawall.emit.arm import arm
from seawall.emit.kubernetes import kubernetes
from seawall.emit.tree import Deployment
from seawall.ingest import load
from seawall.model.address import AddressRange
from seawall.model.cluster import Cluster
from seawall.model.firewall import ApplicationRule
from seawall.model.network import Subnet
from seawall.model.snapshot import Fabric, KubernetesObjects, Snapshot
from seawall.model.translation import PublicAddress

STAND_INS = AddressRange.parse("192.0.2.0/24")
"""Addresses of nobody, which stand for those that Azure has yet to choose.

Source: RFC 5737.
"""
_HOSTS = 254


def chosen(address: PublicAddress) -> PublicAddress:
    """Return a public address with one that stands for it, if Azure has yet to choose.

    It is the same in every design, as it follows from the name.
    """
    if address.ranges:
        return address
    host = 1 + crc32(address.name.encode()) % _HOSTS
    return replace(address, ranges=(AddressRange.parse(f"192.0.2.{host}"),))


@dataclass(frozen=True, slots=True)
class Ahead:
    """What a design brings, in names of what runs.

    Attributes:
        cluster: Its settings.
        fabric: The network around it.
        objects: Its policies and Services.
        spoke: Ranges of its network of nodes, for subnets that are added.
    """

    cluster: Cluster
    fabric: Fabric
    objects: KubernetesObjects
    spoke: tuple[AddressRange, ...]


def ahead(running: Snapshot, needs: Requirements, choices: Choices) -> Ahead | str:
    """Return what a design of these choices brings, or why nothing can be said.

    Args:
        running: What runs, with a cluster.
        needs: What is needed.
        choices: What is chosen in the end, or for a while.
    """
    for each in _beside(running, needs):
        deployment = lay_out(each, choices)
        if isinstance(deployment, Deployment):
            return _read(running, each, choices, deployment)
    return "no addresses can be planned beside the networks that stand"


def _beside(running: Snapshot, needs: Requirements) -> Iterator[Requirements]:
    """Yield the needs with ranges that leave what stands alone, dearest last."""
    taken = tuple(each for network in running.fabric.networks for each in network.space)
    plan = needs.addresses
    in_use = tuple(dict.fromkeys((*plan.in_use, *taken)))
    yield replace(needs, addresses=replace(plan, in_use=in_use))
    yield replace(needs, addresses=replace(plan, in_use=in_use, space=()))
    yield replace(needs, addresses=replace(plan, space=(), pods=(), services=()))


def _read(
    running: Snapshot, needs: Requirements, choices: Choices, deployment: Deployment
) -> Ahead | str:
    files = {"main.json": arm(deployment)}
    files |= kubernetes(objects(needs, choices, deployment), "")
    around = standing(needs, choices, deployment, Surface.ARM)
    if around:
        files["standing.json"] = around
    with tempfile.TemporaryDirectory(prefix="seawall-adopt-") as folder:
        for name, text in files.items():
            (Path(folder) / name).write_text(text, encoding="utf-8", newline="\n")
        return _as_running(running, load([folder]), choices)


def _as_running(running: Snapshot, read: Snapshot, choices: Choices) -> Ahead | str:
    here, there = running.cluster, read.cluster
    if here is None or there is None:
        return "there is no cluster"
    nodes, wanted = node_subnets(running), node_subnets(read)
    if not nodes or not wanted:
        return "the subnets of its pools are not in the input, or in two networks"
    names = {there.id: here.id}
    ranges = _same(wanted, nodes)
    pods, pods_wanted = pod_subnets(running), pod_subnets(read)
    if pods and pods_wanted:
        names[pods_wanted[0].id] = pods[0].id
        ranges |= _same(pods_wanted, pods)
    for old, new in zip(
        there.pod_ranges.value or (), here.pod_ranges.value or (), strict=False
    ):
        ranges[old] = (new,)
    if choices.network is not Network.EXISTING:
        names |= {wanted[0].id: nodes[0].id, wanted[0].network: nodes[0].network}
    spoke = tuple(
        each
        for network in read.fabric.networks
        if network.id == wanted[0].network
        for each in network.space
    )
    renaming = Renaming(names, ranges)
    fabric = replace(
        read.fabric, public_addresses=tuple(map(chosen, read.fabric.public_addresses))
    )
    return Ahead(
        renaming.of(there),
        renaming.of(fabric),
        renaming.of(read.objects),
        spoke,
    )


def _same(
    old: Sequence[Subnet], new: Sequence[Subnet]
) -> dict[AddressRange, tuple[AddressRange, ...]]:
    """Return that the ranges of some subnets are those of others."""
    ranges = tuple(each for it in new for each in it.prefixes)
    return {each: ranges for it in old for each in it.prefixes if ranges}


def node_subnets(snapshot: Snapshot) -> tuple[Subnet, ...]:
    """Return the subnets of all pools; nothing if not known, or of two networks."""
    pools = snapshot.cluster.pools if snapshot.cluster else ()
    return _subnets(snapshot, [pool.subnet.value for pool in pools])


def pod_subnets(snapshot: Snapshot) -> tuple[Subnet, ...]:
    """Return the subnets of the pods of all pools, likewise."""
    pools = snapshot.cluster.pools if snapshot.cluster else ()
    return _subnets(snapshot, [pool.pod_subnet.value for pool in pools])


def _subnets(snapshot: Snapshot, ids: Sequence[str | None]) -> tuple[Subnet, ...]:
    known = {it.id: it for it in snapshot.fabric.subnets}
    found = [known.get(each) for each in dict.fromkeys(ids) if each]
    subnets = tuple(it for it in found if it is not None)
    whole = len(subnets) == len(found)
    return subnets if whole and len({it.network for it in subnets}) == 1 else ()


def let_pass(fabric: Fabric) -> tuple[str, ...]:
    """Return the names that firewalls let pass, tags of names as ends write them."""
    found: dict[str, None] = {}
    for wall in fabric.firewalls:
        for rules in wall.collections:
            for rule in rules.rules:
                if isinstance(rule, ApplicationRule):
                    found |= dict.fromkeys(it for it in rule.names if it != "*")
                    found |= dict.fromkeys(f"tag:{it}" for it in rule.tags)
    return tuple(found)
