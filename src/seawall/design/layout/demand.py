"""Which subnets a design has, and how large each must be.

Source: AKS docs, concepts-network-ip-address-planning, azure-cni-overlay,
concepts-network-azure-cni-pod-subnet and api-server-vnet-integration; Azure docs,
firewall-faq, bastion configuration-settings, vpn-gateway-about-vpn-gateway-settings and
application-gateway configuration-infrastructure; read 2026-11.
"""

from collections.abc import Iterator
from math import ceil

from seawall.design.layout.allocation import Wanted, prefix_for
from seawall.design.layout.hosts import ports_of
from seawall.design.layout.reaching import DOORS, Reach, reach
from seawall.design.options import (
    Addressing,
    ApiServer,
    Choices,
    Firewall,
    Images,
    Ingress,
    Network,
    PrivateZone,
    PublicName,
)
from seawall.design.requirements.needs import (
    Desk,
    Entry,
    Operator,
    PaasService,
    Requirements,
    ServiceKind,
    WayIn,
)

KEPT_BY_AZURE = 5
SURGE = 10
"""Nodes more while a pool is upgraded, in percent of its nodes."""
_BATCH = 16
SPARE = "spare"
"""Room in a hub that holds nothing yet."""
_SPARE = 8
_LEAST_NODE_PREFIX = 27
_FRONT_ENDS = 9
"""For the endpoint of the API server and for internal load balancers."""
_GATEWAYS = (Desk.VPN, Desk.EXPRESSROUTE)


def nodes_at_most(needs: Requirements) -> int:
    """Return how many nodes there are while pools are upgraded."""
    pools = 3 if needs.windows else 2
    return needs.scale.nodes + ceil(needs.scale.nodes * SURGE / 100) + pools - 1


def pod_prefix(needs: Requirements) -> int:
    """Return the longest prefix of pods in an overlay: a /24 for each node."""
    return 24 - (nodes_at_most(needs) - 1).bit_length()


def has_private_services(needs: Requirements, choices: Choices) -> bool:
    """Whether something is reached by private endpoints of the design."""
    return choices.images is Images.CACHE or any(
        reach(each, choices) is Reach.PRIVATE for each in needs.services
    )


def comes_by_gateway(needs: Requirements) -> bool:
    """Whether operators or networks come by VPN or ExpressRoute."""
    return any(each.desk in _GATEWAYS for each in needs.operators)


def comes_from(needs: Requirements, desk: Desk) -> bool:
    """Whether some operator comes on this way."""
    return any(each.desk is desk for each in needs.operators)


def peered(needs: Requirements) -> Iterator[tuple[int, Operator]]:
    """Yield the first operator of each network that is peered, and its place.

    Source: Azure docs, virtual-network-manage-peering: two networks have one peering.
    """
    seen: set[str] = set()
    for index, operator in enumerate(needs.operators):
        own = operator.network.lower()
        if operator.desk is Desk.PEERING and own and own not in seen:
            seen.add(own)
            yield index, operator


def needs_resolver(needs: Requirements, choices: Choices) -> bool:
    """Whether clients behind a gateway must ask for private names of the network.

    They do where the API server's name is in a private zone alone, and nothing else of
    the design, such as a firewall, answers for Azure's resolver.
    """
    private = choices.is_private and comes_by_gateway(needs)
    by_zone = private and choices.public_name is PublicName.OFF
    return by_zone and not has_firewall(choices)


def used_outside(needs: Requirements, choices: Choices) -> tuple[PaasService, ...]:
    """Return the services that are used at their public addresses."""
    return tuple(it for it in needs.services if reach(it, choices) is Reach.PUBLIC)


def has_firewall(choices: Choices) -> bool:
    """Whether the design has a firewall of its own."""
    return choices.firewall in (Firewall.STANDARD, Firewall.PREMIUM)


def _lets_addresses_pass(needs: Requirements, choices: Choices) -> bool:
    """Whether the firewall lets pass what names stand for, on ports without names."""
    ports = {port for each in needs.names for port in each.ports}
    ports |= {port for each in used_outside(needs, choices) for port in ports_of(each)}
    return has_firewall(choices) and bool(ports - {80, 443})


