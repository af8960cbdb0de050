"""The cast: every pod, node and outside place of the twin, with its address.

Pods that the input knows one by one keep their addresses; others are given free ones
where the cluster's pods have theirs. So is `enacted`, the same cast as a snapshot: what
is proved of it and what packets do in the twin are about one and the same network.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address
from itertools import chain

from seawall.model.address import AddressRange, without
from seawall.model.cluster_dns import with_servers
from seawall.model.origin import Origin
from seawall.model.ranked import Node
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Pod
from seawall.twin.classes.blocks import blocks_of, network_blocks
from seawall.twin.classes.doors import DoorStand, doors_of
from seawall.twin.classes.fronts import FrontStand, front_stands, with_fronts
from seawall.twin.classes.gateways import (
    GatewayStand,
    gateway_stands,
    with_gateways,
)
from seawall.twin.classes.giving import (
    Giver,
    MachineStand,
    NodeStand,
    PlaceStand,
    PodStand,
    ipv4,
)
from seawall.twin.classes.names import Asker, NameStand, lookups_of
from seawall.twin.classes.pods import PodClass, classes_of
from seawall.twin.classes.ranges import IPV4, atoms, example
from seawall.twin.classes.resources import ResourceStand, resource_stands
from seawall.twin.classes.services import ServiceStand, service_stands
from seawall.twin.classes.sites import SiteStand, sites_of

MOST_PLACES = 200
"""Outside places at most; what is left out is told."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who sends or receives in the twin.

    Attributes:
        pods: By label of their workload.
        nodes: By name.
        places: By address.
        machines: By name; none where policies alone are asked.
        left_out: What has no part though the input holds it, as clauses.
        services: Those with a virtual address.
        fronts: Front ends of load balancers; none where policies alone are asked.
        sites: Names that are asked for, likewise.
        doors: Addresses of firewalls that translate, likewise.
        lookups: Who asks for which name, likewise.
        resources: Platform resources at public addresses, likewise.
        gateways: Front ends of application gateways with each backend, likewise.
    """

    pods: tuple[PodStand, ...]
    nodes: tuple[NodeStand, ...]
    places: tuple[PlaceStand, ...]
    machines: tuple[MachineStand, ...] = ()
    left_out: tuple[str, ...] = ()
    services: tuple[ServiceStand, ...] = ()
    fronts: tuple[FrontStand, ...] = ()
    sites: tuple[SiteStand, ...] = ()
    doors: tuple[DoorStand, ...] = ()
    lookups: tuple[tuple[Asker, NameStand], ...] = ()
    resources: tuple[ResourceStand, ...] = ()
    gateways: tuple[GatewayStand, ...] = ()

    @property
    def inside(self) -> tuple[PodStand | NodeStand | MachineStand, ...]:
        """Everybody but the places outside."""
        return self.pods + self.nodes + self.machines


def cast_of(snapshot: Snapshot, *, whole: bool = False, apart: bool = False) -> Cast:
    """Return the cast of a snapshot.

    Args:
        snapshot: What was read.
        whole: Whether the whole network is asked, and not policies alone: then a
            workload that no pool is chosen for stands on each, machines stand in
            subnets, and places are on the internet.
        apart: Whether every workload is stood for by a pod of its own, and not only
            those that something tells apart.
    """
    snapshot = with_names(snapshot)
    objects, cluster = snapshot.objects, snapshot.cluster
    pools = tuple(pool.name for pool in cluster.pools) if cluster else ()
    classes = classes_of(objects, pools, every_pool=whole, apart=apart)
    left_out: list[str] = []
    giver = Giver(snapshot, len(classes))
    pods = _pods(giver, classes)
    if len(pods) < len(classes):
        count = len(classes) - len(pods)
        left_out.append(f"{count} classes of pods found no address of their own")
    nodes = giver.nodes()
    held = [*(it.address for it in pods), *(it.address for it in nodes)]
    services = tuple(service_stands(objects, giver))
    held += [it.address for it in services]
    inside = [AddressRange.of(address) for address in (*held, *giver.known)]
    machines = (*giver.machines(), *giver.endpoints()) if whole else ()
    blocks: Iterable[AddressRange] = blocks_of(objects)
    beside = giver.cluster_ranges
    if whole:
        blocks = chain(blocks, network_blocks(snapshot.fabric))
        beside = (*beside, *giver.private)
    parts = list(atoms(blocks, (*inside, *beside)))
    if len(parts) > MOST_PLACES:
        left_out.append(f"{len(parts) - MOST_PLACES} sets of outside addresses")
    stands = [PlaceStand(example(part), part) for part in parts[:MOST_PLACES]]
    if whole:
        stands.extend(_behind_gateways(snapshot, (*inside, *giver.spaces)))
    places = sorted(stands, key=lambda place: place.address)
    fronts = tuple(front_stands(snapshot, giver)) if whole else ()
    others: tuple[NodeStand | MachineStand, ...] = (*nodes, *machines)
    gateways = gateway_stands(snapshot, giver, pods, others, fronts) if whole else ()
    return Cast(
        pods,
        nodes,
        tuple(places),
        machines,
        tuple(left_out),
        services,
        fronts,
        sites_of(snapshot.fabric) if whole else (),
        tuple(doors_of(snapshot.fabric)) if whole else (),
        tuple(lookups_of(snapshot, pods, (*nodes, *machines))) if whole else (),
        tuple(resource_stands(snapshot)) if whole else (),
        tuple(gateways),
    )


def _behind_gateways(
    snapshot: Snapshot, taken: Iterable[AddressRange]
) -> Iterator[PlaceStand]:
    """Yield a place for each range that a gateway is stated to lead to."""
    holes = tuple(taken)
    found: set[IPv4Address] = set()
    for gateway in snapshot.fabric.gateways:
        for item in gateway.narrow:
            parts = without((item,), holes) if item.version == IPV4 else ()
            for part in parts[:1]:
                address = example(part)
                if address not in found:
                    found.add(address)
                    yield PlaceStand(address, part, is_on_premises=True)


def with_names(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with the DNS server that every AKS cluster has.

    Source: AKS docs, coredns-custom.
    """
    if snapshot.cluster is None:
        return snapshot
    return replace(snapshot, objects=with_servers(snapshot.objects))


