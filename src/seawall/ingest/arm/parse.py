"""From ARM's `[...]` strings to expressions.

Source: Azure docs, template-expressions (escapes, functions, properties), read 2026-11.
"""

import math
import re

from seawall.ingest.arm.language.tree import Call, Expression, Fault, Literal, Member

LONGEST = 24_576
"""Characters that the platform lets an expression have.

Source: Azure docs, template best practices, template limits, read 2026-11."""
DEEPEST = 100
_MOST_DIGITS = 400

_TOKEN = re.compile(
    r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|'(?P<text>(?:[^']|'')*)'"
    r"|(?P<sign>[()\[\].,]))"
)
_END = ("end", "")


def is_expression(text: str) -> bool:
    """Whether a string is an expression; `[[` escapes a plain bracket."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def plain(text: str) -> str:
    """Return a string that is no expression without its escape."""
    return text[1:] if text.startswith("[[") and text.endswith("]") else text


def parse(text: str) -> Expression:
    """Return what stands between the outer brackets of an expression.

    Raises:
        Fault: It is not an expression.
    """
    if len(text) > LONGEST:
        raise Fault(f"it has {len(text)} characters, and may have {LONGEST}")
    return _Parser(text[1:-1]).whole()


class _Parser:
    """Reads one expression from the left to the right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = len(text.rstrip())
        self._position = 0
        self._depth = 0
        self._token = self._next()

    def whole(self) -> Expression:
        found = self._operand()
        if self._token is not _END:
            raise Fault(f"nothing may follow, and {self._shown()} does")
        return found

    def _next(self) -> tuple[str, str]:
        if self._position >= self._end:
            return _END
        match = _TOKEN.match(self._text, self._position)
        if match is None or match.lastgroup is None:
            rest = self._text[self._position : self._position + 20].strip()
            raise Fault(f"`{rest}` cannot be read as part of it")
        self._position = match.end()
        return match.lastgroup, match[match.lastgroup]

    def _shown(self) -> str:
        return "its end" if self._token is _END else f"`{self._token[1]}`"

    def _is(self, sign: str) -> bool:
        return self._token == ("sign", sign)

    def _take(self, sign: str) -> None:
        if not self._is(sign):
            raise Fault(f"`{sign}` is wanted where {self._shown()} stands")
        self._token = self._next()

    def _operand(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Fault(f"it is nested deeper than {DEEPEST} levels")
        found = self._primary()
        while self._is(".") or self._is("["):
            found = self._member(found)
        self._depth -= 1
        return found

    def _primary(self) -> Expression:
        kind, text = self._token
        if kind == "text":
            self._token = self._next()
            return Literal(text.replace("''", "'"))
        if kind == "number":
            self._token = self._next()
            return Literal(_number(text))
        if kind == "name":
            self._token = self._next()
            return self._call(text)
        raise Fault(f"a value is wanted where {self._shown()} stands")

    def _call(self, name: str) -> Call:
        space = ""
        if self._is("."):
            self._token = self._next()
            space, name = name.lower(), self._name()
        self._take("(")
        arguments: list[Expression] = []
        while not self._is(")"):
            if arguments:
                self._take(",")
            arguments.append(self._operand())
        self._take(")")
        return Call(name.lower(), tuple(arguments), name, space)

    def _name(self) -> str:
        kind, text = self._token
        if kind != "name":
            raise Fault(f"a name is wanted where {self._shown()} stands")
        self._token = self._next()
        return text

    def _member(self, of: Expression) -> Member:
        if self._is("."):
            self._token = self._next()
            return Member(of, Literal(self._name()))
        self._take("[")
        key = self._operand()
        self._take("]")
        return Member(of, key)


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        pass
    value = float(text) if len(text) < _MOST_DIGITS else math.inf
    if not math.isfinite(value):
        raise Fault(f"`{text[:20]}` is no number that can be read")
    return value
