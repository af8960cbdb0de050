"""What naive analyzers get wrong about routes, each trap by its name and source.

Traps are numbered as in the catalogue of wrong assumptions that the semantics were
written from; the sources are named beside each.
"""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

import fabrics as fab
from azure_builders import convert, plan, planned
from fabrics import ALLOW, DENY, IN, OUT, known
from seawall.engine.path import PathModel
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.lanes import Hop, Toward
from seawall.engine.path.routes.route import Routes
from seawall.flowspace import FlowSet
from seawall.model.cluster import Addressing
from seawall.model.effective import EffectiveHop, EffectiveRoute, EffectiveRoutes
from seawall.model.end import (
    AddressEnd,
    End,
    NameEnd,
    OnPremisesEnd,
    PodEnd,
    SubnetEnd,
    TagEnd,
)
from seawall.model.interface import NetworkInterface
from seawall.model.network import HubConnection, NetworkGateway, NextHop, Route
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.tag import KnownTag, TagList
from seawall.model.trace import Reply, Verdict
from seawall.reference.route import ways

APPLIANCE = NextHop.VIRTUAL_APPLIANCE
LOCAL = NextHop.VNET_LOCAL
WEB = fab.workload("web")
SYSTEM = fab.pool("sys", "nodes")


def hop(fabric: Fabric, to: str, *, at: str = "nodes") -> Hop:
    """Return where the engine and the reference agree that a packet goes."""
    routes = Routes(Atlas(fab.snapshot(fabric)))
    subnet = next(each for each in fabric.subnets if each.name == at)
    found = [
        lane.hop for lane in routes.lanes(subnet) if ip_address(to) in lane.destinations
    ]
    assert len(found) == 1
    defined = ways(fabric, subnet, ip_address(to))
    is_known = len(defined) == 1 and defined[0].hop is not NextHop.UNKNOWN
    assert is_known == (found[0].toward is not Toward.UNKNOWN)
    return found[0]


def routed(*routes: Route, **changed: Any) -> Fabric:
    return fab.hub_and_spoke(route_tables=(fab.table("rt", *routes),), **changed)


def gateway(*ranges: str, network: str = "spoke") -> NetworkGateway:
    behind = tuple(map(fab.cidr, ranges))
    return NetworkGateway("gw", "gw", network, behind, fab.HERE)


def interface(address: str, subnet: str, *, forwards: bool) -> NetworkInterface:
    return NetworkInterface(
        "nva-nic",
        "nva-nic",
        subnet,
        (ip_address(address),),
        known(forwards),
        known(None),
        fab.HERE,
    )


def verdict(snapshot: Snapshot, source: End, target: End) -> Verdict:
    answer = PathModel.build(snapshot).partition(source, target)
    assert answer.partition.flows
    return answer.partition.verdict()


def says(snapshot: Snapshot, source: End, target: End) -> str:
    """Return what the last place on the way of one packet says."""
    model = PathModel.build(snapshot)
    answer = model.partition(source, target)
    header = answer.partition.flows.witness()
    assert header is not None
    return model.explain(answer, header)[-1].says


def address(text: str) -> AddressEnd:
    return AddressEnd((fab.cidr(text),))


def test_trap_8_a_default_route_to_a_firewall_leaves_out_networks_and_endpoints() -> (
    None
):
    """Source: Azure docs, virtual-networks-udr-overview; trap 8."""
    wide = fab.route("all", "0.0.0.0/0", APPLIANCE, "10.0.0.4")
    private = fab.route("private", "10.0.0.0/8", APPLIANCE, "10.0.0.4")
    fabric = routed(
        wide,
        private,
        private_endpoints=(fab.endpoint("endpoints", "10.1.9.4"),),
        resources=(fab.vault(),),
    )
    assert hop(fabric, "10.1.0.9").toward is Toward.LOCAL
    assert hop(fabric, "10.0.1.9").toward is Toward.PEERING
    assert hop(fabric, "10.1.9.4").toward is Toward.LOCAL
    assert hop(fabric, "10.7.0.1").appliance == ip_address("10.0.0.4")
    assert hop(fabric, "8.8.8.8").appliance == ip_address("10.0.0.4")


