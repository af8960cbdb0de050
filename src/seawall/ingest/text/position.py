"""Finds the line of a value, late: only places that are shown are looked up.

Reads the file again for it, so that no text (which may hold secrets) stays in memory.
"""

import hashlib
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from seawall.ingest.text.encoding import decode
from seawall.ingest.text.json_alike import strict
from seawall.ingest.text.json_text import HOOKED_LIMIT, children, value_starts
from seawall.ingest.text.yaml_text import split
from seawall.model.origin import Pointer

ALIKE = "json-alike"
"""The form of JSON with comments."""
BLOCK = 1 << 16
"""Line breaks are counted once for each block of so many characters."""


class FileLines:
    """Finds lines in one file; a `LineFinder`.

    Args:
        path: The file, or None if it cannot be read again.
        digest: SHA-256 of its bytes, in hexadecimal; a changed file has no lines.
        form: `yaml`, `json` or `json-alike`.
        content: Its text or UTF-8, if it cannot be read again.
    """

    __slots__ = ("_content", "_digest", "_path", "form")

    def __init__(
        self,
        path: Path | None,
        digest: str,
        form: str,
        content: str | bytes | None = None,
    ) -> None:
        self._path = path
        self._digest = digest
        self._content = content
        self.form = form

    def __call__(self, document: int, pointer: Pointer) -> int | None:
        """Return the line of a key or item, or of the nearest value around it."""
        try:
            if self.form in {"json", ALIKE}:
                return _json_line(self, document, pointer)
            return _yaml_line(self, document, pointer)
        except (OSError, ValueError, IndexError, RecursionError):
            return None

    def read(self) -> str:
        """Return the text that was read first.

        Raises:
            OSError: The file is gone.
            ValueError: The file has changed.
        """
        if isinstance(self._content, bytes):
            self._content = decode(self._content)
        if self._content is not None or self._path is None:
            return self._content or ""
        return _read_again(self._path, self._digest)

    def read_json(self) -> str:
        """Return the text as plain JSON, each value where it was.

        Raises:
            OSError: The file is gone.
            ValueError: The file has changed.
        """
        text = self.read()
        return _strict(text) if self.form == ALIKE else text


@lru_cache(maxsize=4)
def _strict(text: str) -> str:
    return strict(text)


@lru_cache(maxsize=4)
def _read_again(path: Path, digest: str) -> str:
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError("the file has changed")
    return decode(data)


def _yaml_line(lines: FileLines, document: int, pointer: Pointer) -> int | None:
    found = _composed(lines, document)
    if found is None:
        return None
    first_line, node = found
    line: int = node.start_mark.line
    for key in pointer:
        step = _step(node, key)
        if step is None:
            break
        line, node = step
    return first_line + line


@lru_cache(maxsize=8)
def _composed(lines: FileLines, document: int) -> tuple[int, Any] | None:
    # PyYAML takes a while to import, and many runs show no line.
    from seawall.ingest.text.yaml_full import BadYaml, compose  # noqa: PLC0415

    text = lines.read()
    chunk = split(text)[document]
    first_line = text.count("\n", 0, chunk.start) + 1
    try:
        node = compose(chunk.text)
    except BadYaml:
        return None
    return None if node is None else (first_line, node)


def _step(node: Any, key: str | int) -> tuple[int, Any] | None:  # noqa: ANN401  (PyYAML)
    """Return the line and the node of one child of a node."""
    if node.id == "sequence":
        items: list[Any] = node.value
        if isinstance(key, int) and 0 <= key < len(items):
            return items[key].start_mark.line, items[key]
        return None
    if node.id != "mapping":
        return None
    # The last of equal keys holds.
    for key_node, value_node in reversed(node.value):
        if key_node.value == str(key):
            return key_node.start_mark.line, value_node
    for key_node, value_node in node.value:
        if key_node.value == "<<" and value_node.id == "mapping":
            step = _step(value_node, key)
            if step is not None:
                return step
    return None


def _json_line(lines: FileLines, document: int, pointer: Pointer) -> int:
    text = lines.read_json()
    place = value = len(text) - len(text.lstrip())
    if document:
        place = value = _starts(lines)[document]
    for key in pointer:
        offsets = _offsets(lines, value).get(key)
        if offsets is None:
            break
        place, value = offsets
    block = place // BLOCK
    return _breaks(lines)[block] + text.count("\n", block * BLOCK, place) + 1


@lru_cache(maxsize=4)
def _starts(lines: FileLines) -> list[int]:
    """Return where the values begin that stand one after another in the text."""
    return value_starts(lines.read_json())


@lru_cache(maxsize=4)
def _breaks(lines: FileLines) -> list[int]:
    """Return how many line breaks there are before each block of the text."""
    text = lines.read()
    blocks = range(0, len(text), BLOCK)
    counts = (text.count("\n", at, at + BLOCK) for at in blocks)
    return list(accumulate(counts, initial=0))


class _Children:
    """Where the children of one JSON value stand, found as far as they are asked for.

    Finding one costs time linear in the text before it, once.
    """

    __slots__ = ("_known", "_rest")

    def __init__(self, text: str, position: int) -> None:
        self._rest = children(text, position)
        self._known: dict[str | int, tuple[int, int]] = {}
        # The last of equal keys holds, but a large text is not read to its end for it.
        if text[position] == "{" and len(text) <= HOOKED_LIMIT:
            self.get(None)

    def get(self, key: str | int | None) -> tuple[int, int] | None:
        """Return the offsets of a key and its value, or None."""
        while key not in self._known:
            found = next(self._rest, None)
            if found is None:
                return None
            self._known[found[0]] = found[1:]
        return self._known[key]


@lru_cache(maxsize=4096)
def _offsets(lines: FileLines, position: int) -> _Children:
    return _Children(lines.read_json(), position)
