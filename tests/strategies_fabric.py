"""Generators of small Azure networks around one cluster.

Valid first, then with parts missing or unreadable. The spaces are tiny on purpose, so
that prefixes, tags, priorities and ports collide: that is where implementations differ.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from seawall.model.address import LAST, Address, AddressRange
from seawall.model.admin import AdminAccess, AdminCollection, AdminRule
from seawall.model.cluster import (
    Addressing,
    ApiServer,
    Cluster,
    NodePool,
    OutboundType,
)
from seawall.model.dataplane import PolicyEngine
from seawall.model.effective import EffectiveHop, EffectiveRoute, EffectiveRoutes
from seawall.model.endpoint import EndpointPolicy, PlatformResource, PrivateEndpoint
from seawall.model.filter import (
    ANYWHERE,
    Access,
    AddressTerm,
    ApplicationGroup,
    SecurityGroup,
    SecurityRule,
    ServiceTag,
    UnreadableTerm,
)
from seawall.model.firewall import (
    ApplicationRule,
    CollectionType,
    Firewall,
    FirewallRule,
    NatRule,
    NetworkRule,
    RuleCollection,
)
from seawall.model.interface import NetworkInterface
from seawall.model.local_dns import LocalDns, LocalDnsBlock
from seawall.model.masquerade import Masquerade
from seawall.model.name import (
    AddressRecord,
    AliasRecord,
    DnsZone,
    OtherRecord,
    ZoneLink,
)
from seawall.model.name_policy import NamePolicy, NameRule
from seawall.model.name_servers import (
    OF_AKS,
    Forward,
    HostTable,
    Refusal,
    Rewrite,
    ServerBlock,
    Unread,
)
from seawall.model.network import (
    HubConnection,
    NetworkGateway,
    NextHop,
    Peering,
    Route,
    RouteTable,
    Subnet,
    VirtualNetwork,
)
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, WITH_PORTS, Packet, PortRange, Protocol
from seawall.model.pod_dns import PLAIN, DnsPolicy, PodDns
from seawall.model.policy import Direction
from seawall.model.private_link import PrivateLinkService
from seawall.model.resolver import (
    ForwardingRule,
    ForwardingRuleset,
    InboundEndpoint,
    PrivateResolver,
)
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import ListedEndpoints, Service, ServicePort, ServiceType
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, KubernetesObjects, Snapshot
from seawall.model.static_gateway import StaticGateway
from seawall.model.tag import KnownTag, SeenTag, TagList
from seawall.model.translation import (
    FrontEnd,
    LoadBalancer,
    LoadBalancerRule,
    NatGateway,
    PublicAddress,
)
from seawall.model.workload import (
    EGRESS_GATEWAY,
    VIRTUAL_NODE,
    HiddenWorkloads,
    HostPort,
    Namespace,
    Pod,
    Workload,
)
from strategies_perimeter import perimeters

T = TypeVar("T")

ORIGIN = Origin("network.json")
NETWORKS = {
    "hub": ("10.0.0.0/26",),
    "spoke": ("10.1.0.0/26", "10.1.0.128/26"),
    "far": ("20.0.0.0/28",),
}
SUBNETS = {
    "fw": ("hub", "10.0.0.0/29"),
    "shared": ("hub", "10.0.0.8/29"),
    "GatewaySubnet": ("hub", "10.0.0.16/29"),
    "nodes": ("spoke", "10.1.0.0/29"),
    "pods": ("spoke", "10.1.0.8/29"),
    "endpoints": ("spoke", "10.1.0.16/29"),
    "nodes2": ("spoke", "10.1.0.24/29"),
    "remote": ("far", "20.0.0.0/29"),
}
POD_RANGE = "10.244.0.0/29"
PREFIXES = (
    "0.0.0.0/0",
    "10.0.0.0/8",
    "10.0.0.0/7",
    "10.0.0.0/26",
    "10.0.0.4/32",
    "10.1.0.0/16",
    "10.1.0.0/26",
    "10.1.0.0/29",
    "10.1.0.16/28",
    "10.1.0.20/32",
    "10.1.0.4/31",
    "10.9.0.0/16",
    POD_RANGE,
    "20.0.0.0/8",
    "20.0.0.0/28",
    "52.0.0.0/30",
    "52.0.0.1/32",
    "192.168.0.0/24",
    "::/0",
    "fd00::/64",
)
TAGS = (
    "VirtualNetwork",
    "virtualnetwork",
    "Internet",
    "AzureLoadBalancer",
    "Storage",
    "Storage.West",
    "AzureCloud.West",
    "AzureFrontDoor.Backend",
    "AzurePlatformIMDS",
    "AzurePlatformDNS",
)
LISTED = {
    "azurecloud": ("52.0.0.0/29", "40.0.0.0/31"),
    "azurecloud.west": ("52.0.0.0/29",),
    "storage": ("52.0.0.0/30", "52.0.0.0/31", "40.0.0.0/31"),
    "storage.west": ("52.0.0.0/30", "52.0.0.1/32", "2603::/127"),
    "azurefrontdoor.backend": (),
}
"""What a list of service tags says, where the input holds one."""
ROUTED_TAGS = ("Storage", "Storage.West", "AzureCloud.West", "azurecloud")
PORTS = ("*", "443", "53", "80", "80-443", "1-65535", "444-65535")
PROTOCOLS = (None, None, 6, 6, 17, 1, 132, -1)
NAMES = (
    "vault.vault.azure.net",
    "store.blob.core.windows.net",
    "www.example.com",
    "example.com",
    "mcr.microsoft.com",
    "api.hcp.west.azmk8s.io",
    "other.blob.core.windows.net",
)
CLUSTER_NAMES = (
    "web.ns.svc.cluster.local",
    "web.ns.svc",
    "web.ns",
    "web",
    "out.ns",
    "round.ns",
    "pod0.web.ns.svc.cluster.local",
    "none.ns",
    "none.kube-system",
    "kubernetes.default",
    "www.example",
    "example.corp.local",
    "x.reddog.microsoft.com",
)
"""Names that the cluster's own DNS answers, or may."""
RECORD_NAMES = ("vault", "store", "@", "*", "www", "vault.vault", "*.vault")
PATTERNS = (
    *NAMES,
    "*",
    "*.example.com",
    "*example.com",
    "*.VAULT.azure.net",
    "*.azure.net",
)
ENDPOINT_ADDRESS = ip_address("10.1.0.20")
OWN_PUBLIC, OF_NODES = "52.0.0.2", "52.0.0.3"
"""The public address of a machine, and the prefix that nodes may take theirs from."""
RESOLVER_ADDRESS = ip_address("10.0.0.12")
FIREWALL_ADDRESS = ip_address("10.0.0.4")
INTERESTING = (
    "1.1.1.1",
    "8.8.8.8",
    "52.0.0.1",
    "52.0.0.9",
    "40.0.0.1",
    "10.9.0.1",
    "10.1.0.3",
    "172.16.0.1",
    "100.64.0.1",
    "192.168.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.10.10",
    "127.0.0.1",
    "224.0.0.1",
    "2603::1",
    "fd00::1",
)


def known(value: T) -> Setting[T]:
    return Setting.stated(value)


