"""What the files of one folder declare, before anything is evaluated."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from posixpath import basename, dirname
from typing import TypeVar

from seawall.ingest.terraform.language.syntax import Argument, Body, Script, Section

Key = TypeVar("Key")

_META = frozenset(
    {"count", "for_each", "provider", "depends_on", "lifecycle", "provisioner"}
    | {"connection", "providers", "source", "version", "timeouts"}
)


@dataclass(frozen=True, slots=True)
class Declared:
    """A block of a module, and the file that it stands in.

    Attributes:
        section: The block.
        path: The file.
    """

    section: Section
    path: str

    def argument(self, name: str) -> Argument | None:
        """Return an argument, or None."""
        return self.section.body.arguments.get(name)


@dataclass(slots=True)
class Module:
    """One folder.

    Attributes:
        folder: Its path.
        resources: By type and name.
        data: Data sources by type and name.
        variables: By name.
        local_values: By name, each with its file.
        calls: Calls of other modules by name.
        outputs: By name.
        repeated: What is declared twice.
        versions: What is asked of providers, by provider.
        configured: Whether it sets up a provider or a backend, as only roots do.
    """

    folder: str
    resources: dict[tuple[str, str], Declared] = field(default_factory=dict)
    data: dict[tuple[str, str], Declared] = field(default_factory=dict)
    variables: dict[str, Declared] = field(default_factory=dict)
    local_values: dict[str, tuple[Argument, str]] = field(default_factory=dict)
    calls: dict[str, Declared] = field(default_factory=dict)
    outputs: dict[str, Declared] = field(default_factory=dict)
    repeated: list[tuple[str, Declared]] = field(default_factory=list)
    versions: dict[str, Argument] = field(default_factory=dict)
    configured: bool = False

    def without_value(self, values: Mapping[str, object]) -> list[str]:
        """Return the variables that have neither a value nor a default."""
        return [
            name
            for name, declared in sorted(self.variables.items())
            if name not in values and declared.argument("default") is None
        ]

    @property
    def makes_something(self) -> bool:
        """Whether the folder makes, reads or calls anything."""
        return bool(self.resources or self.calls or self.data)


def module_of(folder: str, scripts: Iterable[Script]) -> Module:
    """Return what the files of a folder declare together."""
    found = Module(folder)
    ordered = sorted(scripts, key=lambda item: (_overrides(item.path), item.path))
    for script in ordered:
        for section in script.body.sections:
            _add(found, Declared(section, script.path), _overrides(script.path))
    return found


def _overrides(path: str) -> bool:
    stem = basename(path).partition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _add(module: Module, declared: Declared, overrides: bool) -> None:  # noqa: FBT001
    section = declared.section
    labels = section.labels
    two = len(labels) == 2  # noqa: PLR2004
    if section.type == "provider" or section.body.of("backend"):
        module.configured = True
    if section.type == "locals":
        for name, argument in section.body.arguments.items():
            module.local_values[name] = (argument, declared.path)
    elif section.type in {"resource", "data"} and two:
        table = module.resources if section.type == "resource" else module.data
        _put(module, table, (labels[0], labels[1]), declared, overrides)
    elif section.type == "terraform":
        for inner in section.body.of("required_providers"):
            module.versions.update(inner.body.arguments)
    elif len(labels) == 1:
        tables = {
            "variable": module.variables,
            "output": module.outputs,
            "module": module.calls,
        }
        named = tables.get(section.type)
        if named is not None:
            _put(module, named, labels[0], declared, overrides)


def _put(
    module: Module,
    table: dict[Key, Declared],
    key: Key,
    declared: Declared,
    overrides: bool,  # noqa: FBT001
) -> None:
    known = table.get(key)
    if known is None:
        table[key] = declared
    elif overrides:
        table[key] = replace(known, section=_merged(known.section, declared.section))
    else:
        module.repeated.append((" ".join(map(str, declared.section.labels)), declared))


def _merged(known: Section, other: Section) -> Section:
    """Return a block with what an override file changes in it."""
    kinds = {item.type for item in other.body.sections}
    kept = tuple(item for item in known.body.sections if item.type not in kinds)
    arguments = {**known.body.arguments, **other.body.arguments}
    broken = known.body.broken or other.body.broken
    return replace(
        known, body=Body(arguments, (*kept, *other.body.sections), broken=broken)
    )


def own_arguments(body: Body) -> Iterator[Argument]:
    """Yield the arguments that a resource itself takes."""
    return (item for name, item in body.arguments.items() if name not in _META)


def own_sections(body: Body) -> Iterator[Section]:
    """Yield the blocks that a resource itself takes."""
    return (item for item in body.sections if item.type not in _META)


def folder_of(path: str) -> str:
    """Return the folder that a file stands in."""
    return dirname(path) or "."
