"""Ingress rows turned round: from what each destination takes to where each may go."""

from collections.abc import Sequence

from seawall.engine.policy.rows.bits import indices, set_of
from seawall.engine.policy.rows.row import Row, Term


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
    count: int,
) -> list[list[Term]]:
    """Return what `inbound` does, for a few sources far apart.

    Args:
        rows: The ingress row of each destination; None for one that takes no part.
        free: The row of those that take everything from everyone.
        first: The column of the first unit in *rows*.
        sources: The units asked for, each once, as columns counted from *first*.
        count: How many such columns there are.

    Returns:
        For each of *sources*, answers to disjoint sets of destinations, by position in
        *rows*. An answer may be there several times.

    Complexity: cells of distinct rows, in columns; for each source, the different cells
    that list it.
    """
    start, groups = _grouped(rows, free)
    near = set_of(sources)
    near_columns = near << first
    said: dict[Term, int] = {}
    for row, destinations in groups:
        if row.disjoint:
            cells = [
                (answer, held >> first)
                for answer, columns in row.cells
                if (held := columns & near_columns)
            ]
        else:
            cells = [(answer, held & near) for answer, held in row.part(first, count)]
        for term in cells:
            said[term] = said.get(term, 0) | destinations
    out = {source: list(start.items()) for source in sources}
    for (answer, senders), destinations in said.items():
        term = answer, destinations
        for source in indices(senders):
            out[source].append(term)
    return [out[source] for source in sources]


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
