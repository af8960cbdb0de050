"""A grid of bytes for each two units, without libraries; `grid` says what it is."""

from collections.abc import Sequence
from operator import getitem

from seawall.engine.policy.rows.bits import flags

ASK = 255
"""Where the pair has to be asked about by itself."""


class PlainGrid:
    """A grid of one text for each unit."""

    def __init__(self, units: Sequence[int], count: int) -> None:
        """Lay out nothing; the arguments are those of `grid`."""
        self._units, self._count = units, count
        self._one_each = list(units) == list(range(count))
        self._rows: list[bytes] = [b""] * count
        self._rows.append(bytes([ASK]) * (count + 1))

    def missing(self, sources: Sequence[int]) -> set[int]:
        """Return the units of some sources that nothing was laid out for."""
        rows, unit = self._rows, self._units.__getitem__
        return {each for each in {unit(at) for at in {*sources}} if not rows[each]}

    def lay(self, unit: int, sure: int, possible: int) -> None:
        """Lay out one unit's row."""
        count = self._count
        surely = maybe = int.from_bytes(flags(sure), "little")
        if possible != sure:
            maybe = int.from_bytes(flags(possible), "little")
        # No byte is above one, so that no sum is carried into the next.
        text = (surely + maybe | ASK << 8 * count).to_bytes(count + 1, "little")
        self._rows[unit] = text

    def look(self, sources: Sequence[int], destinations: Sequence[int]) -> bytes:
        """Return what is laid out for each pair."""
        unit, row = self._units.__getitem__, self._rows.__getitem__
        if self._one_each:
            return bytes(map(getitem, map(row, sources), destinations))
        return bytes(
            map(getitem, map(row, map(unit, sources)), map(unit, destinations))
        )
