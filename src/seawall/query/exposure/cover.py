"""A set of points as a few boxes that do not overlap."""

from collections.abc import Sequence

Point = tuple[int, ...]
"""One position on each axis."""

Box = tuple[frozenset[int], ...]
"""On each axis, some positions: all their combinations."""


def boxes(points: frozenset[Point], sizes: Sequence[int]) -> list[Box]:
    """Return disjoint boxes that hold exactly *points*.

    They are few, not always the fewest: an axis on which the points differ least is
    split first.

    Complexity: points times axes, squared in the number of axes.

    Args:
        points: The points.
        sizes: How many positions each axis has.
    """
    if not points:
        return []
    total = 1
    for size in sizes:
        total *= size
    if len(points) == total:
        return [tuple(frozenset(range(size)) for size in sizes)]
    splits = [_split(points, axis) for axis in range(len(sizes))]
    # An axis of one size cannot tell points apart; the others do.
    axis = min(
        (at for at, size in enumerate(sizes) if size > 1),
        key=lambda at: (len(splits[at]), at),
    )
    rest_sizes = [*sizes[:axis], *sizes[axis + 1 :]]
    found: list[Box] = []
    for rest, positions in sorted(
        splits[axis].items(), key=lambda item: sorted(item[1])
    ):
        found.extend(
            (*box[:axis], frozenset(positions), *box[axis:])
            for box in boxes(rest, rest_sizes)
        )
    return found


def _split(points: frozenset[Point], axis: int) -> dict[frozenset[Point], list[int]]:
    """Return what is left without *axis*, with the positions that leave it."""
    at: dict[int, set[Point]] = {}
    for point in points:
        at.setdefault(point[axis], set()).add((*point[:axis], *point[axis + 1 :]))
    found: dict[frozenset[Point], list[int]] = {}
    for position, rest in at.items():
        found.setdefault(frozenset(rest), []).append(position)
    return found
