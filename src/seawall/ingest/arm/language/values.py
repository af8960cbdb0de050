"""Values of expressions, of which any part may be unknown.

Plain data is itself: None, truth values, numbers, texts, lists, dictionaries with
texts as keys. Around it stand four kinds of doubt: an `Unknown`; a `Text` with holes; a
`Rest` in a list, for elements that nobody can count; and the key `REST` in a
dictionary, for whatever it may hold beside the keys that it is known to have.

Two unknowns with the same key are the same value, whatever it is, since an expression
gives the same in all places of one deployment.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.resource import REST
from seawall.model.origin import Origin

Value: TypeAlias = Any
"""None, bool, int, float, str, list, dict, Unknown, Text; Rest only in a list."""

MOST_CHARACTERS = 4 * 2**20
MOST_PARTS = 200_000
DEEPEST = 100
"""How large a value may be, parts that it holds more than once counted each time."""
_LONGEST_KEY = 160


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known.

    Attributes:
        key: What tells it from other unknowns.
        why: What keeps it from being known, without a final period.
        kind: `string`, `int`, `bool`, `array` or `object`; empty if not known, and then
            it may be null.
        is_word: Whether it is surely a text that is not empty and holds no slash, as
            the name of a resource is.
        is_optional: Whether there may be no value at all where it stands.
    """

    key: str
    why: str = field(compare=False)
    kind: str = field(default="", compare=False)
    is_word: bool = field(default=False, compare=False)
    is_optional: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A text with holes; at least two parts, no two texts beside each other."""

    parts: tuple[str | Unknown, ...]

    @property
    def why(self) -> str:
        """Why it is not known whole."""
        return next(part.why for part in self.parts if isinstance(part, Unknown))


@dataclass(frozen=True, slots=True)
class Rest:
    """Any number of further elements of a list."""

    of: Unknown


class Object(dict[Any, Value]):
    """A dictionary that knows where it is written."""

    __slots__ = ("place",)

    def __init__(self, values: Mapping[Any, Value], place: Origin | None) -> None:
        super().__init__(values)
        self.place = place


class Array(list[Value]):
    """A list that knows where it is written."""

    __slots__ = ("place",)

    def __init__(self, values: Sequence[Value], place: Origin | None) -> None:
        super().__init__(values)
        self.place = place


class Members(list[Value]):
    """Parts of a resource that have names; by their places only the platform knows.

    Args:
        values: The parts, in the order in which they are declared.
        by_place: Called when one is taken by its place among several.
    """

    __slots__ = ("_by_place",)

    def __init__(self, values: Sequence[Value], by_place: Callable[[], None]) -> None:
        super().__init__(values)
        self._by_place = by_place

    def like(self, values: Sequence[Value]) -> "Members":
        """Return values that stand in the order of these."""
        return Members(values, self._by_place)

    def take_by_place(self) -> None:
        """Note that a part is taken by its place."""
        if sum(not isinstance(item, Rest) for item in self) > 1:
            self._by_place()


def in_order_of(items: list[Value], values: list[Value]) -> list[Value]:
    """Return values that stand in the order of items."""
    return items.like(values) if isinstance(items, Members) else values


def taken_by_place(items: list[Value]) -> list[Value]:
    """Return a list, of which parts are taken by their places."""
    if isinstance(items, Members):
        items.take_by_place()
    return items


def joined(parts: Sequence[Value]) -> Value:
    """Return texts and unknown texts one after the other as one value."""
    out: list[str | Unknown] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Text) else (part,):
            if isinstance(piece, str) and out and isinstance(out[-1], str):
                out[-1] += piece
            elif piece != "":
                out.append(piece)
    if not out:
        return ""
    return out[0] if len(out) == 1 else Text(tuple(out))


def key_of(value: Value) -> str:
    """Return a text that is the same for equal values only."""
    if isinstance(value, Unknown):
        return value.key
    if isinstance(value, Text | list | dict | Rest):
        return short(_key_of_parts(value))
    if isinstance(value, str):
        return short("'" + value.replace("'", "''") + "'")
    return json.dumps(value)


def _key_of_parts(value: Value) -> str:
    if isinstance(value, Text):
        return "+".join([key_of(part) for part in value.parts])
    if isinstance(value, Rest):
        return f"...{value.of.key}"
    if isinstance(value, list):
        return "[" + ",".join([key_of(item) for item in value]) + "]"
    pairs = [f"{_key_text(key)}:{key_of(item)}" for key, item in value.items()]
    return "{" + ",".join(sorted(pairs)) + "}"


def _key_text(key: object) -> str:
    return "..." if key is REST else json.dumps(str(key))


def short(key: str) -> str:
    """Return a key, or a digest of one that is long."""
    if len(key) <= _LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{key[:24]}…{digest[:32]}"


def is_clear(value: Value) -> bool:
    """Whether all of a value is known."""
    return next(doubts(value), None) is None


def doubts(value: Value) -> Iterator[Unknown]:
    """Yield each unknown in a value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Unknown):
            yield item
        elif isinstance(item, Rest):
            yield item.of
        elif isinstance(item, Text):
            yield from (part for part in item.parts if isinstance(part, Unknown))
        elif isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item.values())


