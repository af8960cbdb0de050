"""Reading the input for a verb: paths, progress, diagnostics."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from seawall.model.snapshot import Snapshot

PATIENCE_S = 2.0


def read_input(
    paths: Sequence[str], *, default_namespace: str, cluster: str | None
) -> "Snapshot":
    """Read all of *paths*, the current folder if there is none.

    Raises:
        InputError: Nothing that could be read is there.
    """
    from seawall.ingest import LoadOptions, load

    options = LoadOptions(default_namespace=default_namespace, cluster=cluster)
    with working("reading"):
        return load(paths or ["."], options=options)


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
