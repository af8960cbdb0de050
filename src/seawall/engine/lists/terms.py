"""What one field of a rule matches: numbers on a line, and sets that only have a name.

A *symbol* is a set of which the content is not known, such as a service tag. What is
said of a list holds whatever the symbols hold, within what is known of them.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from seawall.engine.path.ground.tags import encloses
from seawall.model.packet import PortRange

Span = tuple[int, int]
Spans = tuple[Span, ...]

TAG = "tag"
NETWORK = "virtual network"
PORTS = "ports"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A set that has a name.

    Attributes:
        kind: What sort of name it is.
        name: Symbols of one kind and name are one set.
        possible: The numbers that it may hold; it holds no other.
    """

    kind: str
    name: Hashable
    possible: Spans

    def is_within(self, other: "Symbol") -> bool:
        """Whether the other surely holds all that this one holds.

        Source:
            docs/semantics/path.md, F7, F11 and, for ports, F14.
        """
        if self == other:
            return True
        if self.kind != other.kind:
            return False
        if self.kind == TAG:
            return encloses(str(other.name), str(self.name))
        if isinstance(self.name, PortDoubt) and isinstance(other.name, PortDoubt):
            return self.name.is_within(other.name)
        # What a custom rule means by its network, a default rule means too.
        return self.kind == NETWORK and other.name is True


@dataclass(frozen=True, slots=True)
class PortDoubt:
    """Packets without ports, as a rule that lists ports may match them.

    Attributes:
        protocol: The protocol that the rule names; None is every protocol.
        source_ports: The ports that it lists.
        destination_ports: Likewise.
    """

    protocol: int | None
    source_ports: Spans
    destination_ports: Spans

    def is_within(self, other: "PortDoubt") -> bool:
        """Whether the other rule matches whatever this one does.

        Source:
            docs/semantics/path.md, F14.
        """
        return (
            other.protocol in (None, self.protocol)
            # Most pairs are told apart by their ends.
            and other.destination_ports[-1][1] >= self.destination_ports[-1][1]
            and other.destination_ports[0][0] <= self.destination_ports[0][0]
            and _holds(other.source_ports, self.source_ports)
            and _holds(other.destination_ports, self.destination_ports)
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers and the symbols that one field matches: any of them.

    Attributes:
        spans: Disjoint, ascending.
        symbols: Without order.
    """

    spans: Spans
    symbols: tuple[Symbol, ...] = ()


def joined(spans: Iterable[Span]) -> Spans:
    """Return spans sorted, with those that overlap or touch made one."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def ports(ranges: Iterable[PortRange]) -> Spans:
    """Return port ranges as spans."""
    return joined((item.first, item.last) for item in ranges)


def _holds(outer: Spans, inner: Spans) -> bool:
    return all(
        any(first <= low and high <= last for first, last in outer)
        for low, high in inner
    )
