"""`seawall rehearse`: a twin of the network, real packets, and what was proved."""

from collections.abc import Sequence
from dataclasses import dataclass
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
    from seawall.query.rehearsal.prepare import Prepared
    from seawall.twin.running import Twin

DISAGREES = 1
UNPROVED = 3


@click.command("rehearse")
@click.argument("paths", nargs=-1)
@click.option(
    "--layers",
    type=click.Choice(("all", "policy")),
    default="all",
    show_default=True,
    help="Build every layer, or network policies alone.",
)
@click.option(
    "--every-workload",
    "apart",
    is_flag=True,
    help="Stand a pod for every workload, even where nothing tells two apart.",
)
@click.option(
    "--sample",
    "most",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    metavar="N",
    help="Send so many packets at most; pairs of ends take turns.",
)
@click.option(
    "--keep", is_flag=True, help="Leave the twin up, for `shell`, `probe` and `down`."
)
@click.option(
    "--change",
    metavar="PATH",
    multiple=True,
    help="Another configuration that the running twin becomes: what does that do to "
    "new and to live connections? Repeatable, if it is in several places.",
)
@click.option(
    "--record",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write what every device of the twin sees, as one pcap file each.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every rule, gap, diagnostic.")
@engine_option
@service_tags_option
@input_options
@output_option(("table", "json"))
def command(
    paths: tuple[str, ...],
    layers: str,
    apart: bool,  # noqa: FBT001
    most: int,
    keep: bool,  # noqa: FBT001
    change: tuple[str, ...],
    record: Path | None,
    verbose: bool,  # noqa: FBT001
    engine: str | None,
    service_tags: str | None,
    cluster: str | None,
    default_namespace: str,
    outputs: tuple[tuple[str, Path | None], ...],
) -> int:
    """Build the network on this machine, send real packets, and compare.

    Pods, nodes, subnets and firewalls become network namespaces, policies and filters
    rules of the kernel's own packet filter, written by code that shares nothing with
    the engine. Nothing of this machine's own network is touched. It needs Linux, and
    neither root nor a container.

    With --keep the twin stays up: `seawall rehearse shell payments/api` opens a shell
    in a pod, `seawall rehearse probe payments/api 10.1.2.3:443` sends one packet,
    `seawall rehearse --change NEW` without a PATH changes it, and
    `seawall rehearse down` takes it down.

    Exit code 0: packets did all that was proved; 1: some did something else, or a
    change does something; 3: some came to nothing that proves anything.
    """
    from seawall.app.cli.rehearsal.keep import VERBS, is_kept, on_kept

    if paths and paths[0] in VERBS and not Path(paths[0]).exists():
        return on_kept(paths)
    read = _Reading(
        layers, apart, most, engine, service_tags, cluster, default_namespace
    )
    if change:
        if keep or record:
            raise click.UsageError("--change takes neither --keep nor --record")
        old = None if is_kept() and not paths else read.prepared(paths, verbose=verbose)
        return _change(old, read.prepared(change, verbose=verbose), outputs, verbose)
    prepared = read.prepared(paths, verbose=verbose)
    return _rehearse(prepared, outputs, record, keep=keep, verbose=verbose)


@dataclass(frozen=True, slots=True)
class _Reading:
    """How input is read and rehearsed."""

    layers: str
    apart: bool
    most: int
    engine: str | None
    service_tags: str | None
    cluster: str | None
    default_namespace: str

    def prepared(self, paths: Sequence[str], *, verbose: bool) -> "Prepared":
        """Read an input, and return its rehearsal.

        Raises:
            UsageError: Nothing in it sends packets.
        """
        from seawall.query.case import Case
        from seawall.query.rehearsal.prepare import Layers, prepared

        snapshot = read_input(
            paths,
            default_namespace=self.default_namespace,
            cluster=self.cluster,
            service_tags=self.service_tags,
        )
        print_diagnostics(snapshot.diagnostics, everything=verbose)
        with working("planning the twin"):
            case, layers = Case(snapshot, self.engine), Layers(self.layers)
            found = prepared(case, layers, self.most, apart=self.apart)
        if not found.questions:
            raise click.UsageError(
                "nothing in the input sends packets; give the workloads of the "
                "cluster too"
            )
        return found


def _rehearse(
    prepared: "Prepared",
    outputs: tuple[tuple[str, Path | None], ...],
    record: Path | None,
    *,
    keep: bool,
    verbose: bool,
) -> int:
    from seawall.app.cli.rehearsal import keep as keeping
    from seawall.app.cli.rehearsal.hold import hold
    from seawall.query.rehearsal.answer import Agreement

    def stay(twin: "Twin") -> None:
        keeping.keep(twin, prepared)

    with working("building the twin and sending packets"):
        held = hold(prepared, record=record, then=stay if keep else None)
    for form, file in outputs:
        if form == "json":
            from seawall.query.rehearsal.document import rehearse_json

            write_json(rehearse_json(prepared, held.found), file)
            continue
        from seawall.app.cli.show.rehearse import rehearse_text

        text = rehearse_text(
            prepared, held.found, held.seconds, colored=file is None, verbose=verbose
        )
        write_text(text, file)
    if held.found.count(Agreement.DISAGREED):
        return DISAGREES
    return UNPROVED if held.found.count(Agreement.UNPROVED) else 0


def _change(
    old: "Prepared | None",
    new: "Prepared",
    outputs: tuple[tuple[str, Path | None], ...],
    verbose: bool,  # noqa: FBT001
) -> int:
    from seawall.app.cli.rehearsal.alter import alter
    from seawall.app.cli.rehearsal.keep import change_kept
    from seawall.app.cli.show.rehearsed_change import change_text

    with working("building the twin, changing it, and sending packets"):
        found = alter(old, new) if old is not None else change_kept(new)
    for form, file in outputs:
        if form == "json":
            from seawall.query.rehearsal.change_document import change_json

            write_json(change_json(new.case.snapshot, found), file)
            continue
        text = change_text(found, colored=file is None, verbose=verbose)
        write_text(text, file)
    return DISAGREES if found.changed else 0
