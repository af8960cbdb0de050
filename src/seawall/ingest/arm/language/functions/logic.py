"""Logical functions and comparisons.

Source: Azure docs, template-functions-logical and template-functions-comparison, read
2026-11. `if`, `and`, `or` and `coalesce` evaluate no more than they need.
"""

from typing import Any

from seawall.ingest.arm.language.evaluate import Here
from seawall.ingest.arm.language.signature import BOOL, WHATEVER, Library, argument
from seawall.ingest.arm.language.tree import Call, Exhausted, Fault
from seawall.ingest.arm.language.values import (
    Rest,
    Text,
    Unknown,
    Value,
    either,
    key_of,
    kind_of,
    lookup,
    made,
)
from seawall.ingest.resource import REST

_ORDERED = argument("int", "string", "float")


def declare(library: Library) -> None:
    """Add them to a library."""
    library.lazy("if", 3, 3)(_if)
    library.lazy("and", 2)(_and)
    library.lazy("or", 2)(_or)
    library.lazy("coalesce", 1)(_coalesce)
    library.add("not", BOOL, kind="bool")(lambda value: not value)
    library.add("true")(lambda: True)
    library.add("false")(lambda: False)
    library.add("null")(lambda: None)
    library.add("bool", argument("bool", "string", "int"), kind="bool")(_bool)
    library.add("equals", WHATEVER, WHATEVER, kind="bool", partial=True)(equals)
    for name, holds in _ORDERS.items():
        library.add(name, _ORDERED, _ORDERED, kind="bool")(_ordered(name, holds))


def _if(call: Call, here: Here) -> Value:
    condition = _truth(call, here, 0)
    if condition is True:
        return here.value(call.arguments[1])
    if condition is False:
        return here.value(call.arguments[2])
    sides: list[Value] = []
    faults: list[Fault] = []
    for tree in call.arguments[1:]:
        # What cannot be evaluated is not what will be deployed.
        try:
            sides.append(here.value(tree))
        except Exhausted:
            raise
        except Fault as fault:
            faults.append(fault)
    if not sides:
        raise faults[0]
    return sides[0] if faults else either(condition, *sides)


def _truth(call: Call, here: Here, index: int) -> bool | Unknown:
    value = here.value(call.arguments[index])
    if isinstance(value, bool):
        return value
    if isinstance(value, Unknown):
        return value
    raise Fault(
        f"`{call.spelled or call.name}` takes true or false as its argument {index + 1}"
    )


def _and(call: Call, here: Here) -> Value:
    return _chain(call, here, decisive=False)


def _or(call: Call, here: Here) -> Value:
    return _chain(call, here, decisive=True)


def _chain(call: Call, here: Here, *, decisive: bool) -> Value:
    """Return the decisive value if any argument has it; the other if none can."""
    open_ones: list[Value] = []
    for index in range(len(call.arguments)):
        try:
            value = _truth(call, here, index)
        except Exhausted:
            raise
        except Fault:
            if not open_ones:
                raise
            continue
        if value is decisive:
            return decisive
        if not isinstance(value, bool):
            open_ones.append(value)
    if not open_ones:
        return not decisive
    return open_ones[0] if len(open_ones) == 1 else made(call.name, open_ones, "bool")


def _coalesce(call: Call, here: Here) -> Value:
    open_ones: list[Unknown] = []
    last: Value = None
    for tree in call.arguments:
        last = here.value(tree)
        if isinstance(last, Unknown) and not last.kind:
            open_ones.append(last)
        elif last is not None:
            break
    for unknown in reversed(open_ones):
        last = last if last is unknown else _first_of(unknown, last)
    return last


def _first_of(unknown: Unknown, fallback: Value) -> Value:
    """Return what is known of a value if it is not null, of another if it is."""
    if fallback is None:
        return unknown
    return made("coalesce", (unknown, fallback))


def _bool(value: Value) -> Value:
    if isinstance(value, str):
        if value.lower() in {"true", "1"}:
            return True
        if value.lower() in {"false", "0"}:
            return False
        raise Fault(f"`{value[:40]}` is neither true nor false")
    return bool(value)


def equals(left: Value, right: Value) -> Value:
    """Return whether two values are the same, as far as that is known.

    Texts are compared with regard to case.
    """
    same = _same(left, right)
    if same is None:
        return made("equals", (left, right), "bool")
    return same


def _same(left: Value, right: Value) -> bool | None:
    if isinstance(left, Unknown | Text) or isinstance(right, Unknown | Text):
        if key_of(left) == key_of(right):
            return True
        return False if _differ(left, right) else None
    if isinstance(left, dict) and isinstance(right, dict):
        return _same_objects(left, right)
    if isinstance(left, list) and isinstance(right, list):
        return _same_lists(left, right)
    return kind_of(left) == kind_of(right) and bool(left == right)


def _differ(left: Value, right: Value) -> bool:
    """Whether two values cannot be the same, though one of them is not known."""
    kinds = kind_of(left), kind_of(right)
    if all(kinds) and kinds[0] != kinds[1]:
        return True
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Unknown) and one.is_word:
            return other == "" or (isinstance(other, str) and "/" in other)
    if isinstance(left, Text | str) and isinstance(right, Text | str):
        starts = [_edge(item, first=True) for item in (left, right)]
        ends = [_edge(item, first=False) for item in (left, right)]
        shorter, longer = sorted(starts, key=len)
        if not longer.startswith(shorter):
            return True
        shorter, longer = sorted(ends, key=len)
        return not longer.endswith(shorter)
    return False


def _edge(value: Text | str, *, first: bool) -> str:
    if isinstance(value, str):
        return value
    part = value.parts[0 if first else -1]
    return part if isinstance(part, str) else ""


def _same_objects(left: dict[Any, Value], right: dict[Any, Value]) -> bool | None:
    if REST in left or REST in right:
        return None
    if len(left) != len(right):
        optional = (*left.values(), *right.values())
        is_open = any(isinstance(it, Unknown) and it.is_optional for it in optional)
        return None if is_open else False
    found: list[bool | None] = []
    for key, value in left.items():
        spelled = lookup(right, key)
        found.append(False if spelled is None else _same(value, right[spelled]))
    return _all(found)


def _same_lists(left: list[Value], right: list[Value]) -> bool | None:
    if any(isinstance(item, Rest) for item in (*left, *right)):
        return None
    if len(left) != len(right):
        return False
    return _all([_same(*pair) for pair in zip(left, right, strict=True)])


def _all(found: list[bool | None]) -> bool | None:
    if False in found:
        return False
    return None if None in found else True


_ORDERS = {
    "less": lambda left, right: left < right,
    "lessOrEquals": lambda left, right: left <= right,
    "greater": lambda left, right: left > right,
    "greaterOrEquals": lambda left, right: left >= right,
}


def _ordered(name: str, holds):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    def compare(left: Value, right: Value) -> Value:
        if kind_of(left) != kind_of(right):
            raise Fault(f"`{name}` compares two numbers or two texts")
        return holds(left, right)

    return compare
