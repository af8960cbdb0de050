"""A small language for tables that say how attributes of Terraform map to ARM names.

A shape maps an ARM name to a rule: the name of an attribute, a nested shape, or one of
the rules below. Building a shape over a block gives the resource as Azure Resource
Manager would write it, each value with its place in the plan.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from seawall.ingest.identity import normal_id
from seawall.ingest.resource import MISSING, Field, Unresolved
from seawall.ingest.terraform.instance import Block, Link
from seawall.ingest.terraform.links import Links

Shape = Mapping[str, object]
"""From an ARM name to an attribute's name, a nested shape, or a rule."""

Reader = Callable[[Block, Links], Field]


@dataclass(frozen=True, slots=True)
class Parent:
    """How a resource says what it is a part of.

    Attributes:
        kinds: Types that the parent may have, the usual one first.
        id: Attribute with its id, or empty.
        name: Attribute with its name, or empty.
    """

    kinds: tuple[str, ...]
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one type of Terraform resource maps to a type of ARM.

    Attributes:
        arm: The type in lower case.
        shape: Its values.
        parent: What it is a part of, if anything.
        name: The attribute with its name.
    """

    arm: str
    shape: Shape
    parent: Parent | None = None
    name: str = "name"


def build(shape: Shape, block: Block, links: Links) -> Field:
    """Return a block in the shape of ARM."""
    out: dict[str, object] = {}
    for key, rule in shape.items():
        if isinstance(rule, str):
            out[key] = block.field(rule)
        elif isinstance(rule, Mapping):
            out[key] = build(rule, block, links)
        elif callable(rule):
            out[key] = rule(block, links)
    return Field(out, block.origin)


def either(*names: str) -> Reader:
    """Take the first attribute that the provider's version has."""

    def read(block: Block, _links: Links) -> Field:
        fields = [block.field(name) for name in names]
        given = (item for item in fields if not item.left_to_service)
        return next(given, next((i for i in fields if i.is_given), fields[0]))

    return read


def given_or(reader: Reader, value: object, why: str) -> Reader:
    """Take an attribute, or what the provider sends when it is not set."""

    def read(block: Block, links: Links) -> Field:
        found = reader(block, links)
        return Field(value, found.origin, why) if found.left_to_service else found

    return read


def inverted(*names: str) -> Reader:
    """Take a truth value that ARM states the other way round."""
    take = either(*names)

    def read(block: Block, links: Links) -> Field:
        found = take(block, links)
        if isinstance(found.value, bool):
            return Field(not found.value, found.origin, found.default)
        return found

    return read


def words(on: str, off: str, *names: str) -> Reader:
    """Take a truth value that ARM states as one of two words."""
    take = either(*names)

    def read(block: Block, links: Links) -> Field:
        found = take(block, links)
        if isinstance(found.value, bool):
            return Field(on if found.value else off, found.origin, found.default)
        return found

    return read


def first_of(*readers: Reader) -> Reader:
    """Take the first rule that gives something."""

    def read(block: Block, links: Links) -> Field:
        fields = [reader(block, links) for reader in readers]
        return next((item for item in fields if not item.left_to_service), fields[0])

    return read


def one(name: str, shape: Shape) -> Reader:
    """Take the only nested block of that name."""

    def read(block: Block, links: Links) -> Field:
        found = block.blocks(name)
        if found is None:
            return block.field(name)
        if not found:
            return Field(MISSING, block.origin)
        return build(shape, found[0], links)

    return read


def present(name: str) -> Reader:
    """Take true where a block of that name stands, which alone turns something on."""

    def read(block: Block, _links: Links) -> Field:
        found = block.blocks(name)
        if found is None:
            return block.field(name)
        if not found:
            return Field(MISSING, block.origin)
        return Field(True, found[0].origin)  # noqa: FBT003

    return read


def within(name: str, attribute: str) -> Reader:
    """Take an attribute of the only nested block of that name."""

    def read(block: Block, _links: Links) -> Field:
        found = block.blocks(name)
        if not found:
            return block.field(name) if found is None else Field(MISSING, block.origin)
        return found[0].field(attribute)

    return read


