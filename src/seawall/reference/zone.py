"""What one private DNS zone says about one name."""

from dataclasses import dataclass

from seawall.model.address import Address
from seawall.model.end import ApiServerEnd, ServiceEnd
from seawall.model.name import DnsZone, ZoneLink


@dataclass(frozen=True, slots=True)
class Resolved:
    """The answer to a name.

    Attributes:
        kind: `addresses`, `endpoints` (private, not allocated yet), `nowhere` (private,
            and no endpoint is its own: `unknown` but for an API server), `public` (an
            address that is not known), `cluster` (what the cluster's DNS names),
            `nothing` (no such name), `perhaps` (public or nothing, not known which) or
            `unknown`.
        addresses: For `addresses`.
        canonical: The name that aliases led to, if there were any.
        end: For `cluster`: what it names.
    """

    kind: str
    addresses: tuple[Address, ...] = ()
    canonical: str = ""
    end: ServiceEnd | ApiServerEnd | None = None


PUBLIC = Resolved("public")
NOTHING = Resolved("nothing")
UNKNOWN = Resolved("unknown")
PERHAPS = Resolved("perhaps")
ENDPOINTS = Resolved("endpoints")
NOWHERE = Resolved("nowhere")


@dataclass(frozen=True, slots=True)
class Found:
    """What a zone says: an answer, or the name to ask for instead.

    The answer `endpoints` stands for a record without any address yet.
    """

    answer: Resolved
    target: str | None = None


def standing(zone: DnsZone, relative: str) -> Found | None:
    """Return what a zone has for a name, itself or by a wildcard; None for nothing.

    Source: RFC 4592; docs/semantics/path.md, Q11.
    """
    known = zone.complete.is_surely(value=True)
    exact = _written(zone, relative)
    if exact is not None:
        sure = exact.target is not None or exact.answer.kind in _SURE
        return exact if sure or known else Found(UNKNOWN)
    if not known:
        return Found(UNKNOWN)
    if relative == "@":
        return Found(NOTHING)
    crossed = [relative]
    below = relative
    while below:
        _, dot, below = below.partition(".")
        found = _written(zone, "*" + dot + below)
        if found is not None:
            there = any(_is_there(zone, name) for name in crossed)
            return Found(UNKNOWN) if there else found
        crossed.append(below)
    return None


_SURE = ("addresses", "endpoints")


def _written(zone: DnsZone, relative: str) -> Found | None:
    """Return what is written at one relative name."""
    records = [item for item in zone.records if item.name == relative]
    aliases = [item for item in zone.aliases if item.name == relative]
    others = [item for item in zone.others if item.name == relative]
    if len(aliases) > 1 or (aliases and (records or others)):
        return Found(UNKNOWN)
    if aliases:
        target = aliases[0].target
        return Found(UNKNOWN, target) if target else Found(UNKNOWN)
    if records:
        addresses = [address for item in records for address in item.addresses]
        if any(not item.addresses for item in records):
            return Found(ENDPOINTS)
        return Found(Resolved("addresses", tuple(sorted(addresses, key=order))))
    return Found(NOTHING) if others else None


def _is_there(zone: DnsZone, relative: str) -> bool:
    """Whether a name exists in a zone, be it only by what is below it."""
    names = [item.name for item in zone.records]
    names += [item.name for item in zone.aliases]
    names += [item.name for item in zone.others]
    return any(name == relative or name.endswith("." + relative) for name in names)


def missing(zone: DnsZone, link: ZoneLink, relative: str) -> Resolved:
    """Return the answer for a name that a zone does not have.

    Source: Azure docs, private-dns-fallback.
    """
    if not link.falls_back:
        return NOTHING
    if "privatelink" not in zone.name.split(".") or _is_there(zone, relative):
        return UNKNOWN
    return PUBLIC


def order(address: Address) -> tuple[int, int]:
    """Return what sorts addresses."""
    return address.version, int(address)
