"""Values of expressions: plain data, or what is not known with its reason.

Texts, numbers, truth values, None, lists and dictionaries stand for themselves. What
only a deployment knows is `Unknown`; the id of a resource in the input is `Reference`,
because what it will be does not matter as long as it is clear whose it is.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from seawall.ingest.terraform.language.syntax import Expression

Value: TypeAlias = object
"""A text, number, truth value, None, list, dictionary, `Unknown`, or `Lazy`."""

LARGEST_TEXT = 2**20
MOST_ITEMS = 20_000
MOST_STEPS = 2_000_000


class Failed(Exception):  # noqa: N818  # Terraform would stop; `try` goes on
    """An expression that cannot be evaluated, whatever a deployment may bring."""


class Exhausted(Exception):  # noqa: N818  # no configuration that people write
    """More work than any configuration needs."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known.

    Attributes:
        why: What keeps it from being known, without a final period.
        spelled: For a text with known parts, these with `?` for the others.
        set: Whether it is surely something, and not null.
    """

    why: str
    spelled: str = ""
    set: bool = False


@dataclass(frozen=True, slots=True)
class Reference(Unknown):
    """The id of a resource of the configuration.

    Attributes:
        address: The resource's address, or that and the attribute that stands for it.
    """

    address: str = ""


@dataclass(frozen=True, slots=True)
class Encoded(Unknown):
    """A text of JSON with parts that are not known.

    Attributes:
        value: What was encoded.
    """

    value: Value = None


class Group(list[Value]):
    """A set: its elements are each there once, and in the order of Terraform."""


class Vague(dict[str, Value]):
    """An object of which elements may not be there; the values of these are unknown."""


_INSIDE = (
    "azurerm_firewall.",
    "azurerm_network_interface.",
    "azurerm_private_endpoint.",
)
"""What always gets an address of its subnet; a load balancer may have none."""


class Computed(dict[str, Value]):
    """Attributes of a resource or block; others come with the deployment.

    Attributes:
        address: Of the resource.
        path: From the resource to the block.
        line: Where it begins.
        lines: Where each attribute stands.
        written: The expressions of its attributes.
    """

    def __init__(self, address: str, path: str = "", line: int | None = None) -> None:
        super().__init__()
        self.address = address
        self.path = path
        self.line = line
        self.lines: dict[str, int] = {}
        self.written: dict[str, Expression] = {}

    def attribute(self, name: str) -> Value:
        """Return an attribute; null is left to the provider."""
        found = self.get(name)
        is_named = name == "name" and not self.path and isinstance(found, Unknown)
        if found is not None and not is_named:
            return found
        if name == "id" and self._has_resource_id():
            return reference(self._own_id())
        whole = f"{self.path}.{name}" if self.path else name
        why = f"`{whole}` of `{self.address}` is known only after the deployment"
        if isinstance(found, Unknown):
            # Whose name it is says enough for links, whatever it will be.
            why = found.why
        own = f"{self.address}#{whole}"
        is_set = name == "private_ip_address" and any(it in own for it in _INSIDE)
        return Reference(why, f"<{own}>", set=is_set, address=own)

    def _has_resource_id(self) -> bool:
        kind = self.address.rpartition(":")[2]
        in_azure = "azurerm_" in kind or "azapi_" in kind
        return in_azure and (not self.path or self._is_inline_subnet())

    def _is_inline_subnet(self) -> bool:
        own = "azurerm_virtual_network." in self.address and self.path == "subnet"
        return own and isinstance(self.get("name"), str)

    def _own_id(self) -> str:
        """Return its address; of a subnet in its network, as its parts are called."""
        inner = f"/subnets/{self['name']}" if self.path else ""
        return f"{self.address}{inner}"


def reference(address: str) -> Reference:
    """Return the id of a resource that is yet to be made."""
    why = f"the id of `{address}` is known only after the deployment"
    return Reference(why, f"<{address}>", set=True, address=address)


class Lazy(ABC):
    """What has attributes that are evaluated when they are asked for."""

    @abstractmethod
    def attribute(self, name: str) -> Value:
        """Return an attribute."""

    @abstractmethod
    def plain(self) -> Value:
        """Return all that is known of it, as plain data."""


class Budget:
    """Counts work, so that no input can make it endless."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps

    def spend(self, steps: int = 1) -> None:
        """Take note of some work.

        Raises:
            Exhausted: It was too much.
        """
        self._left -= steps
        if self._left < 0:
            raise Exhausted


