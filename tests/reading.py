"""Writes manifests to files and reads them, as a user would."""

from pathlib import Path
from textwrap import dedent

from seawall.ingest import LoadOptions, load
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.snapshot import Snapshot


def read(folder: Path, *texts: str, options: LoadOptions | None = None) -> Snapshot:
    """Return the snapshot of *texts*, each in a file of its own."""
    for number, text in enumerate(texts):
        path = folder / f"{number:03}.yaml"
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return load([folder], options=options or LoadOptions())


def told(snapshot: Snapshot, *levels: Level) -> list[Diagnostic]:
    """Return the diagnostics of some levels; notes are left out by default."""
    wanted = levels or (Level.ERROR, Level.UNMODELLED, Level.WARNING)
    return [item for item in snapshot.diagnostics if item.level in wanted]
