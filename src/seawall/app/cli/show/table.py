"""Tables on a terminal, plain when piped, whole words however narrow it is."""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from seawall.app.harmless import harmless

if TYPE_CHECKING:
    from rich.console import Console

_BETWEEN = 3
"""Columns that a table needs beside each cell."""
_KIND = re.compile(r"(\S)(\[\w+\])")


def console() -> "Console":
    """Return a console on standard output that respects NO_COLOR and pipes."""
    from rich.console import Console

    width = None
    if sys.stdout is None:
        raise click.ClickException("standard output is closed; write to a file instead")
    if not sys.stdout.isatty():
        width = int(os.environ.get("COLUMNS", "120"))
    return Console(
        highlight=False,
        soft_wrap=False,
        width=width,
        no_color=bool(os.environ.get("NO_COLOR")) or None,
    )


def print_table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], out: "Console"
) -> None:
    """Print rows under headings; cells are plain text, never markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    cells = [[harmless(cell) for cell in row] for row in rows]
    widest = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    if sum(widest) + _BETWEEN * len(widest) > out.width:
        cells = [[_broken(cell) for cell in row] for row in cells]
    for row in cells:
        table.add_row(*map(Text, row))
    out.print(table)


def _broken(cell: str) -> str:
    """Return a cell with the kind of a workload on a line of its own."""
    return _KIND.sub(r"\1\n  \2", cell)
