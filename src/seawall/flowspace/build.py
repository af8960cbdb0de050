"""Boxes, the products of one list of intervals a field, straight to diagrams."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from seawall.flowspace import diagram
from seawall.flowspace.diagram import EMPTY, FULL, Node
from seawall.flowspace.header import (
    FAMILIES,
    MAX_ADDRESS,
    MAX_ICMP,
    MAX_PORT,
    MAX_PROTOCOL,
    Kind,
    split_by_kind,
)
from seawall.flowspace.intervals import Interval, Intervals, canonical

IntervalsByFamily = Mapping[int, Sequence[Interval]]


class Tails(NamedTuple):
    """What is asked behind the addresses, for each kind of protocol."""

    bare: Node
    ports: Node
    icmp: Node

    def of(self, kind: Kind) -> Node:
        """Return the diagram below the addresses for one kind of protocol."""
        return self[kind]


ANYTHING = Tails(FULL, FULL, FULL)
"""Nothing asked behind the addresses."""


def choose(level: int, limit: int, chosen: Intervals, inside: Node) -> Node:
    """Return the node that leads from the chosen intervals to `inside`, else nowhere.

    Args:
        level: The field asked for.
        limit: The largest value of the field.
        chosen: Canonical; may be empty.
        inside: Where the chosen values lead.
    """
    if inside is EMPTY or not chosen:
        return EMPTY
    bounds: list[int] = []
    children: list[Node] = []
    for first, last in chosen:
        if first > 0:
            bounds.append(first - 1)
            children.append(EMPTY)
        bounds.append(last)
        children.append(inside)
    if bounds[-1] < limit:
        bounds.append(limit)
        children.append(EMPTY)
    return diagram.make(level, bounds, children)


def tails(
    *,
    source_ports: Sequence[Interval] | None,
    destination_ports: Sequence[Interval] | None,
    icmp_types: Sequence[Interval] | None,
    icmp_codes: Sequence[Interval] | None,
) -> Tails:
    """Return what the port and ICMP constraints leave of each kind of protocol.

    A constraint on a field excludes every protocol that does not have the field.
    """
    wants_ports = source_ports is not None or destination_ports is not None
    wants_icmp = icmp_types is not None or icmp_codes is not None
    ports = _tail(MAX_PORT, source_ports, destination_ports)
    icmp = _tail(MAX_ICMP, icmp_types, icmp_codes)
    return Tails(
        bare=EMPTY if wants_ports or wants_icmp else FULL,
        ports=EMPTY if wants_icmp else ports,
        icmp=EMPTY if wants_ports else icmp,
    )


def product(
    *,
    families: Sequence[int],
    protocols: Sequence[Interval] | None,
    sources: IntervalsByFamily | None,
    destinations: IntervalsByFamily | None,
    behind: Tails,
) -> Node:
    """Return the diagram of a product of constraints; None means unconstrained.

    Raises:
        ValueError: A family is neither 4 nor 6, or an interval leaves its field.

    Complexity: linear in the number of intervals after sorting them.
    """
    _refuse_others(families)
    starts, ends = _canonical_or_any(sources), _canonical_or_any(destinations)
    chosen = (
        ((0, MAX_PROTOCOL),)
        if protocols is None
        else canonical(protocols, MAX_PROTOCOL)
    )
    children: list[Node] = []
    for family in FAMILIES:
        if family not in families:
            children.append(EMPTY)
            continue
        limit = MAX_ADDRESS[family]
        source, destination = _of(starts, family), _of(ends, family)
        if source == () or destination == ():
            children.append(EMPTY)
            continue
        below = []
        for tail in behind:
            node = _choose_or_any(diagram.SOURCE, limit, source, tail)
            node = _choose_or_any(diagram.DESTINATION, limit, destination, node)
            below.append(node)
        children.append(_protocols(chosen, Tails(*below)))
    return diagram.merge(diagram.FAMILY, FAMILIES, children)


def by_family(addresses: IntervalsByFamily) -> dict[int, Intervals]:
    """Return the same addresses as canonical intervals.

    Raises:
        ValueError: A family is neither 4 nor 6, or an interval leaves its family.
    """
    _refuse_others(addresses)
    return {
        family: canonical(intervals, MAX_ADDRESS[family])
        for family, intervals in addresses.items()
    }


def _refuse_others(families: Iterable[int]) -> None:
    for family in families:
        if family not in FAMILIES:
            raise ValueError(f"address family {family} is neither 4 nor 6")


def _canonical_or_any(
    addresses: IntervalsByFamily | None,
) -> dict[int, Intervals] | None:
    return None if addresses is None else by_family(addresses)


def _of(addresses: dict[int, Intervals] | None, family: int) -> Intervals | None:
    return None if addresses is None else addresses.get(family, ())


def _choose_or_any(
    level: int, limit: int, allowed: Intervals | None, inside: Node
) -> Node:
    return inside if allowed is None else choose(level, limit, allowed, inside)


def _tail(
    limit: int,
    source: Sequence[Interval] | None,
    destination: Sequence[Interval] | None,
) -> Node:
    node = FULL
    for level, allowed in (
        (diagram.SOURCE_PORT, source),
        (diagram.DESTINATION_PORT, destination),
    ):
        if allowed is not None:
            node = choose(level, limit, canonical(allowed, limit), node)
    return node


def _protocols(chosen: Intervals, below: Tails) -> Node:
    bounds, kinds = _protocol_runs(chosen)
    children = [EMPTY if kind is None else below[kind] for kind in kinds]
    return diagram.merge(diagram.PROTOCOL, bounds, children)


@lru_cache(maxsize=512)
def _protocol_runs(
    chosen: Intervals,
) -> tuple[tuple[int, ...], tuple[Kind | None, ...]]:
    """Return where runs of protocols end, and the kind of each; None if not chosen.

    Few sets of protocols occur in an input, and each very often.
    """
    bounds: list[int] = []
    kinds: list[Kind | None] = []
    start = 0
    for first, last in chosen:
        if first > start:
            bounds.append(first - 1)
            kinds.append(None)
        for (_, end), kind in split_by_kind((first, last)):
            bounds.append(end)
            kinds.append(kind)
        start = last + 1
    if start <= MAX_PROTOCOL:
        bounds.append(MAX_PROTOCOL)
        kinds.append(None)
    return tuple(bounds), tuple(kinds)
