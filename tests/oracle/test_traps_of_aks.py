"""Traps of AKS' API servers, ways out and ways in, asked of both meanings.

Each test names the rule of the platform that it holds; the page of traps lists them.
"""

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path

import pytest
from test_traps_of_doors import NODES, PRIVATE_LINK, PUBLIC, reach, resource, world
from test_way_vectors import door, enter

import strategies_fabric as fabric_strategies
from azure_builders import cluster as of_json
from azure_builders import convert
from fabrics import (
    ALLOW,
    DENY,
    HERE,
    IN,
    balancer,
    cidr,
    cluster,
    endpoint,
    firewall,
    group,
    hub_and_spoke,
    known,
    network,
    pod,
    pool,
    public,
    rule,
    service,
    snapshot,
    subnet,
    to_firewall,
    vault,
    workload,
    zone,
)
from seawall.engine.path import DoorKind, PathModel
from seawall.flowspace import Header
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.end import InternetEnd, PodEnd, SubnetEnd
from seawall.model.filter import SecurityRule
from seawall.model.firewall import CollectionType, NatRule, RuleCollection
from seawall.model.network import NetworkGateway
from seawall.model.packet import Packet, PortRange, Protocol
from seawall.model.service import ServicePort, ServiceType
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.translation import FrontEnd, NatGateway
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.walk import follow
from terraform_folders import CLUSTER, read_files, the_cluster
from ways import A, D, U, ask

HUB_MACHINE = SubnetEnd("jump")


# The API server: aks.md part 3.


def test_a_public_name_of_a_private_cluster_leads_nobody_in() -> None:
    """Source: AKS docs, private-clusters: it gives the private address everywhere."""
    asked = world(
        resource(open_=False, name=PUBLIC),
        private=True,
        private_endpoints=(endpoint("nodes", "10.1.0.9", "api"),),
    )
    assert reach(asked, NODES) is A
    assert reach(asked, HUB_MACHINE) is A
    assert reach(asked, InternetEnd(), sender="203.0.113.9") is D


def test_d_10_an_endpoint_of_ones_own_leads_another_network_to_the_api_server() -> None:
    """Source: AKS docs, private-cluster-connect: a zone of the same name there."""
    here = zone("privatelink.west.azmk8s.io", "spoke", aks="10.1.0.9")
    there = zone("privatelink.west.azmk8s.io", "hub", aks="10.0.1.9")
    api = resource(open_=False, name=PRIVATE_LINK)
    ends = (
        endpoint("nodes", "10.1.0.9", "api"),
        replace(endpoint("jump", "10.0.1.9", "api"), id="pe-own", name="pe-own"),
    )
    for zones, expected in (((here,), D), ((here, replace(there, id="other")), A)):
        asked = world(
            api, private=True, private_endpoints=ends, zones=zones, peerings=()
        )
        assert reach(asked, NODES) is A
        assert reach(asked, HUB_MACHINE) is expected


@pytest.mark.parametrize(
    ("policies", "expected"), [("Disabled", A), ("NetworkSecurityGroupEnabled", D)]
)
def test_g_07_nodes_must_be_let_to_the_endpoint_of_their_api_server(
    policies: str, expected: Verdict
) -> None:
    """Source: AKS docs, private-clusters: nodes reach it in the first pool's subnet."""
    shut = group("g", rule("no", 100, IN, DENY, to="10.1.0.9"))
    asked = world(
        resource(open_=False, name=PRIVATE_LINK),
        private=True,
        private_endpoints=(endpoint("nodes", "10.1.0.9", "api"),),
        zones=(zone("privatelink.west.azmk8s.io", "spoke", aks="10.1.0.9"),),
        security_groups=(shut,),
        subnets=(
            subnet("jump", "hub", "10.0.1.0/24"),
            subnet(
                "nodes",
                "spoke",
                "10.1.0.0/24",
                security_group=known("g"),
                endpoint_policies=known(policies),
            ),
        ),
    )
    assert reach(asked, NODES) is expected


# Ways out: aks.md part 4.

LENT = ("nat", "node", "balancer")
ADDRESSES = {"nat": "52.0.0.1", "node": "52.0.0.2", "balancer": "52.0.0.3"}


