"""Answers to the terminal or to files, never half written."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from seawall.app.harmless import harmless

NEW_FILE = 0o666


def write_bytes(pieces: Iterable[bytes], file: Path | None) -> None:
    """Write *pieces* to standard output, or to *file* all at once when complete.

    A reader that closes standard output early, such as `head`, is no fault: the rest
    is dropped and the exit code stays that of the answer.

    Raises:
        click.ClickException: They cannot be written.
    """
    if file is None:
        _to_standard_output(pieces)
        return
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            # A device or pipe stays what it is.
            with file.open("wb") as out:
                out.writelines(pieces)
        else:
            # A link keeps leading to its file.
            _replace(pieces, file.resolve() if file.is_symlink() else file)
    except OSError as error:
        raise click.ClickException(
            f"{file} cannot be written: {error.strerror}; name a file in a folder "
            "that exists and is yours"
        ) from error


def write_text(text: str, file: Path | None) -> None:
    """Write *text* as UTF-8, with a final line end and nothing a terminal obeys."""
    if not text.endswith("\n"):
        text += "\n"
    write_bytes([harmless(text).encode()], file)


def write_json(document: object, file: Path | None) -> None:
    """Write *document* as indented JSON.

    Complexity: the document's size; its text is held twice.
    """
    from msgspec import json

    try:
        text = json.format(json.encode(document), indent=2)
    except UnicodeEncodeError:
        text = _with_escapes(document)
    write_bytes([text, b"\n"], file)


def _with_escapes(document: object) -> bytes:
    """Return JSON in which what is no character becomes its escape.

    The name of a file that is not UTF-8 holds such.
    """
    import json

    text = json.dumps(document, indent=2, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace")


def silence_standard_output() -> None:
    """Keep the interpreter from complaining again at exit about a closed output."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _to_standard_output(pieces: Iterable[bytes]) -> None:
    if sys.stdout is None:
        raise click.ClickException("standard output is closed; write to a file instead")
    try:
        sys.stdout.flush()
        out = sys.stdout.buffer
        for piece in pieces:
            out.write(piece)
        out.flush()
    except BrokenPipeError:
        silence_standard_output()


def _replace(pieces: Iterable[bytes], target: Path) -> None:
    import tempfile

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:80]}.")
    written = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.writelines(pieces)
        written.chmod(_mode(target))
        written.replace(target)
    except BaseException:
        written.unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """Return the permissions that the file has, or that a new one would get."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return NEW_FILE & ~mask
