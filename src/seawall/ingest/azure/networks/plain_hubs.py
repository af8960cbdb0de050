"""Virtual hubs that lead networks to each other without a firewall.

A network learns the prefixes of those that propagate to the route table which its own
connection is associated with. Where that is known it is written into the model as what
is like one side of a peering; what the hub leads to beyond stays unknown.

Source: Azure docs, virtual-wan about-virtual-hub-routing; Azure SDK, armnetwork,
RoutingConfiguration and HubRouteTable.
"""

from dataclasses import dataclass, replace
from itertools import permutations

from seawall.ingest.azure.networks.hubs import CONNECTIONS, HUBS, default_tables
from seawall.ingest.azure.networks.secured_hubs import (
    IPV4,
    hub_of,
    hub_side,
    learns_nothing_sure,
)
from seawall.ingest.azure.records.catalogue import Catalogue, same
from seawall.ingest.azure.records.values import prefixes, text, texts
from seawall.ingest.identity import last_name, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import AddressRange
from seawall.model.network import HubConnection, Peering, VirtualNetwork
from seawall.model.snapshot import Fabric

TABLES = f"{HUBS}/hubroutetables"
_ROUTES = f"{TABLES}/routes"
_INTENTS = f"{HUBS}/routingintent"
_FIREWALLS = "microsoft.network/azurefirewalls"
_APPLIANCES = "microsoft.network/networkvirtualappliances"
_WANS = "microsoft.network/virtualwans"
_DEFAULT = "defaultroutetable"
_SOURCE = "Azure docs, virtual-wan about-virtual-hub-routing"


@dataclass(frozen=True, slots=True)
class _Joined:
    """One network of a hub, as far as its routing is known.

    Attributes:
        connection: Its connection.
        network: The network.
        table: The route table that it learns from, by name.
        tables: Those that learn from it.
        labels: The labels of such.
    """

    connection: HubConnection
    network: VirtualNetwork
    table: str
    tables: frozenset[str]
    labels: frozenset[str]


def with_plain_hubs(
    fabric: Fabric, catalogue: Catalogue, secured: frozenset[str], notes: Notes
) -> Fabric:
    """Write into a network what hubs without routing intent lead where.

    Args:
        fabric: The network.
        catalogue: All resources.
        secured: Ids of the hubs that are written into it already.
        notes: Takes what is assumed.
    """
    taken = {(each.network, each.remote) for each in fabric.peerings}
    made: list[Peering] = []
    for hub in catalogue.of(HUBS):
        if hub.id in secured or may_filter(catalogue, hub):
            continue
        joined = [
            found
            for record in catalogue.of(CONNECTIONS)
            if hub_of(record) == hub.id
            and (found := _joined(fabric, record)) is not None
        ]
        sides = [
            replace(
                hub_side(one.connection, one.network.id, other.network.id),
                remote_space=_ipv4(other.network),
            )
            for one, other in permutations(joined, 2)
            if (one.network.id, other.network.id) not in taken
            and not _stops(fabric, one.network)
            and _leads(catalogue, hub, one, other, notes)
        ]
        if sides:
            made += sides
            notes.assume(
                "virtual-hub-leads",
                f"the virtual hub `{hub.name}` has no routing intent and no appliance: "
                "networks reach each other by it as its route tables say",
                _SOURCE,
            )
    return replace(fabric, peerings=(*fabric.peerings, *made))


def may_filter(catalogue: Catalogue, hub: ResourceRecord) -> bool:
    """Whether something in a hub may stand between its networks, or it leads nobody.

    Source: Azure docs, virtual-wan-about: a Basic hub leads between no networks.
    """
    stated = ("azureFirewall", "securityProviderName", "securityPartnerProvider")
    legacy = ("virtualHubRouteTableV2s", "routeTable")
    wan = referenced_id(hub.body.get("virtualWan"))
    basic = [text(hub.body.get("sku"))]
    basic += [
        text(each.body.get("type")) for each in catalogue.of(_WANS) if each.id == wan
    ]
    inside = [*catalogue.of(_FIREWALLS), *catalogue.of(_APPLIANCES)]
    return (
        _is_astray(catalogue)
        or any(hub.body.get(key).is_given for key in stated)
        or any(_holds(hub.body.get(key)) for key in legacy)
        or any(same(each or "", "Basic") for each in basic)
        or bool(catalogue.children(hub.id, _INTENTS))
        or any(
            referenced_id(each.body.get("virtualHub")) == hub.id
            or each.body.get("virtualHub").unresolved
            for each in inside
        )
    )


