"""The cells of many rows side by side, to be read by far end.

A row says what one unit may exchange with all. Which rows say anything of a few far
ends is asked the other way: the cells lie one after another, as bytes, so that a step
of one cell's length reads the same far ends of all.
"""

from itertools import compress, count
from weakref import WeakSet, ref

from seawall.engine.policy.rows.row import Row, Term

_EVERY = 255
_WITHIN = [bytes(byte & mask for byte in range(_EVERY + 1)) for mask in range(256)]


class Arena:
    """The cells of rows that are disjoint, each as a term over the first columns.

    Rows that nobody uses any more leave room for others.
    """

    def __init__(self, width: int) -> None:
        """Make room for cells over *width* columns."""
        self._stride = max((width + 7) // 8, 1)
        self._window = (1 << width) - 1
        self._bytes = bytearray()
        self._answers: list[int] = []
        self._owners: list[ref[Row] | None] = []
        self._empty: list[int] = []
        self._known: WeakSet[Row] = WeakSet()

    def add(self, row: Row) -> None:
        """Lay out the cells of a row, if they are not there yet."""
        if row in self._known:
            return
        self._known.add(row)
        places: list[int] = []
        empty = self._empty
        owner = ref(row, lambda _: empty.extend(places))
        for answer, columns in row.cells:
            held = (columns & self._window).to_bytes(self._stride, "little")
            if self._empty:
                place = self._empty.pop()
                start = place * self._stride
                self._bytes[start : start + self._stride] = held
                self._answers[place], self._owners[place] = answer, owner
            else:
                place = len(self._answers)
                self._bytes += held
                self._answers.append(answer)
                self._owners.append(owner)
            places.append(place)

    def granting(self, near: int) -> dict[Term, list[Row]]:
        """Return what rows grant to some of *near*, and the rows that grant it.

        Complexity: cells, times the bytes in which *near* has members.
        """
        first = ((near & -near).bit_length() - 1) // 8
        wanted = (near >> 8 * first).to_bytes(self._stride, "little").rstrip(b"\0")
        seen: dict[int, int] = {}
        for at, mask in enumerate(wanted):
            if not mask:
                continue
            held = self._bytes[first + at :: self._stride].translate(_WITHIN[mask])
            shift = 8 * at
            for place in compress(count(), held):
                seen[place] = seen.get(place, 0) | held[place] << shift
        answers, owners = self._answers, self._owners
        found: dict[Term, list[Row]] = {}
        for place, units in seen.items():
            owner = owners[place]
            row = None if owner is None else owner()
            if row is not None:
                found.setdefault((answers[place], units), []).append(row)
        return {
            (answer, units << 8 * first): rows
            for (answer, units), rows in found.items()
        }
