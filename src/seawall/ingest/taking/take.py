"""Takes an archive: reads the paths as any verb does, and keeps what was read.

Values are dropped in place, so that every line stays where it was. The same input gives
the same bytes on the same day.
"""

import gc
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from seawall import __version__
from seawall.ingest.assemble import Reading
from seawall.ingest.options import LoadOptions
from seawall.ingest.stored.form import MANIFEST, SCHEMA
from seawall.ingest.taking.drop import dropped
from seawall.ingest.taking.redact import Names
from seawall.model.diagnostic import Diagnostic

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Taken:
    """An archive.

    Attributes:
        data: Its bytes.
        files: How many files it holds.
        dropped: How many secrets were dropped.
        renamed: How many names were replaced.
        diagnostics: What was told while the paths were walked.
    """

    data: bytes
    files: int
    dropped: int
    renamed: int
    diagnostics: tuple[Diagnostic, ...]


def take(
    paths: Sequence[Path | str], options: LoadOptions, day: date, *, redact: bool
) -> Taken:
    """Return an archive of all that the paths hold.

    Args:
        paths: Files, folders, or `-`.
        options: Choices about reading; charts are kept as they are and not rendered.
        day: The day that the archive bears.
        redact: Whether names are replaced by made-up ones.

    Raises:
        InputError: A path does not exist, or there is nothing to keep.
    """
    reading = _read(paths, options)
    kept = reading.kept or []
    texts: list[str] = []
    secrets = 0
    for file in kept:
        text, number = dropped(file.text, file.path)
        texts.append(text)
        secrets += number
    shown = [file.path for file in kept]
    names = Names(texts, shown) if redact else None
    if names is not None:
        texts = [names.redacted(text) for text in texts]
        shown = [names.path(path) for path in shown]
    manifest: dict[str, object] = {
        "schemaVersion": SCHEMA,
        "tool": {"name": "seawall", "version": __version__},
        "date": day.isoformat(),
        "redacted": redact,
        "options": {"defaultNamespace": options.default_namespace},
        "ignored": reading.ignored,
        "notes": [] if redact else [_note(item) for item in reading.walked],
        "files": [
            {
                "path": path,
                "entry": f"files/{number:06}",
                "sha256": _digest(text.encode()) if redact else file.sha256,
                "stored": _digest(text.encode()),
                "expected": file.expected,
                "named": file.named,
            }
            for number, (file, path, text) in enumerate(
                zip(kept, shown, texts, strict=True)
            )
        ],
    }
    return Taken(
        _zipped(manifest, texts),
        len(texts),
        secrets,
        len(names) if names is not None else 0,
        tuple(reading.walked),
    )


def _read(paths: Sequence[Path | str], options: LoadOptions) -> Reading:
    reading = Reading(options, kept=[])
    collects = gc.isenabled()
    gc.disable()
    try:
        reading.files(paths)
    finally:
        if collects:
            gc.enable()
    return reading


def _zipped(manifest: dict[str, object], texts: Sequence[str]) -> bytes:
    out = io.BytesIO()
    written = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True)
    entries = [(MANIFEST, written.encode("utf-8", "backslashreplace"))]
    entries += [(f"files/{n:06}", text.encode()) for n, text in enumerate(texts)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _MODE
            info.create_system = 3
            archive.writestr(info, data)
    return out.getvalue()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _note(item: Diagnostic) -> dict[str, str]:
    return {
        "level": item.level.value,
        "path": item.origin.path if item.origin is not None else "",
        "what": item.what,
        "why": item.why,
        "mend": item.mend,
    }
