"""The record sets that stand in a private DNS zone by themselves.

Source: Azure docs, dns-private-records; Azure REST, Private DNS, Record Sets.
"""

from dataclasses import dataclass

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import address, text
from seawall.ingest.notes import Notes
from seawall.ingest.resource import ResourceRecord
from seawall.model.name import AddressRecord, AliasRecord, OtherRecord

_ZONES = "microsoft.network/privatednszones"
_ADDRESSES = {"a": ("aRecords", "ipv4Address"), "aaaa": ("aaaaRecords", "ipv6Address")}
_ALIAS = "cname"
_OTHERS = ("mx", "ptr", "srv", "txt")


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """The record sets of a zone, but for those that endpoints write and its SOA.

    Attributes:
        addresses: A and AAAA record sets.
        aliases: CNAME record sets.
        others: All other record sets.
    """

    addresses: tuple[AddressRecord, ...]
    aliases: tuple[AliasRecord, ...]
    others: tuple[OtherRecord, ...]

    @property
    def sets(self) -> int:
        """How many there are, as the platform counts them."""
        return len(self.addresses) + len(self.aliases) + len(self.others)


def own_records(catalogue: Catalogue, zone: str, notes: Notes) -> OwnRecords:
    """Return the record sets of a zone.

    Args:
        catalogue: Everything that was read.
        zone: Id of the zone.
        notes: Takes what cannot be read.
    """

    def of(kind: str) -> list[ResourceRecord]:
        found = catalogue.children(zone, f"{_ZONES}/{kind}")
        return [each for each in found if not _is_doubtful(each)]

    return OwnRecords(
        tuple(
            _addresses(each, kind, notes) for kind in _ADDRESSES for each in of(kind)
        ),
        tuple(_alias(each, notes) for each in of(_ALIAS)),
        tuple(
            OtherRecord(_name(each), kind.upper(), each.origin)
            for kind in _OTHERS
            for each in of(kind)
        ),
    )


def doubtful_records(catalogue: Catalogue, zone: str) -> list[ResourceRecord]:
    """Return the record sets of which it is not known whether they are there."""
    return [
        record
        for kind in (*_ADDRESSES, _ALIAS, *_OTHERS)
        for record in catalogue.children(zone, f"{_ZONES}/{kind}")
        if _is_doubtful(record)
    ]


def _is_doubtful(record: ResourceRecord) -> bool:
    return bool(record.body.get("properties").unresolved)


def _name(record: ResourceRecord) -> str:
    return record.name.lower()


def _addresses(record: ResourceRecord, kind: str, notes: Notes) -> AddressRecord:
    listed, key = _ADDRESSES[kind]
    addresses = (
        address(
            item if item.value and isinstance(item.value, str) else item.get(key), notes
        )
        for item in record.body.get(listed).items()
    )
    return AddressRecord(
        _name(record),
        tuple(item for item in addresses if item is not None),
        record.origin,
    )


def _alias(record: ResourceRecord, notes: Notes) -> AliasRecord:
    """Return a CNAME record: `cname` of `cnameRecord`, or `record` in Terraform."""
    field = record.body.get("cnameRecord").get("cname")
    if not field.is_given:
        field = record.body.get("cname")
    target = (text(field) or "").lower().rstrip(".")
    if not target:
        notes.unmodelled(
            record.origin,
            f"what the CNAME record `{record.name}` is an alias of is not known",
            field.unresolved or "it names no target",
            "give an input in which it is known",
        )
    return AliasRecord(_name(record), target or None, record.origin)