def hidden() -> Setting[T]:
    return Setting.unknown("not in this test's input")


def perhaps(values: SearchStrategy[T], *, odds: int = 15) -> SearchStrategy[Setting[T]]:
    """Return settings that are known *odds* times more often than not."""
    stated = values.map(Setting.stated)
    return st.integers(0, odds).flatmap(
        lambda n: stated if n else st.builds(hidden)  # type: ignore[arg-type]
    )


def maybe(values: Iterable[str | None]) -> SearchStrategy[Setting[str]]:
    return perhaps(st.sampled_from(tuple(values)), odds=25)


switches = perhaps(st.booleans())
ranges = st.sampled_from(PREFIXES).map(AddressRange.parse)
terms: SearchStrategy[AddressTerm] = st.sampled_from(
    (
        *[AddressRange.parse(text) for text in PREFIXES],
        *[ANYWHERE] * 6,
        *[ServiceTag(text) for text in TAGS],
        *[ServiceTag("VirtualNetwork")] * 3,
        *[AddressRange.parse(POD_RANGE)] * 2,
        *[AddressRange.parse("10.1.0.0/29")] * 2,
        ApplicationGroup("asg-a"),
        ApplicationGroup("asg-b"),
        UnreadableTerm("?"),
    )
)
port_ranges = st.sampled_from(PORTS).map(PortRange.parse)
ports = st.lists(port_ranges, min_size=1, max_size=2).map(tuple)
DEFAULTS = (
    ("AllowVnetInBound", 65000, Direction.INGRESS, "VirtualNetwork", "VirtualNetwork"),
    (
        "AllowAzureLoadBalancerInBound",
        65001,
        Direction.INGRESS,
        "AzureLoadBalancer",
        "",
    ),
    ("DenyAllInBound", 65500, Direction.INGRESS, "", ""),
    ("AllowVnetOutBound", 65000, Direction.EGRESS, "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", 65001, Direction.EGRESS, "", "Internet"),
    ("DenyAllOutBound", 65500, Direction.EGRESS, "", ""),
)


def default_rules() -> tuple[SecurityRule, ...]:
    """Return the six rules that every security group ends with."""
    out = []
    for name, priority, direction, source, destination in DEFAULTS:
        access = Access.DENY if name.startswith("Deny") else Access.ALLOW
        ends = [
            (ServiceTag(text) if text else ANYWHERE,) for text in (source, destination)
        ]
        out.append(rule(name, priority, direction, access, sources=ends[0], to=ends[1]))
    return tuple(out)


def rule(  # noqa: PLR0913
    name: str,
    priority: int,
    direction: Direction,
    access: Access,
    *,
    protocol: int | None = None,
    sources: tuple[AddressTerm, ...] = (ANYWHERE,),
    to: tuple[AddressTerm, ...] = (ANYWHERE,),
    at: tuple[PortRange, ...] | None = (EVERY_PORT,),
    source_ports: tuple[PortRange, ...] | None = (EVERY_PORT,),
) -> SecurityRule:
    return SecurityRule(
        name,
        priority,
        direction,
        access,
        protocol,
        sources,
        source_ports,
        to,
        at,
        ORIGIN,
        is_default=priority >= 65000,
    )


@st.composite
def security_rules(draw: DrawFn, direction: Direction) -> SecurityRule:
    number = draw(st.integers(100, 105))
    return rule(
        f"rule{number}{draw(st.sampled_from('abc'))}",
        number,
        direction,
        draw(st.sampled_from(Access)),
        protocol=draw(st.sampled_from(PROTOCOLS)),
        sources=tuple(draw(st.lists(terms, min_size=1, max_size=2))),
        to=tuple(draw(st.lists(terms, min_size=1, max_size=2))),
        at=draw(st.one_of(ports, ports, ports, st.none())),
        source_ports=draw(
            st.sampled_from(((EVERY_PORT,),) * 5 + ((PortRange(1024, 65535),), None))
        ),
    )


@st.composite
def security_groups(draw: DrawFn, id_: str) -> SecurityGroup:
    rules: list[SecurityRule] = []
    for direction in Direction:
        rules += draw(st.lists(security_rules(direction), max_size=3))
    rules += default_rules()
    return SecurityGroup(id_, id_, tuple(draw(st.permutations(rules))), ORIGIN)


@st.composite
def route_tables(draw: DrawFn, id_: str) -> RouteTable:
    destination = st.sampled_from(
        (
            *[AddressRange.parse(text) for text in PREFIXES],
            *[AddressRange.parse(PREFIXES[0])] * 3,
            *[ServiceTag(text) for text in ROUTED_TAGS],
            None,
        )
    )
    routes = []
    for number in range(draw(st.integers(0, 3))):
        hop = draw(st.sampled_from((*NextHop, *[NextHop.VIRTUAL_APPLIANCE] * 7)))
        appliance = None
        if hop is NextHop.VIRTUAL_APPLIANCE:
            choices = (FIREWALL_ADDRESS,) * 6 + (ip_address("10.0.0.9"),) * 2
            choices += (ip_address("10.1.0.4"), None)
            appliance = draw(st.sampled_from(choices))
        routes.append(
            Route(
                f"route{number}",
                draw(destination),
                hop,
                appliance,
                ORIGIN,
                beats_learned=draw(st.integers(0, 7)) == 0,
            )
        )
    return RouteTable(id_, id_, tuple(routes), draw(switches), ORIGIN)


@st.composite
def subnets(draw: DrawFn) -> tuple[Subnet, ...]:
    out = []
    for name, (network, prefix) in sorted(SUBNETS.items()):
        plain = name == "fw"
        out.append(
            Subnet(
                id=name,
                name=name,
                network=network,
                prefixes=(AddressRange.parse(prefix),),
                origin=ORIGIN,
                security_group=known(None)
                if plain
                else draw(
                    maybe((None, None, None, "nsg-a", "nsg-b", "nsg-b", "missing"))
                ),
                route_table=draw(maybe((None, None, "rt-b")))
                if plain
                else draw(maybe((None, *["rt-a"] * 6, *["rt-b"] * 4, "missing"))),
                nat_gateway=draw(maybe((*[None] * 6, "nat", "nat", "missing"))),
                endpoint_policies=draw(
                    maybe(
                        (
                            "Disabled",
                            "Enabled",
                            "NetworkSecurityGroupEnabled",
                            "RouteTableEnabled",
                        )
                    )
                ),
                default_outbound=draw(switches),
                service_endpoints=draw(
                    st.sampled_from(
                        (
                            (),
                            ("microsoft.storage",),
                            ("Microsoft.Storage.Global",),
                            ("Microsoft.KeyVault",),
                        )
                    )
                ),
                service_policies=draw(
                    perhaps(
                        st.sampled_from(
                            ((), (), (), ("sep-a",), ("sep-a", "sep-b"), ("gone",))
                        )
                    )
                ),
            )
        )
    return tuple(out)


NAMED = {
    "hub": (("shared",), ("shared",), ("fw", "shared"), ()),
    "spoke": (("nodes",), ("nodes",), ("nodes", "pods"), ("gone",)),
}
"""Which subnets a peering of subnets may name."""


