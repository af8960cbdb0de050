"""Names and how networks resolve them: private DNS zones and their links."""

from dataclasses import dataclass

from seawall.model.address import Address
from seawall.model.origin import Origin
from seawall.model.setting import Setting


@dataclass(frozen=True, slots=True)
class ZoneLink:
    """A virtual network whose Azure resolver consults a zone.

    Attributes:
        network: Id of the virtual network.
        falls_back: Whether a name that is missing in the zone is asked for publicly
            (`NxDomainRedirect`).
    """

    network: str
    falls_back: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """An A or AAAA record set.

    Attributes:
        name: Relative to the zone, in lower case; `@` for the zone itself, `*` for any.
        addresses: Empty when they are known only after deployment.
    """

    name: str
    addresses: tuple[Address, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class AliasRecord:
    """A CNAME record.

    Attributes:
        name: As for an address record.
        target: The name that is asked for instead, in lower case, without a dot at its
            end; None when it is not known.
        origin: Where it stands.
    """

    name: str
    target: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class OtherRecord:
    """A record set that holds no address: its name exists all the same.

    Attributes:
        name: As for an address record.
        kind: Its type, such as `TXT`.
        origin: Where it stands.
    """

    name: str
    kind: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class DnsZone:
    """A private DNS zone.

    Attributes:
        id: Resource id or address, in lower case.
        name: The DNS suffix that it answers for, in lower case.
        links: The networks that use it.
        records: Its address records, those of private endpoint zone groups included.
        complete: Whether all records and links are in the input; if not, why.
        aliases: Its CNAME records.
        others: Its record sets of other types, the SOA of the zone itself left out.
    """

    id: str
    name: str
    links: tuple[ZoneLink, ...]
    records: tuple[AddressRecord, ...]
    complete: Setting[bool]
    origin: Origin
    aliases: tuple[AliasRecord, ...] = ()
    others: tuple[OtherRecord, ...] = ()
