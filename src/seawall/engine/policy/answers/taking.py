"""Who takes what from a unit: ingress rows turned round for some units at a time."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from seawall.engine.policy.answers.inbound import inbound
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.rows.row import Row
from seawall.model.policy import Direction

STRIP = 64
"""For so many neighbours it is found out together what others take from them."""


class Taking:
    """What every unit takes from one, on demand."""

    def __init__(
        self, index: Index, rows: Mapping[Direction, Sequence[Row]], free: Row
    ) -> None:
        """Take what rows are asked of.

        Args:
            index: The compiled snapshot.
            rows: For each direction, the row of each unit.
            free: The row of units that no policy holds.
        """
        self._index, self._rows, self._free = index, rows, free
        self._strips: dict[int, tuple[int, list[dict[int, int]]]] = {}

    def taken_from(self, source: int, family: int) -> dict[int, int]:
        """Return disjoint cells over the units that take anything from one.

        Those of its neighbours are found together, and forgotten when another is asked
        for: all at once they take gigabytes in a large cluster.
        """
        strip = source // STRIP
        known = self._strips.get(family)
        if known is None or known[0] != strip:
            first, count = strip * STRIP, len(self._index.units.units)
            cells = inbound(
                self._by_family[family],
                self._free,
                self._index.columns.first_unit(family),
                range(first, min(first + STRIP, count)),
            )
            known = self._strips[family] = strip, cells
        return known[1][source % STRIP]

    @cached_property
    def _by_family(self) -> dict[int, list[Row | None]]:
        """The ingress row of each unit, None for one without the family."""
        rows = self._rows[Direction.INGRESS]
        return {
            family: [
                row if family in unit.families else None
                for unit, row in zip(self._index.units.units, rows, strict=True)
            ]
            for family in self._index.columns.families
        }
