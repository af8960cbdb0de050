"""Under which keys and blocks each text of a script of Terraform or Bicep stands.

It is cut into pieces and not judged: what is wrong in a script stays in it.

Source: hashicorp/hcl, hclsyntax/spec.md; Azure docs, Bicep file structure, data types.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_COMMON = (
    r"|(?P<newline>\n)|(?P<number>[0-9][0-9a-zA-Z.]*)|(?P<name>[^\W\d][\w-]*)"
    r"|(?P<arrow>=>|==|!=|<=|>=|\?\?|\.\.\.|::)|(?P<sign>[^\s\w])|(?P<other>.)"
)
_TERRAFORM = re.compile(
    r"(?P<space>[ \t\r\ufeff]+)|(?P<comment>\#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<heredoc><<-?(?P<mark>[^\W\d][\w-]*)[ \t]*\n)|(?P<quote>\")" + _COMMON,
    re.DOTALL,
)
_BICEP = re.compile(
    r"(?P<space>[ \t\r\ufeff\xa0]+)|(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<lines>\$*'''.*?(?:'''+|\Z))|(?P<quote>')"
    + _COMMON.replace(r"[\w-]*", r"\w*"),
    re.DOTALL,
)
_OPEN = {"{": "object", "[": "list", "(": "group"}
_DECLARE = frozenset({"param", "var", "output", "resource", "module", "type", "func"})
_SIGNS = "{}[]().,:?=<>!+-*/%&|~@;#^"
_DEEPEST = 60


class Piece(NamedTuple):
    """One piece of a script: its kind, and where it begins and ends."""

    kind: str
    start: int
    end: int


@dataclass(slots=True, eq=False)
class Place:
    """Braces or brackets.

    Attributes:
        kind: `body` of a block, `object`, `list`, `group`, or `index`.
        key: The key that it is the value of; of a block, its type.
        parent: What it stands in.
        labels: Labels of a block.
        said: What keys in it are given as, if that is one text or word.
        word: What declares each key of a file of Bicep, such as `param`.
        marks: Decorators of each key of a file of Bicep.
    """

    kind: str
    key: str = ""
    parent: "Place | None" = None
    labels: tuple[str, ...] = ()
    said: dict[str, str] = field(default_factory=dict)
    word: dict[str, str] = field(default_factory=dict)
    marks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    children: "list[Place]" = field(default_factory=list)

    def above(self) -> "Iterator[Place]":
        """Yield it and what it stands in, up to the file."""
        here: Place | None = self
        while here is not None:
            yield here
            here = here.parent


class Held(NamedTuple):
    """A value: its piece, what it stands in, and under which key there."""

    piece: Piece
    place: Place
    key: str


@dataclass(slots=True)
class Structure:
    """A script, cut.

    Attributes:
        root: The file.
        values: In order.
        comments: In order.
        strange: Whether some sign is not of the language, or a text has no end, so that
            what is text and what is not cannot be told.
    """

    root: Place
    values: list[Held] = field(default_factory=list)
    comments: list[Piece] = field(default_factory=list)
    strange: bool = False


def structure(text: str, *, bicep: bool) -> Structure:
    """Return where each value of a script stands."""
    reader = _Reader(text)
    for piece in _pieces(text, bicep=bicep):
        reader.take(piece)
    return reader.out


def _pieces(text: str, *, bicep: bool) -> Iterator[Piece]:
    pattern = _BICEP if bicep else _TERRAFORM
    at = 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            at += 1
            continue
        kind, end = match.lastgroup or "other", match.end()
        if kind == "heredoc":
            end = _heredoc_end(text, end, match["mark"])
        elif kind == "quote":
            kind, end = "text", _text_end(text, end, match[0], 0)
        elif kind == "lines":
            kind = "text"
        if kind != "space":
            yield Piece(kind, at, end)
        at = end


def _heredoc_end(text: str, at: int, mark: str) -> int:
    found = re.compile(rf"^[ \t]*{re.escape(mark)}[ \t]*$", re.MULTILINE).search(
        text, at
    )
    return found.end() if found else len(text)


def _text_end(text: str, at: int, quote: str, depth: int) -> int:
    while at < len(text):
        char = text[at]
        if char == "\n" and depth == 0:
            return at
        if char == "\\":
            at += 2
        elif char in "$%" and text.startswith("{", at + 1):
            if text[at - 1] == char:
                at += 2
            else:
                at = _hole_end(text, at + 2, quote, depth + 1)
        elif char == quote:
            return at + 1
        else:
            at += 1
    return len(text)


def _hole_end(text: str, at: int, quote: str, depth: int) -> int:
    braces = 1
    while at < len(text) and braces and depth < _DEEPEST:
        char = text[at]
        at += 1
        if char == quote:
            at = _text_end(text, at, quote, depth)
        elif char in "{}":
            braces += 1 if char == "{" else -1
    return at


class _Reader:
    """Follows pieces through braces."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.out = Structure(Place("body"))
        self._place = self.out.root
        self._key: list[str] = [""]
        self._words: list[list[Piece]] = [[]]
        self._marks: list[str] = []
        self._marking = False
        self._last = Piece("newline", 0, 0)
        self._start = 0

    def take(self, piece: Piece) -> None:
        """Take the next piece."""
        self._put(piece)
        word = self._text[piece.start : piece.end]
        self.out.strange |= (
            (piece.kind == "sign" and word not in _SIGNS)
            or piece.kind == "other"
            or (
                piece.kind == "text"
                and (len(word) == 1 or word.lstrip("$")[0] != word[-1])
            )
        )
        if piece.kind != "comment":
            self._last = piece

    def _put(self, piece: Piece) -> None:
        kind, word = piece.kind, self._text[piece.start : piece.end]
        keyed = self._place.kind in {"body", "object"}
        if kind == "comment":
            self.out.comments.append(piece)
        elif kind == "newline":
            if keyed:
                self._declare()
                self._key[-1], self._words[-1] = "", []
        elif kind == "sign" and word in _OPEN:
            self._start = piece.start
            self._open(word)
        elif kind == "sign" and word in "}])":
            self._close()
        elif kind == "sign" and word in "=:" and keyed and self._words[-1]:
            self._name()
        elif kind == "sign" and word == "," and keyed:
            self._key[-1], self._words[-1] = "", []
        elif kind == "sign" and word == "@" and keyed and not self._words[-1]:
            self._marking = True
        elif kind in {"name", "text", "number", "heredoc"}:
            self._value(piece, word, keyed=keyed)

    def _value(self, piece: Piece, word: str, *, keyed: bool) -> None:
        if self._marking and piece.kind == "name":
            self._marks.append(word)
            return
        if keyed and not self._key[-1]:
            self._words[-1].append(piece)
            return
        is_step = piece.kind == "number" and self._text[piece.start - 1] == "."
        if piece.kind != "name" and self._place.kind != "index" and not is_step:
            self.out.values.append(Held(piece, self._place, self._key[-1]))
        if keyed:
            plain = word.strip("\"'")
            self._place.said.setdefault(self._key[-1], plain)

    def _name(self) -> None:
        if self._key[-1]:
            return
        key = self._declare() or self._said(self._words[-1][-1])
        self._key[-1] = key or "?"
        self._words[-1] = []

    def _declare(self) -> str:
        """Note a declaration of Bicep, and return what it declares."""
        words = [self._said(piece) for piece in self._words[-1]]
        if len(words) < 2 or words[0] not in _DECLARE or self._key[-1]:  # noqa: PLR2004
            return ""
        key = words[1]
        self._place.word[key] = words[0]
        self._place.marks[key] = tuple(self._marks)
        self._place.said["type " + key] = words[2] if words[2:] else ""
        self._marks = []
        return key

    def _said(self, piece: Piece) -> str:
        return self._text[piece.start : piece.end].strip("\"'")

    def _open(self, word: str) -> None:
        kind, key = _OPEN[word], self._key[-1]
        labels: tuple[str, ...] = ()
        words = self._words[-1]
        if kind == "list" and self._last.end == self._start and self._is_of_value():
            kind = "index"
        if self._marking and word == "(":
            self._marking = False
            key = "@"
        elif kind == "object" and words and not key and self._place.kind == "body":
            self._declare()
            kind, key = "body", self._said(words[0])
            labels = tuple(self._said(piece) for piece in words[1:])
            self._words[-1] = []
        place = Place(kind, key, self._place, labels)
        self._place.children.append(place)
        self._place = place
        self._key.append("")
        self._words.append([])

    def _is_of_value(self) -> bool:
        """Whether the last piece ends what an index may follow."""
        word = self._text[self._last.start : self._last.end]
        return self._last.kind in {"name", "number", "text"} or word in {")", "]", "}"}

    def _close(self) -> None:
        if self._place.parent is None:
            return
        self._place = self._place.parent
        self._key.pop()
        self._words.pop()
