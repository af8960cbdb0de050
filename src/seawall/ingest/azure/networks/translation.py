"""Public addresses and NAT gateways.

Source: Azure docs, nat-overview; Azure SDK, Microsoft.Network.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import has_unresolved, ids, prefixes
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import ResourceRecord
from seawall.model.setting import Setting
from seawall.model.translation import NatGateway, PublicAddress

ADDRESSES = "microsoft.network/publicipaddresses"
OF_SCALE_SETS = (
    "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces/"
    "ipconfigurations/publicipaddresses"
)
"""Those that `az vmss list-instance-public-ips` tells of."""
PREFIXES = "microsoft.network/publicipprefixes"
NAT_GATEWAYS = "microsoft.network/natgateways"
_FIREWALLS = "microsoft.network/azurefirewalls"

_LISTS = (
    "publicIpAddresses",
    "publicIpPrefixes",
    "publicIpAddressesV6",
    "publicIpPrefixesV6",
)


def public_addresses(catalogue: Catalogue, notes: Notes) -> tuple[PublicAddress, ...]:
    """Convert public addresses and prefixes; unallocated ones have no ranges."""
    fields = [
        (item, "ipAddress")
        for kind in (ADDRESSES, OF_SCALE_SETS)
        for item in catalogue.of(kind)
    ]
    fields += [(item, "ipPrefix") for item in catalogue.of(PREFIXES)]
    return tuple(
        PublicAddress(
            id=record.id,
            name=record.name,
            ranges=prefixes(record.body.get(key), notes),
            origin=record.origin,
        )
        for record, key in fields
    )


def hub_addresses(catalogue: Catalogue, notes: Notes) -> tuple[PublicAddress, ...]:
    """Convert the public addresses that firewalls of virtual hubs name themselves."""
    out = []
    for record in catalogue.of(_FIREWALLS):
        listed = record.body.walk("hubIPAddresses", "publicIPs")
        if listed.is_given:
            fields = [item.get("address") for item in listed.get("addresses").items()]
            ranges = tuple(it for field in fields for it in prefixes(field, notes))
            id_ = hub_address_id(record.id)
            out.append(PublicAddress(id_, record.name, ranges, record.origin))
    return tuple(out)


def hub_address_id(firewall: str) -> str:
    """Return the id of the public addresses of a hub's firewall."""
    return f"{firewall}#public"


def nat_gateways(catalogue: Catalogue) -> tuple[NatGateway, ...]:
    """Convert NAT gateways; addresses may be named on either side."""
    return tuple(
        NatGateway(
            id=record.id,
            name=record.name,
            public_addresses=_nat_addresses(catalogue, record),
            origin=record.origin,
        )
        for record in catalogue.of(NAT_GATEWAYS)
    )


def _nat_addresses(
    catalogue: Catalogue, record: ResourceRecord
) -> Setting[tuple[str, ...]]:
    found: list[str] = []
    for key in _LISTS:
        field = record.body.get(key)
        why = has_unresolved(field)
        if why:
            return Setting.unknown(why, field.origin)
        found.extend(ids(field))
    found.extend(
        address.id
        for kind in (ADDRESSES, PREFIXES)
        for address in catalogue.of(kind)
        if referenced_id(address.body.get("natGateway")) == record.id
    )
    return Setting.stated(tuple(dict.fromkeys(found)), record.origin)
