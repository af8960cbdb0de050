"""Traps about the control plane, side doors and ways in, asked of both meanings.

Each test names the rule of the platform that it holds.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import strategies_fabric as fabric_strategies
from fabrics import (
    ALLOW,
    DENY,
    HERE,
    IN,
    OUT,
    balancer,
    cidr,
    cluster,
    endpoint,
    group,
    known,
    network,
    peered,
    pool,
    public,
    rule,
    service,
    snapshot,
    subnet,
    workload,
    zone,
)
from seawall.engine.path import DoorKind, PathModel
from seawall.engine.path.filters.needs import MANAGER, PROBES, Need, met
from seawall.flowspace import Header
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    InternetEnd,
    NodeEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.endpoint import PlatformResource
from seawall.model.filter import SecurityRule
from seawall.model.name import AddressRecord
from seawall.model.network import Subnet
from seawall.model.packet import Packet, PortRange
from seawall.model.policy import BlockPeer, Policy, PolicyRule
from seawall.model.private_link import FrontDoorOrigin, PrivateLinkService
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.translation import ApplicationGateway, FrontEnd, NatGateway
from seawall.model.way_in import CONTAINERS, EntryProxy, WayIn
from seawall.query.case import Case
from seawall.reference.control_plane import where
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.needs import lets_in
from seawall.reference.walk import follow

A, D, U = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
HUB_MACHINE, NODES = SubnetEnd("jump"), NodeEnd("sys")
PRIVATE_LINK = "aks.privatelink.west.azmk8s.io"
INTEGRATED = "aks.private.west.azmk8s.io"
PUBLIC = "aks.hcp.west.azmk8s.io"


def resource(*ranges: str, name: str = PUBLIC, open_: bool = True) -> PlatformResource:
    return PlatformResource(
        "api",
        "api-server",
        "api",
        (name,),
        name.partition(".")[2] if name != PUBLIC else "privatelink.west.azmk8s.io",
        public=known(open_),
        default_access_allowed=known(not ranges and open_),
        allowed_ranges=tuple(map(cidr, ranges)),
        allowed_subnets=(),
        origin=cluster(pool("sys", "nodes")).origin,
    )


def world(
    api: PlatformResource,
    *,
    private: bool = False,
    integrated: bool = False,
    outbound: OutboundType = OutboundType.LOAD_BALANCER,
    **fabric: object,
) -> Snapshot:
    """Return a hub, and a spoke with nodes and a subnet for the API server."""
    plain = Fabric(
        networks=(network("hub", "10.0.0.0/16"), network("spoke", "10.1.0.0/16")),
        subnets=(
            subnet("jump", "hub", "10.0.1.0/24"),
            subnet("nodes", "spoke", "10.1.0.0/24"),
            subnet("api-subnet", "spoke", "10.1.8.0/28"),
        ),
        peerings=peered("hub", "spoke"),
        resources=(api,),
        public_addresses=(public("pip-nat", "52.0.0.7"),),
        nat_gateways=(NatGateway("nat", "nat", known(("pip-nat",)), api.origin),),
    )
    on = cluster(pool("sys", "nodes"), outbound=known(outbound))
    server = replace(
        on.api_server,
        private=known(private),
        vnet_integration=known(integrated),
        subnet=known("api-subnet" if integrated else None),
        name=api.host_names[0],
        internal_address=ip_address("10.1.8.4") if integrated else None,
    )
    return snapshot(replace(plain, **fabric), replace(on, api_server=server))  # type: ignore[arg-type]


def reach(
    asked: Snapshot, source: End, *, sender: str = "", port: int = 443
) -> Verdict:
    """Return what both meanings say of one packet to the API server."""
    model = PathModel.build(asked)
    (start,) = model.starts(source)
    in_cluster = isinstance(source, NodeEnd)
    found = where(asked, start.network, from_cluster=in_cluster)
    answer = model.partition(source, ApiServerEnd())
    if found.kind in ("nothing", "unknown"):
        assert not answer.allowed
        assert bool(answer.denied) is (found.kind == "nothing")
        return D if found.kind == "nothing" else U
    to = found.addresses[0] if found.addresses else ip_address("1.2.3.4")
    if found.kind == "endpoints":
        # Any address of the API server's subnet may be its own.
        to = ip_address("10.1.8.9")
    from_ = ip_address(sender) if sender else start.sources.ranges[0].lowest
    internal = in_cluster and asked.cluster and asked.cluster.api_server.subnet.value
    name = None if internal or asked.cluster is None else asked.cluster.api_server.name
    here_end = InternetEnd() if isinstance(source, AddressEnd) else source
    here = Start(here_end, start.pool.name if start.pool else "", start.network or "")  # type: ignore[arg-type]
    verdict = agreed(
        follow(
            asked,
            here,
            Packet(from_, to, 6, 40000, port),
            name=name,
            target=ApiServerEnd(),
            choice=fabric_strategies.Drawn(number),
        ).verdict
        for number in range(10)
    )
    header = Header(4, 6, int(from_), int(to), 40000, port)
    ours = {A: answer.allowed, D: answer.denied, U: answer.unknown}
    assert header in ours[verdict], (verdict, [k for k in ours if header in ours[k]])
    return verdict


# The four topologies: aks.md 3.2.


def test_t1_a_public_api_server_admits_everyone_without_ranges() -> None:
    """Source: AKS docs, api-server-authorized-ip-ranges: empty is any source."""
    assert reach(world(resource()), InternetEnd()) is A
    assert reach(world(resource()), NODES) is A


def test_t1_authorized_ranges_admit_whom_they_hold_and_the_cluster_itself() -> None:
    """Source: AKS docs, api-server-authorized-ip-ranges: I-03."""
    asked = world(resource("203.0.113.0/24"))
    assert reach(asked, InternetEnd(), sender="203.0.113.9") is A
    assert reach(asked, InternetEnd(), sender="198.51.100.9") is D
    assert reach(asked, NODES) is A


@pytest.mark.parametrize(
    ("ranges", "expected"), [("203.0.113.0/24", D), ("52.0.0.7", A)]
)
def test_t1_nodes_behind_a_nat_gateway_need_its_address_in_the_ranges(
    ranges: str, expected: Verdict
) -> None:
    """Source: AKS docs, limit-egress-traffic: I-03, I-08."""
    behind = subnet("nodes", "spoke", "10.1.0.0/24", nat_gateway=known("nat"))
    asked = world(
        resource(ranges),
        outbound=OutboundType.USER_ASSIGNED_NAT_GATEWAY,
        subnets=(subnet("jump", "hub", "10.0.1.0/24"), behind),
    )
    assert reach(asked, NODES) is expected


@pytest.mark.parametrize(
    ("linked", "expected"), [(("spoke",), D), (("spoke", "hub"), A)]
)
def test_t2_a_private_endpoint_is_reached_where_its_name_resolves(
    linked: tuple[str, ...], expected: Verdict
) -> None:
    """Source: AKS docs, private-clusters: D-01, the zone is linked to the nodes'."""
    asked = world(
        resource(name=PRIVATE_LINK, open_=False),
        private=True,
        private_endpoints=(endpoint("nodes", "10.1.0.9", "api"),),
        zones=(zone("privatelink.west.azmk8s.io", *linked, aks="10.1.0.9"),),
    )
    assert reach(asked, NODES) is A
    assert reach(asked, HUB_MACHINE) is expected
    assert reach(asked, InternetEnd()) is D


