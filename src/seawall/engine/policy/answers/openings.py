"""Between which units anything passes at all, on any of the services asked for.

It is found for each family, and each kind of verdict, by a `Half`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from seawall.engine.policy.answers.half import Half
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.engine.policy.rows.row import Row
from seawall.model.policy import Direction

BLOCK = 8192
"""Of so many units it is found together what they may send, which bounds the memory."""


@dataclass(frozen=True, slots=True)
class Openings:
    """To which units one unit may send anything.

    Attributes:
        whole: Those to which every service surely passes.
        sure: Those to which some service surely passes.
        possible: Those to which some service may pass.
    """

    whole: int
    sure: int
    possible: int


class Sending:
    """To whom units may send anything, all ends on different nodes.

    Units that no policy keeps from sending are *unheld*. What they may send is told by
    those who take it, which is less work than to find it for each of them.

    Attributes:
        unheld: The units that are known to send everything, as a set.
    """

    def __init__(
        self,
        index: Index,
        rows: Mapping[Direction, Sequence[Row]],
        free: int,
        asked: int,
    ) -> None:
        """Prepare what is asked of each source.

        Args:
            index: The compiled snapshot.
            rows: For each direction, the row of each unit.
            free: The answer where no policy applies; no row grants more.
            asked: The services asked for, as a mask.
        """
        services, self._count = index.services, index.columns.units
        asked &= services.possible(free)
        shifts = (0,) if is_settled(index, rows, asked) else (0, services.width)
        self._sure, *more = (
            [
                Half(index, rows, family, shift=shift, asked=free >> shift & asked)
                for family in index.columns.families
            ]
            for shift in shifts
        )
        self._maybe = more[0] if more else None
        halves = [*self._sure, *(self._maybe or ())]
        self.unheld = set_of(
            unit
            for unit in range(self._count)
            if all(half.sends_all(unit) or not half.is_in(unit) for half in halves)
        )

    def each(self, wanted: int) -> Iterator[tuple[int, Openings]]:
        """Yield units, in turn, and to which units they may send anything.

        Args:
            wanted: The units that are asked for.

        Complexity: units squared, in bits, a few times over; and the pairs of which
        both ends grant some services, but not all, where one of these is granted to
        anyone.
        """
        for first in range(0, self._count, BLOCK):
            sources = indices((wanted >> first & (1 << BLOCK) - 1) << first)
            sure = _together(half.sent(sources) for half in self._sure)
            possible = sure[0]
            if self._maybe is not None:
                possible = _together(half.sent(sources) for half in self._maybe)[0]
            yield from zip(
                sources,
                map(Openings, sure[1], sure[0], possible),
                strict=True,
            )

    def to(self, unit: int) -> tuple[int, int]:
        """Return which unheld units surely may send something to one, and perhaps."""
        sure = self.unheld & _takers(self._sure, unit)
        if self._maybe is None:
            return sure, sure
        return sure, self.unheld & _takers(self._maybe, unit)

    def from_unheld(self, source: int, units: int) -> Openings:
        """Return to which of some units an unheld one may send anything.

        Complexity: the units.
        """
        sure = possible = 0
        for unit in indices(units):
            surely, perhaps = self.to(unit)
            sure |= (surely >> source & 1) << unit
            possible |= (perhaps >> source & 1) << unit
        return Openings(0, sure, possible)


_Sent = tuple[list[int], list[int]]


def is_settled(
    index: Index, rows: Mapping[Direction, Sequence[Row]], asked: int
) -> bool:
    """Whether whatever may pass between units passes surely."""
    services, columns = index.services, index.columns
    units = (1 << columns.first_class) - 1
    distinct = {id(row): row for found in rows.values() for row in found}
    return not any(
        (services.possible(answer) ^ services.sure(answer)) & asked and held & units
        for row in distinct.values()
        for answer, held in row.cells
    )


def _takers(halves: Sequence[Half], unit: int) -> int:
    """Return what `Half.takers` does, in any of the families."""
    found = 0
    for half in halves:
        found |= half.takers(unit)
    return found


def _together(halves: Iterable[_Sent]) -> _Sent:
    """Return what `Half.sent` does, in any of the families."""
    one, *more = halves
    for other in more:
        one = (
            [this | that for this, that in zip(one[0], other[0], strict=True)],
            [this | that for this, that in zip(one[1], other[1], strict=True)],
        )
    return one
