"""`seawall reach --exposure`: what pods that do not exist yet could do."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from seawall.model.dataplane import Dataplane
    from seawall.model.diagnostic import Assumption
    from seawall.model.policy import Direction
    from seawall.model.snapshot import Snapshot
    from seawall.model.workload import Workload
    from seawall.query.reach.policy import Narrowing

FORMATS = ("table", "json")
UNKNOWN = 3


def show_exposure(
    snapshot: "Snapshot",
    engine: "tuple[Dataplane, tuple[Assumption, ...]]",
    part: "Narrowing",
    ends: tuple[bool, bool],
    *,
    outputs: tuple[tuple[str, Path | None], ...],
    unknown: str,
) -> int:
    """Show the exposure of the workloads that are asked for.

    Args:
        snapshot: What was read.
        engine: How policies are enforced, and the assumptions behind that.
        part: Which workloads and services.
        ends: Whether sources and destinations were asked for: with sources alone, what
            they may call is shown, with destinations alone, who may come to them.
        outputs: Formats and files.
        unknown: `fail` to say by the exit code that something is not known.
    """
    from seawall.app.cli.read import working
    from seawall.query.exposure.answer import exposures

    other = [form for form, _ in outputs if form not in FORMATS]
    if other:
        raise click.UsageError(
            f"exposure cannot be written as {other[0]}; there are {', '.join(FORMATS)}"
        )
    wanted = _wanted(snapshot, part, ends)
    with working("answering for future pods"):
        found = tuple(exposures(snapshot, engine[0], wanted, part.ports))
    for form, file in outputs:
        if form == "json":
            from seawall.app.cli.write import write_json
            from seawall.query.exposure.document import exposure_json

            write_json(exposure_json(snapshot, found, engine[1]), file)
        else:
            from seawall.app.cli.show.exposure import exposure_table

            exposure_table(found, file)
    if unknown == "fail" and any(item.is_unknown for item in found):
        return UNKNOWN
    return 0


def _wanted(
    snapshot: "Snapshot", part: "Narrowing", ends: tuple[bool, bool]
) -> "list[tuple[Workload, Direction]]":
    from seawall.model.policy import Direction

    by_source, by_target = ends
    chosen = []
    if by_target or not by_source:
        # Where no end is named, a namespace or labels narrow both directions.
        narrowed = part.destinations if by_target else part.sources
        chosen.append((Direction.INGRESS, narrowed))
    if by_source or not by_target:
        chosen.append((Direction.EGRESS, part.sources))
    return [
        (workload, direction)
        for workload in snapshot.objects.workloads
        for direction, selected in chosen
        if selected is None or selected(workload)
    ]
