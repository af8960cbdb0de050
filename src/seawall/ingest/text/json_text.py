"""JSON text: its value, its repeated keys, and where a value stands."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise

from seawall.model.origin import Pointer

HOOKED_LIMIT = 8 * 2**20
"""Texts above this many characters may have repeated keys that are not told."""
_SHORT = 2**16
"""Up to so many characters it does not pay to import what is quicker."""
_LAYOUT = re.compile(r"[{\[]\n( +)")
_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder(strict=False)


class BadJson(Exception):  # noqa: N818  (the input's fault, not ours)
    """A text is not JSON.

    Attributes:
        what: What is wrong, as a clause.
        line: The line, from 1; None when not known.
        complete: Whether one whole value was read and more text follows it.
    """

    def __init__(self, what: str, line: int | None, *, complete: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.line = line
        self.complete = complete


def parse_json(text: str) -> tuple[object, tuple[Pointer, ...]]:
    """Return the value of a text, and the places of its repeated keys.

    Repeated keys are looked for in texts up to 8 MiB: larger ones are dumps, which
    programs write.

    Raises:
        BadJson: The text is not one JSON value.
    """
    if len(text) > _SHORT:
        value = _written_again(text)
        if value is not None:
            return value, ()
    found: list[bool] = []

    def keep(pairs: list[tuple[str, object]]) -> dict[str, object]:
        out = dict(pairs)
        if len(out) != len(pairs):
            found.append(True)
        return out

    hook = keep if len(text) <= HOOKED_LIMIT else None
    try:
        value = json.loads(text, object_pairs_hook=hook, strict=False)
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        truncated = error.pos >= len(text.rstrip())
        if truncated or "Unterminated" in error.msg:
            what = "the text ends in the middle of a value"
        raise BadJson(what, error.lineno, complete=error.msg == "Extra data") from None
    except RecursionError:
        raise BadJson("values are nested too deep", None) from None
    except ValueError:
        # The only other fault: Python refuses integers of thousands of digits.
        raise BadJson("a number has too many digits", None) from None
    return value, tuple(repeated_keys(text)) if found else ()


def _written_again(text: str) -> object:
    """Return the value of a text that says it as a program does; None of another.

    A value that gives the very same text when it is written has all that stands there,
    so that no key of it stands twice.
    """
    import msgspec  # noqa: PLC0415  (decision 0007)

    try:
        data = text.encode()
        value = msgspec.json.decode(data)
        again = msgspec.json.encode(value)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    layout = _LAYOUT.match(text)
    if layout is not None:
        again = msgspec.json.format(again, indent=len(layout[1]))
    return value if again == data.rstrip(b"\n") else None


def parse_values(text: str) -> list[tuple[object, tuple[Pointer, ...]]]:
    """Return the values that stand one after another in a text, as `parse_json` does.

    Raises:
        BadJson: Something between them, or in one, is not JSON.
    """
    starts = [*value_starts(text), len(text)]
    return [parse_json(text[start:end]) for start, end in pairwise(starts)]


def value_starts(text: str) -> list[int]:
    """Return where each of the values begins that stand one after another.

    Raises:
        BadJson: Something between them, or in one, is not JSON.
    """
    found: list[int] = []
    position = _skip(text, 0)
    while position < len(text):
        found.append(position)
        try:
            _, position = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            line = text.count("\n", 0, position) + 1
            raise BadJson("a value cannot be read", line) from None
        position = _skip(text, position)
    return found


def repeated_keys(text: str) -> Iterator[Pointer]:
    """Return the place of each key that stands twice in one object."""
    waiting: list[tuple[Pointer, int]] = [((), _skip(text, 0))]
    while waiting:
        pointer, position = waiting.pop()
        seen: set[str | int] = set()
        for key, _, start in children(text, position):
            if key in seen:
                yield (*pointer, key)
            seen.add(key)
            if text[start] in "{[":
                waiting.append(((*pointer, key), start))


def children(text: str, position: int) -> Iterator[tuple[str | int, int, int]]:
    """Return key, offset of the key and offset of the value for each child.

    Args:
        text: Valid JSON.
        position: Offset of an object or array in it; anything else has no children.
    """
    opening = text[position]
    if opening not in "{[":
        return
    position = _skip(text, position + 1)
    index = 0
    while text[position] not in "}]":
        if text[position] == ",":
            position = _skip(text, position + 1)
        key: str | int = index
        key_at = position
        if opening == "{":
            key, position = _DECODER.raw_decode(text, position)
            position = _skip(text, _skip(text, position) + 1)
        yield key, key_at, position
        _, position = _DECODER.raw_decode(text, position)
        position = _skip(text, position)
        index += 1


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match is not None else position
