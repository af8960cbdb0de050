"""A byte for each two units, looked up for many pairs at once."""

from collections.abc import Sequence
from typing import Protocol

from seawall.engine.policy.rows.plain_grid import PlainGrid


class Grid(Protocol):
    """What is between each two units; members are named by position, some by a unit."""

    def missing(self, sources: Sequence[int]) -> set[int]:
        """Return the units of some sources that nothing was laid out for."""

    def lay(self, unit: int, sure: int, possible: int) -> None:
        """Lay out one unit's row: 2 at the *sure* units, 1 at those *possible* alone.

        *possible* holds *sure*.
        """

    def look(self, sources: Sequence[int], destinations: Sequence[int]) -> bytes:
        """Return what is laid out for each pair; `ASK` where no unit stands for one."""


def grid(units: Sequence[int], count: int) -> Grid:
    """Return a grid: one of arrays where NumPy is installed (decision 0019).

    Args:
        units: The unit of each member; *count* for one that no unit stands for.
        count: How many units there are.
    """
    try:
        from seawall.engine.policy.rows.array_grid import (  # noqa: PLC0415
            ArrayGrid,
        )
    except ImportError:
        return PlainGrid(units, count)
    return ArrayGrid(units, count)
