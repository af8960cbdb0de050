"""What stands at a name in a private DNS zone, wildcards included.

Source: RFC 4592; Azure docs, dns-zones-records, "Wildcard records".
"""

from dataclasses import dataclass, replace
from enum import Enum

from seawall.model.name import AddressRecord, AliasRecord, DnsZone
from seawall.model.origin import Origin


class Kind(Enum):
    """What a zone has at a name."""

    ADDRESSES = "an address record"
    ALIAS = "a CNAME record"
    EMPTY = "records of other types only"
    BETWEEN = "nothing but names below it"
    MISSING = "nothing"
    UNCLEAR = "not known"


@dataclass(frozen=True, slots=True)
class Held:
    """What a zone has at a name.

    Attributes:
        kind: What it is.
        origin: Where it stands.
        says: For EMPTY and UNCLEAR: what there is, as a clause.
        by_wildcard: Whether a wildcard stands for it, so that a record of that very
            name would win.
        record: The address record, where there is one.
        alias: The CNAME record, where there is one.
    """

    kind: Kind
    origin: Origin
    says: str = ""
    by_wildcard: bool = False
    record: AddressRecord | None = None
    alias: AliasRecord | None = None


def held(zone: DnsZone, name: str) -> Held:
    """Return what a zone has at a name that it ends.

    A wildcard stands for names that do not exist. Whether it stands for those below a
    name that does, as RFC 4592 forbids, is not documented for Azure.
    """
    own = "@" if name == zone.name else name.removesuffix(f".{zone.name}")
    found = _standing(zone, own)
    if found is not None:
        return found
    if own == "@":
        return Held(Kind.EMPTY, zone.origin, "nothing but the zone's own SOA record")
    labels = own.split(".")
    for index in range(1, len(labels) + 1):
        found = _standing(zone, ".".join(("*", *labels[index:])))
        if found is None:
            continue
        nearer = [".".join(labels[at:]) for at in range(index)]
        existing = next((each for each in nearer if _exists(zone, each)), None)
        if existing is None:
            return replace(found, by_wildcard=True)
        says = (
            f"`{existing}` exists there, and whether the wildcard still stands for "
            "this name is not documented"
        )
        return Held(Kind.UNCLEAR, found.origin, says)
    return Held(Kind.BETWEEN if _exists(zone, own) else Kind.MISSING, zone.origin)


def _standing(zone: DnsZone, own: str) -> Held | None:
    """Return what is written at one relative name, itself or as a wildcard."""
    records = [each for each in zone.records if each.name == own]
    aliases = [each for each in zone.aliases if each.name == own]
    others = [each for each in zone.others if each.name == own]
    if aliases and (records or others or len(aliases) > 1):
        says = f"`{own}` has a CNAME record and others, which exclude each other"
        return Held(Kind.UNCLEAR, aliases[0].origin, says)
    if aliases:
        return Held(Kind.ALIAS, aliases[0].origin, alias=aliases[0])
    if records:
        joined = tuple(address for each in records for address in each.addresses)
        if not all(each.addresses for each in records):
            joined = ()
        record = replace(records[0], addresses=joined)
        return Held(Kind.ADDRESSES, record.origin, record=record)
    if others:
        kinds = ", ".join(sorted({each.kind for each in others}))
        return Held(Kind.EMPTY, others[0].origin, f"a {kinds} record and no address")
    return None


def _exists(zone: DnsZone, own: str) -> bool:
    """Say whether a relative name exists, be it only by names below it."""
    names = [each.name for each in zone.records]
    names += [each.name for each in zone.aliases]
    names += [each.name for each in zone.others]
    return any(each == own or each.endswith(f".{own}") for each in names)