def test_t2_authorized_ranges_do_not_open_a_private_cluster() -> None:
    """Source: AKS docs, private-clusters: I-11, they hold for the public address."""
    asked = world(
        replace(
            resource("203.0.113.0/24", name=PRIVATE_LINK), public=known(value=False)
        ),
        private=True,
        private_endpoints=(endpoint("nodes", "10.1.0.9", "api"),),
        zones=(zone("privatelink.west.azmk8s.io", "spoke", aks="10.1.0.9"),),
    )
    assert reach(asked, InternetEnd(), sender="203.0.113.9") is D


def test_t3_nodes_use_the_internal_address_whatever_the_ranges_hold() -> None:
    """Source: AKS docs, api-server-vnet-integration: no DNS, no tunnel."""
    asked = world(
        resource("203.0.113.0/24"), integrated=True, outbound=OutboundType.NONE
    )
    assert reach(asked, NODES) is A
    assert reach(asked, InternetEnd(), sender="203.0.113.9") is A
    assert reach(asked, InternetEnd(), sender="198.51.100.9") is D


def test_t3_the_group_of_the_api_subnet_must_let_the_nodes_in() -> None:
    """Source: AKS docs, api-server-vnet-integration, "NSG security rules": G-06."""
    shut = group("g", rule("no", 100, IN, DENY, source="10.1.0.0/24", port="443"))
    asked = world(
        resource(),
        integrated=True,
        security_groups=(shut,),
        subnets=(
            subnet("jump", "hub", "10.0.1.0/24"),
            subnet("nodes", "spoke", "10.1.0.0/24"),
            subnet("api-subnet", "spoke", "10.1.8.0/28", security_group=known("g")),
        ),
    )
    assert reach(asked, NODES) is D
    assert reach(asked, NODES, port=4443) is A


