"""Which files of an input hold: sources or what was compiled, and which are deployed.

Source: Azure docs, Bicep modules, parameter files (`using`), and `bicep build`, which
writes `main.json` beside `main.bicep`; read 2026-11.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from posixpath import dirname, join, normpath

from seawall.ingest.bicep.apart import Comparison, Inner
from seawall.ingest.bicep.extending import taken_over
from seawall.ingest.bicep.language.declarations import BicepFile, Import, Module, Using
from seawall.ingest.bicep.language.syntax import Literal, Resource
from seawall.ingest.bicep.lowering.shelf import Shelf
from seawall.ingest.bicep.lowering.symbols import symbols_of
from seawall.ingest.bicep.lowering.template import Maker
from seawall.ingest.documents import ReadDocument
from seawall.ingest.notes import Notes
from seawall.model.origin import Origin

_ENDING = ".bicep"
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Instead:
    """Which of a source and what was compiled from it holds.

    Attributes:
        compiled: From sources to what is read in their place.
        stale: What was compiled from another state of its source.
    """

    compiled: Mapping[str, str]
    stale: frozenset[str]


def instead_of(
    sources: Mapping[str, BicepFile],
    compiled: Sequence[ReadDocument],
    notes: Notes,
    shelf: Shelf | None = None,
) -> Instead:
    """Return which of sources and what was compiled from them holds.

    Args:
        sources: Files of Bicep by path.
        compiled: Templates of the input.
        notes: What the user must be told.
        shelf: What else the input holds.
    """
    makes = _Makes(sources, replace(shelf or Shelf(), sources=sources))
    by_path = {normpath(it.path): it for it in compiled}
    found: dict[str, str] = {}
    stale: set[str] = set()
    for path, file in sources.items():
        document = by_path.get(path.removesuffix(_ENDING) + ".json")
        value = None if document is None else document.value
        if document is None or not isinstance(value, dict) or "resources" not in value:
            continue
        differing = _differing(file, value, makes)
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
        if file.faults or file.broken:
            notes.warning(
                document.origin,
                f"`{document.path}` is read in the place of `{file.path}`, and may be "
                "older",
                "not all of the source can be read, so that the two cannot be compared "
                "but by their parameters and outputs",
                f"mend the source (`bicep build {file.path}` tells where), or leave "
                "one of them out",
            )
            continue
        notes.note(
            document.origin,
            f"`{document.path}` is read in the place of `{file.path}`",
            "it was compiled from it: what can be compared of the two is the same",
            "leave it out to have the source read",
        )
    return Instead(found, frozenset(stale))


@dataclass(frozen=True, slots=True)
class _Makes:
    """Makes templates to be compared, of which nothing is told.

    Attributes:
        sources: Files of Bicep by path.
        shelf: What the input holds.
    """

    sources: Mapping[str, BicepFile]
    shelf: Shelf

    def template(self, file: BicepFile) -> Mapping[str, object]:
        """Return what is made of a file."""
        return Maker(file, {}, Notes(), self.shelf).template().value

    def inner(self, file: BicepFile, depth: int = 0) -> Inner:
        """Return what finds the template of a module that a file names."""
        paths = {
            it.name: normpath(join(dirname(file.path), str(it.path.value)))
            for it in file.declarations
            if isinstance(it, Module) and isinstance(it.path, Literal)
        }

        def find(symbol: str) -> tuple[Mapping[str, object], Inner] | None:
            found = self.sources.get(paths.get(symbol, ""))
            if found is None or found.faults or depth > _DEEPEST:
                return None
            return self.template(found), self.inner(found, depth + 1)

        return find


def _differing(file: BicepFile, value: Mapping[str, object], makes: _Makes) -> str:
    """Return in what a source differs from what was compiled; empty if in nothing."""
    symbols = symbols_of(file)
    for key, own in (("parameters", symbols.parameters), ("outputs", symbols.outputs)):
        listed = value.get(key)
        names = set(listed) if isinstance(listed, dict) else set()
        apart = sorted(names ^ set(own))
        if apart:
            return f"only one of them has `{apart[0]}` among its {key}"
    if file.faults or file.broken:
        return ""
    return Comparison(makes.template(file), value, makes.inner(file)).first()


def imports_of(file: BicepFile) -> Iterator[str]:
    """Yield what a file imports from."""
    for item in file.declarations:
        if isinstance(item, Import) and is_local(item.path):
            yield item.path


def is_local(text: str) -> bool:
    """Whether a module is named by a path."""
    return ":" not in text and not text.startswith(("/", "\\"))


def modules_of(file: BicepFile) -> Iterator[str]:
    """Yield what is written of the modules of a file."""
    for item in file.declarations:
        if isinstance(item, Module) and isinstance(item.path, Literal):
            yield str(item.path.value)


def template_of(file: BicepFile, instead: Instead) -> str:
    """Return the template that a file of parameters is for; empty if it names none."""
    text = used_by(file)
    if not text or not is_local(text):
        return ""
    path = normpath(join(dirname(file.path), text))
    return instead.compiled.get(path, path)


def used_by(file: BicepFile) -> str:
    """Return what a file of parameters names after `using`; empty if nothing."""
    for item in file.declarations:
        if isinstance(item, Using) and item.name == "using":
            return item.path
    return ""


def chosen(files: Sequence[BicepFile], notes: Notes) -> list[BicepFile]:
    """Return the files of parameters; ones that the user named go before others."""
    named = {normpath(join(dirname(it.path), used_by(it))) for it in files if it.named}
    below = {
        normpath(join(dirname(file.path), it.path))
        for file in files
        for it in _using(file)
        if it.name == "extends"
    }
    out: list[BicepFile] = []
    for file in files:
        target = normpath(join(dirname(file.path), used_by(file)))
        if not used_by(file) and normpath(file.path) in below:
            # It is there for others that extend it.
            continue
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


def extended(
    file: BicepFile, files: Mapping[str, BicepFile], depth: int = 0
) -> tuple[BicepFile, str]:
    """Return a file of parameters with those of the file that it extends.

    Source: Azure docs, Bicep parameter files (`extends`): what a file gives holds
    before what the extended one gives; read 2026-11.

    Returns:
        The file, and why it may give more parameters than it shows; empty if not.
    """
    why = f"not all of `{file.path}` can be read" if file.broken else ""
    text = next((it.path for it in _using(file) if it.name == "extends"), "")
    if not text:
        return file, why
    base = files.get(normpath(join(dirname(file.path), text)))
    if base is None or depth > _DEEPEST:
        return file, f"`{text}`, which `{file.path}` extends, is not in the input"
    below, more = extended(base, files, depth + 1)
    names = {it.name for it in file.declarations}
    elsewhere = dirname(normpath(base.path)) != dirname(normpath(file.path))
    kept = [
        it
        for it in taken_over(below, names, elsewhere=elsewhere)
        if it.name not in names and not isinstance(it, Using)
    ]
    whole = replace(file, declarations=(*kept, *file.declarations))
    return whole, why or more


def _using(file: BicepFile) -> list[Using]:
    return [it for it in file.declarations if isinstance(it, Using)]


def parts_of(
    files: Iterable[BicepFile],
    chosen: Sequence[BicepFile],
    compiled: Mapping[str, str],
) -> frozenset[str]:
    """Return the templates that only count where others name them.

    They are those that the user did not name, if any was named, and else those that
    only try others out; and those that declare nothing that is deployed.
    """
    files = list(files)
    sources = {normpath(it.path) for it in files if not it.is_parameters}
    named = {normpath(it.path) for it in files if it.named and not it.is_parameters}
    named |= {
        normpath(join(dirname(it.path), used_by(it))) for it in chosen if it.named
    }
    named &= sources
    aside = sources - named if named else {it for it in sources if _is_test(it)}
    aside |= {
        normpath(it.path) for it in files if not it.is_parameters and not _deploys(it)
    }
    if aside == sources:
        return frozenset()
    return frozenset(compiled.get(it, it) for it in aside)


def roots_of(files: Mapping[str, BicepFile], parts: frozenset[str]) -> list[str]:
    """Return the files that are deployed by themselves.

    Of files that lead to each other in a circle, the first is one.
    """
    alone = [path for path in sorted(files) if path not in parts]
    linked = {
        to for path in alone for to in led_to(files, targets_of(files[path])) - {path}
    }
    roots = [path for path in alone if path not in linked]
    reached = led_to(files, roots)
    for path in alone:
        if path not in reached:
            roots.append(path)
            reached |= led_to(files, [path])
    return roots


def targets_of(file: BicepFile, *, imports: bool = False) -> list[str]:
    """Return the files that a file names as modules, and if asked as imports."""
    names = [it for it in modules_of(file) if is_local(it)]
    names += imports_of(file) if imports else ()
    return [normpath(join(dirname(file.path), text)) for text in names]


def led_to(
    files: Mapping[str, BicepFile], first: Iterable[str], *, imports: bool = False
) -> set[str]:
    """Return the files that some lead to, themselves included."""
    found: set[str] = set()
    waiting = list(first)
    while waiting:
        path = waiting.pop()
        if path not in found and path in files:
            found.add(path)
            waiting.extend(targets_of(files[path], imports=imports))
    return found


def _deploys(file: BicepFile) -> bool:
    """Whether a file declares anything that is deployed, as far as it can be read."""
    return file.broken or any(
        isinstance(it, Resource | Module) for it in file.declarations
    )


def _is_test(path: str) -> bool:
    """Whether a file is there to try another one out.

    Source: Azure/bicep-registry-modules, `main.test.bicep` below `tests`.
    """
    return path.lower().endswith(".test.bicep")
