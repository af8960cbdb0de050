"""Writes what was checked as a page to keep."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.options import parameters
from seawall.app.cli.write import write_text

if TYPE_CHECKING:
    from seawall.app.checked import Checked

_RESULTS = {
    0: "Nothing was found at or above the severity that was asked about, and no claim "
    "is violated (exit code 0).",
    1: "Something was found at or above the severity that was asked about, or a claim "
    "is violated (exit code 1).",
    3: "Something is not known, and certainty was demanded (exit code 3).",
}
_UNTOLD = {"outputs", "verbose", "as_of", "operators", "write_baseline"}
"""Options that decide about no answer, or are told otherwise."""


def refuse_terminal(file: Path | None) -> None:
    """End where a page would go to a terminal.

    Raises:
        click.UsageError: It would.
    """
    if file is None and sys.stdout is not None and sys.stdout.isatty():
        raise click.UsageError(
            "the page is no text for a terminal; write it to a file, as in "
            "`-o html=report.html`"
        )


def write_page(
    found: "Checked", paths: Sequence[str], code: int, file: Path | None
) -> None:
    """Write the page of what was found.

    Args:
        found: What was found.
        paths: What was to be read; the current folder if there is none.
        code: What the run ends with.
        file: Where to; None for standard output.
    """
    from seawall.app.cli.rules import entries
    from seawall.app.report.page import Asked, page

    texts = {each.code: each.text for each in entries()}
    asked = Asked(paths or (".",), _options(), _RESULTS[code])
    write_text(page(found, asked, texts), file)


def _options() -> list[tuple[str, str]]:
    """Return the options that decide about answers, with their values.

    Values of parameters may be secret: their names stand for them.
    """
    ctx = click.get_current_context()
    told = [
        (option.opts[0], str(value))
        for option in ctx.command.params
        if isinstance(option, click.Option)
        and option.expose_value
        and option.name not in _UNTOLD
        and (value := ctx.params.get(option.name or ""))
    ]
    told += [("--operator", str(each)) for each in ctx.params["operators"]]
    hidden = "(its value is not shown)"
    return told + [("--set", f"{name} {hidden}") for name, _ in parameters()]