def test_trap_9_no_route_overrides_a_service_endpoint() -> None:
    """Source: Azure docs, virtual-network-service-endpoints-overview; trap 9."""
    to_vaults = fab.route("vaults", "AzureKeyVault", APPLIANCE, "10.0.0.4")
    fabric = routed(to_vaults, resources=(fab.vault(allowed_subnets=("nodes",)),))
    subnets = tuple(
        replace(each, service_endpoints=("Microsoft.KeyVault",))
        if each.name == "nodes"
        else each
        for each in fabric.subnets
    )
    shot = fab.snapshot(replace(fabric, subnets=subnets), fab.cluster(SYSTEM))
    shot = replace(shot, objects=replace(shot.objects, workloads=(WEB,)))
    target = NameEnd("kv.vault.azure.net")
    assert verdict(shot, PodEnd(WEB), target) is Verdict.ALLOWED
    model = PathModel.build(shot)
    answer = model.partition(PodEnd(WEB), target)
    assert all(not branch.firewalls for branch in answer.branches)


def test_trap_10_a_learned_route_never_wins_inside_networks_however_long_it_is() -> (
    None
):
    """Source: Azure docs, virtual-networks-udr-overview; trap 10."""
    fabric = fab.hub_and_spoke(
        route_tables=(fab.table("rt"),),
        gateways=(gateway("10.1.0.0/25", "10.0.1.0/28", "10.9.0.0/16"),),
    )
    assert hop(fabric, "10.1.0.9").toward is Toward.LOCAL
    assert hop(fabric, "10.0.1.9").toward is Toward.PEERING
    assert hop(fabric, "10.9.0.9").toward is Toward.GATEWAY


def test_trap_10_a_longer_learned_route_wins_over_a_user_route() -> None:
    """Source: Azure docs, virtual-networks-udr-overview, longest prefix first."""
    wide = fab.route("private", "10.0.0.0/8", APPLIANCE, "10.0.0.4")
    fabric = routed(wide, gateways=(gateway("10.9.0.0/16"),))
    assert hop(fabric, "10.9.0.9").toward is Toward.GATEWAY


def test_a_user_route_that_overrides_learned_ones_wins_over_longer_ones() -> None:
    """Source: Azure SDK, armnetwork, RoutePropertiesFormat.HasBgpOverride."""
    wide = fab.route("private", "10.0.0.0/8", APPLIANCE, "10.0.0.4")
    beats = replace(wide, beats_learned=True)
    fabric = routed(beats, gateways=(gateway("10.9.0.0/16", "172.16.0.0/12"),))
    assert hop(fabric, "10.9.0.9").toward is Toward.APPLIANCE
    assert hop(fabric, "172.16.0.9").toward is Toward.GATEWAY


def test_equal_prefixes_go_to_the_user_then_the_gateway_then_the_system() -> None:
    """Source: Azure docs, virtual-networks-udr-overview."""
    learned = (gateway("10.9.0.0/16", "0.0.0.0/0"),)
    own = fab.route("own", "10.9.0.0/16", NextHop.NONE)
    assert hop(routed(own, gateways=learned), "10.9.0.9").toward is Toward.NONE
    assert hop(routed(gateways=learned), "8.8.8.8").toward is Toward.GATEWAY


def test_trap_24_private_addresses_that_no_route_covers_are_dropped() -> None:
    """Source: Azure docs, virtual-networks-udr-overview, default routes; trap 24."""
    fabric = routed()
    for where in ("10.200.0.1", "172.20.0.1", "192.168.7.7", "100.64.1.1"):
        assert hop(fabric, where).toward is Toward.NONE
    assert hop(fabric, "8.8.8.8").toward is Toward.INTERNET


def test_a_network_with_public_addresses_is_local_for_them() -> None:
    """Source: Azure docs, virtual-networks-udr-overview, by prefix, not by kind."""
    fabric = routed(
        networks=(
            fab.network("hub", "10.0.0.0/16"),
            fab.network("spoke", "10.1.0.0/16", "20.0.0.0/16"),
        )
    )
    assert hop(fabric, "20.0.0.9").toward is Toward.LOCAL
    assert hop(fabric, "20.1.0.9").toward is Toward.INTERNET


