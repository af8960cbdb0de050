"""Sets of services at columns, kept as one set of columns for each mask of services."""

from collections.abc import Iterable, Iterator
from typing import Self

from seawall.engine.policy.rows.row import Term


class Planes:
    """A set of pairs of a service and a column.

    No two masks share a service, so that what holds at a service is in one place.
    """

    __slots__ = ("_columns",)

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        """Start with some terms: a mask of services, at every column of a set."""
        self._columns: dict[int, int] = {}
        for mask, columns in terms:
            self.add(mask, columns)

    def copy(self) -> "Planes":
        """Return a set of its own with the same pairs."""
        found = Planes()
        found._columns = dict(self._columns)
        return found

    def add(self, mask: int, columns: int) -> None:
        """Take in some services at some columns."""
        if not columns:
            return
        for known, held in list(self._columns.items()):
            both = known & mask
            if both:
                mask ^= both
                self._put(known, both, held | columns)
                if not mask:
                    return
        if mask:
            self._columns[mask] = columns

    def remove(self, mask: int, columns: int) -> None:
        """Leave out some services at some columns."""
        for known, held in list(self._columns.items()):
            both = known & mask
            if both and held & columns:
                self._put(known, both, held & ~columns)

    def within(self, mask: int, columns: int) -> Iterator[Term]:
        """Yield what of some services at some columns is in the set."""
        for known, held in self._columns.items():
            both, shared = known & mask, held & columns
            if both and shared:
                yield both, shared

    def terms(self) -> tuple[Term, ...]:
        """Return everything, services that are at the same columns together."""
        joined: dict[int, int] = {}
        for mask, columns in self._columns.items():
            joined[columns] = joined.get(columns, 0) | mask
        return tuple((mask, columns) for columns, mask in joined.items())

    def __bool__(self) -> bool:
        return bool(self._columns)

    def __ior__(self, other: "Planes") -> Self:
        for mask, columns in other._columns.items():
            self.add(mask, columns)
        return self

    def __sub__(self, other: "Planes") -> "Planes":
        found = self.copy()
        for mask, columns in other._columns.items():
            found.remove(mask, columns)
        return found

    def __and__(self, other: "Planes") -> "Planes":
        return Planes(
            term
            for mask, columns in other._columns.items()
            for term in self.within(mask, columns)
        )

    def _put(self, known: int, part: int, columns: int) -> None:
        """Give a part of a known mask other columns."""
        held = self._columns.pop(known)
        if part != known:
            self._columns[known ^ part] = held
        if columns:
            self._columns[part] = columns
