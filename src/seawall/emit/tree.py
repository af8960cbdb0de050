"""A deployment before it is text: resources in Azure's types, with references.

Names of types and properties are those of Azure Resource Manager, so that Bicep and ARM
are written without a table; Terraform and az have a table a type.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Id:
    """The resource ID of a resource of the tree; *symbol* names it."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Read:
    """What Azure says of a resource once it stands, such as a principal's id.

    Attributes:
        symbol: The resource.
        path: Keys from its top, such as `("properties", "principalId")`.
    """

    symbol: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """The value of a parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Texts and references, one after the other."""

    parts: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """The ID of a built-in role of the subscription.

    Attributes:
        guid: Its name in every subscription.
        title: What people call it.
    """

    guid: str
    title: str


@dataclass(frozen=True, slots=True)
class PartId:
    """The resource ID of a part that a resource lists by name.

    Attributes:
        symbol: The resource; a part may name another part of its own resource.
        segment: The name of the list, such as `frontendIPConfigurations`.
        name: The name of the part.
    """

    symbol: str
    segment: str
    name: str


@dataclass(frozen=True, slots=True)
class Guid:
    """A GUID that is always the same for the same texts and references."""

    parts: tuple["Value", ...]


@dataclass(frozen=True, slots=True)
class TenantId:
    """The ID of the directory that the subscription trusts."""


@dataclass(frozen=True, slots=True)
class Keyed:
    """An object whose keys are references, such as identities by their IDs."""

    pairs: tuple[tuple["Value", "Value"], ...]


@dataclass(frozen=True, slots=True)
class Noted:
    """A value, and a comment that stands before it where text may have comments."""

    value: "Value"
    comment: str


Value = (
    None
    | bool
    | int
    | str
    | tuple["Value", ...]
    | Mapping[str, "Value"]
    | Id
    | Read
    | Given
    | Joined
    | RoleDefinition
    | PartId
    | Guid
    | Keyed
    | Noted
    | TenantId
)


def without_notes(value: Value) -> Value:
    """Return a value with the comments in it left out, at any depth."""
    if isinstance(value, Noted):
        return without_notes(value.value)
    if isinstance(value, tuple):
        return tuple(without_notes(item) for item in value)
    if isinstance(value, Mapping):
        return {key: without_notes(item) for key, item in value.items()}
    if isinstance(value, Keyed):
        return Keyed(tuple((key, without_notes(item)) for key, item in value.pairs))
    return value


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a person may change without reading the rest.

    Attributes:
        name: In camel case.
        default: A text, number, truth or list of texts; None if it must be given.
        description: A sentence.
        kind: `string`, `int`, `bool`, `array`, or `secret`, a text that is not shown.
    """

    name: str
    default: str | int | bool | tuple[str, ...] | None
    description: str
    kind: str = "string"


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource.

    Attributes:
        symbol: Its name in the tree, in camel case, unique.
        type: In full, such as `Microsoft.Network/virtualNetworks/subnets`.
        api_version: Of the type.
        name: Its own name, without those of its parents.
        body: What stands beside type, name and parent: `location`, `properties`,
            `sku`, `identity`, `tags`, `zones`.
        parent: The symbol of the resource that it is a child of; empty for none.
        scope: The symbol of the resource that it extends (role assignments).
        needs: Symbols of what must stand before it without being named in its body.
        serves: Requirements that it is there for, as their paths in the file.
        comment: What a reader of the file wants to know; may be empty.
        is_existing: Whether it stands already and is only referred to.
        resource_group: Of an existing resource, where it is another one; may be empty.
        subscription: Of an existing resource, where it is another one; may be empty.
    """

    symbol: str
    type: str
    api_version: str
    name: Value
    body: Mapping[str, Value] = field(default_factory=dict)
    parent: str = ""
    scope: str = ""
    needs: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    comment: str = ""
    is_existing: bool = False
    resource_group: str = ""
    subscription: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """What a deployment tells whoever made it."""

    name: str
    value: Value
    description: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """Everything that goes into one resource group.

    Attributes:
        title: A sentence.
        resource_group: The name that is proposed.
        location: The region that is proposed.
        parameters: In their order.
        resources: Each after those that it refers to.
        outputs: In their order.
    """

    title: str
    resource_group: str
    location: str
    parameters: tuple[Parameter, ...]
    resources: tuple[Resource, ...]
    outputs: tuple[Output, ...] = ()

    def resource(self, symbol: str) -> Resource:
        """Return one resource.

        Raises:
            KeyError: No resource has this symbol.
        """
        for item in self.resources:
            if item.symbol == symbol:
                return item
        raise KeyError(symbol)