def leaving(*methods: str, admits: str, routed: bool = False) -> Verdict:
    """Ask about a vault that admits one address, for a pod with ways out."""
    fabric = Fabric(
        networks=(network("net", "10.0.0.0/16"),),
        subnets=(
            subnet(
                "nodes",
                "net",
                "10.0.1.0/24",
                nat_gateway=known("nat" if "nat" in methods else None),
                route_table=known("rt" if routed else None),
                default_outbound=known(value=False),
            ),
        ),
        route_tables=(to_firewall("10.0.0.4"),),
        nat_gateways=(NatGateway("nat", "nat", known(("pip-nat",)), HERE),),
        public_addresses=tuple(
            public(f"pip-{name}", it) for name, it in ADDRESSES.items()
        ),
        resources=(
            vault(
                default_access_allowed=known(value=False),
                allowed_ranges=(cidr(admits),),
            ),
        ),
    )
    nodes = pool(
        "sys",
        "nodes",
        node_public_addresses=known("node" in methods),
        node_public_prefix=known("pip-node" if "node" in methods else None),
    )
    kind = OutboundType.LOAD_BALANCER if "balancer" in methods else OutboundType.NONE
    web = workload("web", pods=(pod("web-1", "10.244.0.7"),))
    on = cluster(
        nodes, outbound=known(kind), outbound_addresses=known(("pip-balancer",))
    )
    asked = snapshot(fabric, on, workloads=(web,))
    return ask(asked, PodEnd(web), "kv.vault.azure.net")


@pytest.mark.parametrize("first", range(3))
def test_a_nat_gateway_comes_before_node_addresses_and_these_before_the_balancer(
    first: int,
) -> None:
    """Source: Azure docs, nat-overview; AKS docs, egress-outboundtype."""
    methods = LENT[first:]
    assert leaving(*methods, admits=ADDRESSES[methods[0]]) is A
    for other in methods[1:]:
        assert leaving(*methods, admits=ADDRESSES[other]) is D


def test_a_route_comes_before_every_method() -> None:
    """Source: AKS docs, egress-outboundtype: the appliance takes it, whatever lends."""
    assert leaving(*LENT, admits="52.0.0.1", routed=True) is U


def test_node_addresses_let_pods_out_of_a_cluster_without_a_way_out() -> None:
    """Source: AKS docs, concepts-network-isolated: they leak, even with `none`."""
    assert leaving("node", admits="52.0.0.2") is A
    assert leaving(admits="52.0.0.2") is D


@pytest.mark.parametrize(("of_pods", "expected"), [(True, A), (False, D)])
def test_pods_of_a_pod_subnet_leave_as_their_own_subnet_does(
    *, of_pods: bool, expected: Verdict
) -> None:
    """Source: AKS docs, concepts-network-azure-cni-pod-subnet."""
    gateways = {True: known("nat"), False: known(None)}
    fabric = Fabric(
        networks=(network("net", "10.0.0.0/16"),),
        subnets=(
            subnet("nodes", "net", "10.0.1.0/24", nat_gateway=gateways[not of_pods]),
            subnet("pods", "net", "10.0.8.0/24", nat_gateway=gateways[of_pods]),
        ),
        nat_gateways=(NatGateway("nat", "nat", known(("pip-nat",)), HERE),),
        public_addresses=(public("pip-nat", "52.0.0.1"),),
    )
    web = workload("web", pods=(pod("web-1", "10.0.8.7"),))
    on = cluster(
        pool("sys", "nodes", pod_subnet=known("pods")),
        addressing=known(Addressing.POD_SUBNET),
        pod_ranges=known(()),
        outbound=known(OutboundType.USER_ASSIGNED_NAT_GATEWAY),
    )
    asked = snapshot(fabric, on, workloads=(web,))
    assert ask(asked, PodEnd(web), "1.1.1.1") is expected


@pytest.mark.parametrize(
    "kind",
    [OutboundType.NONE, OutboundType.BLOCK, OutboundType.USER_DEFINED_ROUTING],
)
def test_the_outbound_type_closes_no_way_in(kind: OutboundType) -> None:
    """Source: AKS docs, egress-outboundtype: it is about egress only."""
    asked = door(rule("web", 100, IN, ALLOW, port="80"))
    assert asked.cluster is not None
    shut = replace(asked.cluster, outbound=known(kind))
    assert enter(replace(asked, cluster=shut)) is A


def test_trap_16_two_networks_on_one_circuit_may_reach_each_other() -> None:
    """Source: Azure docs, expressroute-about-virtual-network-gateways."""
    fabric = Fabric(
        networks=(network("a", "10.0.0.0/16"), network("b", "10.9.0.0/16")),
        subnets=(
            subnet("one", "a", "10.0.1.0/24"),
            subnet("other", "b", "10.9.1.0/24"),
        ),
        gateways=tuple(
            NetworkGateway(f"gw-{each}", f"gw-{each}", each, (), HERE)
            for each in ("a", "b")
        ),
    )
    assert ask(snapshot(fabric), SubnetEnd("one"), "10.9.1.4") is U


