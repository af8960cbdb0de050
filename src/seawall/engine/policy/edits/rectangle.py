"""What changes between two tables of one index, as rectangles of units and answers.

What a unit may send to another is what both its egress row and the other's ingress row
grant. So a row that changed is compared with itself, and what differs is met with the
rows of all far ends at once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from seawall.engine.policy.compile.compiled import Compiled
from seawall.engine.policy.rows.arena import base_of
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.engine.policy.rows.row import Row, Term, disjoint_union
from seawall.model.policy import Direction

FEW, CELLS_AT_ONCE = 512, 24
"""Up to so many far ends are asked one by one, more all at once. To ask one takes as
long as to read so many cells of all rows together."""

Turned = tuple[int, int, int]
"""An answer before, the answer after, and the units or columns where that holds."""

OTHER = {
    Direction.INGRESS: Direction.EGRESS,
    Direction.EGRESS: Direction.INGRESS,
}


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Units among which the same services change in the same way.

    Attributes:
        sources: The set of units that send.
        destinations: The set of units that receive.
        before: The answer for each pair before.
        after: The answer after; another one.
    """

    sources: int
    destinations: int
    before: int
    after: int


def turned(before: Iterable[Term], after: Iterable[Term]) -> Iterator[Turned]:
    """Yield what two lists of disjoint cells say, where one of them grants anything."""
    others = list(after)
    left = [columns for _, columns in others]
    for answer, columns in before:
        rest = columns
        for at, (other, other_columns) in enumerate(others):
            both = rest & other_columns
            if both:
                yield answer, other, both
                rest ^= both
                left[at] ^= both
                if not rest:
                    break
        if rest:
            yield answer, 0, rest
    for at, (other, _) in enumerate(others):
        if left[at]:
            yield 0, other, left[at]


