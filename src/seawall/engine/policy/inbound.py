"""Ingress rows turned round: from what each destination takes to where each may go."""

from collections.abc import Sequence

from seawall.engine.policy.bits import indices
from seawall.engine.policy.row import Row


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
    groups: dict[int, int] = {}
    distinct: dict[int, Row] = {}
    for at, row in enumerate(rows):
        if row is not None:
            distinct[id(row)] = row
            groups[id(row)] = groups.get(id(row), 0) | 1 << at
    takes_all = groups.pop(id(free), 0)
    start = {free.cells[0][0]: takes_all} if takes_all else {}
    out = [dict(start) for _ in wanted]
    for key, destinations in groups.items():
        part = distinct[key].part(first + wanted.start, len(wanted))
        for answer, senders in part:
            for source in indices(senders):
                cells = out[source]
                cells[answer] = cells.get(answer, 0) | destinations
    return out
