"""Functions of objects; what one may hold beside its known keys is kept in doubt.

Source: Azure docs, template-functions-object, read 2026-11.
"""

from typing import Any

from seawall.ingest.arm.language.evaluate import Here, member
from seawall.ingest.arm.language.signature import (
    ARRAY,
    OBJECT,
    WHATEVER,
    Library,
)
from seawall.ingest.arm.language.tree import Call, Fault, written
from seawall.ingest.arm.language.values import (
    Rest,
    Text,
    Unknown,
    Value,
    either,
    lookup,
    made,
)
from seawall.ingest.resource import REST


def declare(library: Library) -> None:
    """Add them to a library."""
    library.add("createObject", rest=WHATEVER, kind="object", partial=True)(_create)
    library.add("items", OBJECT, kind="array", partial=True)(_items)
    library.add("objectKeys", OBJECT, kind="array", partial=True)(_keys)
    library.add("shallowMerge", ARRAY, kind="object", partial=True)(_shallow)
    library.lazy("tryGet", 2)(_try_get)


def _create(*values: Value) -> Value:
    if len(values) % 2:
        raise Fault("`createObject` takes pairs of a key and a value")
    out: dict[Any, Value] = {}
    for key, value in zip(values[::2], values[1::2], strict=True):
        put(out, key, value)
    return out


def put(into: dict[Any, Value], key: Value, value: Value) -> None:
    """Set a key, in the spelling that it has already; one not known may be any.

    Raises:
        Fault: The key is no text.
    """
    if isinstance(key, str):
        into[lookup(into, key) or key] = value
    elif isinstance(key, Unknown | Text):
        blur(into, made("key", (key,)))
    else:
        raise Fault("a key of an object is a text")


def blur(into: dict[Any, Value], by: Unknown) -> None:
    """Note that any key may have been set."""
    for key, value in into.items():
        if key is not REST:
            into[key] = made("blur", (value, by))
    into[REST] = made("rest", (into[REST], by)) if REST in into else by


def merged(left: Value, right: Value, *, deep: bool) -> Value:
    """Return an object with what another one states put over it.

    Nested objects are merged as well when *deep*. What is not known of the upper one
    may hide anything below it, while what is known of it holds.
    """
    if isinstance(left, Unknown):
        left = {REST: left}
    out = dict(left)
    if isinstance(right, Unknown):
        blur(out, right)
        return out
    if REST in right:
        blur(out, right[REST])
    for key, value in right.items():
        if key is REST:
            continue
        spelled = lookup(out, key)
        below = out[spelled] if spelled is not None else None
        out[spelled or key] = _over(below, value, known=spelled is not None, deep=deep)
    return out


def _over(below: Value, above: Value, *, known: bool, deep: bool) -> Value:
    if isinstance(above, Unknown) and above.is_optional:
        return either(above, above, below) if known else above
    both = isinstance(above, dict | Unknown) and isinstance(below, dict | Unknown)
    if not (deep and known and both) or (
        isinstance(above, Unknown) and above.kind not in {"", "object"}
    ):
        return above
    if isinstance(above, Unknown):
        return above if not isinstance(below, dict) else _hidden(below, above)
    return merged(below, above, deep=True)


def _hidden(below: dict[Any, Value], above: Unknown) -> Value:
    """Return what is left of an object under something that may be one as well."""
    if above.kind == "object":
        return merged(below, above, deep=True)
    return made("over", (below, above))


def _shallow(items: Value) -> Value:
    if isinstance(items, Unknown):
        return {REST: made("shallowmerge", (items,))}
    out: Value = {}
    for item in items:
        if isinstance(item, Rest):
            blur(out, item.of)
        elif isinstance(item, dict | Unknown):
            out = merged(out, item, deep=False)
        elif item is not None:
            raise Fault("`shallowMerge` takes an array of objects")
    return out


def is_open(value: dict[Any, Value]) -> bool:
    """Whether it is not known which keys an object has."""
    return REST in value or any(
        isinstance(item, Unknown) and item.is_optional for item in value.values()
    )


def _items(value: Value) -> Value:
    """Source: Azure docs, template-functions-object: sorted by the keys."""
    if not isinstance(value, dict) or is_open(value):
        return made("items", (value,), "array")
    return [{"key": key, "value": value[key]} for key in sorted(value)]


def _keys(value: Value) -> Value:
    if not isinstance(value, dict) or is_open(value):
        return made("objectkeys", (value,), "array")
    return sorted(value)


def _try_get(call: Call, here: Here) -> Value:
    found = here.value(call.arguments[0])
    shown = written(call.arguments[0])
    for tree in call.arguments[1:]:
        found = member(found, here.value(tree), shown, is_safe=True)
    return found
