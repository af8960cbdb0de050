"""`seawall check`: the main job."""

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
from seawall.app.cli.page import refuse_terminal, write_page
from seawall.app.cli.write import write_text

if TYPE_CHECKING:
    from seawall.app.checked import Checked
    from seawall.model.address import AddressRange


@click.command("check")
@click.argument("paths", nargs=-1)
@checking_options
@finding_options
@output_option(("table", "json", "html", *FORMS))
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
    """Show how isolated a cluster is, and what is wrong with it.

    Reads everything under PATH and prints who can reach the API server, every door
    from outside to pods, every way from pods to the internet, how much of the pod
    network is open, how platform services are reached, and what is inert or not
    known; then what AKS would not take or ends, the findings of the audit, and the
    intents among PATHS (`seawall test` tells more of these). With --fix, changes that
    mend findings are tried: what is told opens nothing and breaks no intent.

    Exit code 0: nothing found at or above --fail-on, and no intent is violated; 1:
    something; 2: unusable input; 3: something is not known and --unknown is fail.
    """
    pages = [file for form, file in outputs if form == "html"]
    for file in pages:
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
            write_baseline,
            verbose,
            fix or (None if pages else False),
        )
    )
    code = exit_code(found, fail_on, unknown)
    for form, file in outputs:
        if form == "html":
            write_page(found, paths, code, file)
        elif not written_for_programs(found, form, file, unknown=unknown):
            shown = {"with_unknown": unknown != "ok", "with_fixes": fix}
            _write(found, file, verbose=verbose, **shown)
    return code


def _write(found: "Checked", file: Path | None, **shown: bool) -> None:
    from seawall.app.cli.show.check import check_text

    text = check_text(found.case, found.seen, found.found, colored=not file, **shown)
    write_text(text, file)
