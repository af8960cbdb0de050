"""Ingress rows turned round: from what each destination takes to where each may go."""

from collections.abc import Sequence

from seawall.engine.policy.rows.bits import indices
from seawall.engine.policy.rows.row import Row
from seawall.engine.policy.rows.turned import turned

_AT_ONCE = 1024
"""So many cells are turned together, which bounds the memory."""


def inbound(
    rows: Sequence[Row | None],
    free: Row,
    first: int,
    sources: range | None = None,
) -> list[dict[int, int]]:
    """Return, for source units, what each destination unit takes from it.

    Args:
        rows: The ingress row of each unit; None for one that takes no part.
        free: The row of units that take everything from everyone.
        first: The column of unit 0 in *rows*.
        sources: The units asked for, without gaps; None is all.

    Returns:
        For each of *sources*, disjoint cells: answers to sets of units.

    Complexity: cells of distinct rows, plus the sources that each lists.
    """
    wanted = range(len(rows)) if sources is None else sources
    start, groups = _grouped(rows, free)
    out = [dict(start) for _ in wanted]
    for row, destinations in groups:
        for answer, senders in row.part(first + wanted.start, len(wanted)):
            for source in indices(senders):
                cells = out[source]
                cells[answer] = cells.get(answer, 0) | destinations
    return out


def inbound_of(
    rows: Sequence[Row | None],
    free: Row,
    first: int,
    sources: Sequence[int],
    count: int | None = None,
) -> list[dict[int, int]]:
    """Return what `inbound` does, for a few sources far apart.

    Args:
        rows: The row of each unit; None for one that takes no part.
        free: The row of units that take everything from everyone.
        first: The column of unit 0 in *rows*.
        sources: The units asked for, or their columns counted from *first*.
        count: How many columns there are to ask for; None if there is one for each of
            *rows*.

    Complexity: cells of distinct rows times columns, in bits, a few times over; for
    each source, the cells that list it.
    """
    if count is None:
        count = len(rows)
    start, groups = _grouped(rows, free)
    out = [dict(start) for _ in sources]
    cells = [
        (answer, senders, destinations)
        for row, destinations in groups
        for answer, senders in row.part(first, count)
    ]
    size = -(-count // 8)
    for begin in range(0, len(cells), _AT_ONCE):
        some = cells[begin : begin + _AT_ONCE]
        sets = [held.to_bytes(size, "little") for _, held, _ in some]
        for found, column in zip(out, turned(sets, size, sources), strict=True):
            for at in indices(column):
                answer, _, destinations = some[at]
                found[answer] = found.get(answer, 0) | destinations
    return out


def _grouped(
    rows: Sequence[Row | None], free: Row
) -> tuple[dict[int, int], list[tuple[Row, int]]]:
    """Return the cell of those that take everything, and who has each other row."""
    groups: dict[int, int] = {}
    distinct: dict[int, Row] = {}
    for at, row in enumerate(rows):
        if row is not None:
            distinct[id(row)] = row
            groups[id(row)] = groups.get(id(row), 0) | 1 << at
    takes_all = groups.pop(id(free), 0)
    start = {free.cells[0][0]: takes_all} if takes_all else {}
    return start, [(distinct[key], held) for key, held in groups.items()]
