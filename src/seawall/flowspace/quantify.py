"""Quantifiers over one field: "some value of it is in the set", "every value is".

They are what address translation needs: the headers that a translation sends into
a set are those for which some (or every) translated value lies in the set.
"""

from bisect import bisect_left
from collections.abc import Callable
from functools import reduce

from seawall.flowspace import diagram
from seawall.flowspace.diagram import EMPTY, PROTOCOL, Node
from seawall.flowspace.header import (
    FAMILIES,
    MAX_PROTOCOL,
    Field,
    Kind,
    split_by_kind,
)
from seawall.flowspace.intervals import Intervals
from seawall.flowspace.paths import by_family, edges

Join = Callable[[Node, Node], Node]
"""`diagram.unite` for "some", `diagram.conjoin` for "every"."""


def addresses(
    root: Node, field: Field, within: dict[int, Intervals], join: Join
) -> Node:
    """Quantify an address field, family by family.

    Args:
        root: The set.
        field: Source or destination.
        within: Canonical intervals; a family that is absent or has none has no
            values, and neither quantifier leaves anything of it.
        join: How the answers for several values become one.
    """
    children = [
        _quantify(node, field, within.get(family, ()), join)
        for family, node in by_family(root)
    ]
    return diagram.merge(diagram.FAMILY, FAMILIES, children)


def ports(root: Node, field: Field, within: Intervals, join: Join) -> Node:
    """Quantify a port field of the protocols that have ports; leave the others."""
    children = [
        _ports_of_family(node, field, within, join) for _, node in by_family(root)
    ]
    return diagram.merge(diagram.FAMILY, FAMILIES, children)


def _ports_of_family(node: Node, field: Field, within: Intervals, join: Join) -> Node:
    bounds: list[int] = []
    children: list[Node] = []
    for protocols, child in edges(node, PROTOCOL, MAX_PROTOCOL):
        for (_, end), kind in split_by_kind(protocols):
            bounds.append(end)
            children.append(
                _quantify(child, field, within, join) if kind is Kind.PORTS else child
            )
    return diagram.merge(PROTOCOL, bounds, children)


def _quantify(node: Node, field: Field, within: Intervals, join: Join) -> Node:
    """Quantify a field in a diagram that lies in one domain of that field.

    Complexity: each node above the field once; at the field, one join for each
        edge that meets `within`.
    """
    if not within:
        return EMPTY
    seen: dict[Node, Node] = {}

    def visit(at: Node) -> Node:
        if at.level > field:
            return at
        if at not in seen:
            seen[at] = (
                reduce(join, _met(at, within))
                if at.level == field
                else diagram.merge(
                    at.level, at.bounds, [visit(child) for child in at.children]
                )
            )
        return seen[at]

    return visit(node)


def _met(node: Node, within: Intervals) -> list[Node]:
    """Return the distinct children that the intervals lead to."""
    met: dict[Node, None] = {}
    for first, last in within:
        start = bisect_left(node.bounds, first)
        end = bisect_left(node.bounds, last, start)
        met.update(dict.fromkeys(node.children[start : end + 1]))
    return list(met)