@st.composite
def peerings(draw: DrawFn) -> tuple[Peering, ...]:
    out = []
    pairs = (("hub", "spoke"), ("spoke", "hub"), ("far", "hub"), ("hub", "far"))
    for network, remote in (*pairs, ("spoke", "away")):
        if draw(st.integers(0, 5)) < (2 if remote in ("away", "far") else 5):
            space = draw(st.sampled_from(((), (), (), ("10.1.0.0/26",))))
            stated = tuple(AddressRange.parse(text) for text in space)
            group = "" if draw(st.integers(0, 3)) else "mesh"
            out.append(
                Peering(
                    name=f"{network}-{remote}",
                    network=network,
                    remote=remote,
                    connected=draw(
                        st.sampled_from(
                            (known(True), known(True), known(False), hidden())
                        )
                    ),
                    allows_access=draw(switches),
                    allows_forwarded=draw(switches),
                    allows_gateway_transit=draw(switches),
                    uses_remote_gateways=draw(switches),
                    origin=ORIGIN,
                    remote_space=stated if remote == "spoke" else (),
                    complete=draw(st.integers(0, 9)) > 0,
                    local_subnets=draw(st.sampled_from(NAMED.get(network, ((),)))),
                    remote_subnets=draw(st.sampled_from(NAMED.get(remote, ((),)))),
                    group=group,
                    deployed=draw(st.sampled_from((known(True), hidden())))
                    if group
                    else known(value=True),
                )
            )
    return tuple(out)


@st.composite
def firewall_rules(draw: DrawFn, kind: CollectionType) -> FirewallRule:
    listed_terms: list[AddressTerm] = [AddressRange.parse(x) for x in PREFIXES]
    listed_terms += [*[ANYWHERE] * 12, *[ServiceTag(x) for x in ROUTED_TAGS]]
    listed_terms += [UnreadableTerm("?")]
    some_terms = st.lists(st.sampled_from(listed_terms), min_size=1, max_size=2).map(
        tuple
    )
    name = f"r{draw(st.integers(0, 9))}"
    listed = st.sampled_from(((), ("www.example.com",), ("vault.vault.azure.net",)))
    if kind is CollectionType.NETWORK:
        return NetworkRule(
            name,
            draw(st.sampled_from((None, None, (6,), (6, 17), (1,)))),
            draw(some_terms),
            draw(some_terms),
            draw(listed),
            draw(ports),
            ORIGIN,
        )
    if kind is CollectionType.NAT:
        return NatRule(
            name,
            draw(st.sampled_from(((6,), (6, 17)))),
            draw(some_terms),
            draw(
                st.sampled_from(
                    ((AddressRange.parse("52.0.0.1"),),) * 6
                    + ((AddressRange.of(FIREWALL_ADDRESS),), (UnreadableTerm("?"),))
                )
            ),
            draw(ports),
            draw(st.sampled_from((ip_address("10.1.0.4"), ip_address("10.0.0.9")))),
            "",
            draw(st.sampled_from((None, 8080, 443))),
            ORIGIN,
        )
    return ApplicationRule(
        name,
        draw(some_terms),
        draw(
            st.sampled_from((("https", 443),) * 2 + (("http", 80),)).map(lambda p: (p,))
        ),
        tuple(draw(st.lists(st.sampled_from(PATTERNS), max_size=2))),
        draw(st.sampled_from(((), (), (), ("AzureKubernetesService",), ("Other",)))),
        draw(st.sampled_from(((), (), (), (), ("news",)))),
        (),
        ORIGIN,
    )


@st.composite
def firewalls(draw: DrawFn) -> Firewall:
    collections = []
    for number in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(CollectionType))
        access = draw(st.sampled_from(Access))
        order = (
            draw(st.integers(0, 1)),
            draw(st.sampled_from((200, 300))),
            draw(st.sampled_from((100, 200, 300))),
        )
        collections.append(
            RuleCollection(
                "group",
                f"c{number}",
                order,
                kind,
                Access.ALLOW if kind is CollectionType.NAT else access,
                tuple(draw(st.lists(firewall_rules(kind), max_size=2))),
                ORIGIN,
                doubt=draw(st.sampled_from(("", "", "perhaps not inherited")))
                if kind is CollectionType.NAT
                else "",
            )
        )
    private = tuple(AddressRange.parse(t) for t in ("10.0.0.0/8", "192.168.0.0/16"))
    return Firewall(
        id="fw1",
        name="fw1",
        address=FIREWALL_ADDRESS,
        subnet=draw(st.sampled_from(("fw",) * 25 + (None,))),
        public_addresses=("pip-fw",),
        collections=tuple(collections),
        complete=draw(st.sampled_from((known(True),) * 25 + (known(False), hidden()))),
        dns_proxy=draw(switches),
        dns_servers=draw(perhaps(st.just(()))),
        snat_private_ranges=draw(
            perhaps(
                st.sampled_from(
                    (
                        private,
                        private,
                        (),
                        (AddressRange.parse("::/0"),),
                        (AddressRange.parse("0.0.0.0/0"),),
                    )
                ),
                odds=9,
            )
        ),
        threat_intelligence=known("Alert"),
        origin=ORIGIN,
        proxy_ports=draw(perhaps(st.sampled_from(((), (), (), (8080, 443))))),
        managed=draw(switches),
    )


@st.composite
def zones(draw: DrawFn) -> tuple[DnsZone, ...]:
    out = []
    names = (
        "privatelink.vaultcore.azure.net",
        "privatelink.blob.core.windows.net",
        "azure.net",
        "example.com",
    )
    linked: set[tuple[str, str]] = set()
    for number, name in enumerate(draw(st.lists(st.sampled_from(names), max_size=3))):
        wanted = draw(st.sampled_from(((), ("spoke",), ("hub",), ("hub", "spoke"))))
        links = tuple(
            ZoneLink(network, draw(st.booleans()), ORIGIN)
            for network in wanted
            if (name, network) not in linked
        )
        linked |= {(name, network) for network in wanted}
        records = tuple(
            AddressRecord(
                record,
                draw(
                    st.sampled_from(
                        ((ENDPOINT_ADDRESS,), (ip_address("40.0.0.1"),), ())
                    )
                ),
                ORIGIN,
            )
            for record in draw(
                st.lists(st.sampled_from(RECORD_NAMES), max_size=2, unique=True)
            )
        )
        complete = draw(st.sampled_from((known(True),) * 4 + (hidden(),)))
        out.append(
            DnsZone(
                f"zone{number}",
                name,
                links,
                records,
                complete,
                ORIGIN,
                aliases=draw(aliases()),
                others=draw(other_records()),
            )
        )
    return tuple(out)


@st.composite
def aliases(draw: DrawFn) -> tuple[AliasRecord, ...]:
    targets = (*NAMES, *NAMES, "vault.privatelink.vaultcore.azure.net", "x.org", None)
    return tuple(
        AliasRecord(name, draw(st.sampled_from(targets)), ORIGIN)
        for name in draw(st.lists(st.sampled_from(RECORD_NAMES), max_size=2))
    )