@pytest.mark.parametrize(("admitted", "expected"), [("10.0.0.0/26", A), ("8.8.8.8", D)])
def test_trap_15_behind_a_translation_a_group_sees_the_firewalls_subnet(
    admitted: str, expected: Verdict
) -> None:
    """Source: Azure docs, firewall-known-issues: what is translated has its source."""
    everywhere = (cidr("0.0.0.0/0"),)
    port = (PortRange(443, 443),)
    nat = NatRule(
        "in",
        (6,),
        everywhere,
        (cidr("52.0.0.1"),),
        port,
        ip_address("10.1.0.9"),
        "",
        443,
        HERE,
    )
    inward = RuleCollection(
        "group", "nat", (0, 0, 100), CollectionType.NAT, ALLOW, (nat,), HERE
    )
    guards = group(
        "g",
        rule("yes", 100, IN, ALLOW, source=admitted),
        rule("no", 200, IN, DENY),
    )
    base = hub_and_spoke(
        firewalls=(firewall(inward),),
        public_addresses=(public("pip-fw", "52.0.0.1"),),
        security_groups=(guards,),
    )
    subnets = tuple(
        replace(item, security_group=known("g")) if item.name == "nodes" else item
        for item in base.subnets
    )
    asked = snapshot(replace(base, subnets=subnets))
    assert ask(asked, InternetEnd(), "52.0.0.1", sender="8.8.8.8") is expected


# More of the API server.


def test_i_05_a_list_that_holds_every_address_admits_everyone() -> None:
    """Source: AKS docs, api-server-authorized-ip-ranges."""
    for ranges in (("0.0.0.0/0",), ("0.0.0.0/1", "128.0.0.0/1")):
        asked = world(resource(*ranges))
        assert reach(asked, InternetEnd(), sender="198.51.100.9") is A


def test_terraform_turns_the_public_name_off_where_it_says_nothing(
    tmp_path: Path,
) -> None:
    """Source: azurerm provider, kubernetes_cluster; AKS itself leaves it on."""
    private = CLUSTER.replace(
        'dns_prefix          = "aks"',
        'dns_prefix = "aks"\n  private_cluster_enabled = true',
    )
    of_provider = the_cluster(read_files(tmp_path, {"a.tf": private}))
    assert of_provider.api_server.private.is_surely(value=True)
    assert of_provider.api_server.public_name.is_surely(value=False)
    live = of_json(apiServerAccessProfile={"enablePrivateCluster": True})
    part = convert(live)
    assert part.cluster is not None
    assert part.cluster.api_server.public_name.is_surely(value=True)


# Subnets, groups and load balancers: aks.md part 6.


def test_g_02_a_denial_of_everything_parts_pods_and_nodes_of_an_overlay() -> None:
    """Source: AKS docs, concepts-network-azure-cni-overlay: rules must let both."""
    web = workload("web", node_pool="one", pods=(pod("web-1", "10.244.0.7"),))
    away = workload("db", node_pool="other", pods=(pod("db-1", "10.244.1.7"),))
    shut = rule("no", 4000, IN, DENY)
    network_only = rule("net", 100, IN, ALLOW, source="VirtualNetwork")
    pods = rule("pods", 110, IN, ALLOW, source="10.244.0.0/16", to="10.244.0.0/16")

    def between(*rules: SecurityRule) -> Verdict:
        fabric = Fabric(
            networks=(network("net", "10.0.0.0/16"),),
            subnets=tuple(
                subnet(name, "net", prefix, security_group=known("g"))
                for name, prefix in (("a", "10.0.1.0/24"), ("b", "10.0.2.0/24"))
            ),
            security_groups=(group("g", *rules),),
        )
        on = cluster(pool("one", "a"), pool("other", "b"))
        asked = snapshot(fabric, on, workloads=(web, away))
        packet = Packet(
            ip_address("10.244.0.7"), ip_address("10.244.1.7"), 6, 40000, 443
        )
        verdict = agreed(
            follow(
                asked,
                Start(PodEnd(web), "one", "net"),
                packet,
                target=PodEnd(away),
                choice=fabric_strategies.Drawn(number),
            ).verdict
            for number in range(10)
        )
        header = Header(4, 6, int(packet.source), int(packet.destination), 40000, 443)
        answer = PathModel.build(asked).partition(PodEnd(web), PodEnd(away))
        ours = {A: answer.allowed, D: answer.denied, U: answer.unknown}
        assert header in ours[verdict]
        return verdict

    assert between() is A
    assert between(shut) is D
    assert between(network_only, shut) is U
    assert between(pods, shut) is A


