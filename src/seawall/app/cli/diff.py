"""`seawall diff`: what two inputs, or two policy engines, let pass differently."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.options import ENGINES, input_options, output_option
from seawall.app.cli.read import read_input, working
from seawall.app.cli.show.diagnostics import print_diagnostics

if TYPE_CHECKING:
    from seawall.model.snapshot import Snapshot
    from seawall.query.difference import Difference
    from seawall.query.difference_side import Side
    from seawall.query.reach_policy import Narrowing

FORMATS = ("table", "json")
DIFFERS, UNKNOWN = 1, 3
TWO = 2


@click.command("diff")
@click.argument("paths", nargs=-1)
@click.option(
    "--engine",
    "engines",
    type=click.Choice(ENGINES),
    multiple=True,
    help="Who enforces network policies; given twice, one input under both.",
)
@click.option(
    "--unknown",
    type=click.Choice(("fail", "warn", "ok")),
    default="warn",
    show_default=True,
    help="What to do where both sides do not know.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every diagnostic.")
@input_options
@output_option(FORMATS)
def command(
    paths: tuple[str, ...],
    engines: tuple[str, ...],
    unknown: str,
    verbose: bool,  # noqa: FBT001
    cluster: str | None,
    default_namespace: str,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Show what network policies let pass differently: OLD NEW, or two engines.

    `seawall diff OLD NEW` compares two inputs; each is judged by the engine that its
    cluster runs, or by --engine. `seawall diff --engine npm --engine cilium PATH…`
    compares one input under two engines, as before a migration. Exit code 1 means
    that something differs.
    """
    from seawall.query.difference import Difference

    if len(engines) > TWO:
        raise click.UsageError("two engines can be compared, not more")
    two_inputs = len(engines) < TWO
    if two_inputs and len(paths) != TWO:
        raise click.UsageError(
            "name two inputs, OLD and NEW, or one input and --engine twice"
        )

    def side(index: int) -> "Side":
        return _side(
            paths[index : index + 1] if two_inputs else paths,
            engines[min(index, len(engines) - 1)] if engines else None,
            name=paths[index] if two_inputs else engines[index],
            reading=(default_namespace, cluster),
            told=verbose if two_inputs or index else None,
        )

    return _answer(Difference(side(0), side(1)), outputs, unknown)


def compare(
    snapshot: "Snapshot",
    engines: tuple[str, ...],
    part: "Narrowing",
    *,
    outputs: tuple[tuple[str, Path | None], ...],
    unknown: str,
) -> int:
    """Show what differs between two engines in a part of one input."""
    from seawall.query.difference import Difference
    from seawall.query.difference_side import Side
    from seawall.query.enforcement import enforcement
    from seawall.query.reach_policy import reach_policy

    if len(engines) > TWO:
        raise click.UsageError("two engines can be compared, not more")
    other = [form for form, _ in outputs if form not in FORMATS]
    if other:
        raise click.UsageError(
            f"what differs cannot be written as {other[0]}; "
            f"there are {', '.join(FORMATS)}"
        )
    sides = []
    for engine in engines:
        dataplane, made = enforcement(snapshot, engine)
        result = reach_policy(snapshot, dataplane, part, assumptions=made)
        sides.append(Side(engine, result))
    left, right = sides
    return _answer(Difference(left, right), outputs, unknown)


def _answer(
    difference: "Difference",
    outputs: tuple[tuple[str, Path | None], ...],
    unknown: str,
) -> int:
    with working("comparing"):
        differs = bool(difference.changes)
    for form, file in outputs:
        _write(difference, form, file)
    if differs:
        return DIFFERS
    return UNKNOWN if unknown == "fail" and not difference.is_certain else 0


def _side(
    paths: tuple[str, ...],
    engine: str | None,
    *,
    name: str,
    reading: tuple[str, str | None],
    told: bool | None,
) -> "Side":
    """Return one side; *told* is None if its diagnostics are those of the other."""
    from seawall.query.difference_side import Side
    from seawall.query.enforcement import enforcement
    from seawall.query.reach_policy import reach_policy

    namespace, cluster = reading
    snapshot = read_input(paths, default_namespace=namespace, cluster=cluster)
    if told is not None:
        print_diagnostics(snapshot.diagnostics, everything=told)
    dataplane, assumptions = enforcement(snapshot, engine)
    return Side(name, reach_policy(snapshot, dataplane, assumptions=assumptions))


def _write(difference: "Difference", form: str, file: Path | None) -> None:
    if form == "json":
        from seawall.app.cli.write import write_json
        from seawall.query.difference_json import difference_json

        write_json(difference_json(difference), file)
        return
    from seawall.app.cli.show.diff import diff_table

    diff_table(difference, file)
