"""Traps of Azure's network, each as the smallest network and a few real packets.

What should come of a packet is written by hand, from the documentation; the engine has
to say the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

import fabrics as fab
from fabrics import ALLOW, DENY, IN, OUT, cidr, known, peered, rule
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.filter import ApplicationGroup
from seawall.model.network import NetworkGateway, NextHop, VirtualNetwork
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import NatGateway
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Agreement, compare
from seawall.query.rehearsal.prepare import Layers, Prepared, prepared
from seawall.query.rehearsal.words import names_of
from seawall.twin.layout.planned import probe_of
from seawall.twin.plan import Result
from seawall.twin.probing.asking import Pace
from seawall.twin.running import raised
from seawall.twin.sampling.questions import Question, Stand

APPLIANCE, NONE, INTERNET = (
    NextHop.VIRTUAL_APPLIANCE,
    NextHop.NONE,
    NextHop.INTERNET,
)
KEPT_OUT = "kept out"
ONCE = Pace(wait_s=0.4, times=1)

Asked = tuple[str, str, str, int, str]
"""Sender, target, protocol, port; and as what the target sees the sender."""


@dataclass(frozen=True)
class Trap:
    """A network, and what comes of packets in it."""

    network: Callable[[], Snapshot]
    packets: tuple[Asked, ...]


def around(*changed: Any, **more: Any) -> Snapshot:
    """A hub, and a spoke with nodes and an application's machine (10.1.1.4)."""
    subnets = (
        fab.subnet("jump", "hub", "10.0.1.0/24"),
        fab.subnet("nodes", "spoke", "10.1.0.0/24"),
        fab.subnet("app", "spoke", "10.1.1.0/24"),
    )
    plain = Fabric(
        networks=(
            fab.network("hub", "10.0.0.0/16"),
            fab.network("spoke", "10.1.0.0/16"),
        ),
        subnets=tuple(replace(it, **dict(changed).get(it.name, {})) for it in subnets),
        peerings=peered("hub", "spoke", connected=known(True)),
    )
    on = more.pop("on", {})
    both = tuple(replace(it, connected=known(True)) for it in plain.peerings)
    fabric = replace(plain, **({"peerings": both} | more))
    cluster = fab.cluster(fab.pool("sys", "nodes"), **on)
    return fab.snapshot(fabric, cluster, workloads=(fab.workload("web"),))


def guarded(*rules: Any, **more: Any) -> Snapshot:
    """The same, with a security group before the application's subnet."""
    groups = (fab.group("nsg", *rules),)
    at = ("app", {"security_group": known("nsg")})
    return around(at, security_groups=groups, **more)


def routed(at: str, *routes: Any, **more: Any) -> Snapshot:
    """The same, with a route table on one subnet."""
    tables = (fab.table("rt", *routes),)
    return around((at, {"route_table": known("rt")}), route_tables=tables, **more)


def behind_firewall(**changed: Any) -> Snapshot:
    """The application reaches the hub by a firewall, and the hub it."""
    everything = fab.network_rule("all", "*", "*", protocols=(6, 17))
    rules = fab.collection("net", 100, ALLOW, everything)
    routes = (fab.route("hub", "10.0.1.0/24", APPLIANCE, "10.0.0.4"),)
    back = (fab.route("spoke", "10.1.0.0/16", APPLIANCE, "10.0.0.4"),)
    read = around(
        ("app", {"route_table": known("out")}),
        ("jump", {"route_table": known("back")}),
        route_tables=(fab.table("out", *routes), fab.table("back", *back)),
        firewalls=(fab.firewall(rules, **changed),),
        public_addresses=(fab.public("pip-fw", "52.0.0.1"),),
    )
    home = fab.subnet("AzureFirewallSubnet", "hub", "10.0.0.0/26")
    subnets = (*read.fabric.subnets, home)
    return replace(read, fabric=replace(read.fabric, subnets=subnets))


def one_way_by_firewall() -> Snapshot:
    read = behind_firewall()
    subnets = tuple(
        replace(it, route_table=known(None)) if it.name == "jump" else it
        for it in read.fabric.subnets
    )
    return replace(read, fabric=replace(read.fabric, subnets=subnets))


def with_nat() -> Snapshot:
    gateway = NatGateway("nat", "nat", known(("pip",)), fab.HERE)
    return around(
        ("app", {"nat_gateway": known("nat")}),
        nat_gateways=(gateway,),
        public_addresses=(fab.public("pip", "52.0.0.7"),),
    )