def test_node_ports_are_open_to_the_network_and_not_to_the_internet() -> None:
    """Source: AKS docs, concepts-network-services; the default rules of a group."""
    ports = (ServicePort("", Protocol.TCP, 80, 8080, node_port=30080),)
    web = workload("web", pods=(pod("web-1", "10.244.0.4"),))
    node_port = replace(
        service("web", "web", 80, 8080), type=ServiceType.NODE_PORT, ports=ports
    )
    fabric = Fabric(
        networks=(network("net", "10.0.0.0/16"),),
        subnets=(
            subnet("nodes", "net", "10.0.0.0/24"),
            subnet("from", "net", "10.0.1.0/24"),
        ),
        security_groups=(group("aks"),),
        public_addresses=(public("pips", "52.0.0.8/30"),),
    )
    nodes = pool(
        "sys",
        "nodes",
        nic_security_group=known("aks"),
        node_public_addresses=known(value=True),
        node_public_prefix=known("pips"),
    )
    asked = snapshot(fabric, cluster(nodes), workloads=(web,), services=(node_port,))
    assert ask(asked, SubnetEnd("from"), "10.0.0.9", 30080) is A
    model = PathModel.build(asked)
    (here,) = [it for it in model.doors() if it.kind is DoorKind.NODE]
    assert not any(entry.answer.allowed for entry in model.enter(here))


def probed(*rules: SecurityRule, at: PortRange | None) -> Snapshot:
    """Return a door that leads to local pods, and may probe a port of their nodes."""
    client = rule("web", 100, IN, ALLOW, source="Internet", port="80")
    plain = door(client, *rules)
    (lb,) = plain.fabric.load_balancers
    asks = replace(lb.rules[0], probe=at)
    fabric = replace(plain.fabric, load_balancers=(replace(lb, rules=(asks,)),))
    (svc,) = plain.objects.services
    local = replace(svc, local_traffic_only=True)
    objects = replace(plain.objects, services=(local,))
    return replace(plain, fabric=fabric, objects=objects)


PROBED = PortRange(30080, 30080)
SHUT = rule("no", 4000, IN, DENY)
PROBES = rule("probes", 3000, IN, ALLOW, source="AzureLoadBalancer", port="30080")
SOME = rule("some", 3000, IN, DENY, source="AzureLoadBalancer", to="10.0.0.0/25")
TAGGED = rule("tag", 3000, IN, DENY, source="Storage")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [((), A), ((SHUT,), D), ((PROBES, SHUT), A), ((SOME,), U), ((TAGGED,), A)],
)
def test_g_04_nodes_that_no_probe_reaches_take_no_clients(
    rules: tuple[SecurityRule, ...], expected: Verdict
) -> None:
    """Source: Azure docs, load-balancer-custom-probe-overview."""
    assert enter(probed(*rules, at=PROBED)) is expected
    # Without a probe nobody asks whether nodes are up.
    assert enter(probed(*rules, at=None)) is A


def test_g_04_a_rule_about_another_front_end_stops_no_probe() -> None:
    """A front end has its own address, which is no node's; path.md, A3 and B14."""
    closed = rule("no", 3000, IN, DENY, to="10.0.0.200")
    asked = probed(closed, at=PROBED)
    front = FrontEnd("inner", None, ip_address("10.0.0.200"), "nodes")
    inner = balancer("inner", 80, id="inner", name="inner", front_ends=(front,))
    balancers = (*asked.fabric.load_balancers, inner)
    fabric = replace(asked.fabric, load_balancers=balancers)
    assert enter(replace(asked, fabric=fabric)) is A


def test_g_04_a_load_balancer_passes_pools_by_that_no_probe_reaches() -> None:
    """Source: Azure docs, load-balancer-custom-probe-overview."""
    asked = probed(SHUT, at=PROBED)
    assert asked.cluster is not None
    away = subnet("away", "net", "10.0.2.0/24")
    opened = group("open", rule("web", 100, IN, ALLOW))
    fabric = replace(
        asked.fabric,
        subnets=(*asked.fabric.subnets, away),
        security_groups=(*asked.fabric.security_groups, opened),
    )
    more = pool("user", "away", nic_security_group=known("open"))
    on = replace(asked.cluster, pools=(*asked.cluster.pools, more))
    assert enter(replace(asked, fabric=fabric, cluster=on)) is A
