"""Private DNS zones with their links and records.

Source: Azure docs, private-endpoint-dns and private-dns-virtual-network-links.
"""

from dataclasses import dataclass

from seawall.ingest.azure.names.absent import named_zones, unnamed_zones, usual_zones
from seawall.ingest.azure.names.records import doubtful_records, own_records
from seawall.ingest.azure.networks.networks import NETWORKS
from seawall.ingest.azure.platform.endpoints import ENDPOINTS, addresses_of, zone_groups
from seawall.ingest.azure.platform.services import SERVICES
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import (
    address,
    boolean,
    has_unresolved,
    integer,
    text,
)
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import PLANNED, Field, ResourceRecord
from seawall.model.address import Address
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.name import AddressRecord, DnsZone, ZoneLink
from seawall.model.origin import Origin
from seawall.model.setting import Setting

ZONES = "microsoft.network/privatednszones"
_LINKS = ZONES + "/virtualnetworklinks"
_UNKNOWN_NAME = ""
_ANY_ZONE = ""


@dataclass(frozen=True, slots=True)
class _Written:
    """A record that a private endpoint's zone group writes."""

    zone: str
    name: str
    addresses: tuple[Address, ...]
    origin: Origin


def zones(
    catalogue: Catalogue,
    endpoints: tuple[PrivateEndpoint, ...],
    resources: tuple[PlatformResource, ...],
    notes: Notes,
) -> tuple[DnsZone, ...]:
    """Convert the private DNS zones, and those that are named and not in the input."""
    written = _written_by_endpoints(catalogue, endpoints, resources)
    found = [_zone(catalogue, item, written, notes) for item in catalogue.of(ZONES)]
    links: dict[str, list[ZoneLink]] = {}
    for link in catalogue.of(_LINKS):
        links.setdefault(link.parent, []).append(_link(link))
    records: dict[str, list[AddressRecord]] = {}
    for item in written:
        if not _is_unknown(item.name):
            record = AddressRecord(item.name, item.addresses, item.origin)
            records.setdefault(item.zone, []).append(record)
    found.extend(named_zones(found, endpoints, links, records))
    by_id = {item.id: item for item in resources}
    wanted = {
        name: endpoint.origin
        for endpoint in endpoints
        if _writes_anywhere(catalogue, endpoint)
        for name in usual_zones(endpoint, by_id)
    }
    found.extend(unnamed_zones(found, wanted))
    usual = {name for each in endpoints for name in usual_zones(each, by_id)}
    lacking = sorted(usual - {item.name for item in found})
    if lacking:
        listed = ", ".join(f"`{name}`" for name in lacking)
        notes.assume(
            "no-zone-elsewhere",
            f"no private DNS zone {listed} answers in the networks of the input: none "
            "is in it, and names with private endpoints lead to public addresses",
            "Azure docs, private-endpoint-dns",
        )
    return tuple(found)


def _writes_anywhere(catalogue: Catalogue, endpoint: PrivateEndpoint) -> bool:
    """Whether a zone that an endpoint's groups name is not known."""
    record = catalogue.find(ENDPOINTS, endpoint.id)
    if record is None:
        return False
    listed = has_unresolved(record.body.get("privateDnsZoneGroups"))
    configurations = zone_groups(catalogue, record)
    return bool(listed) or any(
        referenced_id(it.get("privateDnsZoneId")) is None for it in configurations
    )


def _zone(
    catalogue: Catalogue, record: ResourceRecord, written: list[_Written], notes: Notes
) -> DnsZone:
    links = catalogue.children(record.id, _LINKS)
    own = own_records(catalogue, record.id, notes)
    records = list(own.addresses)
    known = {item.name for item in own.addresses}
    known |= {item.name for item in own.aliases}
    sets = own.sets
    here = [item for item in written if item.zone in {record.id, _ANY_ZONE}]
    unnamed = next((item for item in here if _is_unknown(item.name)), None)
    for item in here:
        if item.name not in known and item.name != _UNKNOWN_NAME:
            records.append(AddressRecord(item.name, item.addresses, item.origin))
            known.add(item.name)
            sets += 1
    return DnsZone(
        id=record.id,
        name=record.name.lower().rstrip("."),
        links=tuple(_link(link) for link in links),
        records=tuple(records),
        complete=_complete(catalogue, record, len(links), sets)
        if unnamed is None
        else Setting.unknown(
            "what a private endpoint writes into zones is not known", unnamed.origin
        ),
        origin=record.origin,
        aliases=own.aliases,
        others=own.others,
    )


def _is_unknown(name: str) -> bool:
    """Whether a name is not known; in braces stands what comes with a deployment."""
    return name == _UNKNOWN_NAME or "{" in name


def _link(record: ResourceRecord) -> ZoneLink:
    policy = (text(record.body.get("resolutionPolicy")) or "").lower()
    return ZoneLink(
        network=referenced_id(record.body.get("virtualNetwork")) or "unknown",
        falls_back=policy == "nxdomainredirect",
        origin=record.origin,
    )