def _is_astray(catalogue: Catalogue) -> bool:
    """Whether a route stands in no table that is known."""
    known = {it.id for it in catalogue.of(TABLES)}
    known.update(each for it in catalogue.of(HUBS) for each in default_tables(it.id))
    return any(it.parent not in known for it in catalogue.of(_ROUTES))


def _holds(field: Field) -> bool:
    """Whether a table of an older kind holds a route."""
    routes = field.get("routes") if isinstance(field.value, dict) else field
    return bool(routes.unresolved) or any(True for _ in routes.items())


def _joined(fabric: Fabric, record: ResourceRecord) -> _Joined | None:
    """Return a network of a hub; None where its routing is not known."""
    connection = next((it for it in fabric.hub_connections if it.id == record.id), None)
    if connection is None or learns_nothing_sure(fabric, record, connection):
        return None
    network = next((it for it in fabric.networks if it.id == connection.network), None)
    asked = record.body.get("routingConfiguration")
    maps = (asked.get("inboundRouteMap"), asked.get("outboundRouteMap"))
    hub = hub_of(record)
    table = _table(asked.get("associatedRouteTable"), hub)
    learners = _learners(asked.get("propagatedRouteTables"), hub)
    unclear = asked.unresolved or any(each.is_given for each in maps)
    if network is None or not network.space or unclear or not table or not learners:
        return None
    return _Joined(connection, network, table, *learners)


def _learners(told: Field, hub: str) -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the tables that learn from a connection, and labels of such, if known."""
    if not told.is_given:
        return frozenset({_DEFAULT}), frozenset()
    ids, labels = told.get("ids"), told.get("labels")
    names = [_table(each, hub) for each in ids.items()]
    hidden = told.unresolved or ids.unresolved or labels.unresolved
    if hidden or None in names or any(each.unresolved for each in labels.items()):
        return None
    words = frozenset(each.lower() for each in texts(labels))
    return frozenset(name for name in names if name), words


def _stops(fabric: Fabric, network: VirtualNetwork) -> bool:
    """Whether a table in a network keeps out what a hub announces."""
    held = {it.route_table.value for it in fabric.subnets if it.network == network.id}
    return any(
        it.id in held and not it.propagates_gateway_routes.is_surely(value=True)
        for it in fabric.route_tables
    )


def _table(field: Field, hub: str) -> str | None:
    """Return the name of a route table, the default one where none is named."""
    if not field.is_given:
        return _DEFAULT
    found = referenced_id(field)
    if found and found == hub:
        return _DEFAULT
    return last_name(found).lower() if found else None


def _leads(
    catalogue: Catalogue,
    hub: ResourceRecord,
    one: _Joined,
    other: _Joined,
    notes: Notes,
) -> bool:
    """Whether what *one* sends to the space of *other* surely goes there."""
    table = next(
        (
            each
            for each in catalogue.children(hub.id, TABLES)
            if same(each.name, one.table) or same(each.id, one.table)
        ),
        None,
    )
    if table is None and one.table != _DEFAULT:
        return False
    labels = (
        set()
        if table is None
        else {it.lower() for it in texts(table.body.get("labels"))}
    )
    if one.table == _DEFAULT:
        labels.add("default")
    if one.table not in other.tables and not labels & other.labels:
        return False
    routes = Field([], hub.origin) if table is None else table.body.get("routes")
    if routes.unresolved:
        return False
    holders = set(default_tables(hub.id)) if one.table == _DEFAULT else set()
    holders |= {table.id} if table is not None else set()
    own = [it for each in holders for it in catalogue.children(each, _ROUTES)]
    return all(
        referenced_id(route.get("nextHop")) == other.connection.id
        or not _meet(other.network, route, notes)
        for route in (*routes.items(), *(it.body for it in own))
    )


def _meet(network: VirtualNetwork, route: Field, notes: Notes) -> bool:
    """Whether a static route may decide about a network's space."""
    listed = route.get("destinations")
    found = prefixes(listed, notes)
    if listed.unresolved or len(found) != sum(1 for _ in listed.items()):
        return True
    return any(space.overlaps(it) for space in network.space for it in found)


def _ipv4(network: VirtualNetwork) -> tuple[AddressRange, ...]:
    """Return the part of a network's space that a virtual hub announces."""
    return tuple(each for each in network.space if each.version == IPV4)