@pytest.mark.parametrize(
    ("linked", "expected"), [(("spoke",), D), (("spoke", "hub"), A)]
)
def test_t4_a_private_integrated_api_server_is_reached_where_its_name_resolves(
    linked: tuple[str, ...], expected: Verdict
) -> None:
    """Source: AKS docs, private-clusters: the zone is `private.<region>.azmk8s.io`."""
    asked = world(
        resource(name=INTEGRATED, open_=False),
        private=True,
        integrated=True,
        zones=(zone("private.west.azmk8s.io", *linked, aks="10.1.8.4"),),
    )
    assert reach(asked, NODES) is A
    assert reach(asked, HUB_MACHINE) is expected
    assert reach(asked, InternetEnd()) is D


@pytest.mark.parametrize("name", [INTEGRATED, PUBLIC])
def test_t4_an_integrated_api_server_is_in_its_subnet_whatever_its_address(
    name: str,
) -> None:
    """Source: AKS docs, api-server-vnet-integration: the subnet is its own."""
    record = AddressRecord("aks", (), cluster(pool("sys", "nodes")).origin)
    listed = zone("private.west.azmk8s.io", "spoke", "hub")
    api = replace(resource(open_=False), host_names=(name,))
    api = replace(api, private_suffix="private.west.azmk8s.io")
    asked = world(
        api,
        private=True,
        integrated=True,
        zones=(replace(listed, records=(record,)),),
    )
    assert asked.cluster is not None
    server = replace(asked.cluster.api_server, internal_address=None)
    asked = replace(asked, cluster=replace(asked.cluster, api_server=server))
    assert reach(asked, NODES) is A
    assert reach(asked, HUB_MACHINE) is A
    shut = group("g", rule("no", 100, IN, DENY, to="10.1.8.0/28"))
    closed = tuple(
        replace(each, security_group=known("g")) if each.id == "api-subnet" else each
        for each in asked.fabric.subnets
    )
    fabric = replace(asked.fabric, subnets=closed, security_groups=(shut,))
    assert reach(replace(asked, fabric=fabric), HUB_MACHINE) is D
    gone = tuple(each for each in asked.fabric.subnets if each.id != "api-subnet")
    fabric = replace(asked.fabric, subnets=gone)
    assert reach(replace(asked, fabric=fabric), HUB_MACHINE) is U


# What the platform itself must be let through.


def needs(asked: Snapshot, where_: str, need: Need, sender: str) -> Verdict:
    model = PathModel.build(asked)
    home = model.atlas.subnet(where_)
    assert home is not None
    found = met(model.atlas, model.walker.filters, home, need)
    to = home.prefixes[0].lowest
    by_packet = lets_in(
        asked,
        home,
        need.tag.lower(),
        ip_address(sender),
        to,
        need.ports.first,
    )
    assert found.verdict is by_packet
    return by_packet


