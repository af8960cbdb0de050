"""Builders for small hand-made networks: only what a test names differs from plain."""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from typing import Any, TypeVar

from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing, ApiServer, Cluster, NodePool, OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.filter import (
    ANYWHERE,
    Access,
    AddressTerm,
    SecurityGroup,
    SecurityRule,
    ServiceTag,
)
from seawall.model.firewall import (
    ApplicationRule,
    CollectionType,
    Firewall,
    FirewallRule,
    NetworkRule,
    RuleCollection,
)
from seawall.model.name import (
    AddressRecord,
    AliasRecord,
    DnsZone,
    OtherRecord,
    ZoneLink,
)
from seawall.model.network import (
    NextHop,
    Peering,
    Route,
    RouteTable,
    Subnet,
    VirtualNetwork,
)
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, KubernetesObjects, Snapshot
from seawall.model.translation import (
    ApplicationGateway,
    FrontEnd,
    LoadBalancer,
    LoadBalancerRule,
    PublicAddress,
)
from seawall.model.workload import Pod, Workload

T = TypeVar("T")
HERE = Origin("network.json")
IN, OUT = Direction.INGRESS, Direction.EGRESS
ALLOW, DENY = Access.ALLOW, Access.DENY


def known(value: T | None) -> Setting[T]:
    return Setting.stated(value)


def hidden() -> Setting[Any]:
    return Setting.unknown("not in this test")


def cidr(text: str) -> AddressRange:
    return AddressRange.parse(text)


def term(text: str) -> AddressTerm:
    """Read `*`, a CIDR, or a service tag."""
    if text == "*":
        return ANYWHERE
    return ServiceTag(text) if text[0].isalpha() else cidr(text)


def network(name: str, *space: str, dns: tuple[str, ...] = ()) -> VirtualNetwork:
    servers = tuple(ip_address(each) for each in dns)
    return VirtualNetwork(name, name, tuple(map(cidr, space)), known(servers), HERE)


def subnet(name: str, vnet: str, *prefixes: str, **changed: Any) -> Subnet:
    plain = Subnet(
        id=name,
        name=name,
        network=vnet,
        prefixes=tuple(map(cidr, prefixes)),
        origin=HERE,
        security_group=known(None),
        route_table=known(None),
        nat_gateway=known(None),
        endpoint_policies=known("Disabled"),
        default_outbound=known(False),
    )
    return replace(plain, **changed)


def peered(one: str, other: str, **changed: Any) -> tuple[Peering, Peering]:
    """Return both sides of a peering; changes apply to the side of *one*."""
    sides = [
        Peering(
            name=f"{a}-{b}",
            network=a,
            remote=b,
            connected=hidden(),
            allows_access=known(True),
            allows_forwarded=known(True),
            allows_gateway_transit=known(False),
            uses_remote_gateways=known(False),
            origin=HERE,
        )
        for a, b in ((one, other), (other, one))
    ]
    return replace(sides[0], **changed), sides[1]


def rule(  # noqa: PLR0913
    name: str,
    priority: int,
    direction: Direction,
    access: Access,
    *,
    source: str = "*",
    to: str = "*",
    port: str = "*",
    protocol: int | None = None,
) -> SecurityRule:
    return SecurityRule(
        name,
        priority,
        direction,
        access,
        protocol,
        (term(source),),
        (EVERY_PORT,),
        (term(to),),
        (PortRange.parse(port),),
        HERE,
        is_default=priority >= 65000,
    )


def group(name: str, *rules: SecurityRule) -> SecurityGroup:
    vnet = "VirtualNetwork"
    defaults = (
        rule("AllowVnetInBound", 65000, IN, ALLOW, source=vnet, to=vnet),
        rule("AllowLbInBound", 65001, IN, ALLOW, source="AzureLoadBalancer"),
        rule("DenyAllInBound", 65500, IN, DENY),
        rule("AllowVnetOutBound", 65000, OUT, ALLOW, source=vnet, to=vnet),
        rule("AllowInternetOutBound", 65001, OUT, ALLOW, to="Internet"),
        rule("DenyAllOutBound", 65500, OUT, DENY),
    )
    return SecurityGroup(name, name, (*rules, *defaults), HERE)


