"""Virtual hubs whose routing intent leads through their Azure Firewall.

Such a hub routes as a network would in which the firewall stands, that is peered with
each connected network, and whose routes the subnets there learn. So it is written into
the model as just that; what it may announce beyond stays unknown.

Source: Azure docs, virtual-wan how-to-routing-policies; Azure SDK, armnetwork,
RoutingIntent and HubIPAddresses.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from seawall.ingest.azure.networks.hubs import CONNECTIONS, HUBS, default_tables
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import boolean, prefixes, text, texts
from seawall.ingest.identity import parent_of, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import ResourceRecord
from seawall.model.address import Address, AddressRange
from seawall.model.firewall import Firewall
from seawall.model.network import (
    HubConnection,
    NextHop,
    Peering,
    Route,
    RouteTable,
    Subnet,
    VirtualNetwork,
)
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric

_INTENTS = f"{HUBS}/routingintent"
_TABLES = f"{HUBS}/hubroutetables"
_ROUTES = f"{_TABLES}/routes"
_FIREWALLS = "microsoft.network/azurefirewalls"
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
_EVERYTHING = "0.0.0.0/0"
_RESERVED = 4
"""How many addresses of a range the platform keeps before the first that it gives."""
IPV4 = 4
_INTENT_SOURCE = "Azure docs, virtual-wan how-to-routing-policies"


@dataclass(frozen=True, slots=True)
class _Hub:
    """A hub that leads through a firewall.

    Attributes:
        record: The hub.
        firewall: Where its policies lead.
        internet: The origin of its policy for the internet; None without one.
        private: That of its policy for private traffic.
        further: Static routes of its default table that lead to the firewall too.
    """

    record: ResourceRecord
    firewall: Firewall
    internet: Origin | None
    private: Origin | None
    further: tuple[tuple[str, AddressRange, Origin], ...] = ()


def with_secured_hubs(
    fabric: Fabric, catalogue: Catalogue, notes: Notes
) -> tuple[Fabric, frozenset[str]]:
    """Write hubs with routing intent into a network.

    Returns:
        The network, and the ids of the hubs that are written into it.
    """
    known: set[str] = set()
    for hub in _hubs(fabric, catalogue, notes):
        connections = [
            (record, connection)
            for connection in fabric.hub_connections
            for record in catalogue.of(CONNECTIONS)
            if record.id == connection.id and hub_of(record) == hub.record.id
        ]
        fabric = _joined(fabric, hub, connections, notes)
        known.add(hub.record.id)
    return fabric, frozenset(known)


def hub_of(record: ResourceRecord) -> str:
    """Return the id of the hub that a connection leads to; empty if not known."""
    found = record.parent or parent_of(record.id, CONNECTIONS)
    return found or referenced_id(record.body.get("virtualHub")) or ""


def _hubs(fabric: Fabric, catalogue: Catalogue, notes: Notes) -> Iterator[_Hub]:
    """Yield the hubs whose policies all lead to one firewall in the input."""
    firewalls = {each.id: each for each in fabric.firewalls}
    for record in catalogue.of(HUBS):
        policies = [
            policy
            for intent in catalogue.children(record.id, _INTENTS)
            for policy in intent.body.get("routingPolicies").items()
        ]
        if not policies:
            continue
        targets = {referenced_id(policy.get("nextHop")) or "?" for policy in policies}
        found = firewalls.get(next(iter(targets))) if len(targets) == 1 else None
        if found is None:
            notes.unmodelled(
                policies[0].origin,
                f"the routing intent of the virtual hub `{record.name}` does not lead "
                "to one Azure Firewall in the input",
                "what it does with the packets of connected networks is unknown",
                "add the output of `az network firewall show -o json`, if it is one",
            )
            continue
        places: dict[str, Origin] = {}
        for policy in policies:
            for destination in texts(policy.get("destinations")):
                places[destination.lower()] = policy.origin
        yield _Hub(
            record,
            found,
            places.get("internet"),
            places.get("privatetraffic"),
            tuple(_static(catalogue, record, found, notes)),
        )


def _static(
    catalogue: Catalogue, record: ResourceRecord, firewall: Firewall, notes: Notes
) -> Iterator[tuple[str, AddressRange, Origin]]:
    """Yield the static routes of the default table that lead to the firewall.

    Source: Azure docs, virtual-wan how-to-routing-policies, "Static routes in
    defaultRouteTable".
    """
    own = (catalogue.children(it, _ROUTES) for it in default_tables(record.id))
    routes = [it.body for found in own for it in found]
    for table in catalogue.children(record.id, _TABLES):
        if table.name.lower() == "defaultroutetable":
            routes += table.body.get("routes").items()
    for route in routes:
        if referenced_id(route.get("nextHop")) == firewall.id:
            name = text(route.get("name")) or "static"
            for prefix in prefixes(route.get("destinations"), notes):
                yield name, prefix, route.origin


def _joined(
    fabric: Fabric,
    hub: _Hub,
    connections: list[tuple[ResourceRecord, HubConnection]],
    notes: Notes,
) -> Fabric:
    """Write one hub and what is connected to it into the network."""
    network = f"{hub.record.id}#network"
    space = prefixes(hub.record.body.get("addressPrefix"), notes)
    origin = hub.record.origin
    subnet = _subnet(hub, network, space)
    address = hub.firewall.address or _stand_in(hub, space, notes)
    firewall = replace(hub.firewall, subnet=subnet.id, address=address)
    hub = replace(hub, firewall=firewall)
    fabric = replace(
        fabric,
        networks=(*fabric.networks, _network(hub, network, space)),
        subnets=(*fabric.subnets, subnet),
        firewalls=tuple(
            firewall if each.id == firewall.id else each for each in fabric.firewalls
        ),
        hub_connections=(
            *fabric.hub_connections,
            HubConnection(
                id=f"{network}#beyond",
                name=hub.record.name,
                hub=hub.record.name,
                network=network,
                announces_default=Setting.stated(value=False, origin=origin),
                origin=origin,
            ),
        ),
    )
    for record, connection in connections:
        if connection.network is None or learns_nothing_sure(
            fabric, record, connection
        ):
            continue
        fabric = _connected(fabric, hub, network, record, connection)
    return replace(
        fabric,
        networks=tuple(sorted(fabric.networks, key=lambda each: each.id)),
        subnets=tuple(sorted(fabric.subnets, key=lambda each: each.id)),
    )


def _stand_in(
    hub: _Hub, space: tuple[AddressRange, ...], notes: Notes
) -> Address | None:
    """Return an address for a firewall whose own comes with the deployment.

    Which address it is decides nothing, as long as routes lead to the same one.
    """
    if not space or space[0].version != IPV4:
        return None
    address = space[0].lowest + _RESERVED
    notes.assume(
        "firewall-address",
        f"`{hub.firewall.name}` gets {address}, an address of the virtual hub "
        f"`{hub.record.name}`; only that routes lead to the same address counts",
        _INTENT_SOURCE,
    )
    return address


def learns_nothing_sure(
    fabric: Fabric, record: ResourceRecord, connection: HubConnection
) -> bool:
    """Whether it is not known how routes of the hub come to a network."""
    static = record.body.walk("routingConfiguration", "vnetRoutes", "staticRoutes")
    tables = {table.id: table for table in fabric.route_tables}
    for subnet in fabric.subnets:
        if subnet.network == connection.network:
            setting = subnet.route_table
            table = tables.get(setting.value or "")
            missing = not setting.known or (setting.value is not None and not table)
            if missing or (table and not table.propagates_gateway_routes.known):
                return True
    return any(True for _ in static.items())


def _connected(
    fabric: Fabric,
    hub: _Hub,
    network: str,
    record: ResourceRecord,
    connection: HubConnection,
) -> Fabric:
    """Peer a connected network with the hub, and give its subnets the hub's routes."""
    lends = boolean(record.body.get("enableInternetSecurity"))
    nearer = _nearer(fabric, connection.network or "", network)
    routes = [
        route
        for route in _routes(hub, internet=lends is True)
        if not _is_within(route.destination, nearer)
    ]
    settled = connection.announces_default
    if hub.internet is not None and lends is True:
        settled = Setting.stated(False, connection.origin)  # noqa: FBT003
    home = connection.network or ""
    tables: dict[str, RouteTable] = {}
    subnets = []
    for subnet in fabric.subnets:
        if subnet.network != home:
            subnets.append(subnet)
            continue
        table = _table(fabric, hub, subnet, routes)
        if table is not None:
            tables[table.id] = table
            setting = Setting.stated(table.id, subnet.route_table.origin)
            subnet = replace(subnet, route_table=setting)  # noqa: PLW2901
        subnets.append(subnet)
    return replace(
        fabric,
        subnets=tuple(subnets),
        route_tables=(*fabric.route_tables, *tables.values()),
        peerings=(
            *fabric.peerings,
            hub_side(connection, home, network),
            hub_side(connection, network, home),
        ),
        hub_connections=tuple(
            replace(each, announces_default=settled) if each == connection else each
            for each in fabric.hub_connections
        ),
    )


