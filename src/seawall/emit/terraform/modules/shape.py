"""The language of the tables of modules: what becomes which input."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.terraform.hcl import Attribute, Fields, Hcl, Line
from seawall.emit.terraform.names import Names
from seawall.emit.terraform.shape import Rule, within
from seawall.emit.tree import Value


@dataclass(frozen=True, slots=True)
class Fold:
    """Children that their parent's module makes from one of its inputs.

    Attributes:
        input: A map with an entry a child.
        rules: What is in the entry, after its name.
        id: An output with the child's ID, `{}` for its key; empty if there is none.
        reads: Outputs, by paths in ARM, in the same way.
    """

    input: str
    rules: tuple[Rule, ...]
    id: str = ""
    reads: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Module:
    """How a module of the registry is called for one type of ARM.

    Attributes:
        source: Its name in the registry.
        version: The one whose source was read.
        rules: Inputs, after the name and where it stands.
        named: The input with the name.
        group: The input with the resource group: its name, or `parent_id`.
        located: Whether it says its location.
        folds: Children that it makes, by their type in ARM.
        reads: Outputs, by paths in ARM.
    """

    source: str
    version: str
    rules: tuple[Rule, ...]
    named: str = "name"
    group: str = "resource_group_name"
    located: bool = True
    folds: Mapping[str, Fold] = field(default_factory=dict)
    reads: Mapping[str, str] = field(default_factory=lambda: {"name": "name"})


def nested(path: str, name: str, *rules: Rule) -> Rule:
    """Write an object as an object."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        inner = part.part(path)
        if inner is not None:
            yield Attribute(name, _fields(inner, names, rules), inner.comment)

    return rule


def gathered(name: str, *rules: Rule) -> Rule:
    """Write as one object what ARM spreads over the same part, if any is there."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        lines = _attributes(line for it in rules for line in it(part, names))
        if lines:
            yield Attribute(name, Fields(lines))

    return rule


def every(path: str, name: str, *rules: Rule) -> Rule:
    """Write a list of objects as a list of objects."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        found = part.parts(path)
        if found is not None:
            yield Attribute(name, tuple(_fields(it, names, rules) for it in found))

    return rule


def mapped(path: str, name: str, *rules: Rule) -> Rule:
    """Write a list of objects that have names as a map by them."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        lines: list[Attribute] = []
        for inner in part.parts(path) or ():
            key = inner.peek("name")
            if not isinstance(key, str):
                raise Unsaid(f"{inner.where} has no name")
            lines.append(Attribute(key, _fields(inner, names, rules), inner.comment))
        if lines:
            yield Attribute(name, Fields(tuple(lines)))

    return rule


def or_null(path: str, name: str, turn: Callable[[Value], Value] = bare) -> Rule:
    """Write a value, or null where the module would take another than ARM."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        found = part.take(path)
        plain = None if isinstance(found, Absent) else turn(bare(found))
        yield Attribute(name, names.hcl(plain))

    return rule


def entry(rules: tuple[Rule, ...], part: Part, names: Names, name: Hcl) -> Fields:
    """Return what an input holds of one child."""
    lines = within(part, names, rules)
    return Fields((Attribute("name", name), *_attributes(lines)))


def _fields(part: Part, names: Names, rules: Iterable[Rule]) -> Fields:
    return Fields(_attributes(within(part, names, rules)))


def _attributes(lines: Iterable[Line]) -> tuple[Attribute, ...]:
    found = tuple(lines)
    plain = tuple(line for line in found if isinstance(line, Attribute))
    if len(plain) != len(found):
        raise Unsaid("a module takes values and no blocks")
    return plain