def weigh(value: Value) -> int:
    """Return how many parts a value has.

    Raises:
        Fault: It is too large, or nested too deep.
    """
    parts = characters = 0
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        parts += 1
        if isinstance(item, str):
            characters += len(item)
        elif isinstance(item, Text):
            characters += sum(len(it) for it in item.parts if isinstance(it, str))
            parts += len(item.parts)
        elif isinstance(item, list | dict):
            inner = item.values() if isinstance(item, dict) else item
            waiting.extend((part, depth + 1) for part in inner)
        if parts + len(waiting) > MOST_PARTS or characters > MOST_CHARACTERS:
            raise Fault("it makes a value that is too large")
        if depth > DEEPEST:
            raise Fault(f"it makes a value that is nested deeper than {DEEPEST} levels")
    return parts + characters // 32


_KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((bool,), "bool"),
    ((int,), "int"),
    ((float,), "float"),
    ((str, Text), "string"),
    ((list,), "array"),
    ((dict,), "object"),
)


def kind_of(value: Value) -> str:
    """Return the type of a value; empty for one that is not known."""
    if value is None:
        return "null"
    for types, kind in _KINDS:
        if isinstance(value, types):
            return kind
    return str(getattr(value, "kind", ""))


def made(name: str, arguments: Sequence[Value], kind: str = "") -> Unknown:
    """Return what a function gives of arguments that are not known."""
    first = next(doubts(list(arguments)), None)
    why = (
        first.why
        if first is not None
        else f"what `{name}` gives here is not worked out"
    )
    inner = ",".join(key_of(item) for item in arguments)
    return Unknown(short(f"{name}({inner})"), why, kind)


def lookup(mapping: Mapping[Any, Value], key: str) -> str | None:
    """Return a key as a dictionary spells it, compared without regard to case."""
    if key in mapping:
        return key
    folded = key.lower()
    for known in mapping:
        if isinstance(known, str) and known.lower() == folded:
            return known
    return None


def either(condition: Unknown, left: Value, right: Value) -> Value:
    """Return what is known of a value that is one of two.

    Args:
        condition: What decides which it is.
        left: The one.
        right: The other.
    """
    if _are_same(left, right):
        return left
    if isinstance(left, dict) and isinstance(right, dict):
        return _either_object(condition, left, right)
    if _are_alike(left, right):
        pairs = zip(left, right, strict=True)
        return [either(condition, one, other) for one, other in pairs]
    kinds = {kind_of(left), kind_of(right)}
    return Unknown(
        short(f"if({condition.key},{key_of(left)},{key_of(right)})"),
        condition.why,
        kind=kinds.pop() if len(kinds) == 1 else "",
        is_word=_is_word(left) and _is_word(right),
        is_optional=_is_optional(left) or _is_optional(right),
    )


def _are_alike(left: Value, right: Value) -> bool:
    if not (isinstance(left, list) and isinstance(right, list)):
        return False
    both = (*left, *right)
    return len(left) == len(right) and not any(isinstance(it, Rest) for it in both)


def _are_same(left: Value, right: Value) -> bool:
    return type(left) is type(right) and key_of(left) == key_of(right)


def _either_object(
    condition: Unknown, left: dict[Any, Value], right: dict[Any, Value]
) -> dict[Any, Value]:
    out: dict[Any, Value] = {}
    for key, value in (*left.items(), *right.items()):
        if key is REST:
            out[REST] = either(condition, left.get(REST, value), right.get(REST, value))
            continue
        if lookup(out, key) is not None:
            continue
        sides = [_side(condition, side, key) for side in (left, right)]
        out[key] = either(condition, *sides)
    return out


def _side(condition: Unknown, side: dict[Any, Value], key: str) -> Value:
    found = lookup(side, key)
    if found is not None:
        return side[found]
    if REST in side:
        return side[REST]
    return Unknown("absent", condition.why, is_optional=True)


def _is_word(value: Value) -> bool:
    if isinstance(value, Unknown):
        return value.is_word
    return isinstance(value, str) and value != "" and "/" not in value


def _is_optional(value: Value) -> bool:
    return isinstance(value, Unknown) and value.is_optional