def test_vector_2_the_routing_example_of_the_documentation() -> None:
    """Source: Azure docs, virtual-networks-udr-overview, "Routing example"."""
    nva = "10.0.100.4"
    table = fab.table(
        "rt",
        fab.route("within-vnet1", "10.0.0.0/16", APPLIANCE, nva),
        fab.route("within-subnet1", "10.0.0.0/24", LOCAL),
        fab.route("to-vnet2-1", "10.1.0.0/16", NextHop.NONE),
        fab.route("to-vnet2-2", "10.2.0.0/16", NextHop.NONE),
        fab.route("to-onprem", "10.10.0.0/16", APPLIANCE, nva),
        fab.route("default", "0.0.0.0/0", APPLIANCE, nva),
    )
    fabric = Fabric(
        networks=(
            fab.network("vnet1", "10.0.0.0/16"),
            fab.network("vnet2", "10.1.0.0/16", "10.2.0.0/16"),
        ),
        subnets=(
            fab.subnet("nodes", "vnet1", "10.0.0.0/24", route_table=known("rt")),
            fab.subnet("subnet2", "vnet1", "10.0.1.0/24"),
            fab.subnet("dmz", "vnet1", "10.0.100.0/24"),
            fab.subnet("GatewaySubnet", "vnet1", "10.0.255.0/27"),
        ),
        peerings=fab.peered("vnet1", "vnet2"),
        route_tables=(table,),
        gateways=(gateway("10.10.0.0/16", network="vnet1"),),
    )
    by_appliance = Hop(Toward.APPLIANCE, appliance=ip_address(nva))
    assert hop(fabric, "10.0.0.7").toward is Toward.LOCAL
    assert hop(fabric, "10.0.1.7") == by_appliance
    assert hop(fabric, "10.1.0.7").toward is Toward.NONE
    assert hop(fabric, "10.2.0.7").toward is Toward.NONE
    assert hop(fabric, "10.10.0.7") == by_appliance
    assert hop(fabric, "10.10.0.7", at="subnet2").toward is Toward.GATEWAY
    assert hop(fabric, "8.8.8.8") == by_appliance
    # "Azure removed the routes for the 10.0.0.0/8, 192.168.0.0/16, and 100.64.0.0/10
    # address prefixes from the Subnet1 route table", for its user route to 0.0.0.0/0.
    assert hop(fabric, "10.3.0.7") == by_appliance
    assert hop(fabric, "10.3.0.7", at="subnet2") == Hop(Toward.NONE)
    assert hop(fabric, "10.1.0.7", at="subnet2").toward is Toward.PEERING


def test_local_outside_the_network_drops() -> None:
    """Source: Azure docs, virtual-networks-udr-overview, "Virtual network"."""
    fabric = routed(fab.route("odd", "10.9.0.0/16", LOCAL))
    assert hop(fabric, "10.9.0.1").toward is Toward.NONE


def test_an_appliance_whose_ip_forwarding_is_off_drops_what_it_is_sent() -> None:
    """Source: Azure docs, virtual-network-network-interface, "IP forwarding"."""
    wide = fab.route("all", "0.0.0.0/0", APPLIANCE, "10.0.1.9")
    for forwards, expected in ((False, Verdict.DENIED), (True, Verdict.UNKNOWN)):
        nic = interface("10.0.1.9", "jump", forwards=forwards)
        shot = fab.snapshot(routed(wide, interfaces=(nic,)))
        assert verdict(shot, SubnetEnd("nodes"), address("8.8.8.8")) is expected
        assert "nva-nic" in says(shot, SubnetEnd("nodes"), address("8.8.8.8"))


def test_the_filters_of_an_appliance_see_the_packet_before_it_does() -> None:
    """Source: Azure docs, network-security-group-how-it-works."""
    wide = fab.route("all", "0.0.0.0/0", APPLIANCE, "10.0.1.9")
    nic = replace(
        interface("10.0.1.9", "jump", forwards=True), security_group=known("nsg")
    )
    for access, expected in ((DENY, Verdict.DENIED), (ALLOW, Verdict.UNKNOWN)):
        closed = fab.group("nsg", fab.rule("out", 100, IN, access, to="8.8.8.8"))
        fabric = routed(wide, interfaces=(nic,), security_groups=(closed,))
        shot = fab.snapshot(fabric)
        assert verdict(shot, SubnetEnd("nodes"), address("8.8.8.8")) is expected


def test_a_route_to_an_appliance_out_of_reach_is_named() -> None:
    """Source: Azure docs, virtual-networks-udr-overview: directly reachable only."""
    wide = fab.route("all", "0.0.0.0/0", APPLIANCE, "192.168.1.4")
    shot = fab.snapshot(routed(wide))
    assert verdict(shot, SubnetEnd("nodes"), address("8.8.8.8")) is Verdict.UNKNOWN
    assert "the route is not valid" in says(
        shot, SubnetEnd("nodes"), address("8.8.8.8")
    )


def test_a_load_balancer_without_an_ha_ports_rule_is_named_as_next_hop() -> None:
    """Source: Azure docs, load-balancer-ha-ports-overview."""
    wide = fab.route("all", "0.0.0.0/0", APPLIANCE, "10.0.1.8")
    balancer = fab.balancer("feed", 443)
    front = replace(
        balancer.front_ends[0],
        public_address=None,
        address=ip_address("10.0.1.8"),
        subnet="jump",
    )
    shot = fab.snapshot(
        routed(wide, load_balancers=(replace(balancer, front_ends=(front,)),))
    )
    assert verdict(shot, SubnetEnd("nodes"), address("8.8.8.8")) is Verdict.UNKNOWN
    assert "no HA ports rule" in says(shot, SubnetEnd("nodes"), address("8.8.8.8"))


