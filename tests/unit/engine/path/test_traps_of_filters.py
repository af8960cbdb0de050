"""What naive readers of Azure's filters get wrong, each trap by its number.

The numbers are those of the project's notes on the Azure network, "Twenty things naive
analyzers get wrong" and the ten after them; here stand those that are about filters.

Source: Azure docs, as each test names.
"""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

import fabrics as fab
from azure_builders import convert, resource, rule
from fabrics import ALLOW, DENY, HERE, IN, OUT, hidden, known
from seawall.engine.path import PathModel
from seawall.flowspace import FlowSet
from seawall.model.admin import AdminAccess, AdminCollection, AdminRule
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    NameEnd,
    PlatformEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.network import NetworkGateway, NextHop
from seawall.model.packet import EVERY_PORT
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Layer, Reply, Verdict

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
HTTPS = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])
DNS = FlowSet.box(protocols=[(17, 17)], destination_ports=[(53, 53)])
WEB, DB = fab.workload("web"), fab.workload("db")
SYSTEM = fab.pool("sys", "nodes")
CLOSED_OUT = fab.rule("no-out", 4096, OUT, DENY)
CLOSED_IN = fab.rule("no-in", 4096, IN, DENY)
FROM_NETWORK = fab.rule("net", 100, IN, ALLOW, source="VirtualNetwork")


def to(text: str) -> AddressEnd:
    return AddressEnd((fab.cidr(text),))


def asked(
    snapshot: Snapshot | Fabric, source: End, target: End, services: FlowSet = HTTPS
) -> Verdict:
    whole = snapshot if isinstance(snapshot, Snapshot) else fab.snapshot(snapshot)
    answer = PathModel.build(whole).partition(source, target, services=services)
    assert answer.partition.flows
    return answer.partition.verdict()


def net(*rules: object, **changed: Any) -> Fabric:
    """Return one network with a guarded subnet and a bare one."""
    group = fab.group("nsg", *rules)  # type: ignore[arg-type]
    guarded = fab.subnet(
        "nodes",
        "net",
        "10.1.0.0/24",
        security_group=known("nsg"),
        default_outbound=known(True),
    )
    plain = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(guarded, fab.subnet("bare", "net", "10.1.1.0/24")),
        security_groups=(group,),
        public_addresses=(fab.public("pip-lb", "52.0.0.9"),),
    )
    return replace(plain, **changed)


def at_subnet(fabric: Fabric, source: str) -> Verdict:
    """Ask what the guarded group says of a source, by default rules and one more."""
    filters = PathModel.build(fab.snapshot(fabric)).walker.filters
    ruling = filters.compiled(
        fabric.security_groups[0], fabric.subnets[0], direction=IN, tag=""
    ).ruling
    one = ((int(ip_address(source)),) * 2,)
    there = ((int(ip_address("10.1.0.4")),) * 2,)
    packet = HTTPS & FlowSet.box(sources={4: one}, destinations={4: there})
    if packet <= ruling.denied:
        return DENIED
    return UNKNOWN if packet <= ruling.unknown else ALLOWED


def gateway(*ranges: str) -> NetworkGateway:
    return NetworkGateway("gw", "gw", "net", tuple(map(fab.cidr, ranges)), HERE)


ONLY_NETWORK = (FROM_NETWORK, CLOSED_IN)


@pytest.mark.parametrize(
    ("changed", "source", "expected"),
    [
        ({}, "10.1.9.9", ALLOWED),
        ({}, "8.8.8.8", DENIED),
        ({}, "168.63.129.16", ALLOWED),
        ({"gateways": (gateway("192.168.0.0/24"),)}, "192.168.0.7", ALLOWED),
        ({"gateways": (gateway(),)}, "192.168.0.7", UNKNOWN),
        ({"peerings": fab.peered("net", "far")}, "10.7.0.1", ALLOWED),
    ],
)
def test_trap_1_virtual_network_is_more_than_the_networks_own_space(
    changed: dict[str, Any], source: str, expected: Verdict
) -> None:
    """Source: service-tags-overview: peers, on premises, the host, user routes."""
    far = fab.network("far", "10.7.0.0/16")
    base = net(*ONLY_NETWORK)
    fabric = replace(base, networks=(*base.networks, far), **changed)
    assert at_subnet(fabric, source) is expected


