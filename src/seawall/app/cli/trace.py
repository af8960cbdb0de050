"""`seawall trace`: one question, hop by hop."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.options import (
    engine_option,
    input_options,
    output_option,
    service_tags_option,
)
from seawall.app.cli.read import read_input, working
from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.write import write_json, write_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seawall.model.snapshot import Snapshot
    from seawall.query.case import Case
    from seawall.query.fix.offer import Forbidden, Offer
    from seawall.query.trace.answer import TraceAnswer

UNKNOWN = 3


@click.command("trace")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO[:PORT]")
@click.argument("paths", nargs=-1)
@click.option(
    "--unknown",
    type=click.Choice(("fail", "warn", "ok")),
    default="fail",
    show_default=True,
    help="What an answer that is not known does to the exit code.",
)
@click.option(
    "--fix",
    "wants_fix",
    is_flag=True,
    help="Print in full what would let the packets pass, also in a large cluster.",
)
@click.option(
    "--cut",
    "wants_cut",
    is_flag=True,
    help="Find the smallest change that denies what passes, and closes least else.",
)
@click.option(
    "--keep-closed",
    "closed",
    nargs=2,
    multiple=True,
    metavar="FROM TO[:PORT]",
    help="A flow that no fix may open; can be repeated.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every diagnostic.")
@engine_option
@input_options
@service_tags_option
@output_option(("table", "json"))
def command(
    source: str,
    target: str,
    paths: tuple[str, ...],
    unknown: str,
    wants_fix: bool,  # noqa: FBT001
    wants_cut: bool,  # noqa: FBT001
    closed: tuple[tuple[str, str], ...],
    verbose: bool,  # noqa: FBT001
    engine: str | None,
    cluster: str | None,
    default_namespace: str,
    service_tags: str | None,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Follow packets FROM one end TO another and say what becomes of them.

    \b
    Ends are written as
      payments/api              a workload        ns:payments,app=api   by labels
      pod:payments/api-7d9-x2   one pod           service:payments/api  a Service
      10.1.0.0/16               addresses         internet, onprem      outside
      kv-prod.vault.azure.net   a name            tag:Storage           a service tag
      api-server, imds, node:POOL, subnet:VNET/SUBNET
    TO may end in :443, :udp/53, :8000-8010 or the name of a container port.

    Exit code 0: it arrives and the reply returns; 1: it does not; 3: not known.
    """  # noqa: D301
    from seawall.model.end import InternetEnd
    from seawall.query.case import Case
    from seawall.query.trace.answer import trace
    from seawall.query.words.end import parse_source, parse_target
    from seawall.query.words.port import EndError

    snapshot = read_input(
        paths,
        default_namespace=default_namespace,
        cluster=cluster,
        service_tags=service_tags,
    )
    print_diagnostics(snapshot.diagnostics, everything=verbose)
    try:
        sources = parse_source(source, snapshot)
        targets, port = parse_target(target, snapshot)
    except EndError as error:
        raise click.UsageError(str(error)) from error
    if sources == targets == (InternetEnd(),):
        raise click.UsageError(
            "what passes between two places outside is not in the input; "
            "name an end inside: a workload, a subnet, an address"
        )
    case = Case(snapshot, engine)
    with working("tracing"):
        answer = trace(case, f"{source} -> {target}", sources, targets, port=port)
    wanted = _forbidden(closed, snapshot)
    offered = _offer(case, answer, wanted, fix=wants_fix, cut=wants_cut)
    told = (wants_fix, verbose)
    for form, file in outputs:
        _write(case, answer, offered, form=form, file=file, told=told)
    return _exit_code(answer, unknown)


def _write(
    case: "Case",
    answer: "TraceAnswer",
    offered: "Offer | None",
    *,
    form: str,
    file: Path | None,
    told: tuple[bool, bool],
) -> None:
    if form == "json":
        from seawall.query.trace.answer import document

        written = document(case, answer)
        if offered is not None:
            from seawall.query.fix.document import fixes_json

            written |= fixes_json(offered)
        write_json(written, file)
        return
    from seawall.app.cli.show.trace import trace_text

    whole, verbose = told

    def more(paint: bool) -> "Iterable[str]":  # noqa: FBT001
        if offered is None:
            return ()
        from seawall.app.cli.show.fix import fix_lines

        return fix_lines(offered, whole=whole, paint=paint)

    text = trace_text(case, answer, more, colored=file is None, verbose=verbose)
    write_text(text, file)


def _forbidden(
    closed: tuple[tuple[str, str], ...], snapshot: "Snapshot"
) -> tuple["Forbidden", ...]:
    """Return the flows that are to stay closed.

    Raises:
        click.UsageError: One names nothing that is known.
    """
    from seawall.query.fix.offer import Forbidden
    from seawall.query.words.end import parse_source, parse_target
    from seawall.query.words.port import EndError

    found = []
    for source, target in closed:
        try:
            sources = parse_source(source, snapshot)
            targets, port = parse_target(target, snapshot)
        except EndError as error:
            raise click.UsageError(f"--keep-closed: {error}") from error
        found.append(Forbidden(f"{source} -> {target}", sources, targets, port))
    return tuple(found)


def _offer(
    case: "Case",
    answer: "TraceAnswer",
    forbidden: tuple["Forbidden", ...],
    *,
    fix: bool,
    cut: bool,
) -> "Offer | None":
    from seawall.model.trace import Reply, Verdict

    is_open = answer.verdict is Verdict.ALLOWED and answer.reply is Reply.RETURNS
    if is_open and not (fix or cut):
        return None
    if cut:
        from seawall.query.fix.cut import offer_cuts

        with working("looking for a cut"):
            return offer_cuts(case, answer)
    from seawall.query.fix.offer import offer

    with working("looking for a fix"):
        found = offer(case, answer, forbidden=forbidden, wanted=fix)
        for item in found.fixes:
            _ = item.effects
        return found


def _exit_code(answer: "TraceAnswer", unknown: str) -> int:
    from seawall.model.trace import Reply, Verdict

    not_known = answer.verdict is Verdict.UNKNOWN or (
        answer.verdict is Verdict.ALLOWED and answer.reply is Reply.UNKNOWN
    )
    if not_known:
        return UNKNOWN if unknown == "fail" else 0
    arrives = answer.verdict is Verdict.ALLOWED and answer.reply is not Reply.LOST
    return 0 if arrives else 1
