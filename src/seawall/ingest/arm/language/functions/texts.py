"""Functions of texts; those that can tell something of texts with holes do.

Source: Azure docs, template-functions-string, read 2026-11. `contains`, `equals`,
`replace` and `split` regard case; `startsWith`, `endsWith`, `indexOf` and `lastIndexOf`
do not.
"""

import re
from collections.abc import Callable, Sequence

from seawall.ingest.arm.language.functions.encodings import written
from seawall.ingest.arm.language.signature import (
    ARRAY,
    INT,
    STRING,
    WHATEVER,
    Library,
    argument,
)
from seawall.ingest.arm.language.tree import Fault
from seawall.ingest.arm.language.values import (
    MOST_CHARACTERS,
    Text,
    Unknown,
    Value,
    is_clear,
    joined,
    kind_of,
    made,
)

_HOLE = re.compile(r"\{\{|\}\}|\{(\d{1,4})(?:,(-?\d{1,4}))?(?::([^{}]*))?\}")
_WIDTH = re.compile(r"([DdXxNn])(\d{0,2})|(0{1,99})")
_SPACES = " \t\r\n\f\v"


def declare(library: Library) -> None:
    """Add them to a library."""
    library.add("format", STRING, rest=WHATEVER, kind="string", partial=True)(form)
    library.add("toLower", STRING, kind="string", partial=True)(
        _each(str.lower, "lower")
    )
    library.add("toUpper", STRING, kind="string", partial=True)(
        _each(str.upper, "upper")
    )
    library.add("trim", STRING, kind="string")(lambda text: text.strip(_SPACES))
    library.add("startsWith", STRING, STRING, kind="bool", partial=True)(_starts)
    library.add("endsWith", STRING, STRING, kind="bool", partial=True)(_ends)
    library.add("replace", STRING, STRING, STRING, kind="string", partial=True)(
        _replace
    )
    library.add(
        "split", STRING, argument("string", "array"), kind="array", partial=True
    )(split)
    library.add("join", ARRAY, STRING, kind="string", partial=True)(_join)
    library.add(
        "padLeft", argument("string", "int"), INT, STRING, optional=1, kind="string"
    )(_pad)
    library.add("substring", STRING, INT, INT, optional=1, kind="string")(_substring)
    for name in ("uniqueString", "guid"):
        library.add(name, rest=WHATEVER, kind="string", partial=True)(_name(name))


def _name(name: str) -> Callable[..., Value]:
    """Return what makes a name that is the same for the same arguments.

    Which one is not known, since what it is made of comes with the deployment.
    """

    def named(*values: Value) -> Value:
        if not values:
            raise Fault(f"`{name}` takes 1 or more arguments, not 0")
        key = made(name.lower(), values).key
        why = f"`{name}` makes a name that is known only after the deployment"
        return Unknown(key, why, "string", is_word=True)

    return named


def as_text(value: Value) -> Value:
    """Return a value as a text, with holes where it is not known."""
    if isinstance(value, str | Text | Unknown):
        return value
    if is_clear(value):
        return written(value)
    return made("string", (value,), "string")


def concatenated(values: Sequence[Value]) -> Value:
    """Return values one after the other as one text."""
    return _whole(joined([as_text(value) for value in values]))


def _whole(value: Value) -> Value:
    """Return a text that is one unknown, which itself may be no text."""
    if isinstance(value, Unknown) and value.kind != "string":
        return made("string", (value,), "string")
    return value


def form(pattern: Value, *values: Value) -> Value:
    """Return a pattern with values in its places.

    Raises:
        Fault: A place has no value.
    """
    if not isinstance(pattern, str):
        return made("format", (pattern, *values), "string")
    parts: list[Value] = []
    position = size = 0
    for match in _HOLE.finditer(pattern):
        parts.append(_unpaired(pattern[position : match.start()]))
        position = match.end()
        if match[0] in {"{{", "}}"}:
            parts.append(match[0][0])
            continue
        index = int(match[1])
        if index >= len(values):
            raise Fault(f"`format` has no value for `{match[0]}`")
        filled = _filled(values[index], match[2], match[3])
        size += len(filled) if isinstance(filled, str) else 1
        if size > MOST_CHARACTERS:
            raise Fault("it makes a value that is too large")
        parts.append(filled)
    parts.append(_unpaired(pattern[position:]))
    return _whole(joined(parts))


def _unpaired(text: str) -> str:
    if "{" in text or "}" in text:
        raise Fault("`format` is given a pattern with a brace that has no partner")
    return text


def _filled(value: Value, width: str | None, shape: str | None) -> Value:
    if width is None and not shape:
        return as_text(value)
    if not is_clear(value):
        return made(f"format:{width}:{shape}", (value,), "string")
    text = written(value) if not shape else _shaped(value, shape)
    if not isinstance(text, str) or width is None:
        return text
    count = int(width)
    return text.rjust(count) if count >= 0 else text.ljust(-count)


