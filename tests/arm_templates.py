"""Makes templates and reads them, as documents or as files."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from seawall.ingest import LoadOptions, load
from seawall.ingest.arm.language.evaluate import Here, Machine
from seawall.ingest.arm.language.functions import library
from seawall.ingest.arm.nodes import Reading
from seawall.ingest.arm.parameters import Chosen
from seawall.ingest.arm.parse import parse
from seawall.ingest.arm.read import read
from seawall.ingest.arm.scope import Scope
from seawall.ingest.arm.targets import Target, coming
from seawall.ingest.documents import ReadDocument
from seawall.ingest.notes import Notes
from seawall.ingest.resource import ResourceRecord
from seawall.model.diagnostic import Level
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot

SCHEMA = (
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
)
PARAMETERS = SCHEMA.replace("Template", "Parameters")


def template(*resources: object, **sections: object) -> dict[str, Any]:
    """Return a template of some resources."""
    return {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "resources": list(resources),
        **sections,
    }


def parameter_file(**values: object) -> dict[str, Any]:
    """Return a file that gives parameters their values."""
    return {
        "$schema": PARAMETERS,
        "contentVersion": "1.0.0.0",
        "parameters": {name: {"value": value} for name, value in values.items()},
    }


def required(*names: str, kind: str = "string") -> dict[str, object]:
    """Return declarations of parameters without a value."""
    return {name: {"type": kind} for name in names}


def scope(notes: Notes | None = None, **sections: object) -> Scope:
    """Return what is around the expressions of a template."""
    return Scope(
        template=template(**sections),
        origin=Origin("main.json"),
        reading=Reading(notes or Notes()),
        machine=Machine(library().functions),
        target=Target(),
        name=coming("deployment", "the name of the deployment"),
        given=Chosen("main.json", ""),
        identity="@main.json",
    )


def value(text: str, **sections: object) -> Any:
    """Return what an expression gives, written with or without its brackets.

    `unknown`, a parameter without a value, is there in any case.
    """
    declared = {"unknown": {"type": "string"}, **required("objects", kind="object")}
    declared |= required("list", kind="array") | required("flag", kind="bool")
    declared |= required("number", kind="int")
    given = sections.pop("parameters", {})
    around = scope(
        parameters={**declared, **(given if isinstance(given, dict) else {})},
        **sections,
    )
    written = text if text.startswith("[") else f"[{text}]"
    return Here(around.machine, around).value(parse(written))


def records(
    main: Mapping[str, Any],
    *others: tuple[str, Mapping[str, Any]],
    options: Sequence[tuple[str, str]] = (),
) -> tuple[dict[str, ResourceRecord], Notes]:
    """Return the resources of `main.json` by type and name, and what was told."""
    notes = Notes()
    documents = [
        ReadDocument(content, Origin(path), "json")
        for path, content in (("main.json", main), *others)
    ]
    _, found = read(documents, options, notes)
    return {f"{it.type}/{it.name}".lower(): it for it in found}, notes


def snapshot(
    folder: Path, *, options: LoadOptions | None = None, **files: Any
) -> Snapshot:
    """Write files by their names without `.json`, and read the folder.

    Two underscores in a name stand for a point.
    """
    for name, content in files.items():
        path = folder / f"{name.replace('__', '.')}.json"
        text = content if isinstance(content, str) else json.dumps(content, indent=2)
        path.write_text(text, encoding="utf-8")
    return load([folder], options=options or LoadOptions())


def said(notes: Notes, *levels: Level) -> list[str]:
    """Return what was told, all but notes by default."""
    wanted = levels or (Level.ERROR, Level.UNMODELLED, Level.WARNING)
    return [it.what for it in notes.diagnostics if it.level in wanted]
