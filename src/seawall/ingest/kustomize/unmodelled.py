"""What a kustomization can ask for and Seawall does not carry out: what it touches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from seawall.ingest.kubernetes.terms.record import mapping, sequence, text
from seawall.ingest.kustomize.shelf import Shelf
from seawall.ingest.kustomize.thing import Thing

_WRITING = frozenset(
    {
        "commonLabels",
        "labels",
        "templateLabels",
        "commonAnnotations",
        "namespace",
        "namePrefix",
        "nameSuffix",
    }
)
_REFERRING = "nameReference"
_NAMING = frozenset({"namePrefix", "nameSuffix"})
_UNREAD_BY_PACKETS = frozenset({"args", "command", "env", "annotations", "data"})


def touched_by_configurations(
    things: Sequence[Thing], fields: Mapping[object, object], folder: str, shelf: Shelf
) -> list[Thing]:
    """Return the objects of kinds in which `configurations` name further fields."""
    kinds: set[str] = set()
    for value in _files(fields.get("configurations"), folder, shelf):
        for key, specs in mapping(value).items():
            if key in _WRITING:
                kinds |= {text(mapping(it).get("kind")) or "" for it in sequence(specs)}
            if key == _REFERRING and fields.keys() & _NAMING:
                kinds |= set(_referring(specs))
    if "" in kinds:
        return list(things)
    return [thing for thing in things if thing.identity.kind in kinds]


def touched_by_vars(
    things: Sequence[Thing], fields: Mapping[object, object], folder: str, shelf: Shelf
) -> list[Thing]:
    """Return the objects that use one of `vars` where a packet may depend on it."""
    del folder, shelf
    marks = {f"$({mapping(item).get('name')})" for item in sequence(fields.get("vars"))}
    return [
        thing
        for thing in things
        if any(mark in part for part in _texts(thing.value) for mark in marks)
    ]


def touched_by_openapi(
    things: Sequence[Thing], fields: Mapping[object, object], folder: str, shelf: Shelf
) -> list[Thing]:
    """Return the objects of kinds whose lists `openapi` may have merged by key."""
    path = text(mapping(fields.get("openapi")).get("path"))
    if path:
        shelf.mark(folder, path)
    return [thing for thing in things if "." in thing.identity.group and thing.changed]


def mark_generated(fields: Mapping[object, object], folder: str, shelf: Shelf) -> None:
    """Take up the files that hold no objects: settings, values, schemas."""
    for key in ("configMapGenerator", "secretGenerator"):
        for item in sequence(fields.get(key)):
            entry = mapping(item)
            names = [*sequence(entry.get("files")), *sequence(entry.get("envs"))]
            for name in (*names, entry.get("env")):
                if isinstance(name, str):
                    shelf.mark(folder, name.rpartition("=")[2])
    for item in sequence(fields.get("helmCharts")):
        entry = mapping(item)
        more = sequence(entry.get("additionalValuesFiles"))
        for name in (entry.get("valuesFile"), *more):
            if isinstance(name, str):
                shelf.mark(folder, name)
    for key in ("generators", "transformers", "validators"):
        _mark_all(fields.get(key), folder, shelf)


def _referring(written: object) -> Iterator[str]:
    """Return the kinds in which names of others are written anew."""
    for item in sequence(written):
        for spec in sequence(mapping(item).get("fieldSpecs")):
            yield text(mapping(spec).get("kind")) or ""


def _mark_all(names: object, folder: str, shelf: Shelf) -> None:
    for name in sequence(names):
        if isinstance(name, str) and "\n" not in name:
            shelf.mark(folder, name)


def _files(names: object, folder: str, shelf: Shelf) -> Iterator[Any]:
    for name in sequence(names):
        sheet = shelf.file(folder, name) if isinstance(name, str) else None
        if sheet is None:
            # What is not seen may touch anything.
            yield {key: [{}] for key in _WRITING}
        else:
            yield from (document.value for document in sheet.documents)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _UNREAD_BY_PACKETS:
                yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
