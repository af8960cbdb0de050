"""Reads expressions.

Source: Azure docs, Bicep operators (precedence, safe dereference, spread), loops and
lambda functions, read 2026-11.
"""

from collections.abc import Callable
from typing import TypeVar

from seawall.ingest.bicep.language.declarations import (
    Fault,
)
from seawall.ingest.bicep.language.scanner import BadSyntax, Token
from seawall.ingest.bicep.language.stream import Stream
from seawall.ingest.bicep.language.syntax import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    If,
    Index,
    Inner,
    Lambda,
    Listed,
    Literal,
    Lost,
    Mapped,
    Name,
    Pair,
    Resource,
    Spread,
    Sure,
    Template,
    Unary,
)

_LEVELS = {
    "??": 1,
    "||": 2,
    "&&": 3,
    "==": 4,
    "!=": 4,
    "=~": 4,
    "!~": 4,
    "<": 5,
    "<=": 5,
    ">": 5,
    ">=": 5,
    "+": 6,
    "-": 6,
    "*": 7,
    "/": 7,
    "%": 7,
}
_SAME_LINE = frozenset({"-", "<", "!"})
"""Operators that may also begin what stands on the next line."""
_WORDS = {"true": True, "false": False, "null": None}
_MOST_DIGITS = 20
_T = TypeVar("_T")

Nested = Callable[[], Resource]


