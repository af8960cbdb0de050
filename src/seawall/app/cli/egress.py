"""`seawall egress`: what a cluster must reach, and whether it does."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

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
    from seawall.model.cluster import Cluster
    from seawall.model.end import End
    from seawall.model.snapshot import Snapshot
    from seawall.query.egress.answer import EgressAnswer
    from seawall.query.egress.later import Later

BLOCKED = 1
UNKNOWN = 3


@click.command("egress")
@click.argument("paths", nargs=-1)
@click.option(
    "--as-of",
    "--now",
    "now",
    type=Day(),
    help="The day for which to answer; default: today.",
)
@click.option(
    "--at",
    type=Day(),
    help="Also tell what changes until this day: what is needed, what has ended.",
)
@click.option(
    "--kubernetes",
    metavar="VERSION",
    help="Also tell what changes with this version of Kubernetes, such as 1.37.",
)
@click.option(
    "--from",
    "source",
    metavar="END",
    help="Ask only these senders: `node:POOL`, `payments/api`, `ns:payments`.",
)
@click.option(
    "--unknown",
    type=click.Choice(("fail", "warn", "ok")),
    default="fail",
    show_default=True,
    help="What a requirement does to the exit code if it is not known to pass.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every diagnostic.")
@engine_option
@service_tags_option
@input_options
@output_option(("table", "json", "md"))
def command(
    paths: tuple[str, ...],
    now: date | None,
    at: date | None,
    kubernetes: str | None,
    source: str | None,
    unknown: str,
    verbose: bool,  # noqa: FBT001
    engine: str | None,
    service_tags: str | None,
    cluster: str | None,
    default_namespace: str,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Show what a cluster must reach to live, whether it does, and what is beyond.

    What is needed stands in a dated catalogue: by cloud, by how the API server is
    reached, by add-on and kind of node. Every pool is asked, and pods where they need
    it themselves. What passes and is not needed follows, the widest first.

    Exit code 0: all that is required passes; 1: something is blocked, or will be by
    --at; 3: it is not known whether something passes, unless --unknown says otherwise.
    """
    from seawall.query.case import Case
    from seawall.query.egress.answer import required_egress
    from seawall.query.egress.later import later

    snapshot = read_input(
        paths,
        default_namespace=default_namespace,
        cluster=cluster,
        service_tags=service_tags,
    )
    print_diagnostics(snapshot.diagnostics, everything=verbose)
    asked = _cluster(snapshot)
    _refuse_no_version(kubernetes)
    day = now or datetime.now(UTC).date()
    if at is not None and at < day:
        raise click.UsageError(
            f"--at {at} is before {day}; give a later day, or --as-of"
        )
    case = Case(snapshot, engine)
    senders = _senders(snapshot, source)
    then = None
    with working("asking for each destination"):
        answer = required_egress(case, asked, day, senders)
        if at is not None or kubernetes is not None:
            then = later(case, answer, at or day, kubernetes)
    for form, file in outputs:
        _write(snapshot, answer, then, (form, file), verbose=verbose)
    if then is not None and then.breaks:
        return BLOCKED
    return _exit_code(answer, unknown)


def _write(
    snapshot: "Snapshot",
    answer: "EgressAnswer",
    then: "Later | None",
    output: tuple[str, Path | None],
    *,
    verbose: bool,
) -> None:
    form, file = output
    if form == "json":
        from seawall.query.egress.document import egress_json

        write_json(egress_json(snapshot, answer, then), file)
    elif form == "md":
        from seawall.app.cli.show.egress_md import egress_md

        write_text(egress_md(answer, then), file)
    else:
        from seawall.app.cli.show.egress import egress_text

        text = egress_text(
            snapshot, answer, then, colored=file is None, verbose=verbose
        )
        write_text(text, file)


def _refuse_no_version(text: str | None) -> None:
    """End when what is given as a version of Kubernetes is none.

    Raises:
        UsageError: It is none.
    """
    from seawall.query.egress.catalogue import version_of

    if text is not None and version_of(text) is None:
        raise click.UsageError(
            f"`{text}` is not a version of Kubernetes; write one as 1.37"
        )


def _senders(snapshot: "Snapshot", source: str | None) -> "tuple[End, ...]":
    """Return the senders that are named; none if all are asked.

    Raises:
        UsageError: The text names nothing that can send what a cluster needs.
    """
    from seawall.model.end import NodeEnd, PodEnd, SubnetEnd
    from seawall.query.words.end import parse_source
    from seawall.query.words.port import EndError

    if source is None:
        return ()
    try:
        found = parse_source(source, snapshot)
    except EndError as error:
        raise click.UsageError(str(error)) from error
    if not all(isinstance(end, NodeEnd | PodEnd | SubnetEnd) for end in found):
        raise click.UsageError(
            f"`{source}` is not in the cluster; name nodes, pods or a subnet"
        )
    return found


def _cluster(snapshot: "Snapshot") -> "Cluster":
    """Return the cluster that is asked about.

    Raises:
        UsageError: There is none, or it is not said which.
    """
    if snapshot.cluster is not None:
        return snapshot.cluster
    names = sorted(each.name for each in snapshot.other_clusters)
    if names:
        listed = ", ".join(f"`{name}`" for name in names)
        raise click.UsageError(
            f"the input holds several clusters; name one with --cluster: {listed}"
        )
    raise click.UsageError(
        "the input holds no cluster, and what must be reached follows from its "
        "settings; add `az aks show -o json` or a Terraform plan"
    )


def _exit_code(answer: "EgressAnswer", unknown: str) -> int:
    from seawall.model.trace import Verdict

    if answer.having(Verdict.DENIED):
        return BLOCKED
    if unknown == "fail" and answer.having(Verdict.UNKNOWN):
        return UNKNOWN
    return 0