def _shaped(value: Value, shape: str) -> Value:
    """Return a number in one of the usual shapes: `D3`, `X2`, `N0`, `000`."""
    match = _WIDTH.fullmatch(shape)
    if kind_of(value) != "int" or match is None or isinstance(value, float):
        return made(f"format:{shape}", (value,), "string")
    if match[3]:
        return (
            f"{value:0{len(match[3])}d}"
            if value >= 0
            else f"-{-value:0{len(match[3])}d}"
        )
    if match[1] in "Nn":
        return f"{value:,.{int(match[2] or 2)}f}"
    digits = f"{abs(value):{match[1].lower()}}"
    digits = digits.upper() if match[1] == "X" else digits
    return ("-" if value < 0 else "") + digits.rjust(int(match[2] or 0), "0")


def _each(change: Callable[[str], str], name: str) -> Callable[[Value], Value]:
    """Return what changes a text piece by piece."""

    def changed(value: Value) -> Value:
        if isinstance(value, str):
            return change(value)
        parts = value.parts if isinstance(value, Text) else (value,)
        return joined(
            [
                change(part)
                if isinstance(part, str)
                else Unknown(
                    made(name, (part,)).key, part.why, "string", is_word=part.is_word
                )
                for part in parts
            ]
        )

    return changed


def _starts(text: Value, start: Value) -> Value:
    return _edge(text, start, "startswith", str.startswith, 0)


def _ends(text: Value, end: Value) -> Value:
    return _edge(text, end, "endswith", str.endswith, -1)


def _edge(
    text: Value, wanted: Value, name: str, holds: Callable[[str, str], bool], at: int
) -> Value:
    if isinstance(wanted, str):
        if isinstance(text, str):
            return holds(text.lower(), wanted.lower())
        known = text.parts[at] if isinstance(text, Text) else ""
        if isinstance(known, str):
            if holds(known.lower(), wanted.lower()):
                return True
            if not holds(wanted.lower(), known.lower()):
                return False
    return made(name, (text, wanted), "bool")


def _replace(text: Value, old: Value, new: Value) -> Value:
    """Replace a text; a hole is passed by where what is looked for has a slash.

    A word holds no slash, and what begins or ends within a hole is not found.
    """
    if isinstance(text, Text | Unknown) or not isinstance(old, str):
        return made("replace", (text, old, new), "string")
    if old == "":
        raise Fault("`replace` is given an empty text to look for")
    pieces = text.split(old)
    if isinstance(new, str):
        if len(text) + len(pieces) * len(new) > MOST_CHARACTERS:
            raise Fault("it makes a value that is too large")
        return new.join(pieces)
    out: list[Value] = []
    for index, piece in enumerate(pieces):
        out.extend((new, piece) if index else (piece,))
    return _whole(joined(out))


def split(text: Value, by: Value) -> Value:
    """Return the pieces of a text; of one with holes if they surely hold no mark."""
    marks = by if isinstance(by, list) else [by]
    if not all(isinstance(mark, str) and mark for mark in marks):
        return made("split", (text, by), "array")
    if isinstance(text, str):
        return _pieces(text, marks)
    parts = text.parts if isinstance(text, Text) else (text,)
    holes = [part for part in parts if isinstance(part, Unknown)]
    if marks != ["/"] or not all(hole.is_word for hole in holes):
        return made("split", (text, by), "array")
    pieces: list[list[Value]] = [[]]
    for part in parts:
        if isinstance(part, Unknown):
            pieces[-1].append(part)
            continue
        first, *others = part.split("/")
        pieces[-1].append(first)
        pieces.extend([piece] for piece in others)
    return [joined(piece) for piece in pieces]


def _pieces(text: str, marks: list[str]) -> list[Value]:
    pattern = "|".join(re.escape(mark) for mark in marks)
    return list(re.split(pattern, text)) if pattern else [text]


def _join(items: Value, mark: Value) -> Value:
    if not (isinstance(mark, str) and isinstance(items, list)) or not all(
        isinstance(item, str | Text | Unknown | int | float) for item in items
    ):
        return made("join", (items, mark), "string")
    out: list[Value] = []
    for index, item in enumerate(items):
        out.extend((mark, as_text(item)) if index else (as_text(item),))
    return _whole(joined(out))


def _pad(value: Value, width: int, fill: str = " ") -> Value:
    if len(fill) != 1:
        raise Fault("`padLeft` fills with a single character")
    if width > MOST_CHARACTERS:
        raise Fault("it makes a value that is too large")
    return written(value).rjust(width, fill)


def _substring(text: str, start: int, length: int | None = None) -> Value:
    end = len(text) if length is None else start + length
    if not 0 <= start <= end <= len(text):
        raise Fault(f"`substring` asks for {start} to {end} of {len(text)} characters")
    return text[start:end]
