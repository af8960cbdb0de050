"""Signs, colours and columns that every screen shares."""

import os
import shutil
import sys
import textwrap

import click

from seawall.model.trace import Verdict

SIGNS = {
    Verdict.ALLOWED: ("✓", "+", "green"),
    Verdict.DENIED: ("✗", "x", "red"),
    Verdict.UNKNOWN: ("?", "?", "yellow"),
}
OPENINGS = {
    Verdict.ALLOWED: ("●", "o", "yellow"),
    Verdict.DENIED: ("○", "-", "blue"),
    Verdict.UNKNOWN: ("?", "?", "magenta"),
}
"""Signs for what is open or closed, where neither is good or bad by itself."""

WIDEST = 140
NARROWEST = 60


def is_colored(*, to_terminal: bool) -> bool:
    """Whether colour codes belong in the output."""
    if not to_terminal or sys.stdout is None or os.environ.get("NO_COLOR"):
        return False
    return sys.stdout.isatty()


def is_plain() -> bool:
    """Whether the terminal cannot show signs beyond ASCII."""
    encoding = sys.stdout.encoding if sys.stdout is not None else None
    return "utf" not in (encoding or "utf-8").lower()


def sign(verdict: Verdict, *, colored: bool) -> str:
    """Return one character for a verdict; its shape alone tells which."""
    fancy, plain, color = SIGNS[verdict]
    text = plain if is_plain() else fancy
    return click.style(text, fg=color, bold=True) if colored else text


def opening(verdict: Verdict, *, colored: bool) -> str:
    """Return one character for open, closed or not known."""
    fancy, plain, color = OPENINGS[verdict]
    text = plain if is_plain() else fancy
    return click.style(text, fg=color, bold=True) if colored else text


def verdict_word(verdict: Verdict, *, colored: bool) -> str:
    """Return the verdict in capitals."""
    text = verdict.value.upper()
    return click.style(text, fg=SIGNS[verdict][2], bold=True) if colored else text


def bold(text: str, *, colored: bool) -> str:
    """Return *text* in bold where that can be shown."""
    return click.style(text, bold=True) if colored else text


def dim(text: str, *, colored: bool) -> str:
    """Return *text* dimmed where that can be shown."""
    return click.style(text, dim=True) if colored else text


def width() -> int:
    """Return how many columns a line may have."""
    columns = shutil.get_terminal_size((120, 40)).columns
    return max(NARROWEST, min(columns, WIDEST))


def wrapped(text: str, indent: int, first: int | None = None) -> str:
    """Return *text* folded to the terminal, with an indent after the first line.

    Args:
        text: What to fold.
        indent: Columns before each line after the first.
        first: Columns already taken on the first line; *indent* if not given.
    """
    taken = indent if first is None else first
    lines = textwrap.wrap(
        text,
        width=width(),
        initial_indent=" " * taken,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)[taken:] if lines else ""


def placed(
    text: str, place: object, indent: int, *, colored: bool, taken: int = 0
) -> str:
    """Return *text* with a place behind it, on a line of its own if it must.

    Args:
        text: Folded lines.
        place: Where it stands; nothing is added without one.
        indent: Columns before the place where it has its own line.
        colored: Whether colour codes belong in the output.
        taken: Columns before *text* that are not part of it.
    """
    if not place:
        return text
    last = click.unstyle(text).rsplit("\n", 1)
    used = len(last[-1]) + (taken if len(last) == 1 else 0)
    shown = dim(str(place), colored=colored)
    if used + 2 + len(str(place)) <= width():
        return f"{text}  {shown}"
    return f"{text}\n{' ' * indent}{shown}"
