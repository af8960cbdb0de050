"""Calls of modules: what each makes, and how others refer to that."""

from collections.abc import Iterator, Mapping, Sequence

from seawall.emit.graph import comment_of
from seawall.emit.parts import Part, Unsaid
from seawall.emit.terraform.hcl import Attribute, Block, Expression, Fields, Hcl, Line
from seawall.emit.terraform.modules import MODULES
from seawall.emit.terraform.modules.shape import Module, entry
from seawall.emit.terraform.names import GROUP, Names, Spot, snake
from seawall.emit.terraform.shape import attr, within
from seawall.emit.tree import Resource


def spots(names: Names) -> Mapping[str, Spot]:
    """Return where each resource stands that a module makes.

    A module makes a resource with its children if it has words for all of them.
    """
    out: dict[str, Spot] = {}
    for resource in names.deployment.resources:
        module = MODULES.get(resource.type)
        if module is None or resource.is_existing:
            continue
        folded = tuple(_folded(resource, module, names))
        try:
            call(resource, folded, names, ())
        except Unsaid:
            continue
        address = f"module.{snake(resource.symbol)}"
        out[resource.symbol] = Spot(address, f"{address}.resource_id", module.reads)
        for child in folded:
            fold, key = module.folds[child.type], snake(child.symbol)
            reads = {path: it.format(key) for path, it in fold.reads.items()}
            told = f"{address}.{fold.id.format(key)}" if fold.id else ""
            out[child.symbol] = Spot(address, told, reads)
    return out


def _folded(resource: Resource, module: Module, names: Names) -> Iterator[Resource]:
    for child in names.deployment.resources:
        if child.parent == resource.symbol and child.type in module.folds:
            yield child


def call(
    resource: Resource,
    children: Sequence[Resource],
    names: Names,
    waits: tuple[Hcl, ...],
) -> Block:
    """Return the call that makes a resource and the children of it.

    Raises:
        Unsaid: The module has no input for something.
    """
    module = MODULES[resource.type]
    part = Part(resource.body, resource.symbol)
    where = Expression(f"{GROUP}.{'id' if module.group == 'parent_id' else 'name'}")
    lines: list[Line] = [
        Attribute("source", module.source),
        Attribute("version", module.version),
        Attribute(module.named, names.hcl(resource.name)),
        Attribute(module.group, where),
    ]
    if module.located:
        lines += attr("location", "location")(part, names)
    lines.append(Attribute("enable_telemetry", False))  # noqa: FBT003
    lines += within(part, names, (*module.rules, attr("tags", "tags")))
    lines += _entries(children, module, names)
    if waits:
        lines.append(Attribute("depends_on", waits))
    head = f'module "{snake(resource.symbol)}"'
    return Block(head, tuple(lines), comment_of(resource))


def children(resource: Resource, names: Names) -> tuple[Resource, ...]:
    """Return what the module of a resource makes beside it."""
    return tuple(_folded(resource, MODULES[resource.type], names))


def _entries(
    children: Sequence[Resource], module: Module, names: Names
) -> Iterator[Attribute]:
    held: dict[str, list[Attribute]] = {}
    for child in children:
        fold = module.folds[child.type]
        names.here = child.symbol
        part = Part(child.body, child.symbol)
        fields = entry(fold.rules, part, names, names.hcl(child.name))
        line = Attribute(snake(child.symbol), fields, comment_of(child))
        held.setdefault(fold.input, []).append(line)
    for name, lines in held.items():
        yield Attribute(name, Fields(tuple(lines)))