@st.composite
def other_records(draw: DrawFn) -> tuple[OtherRecord, ...]:
    if draw(st.booleans()):
        return ()
    names = (*RECORD_NAMES, "x.www", "x.vault", "x.vault.vault")
    return (OtherRecord(draw(st.sampled_from(names)), "TXT", ORIGIN),)


@st.composite
def resources(draw: DrawFn) -> tuple[PlatformResource, ...]:
    allowed = tuple(
        AddressRange.parse(text)
        for text in draw(
            st.sampled_from(((), ("52.0.0.0/30",), ("52.0.0.1",), ("0.0.0.0/0",)))
        )
    )
    shared = {
        "public": draw(switches),
        "default_access_allowed": draw(switches),
        "allowed_ranges": allowed,
        "allowed_subnets": draw(st.sampled_from(((), ("nodes",), ("pods", "nodes")))),
        "origin": ORIGIN,
        "allowed_tags": draw(
            st.sampled_from(((), (), (), ("AzureCloud",), ("Storage.West",)))
        ),
    }
    return (
        PlatformResource(
            "api",
            "api-server",
            "api",
            ("api.hcp.west.azmk8s.io",),
            "privatelink.west.azmk8s.io",
            **shared,
        ),
        PlatformResource(
            "store",
            "storage",
            "store",
            ("store.blob.core.windows.net",),
            "privatelink.blob.core.windows.net",
            service_endpoint="Microsoft.Storage",
            region=draw(st.sampled_from(("west", "west", "east", ""))),
            perimeter=draw(perimeters()),
            **shared,
        ),
        PlatformResource(
            "vault",
            "vault",
            "vault",
            ("vault.vault.azure.net",),
            draw(st.sampled_from(("privatelink.vaultcore.azure.net",) * 5 + ("",))),
            service_endpoint="Microsoft.KeyVault",
            perimeter=draw(perimeters()),
            admits_azure=draw(st.sampled_from((False, False, True))),
            **shared,
        ),
    )


@st.composite
def endpoints(draw: DrawFn) -> tuple[PrivateEndpoint, ...]:
    if draw(st.integers(0, 3)) == 0:
        return ()
    return (
        PrivateEndpoint(
            id="pe",
            name="pe",
            subnet=draw(st.sampled_from(("endpoints",) * 5 + (None,))),
            address=draw(st.sampled_from((ENDPOINT_ADDRESS,) * 5 + (None,))),
            target=draw(
                st.sampled_from(("vault", "vault", "store", "pls", "pls", None))
            ),
            groups=("vault",),
            approved=draw(switches),
            zones=(),
            origin=ORIGIN,
        ),
    )


@st.composite
def resolvers(draw: DrawFn) -> tuple[PrivateResolver, ...]:
    if draw(st.booleans()):
        return ()
    door = InboundEndpoint("in", RESOLVER_ADDRESS, ORIGIN)
    home = draw(st.sampled_from(("hub", "hub", "spoke", None)))
    return (PrivateResolver("resolver", "resolver", home, (door,), ORIGIN),)


@st.composite
def rulesets(draw: DrawFn) -> tuple[ForwardingRuleset, ...]:
    if draw(st.integers(0, 2)):
        return ()
    rules = tuple(
        ForwardingRule(
            f"rule{number}",
            draw(
                st.sampled_from(
                    ("", "example.com", "azure.net", "vault.azure.net", "net", None)
                    + ("privatelink.vaultcore.azure.net",) * 2
                )
            ),
            draw(switches),
            draw(
                st.sampled_from(
                    (
                        (),
                        (ip_address("10.0.0.9"),),
                        (FIREWALL_ADDRESS,),
                        (RESOLVER_ADDRESS,),
                        (RESOLVER_ADDRESS, FIREWALL_ADDRESS),
                    )
                )
            ),
            ORIGIN,
        )
        for number in range(draw(st.integers(0, 3)))
    )
    linked = draw(st.sampled_from(((), ("spoke",), ("hub",), ("hub", "spoke"))))
    complete = draw(st.sampled_from((known(True),) * 6 + (hidden(),)))
    return (ForwardingRuleset("rs", "rs", linked, rules, complete, ORIGIN),)


@st.composite
def name_policies(draw: DrawFn) -> tuple[NamePolicy, ...]:
    """Return DNS security policies, most often none."""
    if draw(st.integers(0, 3)):
        return ()
    domains = st.sampled_from((*NAMES, "example.com", "net", "", "x.org"))
    lists = st.lists(domains, max_size=2).map(tuple)
    return tuple(
        NamePolicy(
            f"np{number}",
            f"np{number}",
            draw(st.sampled_from((("spoke",), ("hub",), ("hub", "spoke"), ()))),
            tuple(
                NameRule(
                    f"rule{place}",
                    draw(st.sampled_from((100, 200))) + place,
                    draw(switches),
                    draw(
                        st.sampled_from((known(True),) * 4 + (known(False), hidden()))
                    ),
                    draw(st.one_of(lists, lists, lists, st.none())),
                    ORIGIN,
                )
                for place in range(draw(st.integers(0, 3)))
            ),
            draw(st.sampled_from((known(True),) * 6 + (hidden(),))),
            ORIGIN,
        )
        for number in range(draw(st.sampled_from((1, 1, 2))))
    )


@st.composite
def endpoint_policies(draw: DrawFn) -> tuple[EndpointPolicy, ...]:
    return tuple(
        EndpointPolicy(
            id_,
            id_,
            draw(st.sampled_from(((), ("store",), ("vault",), ("stor",)))),
            draw(st.sampled_from((known(True),) * 5 + (hidden(),))),
            ORIGIN,
        )
        for id_ in ("sep-a", "sep-b")
    )


@st.composite
def gateways(draw: DrawFn) -> tuple[NetworkGateway, ...]:
    if draw(st.booleans()):
        return ()
    stated = draw(
        st.sampled_from(
            (
                (),
                ("192.168.0.0/24",),
                ("10.9.0.0/16", "10.1.0.32/28"),
                ("10.9.0.0/17", "10.9.128.0/17", "0.0.0.0/0"),
                ("20.0.0.0/8",),
            )
        )
    )
    behind = tuple(AddressRange.parse(text) for text in stated)
    learns = draw(st.integers(0, 3)) == 0
    fast = draw(st.integers(0, 3)) == 0
    return (NetworkGateway("gw", "gw", "hub", behind, ORIGIN, learns, fast),)


@st.composite
def interfaces(draw: DrawFn) -> tuple[NetworkInterface, ...]:
    """Return the appliance that routes name beside the firewall, or nothing."""
    if draw(st.booleans()):
        return ()
    home = draw(st.sampled_from(("shared", "shared", "remote", "nodes", "nodes")))
    address = ip_address("10.1.0.3" if home == "nodes" else "10.0.0.8")
    own = draw(st.sampled_from(((), ("pip-lb",), ("pip-own",), ("gone",))))
    private = st.sampled_from((None, ip_address("10.0.0.9"), ip_address("10.0.0.7")))
    return (
        NetworkInterface(
            "nva-nic",
            "nva-nic",
            draw(st.sampled_from(("shared",) * 5 + ("remote", None))),
            (ip_address("10.0.0.9"),),
            draw(switches),
            draw(maybe((None, None, "nsg-a", "missing"))),
            ORIGIN,
            public_addresses=own,
            behind=tuple(draw(private) for _ in own) if draw(st.booleans()) else (),
        ),
        NetworkInterface(
            draw(st.sampled_from(("machine-nic", "/resourcegroups/mc/machine-nic"))),
            "machine-nic",
            home,
            draw(st.sampled_from(((), (address,)))),
            known(value=False),
            draw(maybe((None, None, "nsg-a"))),
            ORIGIN,
            public_addresses=draw(
                st.sampled_from(((), (), ("pip-new",), ("pip-own",)))
            ),
            pools=draw(
                st.sampled_from(
                    ((), ("lb/backendaddresspools/pool",), ("x/backendaddresspools/y",))
                )
            ),
        ),
    )


