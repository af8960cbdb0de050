"""Walks over a diagram: what it holds, without building a new one."""

from bisect import bisect_left
from collections.abc import Iterator

from seawall.flowspace.diagram import (
    DESTINATION_PORT,
    EMPTY,
    FAMILY,
    PROTOCOL,
    Node,
)
from seawall.flowspace.header import (
    FAMILIES,
    MAX_ADDRESS,
    MAX_PORT,
    MAX_PROTOCOL,
    Field,
    Header,
    Kind,
    max_tail,
    split_by_kind,
)
from seawall.flowspace.intervals import Interval, Intervals, canonical, cells, size

_DEPTH = 6
_FIRST_TAIL = DESTINATION_PORT


def by_family(root: Node) -> Iterator[tuple[int, Node]]:
    """Yield each address family with the diagram below it, `EMPTY` included."""
    for index, family in enumerate(FAMILIES):
        yield family, root.children[index] if root.level == FAMILY else root


def edges(node: Node, level: int, limit: int) -> Iterator[tuple[Interval, Node]]:
    """Yield the edges of a node as if no field were skipped.

    Args:
        node: At this level or below it.
        level: The field asked for.
        limit: The largest value of the field here.
    """
    if node.level == level:
        yield from zip(cells(node.bounds), node.children, strict=True)
    else:
        yield (0, limit), node


def grouped(node: Node, level: int, limit: int) -> dict[Node, Intervals]:
    """Return the non-empty children with all the intervals that lead to each."""
    if node.level != level:
        return {} if node is EMPTY else {node: ((0, limit),)}
    found: dict[Node, list[Interval]] = {}
    for interval, child in zip(cells(node.bounds), node.children, strict=True):
        if child is not EMPTY:
            found.setdefault(child, []).append(interval)
    return {child: tuple(intervals) for child, intervals in found.items()}


def slices(root: Node) -> Iterator[tuple[int, Interval, Kind, Node]]:
    """Yield family, protocols of one kind, the kind, and what is below; not empty."""
    for family, node in by_family(root):
        for protocols, child in edges(node, PROTOCOL, MAX_PROTOCOL):
            if child is not EMPTY:
                for run, kind in split_by_kind(protocols):
                    yield family, run, kind, child


def nodes(root: Node) -> Iterator[Node]:
    """Yield each node of the diagram once, the answers excluded."""
    seen: set[Node] = set()
    open_nodes = [root]
    while open_nodes:
        node = open_nodes.pop()
        if node.children and node not in seen:
            seen.add(node)
            yield node
            open_nodes.extend(node.children)


def contains(root: Node, header: Header) -> bool:
    """Say whether one header is in the set, by one look-up a field."""
    values = (
        header.family,
        header.protocol,
        header.destination,
        header.source,
        header.destination_port,
        header.source_port,
    )
    node = root
    while node.children:
        node = node.children[bisect_left(node.bounds, values[node.level])]
    return node is not EMPTY


def count(root: Node) -> int:
    """Return the number of headers, by the fields that each protocol has.

    Complexity: linear in the edges of the diagram, for each of the six pairs of
        family and kind of protocol.
    """
    total = 0
    seen: dict[tuple[Node, int, int, Kind], int] = {}

    def below(node: Node, level: int, family: int, kind: Kind) -> int:
        if node is EMPTY:
            return 0
        if level == _DEPTH:
            return 1
        limit = MAX_ADDRESS[family] if level < _FIRST_TAIL else max_tail(kind)
        key = (node, level, family, kind)
        if key not in seen:
            seen[key] = sum(
                size(intervals) * below(child, level + 1, family, kind)
                for child, intervals in grouped(node, level, limit).items()
            )
        return seen[key]

    for family, protocols, kind, node in slices(root):
        total += size((protocols,)) * below(node, Field.DESTINATION, family, kind)
    return total


def address_cells(root: Node, field: Field) -> dict[int, Intervals]:
    """Return, by family, the partition of addresses that the set tells apart."""
    found: dict[int, Intervals] = {}
    for family, top in by_family(root):
        cuts = {MAX_ADDRESS[family]}
        for node in nodes(top):
            if node.level == field:
                cuts.update(node.bounds)
        found[family] = cells(sorted(cuts))
    return found


def port_cells(root: Node, field: Field) -> Intervals:
    """Return the partition of ports that the set tells apart for any protocol."""
    cuts = {MAX_PORT}
    for _, _, kind, top in slices(root):
        if kind is Kind.PORTS:
            for node in nodes(top):
                if node.level == field:
                    cuts.update(node.bounds)
    return cells(sorted(cuts))


def address_values(root: Node, field: Field) -> dict[int, Intervals]:
    """Return, by family, the addresses that occur; a family without any is absent."""
    found: dict[int, Intervals] = {}
    for family, top in by_family(root):
        limit = MAX_ADDRESS[family]
        occurring: list[Interval] = []
        for _, child in edges(top, PROTOCOL, MAX_PROTOCOL):
            occurring += _occurring(child, field, limit)
        if occurring:
            found[family] = canonical(occurring, limit)
    return found


def port_values(root: Node, field: Field) -> Intervals:
    """Return the ports that occur with any protocol that has ports."""
    found: list[Interval] = []
    for _, _, kind, top in slices(root):
        if kind is Kind.PORTS:
            found += _occurring(top, field, MAX_PORT)
    return canonical(found, MAX_PORT)


def _occurring(top: Node, field: Field, limit: int) -> list[Interval]:
    """List the values of a field on paths that do not end in `EMPTY`."""
    found: set[Interval] = set()
    seen = {EMPTY}
    open_nodes = [top]
    while open_nodes:
        node = open_nodes.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.level < field:
            open_nodes.extend(node.children)
        else:
            for interval, child in edges(node, field, limit):
                if child is not EMPTY:
                    found.add(interval)
    return sorted(found)
