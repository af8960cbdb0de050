"""A set as a list of disjoint boxes, for people and for other tools."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.flowspace import diagram
from seawall.flowspace.diagram import EMPTY, FULL, PROTOCOL, Node
from seawall.flowspace.header import (
    MAX_ADDRESS,
    MAX_PROTOCOL,
    Field,
    Header,
    Kind,
    kind_of,
    max_tail,
)
from seawall.flowspace.intervals import Intervals, holds
from seawall.flowspace.paths import by_family, grouped


@dataclass(frozen=True, slots=True)
class Box:
    """A product of intervals: the headers whose every field is in its intervals.

    All fields are canonical and never empty.

    Attributes:
        family: 4 or 6.
        protocols: Protocol numbers. If ports, types or codes are constrained, the
            protocols all have them.
        sources: Addresses.
        destinations: Addresses.
        source_ports: Ports, or types if the protocols are ICMP or ICMPv6. Where
            nothing is constrained this is the whole field of the widest of the
            protocols: (0, 65535) if one of them has ports, else (0, 255) if one is
            ICMP, else (0, 0).
        destination_ports: The same for ports, or codes.
    """

    family: int
    protocols: Intervals
    sources: Intervals
    destinations: Intervals
    source_ports: Intervals
    destination_ports: Intervals

    @property
    def is_any_source_port(self) -> bool:
        """Whether source ports (or types) are unconstrained, or absent."""
        return self.source_ports == _whole_tail(self.protocols)

    @property
    def is_any_destination_port(self) -> bool:
        """Whether destination ports (or codes) are unconstrained, or absent."""
        return self.destination_ports == _whole_tail(self.protocols)

    @property
    def is_icmp(self) -> bool:
        """Whether the port fields are ICMP types and codes for every protocol."""
        return all(
            kind_of(protocol) is Kind.ICMP
            for first, last in self.protocols
            for protocol in range(first, last + 1)
        )

    def __contains__(self, header: Header) -> bool:
        return (
            header.family == self.family
            and holds(self.protocols, header.protocol)
            and holds(self.sources, header.source)
            and holds(self.destinations, header.destination)
            and (
                kind_of(header.protocol) is Kind.BARE
                or (
                    holds(self.source_ports, header.source_port)
                    and holds(self.destination_ports, header.destination_port)
                )
            )
        )


def boxes(root: Node) -> Iterator[Box]:
    """Yield disjoint boxes that together are the set, in a fixed order.

    Edges that lead to one child share a box, so the list is short, though not
    always the shortest.
    """
    for family, node in by_family(root):
        limit = MAX_ADDRESS[family]
        for below, protocols in grouped(node, PROTOCOL, MAX_PROTOCOL).items():
            whole = _whole_tail(protocols)
            for paths in _products(below, Field.DESTINATION, (limit, whole[0][1])):
                destinations, sources, destination_ports, source_ports = paths
                yield Box(
                    family=family,
                    protocols=protocols,
                    sources=sources,
                    destinations=destinations,
                    source_ports=source_ports,
                    destination_ports=destination_ports,
                )


def _products(
    node: Node, level: int, limits: tuple[int, int]
) -> Iterator[tuple[Intervals, ...]]:
    """Yield the intervals of each field from this level down, path by path."""
    if level > diagram.SOURCE_PORT:
        if node is FULL:
            yield ()
        return
    if node is EMPTY:
        return
    limit = limits[0] if level < diagram.DESTINATION_PORT else limits[1]
    for child, intervals in grouped(node, level, limit).items():
        for rest in _products(child, level + 1, limits):
            yield (intervals, *rest)


def _whole_tail(protocols: Intervals) -> Intervals:
    # Where kinds are mixed nothing is asked behind the addresses, so the widest
    # field holds the values of all.
    widest = max(
        max_tail(kind_of(protocol))
        for first, last in protocols
        for protocol in range(first, last + 1)
    )
    return ((0, widest),)