@st.composite
def effective_routes(draw: DrawFn) -> tuple[EffectiveRoutes, ...]:
    """Return what the platform reports of one subnet, or nothing."""
    if draw(st.integers(0, 2)):
        return ()
    routes = []
    for number in range(draw(st.integers(1, 5))):
        hop = draw(st.sampled_from(EffectiveHop))
        appliance = draw(st.sampled_from((FIREWALL_ADDRESS, FIREWALL_ADDRESS, None)))
        routes.append(
            EffectiveRoute(
                f"e{number}",
                tuple(draw(st.lists(ranges, min_size=1, max_size=2))),
                hop,
                appliance if hop is EffectiveHop.APPLIANCE else None,
                ORIGIN,
            )
        )
    home = draw(st.sampled_from(("nodes", "nodes", "pods", "shared", "fw", "remote")))
    return (EffectiveRoutes(home, home, tuple(routes), ORIGIN),)


@st.composite
def hub_connections(draw: DrawFn) -> tuple[HubConnection, ...]:
    if draw(st.integers(0, 4)):
        return ()
    network = draw(st.sampled_from(("spoke", "spoke", "hub", None)))
    default = draw(st.sampled_from((known(False), hidden())))
    return (HubConnection("conn", "conn", "vhub", network, default, ORIGIN),)


@st.composite
def networks(draw: DrawFn) -> tuple[VirtualNetwork, ...]:
    return tuple(
        VirtualNetwork(
            name,
            name,
            tuple(AddressRange.parse(text) for text in space),
            draw(
                perhaps(
                    st.sampled_from(
                        (
                            (),
                            (),
                            (),
                            (FIREWALL_ADDRESS,),
                            (RESOLVER_ADDRESS,),
                            (ip_address("10.0.0.9"),),
                            (ip_address("168.63.129.16"),),
                            (FIREWALL_ADDRESS, ip_address("168.63.129.16")),
                        )
                    ),
                    odds=12,
                )
            ),
            ORIGIN,
            region=draw(st.sampled_from(("west", "west", ""))),
        )
        for name, space in sorted(NETWORKS.items())
    )


@st.composite
def seen_tags(draw: DrawFn) -> tuple[SeenTag, ...]:
    """Return what tags stood for at a subnet when somebody looked, often nothing."""
    if draw(st.integers(0, 2)):
        return ()
    names = draw(
        st.lists(
            st.sampled_from(("virtualnetwork", "internet", "storage")),
            unique=True,
            max_size=2,
        )
    )
    listed = st.lists(ranges, min_size=1, max_size=3)
    return tuple(
        SeenTag(draw(st.sampled_from(("nodes", "pods"))), name, tuple(draw(listed)))
        for name in names
    )


@st.composite
def tag_lists(draw: DrawFn) -> TagList | None:
    """Return a list of service tags, perhaps without some, or none."""
    if draw(st.booleans()):
        return None
    names = draw(st.lists(st.sampled_from(sorted(LISTED)), unique=True, max_size=5))
    tags = tuple(
        KnownTag(name, tuple(AddressRange.parse(text) for text in LISTED[name]))
        for name in sorted(names)
    )
    return TagList("Public", "1", tags, ORIGIN)


@st.composite
def static_gateways(draw: DrawFn) -> tuple[StaticGateway, ...]:
    """None, one that pods may ask for, or that of another namespace."""
    cidrs = st.lists(ranges, max_size=2).map(tuple)
    key = draw(st.sampled_from((None, "ns/fixed", "ns/fixed", "other/fixed")))
    if key is None:
        return ()
    excluded = draw(cidrs.map(Setting.stated) | st.just(Setting.unknown("a test")))
    route = Setting.stated(draw(st.booleans()))
    return (StaticGateway(key, route, excluded, ORIGIN),)


@st.composite
def admin_collections(draw: DrawFn, least: int = 0) -> tuple[AdminCollection, ...]:
    """Return the admin rules of up to three managers, often none."""
    out = []
    for number in range(least + draw(st.sampled_from((0, 0, 0, 1, 1, 2)))):
        rules = []
        for _ in range(draw(st.integers(1, 3))):
            plain = draw(security_rules(draw(st.sampled_from(Direction))))
            rules.append(
                AdminRule(
                    plain.name,
                    plain.priority,
                    plain.direction,
                    draw(st.sampled_from(AdminAccess)),
                    plain.protocol,
                    plain.sources,
                    plain.source_ports,
                    plain.destinations,
                    plain.destination_ports,
                    ORIGIN,
                )
            )
        places = draw(st.sampled_from((("spoke",), ("hub", "spoke"), ("hub",), ())))
        maybe = draw(st.sampled_from(((), (), ("spoke",), ("far",))))
        out.append(
            AdminCollection(
                id=f"admin{number}",
                name=f"admin{number}",
                manager=draw(st.sampled_from(("m1", "m2"))),
                rank=draw(st.integers(0, 1)),
                rules=tuple(rules),
                networks=places,
                maybe=tuple(set(maybe) - set(places)),
                why="not in this test's input",
                origin=ORIGIN,
            )
        )
    return tuple(out)


@st.composite
def fabrics(draw: DrawFn) -> Fabric:
    members: Setting[tuple[tuple[str, str], ...]] = draw(
        perhaps(
            st.sampled_from(
                (
                    (),
                    (
                        ("asg-a", "10.1.0.4"),
                        ("asg-b", "10.0.0.9"),
                        ("asg-a", "10.1.0.9"),
                    ),
                )
            )
        )
    )
    return Fabric(
        networks=draw(networks()),
        subnets=draw(subnets()),
        peerings=draw(peerings()),
        security_groups=tuple(draw(security_groups(x)) for x in ("nsg-a", "nsg-b")),
        application_groups=members,
        possible_members=draw(
            st.sampled_from(
                (
                    (),
                    (
                        ("asg-a", AddressRange.parse("10.1.0.0/29")),
                        ("asg-b", AddressRange.parse("10.0.0.8/29")),
                    ),
                )
            )
        ),
        route_tables=tuple(draw(route_tables(x)) for x in ("rt-a", "rt-b")),
        gateways=draw(gateways()),
        public_addresses=(
            PublicAddress(
                "pip-fw", "pip-fw", (AddressRange.parse("52.0.0.1"),), ORIGIN
            ),
            PublicAddress(
                "pip-lb", "pip-lb", (AddressRange.parse("52.0.0.9"),), ORIGIN
            ),
            PublicAddress("pip-new", "pip-new", (), ORIGIN),
            PublicAddress("pip-own", "own", (AddressRange.parse(OWN_PUBLIC),), ORIGIN),
            PublicAddress("pips", "pips", (AddressRange.parse(OF_NODES),), ORIGIN),
        ),
        nat_gateways=(
            NatGateway(
                "nat",
                "nat",
                draw(perhaps(st.sampled_from(((), ("pip-lb",), ("pip-new",))))),
                ORIGIN,
            ),
        ),
        load_balancers=draw(load_balancers()),
        firewalls=(draw(firewalls()),),
        endpoint_policies=draw(endpoint_policies()),
        private_endpoints=draw(endpoints()),
        resources=draw(resources()),
        zones=draw(zones()),
        private_link_services=draw(private_links()),
        resolvers=draw(resolvers()),
        rulesets=draw(rulesets()),
        name_policies=draw(name_policies()),
        admin_rules=draw(admin_collections()),
        seen_tags=draw(seen_tags()),
        service_tags=draw(tag_lists()),
        interfaces=draw(interfaces()),
        hub_connections=draw(hub_connections()),
        effective_routes=draw(effective_routes()),
    )


