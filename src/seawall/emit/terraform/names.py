"""What resources are called in Terraform, and how others refer to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from seawall.emit.camel import underscored
from seawall.emit.parts import Unsaid
from seawall.emit.terraform.hcl import Expression, Hcl, escaped
from seawall.emit.tree import (
    Deployment,
    Given,
    Guid,
    Id,
    Joined,
    Keyed,
    Noted,
    PartId,
    Read,
    Resource,
    TenantId,
    Value,
)

GROUP = "azurerm_resource_group.main"
LOCATION = "location"
"""The parameter that says where all stands."""


def snake(name: str) -> str:
    """Return a name in camel case as Terraform would write it."""
    return underscored(name).lower()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a resource stands that a module makes.

    Attributes:
        address: The module, such as `module.network`.
        id: An expression with the ID of the resource; empty if the module tells none.
        reads: What outputs tell, by paths in ARM.
    """

    address: str
    id: str
    reads: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Names:
    """The resources of a deployment, by their symbols.

    Attributes:
        deployment: All that is written.
        types: The type in Terraform of each symbol.
        reads: What the attribute is called that tells something of a resource.
        spots: Resources that modules make.
        here: The resource that is being written.
    """

    deployment: Deployment
    types: Mapping[str, str]
    reads: Mapping[str, Mapping[str, str]]
    spots: Mapping[str, Spot] = field(default_factory=dict)
    here: str = ""

    def address(self, symbol: str) -> str:
        """Return what a resource is called, such as `azurerm_subnet.nodes`."""
        if symbol in self.spots:
            return self.spots[symbol].address
        return f"{self.types[symbol]}.{snake(symbol)}"

    def resource(self, symbol: str) -> Resource:
        """Return one resource."""
        return self.deployment.resource(symbol)

    def id_of(self, symbol: str) -> str:
        """Return an expression with the ID of a resource.

        Raises:
            Unsaid: A module makes it and does not tell it.
        """
        if self.resource(symbol).is_existing:
            return f"local.{snake(symbol)}_id"
        spot = self.spots.get(symbol)
        if spot is not None and not spot.id:
            raise Unsaid(f"{spot.address} does not tell the ID of {symbol}")
        return spot.id if spot is not None else f"{self.address(symbol)}.id"

    def read(self, value: Read) -> str:
        """Return an expression with what Azure says of a resource.

        Raises:
            Unsaid: No attribute tells it.
        """
        resource = self.resource(value.symbol)
        path = ".".join(value.path)
        usual = {it: it for it in ("id", "name", "location")}
        spot = self.spots.get(value.symbol)
        reads = spot.reads if spot else usual | {**self.reads.get(resource.type, {})}
        attribute = reads.get(path)
        if attribute is None or resource.is_existing:
            raise Unsaid(f"azurerm does not tell {path} of {resource.type}")
        return f"{self.address(value.symbol)}.{attribute}"

    def hcl(self, value: Value) -> Hcl:
        """Return a value as Terraform has it.

        Raises:
            Unsaid: It has a meaning in one place only, such as a role definition.
        """
        if isinstance(value, Noted):
            return self.hcl(value.value)
        if isinstance(value, tuple):
            return tuple(self.hcl(item) for item in value)
        if isinstance(value, Mapping):
            return {key: self.hcl(item) for key, item in value.items()}
        if value is None or isinstance(value, bool | int | str):
            return value
        if isinstance(value, Joined):
            return Expression(f'"{"".join(self._piece(it) for it in value.parts)}"')
        return Expression(self.expression(value))

    def expression(self, value: Value) -> str:
        """Return a reference.

        Raises:
            Unsaid: It is none that can be written anywhere.
        """
        if isinstance(value, Id):
            return self.id_of(value.symbol)
        if isinstance(value, Read):
            return self.read(value)
        if isinstance(value, Given):
            if value.name == LOCATION:
                return f"{GROUP}.location"
            return f"var.{snake(value.name)}"
        if isinstance(value, TenantId):
            return "data.azurerm_client_config.current.tenant_id"
        raise Unsaid(f"{self.here}: {value!r} cannot stand here in Terraform")

    def _piece(self, part: Value) -> str:
        if isinstance(part, str):
            return escaped(part)
        if isinstance(part, bool | int):
            return str(part).lower()
        if isinstance(part, Joined):
            return "".join(self._piece(item) for item in part.parts)
        return f"${{{self.expression(part)}}}"


def referred(value: Value) -> Iterator[str]:
    """Yield the symbols that a value refers to."""
    if isinstance(value, Id | Read | PartId):
        yield value.symbol
    for inner in _inside(value):
        yield from referred(inner)


def _inside(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Noted):
        return (value.value,)
    if isinstance(value, Joined | Guid):
        return value.parts
    if isinstance(value, Keyed):
        return tuple(item for pair in value.pairs for item in pair)
    if isinstance(value, Mapping):
        return tuple(value.values())
    return value if isinstance(value, tuple) else ()
