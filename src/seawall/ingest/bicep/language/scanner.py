"""Cuts a text into tokens: what stands in `${}` of a text is cut as the rest is.

Source: Azure docs, Bicep file structure and data types (strings, multi-line strings),
read 2026-11.
"""

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"(?P<space>(?:[ \t\r\ufeff\xa0]|//[^\n]*|/\*.*?\*/)+)"
    r"|(?P<pragma>\#[A-Za-z][^\n]*)"
    r"|(?P<newline>\n)"
    r"|(?P<number>[0-9]+(?![A-Za-z_]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<lines>\$*''')"
    r"|(?P<quote>')"
    r"|(?P<sign>\.\.\.|=>|==|!=|=~|!~|<=|>=|&&|\|\||\?\?|::|\.\?|\[\?"
    r"|[{}\[\]().,:?=<>!+\-*/%|@^;])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u\{[0-9A-Fa-f]{1,6}\}|.)", re.DOTALL)
_PIECE = re.compile(r"(?:[^'\\$\n]|\\.|\$(?!\{))*")
_ENDS = re.compile(r"''''*|\$+\{")
"""What may end a piece of a text of several lines."""
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", "$": "$"}
_MOST_CODE = 0x10FFFF
_DEEPEST = 40
"""Texts in `${}` in texts."""


class BadSyntax(Exception):  # noqa: N818  # it is caught one module further
    """A text that is not of the language; knows the line."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: `name`, `number`, `sign`, `newline`, `end`; `text` for a whole text,
            `left`, `middle` and `right` for the pieces of one that has holes; `bad`.
        text: As written; of a text, what it says; of a bad one, what is wrong.
        line: From 1.
        start: Where it begins in the text.
        end: Where it ends.
    """

    kind: str
    text: str
    line: int
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text, an `end` last; what cannot be cut is `bad`."""
    return _Scanner(text).all()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._out: list[Token] = []
        # How many braces are open in each `${` around.
        self._braces: list[int] = []
        # With how many `$` each begins in a text of several lines; 0 in any other.
        self._dollars: list[int] = []

    def all(self) -> list[Token]:
        text, length = self._text, len(self._text)
        while self._at < length:
            found = _TOKEN.match(text, self._at)
            if found is None:
                self._bad(f"`{text[self._at]}` is not expected")
                continue
            kind = found.lastgroup or ""
            if kind == "quote":
                self._at = found.end()
                self._piece("text", "left", found.start())
            elif kind == "lines":
                self._lines(found)
            elif kind == "sign" and found[0] in {"{", "}"} and self._braces:
                self._brace(found)
            else:
                self._plain(kind, found)
        self._put("end", "the end of the file", self._line, self._at)
        return self._out

    def _plain(self, kind: str, found: re.Match[str]) -> None:
        line, start = self._line, self._at
        self._line += found[0].count("\n")
        self._at = found.end()
        if kind not in {"space", "pragma"}:
            self._put(kind, found[0], line, start)

    def _put(self, kind: str, text: str, line: int, start: int) -> None:
        """Add a token that ends here."""
        self._out.append(Token(kind, text, line, start, self._at))

    def _brace(self, found: re.Match[str]) -> None:
        if found[0] == "}" and self._braces[-1] == 0:
            self._braces.pop()
            self._at = found.end()
            dollars = self._dollars.pop()
            if dollars:
                kinds = ("right", "middle")
                self._stretch(kinds, found.start(), self._line, dollars)
            else:
                self._piece("right", "middle", found.start())
            return
        self._braces[-1] += 1 if found[0] == "{" else -1
        self._plain("sign", found)

    def _piece(self, last: str, more: str, start: int) -> None:
        """Read a piece of a text up to its end or to a hole."""
        found = _PIECE.match(self._text, self._at)
        end = found.end() if found else self._at
        said, self._at = self._text[self._at : end], end
        line = self._line
        self._line += said.count("\n")
        sign = self._text[end : end + 2]
        what = _unescaped(said)
        if what is None:
            self._at = max(end, self._at)
            self._fail("a text has a `\\` that escapes nothing", start, line)
        elif sign[:1] == "'":
            self._at = end + 1
            self._put(last, what, line, start)
        elif sign == "${" and len(self._braces) < _DEEPEST:
            self._at = end + 2
            self._open(more, what, line, start, 0)
        else:
            self._fail("a text has no end on its line", start, line)

    def _open(self, kind: str, said: str, line: int, start: int, dollars: int) -> None:
        """Add a piece of a text, after which a hole begins."""
        self._braces.append(0)
        self._dollars.append(dollars)
        self._put(kind, said, line, start)

    def _fail(self, what: str, start: int, line: int) -> None:
        """Note what cannot be read, and go on at the next line."""
        self._put("bad", what, line, start)
        self._braces.clear()
        self._dollars.clear()
        end = self._text.find("\n", self._at)
        self._at = len(self._text) if end < 0 else end

    def _bad(self, what: str) -> None:
        self._at += 1
        self._put("bad", what, self._line, self._at - 1)

    def _lines(self, found: re.Match[str]) -> None:
        """Read a text of several lines; `$` before it give it holes."""
        line, self._at = self._line, found.end()
        for begin in ("\r\n", "\n"):
            if self._text.startswith(begin, self._at):
                self._at += len(begin)
                self._line += 1
                break
        self._stretch(("text", "left"), found.start(), line, len(found[0]) - 3)

    def _stretch(
        self, kinds: tuple[str, str], start: int, line: int, dollars: int
    ) -> None:
        """Read a piece of a text of several lines, up to its end or to a hole.

        Source: Azure docs, Bicep data types (multi-line strings): nothing is escaped;
        as many `$` as stand before the text begin a hole, fewer do not; read 2026-11.
        """
        (last, more), begin = kinds, self._at
        found = _ENDS.search(self._text, begin)
        while found is not None and _is_plain(found[0], dollars):
            found = _ENDS.search(self._text, found.end())
        if found is None or (found[0][0] == "$" and len(self._braces) >= _DEEPEST):
            self._at = len(self._text)
            self._put("bad", "a text of several lines has no end", line, start)
            self._braces.clear()
            self._dollars.clear()
            return
        ends = found[0][0] == "'"
        tail = 3 if ends else dollars + 1
        said = self._text[begin : found.end() - tail].replace("\r\n", "\n")
        self._at = found.end()
        self._line += said.count("\n")
        if ends:
            self._put(last, said, line, start)
        else:
            self._open(more, said, line, start, dollars)


def _is_plain(found: str, dollars: int) -> bool:
    """Whether what may begin a hole is only text."""
    return found[0] == "$" and (not dollars or len(found) - 1 < dollars)


def _unescaped(text: str) -> str | None:
    """Return what a piece of a text says; None if it cannot be told."""
    if "\\" not in text:
        return text
    faults: list[str] = []

    def one(found: re.Match[str]) -> str:
        said = found[1]
        if len(said) > 1:
            code = int(said[2:-1], 16)
            if code <= _MOST_CODE:
                return chr(code)
        elif said in _PLAIN:
            return _PLAIN[said]
        faults.append(said)
        return ""

    whole = _ESCAPE.sub(one, text)
    return None if faults else whole
