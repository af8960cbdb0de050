"""The order of steps: between any two of them what is needed still holds.

States are searched, the least harm first: a step that breaks a need which held, or a
rule that AKS keeps, comes only where there is no other way, and says so. What packets
show is asked of what runs at each moment of a step, once the step is about to be taken.
"""

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from seawall.design.adopt.answer import Operation, Step
from seawall.design.adopt.operations import operations
from seawall.design.adopt.proving import Proving
from seawall.design.choose.asked import Asked
from seawall.design.options import Option

_HARM = 1_000
"""What one broken need or rule weighs against steps: more than any number of steps."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What does not hold in a state."""

    needs: frozenset[str]
    rules: frozenset[str]


@dataclass(frozen=True, slots=True, order=True)
class _Waiting:
    """A way so far; the least harm goes first, then the fewest and first operations.

    Attributes:
        harm: What its steps break.
        count: How many they are.
        ranks: The place of each among what could be done.
        number: Tells ways apart.
        state: Where it leads.
        done: Its operations.
        is_asked: Whether packets were asked about its last step.
    """

    harm: int
    count: int
    ranks: tuple[int, ...]
    number: int
    state: tuple[Option, ...] = field(compare=False)
    done: tuple[Operation, ...] = field(compare=False)
    is_asked: bool = field(default=False, compare=False)


def steps(
    asked: Asked,
    start: Mapping[str, Option],
    goal: Mapping[str, Option],
    proving: Proving | None = None,
) -> tuple[Step, ...] | None:
    """Return the steps from a state to another, or None if there is no way in place.

    Args:
        asked: The rules and needs that are kept in between.
        start: The option of every decision that stands.
        goal: The option of every decision that is wanted.
        proving: Asks about packets; None asks by rules alone.
    """
    names = tuple(start)
    last = tuple(goal[name] for name in names)
    numbers = count()
    first = tuple(start[name] for name in names)
    waiting = [_Waiting(0, 0, (), next(numbers), first, (), is_asked=True)]
    seen: set[tuple[Option, ...]] = set()
    while waiting:
        item = heapq.heappop(waiting)
        if item.state in seen:
            continue
        if not item.is_asked and proving is not None:
            before = _before(start, item.done)
            more = _HARM * proving.harm(before, item.done[-1])
            item = replace(item, is_asked=True, harm=item.harm + more)
            if more:
                heapq.heappush(waiting, item)
                continue
        if item.state == last:
            return tuple(_told(asked, start, item.done, proving))
        seen.add(item.state)
        for each in _next(asked, dict(zip(names, item.state, strict=True)), goal):
            rank, harm, operation, there = each
            heapq.heappush(
                waiting,
                _Waiting(
                    item.harm + harm,
                    item.count + 1,
                    (*item.ranks, rank),
                    next(numbers),
                    tuple(there[name] for name in names),
                    (*item.done, operation),
                ),
            )
    return None


def _before(
    start: Mapping[str, Option], done: tuple[Operation, ...]
) -> dict[str, Option]:
    """Return the state before the last of some operations."""
    state = dict(start)
    for each in done[:-1]:
        state.update(each.sets)
    return state


def _next(
    asked: Asked, here: Mapping[str, Option], goal: Mapping[str, Option]
) -> Iterator[tuple[int, int, Operation, dict[str, Option]]]:
    """Yield what can be done next: its place, what it breaks by rules, and to where."""
    lost = _lost(asked, here)
    for rank, operation in enumerate(operations(here, goal)):
        there = {**here, **operation.sets}
        now = _lost(asked, there)
        harm = len(now.needs - lost.needs) + len(now.rules - lost.rules)
        yield rank, _HARM * harm, operation, there


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
    asked: Asked,
    start: Mapping[str, Option],
    done: tuple[Operation, ...],
    proving: Proving | None,
) -> Iterator[Step]:
    state = dict(start)
    for each in done:
        proved = Step(each.does, each.change, each.sets, each.source)
        if proving is not None and proving.shows(state, each.sets):
            proved = proving.moments_of(state, each)
        before = _lost(asked, state)
        state.update(each.sets)
        after = _lost(asked, state)
        yield replace(
            proved,
            broken=tuple(
                path for path in asked.demands if path in after.needs - before.needs
            ),
            refused=tuple(sorted(after.rules - before.rules)),
            meanwhile=each.meanwhile,
        )
