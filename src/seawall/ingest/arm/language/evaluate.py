"""Evaluates expressions: a tree and what is around it, to a value.

Bounded in depth, in steps and in the size of what is made, so that no input can make it
hang or fill the memory.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from seawall.ingest.arm.language.tree import (
    Block,
    Call,
    Exhausted,
    Expression,
    Fault,
    Literal,
    Member,
    written,
)
from seawall.ingest.arm.language.values import (
    Rest,
    Text,
    Unknown,
    Value,
    key_of,
    kind_of,
    lookup,
    made,
    taken_by_place,
    weigh,
)
from seawall.ingest.resource import REST

DEEPEST = 300
MOST_STEPS = 600_000
MOST_MADE = 3_000_000
"""How many parts all values that are made may have together."""


class World(Protocol):
    """What is around expressions: the parameters, variables and resources they name."""

    @property
    def identity(self) -> str:
        """What tells this one from others."""

    def call(self, call: Call, here: "Here") -> "Value | None":
        """Return what a function of the surroundings gives; NotImplemented if none."""

    def block(self, block: Block, here: "Here") -> "Value":
        """Return the value of an object or array that is written out."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where an expression is evaluated.

    Attributes:
        machine: What evaluates it.
        world: What is around it.
        names: Variables of the functions around it, by name in lower case.
        turns: The turn of each loop around it, by its name in lower case; the
            outermost one under an empty name too.
    """

    machine: "Machine"
    world: World
    names: Mapping[str, Value] = field(default_factory=dict)
    turns: Mapping[str, Value] = field(default_factory=dict)

    def value(self, tree: Expression) -> Value:
        """Return the value of an expression here.

        Raises:
            Fault: It has none.
        """
        return self.machine.value(tree, self)

    def naming(self, **names: Value) -> "Here":
        """Return this place with further variables."""
        return replace(self, names={**self.names, **names})

    @property
    def key(self) -> str:
        """What tells this place from others where the same expression gives other."""
        inner = key_of({**self.names, **{f"@{it}": v for it, v in self.turns.items()}})
        return f"{self.world.identity}{inner}"

    def turning(self, name: str, turn: Value) -> "Here":
        """Return this place within a turn of a loop."""
        first = {} if "" in self.turns else {"": turn}
        return replace(self, turns={**self.turns, **first, name.lower(): turn})


Function = Callable[[Call, Here], Value]
"""A function that evaluates its arguments itself."""


class Machine:
    """Evaluates; counts what that costs.

    Args:
        functions: The functions that need nothing of what is around, by name.
    """

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions
        self._depth = 0
        self._steps = 0
        self._made = 0

    def value(self, tree: Expression, here: Here) -> Value:
        """Return the value of an expression.

        Raises:
            Fault: It has none, or costs too much.
        """
        if isinstance(tree, Literal):
            return tree.value
        self.step()
        if self._depth >= DEEPEST:
            raise Fault(f"it is nested deeper than {DEEPEST} levels, others included")
        self._depth += 1
        try:
            if isinstance(tree, Member):
                return self._member(tree, here)
            if isinstance(tree, Block):
                return here.world.block(tree, here)
            return self._call(tree, here)
        finally:
            self._depth -= 1

    @property
    def is_spent(self) -> bool:
        """Whether nothing further is evaluated."""
        return self._steps > MOST_STEPS or self._made > MOST_MADE

    def step(self, count: int = 1) -> None:
        """Count what is done.

        Raises:
            Exhausted: It is too much.
        """
        self._steps += count
        if self.is_spent:
            raise Exhausted("evaluating the templates takes too much")

    def deeper(self) -> None:
        """Count one more level of what is evaluated within something else.

        Raises:
            Fault: It is one too many.
        """
        if self._depth >= DEEPEST:
            raise Fault(f"it is nested deeper than {DEEPEST} levels, others included")
        self._depth += 1

    def back(self) -> None:
        """Count one level less."""
        self._depth -= 1

    def charge(self, value: Value) -> Value:
        """Return a value that was made, counted.

        Raises:
            Fault: It is too large.
            Exhausted: All that was made together is.
        """
        self._made += weigh(value)
        self.step()
        return value

    def _call(self, tree: Call, here: Here) -> Value:
        if not tree.space:
            function = self._functions.get(tree.name)
            if function is not None:
                return self.charge(function(tree, here))
        found = here.world.call(tree, here)
        if found is NotImplemented:
            name = f"{tree.space}.{tree.spelled}" if tree.space else tree.spelled
            raise Fault(f"there is no function `{name or tree.name}`")
        return found

    def _member(self, tree: Member, here: Here) -> Value:
        of, key = here.value(tree.of), here.value(tree.key)
        return member(of, key, written(tree.of), is_safe=tree.is_safe)


def member(of: Value, key: Value, shown: str, *, is_safe: bool) -> Value:
    """Return a part of a value.

    Source: Azure docs, template-functions-object, template-functions-array (tryGet):
    keys are compared without regard to case, a safe access gives null where there is
    nothing.

    Raises:
        Fault: There is none, and the access is not safe.
    """
    if isinstance(of, dict):
        return _of_object(of, key, shown, is_safe=is_safe)
    if isinstance(of, list):
        return _of_list(of, key, shown, is_safe=is_safe)
    if isinstance(of, Unknown) and of.kind in {"", "object", "array"}:
        found = made("member", (of, key))
        return replace(found, is_optional=is_safe)
    if is_safe and of is None:
        return None
    raise Fault(f"`{_cut(shown)}` is {_article(kind_of(of))} and has no parts")


def _of_object(of: dict[Any, Value], key: Value, shown: str, *, is_safe: bool) -> Value:
    if isinstance(key, Unknown | Text):
        return made("member", (of, key))
    if not isinstance(key, str):
        raise Fault(f"`{_cut(shown)}` is an object and has no part {key!r}")
    spelled = lookup(of, key)
    if spelled is not None:
        return of[spelled]
    if REST in of:
        found = made("member", (of[REST], key))
        return replace(found, is_optional=is_safe)
    if is_safe:
        return None
    raise Fault(f"`{_cut(shown)}` has no `{key}`")


def _of_list(of: list[Value], key: Value, shown: str, *, is_safe: bool) -> Value:
    if isinstance(key, Unknown | Text):
        return made("member", (of, key))
    if isinstance(key, bool) or not isinstance(key, int):
        raise Fault(f"`{_cut(shown)}` is an array, whose parts are known by numbers")
    for index, item in enumerate(taken_by_place(of)):
        if isinstance(item, Rest):
            return made("member", (of, key))
        if index == key:
            return item
    if is_safe:
        return None
    raise Fault(f"`{_cut(shown)}` has {len(of)} elements, and none at {key}")


def _article(kind: str) -> str:
    if kind in {"null", ""}:
        return kind or "of another kind"
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."  # noqa: PLR2004


def article(kind: str) -> str:
    """Return a kind with its article."""
    return _article(kind)
