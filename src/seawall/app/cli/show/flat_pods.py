"""Pods at their own addresses, on a terminal."""

from collections.abc import Iterable

from seawall.app.cli.show.words import opening, wrapped
from seawall.query.flat_pods import FlatReach

FEW = 3


def flat_lines(found: Iterable[FlatReach], *, paint: bool) -> list[str]:
    """Return who reaches pods directly, one line for workloads that fare alike."""
    lines = []
    for item in found:
        mark = opening(item.verdict, colored=paint)
        shown = ", ".join(item.workloads[:FEW])
        more = len(item.workloads) - FEW
        names = f"{shown} and {more} more" if more > 0 else shown
        why = f". {item.reason}" if item.reason else ""
        text = f"{item.source} -> {names} at their own addresses{why}"
        lines.append(f"  {mark} " + wrapped(text, 4, 4))
    return lines
