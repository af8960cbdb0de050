"""`seawall reach`: every connection that is possible."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seawall.app.cli.options import (
    ENGINES,
    input_options,
    output_option,
    service_tags_option,
)
from seawall.app.cli.read import read_input
from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.write import write_bytes

if TYPE_CHECKING:
    from seawall.model.snapshot import Snapshot
    from seawall.query.reach.answer import Reach
    from seawall.query.reach.policy import Narrowing

FORMATS = ("table", "json", "csv", "md", "dot", "summary", "summary-json", "binary")
UNKNOWN = 3


@click.command("reach")
@click.argument("paths", nargs=-1)
@click.option("--from", "source", metavar="END", help="Only connections from this end.")
@click.option("--to", "target", metavar="END", help="Only connections to this end.")
@click.option("--port", metavar="PORT", help="Only this port, such as 443 or udp/53.")
@click.option("-n", "--namespace", metavar="NS", help="Only workloads of a namespace.")
@click.option("-l", "--selector", "labels", metavar="LABELS", help="Only these labels.")
@click.option(
    "--layers",
    type=click.Choice(("all", "policy")),
    default="all",
    show_default=True,
    help="Everything that the input knows, or network policies alone.",
)
@click.option(
    "--exposure",
    is_flag=True,
    help="What pods that do not exist yet may exchange with each workload.",
)
@click.option(
    "--seen-as",
    "seen",
    metavar="ADDRESS",
    help="Who can arrive anywhere with this source address or range.",
)
@click.option("--self", "own", is_flag=True, help="Also a workload to itself.")
@click.option(
    "--unknown",
    type=click.Choice(("fail", "warn", "ok")),
    default="warn",
    show_default=True,
    help="What to do where a connection is not known.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every diagnostic.")
@click.option(
    "--engine",
    "engines",
    type=click.Choice(ENGINES),
    multiple=True,
    help="Who enforces network policies; default: as the cluster is set up. Given "
    "twice, what differs between them.",
)
@input_options
@service_tags_option
@output_option(FORMATS)
def command(
    paths: tuple[str, ...],
    source: str | None,
    target: str | None,
    port: str | None,
    namespace: str | None,
    labels: str | None,
    layers: str,
    exposure: bool,  # noqa: FBT001
    seen: str | None,
    own: bool,  # noqa: FBT001
    unknown: str,
    verbose: bool,  # noqa: FBT001
    engines: tuple[str, ...],
    cluster: str | None,
    default_namespace: str,
    service_tags: str | None,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Show every connection that is possible, narrowed by the options.

    Ends are written as `payments/api`, `ns:payments,app=api`, `10.1.0.0/16`,
    `internet`. With `--layers policy` only network policies are asked, by default as
    the Kubernetes API fixes them (`--engine spec`). With `--exposure`, the answer is
    what pods that do not exist yet may exchange with each workload: with --from those
    it may call, with --to those that may come. With `-o summary` pairs are counted.
    """
    from seawall.query.enforcement import enforcement
    from seawall.query.reach.answer import has_unknown, reach

    snapshot = read_input(
        paths,
        default_namespace=default_namespace,
        cluster=cluster,
        service_tags=service_tags,
    )
    print_diagnostics(snapshot.diagnostics, everything=verbose)
    engine = engines[0] if engines else "spec" if layers == "policy" else None
    if seen is not None:
        from seawall.app.cli.seen_as import show_seen_as

        return show_seen_as(snapshot, engine, seen, outputs=outputs, unknown=unknown)
    dataplane, assumptions = enforcement(snapshot, engine)
    ends = {"source": source, "target": target, "port": port}
    ends |= {"namespace": namespace, "labels": labels}
    part = _narrowed(snapshot, ends, own=own)
    if len(engines) > 1:
        from seawall.app.cli.compared import compare_engines as compare

        return compare(snapshot, engines, part, outputs=outputs, unknown=unknown)
    if exposure:
        from seawall.app.cli.exposure import show_exposure

        show = partial(show_exposure, outputs=outputs, unknown=unknown)
        named = (source is not None, target is not None)
        return show(snapshot, (dataplane, assumptions), part, named)
    result = reach(snapshot, dataplane, part, layers=layers, assumptions=assumptions)
    for form in outputs:
        _write(result, *form)
    return UNKNOWN if unknown == "fail" and has_unknown(result) else 0


def _narrowed(
    snapshot: "Snapshot", wanted: dict[str, str | None], *, own: bool
) -> "Narrowing":
    from dataclasses import replace

    from seawall.query.reach.policy import Narrowing

    part = Narrowing()
    if any(text is not None for text in wanted.values()):
        from seawall.query.reach.narrowing import narrowing
        from seawall.query.words.port import EndError

        try:
            part = narrowing(snapshot, **wanted)
        except EndError as error:
            raise click.UsageError(str(error)) from error
    return replace(part, include_self=own)


def _write(result: "Reach", form: str, file: Path | None) -> None:
    if form == "json":
        from seawall.query.reach.answer import document

        write_bytes(document(result), file)
        return
    if form == "binary":
        _write_binary(result, file)
        return
    if form in {"summary", "summary-json"}:
        _summarize(result, form, file)
        return
    from seawall.query.reach import text

    if form == "csv":
        write_bytes(text.as_csv(result.connections()), file)
    elif form == "md":
        write_bytes(text.as_markdown(result.connections()), file)
    elif form == "dot":
        write_bytes(text.as_dot(result.connections()), file)
    else:
        _table(result, file)


def _write_binary(result: "Reach", file: Path | None) -> None:
    from dataclasses import replace

    from seawall.query.reach.policy import Narrowing, ReachResult
    from seawall.query.reach.table import reach_table

    if not isinstance(result, ReachResult):
        raise click.UsageError("-o binary holds network policies: add --layers policy")
    if replace(result.narrowing, include_self=False) != Narrowing():
        raise click.UsageError(
            "-o binary holds every pair: leave out --from, --to, --port, -n and -l"
        )
    if file is None and sys.stdout is not None and sys.stdout.isatty():
        raise click.UsageError(
            "-o binary is not for a terminal: name a file with =FILE"
        )
    write_bytes(reach_table(result), file)


def _summarize(result: "Reach", form: str, file: Path | None) -> None:
    from seawall.app.cli.write import write_json, write_text
    from seawall.query.reach.summary import reach_count, summary_document, summary_text

    counted = reach_count(result)
    if form == "summary":
        write_text(summary_text(counted), file)
    else:
        write_json(summary_document(result.snapshot, result, counted), file)


def _table(result: "Reach", file: Path | None) -> None:
    from seawall.app.cli.show.reach import reach_table

    reach_table(result, file)
