"""The fields of a packet header, their domains, and one concrete header.

Which protocol has which fields is decided here and nowhere else.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import Final, NamedTuple

from seawall.flowspace.intervals import Interval

ICMP: Final = 1
TCP: Final = 6
UDP: Final = 17
ICMP6: Final = 58
SCTP: Final = 132

FAMILIES: Final = (4, 6)
MAX_ADDRESS: Final = {4: 2**32 - 1, 6: 2**128 - 1}
MAX_PROTOCOL: Final = 255
MAX_PORT: Final = 65535
MAX_ICMP: Final = 255


class Field(IntEnum):
    """A field that can be quantified, projected or restricted.

    The number is the field's level in the diagram; family and protocol come first.
    """

    DESTINATION = 2
    SOURCE = 3
    DESTINATION_PORT = 4
    SOURCE_PORT = 5


class Kind(IntEnum):
    """What stands behind the addresses in the headers of a protocol."""

    BARE = 0
    PORTS = 1
    ICMP = 2


class Header(NamedTuple):
    """One concrete packet header.

    Attributes:
        family: 4 or 6.
        protocol: The protocol number, 0 to 255.
        source: The source address as a number.
        destination: The destination address as a number.
        source_port: The port for TCP, UDP and SCTP; the *type* for ICMP and ICMPv6;
            0 for every other protocol.
        destination_port: The port for TCP, UDP and SCTP; the *code* for ICMP and
            ICMPv6; 0 for every other protocol.
    """

    family: int
    protocol: int
    source: int
    destination: int
    source_port: int = 0
    destination_port: int = 0

    @property
    def icmp_type(self) -> int:
        """The ICMP type; only meaningful for ICMP and ICMPv6."""
        return self.source_port

    @property
    def icmp_code(self) -> int:
        """The ICMP code; only meaningful for ICMP and ICMPv6."""
        return self.destination_port


_KINDS: Final = {
    ICMP: Kind.ICMP,
    TCP: Kind.PORTS,
    UDP: Kind.PORTS,
    ICMP6: Kind.ICMP,
    SCTP: Kind.PORTS,
}


def kind_of(protocol: int) -> Kind:
    """Return what the headers of a protocol hold behind the addresses.

    Source:
        RFC 9293 (TCP), RFC 768 (UDP) and RFC 9260 (SCTP): two ports of 16 bits.
        RFC 792 (ICMP) and RFC 4443 (ICMPv6): type and code of 8 bits.
    """
    return _KINDS.get(protocol, Kind.BARE)


def _runs() -> Iterator[tuple[int, int, Kind]]:
    first = 0
    for protocol in range(MAX_PROTOCOL + 1):
        after = kind_of(protocol + 1) if protocol < MAX_PROTOCOL else None
        if after is not kind_of(protocol):
            yield first, protocol, kind_of(protocol)
            first = protocol + 1


_KIND_RUNS: Final = tuple(_runs())


def split_by_kind(protocols: Interval) -> Iterator[tuple[Interval, Kind]]:
    """Yield an interval of protocols in order, cut where the kind changes."""
    first, last = protocols
    for start, end, kind in _KIND_RUNS:
        if end < first:
            continue
        if start > last:
            return
        yield (max(start, first), min(end, last)), kind


def max_tail(kind: Kind) -> int:
    """Return the largest value of the two fields behind the addresses."""
    return {Kind.BARE: 0, Kind.PORTS: MAX_PORT, Kind.ICMP: MAX_ICMP}[kind]