def each(name: str, shape: Shape) -> Reader:
    """Take every nested block of that name."""

    def read(block: Block, links: Links) -> Field:
        found = block.blocks(name)
        if found is None:
            return block.field(name)
        items = [build(shape, inner, links) for inner in found]
        return Field(items, block.origin.at(name) if items else block.origin)

    return read


def both(*readers: Reader) -> Reader:
    """Take the elements of several lists together."""

    def read(block: Block, links: Links) -> Field:
        fields = [reader(block, links) for reader in readers]
        hidden = [i for i in fields if i.unresolved and not i.left_to_service]
        if hidden:
            return hidden[0]
        items = [item for found in fields for item in found.items()]
        return Field(items, fields[0].origin)

    return read


def listed(name: str, key: str) -> Reader:
    """Take a list of plain values as a list of objects with one key."""

    def read(block: Block, _links: Links) -> Field:
        found = block.field(name)
        if not isinstance(found.value, list):
            return found
        items = [Field({key: item}, item.origin) for item in found.items()]
        return Field(items, found.origin)

    return read


def named(name: str) -> Reader:
    """Take the name of another part of the same resource as a reference to it."""

    def read(block: Block, _links: Links) -> Field:
        found = block.field(name)
        # State holds an empty text where nothing is named.
        is_named = not found.left_to_service and found.value != ""
        return Field({"id": found} if is_named else None, found.origin)

    return read


def link(name: str, *kinds: str) -> Reader:
    """Take the id of another resource, known or followed through the configuration."""

    def read(block: Block, links: Links) -> Field:
        found = linked(block, links, name, kinds)
        return Field({"id": found}, found.origin) if found.is_given else found

    return read


def write_only(name: str, *kinds: str) -> Reader:
    """Take an id that neither plan nor state keeps.

    The configuration says what it refers to; a version beside it says that it is set.

    Source: Terraform docs, Write-only arguments.
    """

    def read(block: Block, links: Links) -> Field:
        found = linked(block, links, name, kinds)
        written = block.expression(name)
        if not found.is_given and written:
            targets = links.targets(block, name, kinds)
            constant = written.get("constant_value")
            if len(targets) == 1:
                found = Field(targets[0], found.origin)
            elif isinstance(constant, str) and constant:
                found = Field(normal_id(constant), found.origin)
            elif "constant_value" not in written:
                found = Field(Unresolved(f"`{name}` is write-only"), found.origin)
        elif not found.is_given and block.field(f"{name}_version").is_given:
            why = f"`{name}` is write-only, and the input holds no configuration"
            found = Field(Unresolved(why), found.origin)
        return Field({"id": found}, found.origin) if found.is_given else found

    return read


def links_of(name: str, *kinds: str) -> Reader:
    """Take a list of ids of other resources."""

    def read(block: Block, links: Links) -> Field:
        found = block.field(name)
        values = [
            Field(links.meant(item.value, kinds) or item.value, item.origin)
            if isinstance(item.value, Link)
            else item
            for item in found.items()
            if item.is_given
        ]
        known = isinstance(found.value, list) and not any(
            item.unresolved for item in values
        )
        if known and (values or not block.expression(name).get("references")):
            return Field([Field({"id": i}, i.origin) for i in values], found.origin)
        targets = links.targets(block, name, kinds)
        if targets:
            items = [Field({"id": item}, found.origin) for item in targets]
            return Field(items, found.origin)
        return found

    return read


def linked(block: Block, links: Links, name: str, kinds: tuple[str, ...]) -> Field:
    """Return the id that an attribute holds, will hold, or why it is not known."""
    found = block.field(name)
    if isinstance(found.value, Link):
        target = links.meant(found.value, kinds)
        if target:
            return Field(target, found.origin)
    if isinstance(found.value, str) and found.value:
        return Field(normal_id(found.value), found.origin)
    if found.left_to_service or found.value == "":
        return Field(None, found.origin)
    targets = links.targets(block, name, kinds)
    if len(targets) == 1:
        return Field(targets[0], found.origin)
    if targets:
        shown = ", ".join(f"`{item}`" for item in targets[:3])
        why = f"`{name}` of `{block.owner.address}` is one of {shown}"
        return Field(Unresolved(why), found.origin)
    return found