@pytest.mark.parametrize(
    ("prefix", "hop", "source", "expected"),
    [
        ("8.8.8.0/24", NextHop.INTERNET, "8.8.8.8", ALLOWED),
        ("0.0.0.0/0", NextHop.VIRTUAL_APPLIANCE, "9.9.9.9", ALLOWED),
        ("0.0.0.0/0", NextHop.INTERNET, "9.9.9.9", UNKNOWN),
        ("0.0.0.0/0", NextHop.NONE, "9.9.9.9", UNKNOWN),
        ("8.8.8.0/24", NextHop.INTERNET, "9.9.9.9", DENIED),
    ],
)
def test_trap_1_it_holds_the_prefixes_of_user_routes_of_that_subnet(
    prefix: str, hop: NextHop, source: str, expected: Verdict
) -> None:
    """Source: service-tags-overview; so it is another set at every subnet.

    It may hold default routes; those to appliances were seen in it
    (MicrosoftDocs/azure-docs, issue 22178).
    """
    base = net(*ONLY_NETWORK)
    routed = replace(base.subnets[0], route_table=known("rt"))
    table = fab.table("rt", fab.route("r", prefix, hop))
    fabric = replace(base, subnets=(routed, base.subnets[1]), route_tables=(table,))
    assert at_subnet(fabric, source) is expected
    assert at_subnet(replace(fabric, subnets=base.subnets), source) is DENIED


def test_trap_2_a_peering_without_access_still_carries_what_a_rule_allows() -> None:
    """Source: virtual-network-manage-peering: the flag only changes the tag."""
    far = fab.subnet("far", "far", "10.7.0.0/24")
    explicit = fab.rule("far", 100, IN, ALLOW, source="10.7.0.0/16")
    shut = fab.peered("net", "far", allows_access=known(False))
    for rules, expected in (((explicit,), ALLOWED), ((), DENIED)):
        base = net(*rules)
        fabric = replace(
            base,
            networks=(*base.networks, fab.network("far", "10.7.0.0/16")),
            subnets=(*base.subnets, far),
            peerings=shut,
        )
        assert asked(fabric, SubnetEnd("far"), to("10.1.0.9")) is expected


def published(fabric: Fabric, **changed: Any) -> Snapshot:
    svc = fab.service("web", "web", 443, 8443)
    on = fab.cluster(replace(SYSTEM, **changed))
    balanced = replace(fabric, load_balancers=(fab.balancer("web", 443),))
    return fab.snapshot(balanced, on, workloads=(WEB, DB), services=(svc,))


def bare_nodes(fabric: Fabric) -> Fabric:
    open_ = replace(fabric.subnets[0], security_group=known(None))
    return replace(fabric, subnets=(open_, *fabric.subnets[1:]))


def test_trap_3_without_a_group_the_network_is_in_and_the_internet_is_out() -> None:
    """Source: load-balancer-overview: standard front ends are closed by default."""
    fabric = bare_nodes(net())
    assert asked(fabric, SubnetEnd("bare"), to("10.1.0.9")) is ALLOWED
    assert asked(published(fabric), InternetEnd(), PodEnd(WEB)) is DENIED


@pytest.mark.parametrize(
    ("destination", "expected"),
    [("52.0.0.9/32", ALLOWED), ("10.1.0.0/24", DENIED), ("VirtualNetwork", DENIED)],
)
def test_trap_4_a_floating_packet_still_goes_to_the_front_ends_address(
    destination: str, expected: Verdict
) -> None:
    """Source: load-balancer-floating-ip."""
    allow = fab.rule("web", 100, IN, ALLOW, source="Internet", to=destination)
    assert asked(published(net(allow)), InternetEnd(), PodEnd(WEB)) is expected


def test_trap_5_the_tag_of_the_load_balancer_admits_probes_and_no_client() -> None:
    """Source: service-tags-overview: it is the address of the host alone."""
    probes = fab.rule("lb", 100, IN, ALLOW, source="AzureLoadBalancer")
    closed = net(probes, CLOSED_IN)
    assert asked(published(closed), InternetEnd(), PodEnd(WEB)) is DENIED
    assert at_subnet(closed, "168.63.129.16") is ALLOWED


