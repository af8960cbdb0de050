"""Evaluates expressions with three truth values.

Source: hashicorp/hcl, hclsyntax/spec.md; Terraform docs, Expressions.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from seawall.ingest.terraform.evaluation.operators import binary, unary
from seawall.ingest.terraform.evaluation.values import (
    LARGEST_TEXT,
    MOST_ITEMS,
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
from seawall.ingest.terraform.evaluation.written import written
from seawall.ingest.terraform.language import syntax

Call = Callable[["Scope", syntax.Call], Value]

DEEPEST = 90
"""How many evaluations may wait for one another."""


@dataclass(slots=True)
class Machine:
    """What all evaluations of one deployment share.

    Attributes:
        call: Calls functions.
        budget: Counts work.
        depth: How many evaluations wait for one another.
    """

    call: Call
    budget: Budget
    depth: int = 0


class Scope:
    """What names mean at one place.

    Args:
        machine: What is shared.
        names: Names by their values.
        outer: Where other names are looked up.
        folder: The folder that Terraform runs in, for files that it reads.
    """

    __slots__ = ("folder", "machine", "names", "outer")

    def __init__(
        self,
        machine: Machine,
        names: Mapping[str, Value],
        outer: "Scope | None" = None,
        folder: str = "",
    ) -> None:
        self.machine = machine
        self.names = names
        self.outer = outer
        self.folder: str = folder if outer is None else outer.folder

    def with_names(self, names: Mapping[str, Value]) -> "Scope":
        """Return the place where further names are known."""
        return Scope(self.machine, names, self)

    def value_of(self, name: str) -> Value:
        """Return what a name means."""
        here: Scope | None = self
        while here is not None:
            if name in here.names:
                return here.names[name]
            here = here.outer
        raise Failed(f"`{name}` means nothing here")

    def value(self, expression: syntax.Expression) -> Value:
        """Return the value of an expression.

        Raises:
            Failed: Terraform would refuse it.
        """
        machine = self.machine
        machine.budget.spend()
        if machine.depth >= DEEPEST:
            return Unknown(f"`{written(expression)}` is nested too deeply")
        machine.depth += 1
        try:
            return _RULES[type(expression)](self, expression)
        finally:
            machine.depth -= 1

    def safe(self, expression: syntax.Expression) -> Value:
        """Return the value; what cannot be evaluated is unknown."""
        try:
            return self.value(expression)
        except Failed as failed:
            return Unknown(f"`{written(expression)}` cannot be evaluated: {failed}")


def _literal(_scope: Scope, item: syntax.Literal) -> Value:
    return item.value


def _name(scope: Scope, item: syntax.Name) -> Value:
    return scope.value_of(item.name)


def _each(scope: Scope, _item: syntax.Each) -> Value:
    return scope.value_of("*")


def _template(scope: Scope, item: syntax.Template) -> Value:
    """Join the parts; with a part that is not known, keep the others."""
    pieces: list[str] = []
    hidden: Unknown | None = None
    for part in item.parts:
        for value in _texts(scope, part):
            if isinstance(value, Unknown):
                hidden = hidden or value
                pieces.append(value.spelled or "?")
            elif value is None:
                raise Failed("null stands in a text")
            else:
                pieces.append(text_of(value))
    return joined(pieces, hidden, scope.machine.budget)


def joined(pieces: list[str], hidden: Unknown | None, budget: Budget) -> Value:
    """Return texts one after the other; unknown if a part was."""
    size = sum(map(len, pieces))
    budget.spend(size // 100)
    if size > LARGEST_TEXT:
        raise Failed("a text is too long")
    text = "".join(pieces)
    if hidden is None:
        return text
    is_set = any(piece not in {"", "?"} for piece in pieces) or hidden.set
    return Unknown(hidden.why, text, set=is_set)


def _texts(scope: Scope, part: syntax.Expression) -> Iterator[Value]:
    """Yield the texts of a part; a `for` directive has many."""
    if isinstance(part, syntax.For):
        found = scope.value(part)
        if isinstance(found, list):
            yield from found
        else:
            yield found
        return
    yield scope.value(part)


def _attribute(scope: Scope, item: syntax.Attribute) -> Value:
    return attribute(scope.value(item.of), item.name)


def attribute(of: Value, name: str) -> Value:
    """Return an attribute of a value."""
    if isinstance(of, Computed | Lazy):
        return of.attribute(name)
    if isinstance(of, Unknown):
        return Unknown(of.why)
    if isinstance(of, Mapping):
        if name in of:
            return of[name]
        raise Failed(f"there is no `{name}` in the object")
    raise Failed(f"{kind_of(of)} has no `{name}`")


def _index(scope: Scope, item: syntax.Index) -> Value:
    of, key = scope.value(item.of), scope.value(item.key)
    return index(of, key)


def index(of: Value, key: Value) -> Value:
    """Return an element of a value."""
    for value in (of, key):
        if isinstance(value, Unknown):
            return Unknown(value.why)
    if isinstance(of, Mapping | Lazy):
        return attribute(of, text_of(key))
    if isinstance(of, list) and not isinstance(of, Group):
        number = number_of(key)
        if isinstance(number, int) and 0 <= number < len(of):
            return of[number]
        raise Failed(f"a list of {len(of)} has no element {number}")
    raise Failed(f"{kind_of(of)} has no elements that can be named")


def _splat(scope: Scope, item: syntax.Splat) -> Value:
    of = scope.value(item.of)
    if isinstance(of, Unknown):
        return Unknown(of.why)
    if of is None:
        return []
    items = of if isinstance(of, list) else [of]
    return [scope.with_names({"*": each}).value(item.each) for each in items]


def _call(scope: Scope, item: syntax.Call) -> Value:
    return scope.machine.call(scope, item)


def _unary(scope: Scope, item: syntax.Unary) -> Value:
    return unary(item.operator, scope.value(item.of))


def _binary(scope: Scope, item: syntax.Binary) -> Value:
    """Fold a row of operators from the left, without nesting deeper."""
    row: list[syntax.Binary] = [item]
    while isinstance(row[-1].left, syntax.Binary):
        row.append(row[-1].left)
    found = scope.value(row[-1].left)
    for step in reversed(row):
        if step.operator == "&&" and found is False:
            continue
        if step.operator == "||" and found is True:
            continue
        right = scope.value(step.right)
        found = binary(step.operator, found, right, scope.machine.budget)
    return found


def _conditional(scope: Scope, item: syntax.Conditional) -> Value:
    test = scope.value(item.test)
    if not isinstance(test, Unknown):
        return scope.value(item.yes if truth_of(test) else item.no)
    yes, no = scope.safe(item.yes), scope.safe(item.no)
    if equal(yes, no, scope.machine.budget) is True:
        return yes
    is_set = all(
        it.set if isinstance(it, Unknown) else it not in (None, "", [])
        for it in (yes, no)
    )
    return Unknown(test.why, set=is_set)


def items_of(of: Value) -> list[tuple[Value, Value]] | Unknown:
    """Return keys and elements in the order of Terraform."""
    if isinstance(of, Unknown):
        return Unknown(of.why)
    if isinstance(of, Computed | Vague):
        return Unknown("which elements an object has is not known")
    if isinstance(of, Lazy):
        return items_of(of.plain())
    if isinstance(of, Group):
        return [(item, item) for item in of]
    if isinstance(of, list):
        return list(enumerate(of))
    if isinstance(of, Mapping):
        return [(key, of[key]) for key in sorted(of)]
    raise Failed(f"{kind_of(of)} cannot be gone through")


def _for(scope: Scope, item: syntax.For) -> Value:
    found = items_of(scope.value(item.of))
    if isinstance(found, Unknown):
        return found
    out: list[Value] = []
    mapped: dict[str, Value] = {}
    doubtful: dict[str, Value] = {}
    for key, value in found:
        scope.machine.budget.spend()
        names = {item.value_name: value}
        if item.key_name:
            names[item.key_name] = key
        inner = scope.with_names(names)
        test = True if item.test is None else inner.value(item.test)
        hidden: Unknown | None = None
        if isinstance(test, Unknown):
            hidden = _doubt(inner, item, test, doubtful)
        elif truth_of(test):
            if item.key is None:
                out.append(inner.value(item.value))
            else:
                hidden = _keyed(inner, item, mapped)
        if hidden is not None:
            return hidden
        if len(out) + len(mapped) > MOST_ITEMS:
            raise Failed(f"a `for` makes more than {MOST_ITEMS} elements")
    if doubtful:
        return Vague({**mapped, **doubtful})
    return out if item.key is None else mapped


def _doubt(
    scope: Scope, item: syntax.For, test: Unknown, out: dict[str, Value]
) -> Unknown | None:
    """Keep the key of an element that may not be there; of a list there is none."""
    if item.key is None or item.grouped:
        return Unknown(test.why)
    name = scope.value(item.key)
    if isinstance(name, Unknown):
        return Unknown(name.why)
    out[text_of(name)] = Unknown(test.why)
    return None


def _keyed(scope: Scope, item: syntax.For, out: dict[str, Value]) -> Unknown | None:
    assert item.key is not None  # noqa: S101  # the caller asked
    key = scope.value(item.key)
    if isinstance(key, Unknown):
        return Unknown(key.why)
    name, value = text_of(key), scope.value(item.value)
    if item.grouped:
        held = out.setdefault(name, [])
        if isinstance(held, list):
            held.append(value)
    elif name in out:
        raise Failed(f"two elements of a `for` have the key `{name[:40]}`")
    else:
        out[name] = value
    return None


def _listed(scope: Scope, item: syntax.Listed) -> Value:
    return [scope.value(each) for each in item.items]


def _mapped(scope: Scope, item: syntax.Mapped) -> Value:
    out: dict[str, Value] = {}
    for key_expression, value_expression in item.items:
        key = scope.value(key_expression)
        if isinstance(key, Unknown):
            return Unknown(key.why)
        out[text_of(key)] = scope.value(value_expression)
    return out


_RULES: dict[type, Callable[..., Value]] = {
    syntax.Literal: _literal,
    syntax.Template: _template,
    syntax.Name: _name,
    syntax.Attribute: _attribute,
    syntax.Index: _index,
    syntax.Splat: _splat,
    syntax.Each: _each,
    syntax.Call: _call,
    syntax.Unary: _unary,
    syntax.Binary: _binary,
    syntax.Conditional: _conditional,
    syntax.For: _for,
    syntax.Listed: _listed,
    syntax.Mapped: _mapped,
}
