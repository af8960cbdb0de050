"""`seawall design --from`: the way from a running cluster to what is needed."""

import importlib.util
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from seawall.app.cli.read import read_input, working
from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.write import write_json, write_text

UNUSABLE = 2
WAY = 1


def adopted(
    path: Path,
    running: Sequence[str],
    day: date,
    outputs: Sequence[tuple[str, Path | None]],
    *,
    verbose: bool,
) -> int:
    """Show the way from what runs to what a file requires.

    Returns:
        0 if everything stands already, 1 if there are steps, 2 if the requirements
        cannot be used or cannot hold together.
    """
    from seawall.design.requirements.read import read_requirements

    needs, told = read_requirements(path, day)
    if needs is None:
        print_diagnostics(told, everything=verbose)
        return UNUSABLE
    if importlib.util.find_spec("pysat") is None:
        why = "designs need a solver: pip install 'seawall[design]'"
        raise click.ClickException(why)
    from seawall.app.cli.show.adoption import adoption_text
    from seawall.design.adopt import adopt
    from seawall.design.adopt.document import adoption_json
    from seawall.design.adopt.place import elsewhere
    from seawall.design.choose.answer import Conflict

    snapshot = read_input(running, default_namespace="default", cluster=None)
    misplaced = tuple(elsewhere(snapshot, needs))
    told = (*told, *snapshot.diagnostics, *misplaced)
    print_diagnostics(told, everything=verbose)
    if misplaced:
        return UNUSABLE
    with working("choosing"):
        found = adopt(snapshot, needs, day)
    if found is None:
        raise click.ClickException(
            "no cluster is in what runs: add `az aks show -o json`, or its Terraform"
        )
    for form, file in outputs:
        if form == "json":
            write_json(adoption_json(found, told, day), file)
        else:
            text = adoption_text(found, colored=file is None, verbose=verbose)
            write_text(text, file)
    if isinstance(found.decided, Conflict):
        return UNUSABLE
    return WAY if found.steps else 0