def _nearer(fabric: Fabric, home: str, hub: str) -> list[AddressRange]:
    """Return the space of a network, of its peers and of its hub.

    Source: Azure docs, virtual-networks-udr-overview: system routes for networks and
    peerings are preferred, even if learned ones are more specific.
    """
    sides = [side for side in fabric.peerings if side.network == home]
    bare = [side for side in sides if side.complete and not side.remote_space]
    whole = {home, hub, *(side.remote for side in bare)}
    found = [each for side in sides for each in side.remote_space]
    for each in fabric.networks:
        if each.id in whole:
            found += each.space
    return found


def _is_within(prefix: object, spaces: list[AddressRange]) -> bool:
    return isinstance(prefix, AddressRange) and any(
        space.version == prefix.version
        and space.first <= prefix.first
        and prefix.last <= space.last
        for space in spaces
    )


def _routes(hub: _Hub, *, internet: bool) -> Iterator[Route]:
    """Yield what the hub announces to a connected network.

    Source: Azure docs, virtual-wan how-to-routing-policies, "Prefix advertisement".
    """
    listed: list[tuple[str, AddressRange, Origin]] = []
    if hub.private is not None:
        name, where = "_policy_PrivateTraffic", hub.private
        listed += [(name, AddressRange.parse(each), where) for each in _PRIVATE]
        listed += [each for each in hub.further if each[1].prefix_length]
    if hub.internet is not None and internet:
        every = AddressRange.parse(_EVERYTHING)
        listed.append(("_policy_PublicTraffic", every, hub.internet))
    for name, prefix, origin in listed:
        yield Route(
            name,
            prefix,
            NextHop.VIRTUAL_APPLIANCE,
            hub.firewall.address,
            origin,
        )