def route(name: str, to: str, hop: NextHop, via: str | None = None) -> Route:
    there = term(to)
    assert isinstance(there, AddressRange | ServiceTag)
    return Route(name, there, hop, ip_address(via) if via else None, HERE)


def table(name: str, *routes: Route) -> RouteTable:
    return RouteTable(name, name, routes, known(True), HERE)


def to_firewall(via: str = "10.0.0.4") -> RouteTable:
    return table("rt", route("all", "0.0.0.0/0", NextHop.VIRTUAL_APPLIANCE, via))


def network_rule(
    name: str, to: str, port: str, *, protocols: tuple[int, ...] | None = (6,)
) -> NetworkRule:
    ports = (PortRange.parse(port),)
    return NetworkRule(name, protocols, (ANYWHERE,), (term(to),), (), ports, HERE)


def application_rule(name: str, *names: str, tag: str = "") -> ApplicationRule:
    tags = (tag,) if tag else ()
    ports = (("https", 443), ("http", 80))
    return ApplicationRule(name, (ANYWHERE,), ports, names, tags, (), (), HERE)


def collection(
    name: str,
    order: int,
    access: Access,
    *rules: FirewallRule,
) -> RuleCollection:
    kind = (
        CollectionType.APPLICATION
        if isinstance(rules[0], ApplicationRule)
        else CollectionType.NETWORK
    )
    return RuleCollection("group", name, (0, 0, order), kind, access, rules, HERE)


