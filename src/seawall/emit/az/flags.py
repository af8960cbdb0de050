"""A small language for tables that say which flag of az stands for what of ARM.

A rule takes something out of a part of a body and gives words. What no rule takes is
refused, or written by a command in ARM's own words.
"""

from collections.abc import Callable, Iterable, Mapping

from seawall.emit.az.command import Word
from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.tree import Joined, Keyed, Value

Rule = Callable[[Part], Iterable[Word]]
"""Takes its own from a part of a body, and gives words."""


def flag(path: str, name: str, turn: Callable[[Value], Value] | None = None) -> Rule:
    """Give a flag and its value."""

    def rule(part: Part) -> Iterable[Word]:
        found = part.take(path)
        if not isinstance(found, Absent):
            value = bare(found)
            yield name
            yield spelled(value if turn is None else turn(value))

    return rule


def flags(prefix: str, table: Mapping[str, str]) -> tuple[Rule, ...]:
    """Give flags and their values, by a table."""
    return tuple(flag(prefix + path, name) for path, name in table.items())


def many(path: str, name: str) -> Rule:
    """Give a flag and the words of a list; nothing for an empty one."""

    def rule(part: Part) -> Iterable[Word]:
        found = part.take(path)
        items = () if isinstance(found, Absent) else bare(found)
        if isinstance(items, tuple) and items:
            yield name
            yield from (spelled(item) for item in items)

    return rule


def commas(path: str, name: str) -> Rule:
    """Give a flag and a list with commas between; nothing for an empty one."""

    def rule(part: Part) -> Iterable[Word]:
        found = part.take(path)
        items = () if isinstance(found, Absent) else bare(found)
        if isinstance(items, tuple) and items:
            yield name
            parts = [it for item in items for it in (",", spelled(item))][1:]
            plain = all(isinstance(it, str) for it in parts)
            yield "".join(map(str, parts)) if plain else Joined(tuple(parts))

    return rule


def inner(path: str, key: str, name: str, *chosen: str) -> Rule:
    """Give a flag and the values of one key of the objects in a list."""

    def rule(part: Part) -> Iterable[Word]:
        found = part.parts(path) or []
        values = [each.take(key) for each in found]
        for each in found:
            for other in chosen:
                each.take(other)
            each.done()
        kept = [bare(it) for it in values if not isinstance(it, Absent)]
        if kept:
            yield name
            yield from kept

    return rule


def switch(path: str, on: str = "", off: str = "") -> Rule:
    """Give a flag that has no value where something is on, or off."""

    def rule(part: Part) -> Iterable[Word]:
        found = part.take(path)
        if isinstance(found, Absent):
            return
        value = bare(found)
        if not isinstance(value, bool):
            raise Unsaid(f"{part.where}.{path} must be known for az")
        word = on if value else off
        if word:
            yield word

    return rule


def implied(path: str, *values: Value) -> Rule:
    """Give nothing for a value that the command sends of itself."""

    def rule(part: Part) -> Iterable[Word]:
        found = part.take(path)
        if not isinstance(found, Absent) and values and bare(found) not in values:
            raise Unsaid(f"{part.where}.{path} cannot be {bare(found)!r} in az")
        return ()

    return rule


def keys(path: str, name: str) -> Rule:
    """Give a flag and the references that are the keys of an object."""

    def rule(part: Part) -> Iterable[Word]:
        found = part.take(path)
        if isinstance(found, Absent):
            return
        value = bare(found)
        if isinstance(value, Keyed):
            yield name
            yield from (key for key, _value in value.pairs)

    return rule


def spelled(value: Value) -> Value:
    """Return a value as a word: truth in words, numbers as texts."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def pairs(path: str, name: str) -> Rule:
    """Give a flag and the keys of an object with their values."""

    def rule(part: Part) -> Iterable[Word]:
        found = part.take(path)
        held = None if isinstance(found, Absent) else bare(found)
        if isinstance(held, Mapping) and held:
            yield name
            yield from (f"{key}={value}" for key, value in held.items())

    return rule


def words_of(part: Part, rules: Iterable[Rule]) -> tuple[Word, ...]:
    """Return the words of a part, of which everything must be said.

    Raises:
        Unsaid: Something in it has no flag.
    """
    found = tuple(word for rule in rules for word in rule(part))
    part.done()
    return found
