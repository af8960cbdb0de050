"""Ingress rows turned round: from what each destination takes to where each may go."""

from collections.abc import Sequence

from seawall.engine.policy.bits import indices
from seawall.engine.policy.row import Row


def inbound(rows: Sequence[Row | None], free: Row, first: int) -> list[dict[int, int]]:
    """Return, for each source unit, what each destination unit takes from it.

    Args:
        rows: The ingress row of each unit; None for one that takes no part.
        free: The row of units that take everything from everyone.
        first: The column of unit 0 in *rows*.

    Returns:
        For each unit as a source, disjoint cells: answers to sets of units.

    Complexity: distinct rows times the sources that each lists.
    """
    groups: dict[int, int] = {}
    distinct: dict[int, Row] = {}
    for at, row in enumerate(rows):
        if row is not None:
            distinct[id(row)] = row
            groups[id(row)] = groups.get(id(row), 0) | 1 << at
    takes_all = groups.pop(id(free), 0)
    start = {free.cells[0][0]: takes_all} if takes_all else {}
    out = [dict(start) for _ in rows]
    for key, destinations in groups.items():
        for answer, sources in distinct[key].part(first, len(rows)):
            for source in indices(sources):
                cells = out[source]
                cells[answer] = cells.get(answer, 0) | destinations
    return out
