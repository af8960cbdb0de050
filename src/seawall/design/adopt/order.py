"""The order of steps: between any two of them what is needed still holds.

States are searched, the least harm first: a step that breaks a need which held, or a
rule that AKS keeps, comes only where there is no other way, and says so.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seawall.design.adopt.answer import Operation, Step
from seawall.design.adopt.operations import operations
from seawall.design.choose.asked import Asked
from seawall.design.options import Option

_HARM = 1_000
"""What one broken need or rule weighs against steps: more than any number of steps."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What does not hold in a state."""

    needs: frozenset[str]
    rules: frozenset[str]


def steps(
    asked: Asked, start: Mapping[str, Option], goal: Mapping[str, Option]
) -> tuple[Step, ...] | None:
    """Return the steps from a state to another, or None if there is no way in place.

    Args:
        asked: The rules and needs that are kept in between.
        start: The option of every decision that stands.
        goal: The option of every decision that is wanted.
    """
    names = tuple(start)
    first = tuple(start[name] for name in names)
    last = tuple(goal[name] for name in names)
    counter = 0
    waiting: list[_Waiting] = [(0, 0, (), counter, first, ())]
    seen: set[tuple[Option, ...]] = set()
    while waiting:
        harm, count, ranks, _, state, done = heapq.heappop(waiting)
        if state == last:
            return tuple(_told(asked, dict(zip(names, first, strict=True)), done))
        if state in seen:
            continue
        seen.add(state)
        here = dict(zip(names, state, strict=True))
        lost = _lost(asked, here)
        for rank, operation in enumerate(operations(here, goal)):
            there = {**here, **operation.sets}
            now = _lost(asked, there)
            more = harm + _HARM * (
                len(now.needs - lost.needs) + len(now.rules - lost.rules)
            )
            counter += 1
            reached = tuple(there[name] for name in names)
            item = (
                more,
                count + 1,
                (*ranks, rank),
                counter,
                reached,
                (*done, operation),
            )
            heapq.heappush(waiting, item)
    return None


_Waiting = tuple[
    int, int, tuple[int, ...], int, tuple[Option, ...], tuple[Operation, ...]
]


def _lost(asked: Asked, state: Mapping[str, Option]) -> _Held:
    chosen = frozenset(state.values())
    return _Held(
        frozenset(
            path
            for path in asked.demands
            if not all(clause.holds(chosen) for clause in asked.clauses(path))
        ),
        frozenset(
            rule.code
            for rule in asked.rules
            if rule.code.startswith("AKS")
            and not all(clause.holds(chosen) for clause in rule.clauses)
        ),
    )


def _told(
    asked: Asked, start: Mapping[str, Option], done: tuple[Operation, ...]
) -> Iterator[Step]:
    state = dict(start)
    for each in done:
        before = _lost(asked, state)
        state.update(each.sets)
        after = _lost(asked, state)
        yield Step(
            each.does,
            each.change,
            each.sets,
            each.source,
            tuple(path for path in asked.demands if path in after.needs - before.needs),
            tuple(sorted(after.rules - before.rules)),
            each.meanwhile,
        )