def test_trap_5_the_group_sees_the_client_behind_a_load_balancer() -> None:
    """Source: network-security-groups-overview: the load balancer keeps the source."""
    client = fab.rule("client", 100, IN, ALLOW, source="8.8.8.0/24")
    answer = PathModel.build(published(net(client))).partition(
        InternetEnd(), to("52.0.0.9"), services=HTTPS
    )
    inside = FlowSet.box(sources={4: ((0x08080800, 0x080808FF),)})
    assert answer.allowed
    assert answer.allowed <= inside
    assert answer.denied
    assert answer.denied <= ~inside


def test_trap_6_a_denial_of_everything_keeps_the_platforms_addresses_open() -> None:
    """Source: network-security-groups-overview, "Azure platform considerations"."""
    fabric = net(CLOSED_OUT)
    source = SubnetEnd("nodes")
    assert asked(fabric, source, PlatformEnd("imds")) is ALLOWED
    assert asked(fabric, source, PlatformEnd("wireserver"), DNS) is ALLOWED
    assert asked(fabric, source, to("8.8.8.8")) is DENIED


@pytest.mark.parametrize(
    ("tag", "end", "services"),
    [
        ("AzurePlatformIMDS", PlatformEnd("imds"), HTTPS),
        ("AzurePlatformDNS", PlatformEnd("wireserver"), DNS),
    ],
)
def test_trap_6_only_rules_for_the_platforms_tags_reach_them(
    tag: str, end: End, services: FlowSet
) -> None:
    """Source: network-security-groups-overview, "Azure platform considerations"."""
    fabric = net(fab.rule("tag", 100, OUT, DENY, to=tag))
    assert asked(fabric, SubnetEnd("nodes"), end, services) is DENIED


@pytest.mark.parametrize("direction", [IN, OUT])
def test_trap_7_a_subnets_group_filters_within_the_subnet_on_both_ends(
    direction: Any,
) -> None:
    """Source: network-security-group-how-it-works, "Intra-subnet traffic"."""
    fabric = net(fab.rule("no", 100, direction, DENY))
    assert asked(fabric, SubnetEnd("nodes"), to("10.1.0.9")) is DENIED


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        (known("Disabled"), ALLOWED),
        (known("RouteTableEnabled"), ALLOWED),
        (known("NetworkSecurityGroupEnabled"), DENIED),
        (known("Enabled"), DENIED),
        (hidden(), UNKNOWN),
    ],
)
def test_trap_11_a_group_guards_a_private_endpoint_only_where_that_is_on(
    policies: Any, expected: Verdict
) -> None:
    """Source: disable-private-endpoint-network-policy."""
    base = net(CLOSED_IN)
    home = replace(base.subnets[0], endpoint_policies=policies)
    fabric = replace(
        base,
        subnets=(home, base.subnets[1]),
        private_endpoints=(fab.endpoint("nodes", "10.1.0.20"),),
    )
    assert asked(fabric, SubnetEnd("bare"), to("10.1.0.20")) is expected


def test_trap_12_a_resources_firewall_does_not_bind_its_private_endpoint() -> None:
    """Source: storage-network-security: rules bind the public endpoint."""
    shut = fab.vault(public=known(True), default_access_allowed=known(False))
    private = fab.zone("privatelink.vaultcore.azure.net", "net", kv="10.1.1.20")
    behind = net(
        resources=(shut,),
        private_endpoints=(fab.endpoint("bare", "10.1.1.20"),),
        zones=(private,),
    )
    name = NameEnd("kv.vault.azure.net")
    assert asked(behind, SubnetEnd("nodes"), name) is ALLOWED
    assert asked(net(resources=(shut,)), SubnetEnd("nodes"), name) is DENIED


def admin(access: AdminAccess, *, sure: bool = True) -> AdminCollection:
    whole = (EVERY_PORT,)
    every = (fab.term("*"),)
    made = AdminRule("r", 1, IN, access, None, every, whole, every, whole, HERE)
    names = ("net",)
    return AdminCollection(
        *("rc", "rc", "m", 1, (made,)),
        networks=names if sure else (),
        maybe=() if sure else names,
        why="where it is deployed is not in the input",
        origin=HERE,
    )


