"""One header out of a set, chosen so that a person finds it natural."""

from collections.abc import Iterable, Sequence
from functools import cache
from ipaddress import ip_address
from typing import Final

from seawall.flowspace import build, diagram
from seawall.flowspace.build import IntervalsByFamily
from seawall.flowspace.diagram import EMPTY, Node
from seawall.flowspace.header import (
    ICMP,
    ICMP6,
    MAX_ADDRESS,
    MAX_PORT,
    SCTP,
    TCP,
    UDP,
    Field,
    Header,
    max_tail,
)
from seawall.flowspace.intervals import Interval
from seawall.flowspace.paths import edges, slices

_PORTS: Final = (443, 80, 53, 8080, 22)
_FIRST_EPHEMERAL: Final = 49152
_ECHO_REQUEST: Final = 8
_ECHO_REQUEST6: Final = 128

# RFC 5737 and RFC 3849 keep these for documentation: nobody mistakes them for a host
# of their own, and they stand for "any address" where any address will do.
_SOMEONE: Final = ("198.51.100.10", "2001:db8::10")
_SOMEWHERE: Final = ("203.0.113.10", "2001:db8::20")


def pick(root: Node, prefer: Sequence[Node]) -> Header | None:
    """Return a header of the set within as many preferences as can be had.

    Args:
        root: The set.
        prefer: The most important first; each that leaves something is kept to,
            and after them the taste of the house.
    """
    if root is EMPTY:
        return None
    left = root
    for wanted in (*prefer, *_taste()):
        narrowed = diagram.conjoin(left, wanted)
        if narrowed is not EMPTY:
            left = narrowed
    return _lowest(left)


def _lowest(root: Node) -> Header:
    """Return the header found by always going to the first values that lead on."""
    family, (protocol, _), kind, node = next(slices(root))
    limit = MAX_ADDRESS[family]
    (first, last), node = _first_edge(node, Field.DESTINATION, limit)
    destination = _host(first, last)
    (first, last), node = _first_edge(node, Field.SOURCE, limit)
    source = _host(first, last)
    limit = max_tail(kind)
    (destination_port, _), node = _first_edge(node, Field.DESTINATION_PORT, limit)
    (source_port, _), node = _first_edge(node, Field.SOURCE_PORT, limit)
    return Header(family, protocol, source, destination, source_port, destination_port)


def _first_edge(node: Node, level: int, limit: int) -> tuple[Interval, Node]:
    return next(
        (interval, child)
        for interval, child in edges(node, level, limit)
        if child is not EMPTY
    )


def _host(first: int, last: int) -> int:
    # The first address of a block names the network and is no host's.
    return first + 1 if last - first > 1 else first


@cache
def _taste() -> tuple[Node, ...]:
    """Return what the house prefers, the most important first."""
    return (
        *(_one(protocol) for protocol in (TCP, UDP, ICMP, ICMP6, SCTP)),
        _box(families=(4,)),
        *(_tail(destination_ports=[(port, port)]) for port in _PORTS),
        _tail(source_ports=[(_FIRST_EPHEMERAL, MAX_PORT)]),
        _tail(icmp_types=[(_ECHO_REQUEST, _ECHO_REQUEST)]),
        _tail(icmp_types=[(_ECHO_REQUEST6, _ECHO_REQUEST6)]),
        _box(sources=_points(_SOMEONE)),
        _box(destinations=_points(_SOMEWHERE)),
    )


def _one(protocol: int) -> Node:
    return _box(protocols=[(protocol, protocol)])


def _points(addresses: Iterable[str]) -> dict[int, list[Interval]]:
    parsed = [ip_address(address) for address in addresses]
    return {each.version: [(int(each), int(each))] for each in parsed}


def _tail(
    *,
    source_ports: Sequence[Interval] | None = None,
    destination_ports: Sequence[Interval] | None = None,
    icmp_types: Sequence[Interval] | None = None,
) -> Node:
    return _box(
        behind=build.tails(
            source_ports=source_ports,
            destination_ports=destination_ports,
            icmp_types=icmp_types,
            icmp_codes=None,
        )
    )


def _box(
    *,
    families: Sequence[int] = (4, 6),
    protocols: Sequence[Interval] | None = None,
    sources: IntervalsByFamily | None = None,
    destinations: IntervalsByFamily | None = None,
    behind: build.Tails = build.ANYTHING,
) -> Node:
    return build.product(
        families=families,
        protocols=protocols,
        sources=sources,
        destinations=destinations,
        behind=behind,
    )
