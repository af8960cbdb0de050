"""Runs an installed program on an input: nothing is asked of anyone, and it ends."""

import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_WORDS = 300


class Ran(NamedTuple):
    """What a program wrote, or its own words if it failed."""

    output: bytes
    failure: str = ""


def run(
    command: Sequence[str], seconds: float, environment: Mapping[str, str] | None = None
) -> Ran:
    """Run a program that reads nothing from the terminal.

    Args:
        command: The program and its arguments, from no input but for names of files.
        seconds: How long it may take.
        environment: What is in its environment; None for ours.
    """
    try:
        done = subprocess.run(  # noqa: S603  (fixed commands; files are the inputs)
            command,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ran(b"", f"it had not ended after {seconds:.0f} seconds")
    except OSError as error:
        return Ran(b"", error.strerror or str(error))
    if done.returncode:
        words = " ".join(done.stderr.decode("utf-8", "replace").split())
        return Ran(b"", words[:_WORDS] or f"it ended with {done.returncode}")
    return Ran(done.stdout)
