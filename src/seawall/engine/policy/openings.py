"""Between which units anything passes at all, on any of the services asked for.

It is found without telling services apart, as far as that can be: what a row grants in
full meets whatever the other end grants. Only where both ends grant a part is a pair
looked at by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from seawall.engine.policy.bits import indices
from seawall.engine.policy.index import Index
from seawall.engine.policy.row import Row, Term
from seawall.engine.policy.turned import turned
from seawall.model.policy import Direction

STRIP = 256
"""So many bytes of sources are looked at together, which bounds the memory."""


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


@dataclass(frozen=True, slots=True)
class _Part:
    """A row as far as it is about the units of one family, and one kind of verdict.

    Attributes:
        cells: Where it grants some of the services, but not all.
        some: Where it grants any.
        whole: Where it grants all.
    """

    cells: tuple[Term, ...]
    some: int
    whole: int


class _Half:
    """One family and one kind of verdict: what surely passes, or what may."""

    def __init__(
        self,
        index: Index,
        rows: Mapping[Direction, Sequence[Row]],
        family: int,
        *,
        shift: int,
        asked: int,
    ) -> None:
        """Prepare what is asked of each source.

        Args:
            index: The compiled snapshot.
            rows: For each direction, the row of each unit.
            family: The family.
            shift: Where the kind of verdict begins in an answer.
            asked: The services asked for.
        """
        self._first, self._shift, self._asked = (
            index.columns.first_unit(family),
            shift,
            asked,
        )
        self._units = (1 << index.columns.units) - 1
        self._mine = [family in unit.families for unit in index.units.units]
        self._parts: dict[int, _Part] = {}
        self._out = [self._part(row) for row in rows[Direction.EGRESS]]
        self._in = [self._part(row) for row in rows[Direction.INGRESS]]
        size = -(-index.columns.units // 8)
        mine = list(zip(self._in, self._mine, strict=True))
        self._some = [
            (part.some if own else 0).to_bytes(size, "little") for part, own in mine
        ]
        self._whole = [
            (part.whole if own else 0).to_bytes(size, "little") for part, own in mine
        ]
        self._holders = self._by_service()
        self._meeting: dict[int, int] = {}

    def _part(self, row: Row) -> _Part:
        found = self._parts.get(id(row))
        if found is None:
            found = self._parts[id(row)] = self._cut(row)
        return found

    def _cut(self, row: Row) -> _Part:
        cells, some, whole = [], 0, 0
        for answer, columns in row.cells:
            mask, units = answer >> self._shift & self._asked, columns >> self._first
            units &= self._units
            if mask and units:
                some |= units
                if mask == self._asked:
                    whole |= units
                else:
                    cells.append((mask, units))
        return _Part(tuple(cells), some, whole)

    def _by_service(self) -> dict[int, int]:
        """Return, for each service, the units that take some with it, not all."""
        members: dict[int, int] = {}
        for at, part in enumerate(self._in):
            if part.cells and self._mine[at]:
                members[id(part)] = members.get(id(part), 0) | 1 << at
        by_mask: dict[int, int] = {}
        for part in self._parts.values():
            for mask, _ in part.cells if id(part) in members else ():
                by_mask[mask] = by_mask.get(mask, 0) | members[id(part)]
        found: dict[int, int] = {}
        for mask, held in by_mask.items():
            for bit in indices(mask):
                found[bit] = found.get(bit, 0) | held
        return found

    def _partly_meeting(self, mask: int) -> int:
        """Return the units that take some of certain services from anyone."""
        found = self._meeting.get(mask)
        if found is None:
            found = 0
            for bit in indices(mask):
                found |= self._holders.get(bit, 0)
            self._meeting[mask] = found
        return found

    def sent(self, source: int, some: int, whole: int) -> tuple[int, int]:
        """Return to whom a unit may send anything, and everything.

        Args:
            source: The unit.
            some: Those that take anything from it.
            whole: Those that take everything from it.
        """
        if not self._mine[source]:
            return 0, 0
        out = self._out[source]
        found = out.some & whole | out.whole & some
        for mask, units in out.cells:
            asked = units & some & ~found & self._partly_meeting(mask)
            for unit in indices(asked) if asked else ():
                for other, senders in self._in[unit].cells:
                    if other & mask and senders >> source & 1:
                        found |= 1 << unit
                        break
        return found, out.whole & whole

    def taking(self, first: int) -> "_Taking":
        """Return, for a strip of sources, who takes anything and who everything.

        Args:
            first: The byte of the first source.
        """
        some, whole = (
            turned(
                [text[first : first + STRIP] for text in plane],
                len(plane[0][first : first + STRIP]),
            )
            for plane in (self._some, self._whole)
        )
        return some, whole


def openings(
    index: Index,
    rows: Mapping[Direction, Sequence[Row]],
    free: int,
    asked: int,
) -> Iterator[Openings]:
    """Yield, for each unit in turn, to which units it may send anything.

    All ends count as on different nodes.

    Args:
        index: The compiled snapshot.
        rows: For each direction, the row of each unit.
        free: The answer where no policy applies; no row grants more.
        asked: The services asked for, as a mask.

    Complexity: units squared, in bits, a few times over; and the pairs of which both
    ends grant some services, but not all, where one of these is granted to anyone.
    """
    services, count = index.services, index.columns.units
    asked &= services.possible(free)
    shifts = (0,) if is_settled(index, rows, asked) else (0, services.width)
    sure, *more = (
        [
            _Half(index, rows, family, shift=shift, asked=free >> shift & asked)
            for family in index.columns.families
        ]
        for shift in shifts
    )
    for first in range(0, count, 8 * STRIP):
        taking = [half.taking(first // 8) for half in sure]
        maybe = [half.taking(first // 8) for halves in more for half in halves]
        for at in range(min(8 * STRIP, count - first)):
            found, whole = _all(sure, taking, first, at)
            possible = _all(more[0], maybe, first, at)[0] if more else found
            yield Openings(whole, found, possible)


_Taking = tuple[list[int], list[int]]


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


def _all(
    halves: Sequence[_Half], taking: Sequence[_Taking], first: int, at: int
) -> tuple[int, int]:
    """Return what `_Half.sent` does, in any of the families."""
    found = [
        half.sent(first + at, some[at], whole[at])
        for half, (some, whole) in zip(halves, taking, strict=True)
    ]
    if len(found) == 1:
        return found[0]
    return found[0][0] | found[1][0], found[0][1] | found[1][1]
