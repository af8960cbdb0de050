"""What azurerm has no argument for, set by the azapi provider in ARM's own words."""

from collections.abc import Mapping

from seawall.emit.parts import Absent, Part
from seawall.emit.terraform.hcl import Attribute, Block, Hcl
from seawall.emit.terraform.names import Names, snake
from seawall.emit.tree import Id, Resource, Value

_WHY = (
    "azurerm has no arguments for these, so azapi sets them once the resource stands."
)


def beyond_of(part: Part, paths: tuple[str, ...]) -> dict[str, Value]:
    """Take what stands at the paths, and return it by them."""
    found: dict[str, Value] = {}
    for path in paths:
        value = part.take(path)
        if not isinstance(value, Absent):
            found[path] = value
    return found


def whole(resource: Resource, beyond: Mapping[str, Value], names: Names) -> Block:
    """Return the resource that sets what azurerm cannot."""
    kind = f"{resource.type}@{resource.api_version}"
    own = (Attribute("resource_id", names.hcl(Id(resource.symbol))),)
    return update(kind, own, snake(resource.symbol), beyond, names)


def update(
    kind: str,
    own: tuple[Attribute, ...],
    label: str,
    beyond: Mapping[str, Value],
    names: Names,
) -> Block:
    """Return a resource that changes another, which *own* names."""
    body: dict[str, object] = {}
    for path, value in beyond.items():
        *above, last = path.split(".")
        held = body
        for key in above:
            inner = held.setdefault(key, {})
            held = inner if isinstance(inner, dict) else {}
        held[last] = names.hcl(value)
    lines = (
        Attribute("type", kind),
        *own,
        Attribute("body", _hcl(body)),
    )
    return Block(f'resource "azapi_update_resource" "{label}"', lines, _WHY)


def _hcl(body: object) -> Hcl:
    if isinstance(body, dict):
        return {str(key): _hcl(item) for key, item in body.items()}
    return body  # type: ignore[return-value]  # leaves are HCL already
