"""The terms of rules: addresses, service tags, ports, protocols.

Source: Azure docs, network-security-groups-overview and service-tags-overview.
"""

import re

from seawall.ingest.azure.records.values import shown, text, warn_of_host_bits
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.address import AddressRange
from seawall.model.filter import ANYWHERE, AddressTerm, ServiceTag, UnreadableTerm
from seawall.model.packet import EVERY_PORT, PortRange, Protocol

_TAG = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*")
_ANY = {"*", "any"}

PROTOCOLS = {
    "tcp": Protocol.TCP,
    "udp": Protocol.UDP,
    "icmp": Protocol.ICMP,
    "esp": Protocol.ESP,
    "ah": Protocol.AH,
    "icmpv6": Protocol.ICMPV6,
    "sctp": Protocol.SCTP,
}
UNREADABLE_PROTOCOL = -1


def service_tag(written: str) -> ServiceTag | None:
    """Return the service tag that a text is, or None."""
    return ServiceTag(written) if _TAG.fullmatch(written) else None


def address_term(field: Field, notes: Notes) -> AddressTerm:
    """Read `*`, an address, a CIDR, a range, or a service tag."""
    written = text(field)
    if written is None:
        if field.unresolved:
            _unknown(field, notes)
            return UnreadableTerm(field.unresolved)
        _unreadable(field, f"`{shown(field)}`", notes)
        return UnreadableTerm(shown(field))
    if written.lower() in _ANY:
        return ANYWHERE
    tag = service_tag(written)
    if tag is not None:
        return tag
    try:
        found = AddressRange.parse(written)
    except ValueError:
        _unreadable(field, f"`{written}`", notes)
        return UnreadableTerm(written)
    warn_of_host_bits(field, written, found, notes)
    return found


def _unreadable(field: Field, what: str, notes: Notes) -> None:
    notes.error(
        field.origin,
        f"{what} is not an address, CIDR or service tag",
        "the rule may match anything there",
        "write an address such as `10.0.0.0/16`, or a service tag",
    )


def _unknown(field: Field, notes: Notes) -> None:
    notes.note(
        field.origin,
        "an address in a rule is not known from the input",
        f"{field.unresolved}; the rule may match anything there",
        "give an input in which it is known, such as the state after the deployment",
    )


def port_ranges(
    fields: tuple[Field, ...], origin_of: Field, notes: Notes
) -> tuple[PortRange, ...] | None:
    """Read lists and single texts of ports together.

    Args:
        fields: Where ports may stand; unused ones are null, missing or empty.
        origin_of: The rule, for the case that no port stands anywhere.
        notes: Takes what must be told.

    Returns:
        The ranges, or None when one of them cannot be read.
    """
    given = [item for field in fields for item in _elements(field)]
    ranges = [_port_range(item, notes) for item in given]
    if not ranges:
        notes.error(
            origin_of.origin,
            "the rule names no ports",
            "a rule names its ports, if only as `*`",
            "write `*` or a port range",
        )
        return None
    found = tuple(item for item in ranges if item is not None)
    return found if len(found) == len(ranges) else None


def _elements(field: Field) -> tuple[Field, ...]:
    if isinstance(field.value, list | tuple):
        return tuple(field.items())
    return (field,) if field.is_given and field.value != "" else ()


def _port_range(field: Field, notes: Notes) -> PortRange | None:
    written = text(field)
    if written is not None:
        if written.lower() in _ANY:
            return EVERY_PORT
        try:
            return PortRange.parse(written)
        except ValueError:
            pass
    first, dash, last = (written or "").partition("-")
    backward = dash and first.isdecimal() and last.isdecimal()
    notes.error(
        field.origin,
        field.unresolved or f"`{shown(field)}` is not a port or port range",
        "a range starts at its lower port and ends by 65535"
        if backward
        else "ports are `*`, `443` or `8000-8999`, from 0 to 65535",
        f"write `{last}-{first}`" if backward else "write the port as a number",
    )
    return None


def protocol_number(field: Field, notes: Notes) -> int | None:
    """Read a protocol: its number, None for all, -1 for one that is not known."""
    written = (text(field) or "").lower()
    if written in _ANY or written == "all":
        return None
    if written in PROTOCOLS:
        return int(PROTOCOLS[written])
    if written.isdecimal():
        return int(written)
    notes.error(
        field.origin,
        field.unresolved or f"`{shown(field)}` is not a protocol",
        "the rule may match any protocol",
        "write `Tcp`, `Udp`, `Icmp`, `Esp`, `Ah` or `*`",
    )
    return UNREADABLE_PROTOCOL
