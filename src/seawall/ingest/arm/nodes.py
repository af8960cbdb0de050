"""Evaluates what is written in a template: JSON with expressions and loops in it.

Source: Azure docs, copy-properties, copy-variables and template-expressions, read
2026-11.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from seawall.ingest.arm.language.evaluate import Here
from seawall.ingest.arm.language.functions.objects import put
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
    Array,
    Object,
    Rest,
    Text,
    Unknown,
    Value,
    kind_of,
    made,
    weigh,
)
from seawall.ingest.arm.parse import is_expression, parse, plain
from seawall.ingest.notes import Notes
from seawall.model.origin import Origin

MOST_TURNS = 800
"""Source: Azure docs, copy-resources: the count cannot exceed 800."""
MOST_FAULTS = 200
DEEPEST = 100


@dataclass(slots=True)
class Reading:
    """One reading of templates.

    Attributes:
        notes: What the user must be told.
        trusts: Whether scripts are taken to change nothing that is asked about.
        trees: Expressions that were parsed, by their text.
        faulty: Places of which it was told that they cannot be evaluated.
        clouds: Whether a name of the public cloud was used.
        places: Whether one of several parts was taken by its place in a resource.
        place: Where the expression stands that is evaluated.
        made: How many values were made that are never the same.
    """

    notes: Notes
    trusts: bool = False
    trees: dict[str, Expression | Fault] = field(default_factory=dict)
    faulty: set[tuple[str, object]] = field(default_factory=set)
    clouds: bool = False
    places: bool = False
    place: Origin | None = None
    made: int = 0

    def taken_by_place(self) -> None:
        """Note that a named part of a resource is taken by its place."""
        self.places = True

    def parsed(self, text: str) -> Expression:
        """Return an expression.

        Raises:
            Fault: The text is none.
        """
        found = self.trees.get(text)
        if found is None:
            try:
                found = parse(text)
            except Fault as fault:
                found = fault
            self.trees[text] = found
        if isinstance(found, Fault):
            raise Fault(str(found))
        return found

    def fault(self, fault: Fault, origin: Origin, shown: str = "") -> Unknown:
        """Tell of what cannot be evaluated, and return the unknown that it leaves."""
        place = (origin.path, origin.pointer)
        what = f"`{_cut(shown)}` cannot be evaluated" if shown else "it has no value"
        if place not in self.faulty and len(self.faulty) < MOST_FAULTS:
            self.faulty.add(place)
            self.notes.error(
                origin, what, str(fault), "mend the template, or the parameters"
            )
        return Unknown(f"fault at {place}", f"{what}: {fault}")

    def exhausted(self, origin: Origin) -> Unknown:
        """Tell once that evaluation has ended, and return what is left of a value."""
        why = "evaluating the templates takes more steps than it may"
        place = ("", "exhausted")
        if place not in self.faulty:
            self.faulty.add(place)
            self.notes.error(
                origin,
                "the templates are not evaluated to their end",
                why,
                "give fewer of them, or the deployed resources (`az ... -o json`)",
            )
        return Unknown("exhausted", why)

    def undeclared(self, what: str, name: str) -> Unknown:
        """Tell of a name that nothing declares, and return the unknown for it."""
        shown = f"`{what}s('{name}')`"
        why = f"{shown} is named, and the template declares no {what} `{name}`"
        place = ("", f"{what} {name}")
        if place not in self.faulty and len(self.faulty) < MOST_FAULTS:
            self.faulty.add(place)
            mend = "declare it, or check its spelling"
            self.notes.error(self.place, f"{shown} is not declared", why, mend)
        return Unknown(f"{what}s({name.lower()})", why)


def evaluate(node: object, origin: Origin, here: Here, reading: Reading) -> Value:
    """Return the value of a part of a template; a faulty part is unknown."""
    try:
        found = _Walk(reading).value(node, origin, here)
        weigh(found)
    except Exhausted:
        return reading.exhausted(origin)
    except Fault as fault:
        return reading.fault(fault, origin)
    return found


@dataclass(slots=True)
class _Walk:
    """One walk down a part of a template."""

    reading: Reading
    depth: int = 0

    def value(self, node: object, origin: Origin, here: Here) -> Value:
        here.machine.step()
        if isinstance(node, str):
            return self.text(node, origin, here)
        if isinstance(node, Literal | Call | Member | Block):
            return self.tree(node, origin, here)
        return self.held(node, origin, here) if _holds(node) else node

    def held(self, node: Any, origin: Origin, here: Here) -> Value:  # noqa: ANN401
        """Return the value of an object or array."""
        try:
            here.machine.deeper()
        except Fault as deep:
            return self.reading.fault(deep, origin)
        self.depth += 1
        try:
            if self.depth > DEEPEST:
                fault = Fault(f"it is nested deeper than {DEEPEST} levels")
                return self.reading.fault(fault, origin)
            if isinstance(node, list):
                items = [
                    self.value(item, origin.at(index), here)
                    for index, item in enumerate(node)
                ]
                return Array(items, origin)
            return self.mapping(node, origin, here)
        except Exhausted:
            raise
        except Fault as fault:
            return self.reading.fault(fault, origin)
        finally:
            self.depth -= 1
            here.machine.back()

    def text(self, text: str, origin: Origin, here: Here) -> Value:
        if not is_expression(text):
            return plain(text)
        outer, self.reading.place = self.reading.place, origin
        try:
            return here.value(self.reading.parsed(text))
        except Exhausted:
            raise
        except Fault as fault:
            return self.reading.fault(fault, origin, text)
        finally:
            self.reading.place = outer

    def tree(self, tree: Expression, origin: Origin, here: Here) -> Value:
        """Return the value of an expression that is a tree already."""
        outer, self.reading.place = self.reading.place, origin
        try:
            return here.value(tree)
        except Exhausted:
            raise
        except Fault as fault:
            return self.reading.fault(fault, origin, written(tree))
        finally:
            self.reading.place = outer

    def mapping(self, node: Mapping[Any, object], origin: Origin, here: Here) -> Value:
        out: dict[Any, Value] = {}
        loops = node.get("copy")
        for key, value in node.items():
            if key == "copy" and is_loops(value):
                continue
            name = key if isinstance(key, str) else shown_key(key)
            place = origin.at(name)
            spelled: Value = name
            if isinstance(key, Call | Member):
                spelled = self.tree(key, place, here)
            elif name[:1] == "[" and not isinstance(key, Literal):
                spelled = self.text(name, place, here)
            put(out, spelled, self.value(value, place, here))
        if is_loops(loops) and isinstance(loops, list):
            for index, loop in enumerate(loops):
                place = origin.at("copy", index)
                put(out, loop.get("name"), self.loop(loop, place, here))
        return Object(out, origin)

    def loop(self, loop: Mapping[str, object], origin: Origin, here: Here) -> Value:
        """Return the array that a loop makes."""
        name = str(loop.get("name") or "")
        count = self.value(loop.get("count"), origin.at("count"), here)
        place = origin.at("input")
        turns = checked_count(count, name)
        if isinstance(turns, Unknown):
            one = self.value(loop.get("input"), place, here.turning(name, turns))
            return Array([Rest(made("loop", (count, one)))], origin)
        return Array(
            [
                self.value(loop.get("input"), place, here.turning(name, turn))
                for turn in range(turns)
            ],
            origin,
        )


def _holds(node: object) -> bool:
    return isinstance(node, dict | list)


def shown_key(key: object) -> str:
    """Return a key as places name it."""
    if isinstance(key, Literal):
        return str(key.value)
    return written(key) if isinstance(key, Call | Member) else str(key)


def is_loops(value: object) -> bool:
    """Whether a value under `copy` lists loops over properties."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(it, dict) and "count" in it for it in value)
    )


def checked_count(count: Value, name: str) -> int | Unknown:
    """Return how many turns a loop has; an unknown stands for any turn.

    Raises:
        Fault: It is no number, or one that the platform does not take.
    """
    if isinstance(count, str) and count.isdecimal() and len(count) < 6:  # noqa: PLR2004
        count = int(count)
    if isinstance(count, Unknown | Text):
        found = made("turn", (count, name), "int")
        return replace(found, why=f"how often `{name}` is copied: {found.why}")
    if isinstance(count, bool) or not isinstance(count, int):
        raise Fault(f"the loop `{name}` counts by {kind_of(count) or 'nothing'}")
    if not 0 <= count <= MOST_TURNS:
        raise Fault(f"the loop `{name}` has {count} turns, and may have {MOST_TURNS}")
    return count


def shown(node: object, reading: Reading) -> str:
    """Return what is written at a place, for a message."""
    if isinstance(node, Literal | Call | Member | Block):
        return _cut(written(node))
    if isinstance(node, str) and is_expression(node):
        try:
            return f"[{_cut(written(reading.parsed(node)))}]"
        except Fault:
            return _cut(node)
    return _cut(str(node))


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 100 else text[:97] + "..."  # noqa: PLR2004
