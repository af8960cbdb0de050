"""From the files of Bicep in an input to templates and parameter files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from posixpath import normpath

from seawall.ingest.arm.parameters import OPEN
from seawall.ingest.bicep.asked import compiled_by_tool
from seawall.ingest.bicep.choice import (
    chosen,
    extended,
    instead_of,
    led_to,
    parts_of,
    roots_of,
    template_of,
)
from seawall.ingest.bicep.language.declarations import BicepFile
from seawall.ingest.bicep.lowering.shelf import Shelf
from seawall.ingest.bicep.lowering.template import FORM, Made, Maker
from seawall.ingest.bicep.modules import Modules
from seawall.ingest.bicep.registry import is_copy
from seawall.ingest.documents import ReadDocument
from seawall.ingest.notes import Notes
from seawall.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the files of an input stand for.

    Attributes:
        documents: Templates and parameter files; those of the input that were compiled
            from files of Bicep are among them if they hold.
        parts: Templates that are deployed only where another one names them.
        kinds: What each file is, by its path.
        modules: Modules of registries, by their names.
    """

    documents: tuple[ReadDocument, ...] = ()
    parts: frozenset[str] = frozenset()
    kinds: Mapping[str, str] = field(default_factory=dict)
    modules: Mapping[str, ReadDocument] = field(default_factory=dict)


def prepared(
    files: Sequence[BicepFile],
    compiled: Sequence[ReadDocument],
    notes: Notes,
    shelf: Shelf | None = None,
    *,
    by_tool: bool = False,
) -> Prepared:
    """Return what files of Bicep stand for.

    Args:
        files: All of an input.
        compiled: Templates and parameter files of the input.
        notes: What the user must be told.
        shelf: What else the input holds.
        by_tool: Whether `bicep` compiles what is deployed.
    """
    kinds = {
        it.path: "bicep-parameters" if it.is_parameters else "bicep" for it in files
    }
    sources = {normpath(it.path): it for it in files if not it.is_parameters}
    copies = [it for it in compiled if is_copy(it)]
    kinds.update((it.path, "bicep-module") for it in copies)
    compiled = [it for it in compiled if not is_copy(it)]
    instead = instead_of(sources, compiled, notes, shelf)
    given = chosen([it for it in files if it.is_parameters], notes)
    parts = parts_of(files, given, instead.compiled)
    out = [it for it in compiled if normpath(it.path) not in instead.stale]
    making = _Making(notes, replace(shelf or Shelf(), sources=sources))
    read = {
        path: file for path, file in sources.items() if path not in instead.compiled
    }
    alone = roots_of(read, parts)
    asked = compiled_by_tool(read, alone, notes) if by_tool else {}
    out.extend(asked.values())
    read = {path: file for path, file in read.items() if path not in asked}
    led = sorted(led_to(read, alone))
    first = [it for it in sources if instead.compiled.get(it, it) not in parts]
    _tell_of_others(sources, led_to(sources, first, imports=True), notes)
    modules = Modules(instead, copies, notes, making.shelf.settings)
    out.extend(making.template(read[path], modules.links(read[path])) for path in led)
    values = {normpath(it.path): it for it in files if it.is_parameters}
    out.extend(making.parameters(it, values, template_of(it, instead)) for it in given)
    return Prepared(tuple(out), parts, kinds, modules.found)


@dataclass(frozen=True, slots=True)
class _Making:
    """Makes templates and parameter files.

    Attributes:
        notes: What the user must be told.
        shelf: The files of the input.
    """

    notes: Notes
    shelf: Shelf

    def template(
        self, file: BicepFile, links: Mapping[str, Mapping[str, str]]
    ) -> ReadDocument:
        """Return the template that a file stands for."""
        _tell(file, self.notes)
        return _document(Maker(file, links, self.notes, self.shelf).template())

    def parameters(
        self, file: BicepFile, files: Mapping[str, BicepFile], template: str
    ) -> ReadDocument:
        """Return the values that a file gives to the parameters of a template."""
        _tell(file, self.notes)
        whole, why = extended(file, files)
        made = Maker(whole, {}, self.notes, self.shelf).parameters()
        made.value["using"] = template
        if why:
            made.value[OPEN] = why
        return _document(made)


def _tell_of_others(
    files: Mapping[str, BicepFile], led: set[str], notes: Notes
) -> None:
    """Tell of files that nothing that is deployed leads to."""
    others = sorted(files.keys() - led)
    if not others:
        return
    shown = ", ".join(f"`{path}`" for path in others[:3])
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""  # noqa: PLR2004
    notes.note(
        Origin(files[others[0]].path),
        f"{shown}{more}: not deployed by what you named, and not read as modules",
        "files that are not named count only where one that is deployed leads to them",
        "name a file to have it read as a deployment of its own",
    )


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
    elif file.lost:
        shown = ", ".join(f"`{it}`" for it in file.lost)
        notes.unmodelled(
            Origin(file.path),
            f"not all resources of `{file.path}` can be read: of type {shown}",
            "what they and their parts set is not known",
            "mend the lines that are told",
        )


def _line(pointer: tuple[str | int, ...]) -> int | None:
    return pointer[0] if pointer and isinstance(pointer[0], int) else None
