"""From the files of Bicep in an input to templates and parameter files.

Source: Azure docs, Bicep modules, parameter files (using), and `bicep build`, which
writes `main.json` beside `main.bicep`; read 2026-11.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath

from seawall.ingest.bicep.language.declarations import (
    BicepFile,
    Module,
    Using,
)
from seawall.ingest.bicep.language.syntax import (
    Literal,
)
from seawall.ingest.bicep.lowering.symbols import symbols_of
from seawall.ingest.bicep.lowering.template import Made, Maker
from seawall.ingest.documents import ReadDocument
from seawall.ingest.notes import Notes
from seawall.model.origin import Origin

FORM = "bicep"
_ENDING = ".bicep"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the files of an input stand for.

    Attributes:
        documents: Templates and parameter files; those of the input that were compiled
            from files of Bicep are among them if they hold.
        parts: Templates that are deployed only where another one names them.
        kinds: What each file is, by its path.
    """

    documents: tuple[ReadDocument, ...] = ()
    parts: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = field(default_factory=dict)


def prepared(
    files: Sequence[BicepFile], compiled: Sequence[ReadDocument], notes: Notes
) -> Prepared:
    """Return what files of Bicep stand for.

    Args:
        files: All of an input.
        compiled: Templates and parameter files of the input.
        notes: What the user must be told.
    """
    kinds = {
        it.path: "bicep-parameters" if it.is_parameters else "bicep" for it in files
    }
    sources = {normpath(it.path): it for it in files if not it.is_parameters}
    instead = _instead(sources, compiled, notes)
    out = [it for it in compiled if normpath(it.path) not in instead.stale]
    for path, file in sources.items():
        if path in instead.compiled:
            continue
        _tell(file, notes)
        links = dict(_links(file, instead.compiled))
        made = Maker(file, links, notes).template()
        out.append(_document(made))
    chosen = _chosen([it for it in files if it.is_parameters], notes)
    for file in chosen:
        _tell(file, notes)
        made = Maker(file, {}, notes).parameters()
        made.value["using"] = _using(file, instead.compiled)
        out.append(_document(made))
    return Prepared(tuple(out), _parts(files, chosen, instead.compiled), kinds)


def _document(made: Made) -> ReadDocument:
    return ReadDocument(made.value, made.origin, FORM)


def _tell(file: BicepFile, notes: Notes) -> None:
    """Tell of what cannot be read in a file."""
    for fault in file.faults:
        line = fault.line
        place = Origin(file.path, 0, (line,), lambda _document, at: _line(at))
        notes.error(
            place,
            f"this cannot be read as Bicep: {fault.what}",
            "the declaration is left open, and the others are read",
            "mend the line; `bicep build` tells the same",
        )
    if file.broken:
        notes.unmodelled(
            Origin(file.path),
            f"not all declarations of `{file.path}` can be read",
            "what they declare is not known",
            "mend the lines that are told",
        )


def _line(pointer: tuple[str | int, ...]) -> int | None:
    return pointer[0] if pointer and isinstance(pointer[0], int) else None


@dataclass(frozen=True, slots=True)
class _Instead:
    """Which of a source and what was compiled from it holds.

    Attributes:
        compiled: From sources to what is read in their place.
        stale: What was compiled from another state of its source.
    """

    compiled: Mapping[str, str]
    stale: frozenset[str]


def _instead(
    sources: Mapping[str, BicepFile], compiled: Sequence[ReadDocument], notes: Notes
) -> _Instead:
    by_path = {normpath(it.path): it for it in compiled}
    found: dict[str, str] = {}
    stale: set[str] = set()
    for path, file in sources.items():
        document = by_path.get(path.removesuffix(_ENDING) + ".json")
        value = None if document is None else document.value
        if document is None or not isinstance(value, dict) or "resources" not in value:
            continue
        differing = _differing(file, value)
        if differing:
            stale.add(normpath(document.path))
            notes.warning(
                document.origin,
                f"`{document.path}` was compiled from another state of `{file.path}`",
                f"{differing}; the source is read, and not what was compiled",
                f"compile it again: `bicep build {file.path}`",
            )
            continue
        found[path] = normpath(document.path)
        notes.note(
            document.origin,
            f"`{document.path}` is read in the place of `{file.path}`",
            "it is what was compiled from it, by its name and its parameters",
            "leave it out to have the source read",
        )
    return _Instead(found, frozenset(stale))


def _differing(file: BicepFile, value: Mapping[str, object]) -> str:
    """Return in what a source differs from what was compiled; empty if in nothing."""
    symbols = symbols_of(file)
    for key, own in (("parameters", symbols.parameters), ("outputs", symbols.outputs)):
        listed = value.get(key)
        names = set(listed) if isinstance(listed, dict) else set()
        apart = sorted(names ^ set(own))
        if apart:
            return f"only one of them has `{apart[0]}` among its {key}"
    return ""


def _links(
    file: BicepFile, compiled: Mapping[str, str]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what leads to the template of each module, by what is written of it."""
    for item in file.declarations:
        if isinstance(item, Module) and isinstance(item.path, Literal):
            text = str(item.path.value)
            if not is_local(text):
                continue
            path = normpath(join(dirname(file.path), text))
            if path in compiled:
                text = text.removesuffix(_ENDING) + ".json"
            yield str(item.path.value), {"relativePath": text}


def is_local(text: str) -> bool:
    """Whether a module is named by a path."""
    return ":" not in text and not text.startswith(("/", "\\"))


def _using(file: BicepFile, compiled: Mapping[str, str]) -> str:
    """Return the template that a file of parameters is for; empty if it names none."""
    text = used_by(file)
    if not text or not is_local(text):
        return ""
    path = normpath(join(dirname(file.path), text))
    return compiled.get(path, path)


def used_by(file: BicepFile) -> str:
    """Return what a file of parameters names after `using`; empty if nothing."""
    for item in file.declarations:
        if isinstance(item, Using) and item.name == "using":
            return item.path
    return ""


def _chosen(files: Sequence[BicepFile], notes: Notes) -> list[BicepFile]:
    """Return the files of parameters; ones that the user named go before others."""
    named = {normpath(join(dirname(it.path), used_by(it))) for it in files if it.named}
    out: list[BicepFile] = []
    for file in files:
        target = normpath(join(dirname(file.path), used_by(file)))
        if file.named or target not in named:
            out.append(file)
            continue
        notes.note(
            Origin(file.path),
            f"the parameters of `{file.path}` are not used",
            "another file of parameters for the same template was named",
            "name this one instead to have it used",
        )
    return out


def _parts(
    files: Iterable[BicepFile],
    chosen: Sequence[BicepFile],
    compiled: Mapping[str, str],
) -> frozenset[str]:
    """Return the templates that only count where others name them.

    They are those that the user did not name, if any was named, and else those that
    only try others out.
    """
    sources = {normpath(it.path) for it in files if not it.is_parameters}
    named = {normpath(it.path) for it in files if it.named and not it.is_parameters}
    named |= {
        normpath(join(dirname(it.path), used_by(it))) for it in chosen if it.named
    }
    named &= sources
    aside = sources - named if named else {it for it in sources if _is_test(it)}
    if aside == sources:
        return frozenset()
    return frozenset(compiled.get(it, it) for it in aside)


def _is_test(path: str) -> bool:
    """Whether a file is there to try another one out.

    Source: Azure/bicep-registry-modules, `main.test.bicep` below `tests`.
    """
    return path.lower().endswith(".test.bicep")
