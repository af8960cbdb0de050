"""Types of variables, and bringing values to them.

Source: Terraform docs, Type Constraints.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from seawall.ingest.terraform.evaluation.values import (
    Budget,
    Computed,
    Failed,
    Group,
    Lazy,
    Unknown,
    Vague,
    Value,
    equal,
    kind_of,
    number_of,
    text_of,
    truth_of,
)
from seawall.ingest.terraform.language import syntax

_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Type:
    """What a variable may hold.

    Attributes:
        kind: `any`, `string`, `number`, `bool`, `list`, `set`, `map`, `tuple`,
            or `object`.
        of: The type of elements of a list, set or map.
        attributes: Those of an object, or the elements of a tuple by number.
        optional: Which attributes may be absent, and what they are then.
    """

    kind: str
    of: "Type | None" = None
    attributes: "Mapping[str, Type]" = field(default_factory=dict)
    optional: "Mapping[str, syntax.Expression | None]" = field(default_factory=dict)


ANY = Type("any")
_PLAIN = {"string", "number", "bool", "any"}


def type_of(  # noqa: PLR0911  # one for each form
    item: syntax.Expression | None, depth: int = 0
) -> Type:
    """Return the type that is written; what is not understood may be anything."""
    if item is None or depth > _DEEPEST:
        return ANY
    if isinstance(item, syntax.Name):
        if item.name in _PLAIN:
            return Type(item.name)
        return Type(item.name, ANY) if item.name in {"list", "set", "map"} else ANY
    if isinstance(item, syntax.Literal) and item.value in _PLAIN | {"list", "map"}:
        # Quoted types are of Terraform before 0.12.
        kind = str(item.value)
        return Type(kind, ANY if kind in {"list", "map"} else None)
    if not isinstance(item, syntax.Call) or not item.arguments:
        return ANY
    first = item.arguments[0]
    if item.name in {"list", "set", "map"}:
        return Type(item.name, type_of(first, depth + 1))
    if item.name == "optional":
        return type_of(first, depth + 1)
    if item.name == "object" and isinstance(first, syntax.Mapped):
        return _object(first, depth + 1)
    if item.name == "tuple" and isinstance(first, syntax.Listed):
        parts = [type_of(part, depth + 1) for part in first.items]
        return Type("tuple", None, {str(at): part for at, part in enumerate(parts)})
    return ANY


def _object(item: syntax.Mapped, depth: int) -> Type:
    attributes: dict[str, Type] = {}
    optional: dict[str, syntax.Expression | None] = {}
    for key, value in item.items:
        if not isinstance(key, syntax.Literal):
            return ANY
        name = str(key.value)
        attributes[name] = type_of(value, depth)
        if isinstance(value, syntax.Call) and value.name == "optional":
            with_default = len(value.arguments) > 1
            optional[name] = value.arguments[1] if with_default else None
    return Type("object", None, attributes, optional)


Evaluate = Callable[[syntax.Expression], Value]


class Conversion:
    """Brings values to a type.

    Args:
        evaluate: Gives the values of defaults inside types.
        budget: Counts work.
    """

    def __init__(self, evaluate: Evaluate, budget: Budget) -> None:
        self._evaluate = evaluate
        self._budget = budget

    def to(  # noqa: PLR0911  # one for each kind
        self, value: Value, wanted: Type, depth: int = 0
    ) -> Value:
        """Return *value* as the type has it.

        Raises:
            Failed: It cannot be brought to it.
        """
        self._budget.spend()
        if depth > _DEEPEST:
            raise Failed("a value is nested too deeply")
        if value is None or isinstance(value, Unknown | Lazy):
            return value
        rules = {
            "string": text_of,
            "number": number_of,
            "bool": truth_of,
        }
        if wanted.kind == "any":
            return value
        if wanted.kind in rules:
            return rules[wanted.kind](value)
        if wanted.kind in {"list", "set"}:
            return self._list(value, wanted, depth)
        if wanted.kind == "map":
            return self._map(value, wanted, depth)
        if wanted.kind == "tuple":
            return self._tuple(value, wanted, depth)
        return self._object(value, wanted, depth)

    def _list(self, value: Value, wanted: Type, depth: int) -> Value:
        if not isinstance(value, list):
            raise Failed(f"{kind_of(value)} stands where a {wanted.kind} is needed")
        inner = wanted.of or ANY
        items = alike([self.to(item, inner, depth + 1) for item in value])
        return as_set(items) if wanted.kind == "set" else items

    def _map(self, value: Value, wanted: Type, depth: int) -> Value:
        if isinstance(value, Computed):
            return value
        if not isinstance(value, Mapping):
            raise Failed(f"{kind_of(value)} stands where a map is needed")
        inner = wanted.of or ANY
        found = alike([self.to(it, inner, depth + 1) for it in value.values()])
        made = dict(zip(value, found, strict=True))
        return Vague(made) if isinstance(value, Vague) else made

    def _tuple(self, value: Value, wanted: Type, depth: int) -> Value:
        if not isinstance(value, list) or len(value) != len(wanted.attributes):
            raise Failed("a tuple has other elements than its type says")
        parts = wanted.attributes.values()
        pairs = zip(value, parts, strict=True)
        return [self.to(item, part, depth + 1) for item, part in pairs]

    def _object(self, value: Value, wanted: Type, depth: int) -> Value:
        if isinstance(value, Computed):
            # A resource is handed on; what it lacks comes with the deployment.
            return value
        if not isinstance(value, Mapping):
            raise Failed(f"{kind_of(value)} stands where an object is needed")
        out: dict[str, Value] = {}
        for name, inner in wanted.attributes.items():
            found = value.get(name)
            if found is None:
                if name not in value and name not in wanted.optional:
                    raise Failed(f"the object lacks `{name}`")
                default = wanted.optional.get(name)
                found = None if default is None else self._evaluate(default)
            out[name] = self.to(found, inner, depth + 1)
        return out


def alike(items: list[Value]) -> list[Value]:
    """Bring texts, numbers and truth values to one type, as collections need it."""
    kinds = {type(item) for item in items} & {str, bool, int, float}
    kinds = {int if kind is float else kind for kind in kinds}
    if len(kinds) < 2:  # noqa: PLR2004
        return items
    plain = str | bool | int | float
    return [text_of(item) if isinstance(item, plain) else item for item in items]


def as_set(items: list[Value]) -> Value:
    """Return a set of some elements, in the order that Terraform gives them."""
    budget = Budget()
    kept: list[Value] = []
    if all(isinstance(item, str) for item in items):
        return Group(sorted({str(item) for item in items}))
    for item in items:
        if not any(equal(item, other, budget) is True for other in kept):
            kept.append(item)
    return Group(ordered(kept))


def ordered(items: list[Value]) -> list[Value]:
    """Sort plain elements; others stay as they stand."""
    if all(isinstance(item, int | float) for item in items):
        return sorted(items)  # type: ignore[type-var]
    return items
