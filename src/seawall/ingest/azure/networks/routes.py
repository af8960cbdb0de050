"""Route tables.

Source: Azure docs, virtual-networks-udr-overview.
"""

from seawall.ingest.azure.records.catalogue import Catalogue, Part
from seawall.ingest.azure.records.rule_terms import service_tag
from seawall.ingest.azure.records.values import (
    address,
    has_unresolved,
    hidden_part,
    prefix,
    setting,
    shown,
    text,
)
from seawall.ingest.azure.records.values import boolean as read_boolean
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import AddressRange
from seawall.model.filter import ServiceTag
from seawall.model.network import NextHop, Route, RouteTable
from seawall.model.setting import Setting

TABLES = "microsoft.network/routetables"

_HOPS = {hop.value.lower(): hop for hop in NextHop if hop is not NextHop.UNKNOWN}


def route_tables(catalogue: Catalogue, notes: Notes) -> tuple[RouteTable, ...]:
    """Convert the route tables, with inline routes and own ones."""
    return tuple(
        RouteTable(
            id=record.id,
            name=record.name,
            routes=_routes(catalogue, record, notes),
            propagates_gateway_routes=_propagates(record, notes),
            origin=record.origin,
        )
        for record in catalogue.of(TABLES)
    )


def _propagates(record: ResourceRecord, notes: Notes) -> Setting[bool]:
    field = record.body.get("disableBgpRoutePropagation")
    return setting(
        field,
        Setting.defaulted(True, "Azure docs, manage-route-table"),  # noqa: FBT003
        _inverted,
        notes=notes,
        allowed="true or false",
    )


def _inverted(field: Field) -> bool | None:
    value = read_boolean(field)
    return None if value is None else not value


def _routes(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> tuple[Route, ...]:
    found = [_route(part, notes) for part in catalogue.parts(record, "routes")]
    listed = record.body.get("routes")
    if has_unresolved(listed):
        origin = hidden_part(listed).origin
        found.append(Route("unknown", None, NextHop.UNKNOWN, None, origin))
    return tuple(found)


def _route(part: Part, notes: Notes) -> Route:
    body = part.body
    hop = _HOPS.get((text(body.get("nextHopType")) or "").lower(), NextHop.UNKNOWN)
    if hop is NextHop.UNKNOWN:
        notes.error(
            body.get("nextHopType").origin,
            f"the route `{part.name}` has no next hop that is known",
            body.get("nextHopType").unresolved
            or "the next hops are "
            + ", ".join(f"`{item.value}`" for item in _HOPS.values()),
            "write one of these as `nextHopType`",
        )
    next_address = body.get("nextHopIpAddress")
    appliance = None
    if hop is NextHop.VIRTUAL_APPLIANCE:
        appliance = address(next_address, notes)
        if next_address.left_to_service and not next_address.unresolved:
            notes.error(
                body.origin,
                f"the route `{part.name}` leads to an appliance without an address",
                "`VirtualAppliance` needs `nextHopIpAddress`",
                "write the private address of the appliance",
            )
    destination = _destination(body.get("addressPrefix"), part, notes)
    beats = read_boolean(body.get("hasBgpOverride")) is True
    return Route(
        part.name, destination, hop, appliance, body.origin, beats_learned=beats
    )


def _destination(
    field: Field, part: Part, notes: Notes
) -> AddressRange | ServiceTag | None:
    written = text(field)
    if not written:
        notes.error(
            field.origin,
            f"the route `{part.name}` has no destination that can be read",
            field.unresolved or f"`{shown(field)}` is no prefix and no service tag",
            "write a CIDR or a service tag as `addressPrefix`",
        )
        return None
    return service_tag(written) or prefix(field, notes)
