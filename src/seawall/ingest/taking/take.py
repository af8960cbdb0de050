"""Takes an archive: reads the paths as any verb does, and keeps what was read.

Values are dropped in place, so that every line stays where it was. The same input gives
the same bytes on the same day.
"""

import gc
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from seawall import __version__
from seawall.ingest.assemble import Reading
from seawall.ingest.doubts.called import is_script
from seawall.ingest.files import TextFile
from seawall.ingest.kubernetes.terms.tally import plural
from seawall.ingest.options import LoadOptions
from seawall.ingest.reader import read_text
from seawall.ingest.stored.form import DROPPED, MANIFEST, SCHEMA
from seawall.ingest.taking.commands import names_in, runs_commands
from seawall.ingest.taking.declared import declared_in
from seawall.ingest.taking.drop import SCRIPTS, Dropped, dropped
from seawall.ingest.taking.redact import Names
from seawall.ingest.text.template import objects_lost
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin

_NONE: frozenset[int] = frozenset()
_NO_NAMES: frozenset[str] = frozenset()
_QUOTED = re.compile(r"'[^']{2,}'|`[^`]{2,}`|\"[^\"]{2,}\"")
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
    kept = _called(reading, redact=redact)
    found = _without_secrets(reading, kept)
    texts = [item.text for item in found]
    told = [*reading.walked, *_left_out(kept, found)]
    if redact:
        told += _scripts_left_out(kept)
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
                **(_faults(file, item, names) if item.blank or file.lost else {}),
            }
            for number, (file, path, text, item) in enumerate(
                zip(kept, shown, texts, found, strict=True)
            )
        ],
    }
    return Taken(
        _zipped(manifest, texts),
        len(texts),
        sum(item.secrets for item in found),
        len(names) if names is not None else 0,
        tuple(told),
    )


def _without_secrets(reading: Reading, kept: Sequence[TextFile]) -> list[Dropped]:
    declared = declared_in((file.path, file.text) for file in kept)
    strange = _strangers(reading, kept)

    numbers: dict[str, int] = {}

    def without(file: TextFile, names: frozenset[str]) -> Dropped:
        strangers = strange.get(file.path, _NONE)
        return dropped(file.text, file.path, declared, strangers, numbers, names)

    found = [without(file, _NO_NAMES) for file in kept]
    if any(runs_commands(file.text) for file in kept):
        names = names_in(item.text for item in found)
        found = [
            without(file, names) if item.commands else item
            for file, item in zip(kept, found, strict=True)
        ]
    return found


def _called(reading: Reading, *, redact: bool) -> list[TextFile]:
    """Return the texts to keep: of scripts those that are named, if names may stay."""
    kept = reading.kept or []
    texts = [file.text for file in kept if runs_commands(file.text)]
    found: list[TextFile] = []
    for file in kept:
        name = PurePosixPath(file.path).name
        named = not redact and any(name in text for text in texts)
        if not is_script(file.path) or named or not read_text(file).foreign:
            found.append(file)
        else:
            reading.ignored += 1
    return found


def _strangers(reading: Reading, kept: Sequence[TextFile]) -> dict[str, frozenset[int]]:
    """Return which documents nothing reads, by path.

    A file of Bicep may load any other by its name.
    """
    scripts = [it.text for it in kept if it.path.lower().endswith(".bicep")]
    found: dict[str, set[int]] = {}
    for document in reading.strangers:
        name = PurePosixPath(document.path).name
        if not any(name in script for script in scripts):
            found.setdefault(document.path, set()).add(document.origin.document)
    return {path: frozenset(numbers) for path, numbers in found.items()}


def _faults(file: TextFile, kept: Dropped, names: Names | None) -> dict[str, object]:
    """Return what is told of a text that is not kept, and so cannot be told again.

    What it quotes of the text is left out.
    """
    found: list[dict[str, object]] = []
    read = read_text(file)
    lost = read.lost
    for item in read.diagnostics:
        what = _QUOTED.sub(DROPPED, item.what)
        found.append(
            {
                "document": item.origin.document if item.origin is not None else 0,
                "line": (item.origin.line if item.origin is not None else None) or 1,
                "what": what if names is None else names.said(what),
                "why": item.why,
                "mend": item.mend,
            }
        )
    if not found and not file.lost:
        # Its reader can, but what is secret in it could not be told.
        lost = tuple(objects_lost(file.text))
        found = [
            {
                "document": number,
                "line": 1,
                "what": "the document is not in this archive",
                "why": "it could not be told what of it is secret",
                "mend": "write it plainly, and take the archive again",
            }
            for number in kept.blank
        ]
    named = [
        {"apiVersion": it.api_version, "kind": it.kind, "line": it.line} for it in lost
    ]
    return {"faults": found, "lost": named}


def _left_out(kept: Sequence[TextFile], found: Sequence[Dropped]) -> list[Diagnostic]:
    return [
        Diagnostic(
            Level.WARNING,
            Origin(file.path),
            f"{plural(len(item.blank), 'document')} of `{file.path}` cannot be read "
            + ("and stands" if len(item.blank) == 1 else "and stand")
            + " empty in the archive",
            "where secrets are in it cannot be told; what is wrong is kept, and told "
            "again when the archive is read",
            "mend it and take the archive again",
        )
        for file, item in zip(kept, found, strict=True)
        if item.blank
    ]


def _scripts_left_out(kept: Sequence[TextFile]) -> list[Diagnostic]:
    scripts = [file for file in kept if file.path.lower().endswith(SCRIPTS)]
    if not scripts:
        return []
    return [
        Diagnostic(
            Level.WARNING,
            Origin(scripts[0].path),
            f"{plural(len(scripts), 'script')} of Terraform or Bicep left out: names "
            "are not replaced in them",
            "answers from the redacted archive lack what they declare",
            "share a plan (`terraform show -json`) or a compiled template instead",
        )
    ]


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
