"""What changes between workloads, where the network has a say and where it has not."""

from collections.abc import Iterator
from functools import cached_property

from seawall.engine.policy.rows.bits import indices, set_of
from seawall.model.workload import Workload
from seawall.query.difference.answer import Difference
from seawall.query.difference.change import Change, ChangedEnd
from seawall.query.difference.gather import Gathering
from seawall.query.difference.network.rows import Row, pair_row
from seawall.query.difference.network.survey import Survey
from seawall.query.difference.side import Name, name_of
from seawall.query.reach.cells import Passing
from seawall.query.reach.network import Place

_Places = tuple[Place | None, Place | None]
_Passings = tuple[Passing | None, Passing | None]


class PairChanges:
    """The changes of the policy layer, and the pairs for which it does not speak."""

    def __init__(self, policy: Difference, left: Survey, right: Survey) -> None:
        self._policy, self._left, self._right = policy, left, right
        names = {**left.positions, **right.positions}
        self._numbers: dict[Name, int] = {name: at for at, name in enumerate(names)}
        self._names = list(names)
        self._members: dict[_Places, int] = {}
        for name, at in self._numbers.items():
            places = left.place(name), right.place(name)
            self._members[places] = self._members.get(places, 0) | 1 << at

    @cached_property
    def _closed(self) -> dict[_Places, int]:
        """For each place of a source, the workloads to which the network has a say."""
        found: dict[_Places, int] = {}
        for here in self._members:
            held = 0
            for there, members in self._members.items():
                if not self._is_open(here, there):
                    held |= members
            found[here] = held
        return found

    def _is_open(self, here: _Places, there: _Places) -> bool:
        return all(
            side.is_open(one, two)
            for side, one, two in zip(
                (self._left, self._right), here, there, strict=True
            )
            if one is not None and two is not None
        )

    def kept(self) -> Iterator[Change]:
        """Yield what the policy layer says of pairs for which it speaks alone."""
        gathering: Gathering[ChangedEnd] = Gathering()
        turns: list[Change] = []
        for change in self._policy.changes:
            ends = (*change.sources, *change.destinations)
            is_plain = all(isinstance(end, Workload) for end in ends)
            if is_plain and not any(self._closed.values()):
                yield change
                continue
            # Addresses and nodes may stand among the ends; the network decides there.
            self._gather(change, gathering, len(turns))
            turns.append(change)
        for item in gathering.groups():
            sources, targets = (
                sorted((gathering.ends[at] for at in indices(held)), key=_order)
                for held in (item.sources, item.destinations)
            )
            yield Change(tuple(sources), tuple(targets), turns[item.turn].turn)

    def _gather(
        self, change: Change, gathering: Gathering[ChangedEnd], turn: int
    ) -> None:
        targets = {
            self._numbers[name_of(end)]: gathering.number(name_of(end), end)
            for end in change.destinations
            if isinstance(end, Workload)
        }
        every = set_of(targets)
        for end in change.sources:
            if not isinstance(end, Workload):
                continue
            name = name_of(end)
            at = self._numbers[name]
            held = every & ~self._closed[self._places(name)] & ~(1 << at)
            if held:
                kept = set_of([targets[each] for each in indices(held)])
                gathering.add(gathering.number(name, end), kept, (turn,))

    def _places(self, name: Name) -> _Places:
        return self._left.place(name), self._right.place(name)

    def walked(self) -> Iterator[tuple[Name, Name, tuple[Row | None, Row | None]]]:
        """Yield the other pairs for which something else passes on either side."""
        sides = self._left, self._right
        for source, target, found in self.passings():
            if found[0] != found[1]:
                one, two = (
                    None if known is None else pair_row(side, source, target, known)
                    for side, known in zip(sides, found, strict=True)
                )
                yield source, target, (one, two)

    def passings(self) -> Iterator[tuple[Name, Name, _Passings]]:
        """Yield the other pairs, each with what passes; None if an end is not there.

        Complexity: those pairs, each answered once for each pair of places and each
        answer of the policy layer.
        """
        sides = self._left, self._right
        for here, members in self._members.items():
            held = self._closed[here]
            for at in indices(members) if held else ():
                source = self._names[at]
                answers = [_answers(side, source) for side in sides]
                for other in indices(held & ~(1 << at)):
                    target = self._names[other]
                    one, two = (
                        _passing(side, source, target, found)
                        for side, found in zip(sides, answers, strict=True)
                    )
                    yield source, target, (one, two)


def _answers(side: Survey, source: Name) -> dict[int, int] | None:
    at = side.positions.get(source)
    return None if at is None else side.side.result.answers_from(at)


def _passing(
    side: Survey, source: Name, target: Name, answers: dict[int, int] | None
) -> Passing | None:
    at = side.positions.get(target)
    if answers is None or at is None:
        return None
    return side.between(source, target, answers.get(at, 0))


def _order(end: ChangedEnd) -> tuple[str, ...]:
    return (str(end),) if not isinstance(end, Workload) else name_of(end)[:3]
