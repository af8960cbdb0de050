"""One concrete packet header, and the protocols and ports that rules name."""

from dataclasses import dataclass
from enum import IntEnum

from seawall.model.address import Address

LAST_PORT = 65535


class Protocol(IntEnum):
    """IP protocol numbers that rules name; others are plain numbers.

    Source:
        IANA, "Assigned Internet Protocol Numbers".
    """

    ICMP = 1
    TCP = 6
    UDP = 17
    ESP = 50
    AH = 51
    ICMPV6 = 58
    SCTP = 132


WITH_PORTS = frozenset({Protocol.TCP, Protocol.UDP, Protocol.SCTP})
"""The protocols whose headers carry ports."""


@dataclass(frozen=True, slots=True, order=True)
class PortRange:
    """A closed interval of ports; `PortRange(443, 443)` is one port."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= LAST_PORT:
            raise ValueError(f"not a port range: {self.first}-{self.last}")

    @classmethod
    def parse(cls, text: str) -> "PortRange":
        """Read `*`, `443` or `8000-8999`.

        Raises:
            ValueError: The text is none of these, or the range runs backwards.
        """
        text = text.strip()
        if text == "*":
            return cls(0, LAST_PORT)
        first, dash, last = text.partition("-")
        if not first.strip().isdecimal() or (dash and not last.strip().isdecimal()):
            raise ValueError(f"not a port or port range: {text}")
        return cls(int(first), int(last) if dash else int(first))

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last

    def __str__(self) -> str:
        if self.first == self.last:
            return str(self.first)
        return f"{self.first}-{self.last}"


EVERY_PORT = PortRange(0, LAST_PORT)


@dataclass(frozen=True, slots=True)
class Packet:
    """The header of the first packet of a flow, as it is at one place.

    Attributes:
        source: Address that it claims to come from.
        destination: Address that it goes to; of the same family.
        protocol: IP protocol number.
        source_port: For TCP, UDP and SCTP; otherwise 0.
        destination_port: For TCP, UDP and SCTP; otherwise 0.
        icmp_type: For ICMP and ICMPv6; otherwise 0.
        icmp_code: For ICMP and ICMPv6; otherwise 0.
    """

    source: Address
    destination: Address
    protocol: int
    source_port: int = 0
    destination_port: int = 0
    icmp_type: int = 0
    icmp_code: int = 0

    def __str__(self) -> str:
        if self.protocol in WITH_PORTS:
            name = Protocol(self.protocol).name.lower()
            return (
                f"{self.source}:{self.source_port} -> "
                f"{self.destination}:{self.destination_port} {name}"
            )
        return f"{self.source} -> {self.destination} protocol {self.protocol}"
