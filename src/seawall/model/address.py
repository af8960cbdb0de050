"""Addresses and ranges of them, IPv4 and IPv6, as plain values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address

LAST = {4: 2**32 - 1, 6: 2**128 - 1}
"""The highest address of each family, as a number."""

_BITS = {4: 32, 6: 128}
_IPV4 = re.compile(
    r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:/(\d{1,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True, order=True)
class AddressRange:
    """A closed interval of addresses of one family.

    Attributes:
        version: 4 or 6.
        first: Lowest address, as a number.
        last: Highest address, as a number; never below *first*.
    """

    version: int
    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last <= LAST[self.version]:
            raise ValueError(f"not an address range: {self.first}-{self.last}")

    @classmethod
    def parse(cls, text: str) -> "AddressRange":
        """Read `10.0.0.0/8`, `10.1.2.3`, `10.0.0.1-10.0.0.9` or the IPv6 forms.

        Host bits that are set below the prefix length are cleared.

        Raises:
            ValueError: The text is none of these.
        """
        return _parse(text.strip())

    @classmethod
    def of(cls, address: Address) -> "AddressRange":
        """Return the range that holds only *address*."""
        return cls(address.version, int(address), int(address))

    @classmethod
    def everything(cls, version: int) -> "AddressRange":
        """Return the whole address space of one family."""
        return cls(version, 0, LAST[version])

    def __contains__(self, address: Address) -> bool:
        return (
            address.version == self.version and self.first <= int(address) <= self.last
        )

    def covers(self, other: "AddressRange") -> bool:
        """Whether every address of *other* is in this range."""
        return (
            self.version == other.version
            and self.first <= other.first
            and other.last <= self.last
        )

    def overlaps(self, other: "AddressRange") -> bool:
        """Whether some address is in both ranges."""
        return (
            self.version == other.version
            and self.first <= other.last
            and other.first <= self.last
        )

    @property
    def prefix_length(self) -> int | None:
        """The length of the prefix that this range is, or None if it is not one."""
        size = self.last - self.first + 1
        if size & (size - 1) or self.first % size:
            return None
        return _BITS[self.version] - (size.bit_length() - 1)

    @property
    def lowest(self) -> Address:
        """The lowest address."""
        return _address(self.version, self.first)

    @property
    def highest(self) -> Address:
        """The highest address."""
        return _address(self.version, self.last)

    def __str__(self) -> str:
        length = self.prefix_length
        if length == _BITS[self.version]:
            return str(self.lowest)
        if length is not None:
            return f"{self.lowest}/{length}"
        return f"{self.lowest}-{self.highest}"


def prefixes_of(ranges: Iterable[AddressRange]) -> tuple[AddressRange, ...]:
    """Return the shortest list of prefixes that covers exactly *ranges*.

    Args:
        ranges: In any order; they may overlap.

    Returns:
        Disjoint prefixes, IPv4 before IPv6, ascending.
    """
    out: list[AddressRange] = []
    for joined in merged(ranges):
        first, last, bits = joined.first, joined.last, _BITS[joined.version]
        while first <= last:
            size = first & -first if first else 1 << bits
            while size > last - first + 1:
                size >>= 1
            out.append(AddressRange(joined.version, first, first + size - 1))
            first += size
    return tuple(out)


def merged(ranges: Iterable[AddressRange]) -> tuple[AddressRange, ...]:
    """Return *ranges* sorted, with overlapping and adjacent ones joined."""
    out: list[AddressRange] = []
    for item in sorted(ranges):
        if out and out[-1].version == item.version and item.first <= out[-1].last + 1:
            last = max(out[-1].last, item.last)
            out[-1] = AddressRange(item.version, out[-1].first, last)
        else:
            out.append(item)
    return tuple(out)


def without(
    ranges: Iterable[AddressRange], excluded: Iterable[AddressRange]
) -> tuple[AddressRange, ...]:
    """Return the addresses of *ranges* that are in none of *excluded*."""
    out: list[AddressRange] = []
    holes = merged(excluded)
    for item in merged(ranges):
        first = item.first
        for hole in holes:
            if not hole.overlaps(item):
                continue
            if hole.first > first:
                out.append(AddressRange(item.version, first, hole.first - 1))
            first = max(first, hole.last + 1)
        if first <= item.last:
            out.append(AddressRange(item.version, first, item.last))
    return tuple(out)


def _address(version: int, value: int) -> Address:
    return IPv4Address(value) if version == 4 else IPv6Address(value)  # noqa: PLR2004


@lru_cache(maxsize=65536)
def _parse(text: str) -> AddressRange:
    match = _IPV4.fullmatch(text)
    if match is not None:
        parts = [int(part) for part in match.groups()[:4]]
        length = int(match[5]) if match[5] is not None else 32
        if max(parts) > 255 or length > 32:  # noqa: PLR2004
            raise ValueError(f"not an address or CIDR: {text}")
        value = parts[0] << 24 | parts[1] << 16 | parts[2] << 8 | parts[3]
        span = (1 << (32 - length)) - 1
        return AddressRange(4, value & ~span, value | span)
    head, dash, tail = text.partition("-")
    if dash:
        low, high = _whole(head), _whole(tail)
        if low.version != high.version or low.first > high.last:
            raise ValueError(f"not an address range: {text}")
        return AddressRange(low.version, low.first, high.last)
    return _whole(text)


def _whole(text: str) -> AddressRange:
    host, slash, length_text = text.strip().partition("/")
    address = ip_address(host)
    bits = _BITS[address.version]
    length = bits
    if slash:
        if not length_text.isdecimal() or int(length_text) > bits:
            raise ValueError(f"not an address or CIDR: {text}")
        length = int(length_text)
    span = (1 << (bits - length)) - 1
    value = int(address)
    return AddressRange(address.version, value & ~span, value | span)