def on_premises(*routes: Any) -> Snapshot:
    gateway = NetworkGateway("gw", "gw", "spoke", (cidr("10.9.1.0/24"),), fab.HERE)
    return routed("app", *routes, gateways=(gateway,))


def flat(**more: Any) -> Snapshot:
    """Pods have addresses of their nodes' subnet."""
    on = {"addressing": known(Addressing.NODE_SUBNET), "pod_ranges": known(())}
    return around(on=on, **more)


def two_of_one_name() -> Snapshot:
    """Another cluster's network has the same name and the same addresses."""
    read = around()
    other = VirtualNetwork(
        "other", "spoke", (cidr("10.1.0.0/16"),), known(()), fab.HERE
    )
    subnets = (
        *read.fabric.subnets,
        replace(fab.subnet("app", "other", "10.1.1.0/24"), id="other-app"),
    )
    networks = (*read.fabric.networks, other)
    return replace(
        read, fabric=replace(read.fabric, networks=networks, subnets=subnets)
    )


def member() -> Any:
    group = rule("group", 100, IN, ALLOW, port="443", protocol=6)
    return replace(group, destinations=(ApplicationGroup("asg"),))


def augmented() -> Any:
    several = rule("several", 100, IN, ALLOW, source="10.0.1.0/24", protocol=6)
    return replace(
        several,
        sources=(cidr("10.77.0.0/16"), cidr("10.0.1.0/24")),
        destination_ports=(PortRange(80, 80), PortRange(443, 445)),
    )


DENY_IN = rule("deny", 4000, IN, DENY)
DENY_OUT = rule("quiet", 100, OUT, DENY)
JUMP, APP, WEB = "hub/jump", "spoke/app", "ns/web"
SEEN_JUMP, SEEN_APP = "10.0.1.4", "10.1.1.4"
NODE = "10.1.0."

