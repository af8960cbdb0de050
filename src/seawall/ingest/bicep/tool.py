"""Runs `bicep build`, where the user asks for it."""

import json
import os
import shutil
from dataclasses import dataclass

from seawall.ingest.program import run

_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Output:
    """What `bicep` made of a file.

    Attributes:
        template: The template; None if it failed.
        failure: Its own words if it failed, or why there is none; empty otherwise.
    """

    template: dict[str, object] | None
    failure: str = ""


def find_bicep() -> str | None:
    """Return where `bicep` is installed, or None."""
    return shutil.which("bicep")


def compiled(bicep: str, path: str) -> Output:
    """Compile a file; no module is fetched, and no file is written.

    Args:
        bicep: The program.
        path: The file.

    Source:
        Azure docs, Bicep CLI, `build`: `--stdout` writes to the output, `--no-restore`
        fetches no module of a registry, and those that were restored are used.
    """
    command = [bicep, "build", os.path.realpath(path), "--stdout", "--no-restore"]
    done = run(command, _SECONDS)
    if done.failure:
        return Output(None, done.failure)
    try:
        value = json.loads(done.output)
    except (ValueError, RecursionError):
        return Output(None, "what it wrote is no JSON")
    if not isinstance(value, dict):
        return Output(None, "what it wrote is no template")
    return Output(value)
