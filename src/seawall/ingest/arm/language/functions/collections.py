"""Functions of arrays, and those that take arrays, objects and texts alike.

Source: Azure docs, template-functions-array and template-functions-object, read
2026-11.
"""

from typing import Any

from seawall.ingest.arm.language.functions.logic import equals
from seawall.ingest.arm.language.functions.objects import is_open, merged
from seawall.ingest.arm.language.functions.texts import concatenated
from seawall.ingest.arm.language.signature import (
    ARRAY,
    INT,
    WHATEVER,
    Library,
    argument,
)
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import (
    Rest,
    Text,
    Unknown,
    Value,
    is_clear,
    key_of,
    kind_of,
    lookup,
    made,
    taken_by_place,
)
from seawall.ingest.resource import REST

_HOLDER = argument("string", "array", "object", "null")
_SERIES = argument("string", "array")
MOST_IN_RANGE = 10_000


def declare(library: Library) -> None:
    """Add them to a library."""
    library.add("array", WHATEVER, kind="array", partial=True)(_array)
    library.add("createArray", rest=WHATEVER, partial=True)(lambda *items: list(items))
    library.add("concat", rest=WHATEVER, partial=True)(_concat)
    library.add(
        "length", argument("string", "array", "object"), kind="int", partial=True
    )(_length)
    library.add("empty", _HOLDER, kind="bool", partial=True)(_empty)
    library.add("contains", _HOLDER, WHATEVER, kind="bool", partial=True)(_contains)
    library.add("first", _SERIES, partial=True)(lambda items: _end(items, 0))
    library.add("last", _SERIES, partial=True)(lambda items: _end(items, -1))
    library.add("take", _SERIES, INT, partial=True)(_take)
    library.add("skip", _SERIES, INT, partial=True)(_skip)
    library.add("range", INT, INT, kind="array")(_range)
    library.add("union", WHATEVER, rest=WHATEVER, partial=True)(_union)
    library.add("flatten", ARRAY, kind="array", partial=True)(_flat)
    library.add("intersection", WHATEVER, rest=WHATEVER)(_intersection)
    library.add("indexOf", _SERIES, WHATEVER, kind="int")(_index)
    library.add("lastIndexOf", _SERIES, WHATEVER, kind="int")(_last_index)
    library.add("indexFromEnd", ARRAY, INT, partial=True)(
        lambda items, index: _from_end(items, index, is_safe=False)
    )
    library.add("tryIndexFromEnd", WHATEVER, INT, partial=True)(
        lambda items, index: _from_end(items, index, is_safe=True)
    )


def counted(items: list[Value]) -> bool:
    """Whether it is known how many elements a list has."""
    return not any(isinstance(item, Rest) for item in items)


def _array(value: Value) -> Value:
    if isinstance(value, Unknown) and value.kind in {"", "array"}:
        return made("array", (value,), "array")
    return value if isinstance(value, list) else [value]


def _concat(*values: Value) -> Value:
    if not values:
        raise Fault("`concat` takes 1 or more arguments, not 0")
    kinds = {kind_of(value) for value in values}
    if "array" not in kinds:
        if kinds == {""}:
            return made("concat", values)
        return concatenated(values)
    if kinds - {"array", ""}:
        raise Fault("`concat` takes texts or arrays, not both")
    out: list[Value] = []
    for value in values:
        out.extend(value if isinstance(value, list) else [Rest(value)])
    return out


def _length(value: Value) -> Value:
    if isinstance(value, str):
        return len(value.encode("utf-16-le", "surrogatepass")) // 2
    if isinstance(value, list) and counted(value):
        return len(value)
    if isinstance(value, dict) and not is_open(value):
        return len(value)
    return made("length", (value,), "int")


def _empty(value: Value) -> Value:
    if value is None or isinstance(value, str):
        return not value
    if isinstance(value, Text) and any(isinstance(it, str) for it in value.parts):
        return False
    if isinstance(value, list) and (counted(value) or len(value) > _rests(value)):
        return not value
    if isinstance(value, dict):
        sure = [
            item
            for key, item in value.items()
            if isinstance(key, str)
            and not (isinstance(item, Unknown) and item.is_optional)
        ]
        if sure or not is_open(value):
            return not value
    if isinstance(value, Unknown) and value.is_word:
        return False
    return made("empty", (value,), "bool")


def _rests(items: list[Value]) -> int:
    return sum(isinstance(item, Rest) for item in items)


def _contains(holder: Value, wanted: Value) -> Value:
    found: bool | None = None
    if isinstance(holder, dict):
        found = _has_key(holder, wanted)
    elif isinstance(holder, list):
        found = _has_element(holder, wanted)
    elif holder is None:
        raise Fault("`contains` is asked of null")
    else:
        found = _has_text(holder, wanted)
    return made("contains", (holder, wanted), "bool") if found is None else found


def _sought(wanted: Value) -> str | None:
    """Return the text that is looked for in a text or among keys, if it is known.

    Raises:
        Fault: It can be none.
    """
    if isinstance(wanted, Text) or (
        isinstance(wanted, Unknown) and wanted.kind in {"", "string", "int"}
    ):
        return None
    if isinstance(wanted, bool) or not isinstance(wanted, str | int):
        raise Fault(f"`contains` looks for a text, and is given {kind_of(wanted)}")
    return str(wanted)


def _has_key(holder: dict[Any, Value], wanted: Value) -> bool | None:
    wanted = _sought(wanted)
    if wanted is None:
        return None
    spelled = lookup(holder, wanted)
    if spelled is None:
        return None if REST in holder else False
    found = holder[spelled]
    return None if isinstance(found, Unknown) and found.is_optional else True


