"""Rows in bytes: what one column is granted is found without a step over the row."""

from collections.abc import Iterable

from seawall.engine.policy.rows.row import Row, Term

Cells = list[tuple[int, bytes]]
"""Answers, and the columns that have them as bytes."""


class Laid:
    """Lays rows out, and keeps those that were asked about."""

    def __init__(self, columns: int) -> None:
        """Lay out rows of so many columns."""
        self._size = -(-columns // 8)
        self._rows: dict[int, tuple[Row, Cells]] = {}

    def row(self, row: Row) -> Cells:
        """Return the cells of a row."""
        found = self._rows.get(id(row))
        if found is None:
            # The row is kept too, so that no other gets its identity.
            found = self._rows[id(row)] = row, self.terms(row.cells)
        return found[1]

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