@st.composite
def private_links(draw: DrawFn) -> tuple[PrivateLinkService, ...]:
    if draw(st.integers(0, 2)) == 0:
        return ()
    address = ip_address("10.1.0.11")
    return (
        PrivateLinkService(
            id="pls",
            name="pls",
            subnets=draw(st.sampled_from((("pods",), ("nodes", "shared"), ()))),
            addresses=draw(st.sampled_from(((), (), (address,)))),
            balancer=draw(st.sampled_from(("lb", "lb", "aks-b#lb", None))),
            front_end=draw(st.sampled_from(("private", "private", "public", None))),
            visible_to=known(()),
            auto_approved=known(()),
            origin=ORIGIN,
        ),
    )


@st.composite
def load_balancers(draw: DrawFn) -> tuple[LoadBalancer, ...]:
    if draw(st.booleans()):
        return ()
    fronts = (
        FrontEnd("public", "pip-lb", None, None),
        FrontEnd("private", None, ip_address("10.1.0.6"), "nodes"),
    )
    rules = []
    for number in range(draw(st.integers(1, 2))):
        port = draw(st.sampled_from((80, 443)))
        rules.append(
            LoadBalancerRule(
                f"lb{number}",
                draw(st.sampled_from(("public", "private"))),
                "pool",
                draw(st.sampled_from((6, 17))),
                PortRange(port, port),
                draw(st.sampled_from((None, port, 30080))),
                draw(st.booleans()),
                source_nat=draw(st.booleans()),
                origin=ORIGIN,
                probe=draw(
                    st.sampled_from((None, PortRange(80, 80), PortRange(30000, 32767)))
                ),
            )
        )
    names = draw(st.sampled_from((None, ("sys",))))
    id_ = draw(st.sampled_from(("lb", "lb", "aks-b#lb", "/resourcegroups/mc_b/lb")))
    out = draw(st.sampled_from(((), ("pool",))))
    return (
        LoadBalancer(
            *(id_, "lb", fronts, tuple(rules), ("public",), ORIGIN, names),
            outbound_pools=out,
            other_class=draw(st.sampled_from(("", "", "", "example.com/other"))),
        ),
    )


@st.composite
def other_clusters(draw: DrawFn, like: Cluster) -> tuple[Cluster, ...]:
    """Return no other cluster, or one with a pool in some subnet."""
    if draw(st.booleans()):
        return ()
    pool = replace(
        like.pools[0],
        name=draw(st.sampled_from(("sys", "other"))),
        subnet=known(draw(st.sampled_from(("shared", "nodes2", "remote", "nodes")))),
        pod_subnet=known(None),
        nic_security_group=draw(maybe((None, "nsg-a", "nsg-b", "nsg-b"))),
    )
    group = draw(st.sampled_from(("", "mc_b")))
    return (
        replace(
            like, id="aks-b", name="aks-b", pools=(pool,), node_resource_group=group
        ),
    )


@st.composite
def masquerades(draw: DrawFn) -> Masquerade:
    """Return what an agent is told."""
    lists = st.lists(st.sampled_from(PREFIXES).map(AddressRange.parse), max_size=2).map(
        tuple
    )
    own: st.SearchStrategy[tuple[AddressRange, ...] | None] = st.none() | lists
    return Masquerade(
        draw(perhaps(own)),
        draw(perhaps(lists)),
        draw(switches),
        tuple(
            draw(st.lists(perhaps(lists), max_size=draw(st.sampled_from((0, 0, 1)))))
        ),
    )


@st.composite
def local_dns(draw: DrawFn) -> LocalDns:
    """Return the server blocks of a pool, most often none."""
    zones = st.sampled_from(("", "example.com", "vault.vault.azure.net", "net"))
    ways = st.sampled_from((True, False, None))
    block = st.builds(LocalDnsBlock, zones, ways)
    blocks = st.lists(block, max_size=2, unique_by=lambda it: it.zone).map(tuple)
    if draw(st.integers(0, 2)):
        return LocalDns()
    return LocalDns(draw(blocks), draw(blocks))


@st.composite
def clusters(draw: DrawFn) -> Cluster:
    pools = []
    modes: tuple[Addressing, ...] = tuple(Addressing)
    mode: Setting[Addressing] = draw(perhaps(st.sampled_from(modes), odds=12))
    for name, subnet in (
        ("sys", "nodes"),
        ("user", draw(st.sampled_from(("nodes", "nodes2")))),
    ):
        if name == "user" and draw(st.booleans()):
            continue
        with_pods = mode.value is Addressing.POD_SUBNET
        pools.append(
            NodePool(
                name,
                known("nodes" if name == "sys" else subnet),
                known("pods" if with_pods else None),
                draw(st.sampled_from((known(False),) * 8 + (known(True), hidden()))),
                draw(st.sampled_from((known(False),) * 6 + (known(True), hidden()))),
                draw(maybe((None, "nsg-a", "nsg-b", "nsg-b"))),
                ORIGIN,
                windows_keeps_pods=draw(switches),
                local_dns=draw(local_dns()),
                node_public_prefix=known(draw(st.sampled_from((None, "pips", "pips")))),
            )
        )
    overlaid = mode.value in (
        Addressing.OVERLAY,
        Addressing.KUBENET,
        Addressing.OWN_CNI,
        None,
    )
    private = draw(switches)
    return Cluster(
        id="aks",
        name="aks",
        region="west",
        addressing=mode,
        policy_engine=draw(
            perhaps(
                st.sampled_from(
                    (PolicyEngine.NONE, PolicyEngine.CILIUM, PolicyEngine.CALICO)
                )
            )
        ),
        outbound=draw(perhaps(st.sampled_from(tuple(OutboundType)), odds=12)),
        pod_ranges=known((AddressRange.parse(POD_RANGE),) if overlaid else ()),
        service_ranges=known((AddressRange.parse("10.250.0.0/24"),)),
        dns_address=known(ip_address("10.250.0.10")),
        dual_stack=known(value=False),
        kubernetes_version=known("1.33"),
        advanced_networking=known(value=False),
        local_dns=draw(switches),
        instance_metadata_blocked=draw(switches),
        pools=tuple(pools),
        api_server=ApiServer(
            resource="api",
            private=private,
            vnet_integration=draw(switches),
            subnet=known(None),
            authorized_ranges=known(()),
            public_name=draw(switches),
            private_zone=known("system"),
            run_command=known(value=True),
            name="api.hcp.west.azmk8s.io",
            origin=ORIGIN,
        ),
        origin=ORIGIN,
        outbound_addresses=draw(
            st.sampled_from(
                (hidden(), hidden(), known(("pip-lb",)), known(("pip-new", "pip-lb")))
            )
        ),
        masquerade=draw(
            masquerades() if draw(st.booleans()) else st.just(Masquerade())
        ),
        host_routing=draw(
            st.sampled_from((known(False),) * 6 + (known(True), hidden()))
        ),
    )


