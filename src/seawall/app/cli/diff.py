"""`seawall diff`: what two inputs, or two policy engines, let pass differently."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.compared import Comparison, answer
from seawall.app.cli.options import ENGINES, Day, input_options, output_option
from seawall.app.cli.read import read_input, working
from seawall.app.cli.review import PARTS, review
from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.sides import Given, Names, two_given

if TYPE_CHECKING:
    from seawall.model.snapshot import Snapshot
    from seawall.query.difference.flows import Flows
    from seawall.query.difference.side import Draft, Side
    from seawall.query.migration.proof import Migration

FORMATS = ("table", "json", "md", "yaml")
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
    "--layers",
    type=click.Choice(("all", "policy")),
    help="Everything that the inputs know, or network policies alone; default: all, "
    "and policy for two engines.",
)
@click.option(
    "--only",
    "parts",
    type=click.Choice(PARTS),
    multiple=True,
    help="Tell of this part alone; repeatable; default: all. Flows are always told.",
)
@click.option(
    "--as-of",
    type=Day(),
    help="The day by which findings and intents are judged; default: today.",
)
@click.option(
    "--unknown",
    type=click.Choice(("fail", "warn", "ok")),
    default="warn",
    show_default=True,
    help="What to do where both sides do not know.",
)
@click.option(
    "--rewrite",
    is_flag=True,
    help="Propose policies that let the same pass under the second engine, with a "
    "proof; -o yaml writes them.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every diagnostic.")
@input_options
@output_option(FORMATS)
def command(
    paths: tuple[str, ...],
    engines: tuple[str, ...],
    layers: str | None,
    parts: tuple[str, ...],
    as_of: date | None,
    unknown: str,
    rewrite: bool,  # noqa: FBT001
    verbose: bool,  # noqa: FBT001
    cluster: str | None,
    default_namespace: str,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Show what two inputs let pass differently: OLD NEW, or two engines.

    `seawall diff OLD NEW` compares two inputs; each is judged by the engine that its
    cluster runs, or by --engine. Either may be a revision of Git, which is read without
    the work tree: `seawall diff main..HEAD [PATH…]` (three dots: since the two went
    apart), `seawall diff HEAD~1 .`, `seawall diff v1:k8s k8s`. `seawall diff plan.json`
    compares what a plan of Terraform says that is there before and after it. Flows
    are compared through all layers that the inputs know, and beside them settings,
    findings of the audit and intents; `-o md` is for a comment on a pull request.

    `seawall diff --engine npm --engine cilium PATH…` compares one input under two
    engines, as before a migration; with --rewrite it also proposes policies that let
    the same pass under the second, proves them by what it reads back, and says what
    remains. Exit code 1 means that something differs.
    """
    if len(engines) > TWO:
        raise click.UsageError("two engines can be compared, not more")
    wants_rewrite = rewrite or any(form == "yaml" for form, _ in outputs)
    if wants_rewrite:
        _refuse_rewrite(engines)
    given, names = _given(paths, engines)
    read = [
        _read(side, default_namespace=default_namespace, cluster=cluster)
        for side in given
    ]
    _tell(read, names, verbose=verbose)
    layers = layers or ("policy" if len(engines) == TWO else "all")
    flows = _flows(given, read, engines, layers)
    migration = _migration(flows.left, flows.right) if wants_rewrite else None
    beside = None
    if len(engines) < TWO and layers == "all":
        with working("reviewing"):
            day = as_of or datetime.now(UTC).date()
            of_sides = given[0].paths, given[1].paths
            beside = review(flows.cases, of_sides, parts or PARTS, day)
    return answer(Comparison(flows, migration, names, beside), outputs, unknown)


def _flows(
    given: tuple[Given, Given],
    read: "Sequence[Snapshot]",
    engines: tuple[str, ...],
    layers: str,
) -> "Flows":
    from seawall.query.difference.flows import compared
    from seawall.query.difference.side import two_sides

    drafts = [
        _draft(side.name, snapshot, engines[min(at, len(engines) - 1) :][:1])
        for at, (side, snapshot) in enumerate(zip(given, read, strict=True))
    ]
    with working("comparing"):
        left, right = two_sides(*drafts)
        of_engines = len(engines) == TWO
        words = (left.name, right.name) if of_engines else ("before", "after")
        flows = compared(left, right, layers=layers, words=words)
        _ = flows.changes
    return flows


def _given(
    paths: tuple[str, ...], engines: tuple[str, ...]
) -> tuple[tuple[Given, Given], Names]:
    """Return what is compared: two inputs, or one under each of two engines."""
    if len(engines) == TWO:
        return (Given(engines[0], paths), Given(engines[1], paths)), Names()
    *given, names = two_given(paths)
    return (given[0], given[1]), names


def _read(given: Given, *, default_namespace: str, cluster: str | None) -> "Snapshot":
    """Read one side.

    Raises:
        click.UsageError: It has no sides: one input is given that is no plan.
    """
    snapshot = read_input(
        given.paths,
        default_namespace=default_namespace,
        cluster=cluster,
        plan=given.plan,
    )
    kinds = {kind for item in snapshot.inputs for kind in item.kind.split("+")}
    if given.is_plan and "terraform-plan" not in kinds:
        raise click.UsageError(
            f"`{given.paths[0]}` is one input and holds no plan of Terraform, which "
            "has two sides: name OLD and NEW, or revisions, as `main..HEAD`"
        )
    if not given.told:
        return snapshot
    return replace(snapshot, diagnostics=(*snapshot.diagnostics, *given.told))


def _tell(read: "Sequence[Snapshot]", names: Names, *, verbose: bool) -> None:
    """Print what was told of both sides, each thing once."""
    found = [names.diagnostic(item) for side in read for item in side.diagnostics]
    print_diagnostics(list(dict.fromkeys(found)), everything=verbose)


def _draft(name: str, snapshot: "Snapshot", engine: tuple[str, ...]) -> "Draft":
    from seawall.query.difference.side import Draft
    from seawall.query.enforcement import enforcement

    chosen = engine[0] if engine else None
    return Draft(name, snapshot, *enforcement(snapshot, chosen))


def _refuse_rewrite(engines: tuple[str, ...]) -> None:
    """Refuse to rewrite for engines between which there is nothing to propose.

    Raises:
        click.UsageError: There is not.
    """
    from seawall.model.dataplane import DATAPLANES, PolicyEngine
    from seawall.query.migration.propose import can_rewrite

    planes = [DATAPLANES[PolicyEngine(item)] for item in engines]
    if len(planes) < TWO or not can_rewrite(planes[0], planes[1]):
        raise click.UsageError(
            "policies are rewritten from npm or calico to cilium: say `--engine npm "
            "--engine cilium` and name one input"
        )


def _migration(left: "Side", right: "Side") -> "Migration":
    from seawall.query.migration.proof import migrate

    with working("rewriting"):
        sides = (left, right)
        old, new = (side.result.table.index.dataplane for side in sides)
        return migrate(left.result.snapshot, (left.name, right.name), (old, new))