def known(value: Value, budget: Budget, depth: int = 0) -> Unknown | None:
    """Return the first thing in *value* that is not known, or None."""
    budget.spend()
    if isinstance(value, Unknown):
        return value
    if depth > 60:  # noqa: PLR2004
        raise Failed("a value is nested too deeply")
    if isinstance(value, Lazy):
        return known(value.plain(), budget, depth + 1)
    items: Iterator[Value] = iter(())
    if isinstance(value, list):
        items = iter(value)
    elif isinstance(value, Mapping):
        items = iter(value.values())
    for item in items:
        found = known(item, budget, depth + 1)
        if found is not None:
            return found
    return None


def is_number(value: Value) -> bool:
    """Whether *value* is a number; truth values are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown_number(value: float) -> str:
    """Return a number as Terraform writes it into texts."""
    if isinstance(value, int):
        if abs(value) > 10**300:
            raise Failed("a number is too large to be written")
        return str(value)
    if value.is_integer() and abs(value) < 10**21:
        return str(int(value))
    return format(value, ".15g")


def text_of(value: Value) -> str:
    """Return a text, number or truth value as text.

    Raises:
        Failed: It is none of these.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return shown_number(value)
    raise Failed(f"{kind_of(value)} stands where a text is needed")


def number_of(value: Value) -> float:
    """Return a number, also one written as text.

    Raises:
        Failed: It is none.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and len(value) < 60:  # noqa: PLR2004
        try:
            return int(value)
        except ValueError:
            pass
        try:
            found = float(value)
        except ValueError:
            pass
        else:
            if found == found and abs(found) != float("inf"):  # noqa: PLR0124
                return int(found) if found.is_integer() else found
    raise Failed(f"{kind_of(value)} stands where a number is needed")


def truth_of(value: Value) -> bool:
    """Return a truth value, also one written as text.

    Raises:
        Failed: It is none.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in {"true", "false"}:
        return value == "true"
    raise Failed(f"{kind_of(value)} stands where true or false is needed")


def kind_of(value: Value) -> str:
    """Return what sort of value it is, for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a truth value"
    for kind, name in (
        (str, "a text"),
        (int | float, "a number"),
        (Group, "a set"),
        (list, "a list"),
        (Mapping, "an object"),
        (Unknown, "a value that is not known"),
    ):
        if isinstance(value, kind):
            return name
    return "a resource"


def equal(  # noqa: PLR0911  # one for each pair of kinds
    left: Value, right: Value, budget: Budget
) -> bool | Unknown:
    """Return whether two values are equal, or why that is not known."""
    budget.spend()
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _equal_unknown(left, right)
    if isinstance(left, Lazy) or isinstance(right, Lazy):
        return Unknown("whole resources are compared")
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if is_number(left) and is_number(right):
        return left == right
    if isinstance(left, list) and isinstance(right, list):
        if len(left) != len(right):
            return False
        return _all_equal(zip(left, right, strict=True), budget)
    if isinstance(left, Vague) or isinstance(right, Vague):
        return Unknown("which elements an object has is not known")
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        if left.keys() != right.keys():
            return False
        return _all_equal(((left[key], right[key]) for key in left), budget)
    return type(left) is type(right) and left == right


def _all_equal(
    pairs: "Iterator[tuple[Value, Value]] | zip[tuple[Value, Value]]", budget: Budget
) -> bool | Unknown:
    doubt: Unknown | None = None
    for one, other in pairs:
        found = equal(one, other, budget)
        if found is False:
            return False
        if isinstance(found, Unknown):
            doubt = found
    return True if doubt is None else doubt


def _equal_unknown(left: Value, right: Value) -> bool | Unknown:
    if isinstance(left, Reference) and isinstance(right, Reference):
        if left.address == right.address:
            return True
        if left.address.startswith("data.") or right.address.startswith("data."):
            return Unknown("what a data source finds may be the other resource")
        if "#" in left.address or "#" in right.address:
            return Unknown(left.why)
        return False
    unknown, other = (left, right) if isinstance(left, Unknown) else (right, left)
    if isinstance(unknown, Unknown) and unknown.set and other in (None, ""):
        return False
    assert isinstance(unknown, Unknown)  # noqa: S101  # one of the two is
    return Unknown(unknown.why)
