"""Makes files of Bicep and reads them, as templates or beside the ARM of the same."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from seawall.ingest import LoadOptions, load
from seawall.ingest.arm.read import read
from seawall.ingest.bicep.read import prepared
from seawall.ingest.bicep.script import read_script
from seawall.ingest.documents import ReadDocument
from seawall.ingest.notes import Notes
from seawall.ingest.resource import REST, Field, ResourceRecord, Unresolved
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot


def bicep_records(
    main: str,
    *others: tuple[str, str | Mapping[str, Any]],
    options: Sequence[tuple[str, str]] = (),
    named: str = "main.bicep",
) -> tuple[dict[str, ResourceRecord], Notes]:
    """Return the resources of `main.bicep` by type and name, and what was told.

    Args:
        main: Its text.
        others: Paths, and texts of Bicep or templates.
        options: Names and values of parameters.
        named: The file that the user named; the others came with a folder.
    """
    notes = Notes()
    files = [
        read_script(content, path, named=path == named)
        for path, content in (("main.bicep", main), *others)
        if isinstance(content, str)
    ]
    templates = [
        ReadDocument(content, Origin(path), "json")
        for path, content in others
        if not isinstance(content, str)
    ]
    made = prepared(files, templates, notes)
    _, found = read(
        made.documents, options, notes, parts=made.parts, modules=made.modules
    )
    return {f"{it.type}/{it.name}".lower(): it for it in found}, notes


def body(record: ResourceRecord) -> Any:
    """Return the body of a resource as plain data; `?` for what is not known."""
    return plain(record.body)


def plain(value: object) -> Any:
    """Return a value without its places; `?` for what is not known."""
    if isinstance(value, Field):
        return plain(value.value)
    if isinstance(value, Unresolved):
        return "?"
    if isinstance(value, dict):
        return {
            "..." if key is REST else str(key): plain(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def write(folder: Path, **files: str) -> None:
    """Write files; in a name two underscores are a point, and `S` is a slash."""
    for name, text in files.items():
        path = folder / name.replace("__", ".").replace("S", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def bicep_snapshot(
    folder: Path, *, options: LoadOptions | None = None, **files: str
) -> Snapshot:
    """Write files and read the folder."""
    write(folder, **files)
    return load([folder], options=options or LoadOptions())
