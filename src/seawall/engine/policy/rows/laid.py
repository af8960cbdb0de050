"""Rows in bytes: what one column is granted is found without a step over the row."""

from collections.abc import Iterable

from seawall.engine.policy.rows.row import Row, Term

Cells = list[tuple[int, bytes]]
"""Answers, and the columns that have them as bytes."""


class LaidRow:
    """One row in bytes.

    Attributes:
        some: The columns that are granted anything. Most pairs are closed: only what is
            open at both ends is asked what exactly it is granted.
    """

    __slots__ = ("_asked", "_cells", "_row", "_size", "some")

    def __init__(self, row: Row, size: int) -> None:
        """Lay a row out in so many bytes a set."""
        self._row, self._size, self._asked = row, size, False
        self._cells: Cells | None = None
        granted = 0
        for mask, columns in row.cells:
            if mask:
                granted = granted | columns if granted else columns
        self.some = granted.to_bytes(size, "little")

    def at(self, column: int) -> int:
        """Return what is granted to a column, as `Row.at` does."""
        byte, bit = column >> 3, 1 << (column & 7)
        if not self.some[byte] & bit:
            return 0
        cells = self._cells
        if cells is None:
            if not self._asked:
                # Many are asked once.
                self._asked = True
                return self._row.at(column)
            cells = self._cells = self._laid_out()
        if not self._row.disjoint:
            return granted(cells, column)
        for mask, text in cells:
            if text[byte] & bit:
                return mask
        return 0

    def _laid_out(self) -> Cells:
        """Return the cells; what is granted to most columns is looked at first."""
        size = self._size
        if len(self._row.cells) == 1:
            return [(self._row.cells[0][0], self.some)]
        cells = sorted(self._row.cells, key=_breadth, reverse=True)
        return [(mask, columns.to_bytes(size, "little")) for mask, columns in cells]


class Laid:
    """Lays rows out, and keeps those that were asked about."""

    def __init__(self, columns: int) -> None:
        """Lay out rows of so many columns."""
        self._size = -(-columns // 8)
        self._rows: dict[int, LaidRow] = {}

    def row(self, row: Row) -> LaidRow:
        """Return a row in bytes, which keeps it: no other gets its identity."""
        found = self._rows.get(id(row))
        if found is None:
            found = self._rows[id(row)] = LaidRow(row, self._size)
        return found

    def terms(self, terms: Iterable[Term]) -> Cells:
        """Return terms; they are not kept."""
        size = self._size
        return [(mask, columns.to_bytes(size, "little")) for mask, columns in terms]


def granted(cells: Cells, column: int) -> int:
    """Return what cells grant to a column, as `Row.at` does."""
    byte, bit = column >> 3, 1 << (column & 7)
    found = 0
    for mask, text in cells:
        if text[byte] & bit:
            found |= mask
    return found


def _breadth(term: Term) -> int:
    return term[1].bit_count()