@pytest.mark.parametrize(
    ("access", "sure", "expected"),
    [
        (AdminAccess.ALLOW, True, DENIED),
        (AdminAccess.ALWAYS_ALLOW, True, ALLOWED),
        (AdminAccess.ALWAYS_ALLOW, False, UNKNOWN),
    ],
)
def test_trap_19_an_admin_allow_is_not_final_and_counts_once_deployed(
    access: AdminAccess, *, sure: bool, expected: Verdict
) -> None:
    """Source: concept-security-admins and concept-deployments."""
    fabric = net(CLOSED_IN, admin_rules=(admin(access, sure=sure),))
    assert asked(fabric, SubnetEnd("bare"), to("10.1.0.9")) is expected


def test_trap_19_some_subnets_are_exempt() -> None:
    """Source: concept-security-admins, "Nonapplication"; more in test_admin_rules."""
    fabric = net(admin_rules=(admin(AdminAccess.DENY),))
    bastion = replace(fabric.subnets[1], name="AzureBastionSubnet")
    fabric = replace(fabric, subnets=(fabric.subnets[0], bastion))
    assert asked(fabric, SubnetEnd("nodes"), to("10.1.1.9")) is ALLOWED
    assert asked(fabric, SubnetEnd("bare"), to("10.1.0.9")) is DENIED


def test_trap_21_rules_inline_and_as_resources_of_their_own_are_one_group() -> None:
    """Source: Microsoft.Network, `networkSecurityGroups/securityRules`."""
    group = resource("networkSecurityGroups", "g", securityRules=[rule("inline")])
    body = rule("child", priority=200)["properties"]
    assert isinstance(body, dict)
    child = resource("networkSecurityGroups/securityRules", "g", "child", **body)
    (found,) = convert(group, child).fabric.security_groups
    names = [each.name for each in found.rules if not each.is_default]
    assert sorted(names) == ["child", "inline"]


def test_trap_23_nodes_have_a_group_that_no_list_of_interfaces_shows() -> None:
    """Source: AKS docs, concepts-security; the group is on the scale sets."""
    part = convert(
        {
            "id": "/subscriptions/s/resourceGroups/rg/providers/"
            "Microsoft.ContainerService/managedClusters/aks",
            "name": "aks",
            "type": "Microsoft.ContainerService/managedClusters",
            "location": "westeurope",
            "properties": {"agentPoolProfiles": [{"name": "sys"}]},
        }
    )
    assert part.cluster is not None
    setting = part.cluster.pools[0].nic_security_group
    assert setting.value in {group.id for group in part.fabric.security_groups}


def test_trap_25_a_group_sees_overlay_pods_inside_and_their_nodes_outside() -> None:
    """Source: AKS docs, concepts-network-azure-cni-overlay."""
    no_pods = fab.rule("pods", 100, IN, DENY, source="10.244.0.0/16")
    base = net(no_pods)
    other = fab.subnet("other", "net", "10.1.2.0/24", security_group=known("nsg"))
    fabric = replace(base, subnets=(*base.subnets, other))
    on = fab.cluster(SYSTEM, fab.pool("user", "other"))
    away = replace(DB, node_pool="user")
    here = replace(WEB, node_pool="sys")
    snapshot = fab.snapshot(fabric, on, workloads=(here, away))
    assert asked(snapshot, PodEnd(here), PodEnd(away)) is DENIED
    assert asked(snapshot, PodEnd(here), to("10.1.2.200")) is ALLOWED


def test_trap_28_a_default_route_by_gateway_counts_as_one_by_route_table() -> None:
    """Source: service-tags-overview: default routes may be part of the tag."""
    fabric = net(*ONLY_NETWORK, gateways=(gateway("0.0.0.0/0"),))
    assert at_subnet(fabric, "9.9.9.9") is ALLOWED
    no_internet = fab.rule("no", 100, IN, DENY, source="Internet")
    fabric = net(no_internet, gateways=(gateway("0.0.0.0/0"),))
    assert at_subnet(fabric, "9.9.9.9") is UNKNOWN


def test_trap_29_a_reply_needs_no_rule() -> None:
    """Source: network-security-groups-overview: flow records."""
    fabric = net(fab.rule("no", 100, IN, DENY))
    model = PathModel.build(fab.snapshot(fabric))
    answer = model.partition(SubnetEnd("nodes"), to("10.1.1.9"), services=HTTPS)
    header = answer.allowed.witness()
    assert header is not None
    reply, _ = model.replies(answer, header)
    assert reply is Reply.RETURNS
    layers = [hop.layer for hop in model.explain(answer, header)]
    assert Layer.SUBNET_FILTER in layers
