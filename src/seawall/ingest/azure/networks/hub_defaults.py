"""Virtual hubs that have no default route to announce.

A hub learns one from its gateways, from peers that speak BGP, from a static route, or
makes one for a policy of its routing intent. One without any of these announces none,
whatever a connection asks for; default routes do not cross from hub to hub.

Source: Azure docs, virtual-wan about-virtual-hub-routing and how-to-routing-policies.
"""

from collections.abc import Iterator
from dataclasses import replace

from seawall.ingest.azure.networks.hubs import CONNECTIONS, HUBS, default_tables
from seawall.ingest.azure.networks.plain_hubs import TABLES, may_filter
from seawall.ingest.azure.networks.secured_hubs import hub_of
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import prefixes, texts
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric

_SOURCE = "Azure docs, virtual-wan about-virtual-hub-routing"
_GATEWAYS = ("vpnGateway", "expressRouteGateway", "p2SVpnGateway")
_TEACHERS = frozenset(
    {
        "microsoft.network/vpngateways",
        "microsoft.network/expressroutegateways",
        "microsoft.network/p2svpngateways",
        f"{HUBS}/bgpconnections",
        f"{HUBS}/routemaps",
        "azurerm_vpn_gateway",
        "azurerm_express_route_gateway",
        "azurerm_point_to_site_vpn_gateway",
        "azurerm_virtual_hub_bgp_connection",
        "azurerm_route_map",
    }
)
"""What may teach a hub routes, or change them."""


def without_default_routes(
    fabric: Fabric, catalogue: Catalogue, secured: frozenset[str], notes: Notes
) -> Fabric:
    """Settle that hubs which have no default route announce none to networks.

    Args:
        fabric: The network.
        catalogue: All resources.
        secured: Ids of the hubs whose routing intent is known.
        notes: Takes what is assumed.
    """
    if any(kind.lower() in _TEACHERS for kind in catalogue.types()):
        return fabric
    silent = {
        hub.id: hub
        for hub in catalogue.of(HUBS)
        if not _may_make_one(catalogue, hub, secured)
        and not any(hub.body.get(key).is_given for key in _GATEWAYS)
        and not any(_may_lead_everywhere(it, notes) for it in _static(catalogue, hub))
    }
    homes = {it.id: hub_of(it) for it in catalogue.of(CONNECTIONS)}
    kept = []
    told: set[str] = set()
    for connection in fabric.hub_connections:
        hub = silent.get(homes.get(connection.id, ""))
        if hub is not None and connection.announces_default.may_be(value=True):
            told.add(hub.name)
            none = Setting.defaulted(False, _SOURCE, hub.origin)  # noqa: FBT003
            connection = replace(  # noqa: PLW2901
                connection, announces_default=none
            )
        kept.append(connection)
    for name in sorted(told):
        notes.assume(
            "virtual-hub-announces-no-default-route",
            f"the virtual hub `{name}` has no gateway, no peer that speaks BGP and no "
            "static default route in the input: it announces no default route",
            _SOURCE,
        )
    return replace(fabric, hub_connections=tuple(kept))


def _may_make_one(
    catalogue: Catalogue, hub: ResourceRecord, secured: frozenset[str]
) -> bool:
    """Whether a routing intent, or something else in a hub, may make a default route.

    Source: Azure docs, virtual-wan how-to-routing-policies, "Prefix advertisement".
    """
    if hub.id not in secured:
        return may_filter(catalogue, hub)
    listed = [
        policy.get("destinations")
        for intent in catalogue.children(hub.id, f"{HUBS}/routingintent")
        for policy in intent.body.get("routingPolicies").items()
    ]
    return any(it.unresolved or "internet" in _words(it) for it in listed)


def _words(listed: Field) -> list[str]:
    return [each.lower() for each in texts(listed)]


def _static(catalogue: Catalogue, hub: ResourceRecord) -> Iterator[Field]:
    """Yield the prefixes of static routes, of a hub's tables and its connections."""
    holders = set(default_tables(hub.id))
    for table in catalogue.children(hub.id, TABLES):
        holders.add(table.id)
        routes = table.body.get("routes")
        yield from (routes, *(it.get("destinations") for it in routes.items()))
    for holder in sorted(holders):
        for record in catalogue.children(holder, f"{TABLES}/routes"):
            yield record.body.get("destinations")
    for record in catalogue.of(CONNECTIONS):
        if hub_of(record) in (hub.id, ""):
            asked = record.body.get("routingConfiguration")
            routes = asked.get("vnetRoutes").get("staticRoutes")
            yield from (asked, routes)
            yield from (it.get("addressPrefixes") for it in routes.items())


def _may_lead_everywhere(listed: Field, notes: Notes) -> bool:
    """Whether a list of prefixes may hold a default route, or is not known."""
    if listed.unresolved:
        return True
    plain = [it for it in listed.items() if not isinstance(it.value, dict)]
    found = prefixes(listed, notes) if plain else ()
    return len(found) != len(plain) or any(not it.prefix_length for it in found)