TRAPS: dict[str, Trap] = {
    "a reply passes a group that lets nothing be sent": Trap(
        lambda: guarded(DENY_OUT),
        (
            (JUMP, APP, "TCP", 443, SEEN_JUMP),
            (JUMP, APP, "UDP", 53, SEEN_JUMP),
            (APP, JUMP, "TCP", 443, KEPT_OUT),
        ),
    ),
    "the lower number decides, and nothing after it": Trap(
        lambda: guarded(
            rule("yes", 100, IN, ALLOW, port="443", protocol=6),
            rule("no", 200, IN, DENY, port="440-450", protocol=6),
        ),
        (
            (JUMP, APP, "TCP", 443, SEEN_JUMP),
            (JUMP, APP, "TCP", 444, KEPT_OUT),
            (JUMP, APP, "TCP", 80, SEEN_JUMP),
        ),
    ),
    "a group of applications means its members": Trap(
        lambda: guarded(
            member(), DENY_IN, application_groups=known((("asg", SEEN_APP),))
        ),
        ((JUMP, APP, "TCP", 443, SEEN_JUMP), (JUMP, APP, "TCP", 80, KEPT_OUT)),
    ),
    "a group of applications without the machine does not mean it": Trap(
        lambda: guarded(member(), DENY_IN, application_groups=known(())),
        ((JUMP, APP, "TCP", 443, KEPT_OUT),),
    ),
    "one rule has several sources and several ranges of ports": Trap(
        lambda: guarded(augmented(), DENY_IN),
        (
            (JUMP, APP, "TCP", 80, SEEN_JUMP),
            (JUMP, APP, "TCP", 445, SEEN_JUMP),
            (JUMP, APP, "TCP", 81, KEPT_OUT),
            (JUMP, APP, "UDP", 80, KEPT_OUT),
        ),
    ),
    "a rule for TCP lets no ping in": Trap(
        lambda: guarded(rule("web", 100, IN, ALLOW, protocol=6), DENY_IN),
        ((JUMP, APP, "TCP", 443, SEEN_JUMP), (JUMP, APP, "ICMP", 0, KEPT_OUT)),
    ),
    "the longest prefix wins, whatever the order": Trap(
        lambda: routed(
            "nodes",
            fab.route("wide", "198.51.100.0/24", NONE),
            fab.route("narrow", "198.51.100.0/25", INTERNET),
        ),
        (
            (WEB, "198.51.100.10", "TCP", 443, "192.0.2."),
            (WEB, "198.51.100.138", "TCP", 443, KEPT_OUT),
        ),
    ),
    "what a gateway announces is reached": Trap(
        on_premises,
        ((APP, "10.9.1.10", "TCP", 443, SEEN_APP),),
    ),
    "a user route wins over what a gateway announces": Trap(
        lambda: on_premises(fab.route("no", "10.9.1.0/24", NONE)),
        ((APP, "10.9.1.10", "TCP", 443, KEPT_OUT),),
    ),
    "what a gateway announces longer wins over a user route": Trap(
        lambda: on_premises(fab.route("no", "10.9.0.0/16", NONE)),
        ((APP, "10.9.1.10", "TCP", 443, SEEN_APP),),
    ),
    "a user route wins over the system's, inside the network too": Trap(
        lambda: routed("jump", fab.route("no", "10.1.1.0/24", NONE)),
        ((JUMP, APP, "TCP", 443, KEPT_OUT), (JUMP, WEB, "ICMP", 0, KEPT_OUT)),
    ),
    "a reply that a route drops never comes": Trap(
        lambda: routed("app", fab.route("no", "10.0.1.0/24", NONE)),
        ((JUMP, APP, "TCP", 443, KEPT_OUT),),
    ),
    "a firewall sees both ways": Trap(
        behind_firewall,
        ((JUMP, APP, "TCP", 443, SEEN_JUMP), (APP, JUMP, "TCP", 443, SEEN_APP)),
    ),
    "a firewall that sees the reply alone drops it": Trap(
        one_way_by_firewall,
        ((JUMP, APP, "TCP", 443, KEPT_OUT),),
    ),
    "a firewall hides senders from what is not in its private ranges": Trap(
        lambda: behind_firewall(snat_private_ranges=known((cidr("10.1.0.0/16"),))),
        (
            (JUMP, APP, "TCP", 443, SEEN_JUMP),
            (APP, JUMP, "TCP", 443, "10.0.0.4"),
        ),
    ),
    "a NAT gateway lends its address to TCP and UDP, and drops pings": Trap(
        with_nat,
        (
            (APP, "198.51.100.10", "TCP", 443, "52.0.0.7"),
            (APP, "198.51.100.10", "UDP", 53, "52.0.0.7"),
            (APP, "198.51.100.10", "ICMP", 0, KEPT_OUT),
            (APP, JUMP, "ICMP", 0, SEEN_APP),
        ),
    ),
    "pods of an overlay are seen as their nodes": Trap(
        around,
        ((WEB, APP, "TCP", 443, NODE), (WEB, JUMP, "TCP", 443, NODE)),
    ),
    "pods with addresses of the network keep them there, not in a peer": Trap(
        flat,
        ((WEB, APP, "TCP", 443, "10.1.0."), (WEB, JUMP, "TCP", 443, NODE)),
    ),
    "without a method nothing gets out": Trap(
        lambda: around(on={"outbound": known(OutboundType.BLOCK)}),
        ((WEB, "198.51.100.10", "TCP", 443, KEPT_OUT),),
    ),
    "networks of one name and with the same addresses are not one": Trap(
        two_of_one_name,
        ((JUMP, WEB, "ICMP", 0, KEPT_OUT), (WEB, JUMP, "TCP", 443, NODE)),
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_packets_fall_into_no_trap(name: str) -> None:
    trap = TRAPS[name]
    held = prepared(Case(trap.network()), Layers.ALL, 1)
    questions = tuple(
        Question(_end(held, a), _end(held, b), Protocol[protocol], port)
        for a, b, protocol, port, _ in trap.packets
    )
    probes = tuple(probe_of(it, number) for number, it in enumerate(questions, 1))
    with raised(replace(held.plan, probes=probes)) as twin:
        outcomes = twin.probe(probes, ONCE)
    for asked, question, outcome in zip(trap.packets, questions, outcomes, strict=True):
        came = outcome.result is Result.ANSWERED
        assert came is (asked[4] != KEPT_OUT), (asked, outcome)
        if came and outcome.seen_source:
            assert outcome.seen_source.startswith(asked[4]), (asked, outcome)
        expected = held.expectations.of(question)
        found = compare(question, expected, outcome).agreement
        # A reply that is lost leaves nothing to hear.
        lost = found is Agreement.UNPROVED and not expected.answers
        assert found is Agreement.AGREED or lost, (asked, expected, outcome)


def _end(held: Prepared, name: str) -> Stand:
    everybody: tuple[Stand, ...] = (*held.cast.inside, *held.cast.places)
    return next(it for it in everybody if name in names_of(it))
