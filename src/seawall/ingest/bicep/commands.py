"""Scripts that files of Bicep hold, as they are written: nothing of them is evaluated.

Source: Azure docs, deployment-script-template; Bicep file functions, loadTextContent.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from seawall.ingest.bicep.language import syntax
from seawall.ingest.bicep.language.declarations import BicepFile, Variable
from seawall.ingest.bicep.lowering.shelf import NotLoaded, Shelf
from seawall.model.origin import LineFinder, Origin

_DEEPEST = 60
_HOLE = "$"
"""What stands for a value that is not known before the deployment."""


def scripts_in(file: BicepFile, shelf: Shelf) -> Iterator[tuple[str, str, Origin]]:
    """Yield of each script what is not run, as a clause, its text, and its place.

    Args:
        file: The file.
        shelf: The files that it may load.
    """
    known: dict[str, object] = {
        it.name: it.value for it in file.declarations if isinstance(it, Variable)
    }
    for declared in file.declarations:
        for pair in _pairs(declared, 0):
            text = "".join(_texts(pair.value, file.path, known, shelf, 0))
            origin = Origin(file.path, 0, (), _at(pair.line))
            yield "the program of a deployment script is not run", text, origin


def _at(line: int) -> LineFinder:
    return lambda _document, _pointer: line


def _pairs(value: object, depth: int) -> Iterator[syntax.Pair]:
    """Yield what is written under `scriptContent`, wherever it stands."""
    if isinstance(value, syntax.Pair) and value.key == "scriptContent":
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _pairs(item, depth)
    elif is_dataclass(value) and depth < _DEEPEST:
        for each in fields(value):
            yield from _pairs(getattr(value, each.name), depth + 1)


def _texts(
    value: object, path: str, known: dict[str, object], shelf: Shelf, depth: int
) -> Iterator[str]:
    """Yield the texts that an expression is made of."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, syntax.Literal):
        yield str(value.value)
    elif isinstance(value, syntax.Name):
        if value.name in known and depth < _DEEPEST:
            yield from _texts(known[value.name], path, known, shelf, depth + 1)
        else:
            yield _HOLE
    elif isinstance(value, syntax.Call) and value.name == "loadTextContent":
        given = value.arguments[0] if value.arguments else None
        name = given.value if isinstance(given, syntax.Literal) else ""
        try:
            yield shelf.text(path, str(name))
        except NotLoaded:
            yield _HOLE
    elif isinstance(value, syntax.Template | syntax.Call):
        parts: tuple[object, ...] = getattr(value, "parts", ())
        for part in parts or getattr(value, "arguments", ()):
            yield from _texts(part, path, known, shelf, depth + 1)
    else:
        yield _HOLE
