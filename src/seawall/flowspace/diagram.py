"""Ordered decision diagrams over the header fields, shared so that equal is identical.

A node asks for one field. Its edges cut the whole domain of that field into
intervals; an edge is an upper bound and a child. Levels, from the root: family,
protocol, destination, source, then destination port (or ICMP code), then source
port (or ICMP type). Addresses stand above ports because security lists name many
addresses and few ports; the protocol stands above both, so that below it every
path knows which fields its headers have.

INVARIANT: `make` establishes all of these, and nothing else creates inner nodes.
    - Children of neighbouring edges differ, and no node has a single edge. A field
      that does not matter is skipped.
    - A node with given level, bounds and children exists at most once while it is
      alive. So two diagrams mean the same set exactly if they are the same object.
    - Address nodes lie below a family edge, and port nodes below the edge of one
      protocol. So the domain of a skipped field is always known from the path.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple
from weakref import WeakValueDictionary

FAMILY: Final = 0
PROTOCOL: Final = 1
DESTINATION: Final = 2
SOURCE: Final = 3
DESTINATION_PORT: Final = 4
SOURCE_PORT: Final = 5
_TERMINAL: Final = 6

_CACHE_LIMIT: Final = 1 << 19
"""Remembered results per operation; beyond it all are forgotten, none is wrong."""


class Node:
    """One question of a diagram, or one of the two answers `EMPTY` and `FULL`.

    Compared and hashed by identity.
    """

    __slots__ = ("__weakref__", "bounds", "children", "level")

    def __init__(
        self, level: int, bounds: tuple[int, ...], children: "tuple[Node, ...]"
    ) -> None:
        self.level = level
        self.bounds = bounds
        self.children = children

    def __reduce__(self) -> "str | tuple[object, ...]":
        # Copies and pickles come back as the shared node.
        if self.level == _TERMINAL:
            return "FULL" if self is FULL else "EMPTY"
        return make, (self.level, self.bounds, self.children)


EMPTY: Final = Node(_TERMINAL, (), ())
FULL: Final = Node(_TERMINAL, (), ())

_Key = tuple[int, tuple[int, ...], tuple[Node, ...]]
_nodes: WeakValueDictionary[_Key, Node] = WeakValueDictionary()


def make(level: int, bounds: Sequence[int], children: Sequence[Node]) -> Node:
    """Return the shared node with these edges, or its child if only one remains.

    Args:
        level: The field asked for.
        bounds: Sorted upper bounds; the last is the limit of the field.
        children: One for each bound; those of neighbouring edges differ already.
    """
    if len(children) == 1:
        return children[0]
    key = (level, tuple(bounds), tuple(children))
    node = _nodes.get(key)
    if node is None:
        node = _nodes[key] = Node(*key)
    return node


def merge(level: int, bounds: Sequence[int], children: Sequence[Node]) -> Node:
    """Return the node with these edges after joining neighbours with one child."""
    kept_bounds: list[int] = []
    kept: list[Node] = []
    last: Node | None = None
    for bound, child in zip(bounds, children, strict=True):
        if child is last:
            kept_bounds[-1] = bound
        else:
            kept_bounds.append(bound)
            kept.append(child)
            last = child
    return make(level, kept_bounds, kept)


class _Rule(NamedTuple):
    """How one binary operation treats a child of its narrower operand."""

    apply: Callable[[Node, Node], Node]
    """From the children of the wider and of the narrower operand."""
    keep: Node | None
    """The narrower child beside which the wider operand stays as it is."""
    fixed: Node | None
    """The narrower child beside which the wider operand does not matter."""
    result: Node
    """The result beside `fixed`."""


def conjoin(a: Node, b: Node) -> Node:
    """Return what is in both."""
    if a is b or b is FULL or a is EMPTY:
        return a
    if a is FULL or b is EMPTY:
        return b
    key = (a, b) if id(a) < id(b) else (b, a)
    found = _conjoined.get(key)
    if found is None:
        found = _combine(_AND, a, b)
        _remember(_conjoined, key, found)
    return found


def unite(a: Node, b: Node) -> Node:
    """Return what is in either."""
    if a is b or b is EMPTY or a is FULL:
        return a
    if a is EMPTY or b is FULL:
        return b
    key = (a, b) if id(a) < id(b) else (b, a)
    found = _united.get(key)
    if found is None:
        found = _combine(_OR, a, b)
        _remember(_united, key, found)
    return found


def differ(a: Node, b: Node) -> Node:
    """Return what is in exactly one."""
    if a is b:
        return EMPTY
    if a is EMPTY:
        return b
    if b is EMPTY:
        return a
    if a is FULL:
        return negate(b)
    if b is FULL:
        return negate(a)
    key = (a, b) if id(a) < id(b) else (b, a)
    found = _differed.get(key)
    if found is None:
        found = _combine(_XOR, a, b)
        _remember(_differed, key, found)
    return found


def subtract(a: Node, b: Node) -> Node:
    """Return what is in the first and not in the second."""
    if a is b or a is EMPTY or b is FULL:
        return EMPTY
    if b is EMPTY:
        return a
    if a is FULL:
        return negate(b)
    key = (a, b)
    found = _subtracted.get(key)
    if found is None:
        if a.level > b.level or (a.level == b.level and len(a.bounds) < len(b.bounds)):
            found = _combine(_TAKEN_FROM, b, a)
        else:
            found = _combine(_MINUS, a, b)
        _remember(_subtracted, key, found)
    return found


def negate(a: Node) -> Node:
    """Return everything else. The shape stays; only the answers change places."""
    if a is EMPTY:
        return FULL
    if a is FULL:
        return EMPTY
    found = _negated.get(a)
    if found is None:
        found = make(a.level, a.bounds, [negate(child) for child in a.children])
        if len(_negated) >= _CACHE_LIMIT:
            _negated.clear()
        _negated[a] = found
    return found


def _combine(rule: _Rule, a: Node, b: Node) -> Node:
    apply = rule.apply
    if a.level < b.level:
        return merge(a.level, a.bounds, [apply(child, b) for child in a.children])
    if b.level < a.level:
        return merge(b.level, b.bounds, [apply(a, child) for child in b.children])
    if len(a.bounds) < len(b.bounds) and rule.keep is not None:
        a, b = b, a
    return _sweep(rule, a, b)


def _sweep(rule: _Rule, wide: Node, narrow: Node) -> Node:
    """Combine two nodes of one level.

    Complexity: the edges of `narrow` times the logarithm of those of `wide`, plus
        one application for each edge of `wide` beside a child that matters. The
        other edges are copied in slices: taking one rule from a long list must not
        visit the whole list.
    """
    apply, keep, fixed, result = rule
    wide_bounds, wide_children = wide.bounds, wide.children
    bounds: list[int] = []
    children: list[Node] = []
    last: Node | None = None
    start = 0
    for bound, other in zip(narrow.bounds, narrow.children, strict=True):
        end = bisect_left(wide_bounds, bound, start)
        if other is fixed:
            if last is result:
                bounds[-1] = bound
            else:
                bounds.append(bound)
                children.append(result)
                last = result
        elif other is keep:
            if wide_children[start] is last:
                bounds.pop()
                children.pop()
            bounds += wide_bounds[start:end]
            bounds.append(bound)
            children += wide_children[start : end + 1]
            last = children[-1]
        else:
            for index in range(start, end + 1):
                child = apply(wide_children[index], other)
                if child is last:
                    bounds[-1] = wide_bounds[index]
                else:
                    bounds.append(wide_bounds[index])
                    children.append(child)
                    last = child
            bounds[-1] = bound
        start = end + 1 if wide_bounds[end] == bound else end
    return make(wide.level, bounds, children)


def _taken_from(wide: Node, narrow: Node) -> Node:
    return subtract(narrow, wide)


_Pair = tuple[Node, Node]
_conjoined: dict[_Pair, Node] = {}
_united: dict[_Pair, Node] = {}
_differed: dict[_Pair, Node] = {}
_subtracted: dict[_Pair, Node] = {}
_negated: dict[Node, Node] = {}

_AND: Final = _Rule(conjoin, keep=FULL, fixed=EMPTY, result=EMPTY)
_OR: Final = _Rule(unite, keep=EMPTY, fixed=FULL, result=FULL)
_XOR: Final = _Rule(differ, keep=EMPTY, fixed=None, result=EMPTY)
_MINUS: Final = _Rule(subtract, keep=EMPTY, fixed=FULL, result=EMPTY)
_TAKEN_FROM: Final = _Rule(_taken_from, keep=None, fixed=EMPTY, result=EMPTY)


def _remember(cache: dict[_Pair, Node], key: _Pair, found: Node) -> None:
    if len(cache) >= _CACHE_LIMIT:
        cache.clear()
    cache[key] = found
