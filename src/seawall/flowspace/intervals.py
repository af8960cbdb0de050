"""Lists of closed intervals of whole numbers: the plain values sets are built from.

Knows nothing of packets. A *canonical* tuple of intervals is sorted, and no two
of its members touch.
"""

from bisect import bisect_right
from collections.abc import Iterable

Interval = tuple[int, int]
"""A closed interval: `(80, 80)` holds one number, `(80, 81)` two."""

Intervals = tuple[Interval, ...]
"""A canonical tuple of intervals, as `canonical` makes it."""


def canonical(intervals: Iterable[Interval], limit: int) -> Intervals:
    """Return the same numbers as sorted intervals that neither overlap nor touch.

    Args:
        intervals: In any order; may overlap; may be empty.
        limit: The largest number of the field; the smallest is 0.

    Raises:
        ValueError: An interval is empty or leaves the field.

    Complexity: O(n log n) in the number of intervals, O(n) if they come sorted.

    Example:
        >>> canonical([(5, 9), (0, 3), (4, 4)], limit=255)
        ((0, 9),)
    """
    merged: list[Interval] = []
    for first, last in sorted(intervals):
        if not 0 <= first <= last <= limit:
            raise ValueError(
                f"interval {first}-{last} is empty or not within 0-{limit}"
            )
        if merged and first <= merged[-1][1] + 1:
            if last > merged[-1][1]:
                merged[-1] = (merged[-1][0], last)
        else:
            merged.append((first, last))
    return tuple(merged)


def holds(intervals: Intervals, number: int) -> bool:
    """Say whether one of the canonical intervals contains the number."""
    after = bisect_right(intervals, number, key=_first)
    return after > 0 and number <= intervals[after - 1][1]


def size(intervals: Intervals) -> int:
    """Return how many numbers the canonical intervals hold."""
    return sum(last - first + 1 for first, last in intervals)


def cells(uppers: Iterable[int]) -> Intervals:
    """Return the intervals that end at the given bounds and start after the last.

    Unlike elsewhere, these intervals touch: they are the cells of a partition.

    Args:
        uppers: Sorted, distinct; the last is the limit of the field.
    """
    found: list[Interval] = []
    first = 0
    for upper in uppers:
        found.append((first, upper))
        first = upper + 1
    return tuple(found)


def _first(interval: Interval) -> int:
    return interval[0]