def looped() -> Fabric:
    """Return a firewall whose own subnet sends everything back to it."""
    fabric = fab.hub_and_spoke(
        firewalls=(
            fab.firewall(
                fab.collection("n", 100, ALLOW, fab.network_rule("r", "*", "443"))
            ),
        )
    )
    subnets = tuple(
        replace(each, route_table=known("rt"))
        if each.name == "AzureFirewallSubnet"
        else each
        for each in fabric.subnets
    )
    return replace(fabric, subnets=subnets)


def test_a_loop_of_routes_is_named_and_never_arrives() -> None:
    """Source: Azure docs, virtual-networks-udr-overview: routes see destinations."""
    shot = fab.snapshot(looped())
    assert verdict(shot, SubnetEnd("nodes"), address("8.8.8.8")) is Verdict.DENIED
    assert "in a loop" in says(shot, SubnetEnd("nodes"), address("8.8.8.8"))


def test_trap_29_a_reply_needs_no_rule_but_a_route() -> None:
    """Source: Azure docs, network-security-groups-overview; trap 29."""
    fabric = fab.hub_and_spoke(
        route_tables=(fab.table("rt", fab.route("no", "10.0.0.0/16", NextHop.NONE)),)
    )
    shot = fab.snapshot(fabric)
    model = PathModel.build(shot)
    answer = model.partition(SubnetEnd("jump"), SubnetEnd("nodes"))
    header = answer.allowed.witness()
    assert header is not None
    assert model.replies(answer, header)[0] is Reply.LOST


def test_a_reply_that_is_led_to_the_internet_finds_no_private_address_there() -> None:
    """Source: docs/semantics/path.md, I0 and Y3; packets showed it."""
    fabric = fab.hub_and_spoke(
        route_tables=(
            fab.table("rt", fab.route("out", "10.0.0.0/16", NextHop.INTERNET)),
        )
    )
    model = PathModel.build(fab.snapshot(fabric))
    answer = model.partition(SubnetEnd("jump"), SubnetEnd("nodes"))
    header = answer.allowed.witness()
    assert header is not None
    assert model.replies(answer, header)[0] is Reply.LOST


@pytest.mark.parametrize(
    ("prefix", "ranges", "fates"),
    [
        ("10.0.0.0/16", (), {Reply.UNKNOWN}),
        ("10.0.0.0/16", ("10.0.1.0/24",), {Reply.RETURNS}),
        ("10.0.0.0/16", ("10.0.1.0/25",), {Reply.RETURNS, Reply.UNKNOWN}),
        ("10.0.0.0/16", ("0.0.0.0/0",), {Reply.UNKNOWN}),
        ("10.9.0.0/16", (), {Reply.RETURNS}),
    ],
)
def test_a_reply_that_is_forced_to_a_gateway_may_be_lost_behind_it(
    prefix: str, ranges: tuple[str, ...], fates: set[Reply]
) -> None:
    """Source: docs/semantics/path.md, Y6."""
    forced = fab.route("forced", prefix, NextHop.VIRTUAL_NETWORK_GATEWAY)
    fabric = routed(forced, gateways=(gateway(*ranges),))
    model = PathModel.build(fab.snapshot(fabric))
    answer = model.partition(SubnetEnd("jump"), SubnetEnd("nodes"))
    groups = model.replied(answer, answer.allowed)
    assert {each.fate for each in groups} == fates


def test_a_reply_by_a_gateway_past_the_firewall_of_the_request_is_lost() -> None:
    """Source: docs/semantics/path.md, Y3 before Y6."""
    to_firewall = fab.route("out", "10.1.0.0/16", APPLIANCE, "10.0.0.4")
    forced = fab.route("forced", "10.0.0.0/16", NextHop.VIRTUAL_NETWORK_GATEWAY)
    all_ = fab.network_rule("all", "*", "*")
    plain = fab.hub_and_spoke(
        route_tables=(fab.table("rt", forced), fab.table("rt-jump", to_firewall)),
        gateways=(gateway(),),
        firewalls=(fab.firewall(fab.collection("c", 100, ALLOW, all_)),),
    )
    subnets = tuple(
        replace(each, route_table=known("rt-jump")) if each.name == "jump" else each
        for each in plain.subnets
    )
    model = PathModel.build(fab.snapshot(replace(plain, subnets=subnets)))
    answer = model.partition(SubnetEnd("jump"), SubnetEnd("nodes"))
    passed = answer.allowed | answer.unknown
    assert {each.fate for each in model.replied(answer, passed)} == {Reply.LOST}