def enacted(snapshot: Snapshot, cast: Cast) -> Snapshot:
    """Return the snapshot in which the cast is all there is of pods and nodes.

    Policies, namespaces and the network stay as they are; Services have the addresses
    that they are given.
    """
    snapshot = with_names(snapshot)
    origin = Origin("the twin")
    known = {node.name: node for node in snapshot.objects.nodes}
    nodes = tuple(
        replace(known[stand.name], addresses=(stand.address,))
        if stand.name in known
        else Node(stand.name, (), (stand.address,), origin)
        for stand in cast.nodes
    )
    grouped: dict[str, list[PodStand]] = {}
    for stand in cast.pods:
        grouped.setdefault(stand.workload.label, []).append(stand)
    workloads = tuple(
        replace(
            stands[0].workload,
            pods=tuple(each.pod for each in stands),
            node_pool=stands[0].workload.node_pool if len(stands) == 1 else None,
        )
        for _, stands in sorted(grouped.items())
    )
    given = {stand.name: stand.address for stand in cast.services}
    services = tuple(
        replace(item, cluster_addresses=(given[item.label],))
        if item.label in given
        else item
        for item in snapshot.objects.services
    )
    objects = replace(
        snapshot.objects, workloads=workloads, nodes=nodes, services=services
    )
    fabric = with_gateways(with_fronts(snapshot.fabric, cast.fronts), cast.gateways)
    return replace(snapshot, objects=objects, fabric=fabric)


def _pods(giver: Giver, classes: Iterable[PodClass]) -> tuple[PodStand, ...]:
    found: dict[IPv4Address, PodStand] = {}
    for at, item in enumerate(classes):
        stand = _pod(giver, item, at)
        if stand is not None:
            found.setdefault(stand.address, stand)
    return tuple(found.values())


def _pod(giver: Giver, item: PodClass, at: int) -> PodStand | None:
    workload = item.workload
    known = next((it for it in workload.pods if ipv4(it.addresses)), None)
    node = giver.node_of(known, item.pool, at)
    if known is not None:
        address: IPv4Address | None = ipv4(known.addresses)
    else:
        address = giver.pod_address(item.pool)
    if address is None or node is None:
        return None
    name = giver.name_in(
        workload.namespace,
        known.name if known is not None else f"{workload.name}-twin",
    )
    pod = Pod(name, (address,), node.name, (node.address,))
    reduced = replace(workload, pods=(pod,), node_pool=item.pool or workload.node_pool)
    return PodStand(f"{workload.namespace}/{name}", reduced, address, node, item.others)


__all__ = [
    "Cast",
    "DoorStand",
    "FrontStand",
    "GatewayStand",
    "MachineStand",
    "NameStand",
    "NodeStand",
    "PlaceStand",
    "PodStand",
    "ResourceStand",
    "ServiceStand",
    "SiteStand",
    "cast_of",
    "enacted",
    "with_names",
]
