"""Where one packet goes from one subnet: the longest prefix, and who wins ties."""

from dataclasses import dataclass

from seawall.model.address import Address, AddressRange
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.filter import ServiceTag
from seawall.model.network import NextHop, Route, RouteTable, Subnet
from seawall.model.snapshot import Fabric
from seawall.reference.effective import reported
from seawall.reference.match import Match, at_most, both, holds
from seawall.reference.place import (
    PRIVATE,
    gateway_ranges,
    hubs_of,
    in_known_network,
    is_private,
    is_public,
    listed_prefixes,
    names_nothing,
    network_of,
    peer_space,
    peerings_of,
    subnet_of,
    within,
)
from seawall.reference.way import DROP, LEFT, LOCAL, OUT, UNCLEAR, Way

SYSTEM, LEARNED, CLOUD, CLOUD_REGION, TAG, REGIONAL_TAG, OPEN_TAG, USER = range(8)
ANY_LENGTH = 999
HOST_BITS = {4: 32, 6: 128}
ROUTED = ("routetableenabled", "enabled")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A route that covers the address, or may.

    Attributes:
        length: Of its prefix.
        rank: Higher beats lower between equal prefixes; OPEN_TAG is a tag whose
            prefixes the input does not give.
        sure: Whether it surely covers the address.
        way: Where it leads.
    """

    length: int
    rank: int
    sure: bool
    way: Way


def ways(fabric: Fabric, subnet: Subnet, address: Address) -> list[Way]:
    """Return every next hop that a packet from *subnet* to *address* may take.

    One means that the route is certain.

    Source: Azure docs, virtual-networks-udr-overview, how Azure selects a route.
    """
    for given in fabric.effective_routes:
        if given.subnet == subnet.id:
            return reported(fabric, subnet, given, address)
    table = _table(fabric, subnet)
    if table is None and not names_nothing(subnet.route_table):
        return [UNCLEAR]
    endpoint = _endpoint_at(fabric, subnet, address)
    if endpoint is not None:
        return _endpoint_ways(fabric, subnet, table, endpoint)
    candidates = _system(fabric, subnet, table, address)
    candidates += _user(fabric, subnet, table, address)
    candidates += _learned(fabric, subnet, table, address)
    candidates += _unstated(fabric, subnet, table, address, candidates)
    return _winners(candidates)


def _winners(candidates: list[Candidate]) -> list[Way]:
    """Return the ways of all that may win, the longest first, user routes on ties."""
    out: list[Way] = []
    keys = sorted({(item.length, item.rank) for item in candidates}, reverse=True)
    for key in keys:
        level = [item for item in candidates if (item.length, item.rank) == key]
        out += [item.way for item in level]
        if any(item.sure for item in level):
            break
    return list(dict.fromkeys(out))


def _table(fabric: Fabric, subnet: Subnet) -> RouteTable | None:
    tables = fabric.route_tables if subnet.route_table.known else ()
    return next((it for it in tables if it.id == subnet.route_table.value), None)


def _length(prefix: AddressRange) -> int:
    length = prefix.prefix_length
    return 0 if length is None else length


def _system(
    fabric: Fabric, subnet: Subnet, table: RouteTable | None, address: Address
) -> list[Candidate]:
    """Source: docs/semantics/path.md, R1."""
    out = [Candidate(0, SYSTEM, sure=True, way=OUT)]
    network = network_of(fabric, subnet.network)
    if network is not None:
        out += _covering(network.space, address, LOCAL)
    for peering in peerings_of(fabric, subnet.network):
        way = Way(NextHop.VNET_LOCAL, peer=peering.remote)
        sure = holds(peering.deployed) is True
        out += _covering(peer_space(fabric, peering), address, way, sure=sure)
    held = any(item.sure and item.way != OUT for item in out)
    routes = table.routes if table is not None else ()
    overridden = AddressRange.everything(4) in [it.destination for it in routes]
    return out if held or overridden else out + _covering(PRIVATE, address, DROP)


def _covering(
    prefixes: tuple[AddressRange, ...],
    address: Address,
    way: Way,
    *,
    sure: bool = True,
) -> list[Candidate]:
    return [
        Candidate(_length(prefix), SYSTEM, sure=sure, way=way)
        for prefix in prefixes
        if address in prefix
    ]


def _user(
    fabric: Fabric, subnet: Subnet, table: RouteTable | None, address: Address
) -> list[Candidate]:
    """Source: Azure docs, virtual-networks-udr-overview, user-defined routes."""
    out = []
    for route in table.routes if table is not None else ():
        way = _user_way(fabric, subnet, route, address)
        if route.destination is None:
            out.append(Candidate(ANY_LENGTH, USER, sure=False, way=way))
        elif isinstance(route.destination, ServiceTag):
            out += _tagged(fabric, route.destination.name.lower(), address, way)
        elif address in route.destination:
            length = _length(route.destination)
            out.append(Candidate(length, USER, sure=True, way=way))
    return out


def _tagged(fabric: Fabric, tag: str, address: Address, way: Way) -> list[Candidate]:
    """Return what a route to a service tag is for one address.

    Source: Azure docs, virtual-networks-udr-overview, service tags for user-defined
    routes; docs/semantics/path.md, R3 and R10.
    """
    prefixes = listed_prefixes(fabric, tag)
    if prefixes is None:
        bits = HOST_BITS[address.version]
        public = is_public(address)
        return [Candidate(bits, OPEN_TAG, sure=False, way=way)] if public else []
    rank = REGIONAL_TAG if "." in tag else TAG
    if tag.split(".", maxsplit=1)[0] == "azurecloud":
        rank = CLOUD_REGION if "." in tag else CLOUD
    return [
        Candidate(_length(prefix), rank, sure=True, way=way)
        for prefix in prefixes
        if address in prefix
    ]


def _user_way(fabric: Fabric, subnet: Subnet, route: Route, address: Address) -> Way:
    if route.next_hop is NextHop.VIRTUAL_APPLIANCE:
        return Way(route.next_hop, appliance=route.appliance)
    if route.next_hop is NextHop.VNET_LOCAL:
        network = network_of(fabric, subnet.network)
        inside = network is None or within(address, network.space)
        return LOCAL if inside else DROP
    return Way(route.next_hop)


def _learned(
    fabric: Fabric, subnet: Subnet, table: RouteTable | None, address: Address
) -> list[Candidate]:
    """Return the gateway routes; they lose inside network and peer space.

    Source: Azure docs, virtual-networks-udr-overview: system routes of networks and
    peerings are preferred to learned ones even where those are more specific.
    """
    network = network_of(fabric, subnet.network)
    inside = [network is not None and within(address, network.space)]
    perhaps = False
    for item in peerings_of(fabric, subnet.network):
        held = within(address, peer_space(fabric, item))
        inside.append(held and holds(item.deployed) is True)
        perhaps = perhaps or held
    if any(inside) or _is_beaten(table, address):
        return []
    out = []
    for hub in hubs_of(fabric, subnet.network):
        lends = hub.announces_default.may_be(value=True)
        if lends and _propagates(table) is not False:
            out.append(Candidate(0, LEARNED, sure=False, way=LEFT))
    for ranges, used, *_ in gateway_ranges(fabric, subnet.network):
        applies = both(used, _propagates(table))
        for prefix in ranges:
            if address in prefix and applies is not False:
                sure = applies is True and not perhaps
                out.append(Candidate(_length(prefix), LEARNED, sure=sure, way=LEFT))
    return out


def _is_beaten(table: RouteTable | None, address: Address) -> bool:
    """Source: Azure SDK, armnetwork, RoutePropertiesFormat.HasBgpOverride."""
    return any(
        route.beats_learned
        and isinstance(route.destination, AddressRange)
        and address in route.destination
        for route in (table.routes if table is not None else ())
    )


def _propagates(table: RouteTable | None) -> Match:
    return True if table is None else holds(table.propagates_gateway_routes)


def _unstated(
    fabric: Fabric,
    subnet: Subnet,
    table: RouteTable | None,
    address: Address,
    others: list[Candidate],
) -> list[Candidate]:
    """Return what a gateway or peer whose ranges are not stated may take.

    Source: docs/semantics/path.md, R4.
    """
    if not is_private(address):
        return []
    out = []
    if not in_known_network(fabric, address):
        for peering in peerings_of(fabric, subnet.network):
            if not peer_space(fabric, peering):
                way = Way(NextHop.VNET_LOCAL, peer=peering.remote)
                out.append(Candidate(ANY_LENGTH, SYSTEM, sure=False, way=way))
    covered = any(
        item.sure and item.length > 0 and (item.rank == USER or item.way != DROP)
        for item in others
        if item.rank != LEARNED
    )
    for _, used, more, *_ in gateway_ranges(fabric, subnet.network):
        leads = more and both(used, _propagates(table)) is not False
        if leads and not covered and not _is_beaten(table, address):
            out.append(Candidate(ANY_LENGTH, LEARNED, sure=False, way=LEFT))
    return out


def _endpoint_at(
    fabric: Fabric, subnet: Subnet, address: Address
) -> PrivateEndpoint | None:
    """Return the endpoint with *address* in this network or a directly peered one."""
    near = [subnet.network]
    near += [item.remote for item in peerings_of(fabric, subnet.network)]
    for endpoint in fabric.private_endpoints:
        home = subnet_of(fabric, endpoint.subnet)
        if endpoint.address == address and home is not None and home.network in near:
            return endpoint
    return None


def _endpoint_ways(
    fabric: Fabric,
    subnet: Subnet,
    table: RouteTable | None,
    endpoint: PrivateEndpoint,
) -> list[Way]:
    """Return the endpoint's own route, and the user routes that may displace it.

    Source: Azure docs, disable-private-endpoint-network-policy.
    """
    home = subnet_of(fabric, endpoint.subnet)
    if home is None or endpoint.address is None:
        return [UNCLEAR]
    address = endpoint.address
    policies = home.endpoint_policies
    routed: Match = None
    if policies.known:
        routed = (policies.value or "").lower() in ROUTED
    network = network_of(fabric, home.network)
    if network is None:
        routed = at_most(known=False, match=routed)
    holding = [
        _length(prefix)
        for prefix in (network.space if network is not None else ())
        if address in prefix
    ]
    bits = HOST_BITS[address.version]
    candidates = []
    for item in _user(fabric, subnet, table, address):
        long_enough = item.length >= max(holding, default=0)
        stated = item.rank == USER
        if long_enough and item.sure and routed is True and stated:
            candidates.append(item)
        elif (long_enough and routed is not False) or item.length >= bits or not stated:
            way = item.way
            candidates.append(Candidate(item.length, USER, sure=False, way=way))
    peer = None if home.network == subnet.network else home.network
    own = Way(NextHop.VNET_LOCAL, peer=peer)
    for peering in peerings_of(fabric, subnet.network):
        if peering.remote == peer and holds(peering.deployed) is not True:
            own = UNCLEAR
    candidates.append(Candidate(-1, SYSTEM, sure=True, way=own))
    return _winners(candidates)
