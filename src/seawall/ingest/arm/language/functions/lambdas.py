"""Functions that take functions.

Source: Azure docs, template-functions-lambda, read 2026-11.
"""

import functools
from collections.abc import Callable
from typing import Any

from seawall.ingest.arm.language.evaluate import Here
from seawall.ingest.arm.language.functions.collections import counted
from seawall.ingest.arm.language.functions.objects import blur, is_open, put
from seawall.ingest.arm.language.signature import Library
from seawall.ingest.arm.language.tree import Call, Expression, Fault, Literal
from seawall.ingest.arm.language.values import (
    Members,
    Rest,
    Text,
    Unknown,
    Value,
    in_order_of,
    is_clear,
    key_of,
    kind_of,
    made,
    short,
)
from seawall.ingest.resource import REST

_Body = Callable[..., Value]


def declare(library: Library) -> None:
    """Add them to a library."""
    library.lazy("lambdaVariables", 1, 1)(_variable)
    library.lazy("map", 2, 2)(_map)
    library.lazy("filter", 2, 2)(_filter)
    library.lazy("reduce", 3, 3)(_reduce)
    library.lazy("sort", 2, 2)(_sort)
    library.lazy("toObject", 2, 3)(_to_object)
    library.lazy("groupBy", 2, 2)(_group)
    library.lazy("mapValues", 2, 2)(_map_values)


def _variable(call: Call, here: Here) -> Value:
    name = here.value(call.arguments[0])
    if isinstance(name, str) and name.lower() in here.names:
        return here.names[name.lower()]
    raise Fault(f"no function around has a variable {name!r}")


def _body(call: Call, here: Here, at: int, fewest: int, most: int) -> _Body:
    """Return a function that is an argument, to be called with values.

    It gets as many of them as it has names for.

    Raises:
        Fault: The argument is none, or takes another number of values.
    """
    tree = call.arguments[at]
    if not isinstance(tree, Call) or tree.name != "lambda" or not tree.arguments:
        raise Fault(f"`{call.spelled or call.name}` takes a `lambda`")
    *heads, body = tree.arguments
    names = [_spelled(head) for head in heads]
    if not fewest <= len(names) <= most:
        raise Fault(f"the `lambda` of `{call.spelled}` has {len(names)} variables")

    def run(*values: Value) -> Value:
        given = dict(zip(names, values, strict=False))
        return here.naming(**given).value(body)

    return run


def _spelled(tree: Expression) -> str:
    if isinstance(tree, Literal) and isinstance(tree.value, str):
        return tree.value.lower()
    raise Fault("a variable of a `lambda` is named by a text")


def _items(call: Call, here: Here) -> list[Value] | Unknown:
    found = here.value(call.arguments[0])
    if isinstance(found, list):
        return found
    if isinstance(found, Unknown):
        return found
    raise Fault(f"`{call.spelled or call.name}` takes an array, not {kind_of(found)}")


def _doubt(call: Call, here: Here, *values: Value, kind: str = "array") -> Unknown:
    """Return the unknown that a call gives where it stands.

    What its function makes depends on what is around it.
    """
    body = short(repr(call.arguments[1:]))
    return made(f"{call.name}:{body}@{here.key}", values, kind)


def _map(call: Call, here: Here) -> Value:
    items, body = _items(call, here), _body(call, here, 1, 1, 2)
    if isinstance(items, Unknown):
        return _doubt(call, here, items)
    return in_order_of(
        items,
        [
            Rest(_doubt(call, here, item.of))
            if isinstance(item, Rest)
            else body(item, index)
            for index, item in enumerate(items)
        ],
    )


def _filter(call: Call, here: Here) -> Value:
    items, body = _items(call, here), _body(call, here, 1, 1, 2)
    if isinstance(items, Unknown):
        return _doubt(call, here, items)
    out: list[Value] = []
    for index, item in enumerate(items):
        holds = None if isinstance(item, Rest) else body(item, index)
        if isinstance(item, Rest):
            out.append(Rest(_doubt(call, here, item.of)))
        elif holds is True:
            out.append(item)
        elif isinstance(holds, Unknown):
            # It is there or not: no element, or one.
            out.append(Rest(_doubt(call, here, item, holds)))
        elif holds is not False:
            raise Fault("the `lambda` of `filter` gives true or false")
    return in_order_of(items, out)


def _reduce(call: Call, here: Here) -> Value:
    items, body = _items(call, here), _body(call, here, 2, 2, 3)
    start = here.value(call.arguments[1])
    if isinstance(items, Unknown) or not counted(items):
        return _doubt(call, here, items, start, kind=kind_of(start))
    for index, item in enumerate(items):
        start = body(start, item, index)
    return start


def _sort(call: Call, here: Here) -> Value:
    items, body = _items(call, here), _body(call, here, 1, 2, 2)
    if isinstance(items, Unknown) or not is_clear(items):
        return _doubt(call, here, items)

    def compare(left: Value, right: Value) -> int:
        before = body(left, right)
        if not isinstance(before, bool):
            raise Fault("the `lambda` of `sort` gives true or false")
        return -1 if before else int(body(right, left) is True)

    return sorted(items, key=functools.cmp_to_key(compare))


def _to_object(call: Call, here: Here) -> Value:
    items, key_body = _items(call, here), _body(call, here, 1, 1, 1)
    value_body = _body(call, here, 2, 1, 1) if len(call.arguments) > 2 else None  # noqa: PLR2004
    if isinstance(items, Unknown):
        return {REST: _doubt(call, here, items)}
    # Parts that the platform adds have other names than those that are declared.
    apart = isinstance(items, Members) and _is_by_name(key_body)
    out: dict[Any, Value] = {}
    for item in items:
        if not isinstance(item, Rest):
            value = item if value_body is None else value_body(item)
            put(out, key_body(item), value)
        elif apart and REST not in out:
            out[REST] = item.of
        else:
            blur(out, item.of)
    return out


def _is_by_name(body: _Body) -> bool:
    """Whether a function gives the name of a part as it is."""
    probe = Unknown("probe", "", "string")
    return bool(body({"name": probe}) == probe)


def _group(call: Call, here: Here) -> Value:
    items, body = _items(call, here), _body(call, here, 1, 1, 1)
    if isinstance(items, Unknown) or not counted(items):
        return _doubt(call, here, items, kind="object")
    out: dict[str, Value] = {}
    for item in items:
        key = body(item)
        if isinstance(key, Unknown | Text):
            return _doubt(call, here, items, key_of(key), kind="object")
        if not isinstance(key, str):
            raise Fault("the `lambda` of `groupBy` gives a text")
        out.setdefault(key, []).append(item)
    return out


def _map_values(call: Call, here: Here) -> Value:
    value, body = here.value(call.arguments[0]), _body(call, here, 1, 1, 1)
    if isinstance(value, Unknown):
        return _doubt(call, here, value, kind="object")
    if not isinstance(value, dict):
        raise Fault(f"`mapValues` takes an object, not {kind_of(value)}")
    if is_open(value):
        return _doubt(call, here, value, kind="object")
    return {key: body(item) for key, item in value.items()}
