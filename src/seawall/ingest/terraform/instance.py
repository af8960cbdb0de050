"""One resource instance of a plan or state, and reading its attributes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from seawall.ingest.resource import MISSING, Field, Source, Unresolved
from seawall.model.origin import Origin

Json = Mapping[str, object]
_NONE: Json = {}


@dataclass(frozen=True, slots=True)
class Link(Unresolved):
    """A promise that says what it comes from.

    Attributes:
        address: The resource that it is an attribute of; empty for none.
        attribute: Which one.
        spelled: A text with known parts, resources in angle brackets, and `?`.
    """

    address: str = ""
    attribute: str = ""
    spelled: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instance stands among modules and their copies.

    Attributes:
        modules: Names of the modules down to it, each with its key or None.
        key: Its own `for_each` key or `count` index, or None.
    """

    modules: tuple[tuple[str, str | int | None], ...] = ()
    key: str | int | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """One resource instance.

    Attributes:
        address: As Terraform writes it.
        type: Such as `azurerm_subnet`.
        label: The name in the configuration.
        place: Its modules and key.
        values: What is known of it.
        unknown: Parallel to *values*: True where a value comes with the deployment;
            None when the input does not tell.
        expressions: How its attributes are configured; None when the input does not
            tell.
        each: The expression that it is copied by.
        origin: Where *values* stand.
        source: Plan, state, or a data source.
        perhaps: Why it may not be made; empty if it surely is.
        promise: Why attributes are not known that nobody states; empty for the usual
            reason.
    """

    address: str
    type: str
    label: str
    place: Place
    values: Json
    unknown: Json | None
    expressions: Json | None
    origin: Origin
    source: Source
    each: Json = field(default_factory=dict)
    perhaps: str = ""
    promise: str = ""

    @property
    def id(self) -> str:
        """The resource id in lower case, or the address until it is known."""
        known = self.values.get("id")
        text = known if isinstance(known, str) and known else self.address
        return text.rstrip("/").lower()

    def block(self) -> "Block":
        """Return all its attributes, to be read."""
        return Block(self, self.values, self.unknown, self.expressions, self.origin)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of attributes: a whole resource, or a nested block in it.

    Attributes:
        owner: The resource.
        values: What is known.
        unknown: What comes with the deployment.
        expressions: How it is configured.
        origin: Where it stands.
    """

    owner: Instance
    values: Json
    unknown: Json | None
    expressions: Json | None
    origin: Origin

    def field(self, name: str) -> Field:
        """Return an attribute: its value, null, missing, or a promise."""
        origin = self.origin.at(name)
        value = self.values.get(name, MISSING)
        if isinstance(value, Field):
            return value
        pending = (self.unknown or _NONE).get(name)
        if pending is True:
            return Field(self._promise(name), origin)
        if value is MISSING:
            if self.unknown is None and self.expression(name):
                return Field(self._promise(name), origin)
            return Field(MISSING, self.origin)
        return Field(_with_promises(value, pending, name), origin)

    def _promise(self, name: str) -> Unresolved:
        left = self.expressions is not None and name not in self.expressions
        why = self.owner.promise or "known only after the deployment"
        return Unresolved(
            f"`{name}` of `{self.owner.address}`: {why}"
            if self.owner.promise
            else f"`{name}` of `{self.owner.address}` is {why}",
            left_to_service=left,
        )

    def expression(self, name: str) -> Json:
        """Return how an attribute is configured, or an empty mapping."""
        found = (self.expressions or _NONE).get(name)
        return found if isinstance(found, Mapping) else _NONE

    def blocks(self, name: str) -> "list[Block] | None":
        """Return nested blocks; None when they come with the deployment."""
        value = self.values.get(name)
        pending = (self.unknown or _NONE).get(name)
        if pending is True or isinstance(value, Unresolved):
            return None
        items = value if isinstance(value, list) else [value] if value else []
        written = (self.expressions or _NONE).get(name)
        out: list[Block] = []
        for index, item in enumerate(items):
            if not isinstance(item, Mapping):
                continue
            unknown = _item(pending, index)
            expressions = _item(written, index)
            out.append(
                Block(
                    owner=self.owner,
                    values=item,
                    unknown=None if self.unknown is None else unknown or _NONE,
                    expressions=_NONE
                    if expressions is None and written is not None
                    else expressions,
                    origin=self.origin.at(name, index)
                    if isinstance(value, list)
                    else self.origin.at(name),
                )
            )
        return out


def _item(parallel: object, index: int) -> Json | None:
    """Return the part of a parallel structure that belongs to one block."""
    if isinstance(parallel, list):
        if index >= len(parallel):
            return None
        found = parallel[index]
        return found if isinstance(found, Mapping) else None
    return parallel if isinstance(parallel, Mapping) else None


def _with_promises(value: object, pending: object, name: str) -> object:
    """Put a promise in place of each element of a list that is not known."""
    if not isinstance(value, list) or not isinstance(pending, list):
        return value
    out = list(value)
    for index, is_pending in enumerate(pending):
        if is_pending is True and index < len(out):
            promise = Unresolved(f"`{name}` is known only after the deployment")
            out[index] = promise
    return out
