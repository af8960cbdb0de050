"""Cuts a text into tokens, one at a time, as the parser asks for them."""

import re
from bisect import bisect_right
from typing import NamedTuple

DEEPEST = 120
"""Expressions nested deeper than this are refused; people stay below twenty."""

_TOKEN = re.compile(
    r"(?P<space>(?:[ \t\r\ufeff]|\#[^\n]*|//[^\n]*|/\*.*?\*/)+)"
    r"|(?P<newline>\n)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[^\W\d][\w-]*)"
    r"|(?P<heredoc><<-?[^\W\d][\w-]*[ \t]*\r?\n)"
    r"|(?P<quote>\")"
    r"|(?P<sign>=>|==|!=|<=|>=|&&|\|\||::|\.\.\.|[{}\[\]().,:?=<>!+\-*/%~])",
    re.DOTALL,
)
_END = "end of the file"


class BadSyntax(Exception):  # noqa: N818  # it is caught one module further
    """A text that is not of the language; knows where."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(what)
        self.position = position
        self.what = what


class Token(NamedTuple):
    """One token; *kind* is a group of the pattern, or `end`."""

    kind: str
    text: str
    start: int
    end: int


class Scanner:
    """A place in a text.

    Args:
        text: All of it.
        first_line: The line that it begins at, from 1.
    """

    def __init__(self, text: str, first_line: int = 1) -> None:
        self.text = text
        self.position = 0
        self.lines_matter = [True]
        self.depth = 0
        self._first_line = first_line
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self._ahead: tuple[int, bool, Token] | None = None

    def line_of(self, position: int) -> int:
        """Return the line of a place in the text."""
        return self._first_line + bisect_right(self._breaks, position - 1)

    @property
    def line(self) -> int:
        """The line of the next token."""
        return self.line_of(self.peek().start)

    def peek(self) -> Token:
        """Return the next token and stay before it."""
        matter = self.lines_matter[-1]
        ahead = self._ahead
        if ahead is not None and ahead[0] == self.position and ahead[1] is matter:
            return ahead[2]
        token = self._scan(matter=matter)
        self._ahead = (self.position, matter, token)
        return token

    def _scan(self, *, matter: bool) -> Token:
        position = self.position
        while True:
            found = _TOKEN.match(self.text, position)
            if found is None:
                if position >= len(self.text):
                    return Token("end", _END, position, position)
                raise BadSyntax(position, f"`{self.text[position]}` is not expected")
            kind = found.lastgroup or ""
            if kind != "space" and (matter or kind != "newline"):
                return Token(kind, found[0], position, found.end())
            position = found.end()

    def take(self) -> Token:
        """Return the next token and go past it."""
        token = self.peek()
        self.position = token.end
        return token

    def sees(self, *signs: str) -> bool:
        """Whether the next token is one of some signs."""
        token = self.peek()
        return token.kind == "sign" and token.text in signs

    def taken(self, sign: str) -> bool:
        """Go past a sign if it is next, and return whether it was."""
        if self.sees(sign):
            self.take()
            return True
        return False

    def expect(self, sign: str, where: str) -> Token:
        """Go past a sign that must be next."""
        if not self.sees(sign):
            raise self.unexpected(f"`{sign}` {where}")
        return self.take()

    def name(self, what: str) -> Token:
        """Go past a name that must be next."""
        if self.peek().kind != "name":
            raise self.unexpected(what)
        return self.take()

    def unexpected(self, wanted: str) -> BadSyntax:
        """Return the error for a token that is not what is wanted."""
        token = self.peek()
        shown = "the end of the line" if token.kind == "newline" else f"`{token.text}`"
        if token.kind == "end":
            shown = "the end"
        return BadSyntax(token.start, f"{shown} stands where {wanted} is expected")

    def skip_lines(self) -> None:
        """Go past empty lines."""
        while self.peek().kind == "newline":
            self.take()

    def enter(self, *, lines_matter: bool) -> None:
        """Go one level deeper."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadSyntax(self.position, f"more than {DEEPEST} levels are nested")
        self.lines_matter.append(lines_matter)

    def leave(self) -> None:
        """Come back one level."""
        self.depth -= 1
        self.lines_matter.pop()
