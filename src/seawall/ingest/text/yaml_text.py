"""YAML text as a stream of documents.

Splits the stream, reads each document with the quickest reader that can, and so lets
one bad document spoil only itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from seawall.ingest.text.yaml_alike import Forms
from seawall.ingest.text.yaml_plain import Line, NotPlain, parse_plain
from seawall.model.origin import Pointer

_MARK = re.compile(r"^(?:---|\.\.\.)(?=[ \t\n]|\Z)[ \t]*(?:#[^\n]*)?", re.MULTILINE)
_NOTHING = re.compile(r"\s*(?:[#%][^\n]*(?:\n\s*|\Z))*\Z")
_LONG = 4 * 2**20


class Chunk(NamedTuple):
    """The text of one document.

    Attributes:
        text: Without the `---` line, unless something stands on that line.
        start: Its offset in the stream.
    """

    text: str
    start: int


@dataclass(slots=True)
class YamlValue:
    """One document: its value, or why there is none.

    Attributes:
        index: Number of the document in the stream, from 0.
        value: The value; None if empty or not readable. `Filled`, where it may be put
            together late.
        repeated: Places of keys that stand twice.
        fault: What makes it unreadable, or None.
        line: The line of the fault in the stream, from 1.
    """

    index: int
    value: object = None
    repeated: tuple[Pointer, ...] = ()
    fault: str | None = None
    line: int | None = None


def split(text: str) -> list[Chunk]:
    """Return the documents of a stream; a marker at the line's start always splits.

    Source:
        YAML 1.2.2, section 9.1.2: no content line begins with `---` or `...`.
    """
    whole = "\n" + text
    if "\n..." in whole or whole.count("\n---") != whole.count("\n---\n"):
        return _split_at_marks(text)
    # Each mark is a line of three dashes, as nearly all are: much is gained.
    first, *others = whole.split("\n---\n")
    if not others:
        return [Chunk(text, 0)]
    out = [Chunk(first[1:] + "\n", 0)] if first else []
    last = others.pop()
    pieces = [piece + "\n" for piece in others]
    starts = list(accumulate(map(len, pieces), _after_mark, initial=len(first) + 4))
    out += map(Chunk, pieces, starts)
    out.append(Chunk(last, starts[-1]))
    return out


def _after_mark(start: int, length: int) -> int:
    return start + length + 4


def _split_at_marks(text: str) -> list[Chunk]:
    out: list[Chunk] = []
    start = 0
    for match in _MARK.finditer(text):
        if match.start() > start or out:
            out.append(Chunk(text[start : match.start()], start))
        end = match.end()
        if end == len(text):
            start = end
        elif text[end] == "\n":
            start = end + 1
        else:
            # What stands behind the dashes belongs to the document.
            start = match.start()
    out.append(Chunk(text[start:], start))
    return out


def parse_stream(text: str, *, late: bool = False) -> Iterator[YamlValue]:
    """Return each document of a stream; faults are values, not exceptions.

    Args:
        text: The stream.
        late: Whether documents of a long stream that are written alike may be put
            together late.
    """
    lines: dict[str, Line] = {}
    forms = Forms(lines) if len(text) > _LONG else None
    for index, chunk in enumerate(split(text)):
        try:
            if forms is None:
                yield YamlValue(index, parse_plain(chunk.text, lines))
            elif late:
                yield YamlValue(index, forms.read(chunk.text))
            else:
                yield YamlValue(index, forms.parse(chunk.text))
        except NotPlain:
            yield _parse_rest(text, index, chunk)


def _parse_rest(text: str, index: int, chunk: Chunk) -> YamlValue:
    if _NOTHING.match(chunk.text):
        return YamlValue(index)
    # PyYAML takes a while to import, and many inputs never need it.
    from seawall.ingest.text.yaml_full import BadYaml, parse_full  # noqa: PLC0415

    try:
        value, repeated = parse_full(chunk.text)
    except BadYaml as bad:
        line = text.count("\n", 0, chunk.start) + 1 + (bad.line or 0)
        return YamlValue(index, fault=bad.what, line=line)
    return YamlValue(index, value, repeated)
