"""Takes away findings that are known: by suppressions, comments and a baseline."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.write import write_json

if TYPE_CHECKING:
    from seawall.audit.finding import Finding
    from seawall.audit.suppress import Aside
    from seawall.audit.validity.judge import Judgement
    from seawall.model.snapshot import Snapshot


def sift(
    snapshot: "Snapshot",
    findings: "Sequence[Finding]",
    validity: "Judgement",
    *,
    day: date,
    files: tuple[Path | None, Path | None],
) -> "tuple[Sequence[Finding], Judgement, Aside]":
    """Return the findings that are told, and what is known of the others.

    Args:
        snapshot: What was read.
        findings: The findings of the audit.
        validity: What AKS would not take.
        day: Today.
        files: A file of findings that are known, and where to write such a file.

    Raises:
        click.UsageError: The baseline cannot be read.
    """
    from seawall.app.cli.remarks import remarks
    from seawall.app.forms.baseline import (
        NotABaseline,
        baseline_of,
        read_baseline,
        without_known,
    )
    from seawall.audit.suppress import Aside, sifted

    baseline, written = files
    noted, faults = remarks(snapshot.inputs)
    print_diagnostics(faults)
    every = (*findings, *validity.findings)
    kept = sifted(every, (*snapshot.suppressions, *noted), day)
    told = kept.findings
    if written is not None:
        write_json(baseline_of(told), written)
    known = gone = 0
    if baseline is not None:
        try:
            held = read_baseline(baseline)
        except NotABaseline as error:
            raise click.UsageError(f"--baseline: {error}") from error
        told, gone = without_known(told, held)
        known = len(kept.findings) - len(told)
    of_validity = {id(item) for item in validity.findings}
    return (
        tuple(item for item in told if id(item) not in of_validity),
        replace(
            validity,
            findings=tuple(item for item in told if id(item) in of_validity),
        ),
        Aside(kept.suppressed, known, gone),
    )
