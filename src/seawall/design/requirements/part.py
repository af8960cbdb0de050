"""A value of a file of requirements with its place, read with every fault told there.

What a preset states stands beside what the file states: it has the preset's line as
its place, and the file's own value wins.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from seawall.design.requirements.form import KEYS
from seawall.ingest.near import guess
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin

E = TypeVar("E", bound=Enum)

GUIDE = "`docs/guide/design.md`"
NO_DEFAULTS: Mapping[str, object] = {}


@dataclass(slots=True)
class Desk:
    """What one reading found.

    Attributes:
        diagnostics: What the author must be told.
        stated: Where each value stands, by its path.
    """

    diagnostics: list[Diagnostic] = field(default_factory=list)
    stated: dict[str, Origin] = field(default_factory=dict)

    @property
    def has_errors(self) -> bool:
        """Whether the file cannot be used."""
        return any(item.level is Level.ERROR for item in self.diagnostics)


@dataclass(frozen=True, slots=True)
class Part:
    """A value and where it stands.

    Attributes:
        value: As YAML has it.
        origin: Its place, or that of the preset that states it.
        path: Its path in the file, such as `egress.names[0]`.
        desk: Takes what is found wrong.
        preset: What a preset states below it.
        preset_origin: Where the preset is named.
    """

    value: object
    origin: Origin
    path: str
    desk: Desk
    preset: Mapping[str, object] = field(default_factory=dict)
    preset_origin: Origin | None = None

    def tell(self, what: str, why: str, mend: str) -> None:
        """Note a fault, after which the file cannot be used."""
        self._add(Level.ERROR, what, why, mend)

    def warn(self, what: str, why: str, mend: str) -> None:
        """Note what the author may not want."""
        self._add(Level.WARNING, what, why, mend)

    def _add(self, level: Level, what: str, why: str, mend: str) -> None:
        found = Diagnostic(level, self.origin, what, why, mend)
        if found not in self.desk.diagnostics:
            self.desk.diagnostics.append(found)

    def keys(self, part: str, what: str) -> dict[str, "Part"]:
        """Return the values under the keys of a mapping, those of a preset too.

        Args:
            part: Which keys there are, as `form.KEYS` names it.
            what: What the mapping is called.
        """
        given = self.value
        if not isinstance(given, dict):
            self.tell(
                f"{what} is not a mapping of names to values",
                "it is read as `key: value` pairs",
                f"write it as in {GUIDE}",
            )
            given = {}
        out: dict[str, Part] = {}
        for key, value in given.items():
            if key not in KEYS[part]:
                self._unknown(key, part, what)
                continue
            below = self.preset.get(key, NO_DEFAULTS)
            out[key] = self._child(key, value, below)
        for key, value in self.preset.items():
            if key not in out:
                out[key] = self._defaulted(key, value)
        return out

    def _child(self, key: str, value: object, below: object) -> "Part":
        path = f"{self.path}.{key}" if self.path else key
        origin = self.origin.at(key)
        self.desk.stated[path] = origin
        defaults = below if isinstance(below, Mapping) else NO_DEFAULTS
        return Part(value, origin, path, self.desk, defaults, self.preset_origin)

    def _defaulted(self, key: str, value: object) -> "Part":
        path = f"{self.path}.{key}" if self.path else key
        origin = self.preset_origin or self.origin
        self.desk.stated[path] = origin
        if not isinstance(value, Mapping):
            return Part(value, origin, path, self.desk)
        return Part({}, origin, path, self.desk, value, origin)

    def _unknown(self, key: object, part: str, what: str) -> None:
        known = ", ".join(f"`{name}`" for name in KEYS[part])
        place = self if not isinstance(key, str | int) else self.beside(key)
        place.tell(
            f"`{key}` is no key of {what}",
            f"what it was to say would be lost; the keys are {known}",
            guess(str(key), KEYS[part], _instead(str(key))),
        )

    def beside(self, key: str | int) -> "Part":
        """Return the place of a key, to tell something there."""
        return Part(None, self.origin.at(key), self.path, self.desk)

    def items(self, what: str) -> Iterator["Part"]:
        """Yield the values of a list; one value stands for a list of it."""
        if not isinstance(self.value, list | tuple):
            if self.value is None:
                self.tell(
                    f"{what} has no value",
                    "a key that says nothing may hide what was meant",
                    "write a value, or leave the key out",
                )
            else:
                yield self
            return
        for at, value in enumerate(self.value):
            path = f"{self.path}[{at}]"
            is_own = isinstance(self.value, list)
            origin = self.origin.at(at) if is_own else self.origin
            self.desk.stated[path] = origin
            yield Part(value, origin, path, self.desk)

    def flag(self) -> bool | None:
        """Return a truth; None, and told, if it is none."""
        if isinstance(self.value, bool):
            return self.value
        self.tell(
            f"`{self.path}` is {_shown(self.value)}, neither `true` nor `false`",
            "it is a question with two answers",
            "write `true` or `false`, without quotes",
        )
        return None

    def number(self, low: int, high: int, what: str, why: str) -> int | None:
        """Return a whole number between two others; None, and told, if it is none."""
        value = self.value
        if isinstance(value, int) and not isinstance(value, bool):
            if low <= value <= high:
                return value
            self.tell(
                f"{what} {value} is not between {low} and {high}",
                why,
                f"write a number from {low} to {high}",
            )
            return None
        self.tell(
            f"{what} is {_shown(value)}, not a whole number",
            why,
            f"write a number from {low} to {high}",
        )
        return None

    def port(self) -> int | None:
        """Return a TCP port; None, and told, if it is none."""
        return self.number(1, 65535, "the port", "TCP has ports from 1 to 65535")

    def text(self, what: str) -> str:
        """Return a text of one line; empty, and told, if it is none."""
        if isinstance(self.value, str) and self.value.strip():
            return self.value.strip()
        self.tell(
            f"{what} is {_shown(self.value)}, not a text",
            "it is taken as it is written",
            "write a text, in quotes if it looks like a number",
        )
        return ""

    def matching(self, what: str, form: "re.Pattern[str]", rule: str, why: str) -> str:
        """Return a text of some form; empty, and told, if it is none.

        Args:
            what: What it is called.
            form: What all of it must match.
            rule: The form in words.
            why: Who asks for it.
        """
        found = self.text(what)
        if found and not form.fullmatch(found):
            self.tell(f"`{found}` is no {what.removeprefix('the ')}", why, rule)
            return ""
        return found

    def word(self, words: type[E], what: str, more: str = "") -> E | None:
        """Return one of some words; None, and told, if it is none of them."""
        names = {item.value: item for item in words}
        if isinstance(self.value, str) and self.value in names:
            return names[self.value]
        listed = ", ".join(f"`{name}`" for name in names)
        also = f", {more}" if more else ""
        self.tell(
            f"{_shown(self.value)} is no {what}",
            f"there are {listed}{also}",
            guess(str(self.value), names, "write one of these"),
        )
        return None


def _instead(key: str) -> str:
    """Return what to do about a key that is none: an option of AKS is not stated."""
    from seawall.design.explain import explain  # rarely needed  # noqa: PLC0415

    option = explain(key)
    if option is None:
        return "leave it out"
    return (
        "leave it out: options are chosen by what must hold; "
        f"`seawall design --explain {option.title}` tells of this one"
    )


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "a list" if isinstance(value, list) else "a mapping"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`"
