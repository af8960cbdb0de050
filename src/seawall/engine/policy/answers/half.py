"""Who may send anything to whom in one family, and with one kind of verdict.

What a row grants in full meets whatever the other end grants. Only where both ends
grant a part is a pair looked at by itself.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.engine.policy.rows.row import Row, Term
from seawall.engine.policy.rows.turned import turned
from seawall.model.policy import Direction

STRIP = 64
"""So many bytes of sources are turned together: what fits into a near cache."""


class _Part(NamedTuple):
    """A row as far as it is about the units of one family, and one kind of verdict.

    Attributes:
        cells: Where it grants some of the services, but not all; widest first.
        some: Where it grants any.
        whole: Where it grants all.
    """

    cells: tuple[Term, ...]
    some: int
    whole: int


_NOTHING = _Part((), 0, 0)


def _breadth(term: Term) -> int:
    return term[1].bit_count()


_Pieces = dict[int, tuple[bytes, ...]]
"""The strips of sets, by the identity of the set."""


class _Takers:
    """The units that take some services in certain cells, by service."""

    def __init__(self, cells: Iterable[Sequence[Term]]) -> None:
        """Remember the masks of cells, by unit."""
        by_mask: dict[int, list[int]] = {}
        for at, terms in enumerate(cells):
            for mask, _ in terms:
                by_mask.setdefault(mask, []).append(at)
        self._by_service: dict[int, int] = {}
        found = self._by_service
        for mask, places in by_mask.items():
            held = set_of(places)
            for bit in indices(mask):
                found[bit] = found.get(bit, 0) | held
        self._known: dict[int, int] = {}

    def of(self, mask: int) -> int:
        """Return the units that take some of certain services from anyone."""
        found = self._known.get(mask)
        if found is None:
            holders = (self._by_service.get(bit, 0) for bit in indices(mask))
            found = self._known[mask] = reduce(or_, holders, 0)
        return found


class Half:
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
        self._first = index.columns.first_unit(family)
        self._shift, self._asked = shift, asked
        self._units = (1 << index.columns.units) - 1
        self._size = -(-index.columns.units // 8)
        self._mine = [family in unit.families for unit in index.units.units]
        self._members = set_of(at for at, mine in enumerate(self._mine) if mine)
        parts: dict[int, _Part] = {}
        found = {}
        for direction in Direction:
            distinct = {id(row): row for row in rows[direction]}
            parts |= {key: self._cut(row) for key, row in distinct.items()}
            found[direction] = [
                parts[id(row)] if mine else _NOTHING
                for row, mine in zip(rows[direction], self._mine, strict=True)
            ]
        self._out, self._in = found[Direction.EGRESS], found[Direction.INGRESS]
        self._widest = _Takers(part.cells[:1] for part in self._in)
        self._others = _Takers(part.cells[1:] for part in self._in)
        self._disjoint = all(row.disjoint for row in rows[Direction.INGRESS])
        texts = {
            id(part): [
                (mask, units.to_bytes(self._size, "little"))
                for mask, units in part.cells[1:]
            ]
            for part in {id(part): part for part in self._in}.values()
        }
        self._texts = [texts[id(part)] for part in self._in]

    def _cut(self, row: Row) -> _Part:
        cells, some, whole = [], 0, 0
        first, shift, asked, every = self._first, self._shift, self._asked, self._units
        for answer, columns in row.cells:
            mask = answer >> shift & asked
            units = (columns >> first if first else columns) & every
            if mask and units:
                some = some | units if some else units
                if mask == asked:
                    whole = whole | units if whole else units
                else:
                    cells.append((mask, units))
        if len(cells) > 1:
            cells.sort(key=_breadth, reverse=True)
        return _Part(tuple(cells), some, whole)

    def sent(self, sources: Sequence[int]) -> tuple[list[int], list[int]]:
        """Return to whom units may send anything, and everything.

        Args:
            sources: The units, ascending.

        Complexity: units times the span of the sources, in bits, a few times over; the
        distinct rows that meet each other in part, and the pairs of these.
        """
        pieces: _Pieces = {}
        somes, wholes, widest = (
            self._turned(held, sources, pieces)
            for held in (
                [part.some for part in self._in],
                [part.whole for part in self._in],
                [part.cells[0][1] if part.cells else 0 for part in self._in],
            )
        )
        found: list[int] = []
        for at, (source, some, whole, wide) in enumerate(
            zip(sources, somes, wholes, widest, strict=True)
        ):
            out = self._out[source]
            sent = out.some & whole | out.whole & some
            wholes[at] = out.whole & whole
            for mask, units in out.cells:
                unclear = units & some & ~sent
                if not unclear:
                    continue
                settled = unclear & wide
                taking = settled & self._widest.of(mask)
                unclear ^= settled if self._disjoint else taking
                unclear &= self._others.of(mask)
                if unclear:
                    taking |= self._taking_some(source, mask, unclear)
                sent |= taking
            found.append(sent)
        return found, wholes

    def _taking_some(self, source: int, mask: int, units: int) -> int:
        """Return which units take some of certain services from a source.

        What the widest cells of their rows grant is not looked at again.

        Args:
            source: The source.
            mask: The services.
            units: Those that are asked about.
        """
        byte, bit = source >> 3, 1 << (source & 7)
        texts, disjoint = self._texts, self._disjoint
        found = []
        for unit in indices(units):
            for other, senders in texts[unit]:
                if senders[byte] & bit:
                    if other & mask:
                        found.append(unit)
                    elif not disjoint:
                        continue
                    break
        return set_of(found)

    def _turned(
        self, sets: Sequence[int], sources: Sequence[int], pieces: _Pieces
    ) -> list[int]:
        """Return, for each of some numbers, the positions of the sets that hold it.

        Args:
            sets: The sets; each is kept by somebody.
            sources: The numbers.
            pieces: Sets that were cut for these before.
        """
        if not sources:
            return []
        first = sources[0] // 8
        strips = -(-(sources[-1] // 8 + 1 - first) // STRIP)
        size = strips * STRIP
        cut = struct.Struct(f"{STRIP}s" * strips).unpack
        window = (1 << 8 * size) - 1
        for held in sets:
            if id(held) not in pieces:
                text = (held >> 8 * first & window).to_bytes(size, "little")
                pieces[id(held)] = cut(text)
        rows = [pieces[id(held)] for held in sets]
        found: list[int] = []
        by_strip: list[list[int]] = [[] for _ in range(strips)]
        for source in sources:
            by_strip[(source // 8 - first) // STRIP].append(
                (source - 8 * first) % (8 * STRIP)
            )
        for at, wanted in enumerate(by_strip):
            if wanted:
                found += turned([row[at] for row in rows], STRIP, wanted)
        return found

    def sends_all(self, unit: int) -> bool:
        """Whether a unit may send everything to all units, if they take it."""
        return self._mine[unit] and self._out[unit].whole == self._units

    def takers(self, unit: int) -> int:
        """Return the units from which one takes anything."""
        return self._in[unit].some & self._members

    def is_in(self, unit: int) -> bool:
        """Whether a unit has an address of the family."""
        return self._mine[unit]