class Comparison:
    """Two tables of one index whose rows differ for some units."""

    def __init__(
        self, before: Compiled, after: Compiled, touched: Mapping[Direction, int]
    ) -> None:
        """Take two tables.

        Args:
            before: The one.
            after: The other, with the same units, columns and services.
            touched: For each direction, the units whose rows may differ.
        """
        self._before, self._after = before, after
        columns, units = after.index.columns, after.index.units.units
        self._columns, self._units = columns, units
        self._width = 2 * after.index.services.width
        self.touched = {
            direction: set_of(
                unit
                for unit in indices(found)
                if before.rows[direction][unit] is not after.rows[direction][unit]
            )
            for direction, found in touched.items()
        }
        """For each direction, the units whose rows are other objects."""
        self._having = {4: columns.pods | columns.hosts}
        if len(columns.families) > 1:
            self._having = {
                family: set_of(
                    at for at, unit in enumerate(units) if family in unit.families
                )
                for family in columns.families
            }
        kinds: dict[tuple[int, ...], int] = {
            columns.families: columns.pods | columns.hosts
        }
        if len(columns.families) > 1:
            kinds = {}
            for at, unit in enumerate(units):
                kinds[unit.families] = kinds.get(unit.families, 0) | 1 << at
        self._kinds = list(kinds.items())
        self._faces, self._free = after.faces, after.compiler.open_row
        self._parts: dict[tuple[int, tuple[int, ...]], list[Term]] = {}

    def rectangles(self) -> list[Rectangle]:
        """Return what changes between pods, and between pods on the host network.

        No pair of units is in two of them. Pairs of one of each are in none: there it
        counts who runs on which node.

        Complexity: distinct rows; and for each group of units whose rows change alike,
        the distinct parts of rows that are about them.
        """
        touched = self.touched
        inward, outward = touched[Direction.INGRESS], touched[Direction.EGRESS]
        out = []
        for kind in (self._columns.pods, self._columns.hosts):
            changes = self._changes(Direction.INGRESS, inward & kind, kind)
            out += [Rectangle(far, near, a, b) for a, b, near, far in changes]
            rest = kind & ~inward
            changes = self._changes(Direction.EGRESS, outward & kind, rest)
            out += [Rectangle(near, far, a, b) for a, b, near, far in changes]
        return out

    def _changes(
        self, direction: Direction, near: int, far: int
    ) -> list[tuple[int, int, int, int]]:
        """Return what changes because rows of some units in one direction do.

        Args:
            direction: The direction.
            near: Units whose rows changed.
            far: The far ends to look at. What their rows in the other direction say
                may change too.

        Returns:
            Answers before and after, some of the near units, some of the far ones.
        """
        if not near:
            return []
        moving = far & self.touched[OTHER[direction]]
        # Sets of the near are counted from there, which keeps them short.
        base = base_of(near)
        groups: dict[tuple[Turned, ...], int] = {}
        concerned = 0
        for unit in indices(near):
            cells = self._turned(unit, direction, everywhere=bool(moving))
            groups[cells] = groups.get(cells, 0) | 1 << unit - base
        for cells in groups:
            for a, b, units in cells:
                concerned |= units if a != b else units & moving
        facing = self._facing(OTHER[direction], concerned & far, moving, near)
        found: dict[Turned, int] = {}
        for (before, after, hit), ends in self._met(groups, facing):
            key = (before, after, hit)
            found[key] = found.get(key, 0) | ends
        joined: dict[Turned, int] = {}
        for (before, after, hit), ends in found.items():
            key = (before, after, ends)
            joined[key] = joined.get(key, 0) | hit
        return [(a, b, hit << base, ends) for (a, b, ends), hit in joined.items()]

    def _met(
        self,
        groups: Mapping[tuple[Turned, ...], int],
        facing: Iterable[tuple[Turned, int]],
    ) -> Iterator[tuple[Turned, int]]:
        """Yield what both ends say: the turn at some near units, and the far ones."""
        listed = list(facing)
        one_family = len(self._columns.families) == 1
        for cells, members in groups.items():
            for (before, after, seen), ends in listed:
                hit = seen & members
                if not hit:
                    continue
                for a, b, units in cells:
                    both = units & ends
                    if both:
                        was, now = a & before, b & after
                        if not one_family:
                            was, now = self._folded(was), self._folded(now)
                        if was != now:
                            yield (was, now, hit), both

    def _facing(
        self, direction: Direction, far: int, moving: int, near: int
    ) -> list[tuple[Turned, int]]:
        """Return what rows of far ends say of *near*, and which ends say it.

        Sets of the near are counted from `base_of` them.
        """
        base = base_of(near)
        whole: list[tuple[Turned, int]] = []
        for families, having in self._kinds:
            ends = far & ~moving & having
            if ends:
                said = self._said(direction, families, near)
                cells = self._faces[direction].cells
                if ends.bit_count() <= max(FEW, cells // CELLS_AT_ONCE):
                    said = self._said_by(ends, direction, families, near)
                for term, members in said:
                    if members & ends:
                        whole.append(((term[0], *term), members & ends))
        moved: dict[Turned, int] = {}
        for unit in indices(far & moving):
            for before, after, held in self._turned(unit, direction, everywhere=True):
                if held & near:
                    turn = (before, after, (held & near) >> base)
                    moved[turn] = moved.get(turn, 0) | 1 << unit
        return [*whole, *moved.items()]

    def _said(
        self, direction: Direction, families: tuple[int, ...], near: int
    ) -> Iterator[tuple[Term, int]]:
        """Yield what rows say of some units, and all that have such a row.

        Args:
            direction: The direction.
            families: Those of the units that have the rows.
            near: Of whom it is said.
        """
        faces = self._faces[direction]
        for term in self._seen(self._free, families, near):
            yield term, faces.free
        granting = faces.granting(near)
        if granting is not None:
            yield from granting
            return
        said: dict[Term, list[int]] = {}
        for row, members in faces.members:
            for term in self._seen(row, families, near):
                said.setdefault(term, []).extend(members)
        for term, found in said.items():
            yield term, set_of(found)

    def _said_by(
        self, ends: int, direction: Direction, families: tuple[int, ...], near: int
    ) -> Iterator[tuple[Term, int]]:
        """Yield what the rows of a few units say; see `_said`."""
        rows, base = self._after.rows[direction], base_of(near)
        said: dict[Term, list[int]] = {}
        for unit in indices(ends):
            row = rows[unit]
            for answer, columns in self._cells(row, families):
                held = columns & near
                if held:
                    said.setdefault((answer, held >> base), []).append(unit)
        for term, found in said.items():
            yield term, set_of(found)

    def _seen(self, row: Row, families: tuple[int, ...], near: int) -> list[Term]:
        """Return what a row grants to some units, counted from `base_of` them."""
        base = base_of(near)
        cells = [(a, held & near) for a, held in self._cells(row, families)]
        return [(answer, held >> base) for answer, held in cells if held]

    def _cells(self, row: Row, families: tuple[int, ...]) -> Iterable[Term]:
        """Return cells that grant to units what a row does, and perhaps to others."""
        if row.disjoint and len(self._columns.families) == 1:
            # Units come first among the columns.
            return row.cells
        return self._part(row, families)

    def _turned(
        self, unit: int, direction: Direction, *, everywhere: bool
    ) -> tuple[Turned, ...]:
        """Return how the row of a unit changes, and perhaps where it stays the same."""
        families = self._units[unit].families
        found = turned(
            self._part(self._before.rows[direction][unit], families),
            self._part(self._after.rows[direction][unit], families),
        )
        if everywhere:
            return tuple(found)
        return tuple(item for item in found if item[0] != item[1])

    def _part(self, row: Row, families: tuple[int, ...]) -> list[Term]:
        """Return what a row grants to units with a family in common.

        The answers of two families stand side by side, as both must be met with those
        of the same family.
        """
        key = (id(row), families)
        found = self._parts.get(key)
        if found is None:
            columns = self._columns
            cells: list[Term] = []
            for at, family in enumerate(columns.families):
                if family in families:
                    having, shift = self._having[family], self._width * at
                    part = row.part(columns.first_unit(family), columns.units)
                    cells += [(mask << shift, held & having) for mask, held in part]
            found = self._parts[key] = (
                cells if len(columns.families) == 1 else disjoint_union(cells)
            )
        return found

    def _folded(self, answer: int) -> int:
        """Return what passes in some family."""
        upper = answer >> self._width
        return answer & (1 << self._width) - 1 | upper if upper else answer
