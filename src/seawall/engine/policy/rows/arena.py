"""The cells of many rows side by side, to be read by far end.

A row says what one unit may exchange with all. Which rows say anything of a few far
ends is asked the other way: the cells lie one after another, as bytes, so that a step
of one cell's length reads the same far ends of all. They are cut into strips, so that
the steps are short: memory is read in order.
"""

from collections import defaultdict
from functools import reduce
from itertools import compress
from operator import or_
from weakref import WeakSet, ref

from seawall.engine.policy.rows.row import Row, Term

_EVERY = 255
_STRIP = 64
"""So many bytes of each cell lie together."""

_WITHIN = [bytes(byte & mask for byte in range(_EVERY + 1)) for mask in range(256)]


class Arena:
    """The cells of rows that are disjoint, each as a term over the first columns.

    Rows that nobody uses any more leave room for others.
    """

    def __init__(self, width: int) -> None:
        """Make room for cells over *width* columns."""
        self._strips = [bytearray() for _ in range(max(-(-width // 8 // _STRIP), 1))]
        self._window = (1 << width) - 1
        # Answers are numbered: they are long, and compared for each cell that is met.
        self._numbers: dict[int, int] = {}
        self._answers: list[int] = []
        self._owners: list[ref[Row]] = []
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
        size = len(self._strips) * _STRIP
        for answer, columns in row.cells:
            number = self._numbers.setdefault(answer, len(self._numbers))
            held = (columns & self._window).to_bytes(size, "little")
            if self._empty:
                place = self._empty.pop()
                self._answers[place], self._owners[place] = number, owner
            else:
                place = len(self._answers)
                self._answers.append(number)
                self._owners.append(owner)
            start = place * _STRIP
            for at, strip in enumerate(self._strips):
                first = at * _STRIP
                # At the end of a strip this makes it longer.
                strip[start : start + _STRIP] = held[first : first + _STRIP]
            places.append(place)

    def granting(self, near: int) -> list[tuple[Term, list[ref[Row]]]]:
        """Return what rows grant to some of *near*, and the rows that grant it.

        Sets of units in the answer are counted from `base_of` *near*.

        Complexity: cells, times the bytes in which *near* has members.
        """
        base = base_of(near)
        text = (near >> base).to_bytes(-(-(near.bit_length() - base) // 8), "little")
        read, shifts = [], []
        for at, mask in enumerate(text):
            if mask:
                strip, byte = divmod(at + base // 8, _STRIP)
                column = bytes(self._strips[strip][byte::_STRIP])
                read.append(column.translate(_WITHIN[mask]))
                shifts.append(8 * at)
        if not self._answers:
            return []
        # All steps from cell to cell are those of the interpreter's own functions.
        hits = read[0]
        if len(read) > 1:
            hit = reduce(or_, (int.from_bytes(held, "little") for held in read))
            hits = hit.to_bytes(len(self._answers), "little")
        places = list(compress(range(len(hits)), hits))
        columns = (self._answers, *read)
        keys = zip(
            *(map(column.__getitem__, places) for column in columns), strict=True
        )
        owners_of = self._owners.__getitem__
        found: dict[tuple[int, ...], list[ref[Row]]] = defaultdict(list)
        for key, owner in zip(keys, map(owners_of, places), strict=True):
            found[key].append(owner)
        answers = list(self._numbers)
        out = []
        for key, owners in found.items():
            units = 0
            for piece, shift in zip(key[1:], shifts, strict=True):
                units |= piece << shift
            out.append(((answers[key[0]], units), owners))
        return out

    def __len__(self) -> int:
        return len(self._answers)


def base_of(near: int) -> int:
    """Return the number from which members of a set are counted: that of a byte."""
    return ((near & -near).bit_length() - 1) // 8 * 8
