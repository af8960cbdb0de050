"""The same tree from the JSON form of the language (`.tf.json`, `.tfvars.json`).

Source: Terraform docs, JSON configuration syntax.
"""

from collections.abc import Iterator, Mapping

from seawall.ingest.terraform.language.expressions import expression
from seawall.ingest.terraform.language.scanner import DEEPEST, BadSyntax
from seawall.ingest.terraform.language.syntax import (
    Argument,
    Body,
    Expression,
    Fault,
    Listed,
    Literal,
    Mapped,
    Script,
    Section,
)
from seawall.ingest.terraform.language.templates import template

_LABELS = {
    "resource": 2,
    "data": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
    "moved": 0,
    "import": 0,
    "removed": 0,
    "check": 1,
    "dynamic": 1,
}
"""How many labels blocks have that are written as nested keys."""
_LEVELS = 40
_NO_LINE = 0
"""The JSON form is read as data, which has lost its lines."""


def from_json(value: object, path: str, *, values: bool) -> Script:
    """Return a file of the JSON form; of files of values, texts are plain."""
    reader = _Reader(plain=values)
    body = reader.body(value if isinstance(value, Mapping) else {}, top=not values)
    return Script(path, body, tuple(reader.faults), values)


class _Reader:
    def __init__(self, *, plain: bool) -> None:
        self._plain = plain
        self.faults: list[Fault] = []

    def body(self, value: Mapping[object, object], *, top: bool) -> Body:
        arguments: dict[str, Argument] = {}
        sections: list[Section] = []
        for key, item in value.items():
            name = str(key)
            if name == "//":
                continue
            if (top and name in _LABELS) or (name == "dynamic" and not self._plain):
                for labels, inner in _labelled(item, _LABELS[name]):
                    body = self.body(inner, top=False)
                    sections.append(Section(name, labels, body, _NO_LINE))
            else:
                arguments[name] = Argument(name, self._value(item, 0), _NO_LINE)
        return Body(arguments, tuple(sections))

    def _value(self, value: object, depth: int) -> Expression:
        if depth > min(_LEVELS, DEEPEST):
            self.faults.append(Fault(1, f"more than {_LEVELS} levels are nested"))
            return Literal(None, _NO_LINE)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return Listed(
                tuple(self._value(item, depth + 1) for item in value), _NO_LINE
            )
        if isinstance(value, Mapping):
            return Mapped(
                tuple(
                    (self._text(str(key)), self._value(item, depth + 1))
                    for key, item in value.items()
                ),
                1,
            )
        if isinstance(value, bool | int | float) or value is None:
            return Literal(value, _NO_LINE)
        return Literal(str(value), _NO_LINE)

    def _text(self, text: str) -> Expression:
        if self._plain or ("${" not in text and "%{" not in text):
            return Literal(text, _NO_LINE)
        try:
            return template(text, 1, expression)
        except BadSyntax as bad:
            self.faults.append(Fault(1, bad.what))
            return Literal(None, _NO_LINE)


def _labelled(
    value: object, labels: int, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Mapping[object, object]]]:
    """Yield the bodies that stand under so many nested keys."""
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, Mapping):
            continue
        if len(path) == labels:
            yield path, item
            continue
        for key, inner in item.items():
            yield from _labelled(inner, labels, (*path, str(key)))
