"""Protocols and ports of a rule, as sets of headers: surely matched, and possibly."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.tags import Extent
from seawall.engine.path.ground.verdicts import EVERYTHING, NOTHING
from seawall.flowspace import FlowSet, Interval
from seawall.model.packet import LAST_PORT, WITH_PORTS, PortRange

UNREADABLE_PROTOCOL = -1
"""How the model writes a protocol that could not be read."""

KEPT = 4096
"""So many sets of headers of rules are kept, those that were asked for last."""

OVER_IPV6 = FlowSet.box(families=(6,))

_WHOLE = ((0, LAST_PORT),)
_LAST_PROTOCOL = 255

ByFamily = Mapping[int, Sequence[Interval]]


class Match(NamedTuple):
    """The headers of a rule.

    Attributes:
        sure: Surely matched.
        possible: Surely or possibly matched; holds *sure*.
    """

    sure: FlowSet
    possible: FlowSet

    def within(self, sources: Extent, destinations: Extent) -> "Match":
        """Narrow to packets between these addresses."""
        return Match(
            self.sure & _between(sources.sure, destinations.sure),
            self.possible & _between(sources.possible, destinations.possible),
        )


def between(sources: ByFamily, destinations: ByFamily) -> FlowSet:
    """Return every header from these sources to these destinations."""
    return FlowSet.box(sources=sources, destinations=destinations)


@lru_cache(maxsize=KEPT)
def _between(sources: Space, destinations: Space) -> FlowSet:
    """Return what `between` does; rules of one list name few places, over and over."""
    return between(sources.intervals, destinations.intervals)


def services(
    protocols: Sequence[int] | None,
    source_ports: Sequence[PortRange] | None,
    destination_ports: Sequence[PortRange] | None,
) -> Match:
    """Return what a rule with these protocols and ports matches, whoever talks.

    Args:
        protocols: Numbers; None is every protocol.
        source_ports: It matches any of them; None could not be read.
        destination_ports: Likewise.

    Source:
        Azure docs, network-security-groups-overview: `*` is every protocol. Whether a
        rule that lists ports matches protocols without ports is not documented.
    """
    return _services(
        None if protocols is None else tuple(protocols),
        None if source_ports is None else tuple(source_ports),
        None if destination_ports is None else tuple(destination_ports),
    )


@lru_cache(maxsize=KEPT)
def _services(
    protocols: tuple[int, ...] | None,
    source_ports: tuple[PortRange, ...] | None,
    destination_ports: tuple[PortRange, ...] | None,
) -> Match:
    readable = source_ports is not None and destination_ports is not None
    from_ports = _ports(source_ports)
    to_ports = _ports(destination_ports)
    kinds = _kinds(protocols)
    if not kinds.sure:
        readable = False
    if from_ports == _WHOLE and to_ports == _WHOLE:
        possible = FlowSet.box(protocols=kinds.possible)
        sure = FlowSet.box(protocols=kinds.sure) if readable else NOTHING
        return Match(sure, possible)
    ported = FlowSet.box(source_ports=from_ports, destination_ports=to_ports)
    portless = EVERYTHING - FlowSet.box(source_ports=_WHOLE)
    if not from_ports or not to_ports:
        portless = NOTHING
    possible = FlowSet.box(protocols=kinds.possible) & (ported | portless)
    sure = FlowSet.box(protocols=kinds.sure) & ported if readable else NOTHING
    return Match(sure, possible)


class _Kinds(NamedTuple):
    sure: tuple[Interval, ...]
    possible: tuple[Interval, ...]


def _kinds(protocols: Sequence[int] | None) -> _Kinds:
    everything = ((0, _LAST_PROTOCOL),)
    if protocols is None:
        return _Kinds(everything, everything)
    sure = tuple(
        (each, each) for each in sorted(set(protocols)) if each != UNREADABLE_PROTOCOL
    )
    if UNREADABLE_PROTOCOL in protocols:
        return _Kinds(sure, everything)
    return _Kinds(sure, sure)


def _ports(ports: Sequence[PortRange] | None) -> tuple[Interval, ...]:
    if ports is None:
        return _WHOLE
    out: list[Interval] = []
    for item in sorted(ports):
        if out and item.first <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(out[-1][1], item.last))
        else:
            out.append((item.first, item.last))
    return tuple(out)


def is_whole(ports: Sequence[PortRange]) -> bool:
    """Say whether port ranges together are every port."""
    return _ports(ports) == _WHOLE


PORTED = FlowSet.box(protocols=tuple((each, each) for each in sorted(WITH_PORTS)))
TCP_UDP = FlowSet.box(protocols=((6, 6), (17, 17)))
TCP = FlowSet.box(protocols=((6, 6),))
ICMP = FlowSet.box(protocols=((1, 1), (58, 58)))


def port(*numbers: int) -> FlowSet:
    """Return every header to one of these destination ports."""
    return FlowSet.box(destination_ports=tuple((each, each) for each in numbers))