def guarded(*rules: object) -> Snapshot:
    net = Fabric(
        networks=(network("net", "10.0.0.0/16"),),
        subnets=(subnet("s", "net", "10.0.0.0/24", security_group=known("g")),),
        security_groups=(group("g", *rules),),  # type: ignore[arg-type]
    )
    return snapshot(net)


PROBE = Need(PROBES, PortRange(9988, 9988), "probes", "")
MANAGED = Need(MANAGER, PortRange(65200, 65200), "management", "")


def test_probes_come_in_by_the_default_rule_and_not_past_a_denial_before_it() -> None:
    """Source: AKS docs, api-server-vnet-integration; Azure, service-tags-overview."""
    assert needs(guarded(), "s", PROBE, "168.63.129.16") is A
    shut = rule("no", 4000, IN, DENY)
    assert needs(guarded(shut), "s", PROBE, "168.63.129.16") is D
    let = rule("yes", 100, IN, ALLOW, source="AzureLoadBalancer", port="9988")
    assert needs(guarded(let, shut), "s", PROBE, "168.63.129.16") is A


def test_a_manager_comes_in_only_by_a_rule_for_its_tag_or_for_everyone() -> None:
    """Source: Azure docs, configuration-infrastructure: GatewayManager 65200-65535."""
    assert needs(guarded(), "s", MANAGED, "20.0.0.1") is D
    let = rule("yes", 100, IN, ALLOW, source="GatewayManager", port="65200-65535")
    assert needs(guarded(let), "s", MANAGED, "20.0.0.1") is A
    other = rule("yes", 100, IN, ALLOW, source="AzureCloud", port="65200-65535")
    assert needs(guarded(other), "s", MANAGED, "20.0.0.1") is U
    everyone = rule("yes", 100, IN, ALLOW, port="65200-65535")
    assert needs(guarded(everyone), "s", MANAGED, "20.0.0.1") is A


# Private Link services and Front Door: azure-network.md 6.2 and 7.3.


def linked(*rules: SecurityRule, approved: bool = True, port: int = 443) -> Snapshot:
    """Return a private endpoint in the hub that leads to pods by such a service.

    The group is that of the nodes' subnet.
    """
    front = FrontEnd("front", None, ip_address("10.1.0.9"), "nodes")
    fabric = Fabric(
        networks=(network("hub", "10.0.0.0/16"), network("spoke", "10.1.0.0/16")),
        subnets=(
            subnet("jump", "hub", "10.0.1.0/24"),
            subnet("ends", "hub", "10.0.9.0/24"),
            subnet("nodes", "spoke", "10.1.0.0/24", security_group=known("g")),
            subnet("pls", "spoke", "10.1.7.0/28"),
        ),
        security_groups=(group("g", *rules),),
        load_balancers=(balancer("web", 443, front_ends=(front,)),),
        private_endpoints=(
            replace(endpoint("ends", "10.0.9.4", "link"), approved=known(approved)),
        ),
        private_link_services=(
            PrivateLinkService(
                "link",
                "link",
                ("pls",),
                (),
                "lb",
                "front",
                known(("*",)),
                known(()),
                balancer("web", 443).origin,
            ),
        ),
    )
    return snapshot(
        fabric,
        cluster(pool("sys", "nodes")),
        workloads=(workload("web"),),
        services=(service("web", "web", 443, port),),
    )


def through(asked: Snapshot, port: int = 443) -> Verdict:
    """Return what both meanings say of a packet of the hub to the private endpoint."""
    to, from_ = ip_address("10.0.9.4"), ip_address("10.0.1.4")
    verdict = agreed(
        follow(
            asked,
            Start(HUB_MACHINE),
            Packet(from_, to, 6, 40000, port),
            target=AddressEnd((cidr("10.0.9.4"),)),
            choice=fabric_strategies.Drawn(number),
        ).verdict
        for number in range(10)
    )
    answer = PathModel.build(asked).partition(
        HUB_MACHINE, AddressEnd((cidr("10.0.9.4"),))
    )
    header = Header(4, 6, int(from_), int(to), 40000, port)
    ours = {A: answer.allowed, D: answer.denied, U: answer.unknown}
    assert header in ours[verdict], (verdict, [k for k in ours if header in ours[k]])
    return verdict


