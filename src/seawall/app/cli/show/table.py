"""Tables on a terminal, plain when piped, whole words however narrow it is."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from seawall.app.cli.harmless import harmless

if TYPE_CHECKING:
    from rich.console import Console

NARROW = 100


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
    for row in rows:
        table.add_row(*(Text(harmless(cell)) for cell in row))
    out.print(table)
