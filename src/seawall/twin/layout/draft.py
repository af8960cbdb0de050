"""A network while it is drawn: spaces, links between them, routes and rules.

Links are routed and never bridged, so that every filter is stateful. Each has two
addresses of its own out of a range that no network of the input has.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from seawall.model.address import AddressRange, merged
from seawall.twin.plan import Stand

TRANSIT = AddressRange.parse("169.254.0.0/17")
"""Where links have their addresses. Source: RFC 3927; IMDS is in the other half."""


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a link.

    Attributes:
        space: The space that it is in.
        name: Its name there.
        address: Its own address.
        far: The address of the other end.
    """

    space: str
    name: str
    address: IPv4Address
    far: IPv4Address


@dataclass(frozen=True, slots=True)
class Way:
    """A route: where to, and over which link; a table of its own for what must differ.

    Attributes:
        to: A prefix.
        over: The link's end in the space; None drops.
        table: The number of the table; None is the main one.
        says: What it stands for.
    """

    to: AddressRange
    over: Side | None
    table: int | None = None
    says: str = ""


@dataclass(slots=True)
class Room:
    """One space while it is drawn.

    Attributes:
        name: Its name.
        stands_for: What it stands for, in words.
        held: Addresses that are its own.
        ways: Its routes.
        entering: From the name of a link's end to the table that routes what comes in.
        returning: From the mark of an error to the table that routes it back.
        marked: From a mark to the table that routes what carries it.
        texts: Tables of the packet filter.
        stands: Who listens there beside those that hear everything.
        spared: Addresses whose ports are not heard all alike.
        answers_at: Addresses at which stands of its own answer, and nobody else.
        resolver: Whom somebody there asks for names; empty for nobody.
        forwards: Whether it hands packets on.
        hears: Whether somebody there answers though it hands packets on.
    """

    name: str
    stands_for: str
    held: list[IPv4Address] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    entering: list[tuple[str, int]] = field(default_factory=list)
    returning: list[tuple[int, int]] = field(default_factory=list)
    marked: list[tuple[int, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    stands: list[Stand] = field(default_factory=list)
    spared: list[IPv4Address] = field(default_factory=list)
    answers_at: list[IPv4Address] = field(default_factory=list)
    resolver: str = ""
    forwards: bool = False
    hears: bool = False


@dataclass(slots=True)
class Draft:
    """A network while it is drawn."""

    rooms: dict[str, Room] = field(default_factory=dict)
    links: list[tuple[Side, Side]] = field(default_factory=list)
    _next: int = 0

    def room(self, name: str, stands_for: str, *, forwards: bool = False) -> Room:
        """Return the space of a name, drawn now if it was not."""
        if name not in self.rooms:
            self.rooms[name] = Room(name, stands_for, forwards=forwards)
        return self.rooms[name]

    def new_room(self, name: str, stands_for: str, *, forwards: bool = False) -> Room:
        """Return a space of its own, whatever others are called.

        Networks of several clusters often have one name, and are not one network.
        """
        given, number = name, 2
        while given in self.rooms:
            given, number = f"{name} ({number})", number + 1
        return self.room(given, stands_for, forwards=forwards)

    def join(self, one: Room, other: Room) -> tuple[Side, Side]:
        """Return the two ends of a new link."""
        first = TRANSIT.first + 2 * self._next
        low, high = IPv4Address(first), IPv4Address(first + 1)
        names = (f"l{self._next}a", f"l{self._next}b")
        self._next += 1
        ends = (
            Side(one.name, names[0], low, high),
            Side(other.name, names[1], high, low),
        )
        self.links.append(ends)
        return ends


def prefixes(ranges: tuple[AddressRange, ...]) -> Iterator[AddressRange]:
    """Yield prefixes that together are some ranges, each as long as it can be."""
    for item in merged(ranges):
        if item.version != 4:  # noqa: PLR2004
            continue
        first = item.first
        while first <= item.last:
            size = first & -first or 1 << 32
            while first + size - 1 > item.last:
                size >>= 1
            yield AddressRange(4, first, first + size - 1)
            first += size


ANYWHERE = AddressRange.everything(4)
