"""`seawall audit`: what `check` finds wrong, and nothing else."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.checking import (
    Question,
    checked,
    checking_options,
    exit_code,
    finding_options,
    written_for_programs,
)
from seawall.app.cli.forms import FORMS
from seawall.app.cli.options import output_option
from seawall.app.cli.write import write_text

if TYPE_CHECKING:
    from seawall.model.address import AddressRange


@click.command("audit")
@click.argument("paths", nargs=-1)
@checking_options
@finding_options
@output_option(("table", "json", *FORMS))
def command(
    paths: tuple[str, ...],
    fail_on: str,
    unknown: str,
    operators: "tuple[AddressRange, ...]",
    as_of: date | None,
    baseline: Path | None,
    write_baseline: Path | None,
    fix: bool,  # noqa: FBT001
    verbose: bool,  # noqa: FBT001
    engine: str | None,
    cluster: str | None,
    default_namespace: str,
    service_tags: str | None,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Show what is wrong with the isolation of a cluster, and nothing else.

    Prints what AKS would not take or ends, and the findings of the audit, as `seawall
    check` does; the intents among PATHS count for what --fix may change, and are
    `seawall test`'s to tell. `seawall rules` explains the rules.

    Exit code 0: nothing found at or above --fail-on; 1: something; 2: unusable input;
    3: something is not known and --unknown is fail.
    """
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
            write_baseline,
            verbose,
            fix,
        )
    )
    found = replace(found, tested=replace(found.tested, judged=()))
    for form, file in outputs:
        if not written_for_programs(found, form, file, unknown=unknown):
            from seawall.app.cli.show.check import findings_text

            shown = {"verbose": verbose, "with_fixes": fix}
            write_text(findings_text(found.found, colored=not file, **shown), file)
    return exit_code(found, fail_on, unknown)
