"""Diagnostics for a person: place first, then what, why, and what to do."""

import os
from collections.abc import Iterable, Sequence

import click

from seawall.app.harmless import harmless
from seawall.model.diagnostic import Diagnostic, Level

STYLES = {
    Level.ERROR: ("error", "red"),
    Level.UNMODELLED: ("not modelled", "magenta"),
    Level.WARNING: ("warning", "yellow"),
    Level.NOTE: ("note", "cyan"),
}
SHOWN = 20
"""How many diagnostics are printed in full before the rest is counted."""


def print_diagnostics(
    diagnostics: Sequence[Diagnostic], *, everything: bool = False
) -> None:
    """Print diagnostics to standard error, the heaviest kinds first.

    Notes are only counted unless *everything* is asked for, and so is what comes
    after the first few; a last line says what was left out and how to see it.
    """
    order = list(Level)
    ranked = sorted(diagnostics, key=lambda item: order.index(item.level))
    shown = ranked
    if not everything:
        shown = [item for item in ranked if item.level is not Level.NOTE][:SHOWN]
    for item in shown:
        click.echo(harmless(_text(item)), err=True, color=_color())
    left = len(ranked) - len(shown)
    if left:
        counts = ", ".join(_counts(set(ranked) - set(shown)))
        click.echo(f"{left} more ({counts}): see them with --verbose", err=True)


def _text(item: Diagnostic) -> str:
    word, color = STYLES[item.level]
    place = f"{item.origin}: " if item.origin is not None else ""
    head = f"{place}{click.style(word, fg=color, bold=True)}: {item.what}"
    return f"{head}\n  why:  {item.why}\n  mend: {item.mend}"


def _counts(items: Iterable[Diagnostic]) -> list[str]:
    listed = list(items)
    out = []
    for level in Level:
        count = sum(item.level is level for item in listed)
        if count:
            word = STYLES[level][0]
            many = count > 1 and level is not Level.UNMODELLED
            out.append(f"{count} {word}{'s' if many else ''}")
    return out


def _color() -> bool | None:
    return False if os.environ.get("NO_COLOR") else None
