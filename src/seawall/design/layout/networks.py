"""Virtual networks, their subnets, and the peerings between them.

Source: AKS docs, concepts-network-cni-overview, api-server-vnet-integration,
internal-lb; Azure docs, default-outbound-access, virtual-network-manage-peering and
disable-private-endpoint-network-policy; read 2026-11.
"""

from collections.abc import Iterator, Mapping

from seawall.design.layout.demand import (
    comes_by_gateway,
    peered,
    resolves_by_firewall,
    shared_side,
)
from seawall.design.layout.identities import SUBNETS
from seawall.design.layout.operators import gateways
from seawall.design.layout.reaching import Reach, reach
from seawall.design.layout.security.group import SYMBOLS
from seawall.design.layout.subjects import Subject, made
from seawall.design.options import Network, OutboundType
from seawall.design.requirements.needs import ServiceKind
from seawall.emit.graph import NETWORK, SUBNET
from seawall.emit.tree import Id, Resource, Value

PEERING = NETWORK + "/virtualNetworkPeerings"
_AKS = "Microsoft.ContainerService/managedClusters"
_RESOLVERS = "Microsoft.Network/dnsResolvers"
_SERVICES = {
    ServiceKind.KEY_VAULT: "Microsoft.KeyVault",
    ServiceKind.STORAGE: "Microsoft.Storage",
    ServiceKind.SQL: "Microsoft.Sql",
    ServiceKind.COSMOS: "Microsoft.AzureCosmosDB",
}
_COMMENTS = {
    "nodes": "Nodes, those of an upgrade too.",
    "pods": "Pods have addresses of their own here, which the network sees.",
    "api-server": "The API server stands here; nothing else may.",
    "endpoints": "Private endpoints; their rules are judged here too.",
    "ingress": "Addresses of internal load balancers.",
    "private-link": "A Private Link service translates its clients to these addresses.",
    "gateway": "The application gateway; nothing else may stand here.",
    "agents": "Build agents that operate the cluster.",
    "resolver": "Answers those who come by the gateway for private names.",
    "AzureFirewallSubnet": "The firewall; the name is Azure's.",
    "AzureBastionSubnet": "Bastion; the name is Azure's.",
    "GatewaySubnet": "The gateway to other networks; the name is Azure's.",
}
_NEEDS = {
    "nodes": ("nodes.count",),
    "pods": ("pods.network-sees-pods", "nodes.pods-per-node"),
    "api-server": ("api-server.access",),
    "endpoints": ("services",),
    "ingress": ("ingress",),
    "private-link": ("ingress",),
    "gateway": ("ingress",),
    "agents": ("operators",),
    "resolver": ("operators",),
    "AzureFirewallSubnet": ("egress.to", "egress.names"),
    "AzureBastionSubnet": ("operators",),
    "GatewaySubnet": ("operators",),
}
_WITH_DEFAULT_ROUTE = ("nodes", "pods")


def networks(subject: Subject) -> Iterator[Resource]:
    """Yield the networks with their subnets."""
    if subject.choices.network is Network.EXISTING:
        yield from _existing(subject)
        return
    plan = subject.plan
    if plan.spoke is None:
        return
    shared = {item.key for item in shared_side(subject.needs, subject.choices)}
    split = plan.hub is not None
    if plan.hub is not None:
        yield made(
            "hubNetwork",
            NETWORK,
            subject.names.of("vnet", "hub"),
            {"addressSpace": {"addressPrefixes": (str(plan.hub),)}},
            comment="What clusters share: the way out and the ways of operators.",
            serves=subject.serves("egress.to", "operators"),
        )
        yield from _subnets(subject, "hubNetwork", shared)
    servers: Mapping[str, Value] = {}
    if resolves_by_firewall(subject.needs, subject.choices):
        servers = {"dhcpOptions": {"dnsServers": (str(plan.firewall),)}}
    yield made(
        "network",
        NETWORK,
        subject.names.of("vnet"),
        {"addressSpace": {"addressPrefixes": (str(plan.spoke),)}, **servers},
        comment="The network of the cluster."
        + (" The firewall answers for names." if servers else ""),
        serves=subject.serves("addresses.space", "nodes"),
    )
    yield from _subnets(
        subject, "network", set(plan.subnets) - (shared if split else set())
    )


def _subnets(subject: Subject, network: str, keys: set[str]) -> Iterator[Resource]:
    for key in subject.plan.subnets:
        if key not in keys:
            continue
        own = key.startswith(("Azure", "Gateway"))
        yield made(
            SUBNETS[key],
            SUBNET,
            key if own else f"snet-{key}",
            _subnet(subject, key),
            above=network,
            location=None,
            comment=_COMMENTS[key],
            serves=subject.serves(*_NEEDS[key]),
        )