def _has_element(holder: list[Value], wanted: Value) -> bool | None:
    answers = [
        None if isinstance(item, Rest) else equals(item, wanted) for item in holder
    ]
    if True in answers:
        return True
    return False if all(answer is False for answer in answers) else None


def _has_text(holder: Value, wanted: Value) -> bool | None:
    if isinstance(holder, Unknown):
        return None
    wanted = _sought(wanted)
    if wanted is None:
        return None
    parts = holder.parts if isinstance(holder, Text) else (holder,)
    if any(isinstance(part, str) and wanted in part for part in parts):
        return True
    return False if isinstance(holder, str) else None


def _end(items: Value, at: int) -> Value:
    if isinstance(items, str):
        return items[at:] if at else items[:1]
    if isinstance(items, list):
        if not items:
            return None
        if not isinstance(items[at], Rest):
            return taken_by_place(items)[at]
    return made("last" if at else "first", (items,))


def _take(items: Value, count: Value) -> Value:
    if isinstance(count, int):
        count = max(count, 0)
        if isinstance(items, str):
            return items[:count]
        if isinstance(items, list) and counted(items[:count]):
            return taken_by_place(items)[:count]
        if isinstance(items, Text):
            first = items.parts[0]
            if isinstance(first, str) and len(first) >= count:
                return first[:count]
    found = made("take", (items, count), kind_of(items))
    if isinstance(count, int) and count > 0 and _is_name(items):
        return Unknown(found.key, found.why, "string", is_word=True)
    return found


def _is_name(value: Value) -> bool:
    """Whether a value is surely a text without slashes that is not empty."""
    parts = value.parts if isinstance(value, Text) else (value,)
    return all(
        "/" not in part
        if isinstance(part, str)
        else isinstance(part, Unknown) and part.is_word
        for part in parts
    )


def _skip(items: Value, count: Value) -> Value:
    if isinstance(count, int):
        count = max(count, 0)
        if isinstance(items, str):
            return items[count:]
        if isinstance(items, list) and counted(items[:count]):
            return taken_by_place(items)[count:]
    return made("skip", (items, count), kind_of(items))


def _range(start: int, count: int) -> Value:
    if not 0 <= count <= MOST_IN_RANGE:
        raise Fault(f"`range` makes up to {MOST_IN_RANGE} numbers, not {count}")
    return list(range(start, start + count))


def _union(*values: Value) -> Value:
    kinds = {kind_of(value) for value in values} - {"", "null"}
    if kinds == {"object"}:
        out: Value = {}
        for value in values:
            if value is not None:
                out = merged(out, value, deep=True)
        return out
    if kinds == {"array"}:
        return _union_of_lists(values)
    if kinds:
        raise Fault("`union` takes arrays, or objects")
    if not is_clear(list(values)):
        return made("union", values)
    return None


def _union_of_lists(values: tuple[Value, ...]) -> Value:
    seen: set[str] = set()
    out: list[Value] = []
    for value in values:
        items = [] if value is None else value
        for item in items if isinstance(items, list) else [Rest(items)]:
            key = key_of(item)
            if key not in seen:
                seen.add(key)
                out.append(item)
    return out


def _flat(items: Value) -> Value:
    """Source: Azure docs, template-functions-array (flatten), read 2026-11."""
    if isinstance(items, Unknown):
        return made("flatten", (items,), "array")
    out: list[Value] = []
    for item in items:
        if isinstance(item, list):
            out.extend(item)
        elif isinstance(item, Rest):
            out.append(Rest(made("flatten", (item,))))
        elif isinstance(item, Unknown) and item.kind in {"", "array"}:
            out.append(Rest(item))
        else:
            raise Fault(f"`flatten` takes an array of arrays, not of {kind_of(item)}")
    return out


def _intersection(first: Value, *others: Value) -> Value:
    values = (first, *others)
    kinds = {kind_of(value) for value in values}
    if kinds == {"array"}:
        keys = [{key_of(item) for item in value} for value in others]
        return [it for it in _union_of_lists((first,)) if _in_all(key_of(it), keys)]
    if kinds == {"object"}:
        return _common(first, others)
    raise Fault("`intersection` takes arrays, or objects")


def _in_all(key: str, sets: list[set[str]]) -> bool:
    return all(key in one for one in sets)


def _common(first: dict[str, Value], others: tuple[dict[str, Value], ...]) -> Value:
    out: dict[str, Value] = {}
    for key, value in first.items():
        spelled = [lookup(other, key) for other in others]
        found = [
            other[name]
            for other, name in zip(others, spelled, strict=True)
            if name is not None
        ]
        if len(found) == len(others) and all(
            key_of(it) == key_of(value) for it in found
        ):
            out[key] = value
    return out


def _index(items: Value, wanted: Value) -> Value:
    if isinstance(items, str):
        return items.lower().find(_wanted(wanted).lower())
    keys = [key_of(item) for item in items]
    return keys.index(key_of(wanted)) if key_of(wanted) in keys else -1


def _last_index(items: Value, wanted: Value) -> Value:
    if isinstance(items, str):
        return items.lower().rfind(_wanted(wanted).lower())
    keys = [key_of(item) for item in items]
    places = [at for at, key in enumerate(keys) if key == key_of(wanted)]
    return places[-1] if places else -1


def _wanted(value: Value) -> str:
    if not isinstance(value, str):
        raise Fault("a text is looked for in a text")
    return value


def _from_end(items: Value, index: Value, *, is_safe: bool) -> Value:
    if is_safe and items is None:
        return None
    if not isinstance(items, list) or not isinstance(index, int):
        return made("fromend", (items, index))
    if not counted(items[-index:] if index else []):
        return made("fromend", (items, index))
    if 1 <= index <= len(items):
        return taken_by_place(items)[-index]
    if is_safe:
        return None
    raise Fault(f"an array of {len(items)} elements has none at {index} from its end")
