"""Puts files into a folder all at once, and never over what somebody edited.

A file beside the others lists the digest of each as it was handed over. What differs
from its digest was edited, and what is not listed belongs to somebody else.
"""

import ctypes
import difflib
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seawall.design.handover.answer import Edited, Files
from seawall.model.diagnostic import Diagnostic, InputError, Level
from seawall.model.origin import Origin

LIST = ".seawall-design.json"
"""The name of the file that lists the others."""
_VERSION = "seawall/design-files/v1"
_ASIDE = ".old"
_HERE = -100
"""Of renameat2(2): names are taken from the current folder."""
_EXCHANGE = 2
"""Of renameat2(2) and renamex_np(2): exchange both names."""


@dataclass(frozen=True, slots=True)
class Written:
    """Files that stand in a folder now.

    Attributes:
        lost: What of somebody's edits is gone, as a unified diff.
    """

    lost: str = ""


def hand_over(folder: Path, files: Files, *, force: bool = False) -> Written | Edited:
    """Write files into a folder: all of them, or none.

    What stood in the folder and belongs to somebody else stays. A process that is ended
    in between leaves the folder as it was or as it shall be, and at worst a sibling
    folder whose name begins with a dot.

    Args:
        folder: It may not exist yet.
        files: Texts by their paths in it.
        force: Whether to write over what somebody edited.

    Raises:
        InputError: The folder cannot be written, or is no folder.
    """
    try:
        return _hand_over(folder, files, force=force)
    except OSError as error:
        raise InputError(
            Diagnostic(
                Level.ERROR,
                Origin(str(folder)),
                f"`{folder}` cannot be written: {error.strerror or error}",
                "the files of a design are written whole or not at all",
                "name a folder that you may write, on a disk with room",
            )
        ) from error


def _stands_in(folder: Path) -> Diagnostic:
    return Diagnostic(
        Level.ERROR,
        Origin(str(folder)),
        f"`{folder}` is the current folder, or holds it",
        "it is exchanged as a whole, and whoever stands in it would be left behind",
        "name a folder below the current one",
    )


def _hand_over(folder: Path, files: Files, *, force: bool) -> Written | Edited:
    folder = folder.resolve()
    _restore(folder)
    edits = _edits(folder, files)
    if edits and not force:
        return Edited(
            tuple(sorted(edits)), "".join(edits[key] for key in sorted(edits))
        )
    if Path.cwd().is_relative_to(folder):
        raise InputError(_stands_in(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _fill(fresh, folder, files)
        _exchange(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Written("".join(edits[key] for key in sorted(edits)))


def _edits(folder: Path, files: Files) -> Mapping[str, str]:
    """Return what would be lost, as a unified diff by path.

    That is a listed file that is not as it was handed over, and a file of somebody
    else's in the place of a new one. What already is as it shall be is not lost.
    """
    listed = _listed(folder)
    out = {}
    for name in sorted({*listed, *files}):
        path = folder / name
        if not path.is_file():
            continue
        now = path.read_bytes()
        if listed.get(name) == _digest(now) or now == files.get(name, "").encode():
            continue
        out[name] = _difference(name, now.decode(errors="replace"), files.get(name))
    return out


def _difference(name: str, now: str, then: str | None) -> str:
    lines = difflib.unified_diff(
        now.splitlines(),
        (then or "").splitlines(),
        f"{name} (as it stands)",
        f"{name} (as it would be written)" if then is not None else "/dev/null",
        lineterm="",
    )
    return "".join(f"{line}\n" for line in lines)


def _listed(folder: Path) -> Mapping[str, str]:
    """Return the digests of what was handed over, by path; none if nothing was.

    A list that cannot be read lists nothing, so that every file counts as edited.
    """
    try:
        read = json.loads((folder / LIST).read_text(encoding="utf-8"))
        found = read["files"].items()
        return {str(name): str(digest) for name, digest in found}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _fill(fresh: Path, folder: Path, files: Files) -> None:
    """Make a folder with what shall stand there, and all that is somebody else's."""
    if folder.exists():
        shutil.copytree(
            folder, fresh, symlinks=True, copy_function=_link, dirs_exist_ok=True
        )
        for name in {*_listed(folder), *files, LIST}:  # never written through a link
            (fresh / name).unlink(missing_ok=True)
            _remove_empty((fresh / name).parent, fresh)
    else:
        fresh.chmod(0o777 & ~_umask())
    for name, text in files.items():
        path = fresh / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        if name.endswith(".sh"):
            path.chmod(path.stat().st_mode | 0o111)
    digests = {name: _digest(files[name].encode()) for name in sorted(files)}
    body = {"schemaVersion": _VERSION, "files": digests}
    (fresh / LIST).write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")
    for path in sorted(fresh.rglob("*")):
        if path.is_file() and not path.is_symlink():
            _settle(path)


def _exchange(fresh: Path, folder: Path) -> None:
    """Put a folder in the place of another, which then has the name of the first.

    Where the system cannot exchange two names at once, the old one stands aside for a
    moment; `_restore` puts it back if that moment was the last.
    """
    if not folder.exists():
        fresh.rename(folder)
    elif not _exchanged(fresh, folder):
        aside = fresh.with_name(fresh.name + _ASIDE)
        folder.rename(aside)
        try:
            fresh.rename(folder)
        except BaseException:
            aside.rename(folder)
            raise
        shutil.rmtree(aside, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two names at once; False where the system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        return not libc.renameat2(_HERE, first, _HERE, second, _EXCHANGE)
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        return not libc.renamex_np(first, second, _EXCHANGE)
    return False


def _restore(folder: Path) -> None:
    """Put back a folder that an ended process had moved aside."""
    aside = sorted(folder.parent.glob(f".{folder.name}.*{_ASIDE}"))
    if aside and not folder.exists():
        aside[-1].rename(folder)


def _link(source: str, target: str) -> None:
    """Have a file at a second place, without a copy of it where that can be."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _remove_empty(folder: Path, top: Path) -> None:
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _settle(path: Path) -> None:
    """Have a file's bytes on the disk before it gets its name."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _umask() -> int:
    now = os.umask(0)
    os.umask(now)
    return now


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
