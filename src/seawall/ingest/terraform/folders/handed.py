"""From evaluated resources to instances as plans have them, with lines."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from seawall.ingest.resource import Source, Unresolved
from seawall.ingest.terraform.commands import ARGUMENTS, COMMAND, SHOWN
from seawall.ingest.terraform.evaluation.evaluate import Scope
from seawall.ingest.terraform.evaluation.values import (
    Budget,
    Computed,
    Encoded,
    Failed,
    Lazy,
    Reference,
    Unknown,
    Value,
)
from seawall.ingest.terraform.evaluation.written import written
from seawall.ingest.terraform.folders.run import Made, Steps, suffix
from seawall.ingest.terraform.folders.scripts import scripts_of
from seawall.ingest.terraform.folders.traced import Trace
from seawall.ingest.terraform.given import MODULE
from seawall.ingest.terraform.instance import Instance, Json, Link, Place
from seawall.ingest.terraform.language.syntax import Section
from seawall.ingest.terraform.module import Declared, own_arguments
from seawall.model.origin import LineFinder, Origin, Pointer

_DEEPEST = 50
_PLAIN = frozenset(
    {"name", "location", "resource_group_name", "virtual_network_name", "type"}
    | {"network_security_group_name", "parent_id", "route_table_name"}
)
"""Attributes that say which resource it is; they are read as they are."""


class Placed(dict[str, object]):
    """Values of a block, and the lines that they stand at."""

    def __init__(self, lines: Mapping[str, int], line: int | None) -> None:
        super().__init__()
        self.lines = dict(lines)
        self.line = line


class Rest(Mapping[str, object]):
    """Says of every attribute but some that it is not known."""

    def __init__(self, known: Mapping[str, object]) -> None:
        self._known = known

    def __getitem__(self, key: str) -> object:
        if key in self._known:
            raise KeyError(key)
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1  # It holds whatever it is asked for.


def instance_of(
    made: Made, steps: Steps, source: Source, budget: Budget, trace: Trace | None
) -> Instance:
    """Return a resource as a plan would have it."""
    values = _placed(made.values, budget, 0)
    if trace is not None:
        _trace(values, made.values, trace)
    partial = source is Source.DATA or made.declared.section.body.broken
    unknown: Json = Rest(values) if partial else {}
    path = made.declared.path if trace is None else trace.path
    origin = Origin(path, 0, (made.address,), _finder(values))
    return Instance(
        address=made.address,
        type=made.type,
        label=made.label,
        place=Place(steps, made.key),
        values=values,
        unknown=unknown,
        expressions=None if partial else {},
        origin=origin,
        source=source,
        perhaps=made.perhaps,
        promise="it is read from the platform" if source is Source.DATA else "",
    )


def call_of(
    name: str, declared: Declared, scope: Scope, place: Place, prefix: str
) -> Instance:
    """Return what stands for the call of a module that is not read."""
    address = f"{prefix}module.{name}{suffix(place.key)}"
    told = _Told(MODULE, address, name, declared.path)
    return _standing(told, declared.section, scope, place)


class _Told(NamedTuple):
    """What stands for something that is not read: its type, names and file."""

    type: str
    address: str
    label: str
    path: str


def _standing(
    told: _Told,
    section: Section,
    scope: Scope,
    place: Place,
    names: Container[str] | None = None,
) -> Instance:
    """Return what stands for a block that others carry out, with its arguments."""
    values = Computed(told.address, "", section.line)
    for argument in own_arguments(section.body):
        if names is None or argument.name in names:
            values[argument.name] = _with_ids(scope.safe(argument.value), 0)
            values.lines[argument.name] = argument.line
    placed = _placed(values, scope.machine.budget, 0)
    return Instance(
        address=told.address,
        type=told.type,
        label=told.label,
        place=place,
        values=placed,
        unknown={},
        expressions={},
        origin=Origin(told.path, 0, (told.address,), _finder(placed)),
        source=Source.PART,
    )


def commands_in(
    address: str, declared: Declared, scope: Scope, place: Place
) -> Iterator[Instance]:
    """Yield what stands for the commands that a resource has run.

    Args:
        address: Of the resource.
        declared: Its block.
        scope: What names mean in its module.
        place: Where it stands.
    """
    for section in declared.section.body.of("provisioner"):
        names = ARGUMENTS.get(section.labels[0] if section.labels else "")
        when = section.body.arguments.get("when")
        if names is None or (when and written(when.value).strip('"') == "destroy"):
            continue  # Both with quotes, as of old, and without.
        told = _Told(COMMAND, f"{address}#command", address, declared.path)
        made = _standing(told, section, scope, place, names)
        shown = scripts_of(made.values, scope, section.line)
        yield replace(made, values={**made.values, SHOWN: shown})


def _with_ids(value: Value, depth: int) -> Value:
    """Return a value in which whole resources are their ids."""
    if isinstance(value, Lazy):
        try:
            value = value.plain()
        except Failed as failed:
            value = Unknown(str(failed))
    if depth > _DEEPEST:
        return Unknown("a value is nested too deeply")
    if isinstance(value, Computed) and not value.path:
        return value.attribute("id")
    if isinstance(value, list):
        return [_with_ids(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: _with_ids(item, depth + 1) for key, item in value.items()}
    return value


def _trace(values: Placed, computed: Computed, trace: Trace) -> None:
    """Have the values of a known module say where they come from."""
    values.line = trace.line
    for name, value in values.items():
        values.lines[name] = trace.line
        if isinstance(value, list) and name not in computed.written:
            blocks = computed[name]
            for inner, block in zip(
                value, blocks if isinstance(blocks, list) else [], strict=False
            ):
                if isinstance(inner, Placed) and isinstance(block, Computed):
                    _trace(inner, block, trace)
        elif name in computed.written and name not in _PLAIN:
            values[name] = trace.field(value, computed.written[name])


@dataclass(frozen=True, slots=True)
class _Lines:
    """Where a block and its attributes stand, without what they say.

    Attributes:
        line: Where the block begins.
        own: The lines of its attributes.
        inner: Nested blocks by name, in order.
    """

    line: int | None
    own: Mapping[str, int]
    inner: "Mapping[str, tuple[_Lines, ...]]"


def _lines(values: Placed) -> _Lines:
    inner = {
        name: tuple(_lines(it) for it in value if isinstance(it, Placed))
        for name, value in values.items()
        if isinstance(value, list) and any(isinstance(it, Placed) for it in value)
    }
    return _Lines(values.line, values.lines, inner)


def _finder(values: Placed) -> LineFinder:
    # Values may be secrets, and places live as long as the answers.
    lines = _lines(values)

    def find(_document: int, pointer: Pointer) -> int | None:
        here, line = lines, lines.line
        path = list(pointer[1:])
        while path:
            name = str(path.pop(0))
            line = here.own.get(name, line)
            blocks = here.inner.get(name, ())
            at = path.pop(0) if path else None
            if not isinstance(at, int) or at >= len(blocks):
                break
            here = blocks[at]
            line = here.line or line
        return line or None

    return find


def _placed(values: Computed, budget: Budget, depth: int) -> Placed:
    out = Placed(values.lines, values.line)
    for name, value in values.items():
        out[name] = plain(value, budget, depth + 1)
    return out


def plain(  # noqa: PLR0911  # one for each kind
    value: Value, budget: Budget, depth: int = 0
) -> object:
    """Return a value as plans have it: plain data, with promises for the rest."""
    budget.spend()
    if depth > _DEEPEST:
        return Unresolved("a value is nested too deeply")
    if isinstance(value, Encoded):
        return plain(value.value, budget, depth + 1)
    if isinstance(value, Unknown):
        return _promise(value)
    if isinstance(value, Computed):
        # Blocks of this resource are its own; a whole other resource is not.
        return _placed(value, budget, depth)
    if isinstance(value, Lazy):
        return _lazy(value, budget, depth)
    if isinstance(value, list):
        return [plain(item, budget, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: plain(item, budget, depth + 1) for key, item in value.items()}
    return value


def _lazy(value: Lazy, budget: Budget, depth: int) -> object:
    try:
        return plain(value.plain(), budget, depth + 1)
    except Failed as failed:
        return Unresolved(str(failed))


def _promise(value: Unknown) -> object:
    if isinstance(value, Reference):
        address, _, attribute = value.address.partition("#")
        if not attribute:
            return address.lower()
        return Link(value.why, address=address, attribute=attribute)
    if value.spelled:
        return Link(value.why, spelled=value.spelled)
    return Unresolved(value.why)