def test_a_private_link_service_leads_to_the_load_balancer_behind_it() -> None:
    """Source: Azure docs, private-link-service-overview; networks need no peering."""
    assert through(linked()) is A
    assert through(linked(), port=80) is D
    assert through(linked(approved=False)) is D


def test_past_a_private_link_service_the_group_sees_its_subnet_and_no_client() -> None:
    """Source: Azure docs, private-link-service-overview: source NAT."""
    by_client = rule("no-client", 100, IN, DENY, source="10.0.1.0/24")
    assert through(linked(by_client)) is A
    by_link = rule("no-link", 100, IN, DENY, source="10.1.7.0/28")
    assert through(linked(by_link)) is D


def test_front_door_leads_the_internet_to_a_private_link_service() -> None:
    """Source: Azure docs, frontdoor private-link: no public address is needed."""
    plain = linked()
    edge = FrontDoorOrigin("o", "shop/o", "", "link", known(value=True), HERE)
    asked = replace(plain, fabric=replace(plain.fabric, front_doors=(edge,)))
    model = PathModel.build(asked)
    (door,) = [it for it in model.doors() if it.kind is DoorKind.PRIVATE_LINK]
    assert door.is_public
    assert door.name == "link behind Front Door shop/o (visible to every subscription)"
    (entry,) = model.enter(door)
    assert entry.target == PodEnd(asked.objects.workloads[0])
    assert entry.answer.allowed
    (alone,) = [
        it
        for it in PathModel.build(plain).doors()
        if it.service == "ns/web" and it.kind is DoorKind.PRIVATE_LINK
    ]
    assert not alone.is_public


def test_a_private_link_service_without_its_load_balancer_is_not_known() -> None:
    plain = linked()
    asked = replace(plain, fabric=replace(plain.fabric, load_balancers=()))
    assert through(asked) is U


# Application gateways: azure-network.md 7.1 and 7.2.


