"""Documents that are written alike but for some scalars, as pods of one owner are.

The first of them is read line by line; how it is built is remembered, and the others
are filled in. This is exact because a scalar that ends its line cannot change what the
lines around it mean. It pays in long streams only.
"""

import re
from dataclasses import dataclass
from typing import Any

from seawall.ingest.text.yaml_plain import Line, NotPlain, parse_plain, resolve

_VARYING = re.compile(
    r": (\"[ !#-\[\]-~]*\"|[A-Za-z._/-]*[0-9][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./-]+)*)"
    r"(?=\n|\Z)"
)
"""Scalars that fill the rest of their line: in quotes, or with a digit in them."""
_BLANK = "seawall-fills-this-in-"
_MANY = 50_000

_Mapping = dict[object, object]
_Place = tuple[int, object]
"""Number of a collection in the order of copying, and a key or index in it."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A document whose varying scalars are to be filled in.

    Attributes:
        root: The document; never changed.
        copied: For each further collection on the way to a blank, where it stands.
        blanks: Where each blank stands, in the order of the text.
    """

    root: _Mapping
    copied: tuple[_Place, ...]
    blanks: tuple[_Place, ...]

    def filled(self, scalars: list[object]) -> object:
        """Return the document with its scalars; what is equal is shared."""
        root = self.root.copy()
        made: list[Any] = [root]
        for parent, key in self.copied:
            made[parent][key] = fresh = made[parent][key].copy()
            made.append(fresh)
        for (parent, key), scalar in zip(self.blanks, scalars, strict=True):
            made[parent][key] = scalar
        return root


class Forms:
    """Reads the plain documents of one stream; remembers how they are built.

    A document that is written like an earlier one costs time in its collections and
    varying scalars, not in its lines.
    """

    __slots__ = ("_known", "_lines", "_scalars")

    def __init__(self, lines: dict[str, Line]) -> None:
        self._lines = lines
        self._known: dict[tuple[str, ...], _Form | None] = {}
        self._scalars: dict[str, object] = {}

    def parse(self, text: str) -> object:
        """Return the value of one document, as `parse_plain` does.

        Raises:
            NotPlain: The text must be read by `ingest.yaml_full`.
        """
        parts = _VARYING.split(text)
        key = tuple(parts[::2])
        if key not in self._known:
            if len(self._known) >= _MANY:
                self._known.clear()
            self._known[key] = self._form(parts)
        form = self._known[key]
        if form is None:
            return parse_plain(text, self._lines)
        return form.filled([self._scalar(written) for written in parts[1::2]])

    def _scalar(self, written: str) -> object:
        first = written[0]
        if first == '"':
            return written[1:-1]
        if first.isalpha():
            # No word that stands for something else has a digit in it.
            return written
        known = self._scalars
        if written not in known:
            if len(known) >= _MANY:
                known.clear()
            known[written] = resolve(written)
        return known[written]

    def _form(self, parts: list[str]) -> _Form | None:
        """Return the form of a text that was split; None if it has none."""
        if any(_BLANK in part for part in parts):
            return None
        text = parts[0]
        for number, rest in enumerate(parts[2::2]):
            text += f": {_BLANK}{number}{rest}"
        copied: list[_Place] = []
        blanks: dict[object, _Place] = {}
        try:
            root = parse_plain(text, self._lines)
            if not isinstance(root, dict):
                return None
            _find(root, 0, copied, blanks)
        except (NotPlain, RecursionError):
            return None
        # A blank in a comment or a block of text is not where it seems to be.
        names = [f"{_BLANK}{number}" for number in range(len(parts) // 2)]
        if sorted(map(str, blanks)) != sorted(names):
            return None
        return _Form(root, tuple(copied), tuple(blanks[name] for name in names))


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
