"""`seawall test`: whether what must hold does."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.forms import FORMS, write_form
from seawall.app.cli.options import (
    Day,
    engine_option,
    input_options,
    output_option,
    service_tags_option,
)
from seawall.app.cli.read import read_input, working
from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.write import write_json, write_text

if TYPE_CHECKING:
    from seawall.model.intent import Intent
    from seawall.model.snapshot import Snapshot
    from seawall.query.intents.verdict import Tested

VIOLATED = 1
UNUSABLE = 2
UNKNOWN = 3


@click.command("test")
@click.argument("paths", nargs=-1)
@click.option(
    "-i",
    "--intents",
    "files",
    multiple=True,
    metavar="FILE",
    help="Only the intents of this file or folder, beside what PATHS say. Repeatable; "
    "default: all intents in PATHS.",
)
@click.option(
    "-k",
    "--only",
    "words",
    metavar="TEXT",
    help="Only intents whose name holds this text, in any case.",
)
@click.option(
    "--as-of",
    "now",
    type=Day(),
    help="The day by which exceptions expire; default: today.",
)
@click.option(
    "--unknown",
    type=click.Choice(("fail", "warn", "ok")),
    default="fail",
    show_default=True,
    help="What an intent that is not known to hold does to the exit code.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every diagnostic and hop.")
@engine_option
@input_options
@service_tags_option
@output_option(("table", "json", *FORMS))
def command(
    paths: tuple[str, ...],
    files: tuple[str, ...],
    words: str | None,
    now: date | None,
    unknown: str,
    verbose: bool,  # noqa: FBT001
    engine: str | None,
    cluster: str | None,
    default_namespace: str,
    service_tags: str | None,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Judge every intent: what must hold, and whether it does, over all packets.

    Intents stand in YAML files among PATHS (`apiVersion: seawall/v1`, `kind: Intents`)
    or in those of --intents. Each forbids, requires, says who only may, or names a
    preset; `docs/guide/intents.md` tells how they are written.

    Exit code 0: all hold; 1: one is violated; 2: there is none, or unusable input; 3:
    one is not known to hold, unless --unknown says otherwise.
    """
    from seawall.query.case import Case
    from seawall.query.intents.answer import judge_all

    snapshot = read_input(
        (*(paths or (".",)), *files),
        default_namespace=default_namespace,
        cluster=cluster,
        service_tags=service_tags,
    )
    print_diagnostics(snapshot.diagnostics, everything=verbose)
    intents = _chosen(snapshot, files, words)
    with working("proving"):
        case = Case(snapshot, engine)
        tested = judge_all(case, intents, now or datetime.now(UTC).date())
    for form, file in outputs:
        _write(snapshot, tested, (form, file), unknown=unknown, verbose=verbose)
    return _exit_code(tested, unknown)


def _chosen(
    snapshot: "Snapshot", files: tuple[str, ...], words: str | None
) -> tuple["Intent", ...]:
    """Return the intents that are asked for.

    Raises:
        click.UsageError: There is none.
    """
    found = snapshot.intents
    if files:
        roots = [Path(file) for file in files]
        found = tuple(
            intent
            for intent in found
            if any(Path(intent.origin.path).is_relative_to(root) for root in roots)
        )
    if not found:
        where = ", ".join(f"`{file}`" for file in files) or "the input"
        raise click.UsageError(
            f"{where} holds no intents; write them in a YAML file with "
            "`apiVersion: seawall/v1` and `kind: Intents`, and name it with --intents"
        )
    if words is not None:
        found = tuple(each for each in found if words.lower() in each.name.lower())
        if not found:
            raise click.UsageError(f"no intent has `{words}` in its name")
    return found


def _write(
    snapshot: "Snapshot",
    tested: "Tested",
    output: tuple[str, Path | None],
    *,
    unknown: str,
    verbose: bool,
) -> None:
    form, file = output
    if form == "json":
        from seawall.query.intents.document import tested_json

        write_json(tested_json(snapshot, tested), file)
    elif form in FORMS:
        write_form(form, file, None, tested, unknown=unknown)
    else:
        from seawall.app.cli.show.intents import tested_text

        text = tested_text(snapshot, tested, colored=file is None, verbose=verbose)
        write_text(text, file)


def _exit_code(tested: "Tested", unknown: str) -> int:
    from seawall.query.intents.verdict import Standing

    if tested.count(Standing.VIOLATED):
        return VIOLATED
    if tested.count(Standing.UNKNOWN) and unknown == "fail":
        return UNKNOWN
    return 0
