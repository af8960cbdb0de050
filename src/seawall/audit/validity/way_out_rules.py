"""Rules about the outbound type, and what the network must bring for it."""

from collections.abc import Iterator

from seawall.audit.validity.rule import Claim, Kind, Validity
from seawall.audit.validity.site import Site
from seawall.audit.validity.term import fact, missing, of, some
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.filter import ServiceTag
from seawall.model.network import NextHop, Route, Subnet
from seawall.model.setting import State

_NET = "networkProfile."
_OUT = _NET + "loadBalancerProfile."
_LEADS = (NextHop.VIRTUAL_APPLIANCE, NextHop.VIRTUAL_NETWORK_GATEWAY)
_LEAST_ISOLATED = (1, 30)


def _default_routes(site: Site, subnet: Subnet) -> list[Route] | None:
    """Return the default routes of a subnet's table; None if it is not known."""
    if not subnet.route_table.known:
        return None
    if subnet.route_table.value is None:
        return []
    table = site.table(subnet)
    if table is None:
        return None
    found = []
    for route in table.routes:
        if route.destination is None:
            return None
        whole = str(route.destination) == "0.0.0.0/0"
        if whole and not isinstance(route.destination, ServiceTag):
            found.append(route)
    return found


def _routed(site: Site) -> Iterator[Claim]:
    udr = site.outbound(OutboundType.USER_DEFINED_ROUTING)
    yield Claim(udr & ~site.own_network, says="AKS makes its network")
    for id_, subnet in site.node_subnets():
        own = some(site.is_own(p) for p in site.pools if p.subnet.value == id_)
        name = subnet.name if subnet else id_.rsplit("/", 1)[-1]
        routes = _default_routes(site, subnet) if subnet else None
        if routes is None:
            without = missing(f"the route table of `{name}` is not known")
        elif not routes and _may_be_announced(site):
            without = missing(
                f"whether a gateway announces a default route to `{name}`"
            )
        else:
            without = fact(not routes, subnet.origin if subnet else None)
        yield Claim(udr & own & without, says=f"`{name}` has no default route")


def _may_be_announced(site: Site) -> bool:
    """Whether a gateway may bring the route; if AKS takes that is not documented."""
    fabric = site.snapshot.fabric
    return bool(fabric.gateways or fabric.hub_connections)


def _routed_away(site: Site) -> Iterator[Claim]:
    udr = site.outbound(OutboundType.USER_DEFINED_ROUTING)
    for _, subnet in site.node_subnets():
        routes = (_default_routes(site, subnet) if subnet else None) or []
        for route in routes:
            astray = route.next_hop not in (*_LEADS, NextHop.UNKNOWN)
            says = f"`{route.name}` leads to {route.next_hop.value}"
            yield Claim(fact(astray, route.origin) & udr, says=says)


def _own_nat(site: Site) -> Iterator[Claim]:
    nat = site.outbound(OutboundType.USER_ASSIGNED_NAT_GATEWAY)
    yield Claim(nat & ~site.own_network, says="AKS makes its network")
    for id_, subnet in site.node_subnets():
        own = some(site.is_own(p) for p in site.pools if p.subnet.value == id_)
        name = subnet.name if subnet else id_.rsplit("/", 1)[-1]
        gateway = (
            of(subnet.nat_gateway, bool, f"NAT gateway of `{name}`")
            if subnet
            else missing(f"the subnet `{name}` is not in the input")
        )
        place = fact(True, subnet.origin if subnet else None)  # noqa: FBT003
        says = f"`{name}` has no NAT gateway"
        yield Claim(nat & own & ~gateway & place, says=says)


def _managed_nat(site: Site) -> Iterator[Claim]:
    nat = site.outbound(OutboundType.MANAGED_NAT_GATEWAY)
    yield Claim(nat & site.own_network)


def _nothing_out(site: Site) -> Iterator[Claim]:
    none = site.outbound(OutboundType.NONE, OutboundType.BLOCK)
    yield Claim(none & ~site.cached, says="software comes from Microsoft's registry")
    yield Claim(none & ~site.private, says="the API server has a public address")
    block = site.outbound(OutboundType.BLOCK)
    yield Claim(block & site.own_network, says="`block` is for networks of AKS")


def _isolated(site: Site) -> Iterator[Claim]:
    isolated = site.isolated
    yield Claim(isolated & site.windows, says="a pool runs Windows")
    yield Claim(isolated & site.plugin("kubenet"), says="the plugin is kubenet")
    old = site.older_than(*_LEAST_ISOLATED)
    yield Claim(isolated & old, says="Kubernetes is older than 1.30")
    channel = site.detail(
        "autoUpgradeProfile.nodeOSUpgradeChannel", "NodeImage", "None"
    )
    says = "node images are upgraded from the internet"
    yield Claim(isolated & ~channel, says=says)


