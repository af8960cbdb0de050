"""A grid of arrays. The only module of the engine that knows NumPy: decision 0019."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seawall.engine.policy.rows.plain_grid import ASK

_AT_ONCE = 1 << 17
"""So many pairs are looked up together: what is between fits into a near cache."""

_Numbers = NDArray[np.intp]


class ArrayGrid:
    """A `Grid`; members in arrays (`array`, NumPy) are read where they are."""

    def __init__(self, units: Sequence[int], count: int) -> None:
        """Lay out nothing; the arguments are those of `grid`."""
        self._units: _Numbers = np.array(units, dtype=np.intp)
        self._count = count
        # Memory that nothing was written to costs nothing.
        self._cells = np.zeros((count + 1, count + 1), dtype=np.uint8)
        self._cells[count] = ASK
        self._laid = np.zeros(count + 1, dtype=np.bool_)
        self._laid[count] = True

    def missing(self, sources: Sequence[int]) -> set[int]:
        """Return the units of some sources that nothing was laid out for."""
        asked = np.zeros(self._count + 1, dtype=np.bool_)
        for first in range(0, len(sources), _AT_ONCE):
            asked[self._units[_numbers(sources[first : first + _AT_ONCE])]] = True
        return set(np.flatnonzero(asked & ~self._laid).tolist())

    def lay(self, unit: int, sure: int, possible: int) -> None:
        """Lay out one unit's row."""
        row = self._cells[unit]
        row[-1] = ASK
        surely = _flags(sure, self._count)
        maybe = surely if possible == sure else _flags(possible, self._count)
        np.add(surely, maybe, out=row[:-1])
        self._laid[unit] = True

    def look(self, sources: Sequence[int], destinations: Sequence[int]) -> bytes:
        """Return what is laid out for each pair."""
        found = np.empty(len(sources), dtype=np.uint8)
        cells, units, width = self._cells.ravel(), self._units, self._count + 1
        for first in range(0, len(found), _AT_ONCE):
            past = first + _AT_ONCE
            place = units[_numbers(sources[first:past])]
            place *= width
            place += units[_numbers(destinations[first:past])]
            found[first:past] = cells[place]
        return found.tobytes()


def _flags(bits: int, count: int) -> NDArray[np.uint8]:
    """Return one byte for each number: 1 for a member, else 0."""
    text = np.frombuffer(bits.to_bytes(-(-count // 8), "little"), dtype=np.uint8)
    return np.unpackbits(text, count=count, bitorder="little")


def _numbers(members: Sequence[int]) -> _Numbers:
    return np.asarray(members, dtype=np.intp)
