"""Reads an archive. Nothing in it is trusted, and nothing is ever unpacked to disk."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from seawall.ingest.stored.form import (
    ENTRY,
    LARGEST_MANIFEST,
    LARGEST_TOTAL,
    MAGIC,
    MANIFEST,
    MOST_FILES,
    SCHEMA,
    BadArchive,
    Stored,
    StoredFault,
    StoredFile,
    StoredLost,
    StoredNote,
)

_SYMLINK = 0o120000
_KIND = 0o170000


def is_archive(path: Path) -> bool:
    """Whether a file looks like an archive, by its first bytes."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def read_archive(path: Path, largest: int) -> Stored:
    """Return what an archive holds.

    Args:
        path: The archive.
        largest: Texts above this many bytes are refused.

    Raises:
        BadArchive: It is not one of ours, broken off, or made to do harm.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, largest)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise BadArchive(f"it is broken: {_words(error)}") from None
    except RuntimeError as error:  # encrypted, or packed in a way that is not known
        raise BadArchive(f"it cannot be unpacked: {_words(error)}") from None
    except OSError as error:
        raise BadArchive(error.strerror or _words(error)) from None


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _read(archive: zipfile.ZipFile, largest: int) -> Stored:
    entries = _entries(archive)
    if MANIFEST not in entries:
        raise BadArchive(f"it holds no `{MANIFEST}`, so it is no snapshot")
    manifest = _manifest(_bytes(archive, entries[MANIFEST], LARGEST_MANIFEST))
    files: list[StoredFile] = []
    left = LARGEST_TOTAL
    for item in _list(manifest, "files"):
        entry = _text(item, "entry")
        if entry not in entries or not ENTRY.fullmatch(entry):
            raise BadArchive(f"the manifest names `{entry[:60]}`, which is not in it")
        content = _bytes(archive, entries[entry], min(largest, left))
        left -= len(content)
        if hashlib.sha256(content).hexdigest() != _text(item, "stored"):
            raise BadArchive(f"`{entry}` has been changed: its digest is another")
        files.append(
            StoredFile(
                _path(item),
                _text(item, "sha256"),
                content,
                item.get("expected") is True,
                item.get("named") is True,
                _faults(item),
                _lost(item),
            )
        )
    options = manifest.get("options")
    namespace = options.get("defaultNamespace") if isinstance(options, dict) else ""
    ignored = manifest.get("ignored")
    return Stored(
        tuple(files),
        tuple(_note(item) for item in _list(manifest, "notes")),
        ignored if isinstance(ignored, int) and ignored >= 0 else 0,
        namespace if isinstance(namespace, str) and namespace else "default",
    )


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise BadArchive(f"it holds more than {MOST_FILES:,} files")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename
        if name != MANIFEST and not ENTRY.fullmatch(name):
            raise BadArchive(f"it holds `{name[:60]}`, which no snapshot does")
        if name in found:
            raise BadArchive(f"it holds `{name}` twice")
        if (info.external_attr >> 16) & _KIND == _SYMLINK:
            raise BadArchive(f"`{name}` is a link")
        found[name] = info
    return found


def _bytes(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Return the content of an entry, which may claim any size."""
    with archive.open(info) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise BadArchive(f"`{info.filename}` holds more than {most // 2**20} MiB")
    return data


def _manifest(data: bytes) -> Mapping[str, object]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        raise BadArchive(f"`{MANIFEST}` is not valid JSON") from None
    if not isinstance(value, dict):
        raise BadArchive(f"`{MANIFEST}` is not an object")
    schema = value.get("schemaVersion")
    if schema != SCHEMA:
        raise BadArchive(f"its form is `{str(schema)[:60]}` and not `{SCHEMA}`")
    return value


def _list(manifest: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = manifest.get(key)
    if not isinstance(value, list) or not all(isinstance(it, dict) for it in value):
        raise BadArchive(f"`{key}` of `{MANIFEST}` is not a list of objects")
    return value


def _text(item: Mapping[str, object], key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str):
        raise BadArchive(f"`{MANIFEST}` lacks a text `{key}`")
    return value


def _path(item: Mapping[str, object]) -> str:
    path = _text(item, "path")
    if not path or any(ord(char) < ord(" ") for char in path):
        raise BadArchive(f"`{MANIFEST}` names a file that cannot be one")
    return path


def _faults(item: Mapping[str, object]) -> tuple[StoredFault, ...]:
    if "faults" not in item:
        return ()
    return tuple(
        StoredFault(
            _number(each, "document"),
            _number(each, "line"),
            _text(each, "what"),
            _text(each, "why"),
            _text(each, "mend"),
        )
        for each in _list(item, "faults")
    )


def _lost(item: Mapping[str, object]) -> tuple[StoredLost, ...]:
    if "lost" not in item:
        return ()
    return tuple(
        StoredLost(
            _text(each, "apiVersion"), _text(each, "kind"), _number(each, "line")
        )
        for each in _list(item, "lost")
    )


def _number(item: Mapping[str, object], key: str) -> int:
    value = item.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadArchive(f"`{MANIFEST}` lacks a number `{key}`")
    return value


def _note(item: Mapping[str, object]) -> StoredNote:
    return StoredNote(
        _text(item, "level"),
        _text(item, "path"),
        _text(item, "what"),
        _text(item, "why"),
        _text(item, "mend"),
    )
