"""What the platform documents about ways, asked of the engine and of the definition."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import strategies_fabric as fabric_strategies
from fabrics import (
    ALLOW,
    DENY,
    IN,
    OUT,
    application_rule,
    balancer,
    cidr,
    cluster,
    collection,
    endpoint,
    firewall,
    group,
    hidden,
    hub_and_spoke,
    known,
    network,
    network_rule,
    peered,
    pod,
    pool,
    public,
    route,
    rule,
    service,
    snapshot,
    subnet,
    table,
    vault,
    workload,
    zone,
)
from seawall.engine.path import PathModel
from seawall.flowspace import Header
from seawall.model.cluster import Addressing, Cluster, OutboundType
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    NodeEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.firewall import (
    CollectionType,
    NatRule,
    NetworkRule,
    RuleCollection,
)
from seawall.model.network import NetworkGateway, NextHop, RouteTable, Subnet
from seawall.model.origin import Origin
from seawall.model.packet import Packet, PortRange
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Reply, Verdict
from seawall.model.translation import NatGateway
from seawall.reference.firewall import rulings
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.name import resolve
from seawall.reference.reply import reply
from seawall.reference.route import Way, ways
from seawall.reference.walk import follow
from ways import A, D, U, ask

HERE = Origin("network.json")
OPEN = collection("open", 100, ALLOW, network_rule("all", "*", "*", protocols=None))


def alone(*subnets: Subnet, **changed: object) -> Snapshot:
    """Return one network, 10.0.0.0/16, with those subnets."""
    return snapshot(
        Fabric(networks=(network("net", "10.0.0.0/16"),), subnets=subnets, **changed)
    )


def plain(name: str, prefix: str, **changed: object) -> Subnet:
    return subnet(name, "net", prefix, **changed)


# Two groups on the way: network-security-group-how-it-works.


@pytest.mark.parametrize("outer", [None, ALLOW, DENY])
@pytest.mark.parametrize("inner", [None, ALLOW, DENY])
def test_both_groups_must_allow_what_comes_in(outer: object, inner: object) -> None:
    def made(access: object, name: str) -> object:
        return group(name, rule("web", 100, IN, access, port="80"))

    groups = tuple(
        made(access, name)
        for access, name in ((outer, "outer"), (inner, "inner"))
        if access is not None
    )
    fabric = Fabric(
        networks=(network("net", "10.0.0.0/16"),),
        subnets=(
            plain("from", "10.0.1.0/24"),
            plain(
                "nodes",
                "10.0.0.0/24",
                security_group=known("outer" if outer else None),
            ),
        ),
        security_groups=groups,
    )
    nodes = pool("sys", "nodes", nic_security_group=known("inner" if inner else None))
    asked = snapshot(fabric, cluster(nodes))
    expected = D if DENY in (outer, inner) else A
    assert ask(asked, SubnetEnd("from"), "10.0.0.9", 80) is expected


def test_a_group_filters_within_its_subnet_at_both_ends() -> None:
    shut = group("g", rule("no", 100, IN, DENY, source="10.0.0.0/24"))
    asked = alone(
        plain("a", "10.0.0.0/24", security_group=known("g")), security_groups=(shut,)
    )
    assert ask(asked, SubnetEnd("a"), "10.0.0.9") is D


# Order in Azure Firewall: rule-processing.


def typed(name: str, kind: CollectionType, order: tuple[int, int, int]) -> object:
    ports = (PortRange(443, 443),)
    everywhere = (cidr("0.0.0.0/0"),)
    if kind is CollectionType.NAT:
        rules: tuple[object, ...] = (
            NatRule(
                name,
                (6,),
                everywhere,
                (cidr("52.0.0.1"),),
                ports,
                ip_address("10.1.0.9"),
                "",
                None,
                HERE,
            ),
        )
    elif kind is CollectionType.NETWORK:
        rules = (NetworkRule(name, (6,), everywhere, everywhere, (), ports, HERE),)
    else:
        rules = (application_rule(name, "*"),)
    return RuleCollection("group", name, order, kind, ALLOW, rules, HERE)


N, W, P = CollectionType.NAT, CollectionType.NETWORK, CollectionType.APPLICATION
DOCUMENTED = (
    ("DNATRC1", N, (0, 200, 600)),
    ("DNATRC3", N, (0, 200, 610)),
    ("ChDNATRC3", N, (1, 650, 3000)),
    ("NetworkRC1", W, (0, 200, 800)),
    ("NetworkRC2", W, (0, 300, 1300)),
    ("ChNetRC1", W, (1, 300, 700)),
    ("ChNetRC2", W, (1, 650, 1100)),
    ("AppRC2", P, (0, 300, 1200)),
    ("ChAppRC1", P, (1, 300, 900)),
    ("ChAppRC2", P, (1, 650, 2000)),
)


def test_a_firewall_asks_its_collections_in_the_documented_order() -> None:
    left = list(DOCUMENTED)
    seen = []
    while left:
        made = tuple(typed(*item) for item in reversed(left))
        fabric = hub_and_spoke(firewalls=(firewall(*made),))
        nat = any(kind is N for _, kind, _ in left)
        to = "52.0.0.1" if nat else "1.1.1.1"
        packet = Packet(ip_address("10.1.0.5"), ip_address(to), 6, 40000, 443)
        first = rulings(fabric, fabric.firewalls[0], packet, "x.example")[0]
        seen.append(first.rule.split("/")[0])
        left = [item for item in left if item[0] != seen[-1]]
    assert seen == [name for name, _, _ in DOCUMENTED]


def through(*collections: RuleCollection, **changed: object) -> Snapshot:
    return snapshot(hub_and_spoke(firewalls=(firewall(*collections),), **changed))


def test_a_network_rule_shadows_a_denying_application_rule() -> None:
    shut = collection("shut", 100, DENY, application_rule("no", "*"))
    asked = through(shut, collection("wide", 900, ALLOW, network_rule("n", "*", "443")))
    assert ask(asked, SubnetEnd("nodes"), "x.example") is A


def test_the_type_of_a_rule_beats_its_priority() -> None:
    asked = through(
        collection("app", 100, ALLOW, application_rule("yes", "*")),
        collection("net", 900, DENY, network_rule("no", "*", "443")),
    )
    assert ask(asked, SubnetEnd("nodes"), "x.example") is D


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("*.contoso.com", "a.b.contoso.com", A),
        ("*.contoso.com", "contoso.com", D),
        ("*contoso.com", "evilcontoso.com", A),
        ("*contoso.com", "contoso.com", A),
        ("WWW.contoso.com", "www.Contoso.com", A),
        ("www.contoso.com", "x.www.contoso.com", D),
    ],
)
def test_an_application_rule_matches_names_as_documented(
    pattern: str, name: str, expected: Verdict
) -> None:
    asked = through(collection("app", 100, ALLOW, application_rule("r", pattern)))
    assert ask(asked, SubnetEnd("nodes"), name) is expected


def test_an_application_rule_asks_for_the_name_and_not_the_address() -> None:
    asked = through(collection("a", 100, ALLOW, application_rule("r", "x.example")))
    assert ask(asked, SubnetEnd("nodes"), "1.1.1.1") is U


def test_quic_needs_a_network_rule() -> None:
    asked = through(collection("app", 100, ALLOW, application_rule("r", "*")))
    assert ask(asked, SubnetEnd("nodes"), "x.example", protocol=17) is D


def test_a_firewall_without_rules_denies() -> None:
    assert ask(through(), SubnetEnd("nodes"), "1.1.1.1") is D


@pytest.mark.parametrize(("collections", "expected"), [((OPEN,), D), ((), D)])
def test_a_firewall_hides_the_source_only_from_public_destinations(
    collections: tuple[RuleCollection, ...], expected: Verdict
) -> None:
    inside = group("g", rule("no", 100, IN, DENY, source="10.1.0.0/24"))
    to_hub = table(
        "rt",
        route("all", "0.0.0.0/0", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4"),
        route("jump", "10.0.1.0/24", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4"),
    )
    base = hub_and_spoke(firewalls=(firewall(*collections),), route_tables=(to_hub,))
    changed = tuple(
        replace(item, security_group=known("g")) if item.name == "jump" else item
        for item in base.subnets
    )
    asked = snapshot(replace(base, subnets=changed, security_groups=(inside,)))
    assert ask(asked, SubnetEnd("nodes"), "10.0.1.9") is expected


def test_an_application_rule_hides_the_source_from_private_destinations_too() -> None:
    inside = group("g", rule("no", 100, IN, DENY, source="10.1.0.0/24"))
    to_hub = table(
        "rt", route("jump", "10.0.1.0/24", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4")
    )
    everything = collection("app", 100, ALLOW, application_rule("r", "*"))
    base = hub_and_spoke(firewalls=(firewall(everything),), route_tables=(to_hub,))
    changed = tuple(
        replace(item, security_group=known("g")) if item.name == "jump" else item
        for item in base.subnets
    )
    asked = snapshot(replace(base, subnets=changed, security_groups=(inside,)))
    assert ask(asked, SubnetEnd("nodes"), "10.0.1.9") is A


# Routes: virtual-networks-udr-overview.

EXAMPLE = table(
    "rt",
    route("within", "10.0.0.0/16", NextHop.VIRTUAL_APPLIANCE, "10.0.100.4"),
    route("same", "10.0.0.0/24", NextHop.VNET_LOCAL),
    route("peer", "10.1.0.0/16", NextHop.NONE),
    route("other", "10.2.0.0/16", NextHop.NONE),
    route("premises", "10.10.0.0/16", NextHop.VIRTUAL_APPLIANCE, "10.0.100.4"),
    route("all", "0.0.0.0/0", NextHop.VIRTUAL_APPLIANCE, "10.0.100.4"),
)


@pytest.mark.parametrize(
    ("to", "hop"),
    [
        ("10.0.0.9", NextHop.VNET_LOCAL),
        ("10.0.5.9", NextHop.VIRTUAL_APPLIANCE),
        ("10.1.0.9", NextHop.NONE),
        ("10.2.0.9", NextHop.NONE),
        ("10.10.0.9", NextHop.VIRTUAL_APPLIANCE),
        ("1.1.1.1", NextHop.VIRTUAL_APPLIANCE),
        ("172.16.0.1", NextHop.VIRTUAL_APPLIANCE),
        ("192.168.7.7", NextHop.VIRTUAL_APPLIANCE),
    ],
)
def test_the_routing_example_of_the_documentation(to: str, hop: NextHop) -> None:
    """ "Azure removed the routes for the 10.0.0.0/8, 192.168.0.0/16, and 100.64.0.0/10
    address prefixes from the *Subnet1* route table when the user-defined route for the
    0.0.0.0/0 address prefix was added"; Subnet1 is this one.
    """
    fabric = Fabric(
        networks=(
            network("net", "10.0.0.0/16"),
            network("peer", "10.1.0.0/16"),
            network("other", "10.2.0.0/16"),
        ),
        subnets=(plain("one", "10.0.0.0/24", route_table=known("rt")),),
        peerings=(*peered("net", "peer"), *peered("net", "other")),
        route_tables=(EXAMPLE,),
        gateways=(NetworkGateway("gw", "gw", "net", (cidr("10.10.0.0/16"),), HERE),),
    )
    assert [way.hop for way in ways(fabric, fabric.subnets[0], ip_address(to))] == [hop]


def test_a_longer_learned_route_does_not_win_inside_a_peer() -> None:
    gateway = NetworkGateway("gw", "gw", "hub", (cidr("10.1.0.0/24"),), HERE)
    fabric = hub_and_spoke(gateways=(gateway,))
    found = ways(fabric, fabric.subnets[1], ip_address("10.1.0.9"))
    assert found == [Way(NextHop.VNET_LOCAL, peer="spoke")]
    assert ask(snapshot(fabric), SubnetEnd("jump"), "10.1.9.9") is A


def test_a_user_route_beats_a_learned_one_to_the_same_prefix() -> None:
    rt = table("rt", route("drop", "10.9.0.0/16", NextHop.NONE))
    gateway = NetworkGateway("gw", "gw", "net", (cidr("10.9.0.0/16"),), HERE)
    asked = alone(
        plain("one", "10.0.0.0/24", route_table=known("rt")),
        route_tables=(rt,),
        gateways=(gateway,),
    )
    assert ask(asked, SubnetEnd("one"), "10.9.0.9") is D


def test_private_addresses_that_nobody_has_do_not_leave() -> None:
    asked = alone(plain("one", "10.0.0.0/24", default_outbound=known(True)))
    assert ask(asked, SubnetEnd("one"), "10.99.0.1") is D


def test_a_default_route_to_a_firewall_does_not_catch_networks() -> None:
    assert ask(through(), SubnetEnd("nodes"), "10.0.1.9") is A


def test_peering_is_not_transitive() -> None:
    fabric = hub_and_spoke(
        networks=(
            network("hub", "10.0.0.0/16"),
            network("spoke", "10.1.0.0/16"),
            network("far", "10.2.0.0/16"),
        ),
        subnets=(
            subnet("nodes", "spoke", "10.1.0.0/24"),
            subnet("there", "far", "10.2.0.0/24"),
        ),
        peerings=(*peered("hub", "spoke"), *peered("hub", "far")),
        firewalls=(),
    )
    assert ask(snapshot(fabric), SubnetEnd("nodes"), "10.2.0.9") is D


def test_half_a_peering_carries_nothing_for_sure() -> None:
    fabric = hub_and_spoke(peerings=peered("hub", "spoke")[:1])
    assert ask(snapshot(fabric), SubnetEnd("jump"), "10.1.9.9") is U


def test_sides_of_a_peering_that_contradict_each_other_settle_nothing() -> None:
    """Source: Azure docs, virtual-network-manage-peering: both are, or none is."""
    there, here = peered("hub", "spoke", connected=known(True))
    shut = replace(here, connected=known(False))
    asked = snapshot(hub_and_spoke(peerings=(there, shut)))
    assert ask(asked, SubnetEnd("jump"), "10.1.9.9") is U
    assert ask(asked, SubnetEnd("endpoints"), "10.0.1.9") is D


def test_a_disconnected_peering_carries_nothing() -> None:
    fabric = hub_and_spoke(peerings=peered("hub", "spoke", connected=known(False)))
    assert ask(snapshot(fabric), SubnetEnd("jump"), "10.1.9.9") is D


# The tag `VirtualNetwork`: service-tags-overview.


def guarded(*rules: object, rt: RouteTable | None = None) -> Snapshot:
    base = hub_and_spoke(
        subnets=(
            subnet("jump", "hub", "10.0.1.0/24"),
            subnet(
                "nodes",
                "spoke",
                "10.1.0.0/24",
                security_group=known("g"),
                route_table=known("rt" if rt else None),
            ),
        ),
        security_groups=(group("g", *rules),),
        route_tables=(rt,) if rt else (),
        firewalls=(),
    )
    return snapshot(base)


def test_the_default_rules_let_peers_in() -> None:
    assert ask(guarded(), SubnetEnd("jump"), "10.1.0.9") is A


def test_a_peer_without_access_is_outside_the_tag_and_yet_not_cut_off() -> None:
    def asked(*rules: object) -> Snapshot:
        found = guarded(*rules)
        sides = peered("spoke", "hub", allows_access=known(False))
        return replace(found, fabric=replace(found.fabric, peerings=sides))

    assert ask(asked(), SubnetEnd("jump"), "10.1.0.9") is D
    explicit = rule("yes", 100, IN, ALLOW, source="10.0.1.0/24")
    assert ask(asked(explicit), SubnetEnd("jump"), "10.1.0.9") is A


@pytest.mark.parametrize(
    ("rt", "expected"),
    [
        (None, A),
        (
            table(
                "rt", route("all", "0.0.0.0/0", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4")
            ),
            D,
        ),
        (table("rt", route("all", "0.0.0.0/0", NextHop.INTERNET)), U),
    ],
)
def test_a_default_route_to_an_appliance_makes_everything_part_of_the_virtual_network(
    rt: RouteTable | None, expected: Verdict
) -> None:
    """F4: any other next hop only may."""
    asked = guarded(rule("no", 100, OUT, DENY, to="VirtualNetwork"), rt=rt)
    subnets = tuple(
        replace(item, default_outbound=known(True)) for item in asked.fabric.subnets
    )
    there = replace(asked, fabric=replace(asked.fabric, subnets=subnets))
    assert ask(there, SubnetEnd("nodes"), "1.1.1.1") is expected


def test_the_load_balancer_tag_admits_probes_and_no_clients() -> None:
    shut = rule("no", 200, IN, DENY)
    probes = rule("yes", 100, IN, ALLOW, source="AzureLoadBalancer")
    assert ask(guarded(probes, shut), SubnetEnd("jump"), "10.1.0.9") is D


# Doors: load-balancer-overview, load-balancer-floating-ip.


def door(
    *rules: object,
    grouped: bool = True,
    floating: bool = True,
    node_port: int | PortRange = 30080,
) -> Snapshot:
    web = workload("web", pods=(pod("web-1", "10.244.0.4"),))
    lb = balancer("web", 80)
    if not floating:
        by_port = replace(lb.rules[0], floating=False, back_port=node_port)
        lb = replace(lb, rules=(by_port,))
    fabric = Fabric(
        networks=(network("net", "10.0.0.0/16"),),
        subnets=(plain("nodes", "10.0.0.0/24"),),
        security_groups=(group("g", *rules),),
        public_addresses=(public("pip-lb", "52.0.0.9"),),
        load_balancers=(lb,),
    )
    nodes = pool("sys", "nodes", nic_security_group=known("g" if grouped else None))
    return snapshot(
        fabric,
        cluster(nodes),
        workloads=(web,),
        services=(service("web", "web", 80, 8080),),
    )


def enter(asked: Snapshot, port: int = 80) -> Verdict:
    """Return both verdicts on a packet from the internet to the load balancer."""
    packet = Packet(ip_address("8.8.8.8"), ip_address("52.0.0.9"), 6, 40000, port)
    target = PodEnd(asked.objects.workloads[0])
    verdict = agreed(
        follow(
            asked,
            Start(InternetEnd()),
            packet,
            target=target,
            choice=fabric_strategies.Drawn(number),
        ).verdict
        for number in range(10)
    )
    model = PathModel.build(asked)
    header = Header(4, 6, int(packet.source), int(packet.destination), 40000, port)
    answers = [
        entry.answer
        for each in model.doors()
        for entry in model.enter(each)
        if entry.target == target
    ]
    found = [
        each for each in answers if header in each.allowed | each.denied | each.unknown
    ]
    for each in found:
        assert (verdict is A) == (header in each.allowed)
        assert (verdict is D) == (header in each.denied)
    assert found or verdict is D
    return verdict


def test_a_public_load_balancer_is_closed_without_any_group() -> None:
    assert enter(door(grouped=False)) is D
    assert ask(door(grouped=False), NodeEnd("sys"), "10.0.0.9") is A


def test_the_default_rules_do_not_admit_the_internet() -> None:
    assert enter(door()) is D


def test_a_floating_rule_shows_the_front_end_to_the_group() -> None:
    assert enter(door(rule("y", 100, IN, ALLOW, to="52.0.0.9", port="80"))) is A
    assert enter(door(rule("y", 100, IN, ALLOW, to="10.0.0.0/24"))) is D
    assert enter(door(rule("y", 100, IN, ALLOW, to="VirtualNetwork"))) is D


def test_without_floating_the_group_sees_the_node_and_its_port() -> None:
    node_port = rule("y", 100, IN, ALLOW, to="10.0.0.0/24", port="30080")
    assert enter(door(node_port, floating=False)) is A
    front_end = rule("y", 100, IN, ALLOW, to="52.0.0.9", port="80")
    assert enter(door(front_end, floating=False)) is D


@pytest.mark.parametrize(
    ("port", "expected"),
    [("30000-32767", A), ("30080", U), ("80", D), ("*", A)],
)
def test_a_node_port_that_is_not_stated_may_be_any_of_those(
    port: str, expected: Verdict
) -> None:
    open_ = rule("y", 100, IN, ALLOW, to="10.0.0.0/24", port=port)
    chosen = PortRange(30000, 32767)
    assert enter(door(open_, floating=False, node_port=chosen)) is expected
    shut = rule("n", 90, IN, DENY, to="10.0.0.0/24", port=port)
    rest = rule("y", 100, IN, ALLOW)
    opposite = {A: D, D: A, U: U}[expected]
    asked = door(shut, rest, floating=False, node_port=chosen)
    assert enter(asked) is opposite


def test_the_group_sees_the_client_and_not_the_load_balancer() -> None:
    client = rule("y", 100, IN, ALLOW, source="8.8.8.0/24", port="80")
    assert enter(door(client)) is A
    probes = rule("y", 100, IN, ALLOW, source="AzureLoadBalancer", port="80")
    assert enter(door(probes)) is D


def test_a_load_balancer_denies_ports_without_a_rule() -> None:
    assert enter(door(rule("y", 100, IN, ALLOW)), port=81) is D


# Platform addresses: what-is-ip-address-168-63-129-16.


@pytest.mark.parametrize(
    ("tag", "to", "port", "expected"),
    [
        ("*", "169.254.169.254", 80, A),
        ("*", "168.63.129.16", 53, A),
        ("AzurePlatformIMDS", "169.254.169.254", 80, D),
        ("AzurePlatformDNS", "168.63.129.16", 53, D),
        ("AzurePlatformDNS", "169.254.169.254", 80, A),
        ("AzurePlatformDNS", "168.63.129.16", 80, A),
    ],
)
def test_only_its_own_tag_keeps_from_a_platform_address(
    tag: str, to: str, port: int, expected: Verdict
) -> None:
    shut = group("g", rule("no", 100, OUT, DENY, to=tag))
    asked = alone(
        plain("a", "10.0.0.0/24", security_group=known("g")), security_groups=(shut,)
    )
    assert ask(asked, SubnetEnd("a"), to, port) is expected


# Private endpoints: private-endpoint-overview, disable-private-endpoint-network-policy.


def private(
    policies: str, *routes: object, shut: bool = False, **changed: object
) -> Snapshot:
    guards = group("g", rule("no", 100, IN, DENY))
    return snapshot(
        hub_and_spoke(
            subnets=(
                subnet("AzureFirewallSubnet", "hub", "10.0.0.0/26"),
                subnet("nodes", "spoke", "10.1.0.0/24", route_table=known("rt")),
                subnet(
                    "endpoints",
                    "spoke",
                    "10.1.9.0/24",
                    endpoint_policies=known(policies),
                    security_group=known("g" if shut else None),
                ),
            ),
            security_groups=(guards,),
            route_tables=(table("rt", *routes),),
            firewalls=(firewall(),),
            private_endpoints=(endpoint("endpoints", "10.1.9.4"),),
            resources=(vault(public=known(False)),),
            zones=(zone("privatelink.vaultcore.azure.net", "spoke", kv="10.1.9.4"),),
            **changed,
        )
    )


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ("Disabled", A),
        ("NetworkSecurityGroupEnabled", D),
        ("RouteTableEnabled", A),
        ("Enabled", D),
    ],
)
def test_a_group_guards_an_endpoint_only_where_its_subnet_says_so(
    policies: str, expected: Verdict
) -> None:
    asked = private(policies, shut=True)
    assert ask(asked, SubnetEnd("nodes"), "10.1.9.4") is expected


@pytest.mark.parametrize(
    ("prefix", "policies", "expected"),
    [
        ("0.0.0.0/0", "Enabled", A),
        ("10.0.0.0/8", "Enabled", A),
        ("10.1.0.0/16", "Enabled", D),
        ("10.1.9.4/32", "RouteTableEnabled", D),
        ("10.1.9.0/24", "Disabled", A),
        ("10.1.9.4/32", "Disabled", U),
    ],
)
def test_a_route_displaces_an_endpoint_only_if_long_enough(
    prefix: str, policies: str, expected: Verdict
) -> None:
    to_fw = route("x", prefix, NextHop.VIRTUAL_APPLIANCE, "10.0.0.4")
    assert ask(private(policies, to_fw), SubnetEnd("nodes"), "10.1.9.4") is expected


def test_an_endpoint_does_not_close_the_public_door() -> None:
    asked = private("Disabled", route("all", "0.0.0.0/0", NextHop.INTERNET))
    away = tuple(
        replace(item, default_outbound=known(True)) for item in asked.fabric.subnets
    )
    for opened, expected in ((True, A), (False, D)):
        changed = replace(
            asked.fabric,
            subnets=away,
            zones=(),
            resources=(vault(public=known(opened)),),
        )
        there = replace(asked, fabric=changed)
        assert ask(there, SubnetEnd("nodes"), "kv.vault.azure.net") is expected


# Names: private-endpoint-dns, private-dns-virtual-network-links.


@pytest.mark.parametrize(
    ("linked", "with_record", "falls_back", "expected"),
    [
        (False, True, False, D),
        (True, True, False, A),
        (True, False, False, D),
        (True, False, True, D),
    ],
)
def test_a_private_name_depends_on_the_link_and_the_record(
    *, linked: bool, with_record: bool, falls_back: bool, expected: Verdict
) -> None:
    records = {"kv": "10.1.9.4"} if with_record else {}
    there = zone(
        "privatelink.vaultcore.azure.net",
        *(["spoke"] if linked else []),
        falls_back=falls_back,
        **records,
    )
    asked = private("Disabled", route("all", "0.0.0.0/0", NextHop.INTERNET))
    away = tuple(
        replace(item, default_outbound=known(True)) for item in asked.fabric.subnets
    )
    changed = replace(asked.fabric, zones=(there,), subnets=away)
    here = replace(asked, fabric=changed)
    assert ask(here, SubnetEnd("nodes"), "kv.vault.azure.net") is expected


def test_custom_servers_ignore_linked_zones() -> None:
    asked = private("Disabled")
    spoke = network("spoke", "10.1.0.0/16", dns=("10.0.9.9",))
    changed = replace(asked.fabric, networks=(asked.fabric.networks[0], spoke))
    there = replace(asked, fabric=changed)
    assert ask(there, SubnetEnd("nodes"), "kv.vault.azure.net") is U


def test_a_proxy_answers_with_the_zones_of_its_own_network() -> None:
    asked = private("Disabled")
    spoke = network("spoke", "10.1.0.0/16", dns=("10.0.0.4",))
    for linked, kind in (("hub", "addresses"), ("spoke", "public")):
        found = zone("privatelink.vaultcore.azure.net", linked, kv="10.1.9.4")
        networks = (asked.fabric.networks[0], spoke)
        changed = replace(asked.fabric, networks=networks, zones=(found,))
        there = replace(asked, fabric=changed)
        assert resolve(there, "spoke", "kv.vault.azure.net").kind == kind


# Outbound: nat-overview, load-balancer-outbound-connections, egress-outboundtype.


@pytest.mark.parametrize("protocol", [6, 17, 1])
def test_a_nat_gateway_carries_only_tcp_and_udp(protocol: int) -> None:
    asked = alone(
        plain("a", "10.0.0.0/24", nat_gateway=known("nat")),
        nat_gateways=(NatGateway("nat", "nat", known(("pip",)), HERE),),
        public_addresses=(public("pip", "52.0.0.5"),),
    )
    expected = D if protocol == 1 else A
    assert ask(asked, SubnetEnd("a"), "1.1.1.1", protocol=protocol) is expected


@pytest.mark.parametrize(
    ("lends", "expected"),
    [(known(True), A), (known(False), D), (hidden(), U)],
)
def test_default_outbound_access_decides_where_nothing_else_does(
    lends: object, expected: Verdict
) -> None:
    asked = alone(plain("a", "10.0.0.0/24", default_outbound=lends))
    assert ask(asked, SubnetEnd("a"), "1.1.1.1") is expected


def in_cluster(**changed: object) -> tuple[Snapshot, PodEnd]:
    web = workload("web", pods=(pod("web-1", "10.244.0.4"),))
    guards = group("g", rule("no", 100, OUT, DENY, source="10.244.0.0/16"))
    fabric = Fabric(
        networks=(network("net", "10.0.0.0/16"),),
        subnets=(
            plain("nodes", "10.0.0.0/24", security_group=known("g")),
            plain("other", "10.0.1.0/24"),
        ),
        security_groups=(guards,),
    )
    on: Cluster = cluster(pool("sys", "nodes"), **changed)
    return snapshot(fabric, on, workloads=(web,)), PodEnd(web)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (OutboundType.LOAD_BALANCER, A),
        (OutboundType.MANAGED_NAT_GATEWAY, A),
        (OutboundType.USER_DEFINED_ROUTING, D),
        (OutboundType.NONE, D),
        (OutboundType.BLOCK, D),
    ],
)
def test_the_outbound_type_decides_about_the_internet(
    kind: OutboundType, expected: Verdict
) -> None:
    asked, end = in_cluster(outbound=known(kind))
    assert ask(asked, end, "1.1.1.1") is expected


# What a pod's packet looks like: concepts-network-azure-cni-overlay and its siblings.


def test_outside_the_cluster_an_overlay_pod_looks_like_its_node() -> None:
    asked, end = in_cluster()
    assert ask(asked, end, "10.0.1.9") is A


def test_within_the_cluster_an_overlay_pod_keeps_its_address() -> None:
    asked, end = in_cluster()
    assert ask(asked, end, "10.244.9.9") is U


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(Addressing.POD_SUBNET, D), (Addressing.NODE_SUBNET, D), (Addressing.OVERLAY, A)],
)
def test_flat_pods_keep_their_address_inside_the_network(
    mode: Addressing, expected: Verdict
) -> None:
    flat = mode is not Addressing.OVERLAY
    address = "10.0.2.4" if mode is Addressing.POD_SUBNET else "10.0.0.4"
    own = address if flat else "10.244.0.4"
    web = workload("web", pods=(pod("w", own),))
    guards = group("g", rule("no", 100, IN, DENY, source=f"{own}/32"))
    fabric = Fabric(
        networks=(network("net", "10.0.0.0/16"),),
        subnets=(
            plain("nodes", "10.0.0.0/24"),
            plain("pods", "10.0.2.0/24"),
            plain("other", "10.0.1.0/24", security_group=known("g")),
        ),
        security_groups=(guards,),
    )
    with_pods = known("pods" if mode is Addressing.POD_SUBNET else None)
    on = cluster(
        pool("sys", "nodes", pod_subnet=with_pods),
        addressing=known(mode),
        pod_ranges=known(() if flat else (cidr("10.244.0.0/16"),)),
    )
    asked = snapshot(fabric, on, workloads=(web,))
    assert ask(asked, PodEnd(web), "10.0.1.9") is expected


def test_nobody_outside_reaches_an_overlay_pod() -> None:
    asked, end = in_cluster()
    packet = Packet(ip_address("10.0.1.9"), ip_address("10.244.0.4"), 6, 40000, 80)
    found = follow(
        asked,
        Start(SubnetEnd("other")),
        packet,
        target=end,
        choice=fabric_strategies.Drawn(0),
    )
    answer = PathModel.build(asked).partition(SubnetEnd("other"), end)
    assert found.verdict is D
    assert not answer.allowed | answer.unknown


# Service endpoints: virtual-network-service-endpoints-overview.


@pytest.mark.parametrize(("admitted", "expected"), [(("nodes",), A), ((), D)])
def test_a_service_endpoint_passes_the_firewall_by(
    admitted: tuple[str, ...], expected: Verdict
) -> None:
    base = hub_and_spoke(
        resources=(
            vault(default_access_allowed=known(False), allowed_subnets=admitted),
        )
    )
    changed = tuple(
        replace(item, service_endpoints=("Microsoft.KeyVault",))
        for item in base.subnets
    )
    asked = snapshot(replace(base, subnets=changed))
    assert ask(asked, SubnetEnd("nodes"), "kv.vault.azure.net") is expected


def test_without_the_endpoint_the_firewall_decides() -> None:
    base = hub_and_spoke(resources=(vault(),))
    assert ask(snapshot(base), SubnetEnd("nodes"), "kv.vault.azure.net") is D


# The way back: virtual-networks-udr-overview, limit-egress-traffic.


def answered(asked: Snapshot, source: End, sender: str, to: str, port: int) -> Reply:
    """Return what both implementations say of the reply to one packet."""
    packet = Packet(ip_address(sender), ip_address(to), 6, 40000, port)
    target: End = AddressEnd((cidr(to),))
    model = PathModel.build(asked)
    start = model.starts(source)[0]
    here = Start(source, start.pool.name if start.pool else "", start.network or "")
    outcome = follow(
        asked, here, packet, target=target, choice=fabric_strategies.Drawn(0)
    )
    header = Header(4, 6, int(packet.source), int(packet.destination), 40000, port)
    ours, _ = model.replies(model.partition(source, target), header)
    expected = reply(asked.fabric, outcome)
    assert ours is expected
    return expected


def on_the_way_to_the_hub(*back: object, **changed: object) -> Snapshot:
    """Return a hub that the spoke reaches by its firewall, and the hub's way back."""
    there = route("jump", "10.0.1.0/24", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4")
    rules = changed.pop("rules", OPEN)
    base = hub_and_spoke(
        firewalls=(firewall(rules),),
        route_tables=(table("back", *back), table("rt", there)),
        **changed,
    )
    subnets = tuple(
        replace(item, route_table=known("back")) if item.name == "jump" else item
        for item in base.subnets
    )
    return snapshot(replace(base, subnets=subnets))


def test_a_reply_must_pass_the_firewall_that_the_packet_passed() -> None:
    ends = (SubnetEnd("nodes"), "10.1.0.9", "10.0.1.9", 443)
    by_firewall = route("b", "10.1.0.0/16", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4")
    assert answered(on_the_way_to_the_hub(), *ends) is Reply.LOST
    assert answered(on_the_way_to_the_hub(by_firewall), *ends) is Reply.RETURNS


def test_a_reply_to_a_translated_source_goes_back_to_the_firewall() -> None:
    everything = collection("app", 100, ALLOW, application_rule("r", "*"))
    asked = on_the_way_to_the_hub(rules=everything)
    ends = (SubnetEnd("nodes"), "10.1.0.9", "10.0.1.9", 443)
    assert answered(asked, *ends) is Reply.RETURNS
    # By the address that its instances share, another of them may get it.
    shared = route("b", "10.0.0.0/24", NextHop.VIRTUAL_APPLIANCE, "10.0.0.4")
    asked = on_the_way_to_the_hub(shared, rules=everything)
    assert answered(asked, *ends) is Reply.UNKNOWN


@pytest.mark.parametrize(
    ("hop", "expected"),
    [
        (NextHop.NONE, Reply.LOST),
        (NextHop.UNKNOWN, Reply.UNKNOWN),
        (NextHop.VIRTUAL_APPLIANCE, Reply.LOST),
    ],
)
def test_a_reply_is_routed_though_no_filter_stops_it(
    hop: NextHop, expected: Reply
) -> None:
    via = "10.0.0.4" if hop is NextHop.VIRTUAL_APPLIANCE else None
    base = hub_and_spoke(
        firewalls=(firewall(OPEN),),
        route_tables=(table("rt", route("back", "10.0.1.0/24", hop, via)),),
    )
    ends = (SubnetEnd("jump"), "10.0.1.9", "10.1.0.9", 443)
    assert answered(snapshot(base), *ends) is expected


def test_a_public_load_balancer_behind_a_firewall_route_loses_its_replies() -> None:
    asked = door(rule("y", 100, IN, ALLOW, to="52.0.0.9"))
    fabric = asked.fabric
    rt = table("rt", route("all", "0.0.0.0/0", NextHop.VIRTUAL_APPLIANCE, "10.0.9.4"))
    walls = plain("AzureFirewallSubnet", "10.0.9.0/26")
    nodes = replace(fabric.subnets[0], route_table=known("rt"))
    changed = replace(
        fabric,
        subnets=(nodes, walls),
        route_tables=(rt,),
        firewalls=(firewall(OPEN, address=ip_address("10.0.9.4")),),
    )
    for there, expected in ((asked, Reply.RETURNS), (changed, Reply.LOST)):
        found = replace(asked, fabric=there) if there is changed else asked
        packet = Packet(ip_address("8.8.8.8"), ip_address("52.0.0.9"), 6, 40000, 80)
        outcome = follow(
            found,
            Start(InternetEnd()),
            packet,
            target=PodEnd(found.objects.workloads[0]),
            choice=fabric_strategies.Drawn(0),
        )
        assert outcome.verdict is A
        assert reply(found.fabric, outcome) is expected


def test_a_rule_for_all_ports_leads_to_the_ports_of_the_service_alone() -> None:
    """Source: Azure docs, load-balancer-ha-ports-overview; kube-proxy, KUBE-SERVICES.

    The definition is compared in the drawn front ends, where one takes all protocols.
    """
    plain = door(rule("all", 100, IN, ALLOW, source="Internet"))
    (lb,) = plain.fabric.load_balancers
    every = replace(lb.rules[0], protocol=None, front_port=PortRange(0, 65535))
    fabric = replace(plain.fabric, load_balancers=(replace(lb, rules=(every,)),))
    model = PathModel.build(replace(plain, fabric=fabric))
    (front,) = [each for each in model.doors() if each.name.startswith("lb")]
    answers = {str(it.target): it.answer for it in model.enter(front)}
    source, address = int(ip_address("8.8.8.8")), int(ip_address("52.0.0.9"))
    for protocol, port, led in ((6, 80, True), (6, 8080, False), (17, 80, False)):
        header = Header(4, protocol, source, address, 40000, port)
        assert (header in answers["ns/web[Deployment]"].allowed) is led
        assert (header in answers["None"].denied) is not led