def _table(
    fabric: Fabric, hub: _Hub, subnet: Subnet, routes: list[Route]
) -> RouteTable | None:
    """Return the table of a subnet with what the hub adds; None if it adds nothing.

    Source: Azure docs, virtual-networks-udr-overview: of equal prefixes a user's wins,
    and a table may keep learned routes out.
    """
    own = next(
        (each for each in fabric.route_tables if each.id == subnet.route_table.value),
        None,
    )
    if own is None:
        name = f"routes of {hub.record.name}"
        return RouteTable(
            f"{hub.record.id}#routes/{subnet.id}",
            name,
            tuple(routes),
            Setting.stated(True, hub.record.origin),  # noqa: FBT003
            hub.record.origin,
        )
    if own.propagates_gateway_routes.is_surely(value=False):
        return None
    taken = {route.destination for route in own.routes}
    added = [route for route in routes if route.destination not in taken]
    return replace(own, id=f"{own.id}#{hub.record.id}", routes=(*own.routes, *added))


def hub_side(connection: HubConnection, here: str, there: str) -> Peering:
    """Return one side of what is like a peering between a network and its hub."""
    yes: Setting[bool] = Setting.defaulted(True, _INTENT_SOURCE)  # noqa: FBT003
    no: Setting[bool] = Setting.defaulted(False, _INTENT_SOURCE)  # noqa: FBT003
    return Peering(
        name=f"hub connection {connection.name}",
        network=here,
        remote=there,
        connected=yes,
        allows_access=yes,
        allows_forwarded=yes,
        allows_gateway_transit=no,
        uses_remote_gateways=no,
        origin=connection.origin,
    )


def _network(
    hub: _Hub, network: str, space: tuple[AddressRange, ...]
) -> VirtualNetwork:
    return VirtualNetwork(
        id=network,
        name=hub.record.name,
        space=space,
        dns_servers=Setting.defaulted((), _INTENT_SOURCE),
        origin=hub.record.origin,
        managed=True,
        region=hub.record.location,
    )


def _subnet(hub: _Hub, network: str, space: tuple[AddressRange, ...]) -> Subnet:
    nothing: Setting[str] = Setting.defaulted(None, _INTENT_SOURCE)
    return Subnet(
        id=f"{network}/firewall",
        name=f"firewall of {hub.record.name}",
        network=network,
        prefixes=space,
        origin=hub.record.origin,
        security_group=nothing,
        route_table=nothing,
        nat_gateway=nothing,
        endpoint_policies=Setting.defaulted("Disabled", _INTENT_SOURCE),
        default_outbound=Setting.defaulted(False, _INTENT_SOURCE),  # noqa: FBT003
    )
