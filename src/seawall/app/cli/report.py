"""`seawall report`: what was proved, as one page to keep."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.checking import (
    Question,
    checked,
    checking_options,
    exit_code,
)
from seawall.app.cli.options import output_option
from seawall.app.cli.page import refuse_terminal, write_page

if TYPE_CHECKING:
    from seawall.model.address import AddressRange


@click.command("report")
@click.argument("paths", nargs=-1)
@checking_options
@click.option("-v", "--verbose", is_flag=True, help="Show every diagnostic.")
@output_option(("html",))
def command(
    paths: tuple[str, ...],
    fail_on: str,
    unknown: str,
    operators: "tuple[AddressRange, ...]",
    as_of: date | None,
    baseline: Path | None,
    verbose: bool,  # noqa: FBT001
    engine: str | None,
    cluster: str | None,
    default_namespace: str,
    service_tags: str | None,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Write evidence: every claim with its proof, on one page that needs no network.

    The page holds what `check` and `test` find: each intent among PATHS as a claim,
    proved over all packets, broken by a packet whose way is shown, or with what is
    missing to know; the overview, the findings, what was taken for granted, what could
    not be read, and the digest of every input. It prints on A4.

    Exit codes are those of `check`.
    """
    _, file = outputs[0]
    refuse_terminal(file)
    found = checked(
        Question(
            paths,
            cluster,
            default_namespace,
            service_tags,
            engine,
            operators,
            as_of,
            baseline,
            verbose=verbose,
        )
    )
    code = exit_code(found, fail_on, unknown)
    write_page(found, paths, code, file)
    return code
