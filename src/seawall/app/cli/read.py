"""Reading the input for a verb: paths, progress, diagnostics."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import click

from seawall.app.cli.options import (
    compiles_bicep,
    parameters,
    scripts_change_nothing,
)

if TYPE_CHECKING:
    from seawall.model.snapshot import Snapshot

PATIENCE_S = 2.0
FEW = 3


def read_input(
    paths: Sequence[str],
    *,
    default_namespace: str,
    cluster: str | None,
    service_tags: str | None = None,
    plan: Literal["before", "after"] = "after",
    values: tuple[tuple[str, str], ...] | None = None,
) -> "Snapshot":
    """Read all of *paths*, the current folder if there is none.

    What was there before a plan may be nothing. Parameters of templates have the
    *values* that are given, else those of `--set`.

    Raises:
        InputError: Nothing that could be read is there.
    """
    from seawall.ingest import LoadOptions, load

    options = LoadOptions(
        default_namespace=default_namespace,
        cluster=cluster,
        service_tags=service_tags,
        parameters=parameters() if values is None else values,
        compile_bicep=compiles_bicep(),
        scripts_change_nothing=scripts_change_nothing(),
        plan=plan,
    )
    with working("reading"):
        snapshot = load(paths or ["."], options=options)
    if plan == "after":
        _refuse_what_says_nothing(snapshot, paths or ["."])
    if cluster is not None and snapshot.cluster is None and plan == "after":
        _refuse_the_choice(snapshot, cluster)
    return snapshot


def _refuse_the_choice(snapshot: "Snapshot", cluster: str) -> None:
    """End when the cluster that was chosen is not there: no other answers for it.

    Raises:
        UsageError: Always.
    """
    names = sorted(each.name for each in snapshot.other_clusters)
    held = ", ".join(f"`{name}`" for name in names) or "none"
    raise click.UsageError(
        f"the cluster `{cluster}` of --cluster is not in the input; it holds {held}"
    )


def _refuse_what_says_nothing(snapshot: "Snapshot", paths: Sequence[str]) -> None:
    """End with exit code 2 when there were errors and nothing else.

    Raises:
        InputError: Nothing in the input could be read.
    """
    from dataclasses import replace

    from seawall.app.cli.show.diagnostics import print_diagnostics
    from seawall.model.diagnostic import Diagnostic, InputError, Level
    from seawall.model.policy import LOST
    from seawall.model.snapshot import KubernetesObjects

    objects = snapshot.objects
    if objects.opaque_policies or objects.hidden:
        # What a broken text only names is nothing to answer from.
        broken = {
            item.origin.path
            for item in snapshot.diagnostics
            if item.level is Level.ERROR and item.origin is not None
        }
        objects = replace(
            objects,
            opaque_policies=tuple(
                item for item in objects.opaque_policies if item.why != LOST
            ),
            hidden=tuple(it for it in objects.hidden if it.origin.path not in broken),
        )
    empty = objects == KubernetesObjects() and snapshot.cluster is None
    if not empty or snapshot.fabric.networks or snapshot.fabric.security_groups:
        return
    print_diagnostics(snapshot.diagnostics, everything=True)
    shown = ", ".join(f"`{path}`" for path in paths[:FEW])
    more = f" and {len(paths) - FEW} more" if len(paths) > FEW else ""
    raise InputError(
        Diagnostic(
            Level.ERROR,
            None,
            f"nothing in {shown}{more} says what can reach what",
            "no workload, policy, cluster or network could be read from it",
            "name the files or folders that hold manifests, `az … -o json` output or "
            "a `terraform show -json` plan",
        )
    )


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on a terminal that work goes on, once it takes longer than patience."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield
        return
    import threading

    done = threading.Event()

    def show() -> None:
        if done.wait(PATIENCE_S):
            return
        seconds = int(PATIENCE_S)
        while not done.wait(1.0):
            seconds += 1
            click.echo(f"\r{what} … {seconds} s", nl=False, err=True)
        click.echo("\r" + " " * (len(what) + 12) + "\r", nl=False, err=True)

    ticker = threading.Thread(target=show, daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()