def firewall(*collections: RuleCollection, **changed: Any) -> Firewall:
    plain = Firewall(
        id="fw",
        name="fw",
        address=ip_address("10.0.0.4"),
        subnet="AzureFirewallSubnet",
        public_addresses=("pip-fw",),
        collections=collections,
        complete=known(True),
        dns_proxy=known(True),
        dns_servers=known(()),
        snat_private_ranges=known(
            tuple(map(cidr, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
        ),
        threat_intelligence=known("Alert"),
        origin=HERE,
    )
    return replace(plain, **changed)


def public(name: str, *ranges: str) -> PublicAddress:
    return PublicAddress(name, name, tuple(map(cidr, ranges)), HERE)


def vault(**changed: Any) -> PlatformResource:
    plain = PlatformResource(
        id="vault",
        kind="vault",
        name="vault",
        host_names=("kv.vault.azure.net",),
        private_suffix="privatelink.vaultcore.azure.net",
        public=known(True),
        default_access_allowed=known(True),
        allowed_ranges=(),
        allowed_subnets=(),
        origin=HERE,
        service_endpoint="Microsoft.KeyVault",
    )
    return replace(plain, **changed)


def endpoint(where: str, address: str | None, target: str = "vault") -> PrivateEndpoint:
    return PrivateEndpoint(
        f"pe-{target}",
        f"pe-{target}",
        where,
        ip_address(address) if address else None,
        target,
        (),
        known(True),
        (),
        HERE,
    )


def zone(
    name: str,
    *networks: str,
    falls_back: bool = False,
    aliases: Mapping[str, str] | None = None,
    others: tuple[str, ...] = (),
    **records: str,
) -> DnsZone:
    links = tuple(ZoneLink(each, falls_back, HERE) for each in networks)
    entries = tuple(
        AddressRecord(key, (ip_address(value),), HERE) for key, value in records.items()
    )
    return DnsZone(
        name,
        name,
        links,
        entries,
        known(True),
        HERE,
        tuple(AliasRecord(key, to, HERE) for key, to in (aliases or {}).items()),
        tuple(OtherRecord(each, "TXT", HERE) for each in others),
    )


def pool(name: str, where: str, **changed: Any) -> NodePool:
    plain = NodePool(
        name, known(where), known(None), known(False), known(False), known(None), HERE
    )
    return replace(plain, **changed)


def cluster(*pools: NodePool, **changed: Any) -> Cluster:
    api = ApiServer(
        resource="api",
        private=known(False),
        vnet_integration=known(False),
        subnet=known(None),
        authorized_ranges=known(()),
        public_name=known(True),
        private_zone=known("system"),
        run_command=known(True),
        name="aks.hcp.west.azmk8s.io",
        origin=HERE,
    )
    plain = Cluster(
        id="aks",
        name="aks",
        region="west",
        addressing=known(Addressing.OVERLAY),
        policy_engine=known(PolicyEngine.NONE),
        outbound=known(OutboundType.LOAD_BALANCER),
        pod_ranges=known((cidr("10.244.0.0/16"),)),
        service_ranges=known((cidr("10.250.0.0/16"),)),
        dns_address=known(ip_address("10.250.0.10")),
        dual_stack=known(False),
        kubernetes_version=known("1.33"),
        advanced_networking=known(False),
        local_dns=known(False),
        instance_metadata_blocked=known(False),
        pools=pools,
        api_server=api,
        origin=HERE,
    )
    return replace(plain, **changed)


def workload(name: str, **changed: Any) -> Workload:
    plain = Workload("ns", name, "Deployment", (("app", name),), HERE)
    return replace(plain, **changed)


def pod(name: str, address: str, node: str | None = None) -> Pod:
    return Pod(name, (ip_address(address),), node)


def service(name: str, app: str, port: int, target: int, **changed: Any) -> Service:
    selector = Selector((Requirement("app", Operator.IN, frozenset({app})),))
    ports = (ServicePort("", Protocol.TCP, port, target),)
    plain = Service("ns", name, ServiceType.CLUSTER_IP, selector, ports, HERE)
    return replace(plain, **changed)


def balancer(svc: str, port: int, **changed: Any) -> LoadBalancer:
    """Return a public load balancer with one floating rule for a Service."""
    lb_rule = LoadBalancerRule(
        "rule",
        "front",
        "pool",
        6,
        PortRange(port, port),
        None,
        floating=True,
        source_nat=False,
        origin=HERE,
        service=f"ns/{svc}",
    )
    front = FrontEnd("front", "pip-lb", None, None)
    plain = LoadBalancer("lb", "lb", (front,), (lb_rule,), (), HERE)
    return replace(plain, **changed)


def gateway(where: str, **changed: Any) -> ApplicationGateway:
    """Return an application gateway in a subnet, without listeners or backends."""
    plain = ApplicationGateway(
        "agw", "agw", where, (), (), (), (), (), known("Detection"), HERE
    )
    return replace(plain, **changed)


def snapshot(
    fabric: Fabric,
    on: Cluster | None = None,
    *,
    workloads: tuple[Workload, ...] = (),
    services: tuple[Service, ...] = (),
) -> Snapshot:
    objects = KubernetesObjects(workloads=workloads, services=services)
    return Snapshot(cluster=on, objects=objects, fabric=fabric)


def hub_and_spoke(**changed: Any) -> Fabric:
    """Return a hub with a firewall and a spoke with nodes behind it."""
    plain = Fabric(
        networks=(network("hub", "10.0.0.0/16"), network("spoke", "10.1.0.0/16")),
        subnets=(
            subnet("AzureFirewallSubnet", "hub", "10.0.0.0/26"),
            subnet("jump", "hub", "10.0.1.0/24"),
            subnet("nodes", "spoke", "10.1.0.0/24", route_table=known("rt")),
            subnet("endpoints", "spoke", "10.1.9.0/24"),
        ),
        peerings=peered("hub", "spoke"),
        route_tables=(to_firewall(),),
        public_addresses=(public("pip-fw", "52.0.0.1"), public("pip-lb", "52.0.0.9")),
        firewalls=(firewall(),),
    )
    return replace(plain, **changed)
