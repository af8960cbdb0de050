"""Functions of lists, sets and objects.

What they are given must be known; elements inside may not be, except where it is said
that all of it must be.
"""

from collections.abc import Callable, Mapping
from itertools import product

from seawall.ingest.terraform.evaluation.types import as_set, ordered
from seawall.ingest.terraform.evaluation.values import (
    MOST_ITEMS,
    Budget,
    Computed,
    Failed,
    Group,
    Reference,
    Unknown,
    Vague,
    Value,
    equal,
    kind_of,
    number_of,
    text_of,
    truth_of,
)

_RANGE = 1024


def _list(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    raise Failed(f"{kind_of(value)} stands where a list is needed")


def _mapping(value: Value) -> Mapping[str, Value]:
    if isinstance(value, Mapping):
        return value
    raise Failed(f"{kind_of(value)} stands where an object is needed")


def _limited(items: list[Value]) -> list[Value]:
    if len(items) > MOST_ITEMS:
        raise Failed(f"a list has more than {MOST_ITEMS} elements")
    return items


def _chunklist(items: Value, size: Value) -> Value:
    listed, step = _list(items), int(number_of(size))
    if step <= 0:
        return [listed]
    return [listed[at : at + step] for at in range(0, len(listed), step)]


def _concat(*lists: Value) -> Value:
    return _limited([item for items in lists for item in _list(items)])


def _element(items: Value, number: Value) -> Value:
    listed = _list(items)
    if not listed:
        raise Failed("an empty list has no elements")
    return listed[int(number_of(number)) % len(listed)]


def _flatten(items: Value) -> Value:
    out: list[Value] = []
    budget = Budget(MOST_ITEMS * 5)

    def take(listed: list[Value], depth: int) -> None:
        if depth > 50:  # noqa: PLR2004
            raise Failed("lists are nested too deeply")
        for item in listed:
            budget.spend()
            if isinstance(item, list):
                take(item, depth + 1)
            else:
                out.append(item)

    take(_list(items), 0)
    hidden = next((it for it in out if type(it) is Unknown), None)
    # What is not known may be a list of any length.
    if hidden is not None and not hidden.set:
        return Unknown(hidden.why)
    return _limited(out)


def _vague(value: Value) -> Unknown | None:
    """Return why it is not known which elements an object has, or None."""
    if isinstance(value, Computed):
        return Unknown(f"not all attributes of `{value.address}` are known")
    if isinstance(value, Vague):
        return Unknown("which elements an object has is not known")
    return None


def _keys(value: Value) -> Value:
    hidden = _vague(value)
    return hidden if hidden is not None else sorted(_mapping(value))


def _values(value: Value) -> Value:
    hidden = _vague(value)
    if hidden is not None:
        return hidden
    return [item for _, item in sorted(_mapping(value).items())]


def _length(value: Value) -> Value:
    if isinstance(value, Group) and any(isinstance(it, Unknown) for it in value):
        return Unknown("elements of a set are not known")
    if isinstance(value, Vague):
        return _vague(value)
    if isinstance(value, str | list | Mapping) and not isinstance(value, Computed):
        return len(value)
    raise Failed(f"{kind_of(value)} has no length")


def _lookup(value: Value, key: Value, *fallback: Value) -> Value:
    mapping, name = _mapping(value), text_of(key)
    if isinstance(mapping, Computed):
        return mapping.attribute(name)
    if name in mapping:
        return mapping[name]
    if fallback:
        return fallback[0]
    raise Failed(f"there is no `{name[:40]}` in the object")


def _matchkeys(values: Value, keys: Value, wanted: Value) -> Value:
    listed, names = _list(values), [text_of(item) for item in _list(keys)]
    chosen = {text_of(item) for item in _list(wanted)}
    if len(listed) != len(names):
        raise Failed("the lists of `matchkeys` differ in length")
    return [it for it, name in zip(listed, names, strict=True) if name in chosen]


def _merge(*values: Value) -> Value:
    out: dict[str, Value] = {}
    for value in values:
        if value is not None:
            if isinstance(value, Computed):
                return Unknown(f"not all attributes of `{value.address}` are known")
            out.update(_mapping(value))
    return Vague(out) if any(isinstance(it, Vague) for it in values) else out


def _one(items: Value) -> Value:
    listed = _list(items)
    if len(listed) > 1:
        raise Failed("`one` is given more than one element")
    return listed[0] if listed else None


def _range(*limits: Value) -> Value:
    numbers = [number_of(item) for item in limits]
    start, end = (0, numbers[0]) if len(numbers) == 1 else (numbers[0], numbers[1])
    step = numbers[2] if len(numbers) > 2 else (1 if start <= end else -1)  # noqa: PLR2004
    if step == 0 or abs((end - start) / step) > _RANGE:
        raise Failed(f"`range` makes no more than {_RANGE} numbers")
    out: list[Value] = []
    while (start < end) if step > 0 else (start > end):
        out.append(start)
        start += step
    return out


def _setproduct(*sets: Value) -> Value:
    lists = [_list(item) for item in sets]
    size = 1
    for items in lists:
        size *= len(items)
    if size > MOST_ITEMS:
        raise Failed(f"a list has more than {MOST_ITEMS} elements")
    found: list[Value] = [list(item) for item in product(*lists)]
    return Group(found) if all(isinstance(it, Group) for it in lists) else found


def _slice(items: Value, start: Value, end: Value) -> Value:
    listed, first, last = _list(items), int(number_of(start)), int(number_of(end))
    if not 0 <= first <= last <= len(listed):
        raise Failed("`slice` reaches beyond the list")
    return listed[first:last]


def _sort(items: Value) -> Value:
    return sorted(text_of(item) for item in _list(items))


def _sum(items: Value) -> Value:
    listed = _list(items)
    if not listed:
        raise Failed("an empty list has no sum")
    return sum(number_of(item) for item in listed)


def _transpose(value: Value) -> Value:
    out: dict[str, Value] = {}
    for key, items in sorted(_mapping(value).items()):
        for item in _list(items):
            held = out.setdefault(text_of(item), [])
            if isinstance(held, list):
                held.append(key)
    return out


def _zipmap(keys: Value, values: Value) -> Value:
    names, listed = _list(keys), _list(values)
    if len(names) != len(listed):
        raise Failed("the lists of `zipmap` differ in length")
    out: dict[str, Value] = {}
    for name, value in zip(names, listed, strict=True):
        if isinstance(name, Unknown):
            return Unknown(name.why)
        out[text_of(name)] = value
    return out


def _among(items: list[Value], wanted: Value, budget: Budget) -> bool | Unknown:
    doubt: Unknown | None = None
    for item in items:
        found = equal(item, wanted, budget)
        if found is True:
            return True
        if isinstance(found, Unknown):
            doubt = found
    return False if doubt is None else doubt


def _contains(items: Value, wanted: Value) -> Value:
    return _among(_list(items), wanted, Budget())


def _distinct(items: Value) -> Value:
    budget = Budget()
    out: list[Value] = []
    for item in _list(items):
        if _among(out, item, budget) is not True:
            out.append(item)
    return out


def _index(items: Value, wanted: Value) -> Value:
    budget = Budget()
    for number, item in enumerate(_list(items)):
        found = equal(item, wanted, budget)
        if isinstance(found, Unknown):
            return found
        if found:
            return number
    raise Failed("the element is not in the list")


def _intersection(*sets: Value) -> Value:
    budget = Budget()
    first, *others = [_list(item) for item in sets]
    kept = [
        item
        for item in first
        if all(_among(other, item, budget) is True for other in others)
    ]
    return as_set(kept)


def _subtract(left: Value, right: Value) -> Value:
    budget, other = Budget(), _list(right)
    return as_set([it for it in _list(left) if _among(other, it, budget) is False])


def _union(*sets: Value) -> Value:
    return as_set([item for items in sets for item in _list(items)])


def compact(items: Value) -> Value:
    """Leave out null and empty texts; what may be one is not known."""
    if isinstance(items, Unknown):
        return Unknown(items.why)
    out: list[Value] = []
    for item in _list(items):
        if isinstance(item, Unknown) and not (item.set or isinstance(item, Reference)):
            return Unknown(item.why)
        if item is not None and item != "":
            out.append(item)
    return out


def all_true(items: Value) -> Value:
    """Return whether all elements are true."""
    return _settled(items, decisive=False)


def any_true(items: Value) -> Value:
    """Return whether an element is true."""
    return _settled(items, decisive=True)


def _settled(items: Value, *, decisive: bool) -> Value:
    if isinstance(items, Unknown):
        return Unknown(items.why)
    hidden: Unknown | None = None
    for item in _list(items):
        if isinstance(item, Unknown):
            hidden = item
        elif item is not None and truth_of(item) is decisive:
            return decisive
        elif item is None and not decisive:
            return False
    return (not decisive) if hidden is None else Unknown(hidden.why, set=True)


def _coalescelist(*lists: Value) -> Value:
    for items in lists:
        if isinstance(items, list | Mapping) and items:
            return items
    raise Failed("all lists of `coalescelist` are empty")


def coalesce(*values: Value) -> Value:
    """Return the first value that is neither null nor empty."""
    for value in values:
        if isinstance(value, Unknown) and not value.set:
            return Unknown(value.why, set=True)
        if value is not None and value != "":
            return value
    raise Failed("all values of `coalesce` are null or empty")


COLLECTING: dict[str, Callable[..., Value]] = {
    "chunklist": _chunklist,
    "coalescelist": _coalescelist,
    "concat": _concat,
    "element": _element,
    "flatten": _flatten,
    "keys": _keys,
    "length": _length,
    "list": lambda *items: list(items),
    "lookup": _lookup,
    "merge": _merge,
    "one": _one,
    "range": _range,
    "reverse": lambda items: _list(items)[::-1],
    "setproduct": _setproduct,
    "slice": _slice,
    "values": _values,
    "zipmap": _zipmap,
}
"""These take elements that are not known as they are."""

COMPARING: dict[str, Callable[..., Value]] = {
    "contains": _contains,
    "distinct": _distinct,
    "index": _index,
    "matchkeys": _matchkeys,
    "setintersection": _intersection,
    "setsubtract": _subtract,
    "setunion": _union,
    "sort": _sort,
    "sum": _sum,
    "transpose": _transpose,
}
"""These look into elements, so that all must be known."""

__all__ = [
    "COLLECTING",
    "COMPARING",
    "all_true",
    "any_true",
    "coalesce",
    "compact",
    "ordered",
]