def reported(*rows: tuple[str, EffectiveHop, str | None]) -> tuple[EffectiveRoutes]:
    routes = tuple(
        EffectiveRoute(
            "", (fab.cidr(to),), hop_, ip_address(via) if via else None, fab.HERE
        )
        for to, hop_, via in rows
    )
    return (EffectiveRoutes("nodes", "nic", routes, fab.HERE),)


def test_prefixes_of_one_reported_route_keep_their_lengths() -> None:
    """Source: Azure docs, diagnose-network-routing-problem, longest prefix first."""
    wide = reported(
        ("10.1.0.0/16", EffectiveHop.LOCAL, None),
        ("10.1.0.0/24", EffectiveHop.NONE, None),
    )[0]
    nested = (fab.cidr("10.1.0.0/16"), fab.cidr("10.1.0.0/28"))
    first = replace(wide.routes[0], prefixes=nested)
    given = replace(wide, routes=(first, wide.routes[1]))
    fabric = fab.hub_and_spoke(effective_routes=(given,))
    assert hop(fabric, "10.1.0.9").toward is Toward.LOCAL
    assert hop(fabric, "10.1.0.99").toward is Toward.NONE


def test_reported_routes_decide_whatever_the_tables_say() -> None:
    """Source: Azure docs, diagnose-network-routing-problem."""
    fabric = fab.hub_and_spoke(
        effective_routes=reported(
            ("10.1.0.0/16", EffectiveHop.LOCAL, None),
            ("10.0.0.0/16", EffectiveHop.PEERING, None),
            ("10.5.0.0/16", EffectiveHop.GROUP, None),
            ("0.0.0.0/0", EffectiveHop.GATEWAY, None),
            ("52.0.0.0/8", EffectiveHop.SERVICE_ENDPOINT, None),
            ("10.9.0.0/16", EffectiveHop.APPLIANCE, "10.0.0.4"),
        )
    )
    assert hop(fabric, "10.1.0.9").toward is Toward.LOCAL
    assert hop(fabric, "10.0.0.9").toward is Toward.PEERING
    assert hop(fabric, "10.5.0.9").toward is Toward.UNKNOWN
    assert hop(fabric, "8.8.8.8").toward is Toward.GATEWAY
    assert hop(fabric, "52.0.0.9").toward is Toward.SERVICE
    assert hop(fabric, "10.9.0.9").appliance == ip_address("10.0.0.4")
    assert hop(fabric, "fd00::9").toward is Toward.NONE


def test_trap_9_a_reported_service_endpoint_leads_past_the_firewall() -> None:
    """Source: Azure docs, virtual-network-service-endpoints-overview; traps 8 and 9."""
    fabric = fab.hub_and_spoke(
        effective_routes=reported(
            ("0.0.0.0/0", EffectiveHop.APPLIANCE, "10.0.0.4"),
            ("10.0.0.0/16", EffectiveHop.PEERING, None),
            ("52.0.0.0/8", EffectiveHop.SERVICE_ENDPOINT, None),
        )
    )
    shot = fab.snapshot(fabric)
    assert verdict(shot, SubnetEnd("nodes"), address("52.0.1.9")) is Verdict.ALLOWED
    assert verdict(shot, SubnetEnd("nodes"), address("8.8.8.8")) is Verdict.DENIED


def test_trap_28_a_learned_default_route_takes_the_internet_on_premises() -> None:
    """Source: Azure docs, vpn-gateway-forced-tunneling; trap 28."""
    fabric = fab.hub_and_spoke(
        route_tables=(fab.table("rt"),), gateways=(gateway("0.0.0.0/0"),)
    )
    assert hop(fabric, "8.8.8.8").toward is Toward.GATEWAY
    assert hop(fabric, "10.7.0.1").toward is Toward.NONE
    stopped = replace(fab.table("rt"), propagates_gateway_routes=known(False))
    cut = replace(fabric, route_tables=(stopped,))
    assert hop(cut, "8.8.8.8").toward is Toward.INTERNET


