"""The routes of a subnet: which prefixes there are, and who wins among equal ones.

Written from docs/semantics/path.md, R1, R2 and R5. The kernel takes the longest prefix,
as the platform does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address

from seawall.model.address import AddressRange
from seawall.model.network import NetworkGateway, NextHop, Route, Subnet
from seawall.model.snapshot import Fabric
from seawall.twin.classes.ranges import PRIVATE
from seawall.twin.layout.draft import ANYWHERE, prefixes
from seawall.twin.line import IPV4, Marks


class Hop(Enum):
    """Where a route leads."""

    NETWORK = "network"
    """The network itself, and those that it is peered with."""
    INTERNET = "internet"
    GATEWAY = "gateway"
    APPLIANCE = "appliance"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class Lead:
    """Where one prefix leads.

    Attributes:
        hop: The kind of next hop.
        appliance: The address of an appliance.
        says: Whose route it is.
    """

    hop: Hop
    says: str
    appliance: IPv4Address | None = None


_HOPS = {
    NextHop.VNET_LOCAL: Hop.NETWORK,
    NextHop.INTERNET: Hop.INTERNET,
    NextHop.VIRTUAL_NETWORK_GATEWAY: Hop.GATEWAY,
    NextHop.NONE: Hop.NOWHERE,
}


def leads_of(fabric: Fabric, subnet: Subnet, marks: Marks) -> dict[AddressRange, Lead]:
    """Return where each prefix leads from a subnet, the winner of equal ones."""
    propagates = True
    routes: tuple[Route, ...] = ()
    for table in fabric.route_tables:
        if table.id == subnet.route_table.value:
            routes = table.routes
            propagates = table.propagates_gateway_routes.value is not False
    found: dict[AddressRange, Lead] = {}
    found[ANYWHERE] = Lead(Hop.INTERNET, "system route")
    # A user's default route takes these away: R1.
    for item in () if ANYWHERE in [it.destination for it in routes] else PRIVATE:
        found[item] = Lead(Hop.NOWHERE, "system route for private addresses")
    near = tuple(_near(fabric, subnet.network))
    for item in prefixes(near):
        found[item] = Lead(Hop.NETWORK, "system route")
    if propagates:
        found |= _announced(fabric, subnet.network, near)
    own = next(it.space for it in fabric.networks if it.id == subnet.network)
    for route in routes:
        _put(found, route, own, marks)
    for item, lead in _endpoints(fabric, subnet, routes):
        found.setdefault(item, lead)
    return found


def _announced(
    fabric: Fabric, network: str, near: tuple[AddressRange, ...]
) -> dict[AddressRange, Lead]:
    """Return the routes of gateways, none of which holds in what is near: R2.

    Each is as it is announced: a default route swallows none of the others.
    """
    return {
        item: Lead(Hop.GATEWAY, "route of a gateway")
        for announced in _behind(fabric, network)
        for item in prefixes((announced,))
        if not any(space.covers(item) for space in near)
    }


def _put(
    found: dict[AddressRange, Lead],
    route: Route,
    own: tuple[AddressRange, ...],
    marks: Marks,
) -> None:
    """Let a user route take the place of others to its prefix.

    Source: docs/semantics/path.md, R2, and H1 of what is local outside the network.
    """
    if not isinstance(route.destination, AddressRange):
        why = "it is for a tag, or cannot be read"
        marks.gap("route-not-shown", f"route {route.name}", why, route.origin)
        return
    if route.destination.version != IPV4:
        return
    says = f"route {route.name}"
    if route.next_hop is NextHop.VIRTUAL_APPLIANCE and isinstance(
        route.appliance, IPv4Address
    ):
        found[route.destination] = Lead(Hop.APPLIANCE, says, route.appliance)
        return
    hop = _HOPS.get(route.next_hop)
    if hop is Hop.NETWORK and not any(it.covers(route.destination) for it in own):
        hop = Hop.NOWHERE
    if hop is None:
        marks.gap("route-not-shown", says, "its next hop is not known", route.origin)
        hop = Hop.NOWHERE
    found[route.destination] = Lead(hop, says)


def _near(fabric: Fabric, network: str) -> Iterator[AddressRange]:
    """Yield the space of a network and of those that it is peered with."""
    spaces = {item.id: item.space for item in fabric.networks}
    yield from spaces.get(network, ())
    for peering in fabric.peerings:
        if peering.network == network:
            yield from peering.remote_space or spaces.get(peering.remote, ())


def _behind(fabric: Fabric, network: str) -> Iterator[AddressRange]:
    """Yield what lies behind the gateways that a network uses."""
    for gateway in gateways_of(fabric, network):
        yield from gateway.remote_ranges


def gateways_of(fabric: Fabric, network: str) -> Iterator[NetworkGateway]:
    """Yield the gateways that a network uses, its own and lent. Source: R1, S5."""
    users = {network}
    lending = {
        (it.network, it.remote)
        for it in fabric.peerings
        if it.allows_gateway_transit.is_surely(value=True)
    }
    for peering in fabric.peerings:
        uses = peering.uses_remote_gateways.is_surely(value=True)
        if peering.network == network and uses and (peering.remote, network) in lending:
            users.add(peering.remote)
    for gateway in fabric.gateways:
        if gateway.network in users:
            yield gateway


def _endpoints(
    fabric: Fabric, subnet: Subnet, routes: tuple[Route, ...]
) -> Iterator[tuple[AddressRange, Lead]]:
    """Yield the routes to private endpoints, where no user route takes their place."""
    homes = {item.id: item for item in fabric.subnets}
    spaces = {item.id: item.space for item in fabric.networks}
    near = {subnet.network} | {
        it.remote for it in fabric.peerings if it.network == subnet.network
    }
    for endpoint in fabric.private_endpoints:
        home = homes.get(endpoint.subnet or "")
        if home is None or home.network not in near:
            continue
        if not isinstance(endpoint.address, IPv4Address):
            continue
        at = AddressRange.of(endpoint.address)
        longest = max(
            (it.prefix_length or 0 for it in spaces[home.network] if it.covers(at)),
            default=0,
        )
        if home.endpoint_policies.value in ("Enabled", "RouteTableEnabled") and any(
            isinstance(route.destination, AddressRange)
            and route.destination.covers(at)
            and (route.destination.prefix_length or 0) >= longest
            for route in routes
        ):
            continue
        yield at, Lead(Hop.NETWORK, f"route to private endpoint {endpoint.name}")
