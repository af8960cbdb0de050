"""Asks `git` what a repository holds; nothing that the repository names is run.

Only commands are used that read objects: no filter, hook, text conversion, pager or
file system monitor belongs to them, and what is missing is not fetched.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from seawall.ingest.program import Ran, run
from seawall.model.diagnostic import Diagnostic, InputError, Level

_SECONDS = 120.0
_SAFE = (
    *("--no-pager", "--no-optional-locks"),
    *("-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
    *("-c", "safe.bareRepository=explicit"),
)
_ALONE = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
"""Nothing is fetched, whatever kind of clone it is, and nobody is asked.

Source: Git docs, git, "Environment Variables".
"""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a work tree.

    Attributes:
        program: Where `git` is installed.
        top: The folder of the work tree, without links.
    """

    program: str
    top: Path

    def ask(self, *arguments: str) -> Ran:
        """Return what one command of `git` says."""
        return _asked(self.program, self.top, arguments)

    def blobs(self, ids: Sequence[str], scratch: Path) -> Path:
        """Return a file that holds the contents of some objects, in their order.

        Each follows a line with its id, kind and size, and a line end follows it.

        Args:
            ids: The ids of the objects.
            scratch: A folder for that file.

        Raises:
            InputError: They cannot be read.
        """
        asked, answered = scratch / "asked", scratch / "answered"
        asked.write_text("".join(f"{item}\n" for item in ids), encoding="ascii")
        command = [self.program, *_SAFE, "cat-file", "--batch", "--buffer"]
        with asked.open("rb") as source, answered.open("wb") as target:
            done = subprocess.run(  # noqa: S603  (a fixed command; ids are its input)
                command,
                stdin=source,
                stdout=target,
                stderr=subprocess.PIPE,
                cwd=self.top,
                env=_environment(),
                check=False,
            )
        if done.returncode:
            words = " ".join(done.stderr.decode("utf-8", "replace").split())
            raise refused(
                "the files of a revision cannot be read", words or "git failed"
            )
        return answered


def repository(folder: Path, asked: str) -> Repository:
    """Return the repository in whose work tree a folder lies.

    Args:
        folder: The folder.
        asked: What is looked for in it, and is no path.

    Raises:
        InputError: There is none, or no `git`.
    """
    program = shutil.which("git")
    if program is None:
        raise InputError(
            Diagnostic(
                Level.ERROR,
                None,
                f"`{asked}` does not exist, and `git` is not installed",
                "what is no path is a revision, and these are read by `git`",
                "check the path; for a revision install git, or give two folders",
            )
        )
    found = _asked(program, folder, ("rev-parse", "--show-toplevel"))
    if found.failure:
        raise refused(
            f"`{asked}` does not exist, and is no revision of a repository",
            f"git says of `{folder.as_posix()}`: {found.failure}",
            "check the path; for a revision run it in a work tree of Git",
        )
    top = found.output.decode("utf-8", "surrogateescape").rstrip("\n")
    return Repository(program, Path(os.path.realpath(top)))


def refused(what: str, why: str, mend: str = "") -> InputError:
    """Return the error that ends a comparison with a revision."""
    mend = mend or "check the repository: `git fsck`, `git fetch`"
    return InputError(Diagnostic(Level.ERROR, None, what, why, mend))


def _asked(program: str, folder: Path, arguments: Sequence[str]) -> Ran:
    command = [program, *_SAFE, "-C", str(folder), *arguments]
    return run(command, _SECONDS, _environment())


def _environment() -> Mapping[str, str]:
    return {**os.environ, **_ALONE}