def test_trap_28_a_learned_default_route_widens_the_tag_virtual_network() -> None:
    """Source: Azure docs, service-tags-overview; trap 28."""
    internet = fab.rule("no", 100, OUT, DENY, to="Internet")
    plain = fab.hub_and_spoke(
        route_tables=(fab.table("rt"),),
        security_groups=(fab.group("nsg", internet),),
        gateways=(gateway("0.0.0.0/0"),),
    )
    subnets = tuple(
        replace(each, security_group=known("nsg")) if each.name == "nodes" else each
        for each in plain.subnets
    )
    closed = replace(plain, subnets=subnets)
    # `Internet` may have shrunk, so what denies it is not sure to match any longer.
    shot = fab.snapshot(closed)
    assert verdict(shot, SubnetEnd("nodes"), address("8.8.8.8")) is Verdict.UNKNOWN
    local = fab.rule("no", 100, OUT, DENY, to="VirtualNetwork")
    wide = replace(closed, security_groups=(fab.group("nsg", local),))
    shot = fab.snapshot(wide)
    assert verdict(shot, SubnetEnd("nodes"), address("8.8.8.8")) is Verdict.DENIED


def test_two_learned_halves_are_longer_than_the_user_route_for_the_whole() -> None:
    """Source: Azure docs, virtual-networks-udr-overview, longest prefix first."""
    whole = fab.route("office", "10.9.0.0/16", NextHop.NONE)
    fabric = routed(whole, gateways=(gateway("10.9.0.0/17", "10.9.128.0/17"),))
    assert hop(fabric, "10.9.0.9").toward is Toward.GATEWAY
    assert hop(fabric, "10.9.200.9").toward is Toward.GATEWAY


def test_a_gateway_that_learns_may_take_private_addresses_that_nobody_stated() -> None:
    """Source: Azure docs, vpn-gateway-bgp-overview."""
    learning = replace(gateway("192.168.0.0/24"), learns=True)
    fabric = routed(gateways=(learning,))
    assert hop(fabric, "192.168.0.9").toward is Toward.GATEWAY
    assert hop(fabric, "10.9.0.9").toward is Toward.UNKNOWN
    assert hop(routed(gateways=(gateway("192.168.0.0/24"),)), "10.9.0.9").toward is (
        Toward.NONE
    )


def test_trap_16_a_virtual_hub_may_take_what_no_peering_does() -> None:
    """Source: Azure docs, virtual-wan how-to-routing-policies; trap 16."""
    hub = HubConnection("c", "c", "vhub", "spoke", fab.hidden(), fab.HERE)
    fabric = routed(hub_connections=(hub,))
    assert hop(fabric, "10.9.0.9").toward is Toward.UNKNOWN
    assert "virtual hub vhub" in hop(fabric, "10.9.0.9").says
    assert hop(fabric, "8.8.8.8").toward is Toward.UNKNOWN
    assert hop(fabric, "10.0.0.9").toward is Toward.PEERING
    assert hop(fabric, "10.0.0.9", at="jump").toward is Toward.LOCAL
    off = replace(hub, announces_default=known(False))
    assert hop(routed(hub_connections=(off,)), "8.8.8.8").toward is Toward.INTERNET
    wide = fab.route("all", "0.0.0.0/0", APPLIANCE, "10.0.0.4")
    past = routed(wide, hub_connections=(hub,))
    assert hop(past, "8.8.8.8").toward is Toward.APPLIANCE


def test_trap_17_peering_is_not_transitive() -> None:
    """Source: Azure docs, virtual-network-peering-overview; trap 17."""
    plain = fab.hub_and_spoke(route_tables=(fab.table("rt"),))
    fabric = replace(
        plain,
        networks=(*plain.networks, fab.network("other", "10.2.0.0/16")),
        subnets=(*plain.subnets, fab.subnet("far", "other", "10.2.0.0/24")),
        peerings=(*plain.peerings, *fab.peered("hub", "other")),
    )
    assert hop(fabric, "10.2.0.9").toward is Toward.NONE
    assert hop(fabric, "10.2.0.9", at="jump").toward is Toward.PEERING
    shot = fab.snapshot(fabric)
    assert verdict(shot, SubnetEnd("nodes"), SubnetEnd("far")) is Verdict.DENIED
    assert verdict(shot, SubnetEnd("jump"), SubnetEnd("far")) is Verdict.ALLOWED


def test_trap_17_half_a_peering_is_not_a_peering() -> None:
    """Source: Azure docs, virtual-network-manage-peering; trap 17."""
    for connected, expected in (
        (fab.hidden(), Verdict.UNKNOWN),
        (known(True), Verdict.ALLOWED),
        (known(False), Verdict.DENIED),
    ):
        here, _ = fab.peered("spoke", "hub", connected=connected)
        fabric = fab.hub_and_spoke(route_tables=(fab.table("rt"),), peerings=(here,))
        shot = fab.snapshot(fabric)
        assert verdict(shot, SubnetEnd("nodes"), SubnetEnd("jump")) is expected