class Expressions:
    """Reads expressions from a stream.

    Args:
        stream: The tokens.
        faults: Takes what cannot be read.
    """

    def __init__(self, stream: Stream, faults: list[Fault]) -> None:
        self._stream = stream
        self._faults = faults
        self.nested: Nested | None = None
        # What may hide further keys of the object that is being read.
        self._gaps: list[Spread] = []

    def value(self) -> Expression:
        """Return the value of a resource, a module or a variable."""
        if self._stream.sees_name("if"):
            return self._if()
        return self.expression()

    def expression(self) -> Expression:
        """Return the expression that is next."""
        stream = self._stream
        with stream.deeper():
            test = self._binary(0)
            if not stream.after_lines("?"):
                return test
            stream.skip_lines()
            line = stream.take().line
            stream.skip_lines()
            yes = self.expression()
            stream.skip_lines()
            stream.expect(":", "between the two values of a condition")
            stream.skip_lines()
            return Conditional(test, yes, self.expression(), line)

    def _binary(self, lowest: int) -> Expression:
        stream = self._stream
        left = self._unary()
        while True:
            sign = stream.sign_after_lines()
            level = _LEVELS.get(sign, 0)
            if level <= lowest:
                return left
            if stream.next.kind == "newline":
                if sign in _SAME_LINE:
                    return left
                stream.skip_lines()
            token = stream.take()
            stream.skip_lines()
            left = Binary(token.text, left, self._binary(level), token.line)

    def _unary(self) -> Expression:
        stream = self._stream
        if not stream.sees("!", "-"):
            return self._postfix(self._primary())
        token = stream.take()
        with stream.deeper():
            of = self._unary()
        if token.text == "-" and isinstance(of, Literal) and isinstance(of.value, int):
            return Literal(-of.value, token.line)
        return Unary(token.text, of, token.line)

    def _postfix(self, of: Expression) -> Expression:
        stream = self._stream
        while True:
            line = stream.line
            if stream.after_lines(".", ".?", "::"):
                stream.skip_lines()
                sign = stream.take().text
                of = self._member(of, sign)
            elif stream.sees("[", "[?"):
                is_safe = stream.take().text == "[?"
                stream.skip_lines()
                from_end = stream.taken("^")
                key = self.expression()
                stream.skip_lines()
                stream.expect("]", "after the key of an element")
                of = Index(of, key, is_safe, from_end, line)
            elif stream.taken("!"):
                of = Sure(of, line)
            else:
                return of

    def _member(self, of: Expression, sign: str) -> Expression:
        token = self._stream.name("the name of a part")
        if sign == "::":
            return Inner(of, token.text, token.line)
        if sign == "." and self._stream.sees("("):
            return Call(of, token.text, self._arguments(), token.line)
        return Attribute(of, token.text, sign == ".?", token.line)

    def _arguments(self) -> tuple[Expression, ...]:
        return tuple(self._until(")", self.expression, "an argument"))

    def _until(self, close: str, read: Callable[[], _T], what: str) -> list[_T]:
        """Return what stands between brackets, with commas or lines between."""
        stream = self._stream
        stream.take()
        found: list[_T] = []
        while True:
            before = stream.at
            stream.skip_lines()
            if stream.taken(close):
                return found
            apart = stream.at > before or not found
            if found and stream.taken(","):
                stream.skip_lines()
                if stream.taken(close):
                    return found
            elif not apart:
                raise stream.unexpected(f"`,` or `{close}` after {what}")
            found.append(read())

    def _primary(self) -> Expression:
        stream = self._stream
        token = stream.next
        if token.kind in {"text", "left"}:
            return self.text()
        if token.kind == "number":
            return self._number(stream.take())
        if token.kind == "name":
            return self._word()
        if stream.sees("{"):
            return self.mapped()
        if stream.sees("["):
            return self._listed()
        if stream.sees("("):
            return self._grouped()
        raise stream.unexpected("a value")

    def _number(self, token: Token) -> Literal:
        if len(token.text) > _MOST_DIGITS:
            raise BadSyntax(token.line, f"`{token.text[:20]}…` is too large a number")
        return Literal(int(token.text), token.line)

    def text(self) -> Literal | Template:
        """Return the text that is next."""
        stream = self._stream
        token = stream.take()
        if token.kind == "text":
            return Literal(token.text, token.line)
        parts: list[str | Expression] = [token.text] if token.text else []
        with stream.deeper():
            while True:
                stream.skip_lines()
                parts.append(self.expression())
                stream.skip_lines()
                piece = stream.next
                if piece.kind not in {"middle", "right"}:
                    raise stream.unexpected("`}` after what fills a text")
                stream.take()
                if piece.text:
                    parts.append(piece.text)
                if piece.kind == "right":
                    return Template(tuple(parts), token.line)

    def _word(self) -> Expression:
        stream = self._stream
        token = stream.take()
        if stream.sees("=>"):
            return self._lambda((token.text,), token.line)
        if stream.sees("("):
            return Call(None, token.text, self._arguments(), token.line)
        if token.text in _WORDS:
            return Literal(_WORDS[token.text], token.line)
        return Name(token.text, token.line)

    def _grouped(self) -> Expression:
        stream = self._stream
        names = self._lambda_names()
        if names is not None:
            return self._lambda(names, stream.line)
        stream.take()
        stream.skip_lines()
        found = self.expression()
        stream.skip_lines()
        stream.expect(")", "after a value in brackets")
        # A chain of safe accesses ends at the bracket.
        return (
            Sure(found, stream.line) if isinstance(found, Attribute | Index) else found
        )

    def _lambda_names(self) -> tuple[str, ...] | None:
        """Go past `(a, b)` if it is the head of a function."""
        stream = self._stream
        start = stream.at
        stream.take()
        names: list[str] = []
        while stream.next.kind in {"name", "newline"} or stream.sees(","):
            token = stream.take()
            if token.kind == "name":
                names.append(token.text)
        if stream.taken(")") and stream.sees("=>"):
            return tuple(names)
        stream.at = start
        return None

    def _lambda(self, names: tuple[str, ...], line: int) -> Lambda:
        self._stream.take()
        self._stream.skip_lines()
        return Lambda(names, self.expression(), line)

    def _listed(self) -> Expression:
        stream = self._stream
        line = stream.line
        start = stream.at
        stream.take()
        stream.skip_lines()
        if stream.sees_name("for"):
            after = stream.after
            if after.kind == "name" or (after.kind, after.text) == ("sign", "("):
                return self._for(line)
        stream.at = start
        with stream.deeper():
            return Listed(tuple(self._until("]", self._item, "an element")), line)

    def _item(self) -> Expression | Spread:
        line = self._stream.line
        if self._stream.taken("..."):
            return Spread(self.expression(), line)
        return self.expression()

    def _for(self, line: int) -> For:
        stream = self._stream
        stream.take()
        index = ""
        if stream.taken("("):
            item = stream.name("the name of an element").text
            stream.expect(",", "after the name of an element")
            index = stream.name("the name of its place").text
            stream.expect(")", "after the name of its place")
        else:
            item = stream.name("the name of an element").text
        if not stream.sees_name("in"):
            raise stream.unexpected("`in`")
        stream.take()
        of = self.expression()
        stream.skip_lines()
        stream.expect(":", "before what a loop makes")
        stream.skip_lines()
        body = self.value()
        stream.skip_lines()
        stream.expect("]", "after a loop")
        return For(item, index, of, body, line)

    def _if(self) -> If:
        stream = self._stream
        line = stream.take().line
        stream.expect("(", "before a condition")
        stream.skip_lines()
        test = self.expression()
        stream.skip_lines()
        stream.expect(")", "after a condition")
        stream.skip_lines()
        return If(test, self.expression(), line)

    def mapped(self) -> Mapped:
        """Return the object that is next."""
        line = self._stream.line
        nested, self.nested = self.nested, None
        resources: list[Resource] = []

        def read() -> Pair | Spread | None:
            if nested is not None and self._is_resource():
                self.nested = nested
                resources.append(nested())
                return None
            return self._pair()

        outer, self._gaps = self._gaps, []
        try:
            with self._stream.deeper():
                found = self._until("}", read, "a value")
            pairs = (*self._gaps, *(item for item in found if item is not None))
        finally:
            self._gaps = outer
        return Mapped(pairs, line, tuple(resources))

    def _is_resource(self) -> bool:
        stream = self._stream
        after = stream.after
        return stream.sees("@") or (
            stream.sees_name("resource") and after.kind == "name"
        )

    def _pair(self) -> Pair | Spread:
        stream = self._stream
        token, start = stream.next, stream.at
        if stream.taken("..."):
            return Spread(self.expression(), token.line)
        key: str | Template
        if token.kind == "name":
            key = stream.take().text
        elif token.kind in {"text", "left"}:
            text = self.text()
            key = str(text.value) if isinstance(text, Literal) else text
        else:
            raise stream.unexpected("the name of a value")
        is_named = stream.sees(":")
        try:
            stream.expect(":", "after the name of a value")
            stream.skip_lines()
            value = self.expression()
            if stream.next.kind != "newline" and not stream.sees(",", "}"):
                raise stream.unexpected("the end of a value")
        except BadSyntax as bad:
            if not stream.skip_value(start):
                raise
            self._faults.append(Fault(bad.what, bad.line))
            value = Lost(bad.what, bad.line)
            hidden = stream.passed_over(start, ",", "@") or stream.names_twice(start)
            if not is_named or hidden:
                self._gaps.append(Spread(value, token.line))
        return Pair(key, value, token.line)
