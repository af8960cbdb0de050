"""Documents that are written alike but for some scalars, as pods of one owner are.

The first of them is read line by line; how it is built is remembered, and the others
are filled in. This is exact because a scalar that ends its line cannot change what the
lines around it mean. It pays in long streams only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from operator import itemgetter
from typing import Any

from seawall.ingest.text.yaml_plain import Line, NotPlain, parse_plain, resolve
from seawall.model.origin import Pointer

_VARYING = re.compile(
    r": (\"[ !#-\[\]-~]*+\"|[A-Za-z._/-]*+[0-9][A-Za-z0-9_./-]*+"
    r"(?::[A-Za-z0-9_./-]++)*+)$",
    re.MULTILINE,
)
"""Scalars that fill the rest of their line: in quotes, or with a digit in them."""
_BLANK = "seawall-fills-this-in-"
_MANY = 50_000

_Mapping = dict[object, object]
_Place = tuple[int, object]
"""Number of a collection in the order of copying, and a key or index in it."""


@dataclass(frozen=True, eq=False)
class Form:
    """A document whose varying scalars are to be filled in.

    Attributes:
        root: The document; never changed.
        copied: For each further collection on the way to a blank, where it stands.
        blanks: Where each blank stands, in the order of the text.
        scalars: What scalars stand for, as far as that is no text; shared by all forms
            of a stream.
    """

    root: _Mapping
    copied: tuple[_Place, ...]
    blanks: tuple[_Place, ...]
    scalars: dict[str, object]

    def filled(self, written: Sequence[str]) -> _Mapping:
        """Return the document with its scalars; what is equal is shared."""
        root = self.root.copy()
        made: list[Any] = [root]
        for parent, key in self.copied:
            made[parent][key] = fresh = made[parent][key].copy()
            made.append(fresh)
        for (parent, key), scalar in zip(self.blanks, written, strict=True):
            made[parent][key] = self.scalar(scalar)
        return root

    def outline(self, written: Sequence[str]) -> _Mapping:
        """Return the same with blanks left in what stands below the first level."""
        numbers = self._first_level
        if not numbers:
            return self.root
        known = self._outlines
        key = itemgetter(*numbers)(written)
        found = known.get(key)
        if found is None:
            if len(known) >= _MANY:
                known.clear()
            found = known[key] = self.root.copy()
            for number in numbers:
                found[self.blanks[number][1]] = self.scalar(written[number])
        return found

    def scalar(self, written: str) -> object:
        """Return what a varying scalar stands for.

        Raises:
            NotPlain: The document must be read by `ingest.yaml_full`.
        """
        first = written[0]
        if first == '"':
            return written[1:-1]
        if first.isalpha():
            # No word that stands for something else has a digit in it.
            return written
        known = self.scalars
        if written not in known:
            if len(known) >= _MANY:
                known.clear()
            known[written] = resolve(written)
        return known[written]

    @cached_property
    def places(self) -> tuple[Pointer, ...]:
        """Where each blank stands, as keys and indices from the root."""
        above: list[Pointer] = [()]
        for parent, key in self.copied:
            above.append((*above[parent], _step(key)))
        return tuple((*above[parent], _step(key)) for parent, key in self.blanks)

    @cached_property
    def _first_level(self) -> tuple[int, ...]:
        return tuple(at for at, (parent, _) in enumerate(self.blanks) if not parent)

    @cached_property
    def _outlines(self) -> dict[object, _Mapping]:
        return {}


class Filled:
    """A document by its form and its scalars, put together when it is asked for.

    Attributes:
        form: The form.
        written: The scalars, as written.
    """

    __slots__ = ("form", "written")

    def __init__(self, form: Form, written: Sequence[str]) -> None:
        self.form = form
        self.written = written

    @property
    def value(self) -> object:
        """The document; made anew each time."""
        return self.form.filled(self.written)

    @property
    def outline(self) -> object:
        """The document, of which only the first level counts; it is shared."""
        return self.form.outline(self.written)


class _Met(Enum):
    """What is known of texts without a form."""

    NEW = "none was met"
    ONCE = "one was met"
    NONE = "they have none"


_NEW, _ONCE, _NONE = _Met


class Forms:
    """Reads the plain documents of one stream; remembers how they are built.

    A document that is written like an earlier one costs time in its varying scalars,
    and in its collections once it is asked for, but not in its lines.
    """

    __slots__ = ("_known", "_lines", "_scalars")

    def __init__(self, lines: dict[str, Line]) -> None:
        self._lines = lines
        self._known: dict[tuple[str, ...], Form | _Met] = {}
        self._scalars: dict[str, object] = {}

    def parse(self, text: str) -> object:
        """Return the value of one document, as `parse_plain` does.

        Raises:
            NotPlain: The text must be read by `ingest.yaml_full`.
        """
        found = self.read(text)
        return found.value if isinstance(found, Filled) else found

    def read(self, text: str) -> object:
        """Return the value of one document, or `Filled` if it is written like others.

        Raises:
            NotPlain: The text must be read by `ingest.yaml_full`.
        """
        parts = _VARYING.split(text)
        key, known = tuple(parts[::2]), self._known
        form = known.get(key, _NEW)
        if form is _NEW:
            # Most policies are written like no other one: a form is not worth its time.
            if len(known) >= _MANY:
                known.clear()
            known[key] = _ONCE
        elif form is _ONCE:
            form = known[key] = self._form(parts)
        if not isinstance(form, Form):
            return parse_plain(text, self._lines)
        written = parts[1::2]
        for scalar in written:
            if "-" <= scalar < ":":
                # It begins as a number may. What cannot be told is found now, and not
                # when it is asked for.
                form.scalar(scalar)
        return Filled(form, written)

    def _form(self, parts: list[str]) -> "Form | _Met":
        """Return the form of a text that was split, if it has one."""
        if any(_BLANK in part for part in parts):
            return _NONE
        text = parts[0]
        for number, rest in enumerate(parts[2::2]):
            text += f": {_BLANK}{number}{rest}"
        copied: list[_Place] = []
        blanks: dict[object, _Place] = {}
        try:
            root = parse_plain(text, self._lines)
            if not isinstance(root, dict):
                return _NONE
            _find(root, 0, copied, blanks)
        except (NotPlain, RecursionError):
            return _NONE
        # A blank in a comment or a block of text is not where it seems to be.
        names = [f"{_BLANK}{number}" for number in range(len(parts) // 2)]
        if sorted(map(str, blanks)) != sorted(names):
            return _NONE
        return Form(
            root, tuple(copied), tuple(blanks[name] for name in names), self._scalars
        )


def _step(key: object) -> str | int:
    return key if isinstance(key, int) else str(key)


def _find(
    value: dict[object, object] | list[object],
    number: int,
    copied: list[_Place],
    blanks: dict[object, _Place],
) -> bool:
    """Note the blanks below a collection; return whether there are any."""
    found = False
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, str) and item.startswith(_BLANK):
            blanks[item] = number, key
            found = True
        elif isinstance(item, dict | list):
            here = len(copied)
            copied.append((number, key))
            if _find(item, here + 1, copied, blanks):
                found = True
            else:
                del copied[here:]
    return found