@st.composite
def snapshots(
    draw: DrawFn,
    *,
    only_firewall: bool = False,
    only_names: bool = False,
    with_dns: bool = False,
) -> Snapshot:
    """Return a whole network, or one with what a firewall, or what names, need.

    With DNS, the second workload may be the cluster's own DNS server.
    """
    if only_names:
        on = draw(clusters())
        return Snapshot(
            cluster=on,
            objects=KubernetesObjects(
                namespaces=draw(
                    st.lists(namespaces, unique_by=lambda it: it.name).map(tuple)
                ),
                workloads=draw(workloads(on, host_network=True)),
                services=draw(services()),
                name_servers=draw(name_servers()),
                static_gateways=draw(static_gateways()),
                hidden=draw(
                    st.lists(
                        st.sampled_from(("ns", "corp", None)).map(
                            lambda it: HiddenWorkloads("HelmRelease", it, "h", ORIGIN)
                        ),
                        max_size=1,
                    ).map(tuple)
                ),
            ),
            fabric=Fabric(
                networks=draw(networks()),
                subnets=draw(subnets()),
                firewalls=(draw(firewalls()),),
                private_endpoints=draw(endpoints()),
                resources=draw(resources()),
                zones=draw(zones()),
                resolvers=draw(resolvers()),
                rulesets=draw(rulesets()),
                name_policies=draw(name_policies()),
            ),
        )
    if only_firewall:
        return Snapshot(
            fabric=Fabric(
                public_addresses=(
                    PublicAddress(
                        "pip-fw", "fw", (AddressRange.parse("52.0.0.1"),), ORIGIN
                    ),
                ),
                firewalls=(draw(firewalls()),),
                zones=draw(zones()),
                resolvers=draw(resolvers()),
                rulesets=draw(rulesets()),
                service_tags=draw(tag_lists()),
            )
        )
    cluster: Cluster = draw(clusters())
    first, second = draw(workloads(cluster))
    if with_dns and draw(st.booleans()):
        labels = (("k8s-app", "kube-dns"),)
        second = replace(second, namespace="kube-system", labels=labels)
    return Snapshot(
        cluster=cluster,
        other_clusters=draw(other_clusters(cluster)),
        objects=KubernetesObjects(
            workloads=(first, second), name_servers=draw(name_servers())
        ),
        fabric=draw(fabrics()),
    )


namespaces = st.sampled_from(("ns", "corp", "example", "com", "kube-system")).map(
    lambda name: Namespace(name, (), declared=True, origin=ORIGIN)
)
"""Two of them end public names."""


@st.composite
def services(draw: DrawFn) -> tuple[Service, ...]:
    found = []
    for name in draw(st.lists(st.sampled_from(("web", "www", "com")), unique=True)):
        kinds = (ServiceType.CLUSTER_IP, ServiceType.CLUSTER_IP, ServiceType.NODE_PORT)
        where = draw(st.sampled_from(("ns", "ns", "example")))
        found.append(
            Service(where, name, draw(st.sampled_from(kinds)), None, (), ORIGIN)
        )
    for name, target in (
        ("out", draw(st.sampled_from((*NAMES, "web.ns.svc.cluster.local", "", "x")))),
        ("round", draw(st.sampled_from(("round.ns.svc.cluster.local", "gone.local")))),
    ):
        kind = ServiceType.EXTERNAL_NAME
        doubt = draw(st.sampled_from((None, None, None, "it stands twice")))
        found.append(
            Service(
                "ns",
                name,
                kind,
                None,
                (),
                ORIGIN,
                external_name=target,
                doubt=doubt,
            )
        )
    return (*found, *draw(st.lists(published(), max_size=2)))


@st.composite
def published(draw: DrawFn) -> Service:
    """Return a Service that nodes listen for, at ports that packets go to."""
    number = draw(st.sampled_from((80, 443, 8080)))
    app = draw(st.sampled_from(("app0", "app1", "gone")))
    selector = Selector((Requirement("app", Operator.IN, frozenset({app})),))
    target = draw(st.sampled_from((8080, 8080, "named")))
    return Service(
        "ns",
        f"published-{number}-{app}",
        draw(st.sampled_from((ServiceType.NODE_PORT, ServiceType.LOAD_BALANCER))),
        draw(st.sampled_from((selector, selector, selector, None))),
        (ServicePort("", Protocol.TCP, 9000, target, number),),
        ORIGIN,
        local_traffic_only=draw(st.booleans()),
    )


FIRST_POD = "10.244.0.1"
"""That of `app0` in an overlay."""


def _listed(*addresses: str, port_name: str = "") -> tuple[ListedEndpoints, ...]:
    held = tuple(ip_address(each) for each in addresses)
    return (ListedEndpoints(held, port_name, Protocol.TCP, 8080, ORIGIN),)


ENDPOINT_LISTS: tuple[tuple[ListedEndpoints, ...], ...] = (
    (),
    _listed("10.0.0.10", port_name="other"),
    _listed("10.0.0.10"),
    _listed("10.1.0.20"),
    _listed("10.0.0.10", "20.0.0.3"),
    _listed("10.1.0.4"),
    _listed("10.244.0.5"),
    _listed(FIRST_POD),
    _listed(FIRST_POD, "10.0.0.10"),
    _listed("52.0.0.77"),
)
"""What people may list behind a Service: machines, endpoints, nodes, pods, others."""


@st.composite
def name_servers(draw: DrawFn) -> tuple[ServerBlock, ...]:
    """Return server blocks of the cluster's DNS, most often those that AKS makes."""
    if draw(st.integers(0, 2)):
        return ()
    first = draw(server_blocks(("",)))
    own = draw(st.sampled_from((OF_AKS, first)))
    domains = ("example.com", "vault.azure.net", "my.cluster.local", "azure.net")
    more = [
        draw(server_blocks((zone,)))
        for zone in draw(st.lists(st.sampled_from(domains), max_size=2))
    ]
    return (own, *more)


