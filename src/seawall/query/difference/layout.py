"""The rows of one of two sides as sets of classes, which both sides share."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from seawall.engine.policy.answers.inbound import inbound_of
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.engine.policy.rows.row import Row, Term, disjoint_union, meet
from seawall.engine.policy.rows.turned import reordered
from seawall.model.policy import Direction
from seawall.query.difference.classes import ABSENT
from seawall.query.difference.side import Side

Answered = dict[int | None, int]
"""Answers, None where an end is not there, and the classes that have each."""

Signature = tuple[tuple[int, dict[int, int]], ...]

_OTHER = {
    Direction.INGRESS: Direction.EGRESS,
    Direction.EGRESS: Direction.INGRESS,
}
AT_ONCE = 1024
"""For so many classes it is found at once what others say of them."""


class Layout:
    """What classes may send to each other on one side.

    Complexity: nothing more than the table, if its units are the classes; columns of
    distinct rows, in bits, a few times over, if not.
    """

    def __init__(
        self,
        side: Side,
        units: Sequence[int],
        among: int,
        parts: Sequence[int] | None,
    ) -> None:
        """Take the rows of a side.

        Args:
            side: The side.
            units: The unit of each class; ABSENT if it is not there.
            among: The classes for which rows are compared with those of the other side.
            parts: For each service atom, what it is cut into beside the other side;
                None where both sides cut alike.
        """
        self._cuts = parts
        self._table = side.result.table
        self._mask = side.result.mask
        self._units, self._among = units, among
        self.count = len(units)
        self.present = set_of([at for at, unit in enumerate(units) if unit != ABSENT])
        self._width = max(parts).bit_length() if parts else 0
        self._tokens: dict[int, int] = {}
        self._known: dict[tuple[int, int], dict[int, int]] = {}
        known = self._table.index.units.units
        self._families = [
            () if unit == ABSENT else known[unit].families for unit in units
        ]
        self._members = {
            family: set_of(
                [at for at, held in enumerate(self._families) if family in held]
            )
            for family in self._table.index.columns.families
        }
        self._as_units = all(unit in (at, ABSENT) for at, unit in enumerate(units))

    @property
    def has_one_family(self) -> bool:
        """Whether pods have addresses of one family alone."""
        return len(self._members) == 1

    def row(self, at: int, direction: Direction) -> Row:
        """Return the row of a class that is there."""
        return self._table.row(self._units[at], direction)

    def signature(self, at: int, direction: Direction) -> Signature:
        """Return what the row of a class that is there says; comparable."""
        row = self.row(at, direction)
        return tuple((family, self._said(row, family)) for family in self._families[at])

    def _said(self, row: Row, family: int) -> dict[int, int]:
        found = self._known.get((id(row), family))
        if found is None:
            found = {}
            for answer, held in self._part(row, family):
                token, columns = self.token(answer & self._mask), held & self._among
                if token and columns:
                    found[token] = found.get(token, 0) | columns
            self._known[id(row), family] = found
        return found

    def _part(self, row: Row, family: int) -> list[Term]:
        """Return what a row grants to classes, as disjoint cells."""
        columns, members = self._table.index.columns, self._members[family]
        first = columns.first_unit(family)
        if not self._as_units:
            moved = self._moved
            cells = row.part(first, columns.units)
            return [(answer, moved[held] & members) for answer, held in cells]
        if not row.disjoint:
            cells = row.part(first, columns.units)
        elif first:
            cells = [(answer, held >> first) for answer, held in row.cells]
        else:
            cells = list(row.cells)
        return [(answer, held & members) for answer, held in cells]

    @cached_property
    def _moved(self) -> dict[int, int]:
        """Every set of units in a row as a set of classes."""
        table = self._table
        columns = table.index.columns
        used = {
            id(row): row
            for direction in Direction
            for row in (
                table.row(unit, direction) for unit in self._units if unit != ABSENT
            )
        }
        sets = list(
            dict.fromkeys(
                held
                for row in used.values()
                for family in columns.families
                for _, held in row.part(columns.first_unit(family), columns.units)
            )
        )
        # One more unit, which is in no set, stands for those that are not there.
        order = [columns.units if unit == ABSENT else unit for unit in self._units]
        found = reordered(sets, order, columns.units + 1)
        return dict(zip(sets, found, strict=True))

    def token(self, answer: int) -> int:
        """Return what an answer is in the atoms of both sides; 0 for nothing."""
        cuts = self._cuts
        if cuts is None:
            return answer
        found = self._tokens.get(answer)
        if found is None:
            services, width = self._table.services, self._width
            sure = possible = 0
            for at in indices(services.possible(answer)):
                possible |= cuts[at]
            for at in indices(services.sure(answer)):
                sure |= cuts[at]
            found = self._tokens[answer] = sure | possible << width
        return found

    def cells(self, at: int, direction: Direction) -> list[Term]:
        """Return what the row of a class that is there grants, in its first family."""
        row, family = self.row(at, direction), self._families[at][0]
        cells, mask = self._part(row, family), self._mask
        return [(answer & mask, held) for answer, held in cells if held]

    def answers(
        self, near: Sequence[int], direction: Direction, far: int
    ) -> Iterator[Answered]:
        """Yield, for each of some classes, what it exchanges with which.

        Args:
            near: The classes.
            direction: EGRESS for what these may send, INGRESS for what they may get.
            far: The others that are asked about; of more, nothing is true.

        Complexity: cells of distinct rows; for each class, the cells that are about it,
            times the cells of its row.
        """
        for first in range(0, len(near), AT_ONCE):
            some = near[first : first + AT_ONCE]
            here = [at for at in some if self._units[at] != ABSENT]
            facing = {
                family: self.facing(here, direction, far, family)
                for family in self._members
            }
            for at in some:
                yield self._answered(at, direction, facing)

    def facing(
        self, near: Sequence[int], direction: Direction, far: int, family: int
    ) -> dict[int, list[Term]]:
        """Return what others say of some classes, as cells over these others.

        Args:
            near: The classes; each is there.
            direction: The direction in which these are asked.
            far: The others.
            family: The address family.
        """
        columns = self._table.index.columns
        others = far & self._members[family]
        rows: list[Row | None] = [None] * self.count
        for at in indices(others):
            rows[at] = self.row(at, _OTHER[direction])
        units = sorted({self._units[at] for at in near})
        free = self._table.compiler.open_row
        found = dict(
            zip(
                units,
                inbound_of(
                    rows, free, columns.first_unit(family), units, columns.units
                ),
                strict=True,
            )
        )
        return {at: found[self._units[at]] for at in near}

    def _answered(
        self,
        at: int,
        direction: Direction,
        facing: dict[int, dict[int, list[Term]]],
    ) -> Answered:
        everyone = (1 << self.count) - 1
        if self._units[at] == ABSENT:
            return {None: everyone}
        row = self.row(at, direction)
        found: list[list[Term]] = [
            meet(self._part(row, family), facing[family][at])
            for family in self._families[at]
        ]
        if len(found) == 1:
            cells = found[0]
        else:
            cells = disjoint_union(term for each in found for term in each)
        out: Answered = {}
        rest = self.present
        for answer, held in cells:
            kept = answer & self._mask
            if kept and held:
                out[kept] = out.get(kept, 0) | held
                rest &= ~held
        if rest:
            out[0] = rest
        if everyone ^ self.present:
            out[None] = everyone ^ self.present
        return out