def resolves_by_firewall(needs: Requirements, choices: Choices) -> bool:
    """Whether nodes resolve names by the firewall.

    They do where it must know the same addresses as they, unless the zone of the API
    server is one that the firewall's network cannot be linked to.

    Source: Azure docs, firewall fqdn-filtering-network-rules; AKS docs,
    private-clusters, "Hub and spoke with custom DNS".
    """
    linked = choices.zone is not PrivateZone.SYSTEM
    return linked and _lets_addresses_pass(needs, choices)


def answers_for_names(needs: Requirements, choices: Choices) -> bool:
    """Whether the firewall answers for names, to nodes or to those of a gateway."""
    private = choices.is_private and comes_by_gateway(needs)
    asked = has_firewall(choices) and private
    return asked or _lets_addresses_pass(needs, choices)


def node_side(needs: Requirements, choices: Choices) -> Iterator[Wanted]:
    """Yield the subnets of the network that nodes stand in."""
    nodes = nodes_at_most(needs)
    per_node = needs.scale.pods_per_node
    addresses = nodes + KEPT_BY_AZURE + _FRONT_ENDS
    if choices.addressing is Addressing.NODE_SUBNET:
        addresses += nodes * per_node
    yield Wanted("nodes", min(prefix_for(addresses), _LEAST_NODE_PREFIX))
    if choices.addressing is Addressing.POD_SUBNET:
        batches = ceil((per_node + _SPARE) / _BATCH)
        yield Wanted("pods", prefix_for(nodes * batches * _BATCH + KEPT_BY_AZURE))
    if choices.api_server in (ApiServer.VNET_PUBLIC, ApiServer.VNET_PRIVATE):
        yield Wanted("api-server", 28)
    if has_private_services(needs, choices):
        kinds = [ServiceKind.REGISTRY, *(each.kind for each in needs.services)]
        endpoints = sum(len(DOORS[it].members) for it in kinds) + KEPT_BY_AZURE
        yield Wanted("endpoints", min(prefix_for(endpoints), 28))
    doors = {door(each, choices) for each in needs.entries}
    if doors - {Ingress.PUBLIC}:
        yield Wanted("ingress", min(prefix_for(len(needs.entries) + 5), 28))
    if Ingress.PRIVATE_LINK in doors:
        yield Wanted("private-link", 28)
    if Ingress.APPLICATION_GATEWAY in doors:
        yield Wanted("gateway", 24)


def door(entry: Entry, choices: Choices) -> Ingress:
    """Return by which way the clients of an entry come in."""
    if entry.way is WayIn.PUBLIC:
        return choices.ingress if choices.ingress in _PUBLIC else Ingress.PUBLIC
    return _DOORS[entry.way]


def front_port(entry: Entry, choices: Choices) -> int:
    """Return the port at which the load balancer of an entry is called.

    A gateway and a firewall take clients at the port that these call, and call the load
    balancer at the port of the pods; others are called by the clients themselves.
    """
    return entry.port if door(entry, choices) in _PUBLIC else entry.listen


_DOORS = {
    WayIn.INTERNAL: Ingress.INTERNAL,
    WayIn.PRIVATE_LINK: Ingress.PRIVATE_LINK,
    WayIn.PUBLIC_WAF: Ingress.APPLICATION_GATEWAY,
}
_PUBLIC = (Ingress.APPLICATION_GATEWAY, Ingress.FIREWALL_DNAT)


def shared_side(needs: Requirements, choices: Choices) -> Iterator[Wanted]:
    """Yield the subnets of what a hub holds, by the names that Azure asks for."""
    if has_firewall(choices):
        yield Wanted("AzureFirewallSubnet", 26)
    if comes_from(needs, Desk.BASTION):
        yield Wanted("AzureBastionSubnet", 26)
    if comes_by_gateway(needs):
        yield Wanted("GatewaySubnet", 27)
    if comes_from(needs, Desk.PIPELINE):
        yield Wanted("agents", 28)
    if needs_resolver(needs, choices):
        yield Wanted("resolver", 28)


def networks(needs: Requirements, choices: Choices) -> dict[str, tuple[Wanted, ...]]:
    """Return the networks of the design, each with its subnets."""
    nodes = tuple(node_side(needs, choices))
    shared = tuple(shared_side(needs, choices))
    if choices.network is Network.HUB_AND_SPOKE:
        return {"hub": shared or (Wanted(SPARE, 27),), "spoke": nodes}
    return {"spoke": (*nodes, *shared)}
