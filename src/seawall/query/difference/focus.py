"""Which pairs two answers can differ in, found by comparing whole rows.

What one workload may send to another is what the egress row of the one and the ingress
row of the other grant. Where both rows say the same on both sides, so does the pair.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from seawall.engine.policy.answers.common_atoms import common_parts
from seawall.engine.policy.edits.rectangle import Turned
from seawall.engine.policy.edits.rectangle import turned as cells_turned
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.engine.policy.rows.row import Term
from seawall.model.address import AddressRange
from seawall.model.policy import Direction
from seawall.query.difference.classes import Classes
from seawall.query.difference.layout import AT_ONCE, Answered, Layout
from seawall.query.difference.side import Name, Side
from seawall.query.reach.policy import ALL

_FEW_FIRST = 4
"""Of so many that stay it is asked first whether they say enough."""


class Turning(NamedTuple):
    """Workloads among which answers differ in the same way.

    Attributes:
        before: The raw answer on the left; None if an end is not there.
        after: The raw answer on the right.
        sources: The numbers of those that send.
        destinations: The numbers of those that receive: each from every source but
            itself.
    """

    before: int | None
    after: int | None
    sources: int
    destinations: int


_Turns = dict[tuple[int | None, int | None, int], int]
"""Some classes, by the answers before and after that they have with others."""


class Focus:
    """The pairs in which the sides differ, of workloads that are in one unit each.

    Attributes:
        odd: Names of the other workloads, which have to be compared with everyone.

    Complexity: distinct rows, in columns; then, for each class that changed, the
    distinct answers of those that others say of it; and what differs.
    """

    def __init__(
        self,
        left: Side,
        right: Side,
        numbers: Mapping[Name, int],
        asked: tuple[frozenset[int], frozenset[int]],
    ) -> None:
        """Find what changed.

        Args:
            left: One answer.
            right: The other.
            numbers: A number for each workload of both, ascending.
            asked: The numbers of those asked about as sources, and as destinations.
        """
        self._sides = left, right
        classes = self._classes = Classes.of(self._sides, numbers, asked)
        self.odd = classes.odd
        services = (side.result.table.services for side in self._sides)
        self._layouts = tuple(
            Layout(side, units, classes.steady, parts)
            for side, units, parts in zip(
                self._sides, classes.units, common_parts(*services), strict=True
            )
        )
        self._askers, self._targets = classes.those(0), classes.those(1)
        self._turned: dict[tuple[int, int], tuple[Turned, ...]] = {}
        self._ranges: dict[int, tuple[AddressRange, ...]] = {}

    def _changed(self, direction: Direction) -> int:
        """Return the classes of which rows say something else, or may."""
        before, after = self._layouts
        still = set_of(
            [
                at
                for at in indices(self._classes.steady)
                if before.signature(at, direction) == after.signature(at, direction)
            ]
        )
        return (self._askers | self._targets) & ~still

    @cached_property
    def _changed_sources(self) -> int:
        return self._changed(Direction.EGRESS) & self._askers

    @cached_property
    def _changed_targets(self) -> int:
        return self._changed(Direction.INGRESS) & self._targets

    @cached_property
    def turns(self) -> tuple[Turning, ...]:
        """Everything that differs between workloads; no pair is in two."""
        outward, inward = Direction.EGRESS, Direction.INGRESS
        sources, targets = self._changed_sources, self._changed_targets
        senders, takers = self._askers & ~sources, self._targets & ~targets
        steady = self._classes.steady if self._one_layout else 0
        sent = [
            self._turned_rows(sources & steady, outward, takers),
            self._compared(sources & ~steady, outward, takers),
            self._compared(sources, outward, targets),
        ]
        taken = [
            self._turned_rows(targets & steady, inward, senders),
            self._compared(targets & ~steady, inward, senders),
        ]
        found = [
            (before, after, near, far)
            for each in sent
            for (before, after, far), near in each.items()
        ]
        found += [
            (before, after, far, near)
            for each in taken
            for (before, after, far), near in each.items()
        ]
        known: dict[int, int] = {}
        for *_, one, other in found:
            for held in (one, other):
                if held not in known:
                    known[held] = self._classes.numbers(held)
        return tuple(
            Turning(before, after, known[one], known[other])
            for before, after, one, other in found
        )

    def _turned_rows(self, near: int, direction: Direction, far: int) -> _Turns:
        """Return what `_compared` does, where only the rows of *near* changed.

        Args:
            near: Steady classes.
            direction: EGRESS if they send, INGRESS if they receive.
            far: Others, of which rows say the same on both sides.
        """
        left, right = self._layouts
        family = self._sides[0].result.table.index.columns.families[0]
        found: _Turns = {}
        asked = indices(near)
        for first in range(0, len(asked), AT_ONCE):
            some = asked[first : first + AT_ONCE]
            turned = {
                at: [
                    (before, after, held & far)
                    for before, after, held in cells_turned(
                        left.cells(at, direction), right.cells(at, direction)
                    )
                    if before != after and held & far
                ]
                for at in some
            }
            some = [at for at in some if turned[at]]
            facing = left.facing(some, direction, far, family)
            for at in some:
                mine = 1 << at
                others = ~mine if self._classes.alone(at) else -1
                for (was, now), met in _met(turned[at], facing[at]).items():
                    held = met & others
                    if held:
                        found[was, now, held] = found.get((was, now, held), 0) | mine
        return found

    def _compared(self, near: int, direction: Direction, far: int) -> _Turns:
        """Return what differs between some classes and others.

        Args:
            near: The ones.
            direction: EGRESS if they send, INGRESS if they receive.
            far: The others.

        Returns:
            The near classes by two answers and the far classes that they have in turn.
        """
        found: _Turns = {}
        for at, was, now, held in self._pairs(indices(near), direction, far):
            if not self._says_the_same(was, now):
                found[was, now, held] = found.get((was, now, held), 0) | 1 << at
        return found

    def _pairs(
        self, near: Sequence[int], direction: Direction, far: int
    ) -> Iterator[tuple[int, int | None, int | None, int]]:
        """Yield answers of near classes, left and right, and the far that have them."""
        if not far:
            return
        before, after = (each.answers(near, direction, far) for each in self._layouts)
        for at, old, new in zip(near, before, after, strict=True):
            others = far & ~(1 << at) if self._classes.alone(at) else far
            for was, now, held in self._crossed(old, new, others):
                yield at, was, now, held

    def answers(self) -> Iterator[tuple[int | None, int | None]]:
        """Yield the pairs of answers of all classes, some twice.

        Those of which no row changed come first.

        Complexity: that of a few sources at first, more and more as they are asked for.
        """
        changed = self._changed_sources
        sources = [*indices(self._askers & ~changed), *indices(changed)]
        first, count = 0, _FEW_FIRST
        while first < len(sources):
            some = sources[first : first + count]
            first, count = first + count, 4 * count
            for _, was, now, _ in self._pairs(some, Direction.EGRESS, self._targets):
                yield was, now

    def _crossed(
        self, befores: Answered, afters: Answered, asked: int
    ) -> Iterator[tuple[int | None, int | None, int]]:
        """Yield the answers that some of the classes asked have, left and right."""
        rest = asked
        if self._cut_alike:
            for answer, held in befores.items():
                both = held & afters.get(answer, 0) & rest
                if both:
                    yield answer, answer, both
                    rest ^= both
        for before, held in befores.items() if rest else ():
            left = held & rest
            for after, others in afters.items() if left else ():
                both = left & others
                if both:
                    yield before, after, both
                    left ^= both
                    if not left:
                        break

    def _says_the_same(self, before: int | None, after: int | None) -> bool:
        if before is None or after is None or self._cut_alike:
            return before == after
        left, right = self._layouts
        return left.token(before) == right.token(after)

    @cached_property
    def _cut_alike(self) -> bool:
        """Whether both sides cut services alike."""
        one, two = (side.result.table.services for side in self._sides)
        return one.atoms == two.atoms

    @cached_property
    def _one_layout(self) -> bool:
        """Whether what rows say on both sides is the same number where it is equal."""
        one, two = (side.result.mask for side in self._sides)
        plain = all(each.has_one_family for each in self._layouts)
        return self._cut_alike and plain and one == two

    def turned_outside(
        self, name: Name, direction: Direction
    ) -> tuple[Turned, ...] | None:
        """Return the answers for addresses, left and right, by sets of address classes.

        Classes for which both are nothing are left out. None if that takes a look at
        the addresses.
        """
        if not self._one_ground:
            return None
        left, right = (side.outside_cells(name, direction) for side in self._sides)
        if left is None or right is None:
            return None
        key = id(left), id(right)  # Sides keep them, and equal ones once.
        found = self._turned.get(key)
        if found is None:
            found = self._turned[key] = tuple(cells_turned(left, right))
        return found

    def ranges(self, classes: int) -> tuple[AddressRange, ...]:
        """Return the addresses of some classes of `turned_outside`."""
        found = self._ranges.get(classes)
        if found is None:
            addresses = self._sides[0].result.table.index.addresses
            found = self._ranges[classes] = addresses.ranges(classes)
        return found

    @cached_property
    def _one_ground(self) -> bool:
        """Whether both sides are asked all, and cut services and addresses alike."""
        left, right = (side.result for side in self._sides)
        one, two = left.table, right.table
        return (
            left.narrowing == right.narrowing == ALL
            and one.services.atoms == two.services.atoms
            and one.index.addresses.classes == two.index.addresses.classes
        )


def _met(
    turned: Iterable[Turned], facing: Iterable[Term]
) -> dict[tuple[int, int], int]:
    """Return what both ends say: the answers before and after, and for whom."""
    found: dict[tuple[int, int], int] = {}
    others = list(facing)
    for before, after, held in turned:
        for answer, ends in others:
            was, now = before & answer, after & answer
            if was != now:
                both = held & ends
                if both:
                    found[was, now] = found.get((was, now), 0) | both
    return found