def test_trap_17_a_peer_grows_only_at_the_next_synchronisation() -> None:
    """Source: Azure docs, update-virtual-network-peering-address-space; trap 17."""
    here, there = fab.peered("spoke", "hub", remote_space=(fab.cidr("10.0.0.0/24"),))
    fabric = fab.hub_and_spoke(route_tables=(fab.table("rt"),), peerings=(here, there))
    assert hop(fabric, "10.0.0.9").toward is Toward.PEERING
    assert hop(fabric, "10.0.1.9").toward is Toward.NONE


def test_trap_18_a_subnet_without_table_or_public_address_reaches_the_internet() -> (
    None
):
    """Source: Azure docs, default-outbound-access; trap 18."""
    for lent, expected in (
        (known(True), Verdict.ALLOWED),
        (known(False), Verdict.DENIED),
        (fab.hidden(), Verdict.UNKNOWN),
    ):
        bare = fab.subnet("bare", "hub", "10.0.7.0/24", default_outbound=lent)
        plain = fab.hub_and_spoke()
        shot = fab.snapshot(replace(plain, subnets=(*plain.subnets, bare)))
        asked = FlowSet.box(protocols=[(6, 6)])
        answer = PathModel.build(shot).partition(
            SubnetEnd("bare"), address("8.8.8.8"), services=asked
        )
        assert answer.partition.verdict() is expected


def grouped(**changed: Any) -> Fabric:
    """Return two networks that nothing but a connected group connects."""
    halves = fab.peered("spoke", "hub")
    peerings = tuple(
        replace(
            each,
            group="mesh",
            allows_access=fab.hidden(),
            allows_forwarded=known(value=False),
            **changed,
        )
        for each in halves
    )
    return fab.hub_and_spoke(route_tables=(fab.table("rt"),), peerings=peerings)


def test_trap_16_a_connected_group_connects_without_a_peering() -> None:
    """Source: Azure docs, concept-connectivity-configuration; trap 16."""
    shot = fab.snapshot(grouped())
    assert hop(grouped(), "10.0.1.9").toward is Toward.PEERING
    assert verdict(shot, SubnetEnd("nodes"), SubnetEnd("jump")) is Verdict.ALLOWED


def test_trap_16_a_group_that_may_not_be_deployed_leaves_the_answer_open() -> None:
    """Source: Azure docs, concept-connectivity-configuration; trap 16."""
    fabric = grouped(deployed=fab.hidden())
    assert hop(fabric, "10.0.1.9").toward is Toward.UNKNOWN
    assert hop(fabric, "10.1.0.9").toward is Toward.LOCAL
    assert hop(fabric, "10.9.0.9").toward is Toward.NONE


def test_a_peering_of_subnets_carries_what_both_sides_list() -> None:
    """Source: Azure docs, how-to-configure-subnet-peering."""
    here, there = fab.peered("spoke", "hub", complete=False)
    listed = (
        replace(here, local_subnets=("nodes",), remote_subnets=("jump",)),
        replace(
            there,
            complete=False,
            local_subnets=("jump",),
            remote_subnets=("nodes",),
        ),
    )
    plain = fab.hub_and_spoke(route_tables=(fab.table("rt"),), peerings=listed)
    shot = fab.snapshot(plain)
    assert verdict(shot, SubnetEnd("nodes"), SubnetEnd("jump")) is Verdict.ALLOWED
    assert verdict(shot, SubnetEnd("endpoints"), SubnetEnd("jump")) is Verdict.UNKNOWN
    assert hop(plain, "10.0.0.9").toward is Toward.NONE
    odd = (listed[0], replace(listed[1], remote_subnets=("endpoints",)))
    shot = fab.snapshot(replace(plain, peerings=odd))
    assert verdict(shot, SubnetEnd("nodes"), SubnetEnd("jump")) is Verdict.UNKNOWN


def kubenet(*routes: Route) -> Snapshot:
    """Return a cluster with kubenet beside a subnet that has some routes."""
    wide = fab.table("cluster", *routes)
    fabric = fab.hub_and_spoke(route_tables=(fab.table("rt"), wide))
    subnets = tuple(
        replace(each, route_table=known("cluster")) if each.name == "jump" else each
        for each in fabric.subnets
    )
    on = fab.cluster(SYSTEM, addressing=known(Addressing.KUBENET))
    pods = fab.workload("web", pods=(fab.pod("web-1", "10.244.1.7"),))
    return fab.snapshot(replace(fabric, subnets=subnets), on, workloads=(pods,))


