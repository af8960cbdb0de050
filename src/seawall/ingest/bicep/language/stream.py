"""A place in the tokens of a file, and what both parsers ask of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from seawall.ingest.bicep.language.scanner import BadSyntax, Token, tokens

DEEPEST = 80
"""Levels that may be nested; people stay below twenty."""

CLOSING = {"{": "}", "[": "]", "(": ")"}
"""Brackets, and what closes them."""

STARTS = frozenset(
    {
        "assert",
        "extends",
        "extension",
        "func",
        "import",
        "metadata",
        "module",
        "output",
        "param",
        "provider",
        "resource",
        "targetScope",
        "test",
        "type",
        "using",
        "var",
    }
)
"""Words that a declaration begins with."""


class Stream:
    """The tokens of a file, gone through from the left to the right.

    Args:
        text: All of it.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.all = tokens(text)
        self.at = 0
        self._depth = 0

    @property
    def next(self) -> Token:
        """The token that is next."""
        return self.all[self.at]

    @property
    def after(self) -> Token:
        """The token after it."""
        return self.all[min(self.at + 1, len(self.all) - 1)]

    @property
    def line(self) -> int:
        """Its line."""
        return self.all[self.at].line

    def take(self) -> Token:
        """Return the next token and go past it."""
        token = self.all[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, *signs: str) -> bool:
        """Whether the next token is one of some signs."""
        token = self.all[self.at]
        return token.kind == "sign" and token.text in signs

    def sees_name(self, *names: str) -> bool:
        """Whether the next token is one of some words."""
        token = self.all[self.at]
        return token.kind == "name" and token.text in names

    def taken(self, sign: str) -> bool:
        """Go past a sign if it is next, and return whether it was."""
        if self.sees(sign):
            self.at += 1
            return True
        return False

    def expect(self, sign: str, where: str) -> Token:
        """Go past a sign that must be next."""
        if not self.sees(sign):
            raise self.unexpected(f"`{sign}` {where}")
        return self.take()

    def name(self, what: str) -> Token:
        """Go past a word that must be next."""
        if self.next.kind != "name":
            raise self.unexpected(what)
        return self.take()

    def unexpected(self, wanted: str) -> BadSyntax:
        """Return the error for a token that is not what is wanted."""
        token = self.next
        if token.kind == "bad":
            return BadSyntax(token.line, token.text)
        shown = f"`{token.text[:40]}`"
        if token.kind == "newline":
            shown = "the end of the line"
        elif token.kind == "end":
            shown = token.text
        elif token.kind in {"text", "left"}:
            shown = "a text"
        return BadSyntax(token.line, f"{shown} stands where {wanted} is expected")

    def skip_lines(self) -> None:
        """Go past ends of lines."""
        while self.all[self.at].kind == "newline":
            self.at += 1

    def after_lines(self, *signs: str) -> bool:
        """Whether one of some signs is next, ends of lines aside."""
        at = self.at
        while self.all[at].kind == "newline":
            at += 1
        token = self.all[at]
        return token.kind == "sign" and token.text in signs

    def sign_after_lines(self) -> str:
        """Return the sign that is next, ends of lines aside; empty if none is."""
        at = self.at
        while self.all[at].kind == "newline":
            at += 1
        token = self.all[at]
        return token.text if token.kind == "sign" else ""

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Go one level deeper.

        Raises:
            BadSyntax: It is one too many.
        """
        self._depth += 1
        try:
            if self._depth > DEEPEST:
                raise BadSyntax(self.line, f"more than {DEEPEST} levels are nested")
            yield
        finally:
            self._depth -= 1

    def ends_line(self) -> None:
        """Go past the end of a declaration.

        Raises:
            BadSyntax: Something follows on its line.
        """
        if self.next.kind not in {"newline", "end"}:
            raise self.unexpected("the end of the line")
        self.skip_lines()

    def begins_declaration(self, at: int) -> bool:
        """Whether a declaration begins at a token: such a word or `@`, at the edge."""
        token = self.all[at]
        if not self._is_edge(at):
            return False
        if token.kind == "sign":
            return token.text == "@"
        return self._is_start(at)

    def _is_start(self, at: int) -> bool:
        """Whether a token is a word that begins declarations, and not a key."""
        token = self.all[at]
        if token.kind != "name" or token.text not in STARTS:
            return False
        after = self.all[at + 1]
        return after.kind != "sign" or after.text != ":"

    def skip_declaration(self, start: int) -> bool:
        """Go on behind a declaration that cannot be read.

        Args:
            start: The token at which it begins. What it may have taken for a part of
                itself is looked through again for the next declaration.

        Returns:
            Whether a declaration may be passed over.
        """
        fault, self.at = self.at, start
        while self.at < fault and not self._is_start(self.at):
            self.at += 1
        if self.at >= fault:
            # What is wrong stands before the word, which may be read yet.
            self.at = start
        passed = False
        while self.next.kind != "end":
            self.at += 1
            if self.begins_declaration(self.at):
                break
            passed = passed or self._may_declare(self.at)
        return passed

    def _may_declare(self, at: int) -> bool:
        """Whether a declaration may be hidden at a token that is passed over."""
        token = self.all[at]
        if token.kind == "bad":
            return True
        line = self._text.rfind("\n", 0, token.start) + 1
        if self._text[line : token.start].strip():
            return False
        is_key = self.all[at + 1].text == ":" if token.kind == "name" else True
        return self._is_start(at) or (token.start == line and not is_key)

    def _is_edge(self, at: int) -> bool:
        """Whether a token begins its line."""
        start = self.all[at].start
        return not start or self._text[start - 1] == "\n"

    def passed_over(self, start: int, *signs: str) -> bool:
        """Whether a sign, or what cannot be cut, stands between a token and here."""
        return any(
            it.kind == "bad" or (it.kind == "sign" and it.text in signs)
            for it in self.all[start : self.at]
        )

    def names_twice(self, start: int) -> bool:
        """Whether a second name with its sign may stand between a token and here."""
        depth, named = 0, 0
        for token in self.all[start : self.at]:
            sign = token.text if token.kind == "sign" else ""
            depth += (sign in CLOSING) - (sign in CLOSING.values())
            named += sign == ":" and not depth
        return named > 1

    def skip_value(self, start: int) -> bool:
        """Go on at the end of the line of a value that cannot be read.

        Args:
            start: The token at which it begins.

        Returns:
            Whether there is such an end before anything else is declared.
        """
        at, waiting = start, list[str]()
        while True:
            token = self.all[at]
            if token.kind == "end" or (at > start and self.begins_declaration(at)):
                return False
            sign = token.text if token.kind == "sign" else ""
            if sign in CLOSING:
                waiting.append(CLOSING[sign])
            elif waiting and sign == waiting[-1]:
                waiting.pop()
            elif not waiting and (token.kind == "newline" or sign in CLOSING.values()):
                break
            at += 1
        self.at = at
        return True
