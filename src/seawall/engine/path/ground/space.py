"""Sets of addresses, and the named ones that the definition of the way rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seawall.flowspace import FlowSet, Interval
from seawall.model.address import Address, AddressRange, merged, without


@dataclass(frozen=True, slots=True)
class Space:
    """An immutable set of addresses of both families.

    Attributes:
        ranges: Disjoint, merged, ascending. Established by `Space.of`.
    """

    ranges: tuple[AddressRange, ...] = ()

    @classmethod
    def of(cls, ranges: Iterable[AddressRange]) -> "Space":
        """Return the union of any ranges."""
        return cls(merged(ranges))

    @classmethod
    def parse(cls, *texts: str) -> "Space":
        """Return the union of ranges in text form."""
        return cls.of(AddressRange.parse(text) for text in texts)

    def __or__(self, other: "Space") -> "Space":
        if not other.ranges or self.ranges == other.ranges:
            return self
        return Space(merged((*self.ranges, *other.ranges)))

    def __sub__(self, other: "Space") -> "Space":
        return Space(without(self.ranges, other.ranges)) if other.ranges else self

    def __and__(self, other: "Space") -> "Space":
        found = [
            AddressRange(mine.version, first, last)
            for mine in self.ranges
            for theirs in other.ranges
            if mine.version == theirs.version
            and (first := max(mine.first, theirs.first))
            <= (last := min(mine.last, theirs.last))
        ]
        return Space(merged(found))

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __le__(self, other: "Space") -> bool:
        return not self - other

    def __contains__(self, address: Address) -> bool:
        return any(address in item for item in self.ranges)

    @property
    def intervals(self) -> Mapping[int, tuple[Interval, ...]]:
        """The same addresses as numbers, by family, as `FlowSet` takes them."""
        found: dict[int, tuple[Interval, ...]] = {}
        for item in self.ranges:
            found[item.version] = (
                *found.get(item.version, ()),
                (item.first, item.last),
            )
        return found

    def as_sources(self) -> FlowSet:
        """Return every header that comes from these addresses."""
        return FlowSet.box(sources=self.intervals)

    def as_destinations(self) -> FlowSet:
        """Return every header that goes to these addresses."""
        return FlowSet.box(destinations=self.intervals)

    def __str__(self) -> str:
        return ", ".join(str(item) for item in self.ranges) or "no address"


def from_intervals(intervals: Mapping[int, Iterable[Interval]]) -> Space:
    """Return the space of intervals by family, as `FlowSet` gives them."""
    return Space.of(
        AddressRange(family, first, last)
        for family, pairs in intervals.items()
        for first, last in pairs
    )


def at(*addresses: Address) -> Space:
    """Return the space of single addresses."""
    return Space.of(AddressRange.of(address) for address in addresses)


NOWHERE = Space()
IPV4 = Space((AddressRange.everything(4),))
IPV6 = Space((AddressRange.everything(6),))
EVERYWHERE = IPV4 | IPV6

PRIVATE = Space.parse("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
"""Source: RFC 1918, RFC 6598; Azure docs, virtual-networks-udr-overview."""

SPECIAL = (
    Space.parse("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "168.63.129.16")
    | Space.parse("224.0.0.0/3")
    | (IPV6 - Space.parse("2000::/3"))
)
"""Source: RFC 6890; Azure docs, what-is-ip-address-168-63-129-16."""

PUBLIC = EVERYWHERE - PRIVATE - SPECIAL
"""Every address that is neither private nor special."""

LINK_LOCAL = Space.parse("169.254.0.0/16")
METADATA = Space.parse("169.254.169.254")
HOST = Space.parse("168.63.129.16")
LOCAL_DNS = Space.parse("169.254.10.10-169.254.10.11")
