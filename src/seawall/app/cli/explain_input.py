"""`seawall explain-input`: what the input says, and how each value is known."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.options import input_options, output_option, service_tags_option
from seawall.app.cli.read import read_input
from seawall.app.cli.write import write_json, write_text

if TYPE_CHECKING:
    from seawall.model.setting import State
    from seawall.model.snapshot import Snapshot
    from seawall.query.settings.answer import Explained

UNKNOWN = 3


@click.command("explain-input")
@click.argument("paths", nargs=-1)
@click.option(
    "--state",
    "states",
    type=click.Choice(("stated", "defaulted", "unknown")),
    multiple=True,
    help="Show only settings known in this way; repeatable.",
)
@click.option(
    "--unknown",
    type=click.Choice(("fail", "ok")),
    default="ok",
    show_default=True,
    help="Whether a setting that is not known makes the exit code 3.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every file and diagnostic.")
@input_options
@service_tags_option
@output_option(("table", "json", "md", "csv"))
def command(
    paths: tuple[str, ...],
    states: tuple[str, ...],
    unknown: str,
    verbose: bool,  # noqa: FBT001
    cluster: str | None,
    default_namespace: str,
    service_tags: str | None,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Show what the input says about isolation, and how each value is known.

    Lists the settings of each cluster, of its node pools and of the network around it:
    stated at a place in a file, by default of the service or the tool with its source,
    or not known, with what would settle it. Then what was read, and what was not.

    Exit code 0; 3 if something is not known and --unknown is fail.
    """
    from seawall.model.setting import State
    from seawall.query.settings.answer import explain

    snapshot = read_input(
        paths,
        default_namespace=default_namespace,
        cluster=cluster,
        service_tags=service_tags,
    )
    found = explain(snapshot)
    shown = frozenset(State(state) for state in states) or frozenset(State)
    for form, file in outputs:
        _write(snapshot, found, (form, file), shown=shown, verbose=verbose)
    failed = unknown == "fail" and found.count(State.UNKNOWN)
    return UNKNOWN if failed else 0


def _write(
    snapshot: "Snapshot",
    found: "Explained",
    output: tuple[str, Path | None],
    *,
    shown: "frozenset[State]",
    verbose: bool,
) -> None:
    form, file = output
    if form == "json":
        from seawall.query.settings.document import explained_json

        write_json(explained_json(snapshot, found, shown), file)
    elif form in {"md", "csv"}:
        from seawall.app.cli.show import settings_table

        make = settings_table.as_md if form == "md" else settings_table.as_csv
        write_text(make(found, shown), file)
    else:
        from seawall.app.cli.show.settings import settings_text

        colored = file is None
        write_text(settings_text(found, shown, colored=colored, verbose=verbose), file)
