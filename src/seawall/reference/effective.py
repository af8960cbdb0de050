"""Where one packet goes by the routes that the platform itself reported."""

from seawall.model.address import Address
from seawall.model.effective import EffectiveHop, EffectiveRoute, EffectiveRoutes
from seawall.model.network import NextHop, Subnet
from seawall.model.snapshot import Fabric
from seawall.reference.place import network_of, peer_space, peerings_of, within
from seawall.reference.way import DROP, LEFT, LOCAL, OUT, STRAIGHT, UNCLEAR, Way

PLAIN = {
    EffectiveHop.LOCAL: LOCAL,
    EffectiveHop.GATEWAY: LEFT,
    EffectiveHop.INTERNET: OUT,
    EffectiveHop.NONE: DROP,
    EffectiveHop.SERVICE_ENDPOINT: STRAIGHT,
    EffectiveHop.UNKNOWN: UNCLEAR,
}


def reported(
    fabric: Fabric, subnet: Subnet, given: EffectiveRoutes, address: Address
) -> list[Way]:
    """Return the way of the longest prefix; of equal ones each.

    Source: Azure docs, diagnose-network-routing-problem; docs/semantics/path.md, R11.
    """
    found = [
        (prefix.prefix_length or 0, route)
        for route in given.routes
        for prefix in route.prefixes
        if address in prefix
    ]
    longest = max((length for length, _ in found), default=0)
    ways = [
        _way(fabric, subnet, route, address)
        for length, route in found
        if length == longest
    ]
    return list(dict.fromkeys(ways)) or [DROP]


def _way(
    fabric: Fabric, subnet: Subnet, route: EffectiveRoute, address: Address
) -> Way:
    hop = route.next_hop
    if hop in PLAIN:
        return PLAIN[hop]
    if hop is EffectiveHop.APPLIANCE:
        return Way(NextHop.VIRTUAL_APPLIANCE, appliance=route.appliance)
    network = network_of(fabric, subnet.network)
    own = network is not None and within(address, network.space)
    if hop is EffectiveHop.ENDPOINT and own:
        return LOCAL
    for peering in peerings_of(fabric, subnet.network):
        if within(address, peer_space(fabric, peering)):
            return Way(NextHop.VNET_LOCAL, peer=peering.remote)
    return UNCLEAR
