"""`seawall snapshot`: one archive of all that was read, without secrets."""

from datetime import UTC, date, datetime
from pathlib import Path

import click

from seawall.app.cli.options import Day, parameters
from seawall.app.cli.read import working
from seawall.app.cli.show.diagnostics import print_diagnostics
from seawall.app.cli.write import write_bytes


@click.command("snapshot")
@click.argument("paths", nargs=-1)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The archive to write, such as `shop.zip`.",
)
@click.option(
    "--redact",
    is_flag=True,
    help="Replace names by made-up ones, everywhere alike, so that it can be shared.",
)
@click.option(
    "--as-of",
    type=Day(),
    help="The day that the archive bears; default: today.",
)
@click.option(
    "--default-namespace",
    metavar="NAME",
    default="default",
    show_default=True,
    help="Namespace of manifests that name none; it is kept with the archive.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every diagnostic.")
def command(
    paths: tuple[str, ...],
    output: Path,
    redact: bool,  # noqa: FBT001
    as_of: date | None,
    default_namespace: str,
    verbose: bool,  # noqa: FBT001
) -> int:
    """Write one archive of all that was read; every verb takes it in place of paths.

    Secrets are dropped: those of Kubernetes, kubeconfigs, passwords, keys, tokens,
    connection strings, what containers are started with, secure parameters, sensitive
    variables, comments, what commands say beside what they change, and whatever nothing
    reads. Values are replaced in place, so that answers from the archive name the same
    lines as those from the files.

    Look through the archive before you hand it on: what is secret is told by the kind
    of an object, the name of a key and the look of a value, and a secret under a
    harmless name stays.
    """
    from seawall.ingest import LoadOptions
    from seawall.ingest.taking.take import take

    options = LoadOptions(default_namespace=default_namespace, parameters=parameters())
    with working("taking a snapshot"):
        day = as_of or datetime.now(UTC).date()
        taken = take(paths or ["."], options, day, redact=redact)
    print_diagnostics(taken.diagnostics, everything=verbose)
    write_bytes([taken.data], output)
    files = f"{taken.files} file{'s' * (taken.files != 1)}"
    secrets = f"{taken.dropped} secret{'s' * (taken.dropped != 1)} dropped"
    renamed = f", {taken.renamed} names replaced" if redact else ""
    click.echo(f"{output}: {files}, {secrets}{renamed}", err=True)
    return 0