def _cached_only(site: Site) -> Iterator[Claim]:
    none = site.outbound(OutboundType.NONE, OutboundType.BLOCK)
    yield Claim(site.cached & ~none)


def _windows_nat(site: Site) -> Iterator[Claim]:
    balanced = site.outbound(OutboundType.LOAD_BALANCER)
    old = site.older_than(1, 26)
    for pool in site.pools:
        kept = of(pool.windows_keeps_pods, bool, f"outbound NAT of `{pool.name}`")
        windows = site.is_windows(pool)
        says = "the outbound type is `loadBalancer`"
        yield Claim(kept & windows & balanced, pool.name, says)
        says = "Kubernetes is older than 1.26"
        yield Claim(kept & windows & old, pool.name, says)


def _lent_addresses(site: Site) -> Iterator[Claim]:
    ports = site.number(_OUT + "allocatedOutboundPorts")
    number = ports.value
    if not isinstance(number, int) or isinstance(number, bool):
        return
    origin = ports.origin if ports.state is State.STATED else None
    says = f"{number} ports are not a multiple of 8"
    yield Claim(fact(number % 8 != 0, origin), says=says)
    count = site.number(_OUT + "managedOutboundIPs.count").value
    nodes = site.all_nodes()
    if number and isinstance(count, int) and nodes is not None:
        room = 64_000 * count // number
        says = f"{count} addresses give {number} ports each to {room} nodes, and "
        says += f"{nodes} may come"
        yield Claim(fact(nodes > room, origin), says=says)


def _static_gateway(site: Site) -> Iterator[Claim]:
    on = site.on(_NET + "staticEgressGatewayProfile.enabled")
    pods = site.addressing(Addressing.POD_SUBNET)
    yield Claim(on & pods, says="pods have subnets of their own")
    bpf = of(site.cluster.host_routing, bool, "eBPF host routing")
    yield Claim(on & bpf, says="eBPF host routing is on")
    for pool in site.pools:
        gateway = site.pool(pool, "mode", "Gateway")
        windows = site.is_windows(pool)
        yield Claim(gateway & windows, pool.name, "gateway nodes run Linux")
        scales = of(pool.details.get("enableAutoScaling"), bool, "autoscaling")
        yield Claim(gateway & scales, pool.name, "gateway pools do not scale")
        size = pool.details.get("gatewayProfile.publicIPPrefixSize").value
        nodes = site.most_nodes(pool)
        if isinstance(size, int) and nodes is not None:
            room = 2 ** max(0, 32 - size)
            says = f"a /{size} holds {room} addresses, and there are {nodes} nodes"
            yield Claim(gateway & fact(nodes > room), pool.name, says)


def _proxy(site: Site) -> Iterator[Claim]:
    proxy = of(site.cluster.upkeep.http_proxy, bool, "HTTP proxy")
    yield Claim(proxy & site.windows)


_AZURE = "networkProfile: {networkPlugin: azure, networkPluginMode: overlay%s}"
_OWN = "\n_subnet: {addressPrefix: 10.1.0.0/24%s}"
_CACHE = "\nbootstrapProfile: {artifactSource: Cache}"
_PRIVATE = "\napiServerAccessProfile: {enablePrivateCluster: true}"
_IMAGES = "\nautoUpgradeProfile: {nodeOSUpgradeChannel: %s}"

