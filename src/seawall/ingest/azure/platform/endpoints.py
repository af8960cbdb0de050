"""Private endpoints.

Source: Azure docs, private-endpoint-overview; Azure SDK, Microsoft.Network.
"""

from dataclasses import replace

from seawall.ingest.azure.networks.interfaces import INTERFACES
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import address, text, texts
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import DOUBT, Field, ResourceRecord
from seawall.model.address import Address
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.setting import Setting

ENDPOINTS = "microsoft.network/privateendpoints"


def private_endpoints(
    catalogue: Catalogue, notes: Notes
) -> tuple[PrivateEndpoint, ...]:
    """Convert the private endpoints.

    One that has several addresses, as that of a container registry does, becomes one
    value for each.
    """
    found: list[PrivateEndpoint] = []
    for record in catalogue.of(ENDPOINTS):
        endpoint = _endpoint(catalogue, record, notes)
        addresses = addresses_of(catalogue, record, notes)
        found.append(replace(endpoint, address=next(iter(addresses), None)))
        found.extend(
            replace(endpoint, id=f"{record.id}#{address}", address=address)
            for address in addresses[1:]
        )
    return tuple(found)


def zone_groups(catalogue: Catalogue, record: ResourceRecord) -> list[Field]:
    """Return the zone configurations of an endpoint's zone groups."""
    return [
        configuration
        for part in catalogue.parts(record, "privateDnsZoneGroups")
        for configuration in part.body.get("privateDnsZoneConfigs").items()
    ]


def _endpoint(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> PrivateEndpoint:
    automatic = catalogue.parts(record, "privateLinkServiceConnections")
    manual = catalogue.parts(record, "manualPrivateLinkServiceConnections")
    connection = next((part.body for part in (*automatic, *manual)), None)
    if connection is None:
        notes.error(
            record.origin,
            f"the private endpoint `{record.name}` is connected to nothing",
            "an endpoint names one resource in its connections",
            "add the connection, or remove the endpoint",
        )
    target = None if connection is None else connection.get("privateLinkServiceId")
    zones = (
        referenced_id(item.get("privateDnsZoneId"))
        for item in zone_groups(catalogue, record)
    )
    return PrivateEndpoint(
        id=record.id,
        name=record.name,
        subnet=referenced_id(record.body.get("subnet")),
        address=None,
        target=None if target is None else referenced_id(target),
        groups=() if connection is None else texts(connection.get("groupIds")),
        approved=_deployed(record) or _approved(connection, manual=not automatic),
        zones=tuple(dict.fromkeys(zone for zone in zones if zone)),
        origin=record.origin,
    )


def _deployed(record: ResourceRecord) -> Setting[bool] | None:
    """Return why an endpoint under a condition may have no effect, or nothing."""
    doubt = record.body.get(DOUBT)
    if not doubt.unresolved:
        return None
    return Setting.unknown(doubt.unresolved, doubt.origin)


def _approved(connection: Field | None, *, manual: bool) -> Setting[bool]:
    if connection is None:
        return Setting.unknown("the endpoint has no connection")
    state = connection.walk("privateLinkServiceConnectionState", "status")
    written = text(state)
    if written is not None:
        return Setting.stated(written.lower() == "approved", state.origin)
    if manual:
        return Setting.unknown(
            "the owner of the resource must approve it", state.origin
        )
    return Setting.defaulted(
        True,  # noqa: FBT003
        "a connection that is not manual is approved as it is made",
        connection.origin,
    )


def addresses_of(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> tuple[Address, ...]:
    """Return the addresses of an endpoint, from any of the places that repeat them."""
    body = record.body
    candidates = [
        part.body.get("privateIPAddress")
        for part in catalogue.parts(record, "ipConfigurations")
    ]
    for item in body.get("networkInterfaces").items():
        interface = catalogue.find(INTERFACES, referenced_id(item) or "")
        if interface is not None:
            candidates += [
                part.body.get("privateIPAddress")
                for part in catalogue.parts(interface, "ipConfigurations")
            ]
    for item in body.get("customDnsConfigs").items():
        candidates += list(item.get("ipAddresses").items())
    for item in zone_groups(catalogue, record):
        for records in item.get("recordSets").items():
            candidates += list(records.get("ipAddresses").items())
    found = (address(field, notes) for field in candidates)
    return tuple(dict.fromkeys(item for item in found if item is not None))