def test_kubenet_pods_are_reached_by_whoever_has_the_routes_to_their_nodes() -> None:
    """Source: AKS docs, configure-kubenet."""
    to_node = fab.route("node-1", "10.244.1.0/24", APPLIANCE, "10.1.0.4")
    other = fab.route("node-2", "10.244.2.0/24", APPLIANCE, "10.1.0.5")
    for routes, expected in (
        ((to_node, other), Verdict.ALLOWED),
        ((other,), Verdict.DENIED),
        ((), Verdict.DENIED),
    ):
        shot = kubenet(*routes)
        target = PodEnd(shot.objects.workloads[0])
        assert verdict(shot, SubnetEnd("jump"), target) is expected
        assert verdict(shot, SubnetEnd("endpoints"), target) is Verdict.DENIED


def test_a_route_to_pods_by_another_machine_is_no_route_to_a_node() -> None:
    """Source: AKS docs, configure-kubenet."""
    astray = fab.route("node-1", "10.244.1.0/24", APPLIANCE, "10.0.1.9")
    shot = kubenet(astray)
    target = PodEnd(shot.objects.workloads[0])
    assert verdict(shot, SubnetEnd("jump"), target) is Verdict.UNKNOWN


def from_premises(*, fast: bool) -> Snapshot:
    """Return a gateway whose subnet leads the spoke through a firewall."""
    spoke = fab.route("spoke", "10.1.0.0/16", APPLIANCE, "10.0.0.4")
    fabric = fab.hub_and_spoke(
        route_tables=(fab.table("rt"), fab.table("gw", spoke)),
        gateways=(
            replace(gateway("192.168.0.0/24", network="hub"), takes_fast_path=fast),
        ),
        peerings=(
            replace(
                fab.peered("hub", "spoke")[0], allows_gateway_transit=known(value=True)
            ),
            replace(
                fab.peered("spoke", "hub")[0], uses_remote_gateways=known(value=True)
            ),
        ),
    )
    door = fab.subnet("GatewaySubnet", "hub", "10.0.9.0/27", route_table=known("gw"))
    return fab.snapshot(replace(fabric, subnets=(*fabric.subnets, door)))


def test_trap_26_fast_path_may_lead_past_the_routes_of_the_gateway_subnet() -> None:
    """Source: Azure docs, expressroute about-fastpath; trap 26."""
    plain, fast = from_premises(fast=False), from_premises(fast=True)
    # The firewall lets nothing pass, and FastPath may not come to it.
    assert verdict(plain, OnPremisesEnd(), SubnetEnd("nodes")) is Verdict.DENIED
    assert verdict(fast, OnPremisesEnd(), SubnetEnd("nodes")) is Verdict.UNKNOWN


def test_trap_22_terraform_states_propagation_the_other_way_round() -> None:
    """Source: azurerm provider, azurerm_route_table; trap 22."""
    for told, expected in (
        ({"bgp_route_propagation_enabled": False}, False),
        ({"bgp_route_propagation_enabled": True}, True),
        ({"disable_bgp_route_propagation": True}, False),
        ({}, True),
    ):
        values = {"name": "rt", "resource_group_name": "rg", "route": [], **told}
        part = convert(plan([planned("azurerm_route_table.rt", values)]))
        (found,) = part.fabric.route_tables
        assert found.propagates_gateway_routes.value is expected


def test_trap_8_an_address_that_an_endpoint_may_take_is_not_surely_filtered() -> None:
    """Source: Azure docs, virtual-network-service-endpoints-overview; traps 8 and 9."""
    plain = fab.hub_and_spoke()
    subnets = tuple(
        replace(each, service_endpoints=("Microsoft.Storage",))
        if each.name == "nodes"
        else each
        for each in plain.subnets
    )
    storage = KnownTag("storage", (fab.cidr("52.0.0.0/24"),))
    listed = TagList("Public", "1", (storage,), fab.HERE)
    shot = fab.snapshot(replace(plain, subnets=subnets, service_tags=listed))
    # The firewall lets nothing pass; what the endpoint may take passes it by.
    assert verdict(shot, SubnetEnd("nodes"), address("8.8.8.8")) is Verdict.DENIED
    assert verdict(shot, SubnetEnd("nodes"), address("52.0.0.77")) is Verdict.UNKNOWN
    assert verdict(shot, SubnetEnd("nodes"), TagEnd("Storage")) is Verdict.UNKNOWN
    assert verdict(shot, SubnetEnd("jump"), address("52.0.0.77")) is not (
        Verdict.UNKNOWN
    )