RULES = (
    Validity(
        "AKSV040",
        "user-defined-routing-without-route",
        Kind.INVALID,
        "the outbound type `userDefinedRouting` needs a network of one's own, and a "
        "default route in the route table of every subnet of nodes",
        "give each subnet of nodes a route table with a route for 0.0.0.0/0",
        "AKS docs, egress-udr",
        _routed,
        _AZURE % ", outboundType: userDefinedRouting" + _OWN % "",
        _AZURE % ", outboundType: userDefinedRouting"
        + _OWN % ", routeTable: {id: ROUTES}",
    ),
    Validity(
        "AKSV041",
        "user-defined-routing-to-the-internet",
        Kind.INVALID,
        "under `userDefinedRouting` the default route leads to an appliance or a "
        "gateway; AKS refuses others",
        "lead it to the firewall",
        "AKS docs, egress-udr",
        _routed_away,
        _AZURE % ", outboundType: userDefinedRouting"
        + _OWN % ", routeTable: {id: ROUTES}"
        + "\n_hop: Internet",
        _AZURE % ", outboundType: userDefinedRouting"
        + _OWN % ", routeTable: {id: ROUTES}",
    ),
    Validity(
        "AKSV042",
        "user-assigned-nat-without-gateway",
        Kind.INVALID,
        "the outbound type `userAssignedNATGateway` needs a network of one's own with "
        "a NAT gateway on every subnet of nodes",
        "put a NAT gateway on each subnet of nodes",
        "AKS docs, nat-gateway",
        _own_nat,
        _AZURE % ", outboundType: userAssignedNATGateway" + _OWN % "",
        _AZURE % ", outboundType: userAssignedNATGateway"
        + _OWN % ", natGateway: {id: NAT}",
    ),
    Validity(
        "AKSV043",
        "managed-nat-in-own-network",
        Kind.INVALID,
        "a NAT gateway of AKS is for networks that AKS makes",
        "choose `userAssignedNATGateway`",
        "AKS docs, nat-gateway",
        _managed_nat,
        _AZURE % ", outboundType: managedNATGateway" + _OWN % "",
        _AZURE % ", outboundType: managedNATGateway",
    ),
    Validity(
        "AKSV044",
        "no-way-out-without-isolation",
        Kind.INVALID,
        "the outbound types `none` and `block` are for network isolated clusters: "
        "private, with software from a private registry",
        "set `bootstrapProfile.artifactSource` to `Cache`, and make it private",
        "AKS docs, egress-outboundtype, concepts-network-isolated",
        _nothing_out,
        _AZURE % ", outboundType: none" + _PRIVATE,
        _AZURE % ", outboundType: none" + _PRIVATE + _CACHE + _IMAGES % "NodeImage",
    ),
    Validity(
        "AKSV045",
        "beyond-network-isolation",
        Kind.INVALID,
        "a network isolated cluster has no Windows pools and no kubenet, Kubernetes "
        "1.30 or newer, and node images that come as a whole",
        "set the node image channel to `NodeImage` or `None`",
        "AKS docs, concepts-network-isolated",
        _isolated,
        _AZURE % ", outboundType: none" + _PRIVATE + _CACHE + _IMAGES % "Unmanaged",
        _AZURE % ", outboundType: none" + _PRIVATE + _CACHE + _IMAGES % "NodeImage",
    ),
    Validity(
        "AKSV046",
        "cached-and-not-isolated",
        Kind.WORTH_KNOWING,
        "with software from a private registry and a way out, the cluster is not "
        "network isolated",
        "set the outbound type to `none` if it is meant to be isolated",
        "AKS docs, concepts-network-isolated",
        _cached_only,
        _AZURE % ", outboundType: loadBalancer" + _CACHE,
        _AZURE % ", outboundType: loadBalancer",
    ),
    Validity(
        "AKSV050",
        "windows-outbound-nat",
        Kind.INVALID,
        "Windows nodes show the addresses of pods with another outbound type than "
        "`loadBalancer` only, from Kubernetes 1.26",
        "choose a NAT gateway, or leave `disableOutboundNat` out",
        "AKS docs, nat-gateway",
        _windows_nat,
        _AZURE % "" + "\nagentPoolProfiles: [{name: win, osType: Windows, "
        "windowsProfile: {disableOutboundNat: true}}]",
        _AZURE
        % ", outboundType: managedNATGateway"
        + "\nagentPoolProfiles: [{name: win, osType: Windows, "
        "windowsProfile: {disableOutboundNat: true}}]",
    ),
    Validity(
        "AKSV051",
        "outbound-ports",
        Kind.INVALID,
        "outbound ports for each node are a multiple of 8, and the addresses have "
        "64,000 each for all nodes",
        "take fewer ports or more addresses",
        "AKS docs, configure-load-balancer-standard",
        _lent_addresses,
        _AZURE % ", loadBalancerProfile: {allocatedOutboundPorts: 1001}",
        _AZURE % ", loadBalancerProfile: {allocatedOutboundPorts: 1000}",
    ),
    Validity(
        "AKSV055",
        "static-egress-gateway",
        Kind.INVALID,
        "the static egress gateway goes with no subnet of pods and no eBPF host "
        "routing; its pool runs Linux, does not scale, and has an address a node",
        "leave one of the two out",
        "AKS docs, configure-static-egress-gateway",
        _static_gateway,
        _AZURE
        % ", staticEgressGatewayProfile: {enabled: true}"
        + "\nagentPoolProfiles: [{name: system}, {name: gw, mode: Gateway, "
        "enableAutoScaling: true}]",
        _AZURE
        % ", staticEgressGatewayProfile: {enabled: true}"
        + "\nagentPoolProfiles: [{name: system}, {name: gw, mode: Gateway, count: 2, "
        "gatewayProfile: {publicIPPrefixSize: 31}}]",
    ),
    Validity(
        "AKSV073",
        "proxy-with-windows",
        Kind.INVALID,
        "an HTTP proxy does not go with Windows pools",
        "take the Windows pool out, or the proxy",
        "AKS docs, http-proxy",
        _proxy,
        _AZURE % "" + "\nhttpProxyConfig: {httpProxy: 'http://10.1.0.9:3128'}\n"
        "agentPoolProfiles: [{name: system}, {name: win, osType: Windows}]",
        _AZURE % "" + "\nhttpProxyConfig: {httpProxy: 'http://10.1.0.9:3128'}",
    ),
)
