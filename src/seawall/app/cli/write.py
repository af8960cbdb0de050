"""Answers to the terminal or to files, never half written."""

import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click


def write_bytes(pieces: Iterable[bytes], file: Path | None) -> None:
    """Write *pieces* to standard output, or to *file* all at once when complete.

    Raises:
        click.ClickException: The file cannot be written.
    """
    if file is None:
        sys.stdout.flush()
        out = sys.stdout.buffer
        for piece in pieces:
            out.write(piece)
        out.flush()
        return
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                for piece in pieces:
                    out.write(piece)
            Path(name).chmod(0o644)
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise click.ClickException(
            f"{file} cannot be written: {error.strerror}; name a file in a folder "
            "that exists and is yours"
        ) from error


def write_text(text: str, file: Path | None) -> None:
    """Write *text* as UTF-8, with a final line end."""
    if not text.endswith("\n"):
        text += "\n"
    write_bytes([text.encode()], file)


def write_json(document: object, file: Path | None) -> None:
    """Write *document* as indented JSON."""
    import json

    write_text(json.dumps(document, indent=2, ensure_ascii=False), file)