def gateway(**changed: object) -> ApplicationGateway:
    plain = ApplicationGateway(
        "agw",
        "agw",
        "agw",
        (FrontEnd("front", "pip-agw", None, None),),
        (443,),
        (cidr("10.1.0.9"),),
        (),
        (8443,),
        known(None),
        HERE,
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def published(
    device: ApplicationGateway,
    *policies: Policy,
    agw: Subnet | None = None,
    engine: PolicyEngine = PolicyEngine.CALICO,
    **on: object,
) -> Snapshot:
    """Return a gateway in a subnet of its own before the pods of a Service."""
    fabric = Fabric(
        networks=(network("net", "10.1.0.0/16"),),
        subnets=(
            agw or subnet("agw", "net", "10.1.5.0/24"),
            subnet("nodes", "net", "10.1.0.0/24"),
        ),
        public_addresses=(public("pip-agw", "52.0.0.5"),),
        application_gateways=(device,),
        security_groups=(
            group("shut", rule("no", 100, OUT, DENY)),
            group("open", rule("yes", 100, IN, ALLOW, port="443")),
        ),
    )
    proxy = EntryProxy("Gateway ns/web", is_outside=True, device=CONTAINERS)
    way = WayIn("HTTPRoute", "ns", "web", proxy, "ns", "web", 80, HERE, listens=(443,))
    plain = snapshot(
        fabric,
        cluster(pool("sys", "nodes"), policy_engine=known(engine), **on),
        workloads=(workload("web"),),
        services=(service("web", "web", 80, 8080),),
    )
    objects = replace(plain.objects, ways_in=(way,), policies=policies)
    return replace(plain, objects=objects)


def enter(asked: Snapshot, sender: str = "8.8.8.8", port: int = 443) -> Verdict:
    """Return what the engine says of a client of the gateway, and hold it to both.

    The definition decides about the client's own connection alone.
    """
    case = Case(asked)
    (door,) = [
        it
        for it in case.paths.doors()
        if it.kind in (DoorKind.GATEWAY, DoorKind.CONTAINERS)
    ]
    to = ip_address("52.0.0.5") if door.addresses else ip_address("1.2.3.4")
    header = Header(4, 6, int(ip_address(sender)), int(to), 40000, port)
    found = {
        verdict
        for entry in case.paths.enter(door, policy=case.policies)
        for verdict, part in (
            (A, entry.answer.allowed),
            (D, entry.answer.denied),
            (U, entry.answer.unknown),
        )
        if header in part
    }
    ours = found.pop() if len(found) == 1 else D
    if door.addresses:
        packet = Packet(ip_address(sender), to, 6, 40000, port)
        first = agreed(
            follow(
                asked,
                Start(InternetEnd()),
                packet,
                choice=fabric_strategies.Drawn(number),
            ).verdict
            for number in range(10)
        )
        assert ours is first or first is A
    return ours


NEEDED = subnet("agw", "net", "10.1.5.0/24", security_group=known("open"))


def test_a_client_that_a_custom_rule_names_by_address_may_be_refused() -> None:
    """Source: azure-network.md 7.1: a firewall for content, but for such rules."""
    shut = gateway(may_refuse=(cidr("8.8.8.0/24"),))
    asked = published(shut, agw=NEEDED)
    assert enter(asked, sender="9.9.9.9") is enter(published(gateway(), agw=NEEDED))
    assert enter(asked, sender="8.8.8.8") is U


def containers(**changed: object) -> ApplicationGateway:
    plain = gateway(
        for_containers=True,
        follows_ingresses=True,
        backend_addresses=(),
        backend_ports=(),
        front_ends=(FrontEnd("front", "hosted", None, None),),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def admitting(block: str) -> Policy:
    peers = (BlockPeer(cidr(block)),)
    return Policy(
        "ns",
        "only",
        EVERYTHING,
        frozenset({IN}),
        (PolicyRule(peers, None, HERE),),
        (),
        HERE,
    )


@pytest.mark.parametrize("mode", [Addressing.OVERLAY, Addressing.NODE_SUBNET])
def test_a_gateway_for_containers_leads_the_internet_to_pods(mode: Addressing) -> None:
    """Source: azure-network.md 7.2: it connects to pod addresses directly."""
    ranges = (cidr("10.244.0.0/16"),) if mode is Addressing.OVERLAY else ()
    on = {"addressing": known(mode), "pod_ranges": known(ranges)}
    assert enter(published(containers(), **on)) is A
    assert enter(published(containers(), **on), port=80) is D


def test_policies_must_admit_the_subnet_of_a_gateway_for_containers() -> None:
    """Source: azure-network.md 7.2; aks.md 6.2, G-10."""
    assert enter(published(containers(), admitting("10.1.5.0/24"))) is A
    assert enter(published(containers(), admitting("10.1.6.0/24"))) is D


def test_no_group_stands_before_a_gateway_for_containers() -> None:
    """Source: azure-network.md 7.2: Azure hosts the front end."""
    default = subnet("agw", "net", "10.1.5.0/24", security_group=known("plain"))
    assert enter(published(containers(), agw=NEEDED)) is A
    assert enter(published(containers(), agw=default)) is U


def test_what_the_group_of_its_subnet_refuses_is_not_known() -> None:
    """Source: aks.md part 12, 12: not documented."""
    shut = subnet("agw", "net", "10.1.5.0/24", security_group=known("shut"))
    assert enter(published(containers(), agw=shut)) is U


def test_kubenet_has_no_gateway_for_containers() -> None:
    """Source: aks.md part 7; its subnet lacks the cluster's routes."""
    on = {"addressing": known(Addressing.KUBENET)}
    assert enter(published(containers(), **on)) is D


def test_without_its_subnet_a_gateway_for_containers_is_not_known() -> None:
    assert enter(published(containers(subnet=None))) is U
