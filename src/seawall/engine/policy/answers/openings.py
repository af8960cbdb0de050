"""Between which units anything passes at all, on any of the services asked for.

It is found without telling services apart, as far as that can be: what a row grants in
full meets whatever the other end grants. Only where both ends grant a part is a pair
looked at by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.engine.policy.rows.row import Row, Term
from seawall.engine.policy.rows.turned import turned
from seawall.model.policy import Direction

STRIP = 64
"""So many bytes of sources are looked at together: what fits into a near cache."""


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


@dataclass(frozen=True, slots=True)
class _Texts:
    """A part in bytes, of which one can be looked at without copying all.

    Attributes:
        cells: Where it grants some of the services, but not all.
        some: Where it grants any.
        whole: Where it grants all.
    """

    cells: tuple[tuple[int, bytes], ...]
    some: bytes
    whole: bytes

    @classmethod
    def of(cls, part: _Part, size: int) -> "_Texts":
        """Write a part, in so many bytes for each set."""
        return cls(
            tuple((mask, held.to_bytes(size, "little")) for mask, held in part.cells),
            part.some.to_bytes(size, "little"),
            part.whole.to_bytes(size, "little"),
        )


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
        self._members = set_of(at for at, mine in enumerate(self._mine) if mine)
        self._parts: dict[int, _Part] = {}
        self._out = [self._part(row) for row in rows[Direction.EGRESS]]
        self._in = [self._part(row) for row in rows[Direction.INGRESS]]
        size = -(-index.columns.units // 8)
        texts = {
            key: _Texts.of(part, size)
            for key, part in {id(part): part for part in self._in}.items()
        }
        nothing = _Texts.of(_Part((), 0, 0), size)
        self._texts = [
            texts[id(part)] if own else nothing
            for part, own in zip(self._in, self._mine, strict=True)
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
        by_mask: dict[int, list[int]] = {}
        for at, part in enumerate(self._in):
            if self._mine[at]:
                for mask, _ in part.cells:
                    by_mask.setdefault(mask, []).append(at)
        by_service: dict[int, list[int]] = {}
        for mask, held in by_mask.items():
            for bit in indices(mask):
                by_service.setdefault(bit, []).extend(held)
        return {bit: set_of(held) for bit, held in by_service.items()}

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
        open_ = some & ~found
        byte, bit, texts = source >> 3, 1 << (source & 7), self._texts
        partly: list[int] = []
        for mask, units in out.cells:
            asked = units & open_ & self._partly_meeting(mask)
            for unit in indices(asked) if asked else ():
                for other, senders in texts[unit].cells:
                    if other & mask and senders[byte] & bit:
                        partly.append(unit)
                        break
        return found | set_of(partly), out.whole & whole

    def sends_all(self, unit: int) -> bool:
        """Whether a unit may send everything to all units, if they take it."""
        return self._mine[unit] and self._out[unit].whole == self._units

    def takers(self, unit: int) -> int:
        """Return the units from which one takes anything."""
        return self._in[unit].some & self._members if self._mine[unit] else 0

    def is_in(self, unit: int) -> bool:
        """Whether a unit has an address of the family."""
        return self._mine[unit]

    def taking(self, first: int, sources: Sequence[int]) -> "_Taking":
        """Return, for sources of one strip, who takes anything and who everything.

        Args:
            first: The byte where the strip begins.
            sources: The sources, counted from there.
        """
        last = first + STRIP
        planes = (
            [text.some[first:last] for text in self._texts],
            [text.whole[first:last] for text in self._texts],
        )
        some, whole = (turned(plane, len(plane[0]), sources) for plane in planes)
        return some, whole


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
                _Half(index, rows, family, shift=shift, asked=free >> shift & asked)
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
        for first in range(0, self._count, 8 * STRIP):
            sources = indices(wanted >> first & (1 << 8 * STRIP) - 1)
            if not sources:
                continue
            sure = [half.taking(first // 8, sources) for half in self._sure]
            maybe = [half.taking(first // 8, sources) for half in self._maybe or ()]
            for at, offset in enumerate(sources):
                source = first + offset
                found, whole = _all(self._sure, sure, source, at)
                possible = found
                if self._maybe is not None:
                    possible = _all(self._maybe, maybe, source, at)[0]
                yield source, Openings(whole, found, possible)

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


def _takers(halves: Sequence[_Half], unit: int) -> int:
    """Return what `_Half.takers` does, in any of the families."""
    found = 0
    for half in halves:
        found |= half.takers(unit)
    return found


def _all(
    halves: Sequence[_Half], taking: Sequence[_Taking], source: int, at: int
) -> tuple[int, int]:
    """Return what `_Half.sent` does, in any of the families."""
    found = [
        half.sent(source, some[at], whole[at])
        for half, (some, whole) in zip(halves, taking, strict=True)
    ]
    if len(found) == 1:
        return found[0]
    return found[0][0] | found[1][0], found[0][1] | found[1][1]
