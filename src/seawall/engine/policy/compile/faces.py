"""The distinct rows of one direction and who has them, to be asked from the far end."""

from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from weakref import ref

from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.rows.arena import Arena
from seawall.engine.policy.rows.bits import set_of
from seawall.engine.policy.rows.row import Row, Term

Move = tuple[int, Row, Row]
"""A unit, its row before, its row after."""

SINCE = 256
"""Up to so many rows that changed are kept beside those that were there."""

NEAR = 512
"""Up to so many far ends are asked about by column, more by row."""


class Faces:
    """The rows of one direction, each once.

    Attributes:
        free: The set of units that no policy holds.
    """

    def __init__(self, rows: Sequence[Row], free: Row, columns: Columns) -> None:
        """Take the row of each unit."""
        self._open = free
        members: dict[Row, list[int]] = {}
        for unit, row in enumerate(rows):
            members.setdefault(row, []).append(unit)
        self.free = set_of(members.pop(free, ()))
        self._members = {row: tuple(found) for row, found in members.items()}
        self._since: dict[Row, tuple[int, ...]] = {}
        self._sets: dict[Row, int] = {}
        self._arena: Arena | None = None
        if len(columns.families) == 1:
            self._arena = Arena(columns.units)
            for row in self._members:
                self._lay_out(row)

    def after(self, moves: Iterable[Move]) -> "Faces":
        """Return what is after some units got other rows."""
        moving = list(moves)
        if not moving:
            return self
        found = copy(self)
        found._since = self._since.copy()  # noqa: SLF001  (its own class)
        for move in moving:
            found.take(*move)
        return found

    @property
    def cells(self) -> int:
        """How many cells are read together, of all rows; 0 if rows are asked."""
        return 0 if self._arena is None else len(self._arena)

    @property
    def members(self) -> Iterator[tuple[Row, tuple[int, ...]]]:
        """Each row but the open one, and the units that have it."""
        for row, held in {**self._members, **self._since}.items():
            if held:
                yield row, held

    def members_of(self, row: Row) -> tuple[int, ...]:
        """Return the units that have a row; not asked for the open one."""
        found = self._since.get(row)
        return self._members.get(row, ()) if found is None else found

    def take(self, unit: int, before: Row, after: Row) -> None:
        """Give a unit another row."""
        since = self._since
        if before is self._open:
            self.free ^= 1 << unit
        else:
            rest = [each for each in self.members_of(before) if each != unit]
            since[before] = tuple(rest)
        if after is self._open:
            self.free ^= 1 << unit
        else:
            since[after] = (*self.members_of(after), unit)
            self._lay_out(after)
        if len(since) > SINCE:
            # What is the same for many tables is kept once, until much has changed.
            self._members = dict(self.members)
            self._since, self._sets = {}, {}

    def granting(self, near: int) -> Iterator[tuple[Term, int]] | None:
        """Yield what rows grant to some units, and the set of those who have them.

        The open row is left out; see `free`. None if rows must be asked one by one.
        The units are counted from `base_of` *near*.
        """
        if self._arena is None or near.bit_count() > NEAR:
            return None
        return self._granting(self._arena.granting(near))

    def _granting(
        self, found: Iterable[tuple[Term, Iterable[ref[Row]]]]
    ) -> Iterator[tuple[Term, int]]:
        since, sets = self._since, self._sets
        for term, owners in found:
            having = 0
            for owner in owners:
                row = owner()
                # Other tables may have rows there that this one has not.
                if row is None:
                    continue
                if row in since:
                    having |= set_of(since[row])
                    continue
                held = sets.get(row)
                if held is None:
                    held = sets[row] = set_of(self._members.get(row, ()))
                having |= held
            if having:
                yield term, having

    def _lay_out(self, row: Row) -> None:
        if self._arena is not None:
            if row.disjoint:
                self._arena.add(row)
            else:
                self._arena = None
