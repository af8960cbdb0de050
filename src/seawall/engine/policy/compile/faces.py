"""The distinct rows of one direction and who has them, to be asked from the far end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy

from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.rows.arena import Arena
from seawall.engine.policy.rows.bits import set_of
from seawall.engine.policy.rows.row import Row, Term

Move = tuple[int, Row, Row]
"""A unit, its row before, its row after."""

NEAR = 512
"""Up to so many far ends are asked about by column, more by row."""


class Faces:
    """The rows of one direction, each once.

    Attributes:
        free: The set of units that no policy holds.
        members: For each other row, the units that have it.
    """

    def __init__(self, rows: Sequence[Row], free: Row, columns: Columns) -> None:
        """Take the row of each unit."""
        self._open = free
        members: dict[Row, list[int]] = {}
        for unit, row in enumerate(rows):
            members.setdefault(row, []).append(unit)
        self.free = set_of(members.pop(free, ()))
        self.members = {row: tuple(found) for row, found in members.items()}
        self._arena: Arena | None = None
        if len(columns.families) == 1:
            self._arena = Arena(columns.units)
            for row in self.members:
                self._lay_out(row)

    def after(self, moves: Iterable[Move]) -> "Faces":
        """Return what is after some units got other rows."""
        found = copy(self)
        found.members = self.members.copy()
        for move in moves:
            found.take(*move)
        return found

    def take(self, unit: int, before: Row, after: Row) -> None:
        """Give a unit another row."""
        if before is self._open:
            self.free ^= 1 << unit
        else:
            rest = tuple(each for each in self.members[before] if each != unit)
            if rest:
                self.members[before] = rest
            else:
                del self.members[before]
        if after is self._open:
            self.free ^= 1 << unit
        else:
            self.members[after] = (*self.members.get(after, ()), unit)
            self._lay_out(after)

    def granting(self, near: int) -> Iterator[tuple[Term, int]] | None:
        """Yield what rows grant to some units, and the set of those who have them.

        The open row is left out; see `free`. None if rows must be asked one by one.
        """
        if self._arena is None or near.bit_count() > NEAR:
            return None
        return self._granting(self._arena.granting(near))

    def _granting(
        self, found: Mapping[Term, Iterable[Row]]
    ) -> Iterator[tuple[Term, int]]:
        members = self.members
        for term, rows in found.items():
            # Other tables may have rows there that this one has not.
            having = [unit for row in rows for unit in members.get(row, ())]
            if having:
                yield term, set_of(having)

    def _lay_out(self, row: Row) -> None:
        if self._arena is not None:
            if row.disjoint:
                self._arena.add(row)
            else:
                self._arena = None
