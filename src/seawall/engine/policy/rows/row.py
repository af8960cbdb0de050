"""Rows: what one pod may exchange with every column, canonical and interned.

A row maps service masks to sets of columns. Columns are far ends; what a mask's bits
stand for is left to `services`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from weakref import WeakValueDictionary

from seawall.engine.policy.rows.bits import indices

Term = tuple[int, int]
"""A service mask and the set of columns that it is granted to."""

CELL_LIMIT = 512
"""Above so many disjoint cells a row is kept as one column set for each service."""

PAIR = 2
"""The order of so few terms makes no difference."""
FEW_TERMS = 8
"""To look for terms over the same columns is worth the time if there are more."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Row:
    """The union of some terms.

    Attributes:
        cells: Terms, sorted. A column's mask is the union of the masks of the cells
            that hold it.
        disjoint: Whether no column is in two cells. If not, no two cells share a
            service, which bounds their number by that of services.
        limit: What a mesh lets pass at most; None if none has a say. What is exempt
            from the network's policies is not exempt from a mesh.
    """

    cells: tuple[Term, ...]
    disjoint: bool
    limit: "Row | None" = None

    def at(self, column: int) -> int:
        """Return the mask of one column."""
        if self.disjoint:
            for mask, columns in self.cells:
                if columns >> column & 1:
                    return mask
            return 0
        found = 0
        for mask, columns in self.cells:
            if columns >> column & 1:
                found |= mask
        return found

    def with_exempt(self, column: int, exempt: int) -> int:
        """Return the mask of one column, where some passes the network in any case."""
        if exempt and self.limit is not None:
            exempt &= self.limit.at(column)
        return self.at(column) | exempt

    def part(self, first: int, width: int) -> list[Term]:
        """Return *width* columns from *first* on, renumbered from 0, as disjoint cells.

        Complexity: the number of cells; times *width* for a row that is not disjoint.
        """
        window = (1 << width) - 1
        cut = ((mask, columns >> first & window) for mask, columns in self.cells)
        cells = [(mask, columns) for mask, columns in cut if columns]
        if self.disjoint:
            return cells
        return list(_by_column(cells).items())


class RowStore:
    """Makes rows; equal disjoint rows are one object as long as one is in use."""

    def __init__(self) -> None:
        self._rows: WeakValueDictionary[tuple[Term, ...], Row] = WeakValueDictionary()

    def union(self, terms: Iterable[Term]) -> Row:
        """Return the row that grants exactly what *terms* grant together."""
        cells, disjoint = _union(terms)
        row = self._rows.get(cells)
        if row is None:
            row = self._rows[cells] = Row(cells, disjoint)
        return row

    def within(self, row: Row, limit: Row) -> Row:
        """Return what *row* grants and a mesh lets pass."""
        cells = meet(_disjoint(row), _disjoint(limit))
        return Row(tuple(sorted(cells)), disjoint=True, limit=limit)

    def __len__(self) -> int:
        return len(self._rows)


def _disjoint(row: Row) -> list[Term]:
    return (
        list(row.cells) if row.disjoint else list(_by_column(list(row.cells)).items())
    )


def disjoint_union(terms: Iterable[Term]) -> list[Term]:
    """Return disjoint cells that grant exactly what *terms* grant together."""
    cells, disjoint = _union(terms)
    return list(cells) if disjoint else list(_by_column(list(cells)).items())


def meet(left: Iterable[Term], right: Iterable[Term]) -> list[Term]:
    """Return what two lists of disjoint cells both grant, as disjoint cells."""
    out: dict[int, int] = {}
    others = list(right)
    for mask, columns in left:
        for other_mask, other_columns in others:
            both = mask & other_mask
            if both:
                shared = columns & other_columns
                if shared:
                    out[both] = out.get(both, 0) | shared
    return list(out.items())


def _union(terms: Iterable[Term]) -> tuple[tuple[Term, ...], bool]:
    given = [term for term in terms if term[0] and term[1]]
    if len(given) == 1:
        return tuple(given), True
    if len(given) > FEW_TERMS:
        given = _joined(given)
    cells: dict[int, int] = {}
    if len(given) > PAIR:
        # Widest first: what it covers is not split again.
        given.sort(key=_breadth, reverse=True)
    for mask, columns in given:
        _add(cells, mask, columns)
        if len(cells) > CELL_LIMIT:
            return _by_service(given), False
    return tuple(sorted(cells.items())), True


def _breadth(term: Term) -> int:
    return term[1].bit_count()


def _joined(terms: Iterable[Term]) -> list[Term]:
    """Return the same with what is granted to the same columns in one term."""
    joined: dict[int, int] = {}
    for mask, columns in terms:
        joined[columns] = joined.get(columns, 0) | mask
    return [(mask, columns) for columns, mask in joined.items()]


def _add(cells: dict[int, int], mask: int, columns: int) -> None:
    for known in list(cells):
        both = cells[known] & columns
        if not both:
            continue
        columns ^= both
        wider = known | mask
        if wider != known:
            left = cells[known] ^ both
            if left:
                cells[known] = left
            else:
                del cells[known]
            cells[wider] = cells.get(wider, 0) | both
        if not columns:
            return
    cells[mask] = cells.get(mask, 0) | columns


def _by_service(terms: Iterable[Term]) -> tuple[Term, ...]:
    planes: dict[int, int] = {}
    for mask, columns in terms:
        for bit in indices(mask):
            planes[bit] = planes.get(bit, 0) | columns
    grouped: dict[int, int] = {}
    for bit, columns in planes.items():
        grouped[columns] = grouped.get(columns, 0) | 1 << bit
    return tuple(sorted((mask, columns) for columns, mask in grouped.items()))


def _by_column(cells: list[Term]) -> dict[int, int]:
    out: dict[int, int] = {}
    for column, mask in _masks(cells):
        out[mask] = out.get(mask, 0) | 1 << column
    return out


def _masks(cells: list[Term]) -> Iterator[Term]:
    masks: dict[int, int] = {}
    for mask, columns in cells:
        for column in indices(columns):
            masks[column] = masks.get(column, 0) | mask
    yield from sorted(masks.items())