def _subnet(subject: Subject, key: str) -> dict[str, Value]:
    found: dict[str, Value] = {"addressPrefix": str(subject.plan.subnets[key])}
    choices = subject.choices
    if key in SYMBOLS:
        found["networkSecurityGroup"] = {"id": Id(SYMBOLS[key])}
    if key in _WITH_DEFAULT_ROUTE and choices.outbound is (
        OutboundType.USER_DEFINED_ROUTING
    ):
        found["routeTable"] = {"id": Id("routes")}
    if key in _WITH_DEFAULT_ROUTE and choices.outbound is (
        OutboundType.USER_NAT_GATEWAY
    ):
        found["natGateway"] = {"id": Id("natGateway")}
    found["defaultOutboundAccess"] = False
    guarded = key == "endpoints"
    found["privateEndpointNetworkPolicies"] = (
        "NetworkSecurityGroupEnabled" if guarded else "Disabled"
    )
    found["privateLinkServiceNetworkPolicies"] = (
        "Disabled" if key == "private-link" else "Enabled"
    )
    found |= _delegated(key)
    endpoints = _service_endpoints(subject, key)
    if endpoints:
        found["serviceEndpoints"] = endpoints
    return found


def _delegated(key: str) -> dict[str, Value]:
    to = {"api-server": _AKS, "pods": _AKS, "resolver": _RESOLVERS}.get(key)
    if to is None:
        return {}
    return {"delegations": ({"name": key, "properties": {"serviceName": to}},)}


def _service_endpoints(subject: Subject, key: str) -> tuple[Value, ...]:
    """Return by which endpoints of its own a subnet reaches services.

    Source: AKS docs, concepts-network-cni-overview: those of the subnet of pods, where
    pods have one.
    """
    senders = "pods" if "pods" in subject.plan.subnets else "nodes"
    if key != senders:
        return ()
    kinds = dict.fromkeys(
        it.kind
        for it in subject.needs.services
        if reach(it, subject.choices) is Reach.SUBNET
    )
    return tuple({"service": _SERVICES[it]} for it in kinds if it in _SERVICES)


def peerings(subject: Subject) -> Iterator[Resource]:
    """Yield what connects the networks, and those of operators."""
    if subject.plan.spoke is None:
        return
    if subject.plan.hub is not None:
        by_gateway = comes_by_gateway(subject.needs)
        yield _peering(
            "hubPeering",
            "hubNetwork",
            "peer-to-cluster",
            Id("network"),
            gives=by_gateway,
        )
        yield _peering(
            "peering",
            "network",
            "peer-to-hub",
            Id("hubNetwork"),
            uses=by_gateway,
            needs=("hubPeering", *gateways(subject)),
        )
    for index, operator in peered(subject.needs):
        yield made(
            f"operatorsPeering{index or ''}",
            PEERING,
            f"peer-to-{operator.name}",
            _peered(operator.network),
            above="network",
            location=None,
            comment=f"To the network of {operator.name}, where the other half of the "
            "peering is made by its owner.",
            serves=subject.serves(f"operators[{index}]"),
        )


def _peering(  # noqa: PLR0913  # a peering has so many sides
    symbol: str,
    above: str,
    name: str,
    to: Value,
    *,
    gives: bool = False,
    uses: bool = False,
    needs: tuple[str, ...] = (),
) -> Resource:
    return made(
        symbol,
        PEERING,
        name,
        # The firewall hands on what others send; the cluster hands on nothing.
        _peered(to, gives=gives, uses=uses, forwarded=above == "network"),
        above=above,
        location=None,
        needs=needs,
    )


def _peered(
    to: Value, *, gives: bool = False, uses: bool = False, forwarded: bool = False
) -> dict[str, Value]:
    return {
        "remoteVirtualNetwork": {"id": to},
        "allowVirtualNetworkAccess": True,
        "allowForwardedTraffic": forwarded,
        "allowGatewayTransit": gives,
        "useRemoteGateways": uses,
    }


def _existing(subject: Subject) -> Iterator[Resource]:
    """Yield the subnets that stand already, and their network."""
    standing = subject.needs.existing
    if standing is None:
        return
    parts = standing.node_subnet.strip("/").split("/")
    _, subscription, _, group, _, _, _, network, _, nodes = parts
    top = made("network", NETWORK, network, location=None)
    subnets = [("nodes", nodes)]
    if standing.pod_subnet:
        subnets.append(("pods", standing.pod_subnet.rsplit("/", 1)[-1]))
    yield _as_existing(top, group, subscription)
    for key, name in subnets:
        own = made(SUBNETS[key], SUBNET, name, above="network", location=None)
        yield _as_existing(own, "", "")


def _as_existing(item: Resource, group: str, subscription: str) -> Resource:
    return Resource(
        item.symbol,
        item.type,
        item.api_version,
        item.name,
        parent=item.parent,
        is_existing=True,
        resource_group=group,
        subscription=subscription,
    )
