"""Connections as a table on a terminal."""

import io
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from seawall.app.cli.show.table import console, print_table
from seawall.app.cli.write import write_text
from seawall.query.reach.answer import HOST_PORTS
from seawall.query.reach.text import HEADINGS, edge_rows, rows

if TYPE_CHECKING:
    from seawall.query.reach.answer import Reach

MOST = 500
"""Rows on a terminal; more are counted and left to the machine formats."""


def reach_table(result: "Reach", file: Path | None) -> None:
    """Print the connections as a table, or write it to *file*."""
    found = chain(rows(result.connections()), edge_rows(result.ways_in))
    shown = list(islice(found, MOST if file is None else None))
    left = sum(1 for _ in found)
    beside = [it.text for it in result.assumptions if it.id == HOST_PORTS]
    if file is not None:
        from rich.console import Console

        text = io.StringIO()
        wide = Console(file=text, width=160, highlight=False)
        print_table(HEADINGS, shown, wide)
        for line in beside:
            wide.print(line, markup=False)
        write_text(text.getvalue(), file)
        return
    out = console()
    if not shown:
        out.print("No connection is possible in what was asked.")
    else:
        print_table(HEADINGS, shown, out)
    for line in beside:
        out.print(line, markup=False)
    if left:
        out.print(
            f"{left} more connections: narrow with --from, --to or --port, or write "
            "them all with -o json=FILE or -o csv=FILE"
        )
