"""What changes between two answers about packets, cut into services and addresses."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from seawall.flowspace import AddressField, FlowSet
from seawall.model.trace import Verdict
from seawall.query.difference.change import Turn, spoken
from seawall.query.reach.cells import Passing, Ranges, by_service, cells
from seawall.query.services import services_of

_NONE = FlowSet.empty()


class Piece(NamedTuple):
    """Services, and addresses where they count, that change in one way.

    Attributes:
        ranges: The addresses; None where they do not count.
        turn: What happens.
    """

    ranges: Ranges | None
    turn: Turn


def pieces(
    before: Passing | None,
    after: Passing | None,
    asked: FlowSet,
    field: AddressField | None,
) -> Iterator[Piece]:
    """Yield what changes.

    Args:
        before: What passes on the left; None if an end is not there.
        after: Likewise on the right.
        asked: The headers that both sides were asked about.
        field: At which end addresses count; None if at neither.
    """
    news = _split(after, asked)
    for was, old in _split(before, asked).items():
        for now, new in news.items():
            if was is now or {was, now} <= {None, Verdict.DENIED}:
                continue
            both = old & new
            if both:
                yield from _cut(both, was, now, field)


def unknown_on_both(before: Passing, after: Passing, asked: FlowSet) -> bool:
    """Whether something is not known on either side."""
    return bool(before.unknown & after.unknown & asked)


def _split(found: Passing | None, asked: FlowSet) -> dict[Verdict | None, FlowSet]:
    if found is None:
        return {None: asked}
    parts: dict[Verdict | None, FlowSet] = {
        Verdict.ALLOWED: found.allowed & asked,
        Verdict.UNKNOWN: found.unknown & asked,
        Verdict.DENIED: asked - found.allowed - found.unknown,
    }
    return {verdict: flows for verdict, flows in parts.items() if flows}


def _cut(
    flows: FlowSet,
    was: Verdict | None,
    now: Verdict | None,
    field: AddressField | None,
) -> Iterator[Piece]:
    whole = Passing(flows, _NONE)
    if field is None:
        yield from _piece(None, by_service(whole).allowed, was, now)
        return
    for ranges, part in cells(whole, field):
        yield from _piece(ranges, part.allowed, was, now)


def _piece(
    ranges: Ranges | None, flows: FlowSet, was: Verdict | None, now: Verdict | None
) -> Iterator[Piece]:
    services = spoken(services_of(flows))
    if services:
        yield Piece(ranges, Turn(services, was, now, partial(_itself, flows)))


def _itself(flows: FlowSet) -> FlowSet:
    return flows