@st.composite
def server_blocks(draw: DrawFn, zones: tuple[str, ...]) -> ServerBlock:
    servers = (
        (),
        (),
        None,
        (RESOLVER_ADDRESS,),
        (ip_address("10.0.0.9"),),
        (ip_address("168.63.129.16"),),
        (ip_address("10.250.0.10"),),
        (ip_address("10.250.0.10"), FIREWALL_ADDRESS),
    )
    domain = st.sampled_from(("", "", "com", "example.com", "azure.net"))
    names = st.sampled_from((*NAMES, "web.ns.svc.cluster.local"))
    renaming = st.sampled_from(
        (
            ("exact", "www.example.com", "vault.vault.azure.net"),
            ("suffix", "example.com", "ns.svc.cluster.local"),
            ("prefix", "vault.", "store."),
            ("substring", "example", "web"),
            ("regex", r"(.*)\.example\.com", "{1}.azure.net"),
            ("regex", r"^www\.", "{0}ns"),
        )
    )
    return ServerBlock(
        zones,
        ORIGIN,
        unread=tuple(
            Unread("plugin `file`", draw(st.sampled_from(((), ("com",)))), ORIGIN)
            for _ in range(draw(st.sampled_from((0, 0, 0, 0, 1))))
        ),
        rewrites=tuple(
            Rewrite(*each, goes_on=draw(st.booleans()), origin=ORIGIN)
            for each in draw(st.lists(renaming, max_size=2))
        ),
        refusals=tuple(
            Refusal((zone,), pattern, draw(st.booleans()), ORIGIN)
            for zone, pattern in draw(
                st.lists(
                    st.tuples(domain, st.sampled_from(("", "^www", "vault"))),
                    max_size=1,
                )
            )
        ),
        hosts=tuple(
            HostTable(
                ((name, ENDPOINT_ADDRESS),),
                draw(st.sampled_from(((), ("com",)))),
                draw(st.sampled_from((("",), ("",), ("",), (), ("com",)))),
                ORIGIN,
            )
            for name in draw(st.lists(names, max_size=1))
        ),
        domains=draw(st.sampled_from((("cluster.local",),) * 3 + ((),))),
        domains_hand_on=draw(st.sampled_from(((), (), ("",)))),
        forwards=tuple(
            Forward(
                draw(domain),
                draw(st.sampled_from(servers)),
                draw(st.sampled_from(((), (), ("azure.net",)))),
                ORIGIN,
            )
            for _ in range(draw(st.sampled_from((1, 1, 1, 0, 2))))
        ),
    )


@st.composite
def pod_dns(draw: DrawFn) -> PodDns:
    """Return how a pod looks names up, most often as most do."""
    if draw(st.integers(0, 2)):
        return PLAIN
    servers = ("10.0.0.9", "10.250.0.10", "168.63.129.16", "169.254.10.11", "10.0.0.12")
    own = st.sampled_from([ip_address(each) for each in servers])
    hosts = st.tuples(
        st.sampled_from((*NAMES[:3], "web")),
        st.sampled_from((ENDPOINT_ADDRESS, ip_address("40.0.0.1"))),
    )
    policy = draw(st.sampled_from(tuple(DnsPolicy)))
    least = 1 if policy is DnsPolicy.NONE else 0
    return PodDns(
        policy,
        tuple(draw(st.lists(own, min_size=least, max_size=4))),
        tuple(
            draw(
                st.lists(
                    st.sampled_from(("example.com", "azure.net", "corp.local")),
                    max_size=2,
                )
            )
        ),
        draw(st.sampled_from((None, None, 1, 2, 3, 0))),
        tuple(draw(st.lists(hosts, max_size=1))),
        draw(st.sampled_from(("",) * 9 + ("`dnsConfig` cannot be read",))),
    )


@st.composite
def workloads(
    draw: DrawFn, cluster: Cluster, *, host_network: bool = False
) -> tuple[Workload, ...]:
    """Return two workloads of one pod each, with addresses where the mode puts them."""
    out = []
    for number, pool in enumerate((cluster.pools[0], cluster.pools[-1])):
        nodes = AddressRange.parse(SUBNETS[pool.subnet.value or "nodes"][1]).lowest
        first = {
            Addressing.POD_SUBNET: ip_address("10.1.0.9"),
            Addressing.NODE_SUBNET: nodes + 2,
        }.get(cluster.addressing.value or Addressing.OVERLAY, ip_address("10.244.0.1"))
        node = draw(st.sampled_from((None, None, None, 1, 2)))
        places = (None, None, None, VIRTUAL_NODE)
        pod = Pod(
            f"pod{number}",
            (first + number,),
            f"{pool.name}{node}" if node else None,
            (nodes + 3 + node,) if node else (),
        )
        out.append(
            Workload(
                "ns",
                f"app{number}",
                "Deployment",
                (("app", f"app{number}"),),
                ORIGIN,
                pods=(pod,),
                dns=draw(pod_dns()),
                host_network=host_network and draw(st.booleans()),
                node_pool=draw(st.sampled_from((pool.name,) * 6 + places))
                if cluster.addressing.value is not Addressing.NODE_SUBNET
                else pool.name,
                annotations=((EGRESS_GATEWAY, "fixed"),)
                if draw(st.integers(0, 11)) == 0
                else (),
                host_ports=draw(host_ports),
            )
        )
    return tuple(out)


host_ports = st.sampled_from(
    (
        *((),) * 5,
        (HostPort(80, Protocol.TCP, 8080),),
        (HostPort(443, Protocol.TCP, 443), HostPort(53, Protocol.UDP, 53)),
        (HostPort(80, Protocol.TCP, 80, "10.1.0.7"),),
    )
)
"""Mostly none; those of pods at ports that packets go to."""


EDGES = tuple(
    sorted(
        {
            (item.version, number)
            for text in (*PREFIXES, *[p for _, p in SUBNETS.values()], *INTERESTING)
            for item in [AddressRange.parse(text)]
            for number in (item.first - 1, item.first, item.last, item.last + 1)
            if 0 <= number <= LAST[item.version]
        }
    )
)


def as_address(version: int, number: int) -> Address:
    return AddressRange(version, number, number).lowest


@st.composite
def packets(draw: DrawFn) -> Packet:
    version = draw(st.sampled_from((4, 4, 4, 4, 4, 4, 6)))
    numbers = st.sampled_from([n for v, n in EDGES if v == version])
    return packet_between(
        draw, as_address(version, draw(numbers)), as_address(version, draw(numbers))
    )


def packet_between(draw: DrawFn, source: Address, destination: Address) -> Packet:
    protocol = draw(st.sampled_from((6, 6, 6, 17, 17, 1, 132, 50)))
    if protocol not in WITH_PORTS:
        return Packet(source, destination, protocol)
    return Packet(
        source,
        destination,
        protocol,
        draw(st.sampled_from((0, 1023, 1024, 40000))),
        draw(st.sampled_from((80, 443, 443, 53, 444, 79, 0, 65535, 32526, 8080))),
    )


@dataclass
class Drawn:
    """Choices of the platform, by one number: each option's first or last address."""

    number: int
    asked: int = 0

    def address(self, what: str, options: tuple[AddressRange, ...]) -> Address:
        self.asked += 1
        turn = self.number // 2 + len(what)
        item = options[turn % len(options)]
        return item.highest if self.number % 2 else item.lowest

    def port(self) -> int:
        self.asked += 1
        return (1, 1023, 1024, 40000, 65535)[self.number % 5]
