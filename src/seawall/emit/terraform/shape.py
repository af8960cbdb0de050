"""A small language for tables that say how ARM names map to arguments of azurerm.

A rule takes something out of a part of a body and gives lines. What no rule takes is
refused when the resource is written. Nothing here is shared with the tables by which
configurations are read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.terraform.hcl import Attribute, Block, Hcl, Line
from seawall.emit.terraform.names import Names
from seawall.emit.tree import Noted, PartId, Value

Rule = Callable[[Part, Names], Iterable[Line]]
"""Takes its own from a part of a body, and gives what is written for it."""

More = Callable[["Place", Part, Names], Iterable[Block]]
"""Takes what is written as resources of its own, and gives them."""

Turn = Callable[[Value], Value]


@dataclass(frozen=True, slots=True)
class Place:
    """A resource that is being written, for what is written beside it.

    Attributes:
        symbol: Its own.
        version: Of its type in ARM.
        waits: References to what must stand before.
    """

    symbol: str
    version: str
    waits: tuple[Hcl, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """A property of ARM that is a resource of its own in Terraform.

    Attributes:
        path: Where the ID stands.
        type: The association.
        own: Its argument with the ID of the resource that has the property.
        other: Its argument with the ID that the property holds.
        many: Whether the property is a list of objects with an ID.
    """

    path: str
    type: str
    own: str
    other: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """How one type of ARM is written.

    Attributes:
        type: Its type in Terraform.
        file: In which file it stands.
        rules: What is in the block, after the name and where it stands.
        group: Whether it says its resource group.
        located: Whether it says its location.
        parent: The argument with the ID of what it is a part of; or with its name,
            if it ends in `_name`. Empty for none.
        named: Whether it says its name.
        ties: Properties that are resources of their own.
        beyond: Paths of properties that azurerm has no argument for; azapi sets them.
        reads: What attributes tell, by paths in ARM.
        more: Takes what is written as resources of its own.
    """

    type: str
    file: str
    rules: tuple[Rule, ...] = ()
    group: bool = True
    located: bool = True
    parent: str = ""
    named: bool = True
    ties: tuple[Tie, ...] = ()
    beyond: tuple[str, ...] = ()
    reads: Mapping[str, str] = field(default_factory=dict)
    more: More | None = None


def attr(path: str, name: str, turn: Turn | None = None) -> Rule:
    """Write a value as it is, or turned into another."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        found = part.take(path)
        if not isinstance(found, Absent):
            comment = found.comment if isinstance(found, Noted) else ""
            plain = bare(found)
            turned = plain if turn is None else turn(plain)
            yield Attribute(name, names.hcl(turned), comment)

    return rule


def unless(default: Value, path: str, name: str) -> Rule:
    """Write a value, but nothing for one that leaving the argument out means."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        found = part.peek(path)
        if not isinstance(found, Absent) and bare(found) == default:
            part.take(path)
        yield from attr(path, name)(part, names)

    return rule


def word(path: str, name: str, on: str = "Enabled", off: str = "Disabled") -> Rule:
    """Write one of two words as a truth value."""

    def turn(value: Value) -> Value:
        if value not in (on, off):
            raise Unsaid(f"{path} is neither {on} nor {off}")
        return value == on

    return attr(path, name, turn)


def inverted(path: str, name: str) -> Rule:
    """Write a truth value that Terraform states the other way round."""
    return attr(path, name, lambda value: value is not True)


def implied(path: str, *values: Value) -> Rule:
    """Write nothing for a value that the provider sends of itself.

    Without values, any will do.
    """

    def rule(part: Part, _names: Names) -> Iterable[Line]:
        found = part.take(path)
        if not isinstance(found, Absent) and values and bare(found) not in values:
            raise Unsaid(f"{part.where}.{path} cannot be {bare(found)!r} in azurerm")
        return ()

    return rule


def fixed(name: str, value: Hcl) -> Rule:
    """Write an argument that the provider wants and ARM has no word for."""
    return lambda _part, _names: (Attribute(name, value),)


def block(path: str, name: str, *rules: Rule) -> Rule:
    """Write an object as a block."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        inner = part.part(path)
        if inner is not None:
            yield Block(name, within(inner, names, rules), inner.comment)

    return rule


def group(name: str, *rules: Rule) -> Rule:
    """Write a block of what ARM spreads over the same part, if any of it is there."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        lines = tuple(line for it in rules for line in it(part, names))
        if lines:
            yield Block(name, ordered(lines))

    return rule


def blocks(path: str, name: str, *rules: Rule) -> Rule:
    """Write each object of a list as a block."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        for inner in part.parts(path) or ():
            yield Block(name, within(inner, names, rules), inner.comment)

    return rule


def listed(path: str, key: str, name: str, *chosen: str) -> Rule:
    """Write a list of objects with one key as a list of its values.

    What stands at the *chosen* keys the provider chooses itself.
    """

    def rule(part: Part, names: Names) -> Iterable[Line]:
        found = part.parts(path)
        if found is None:
            return
        values: list[Hcl] = []
        for inner in found:
            value = inner.take(key)
            for other in chosen:
                inner.take(other)
            inner.done()
            if isinstance(value, Absent):
                raise Unsaid(f"{inner.where} has no {key}")
            values.append(names.hcl(bare(value)))
        yield Attribute(name, tuple(values))

    return rule


def named(path: str, name: str) -> Rule:
    """Write a reference to another part of the same resource as its name."""

    def rule(part: Part, _names: Names) -> Iterable[Line]:
        found = part.take(path)
        if isinstance(found, Absent):
            return
        value = bare(found)
        if not isinstance(value, PartId):
            raise Unsaid(f"{part.where}.{path} refers to no part")
        yield Attribute(name, value.name)

    return rule


def keys(path: str, name: str) -> Rule:
    """Write an object whose keys are IDs as a list of them."""

    def rule(part: Part, names: Names) -> Iterable[Line]:
        found = part.take(path)
        if isinstance(found, Absent):
            return
        pairs = getattr(bare(found), "pairs", ())
        yield Attribute(name, tuple(names.hcl(key) for key, _value in pairs))

    return rule


def within(part: Part, names: Names, rules: Iterable[Rule]) -> tuple[Line, ...]:
    """Return the lines of a part, all of which must be said.

    Raises:
        Unsaid: Something in it has no words.
    """
    lines = tuple(line for rule in rules for line in rule(part, names))
    part.done()
    return ordered(lines)


def ordered(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return attributes before blocks and `lifecycle` last, as the style guide asks."""
    return tuple(sorted(lines, key=_rank))


def _rank(line: Line) -> int:
    if isinstance(line, Attribute):
        return 0
    return 2 if line.head == "lifecycle" else 1