def _complete(
    catalogue: Catalogue, record: ResourceRecord, links: int, held: int
) -> Setting[bool]:
    """Return whether all records and links of a zone were read.

    The platform counts both, with the zone's own SOA record; a plan that makes a zone
    holds what is made in it.
    """
    is_planned = record.source in PLANNED
    for link in catalogue.children(record.id, _LINKS):
        why = _open_by(catalogue, link, is_planned=is_planned)
        if why:
            return Setting.unknown(why, link.origin)
    for item in doubtful_records(catalogue, record.id):
        return Setting.unknown(item.body.get("properties").unresolved, item.origin)
    if is_planned:
        return Setting.defaulted(
            True,  # noqa: FBT003
            "the configuration that makes a zone holds its records and links",
            record.origin,
        )
    sets = integer(record.body.get("numberOfRecordSets"))
    linked = integer(record.body.get("numberOfVirtualNetworkLinks"))
    if sets is None or linked is None:
        return Setting.unknown(
            "the input does not say how many records and links the zone has",
            record.origin,
        )
    if held + 1 < sets or links < linked:
        return Setting.unknown(
            f"the zone has {sets} record sets and {linked} links, and the input "
            f"holds {held} and {links}",
            record.origin,
        )
    return Setting.stated(True, record.origin)  # noqa: FBT003


def _open_by(catalogue: Catalogue, link: ResourceRecord, *, is_planned: bool) -> str:
    """Return why a link leaves open what a zone holds, or nothing."""
    network = link.body.get("virtualNetwork")
    meant = referenced_id(network)
    if meant is None:
        return network.unresolved or "a link names no network that is known"
    for other in catalogue.perhaps(NETWORKS, meant):
        return f"a link names `{meant}`, which may be `{other.name}` of the input"
    if is_planned and _registers(link):
        return "machines register their names in the zone"
    return ""


def _registers(link: ResourceRecord) -> bool:
    """Whether the machines of the linked network may get records of their own.

    Source: Azure docs, private-dns-autoregistration.
    """
    field = link.body.get("registrationEnabled")
    return (
        bool(field.unresolved and not field.left_to_service) or boolean(field) is True
    )


def _written_by_endpoints(
    catalogue: Catalogue,
    endpoints: tuple[PrivateEndpoint, ...],
    resources: tuple[PlatformResource, ...],
) -> list[_Written]:
    """Return what zone groups write: as reported, or else as the service does it."""
    by_id = {item.id: item for item in resources}
    found: list[_Written] = []
    for endpoint in endpoints:
        record = catalogue.find(ENDPOINTS, endpoint.id)
        if record is None:
            continue
        listed = record.body.get("privateDnsZoneGroups")
        if has_unresolved(listed):
            # A group that may be there writes names into any zone.
            found.append(_Written(_ANY_ZONE, _UNKNOWN_NAME, (), listed.origin))
        for configuration in zone_groups(catalogue, record):
            origin = configuration.origin
            zone = referenced_id(configuration.get("privateDnsZoneId"))
            if zone is None:
                found.append(_Written(_ANY_ZONE, _UNKNOWN_NAME, (), origin))
                continue
            addresses = addresses_of(catalogue, record, Notes())
            reported = _reported(configuration, addresses)
            if reported:
                found += [_Written(zone, *one, origin) for one in reported]
            else:
                labels = _labels(endpoint, by_id)
                found += [_Written(zone, name, addresses, origin) for name in labels]
    return found


def _reported(
    configuration: Field, addresses: tuple[Address, ...]
) -> list[tuple[str, tuple[Address, ...]]]:
    """Return the records that the platform reports for a zone configuration."""
    out: list[tuple[str, tuple[Address, ...]]] = []
    for item in configuration.get("recordSets").items():
        name = text(item.get("recordSetName"))
        if not name:
            continue
        stated = (address(one, Notes()) for one in item.get("ipAddresses").items())
        own = tuple(one for one in stated if one is not None)
        out.append((name.lower(), own or addresses))
    return out


def _labels(
    endpoint: PrivateEndpoint, resources: dict[str, PlatformResource]
) -> list[str]:
    """Return the record names that a service writes into a zone for an endpoint.

    Source: Azure docs, private-endpoint-dns; container-registry-private-link.
    """
    resource = resources.get(endpoint.target or "")
    if resource is None:
        return [_foreign(endpoint.target or "")]
    suffix = resource.private_suffix.removeprefix("privatelink.")
    out: list[str] = []
    for host in resource.host_names:
        label = host.removesuffix("." + suffix)
        out.append(label if label != host else host.split(".")[0])
    return out


def _foreign(target: str) -> str:
    """Return the name in the id of a resource that is not in the input, or nothing."""
    for resource_type in SERVICES:
        _, found, tail = target.partition(f"/{resource_type}/")
        if found:
            return tail.split("/", maxsplit=1)[0].lower()
    return _UNKNOWN_NAME
