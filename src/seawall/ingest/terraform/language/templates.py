"""Quoted texts and heredocs, with expressions and directives in them.

Source: hashicorp/hcl, hclsyntax/spec.md, Templates.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from seawall.ingest.terraform.language.scanner import BadSyntax, Scanner, Token
from seawall.ingest.terraform.language.syntax import (
    Conditional,
    Expression,
    For,
    Literal,
    Template,
)

Parse = Callable[[Scanner], Expression]

_PIECE = re.compile(
    r"(?P<plain>[^\"\\$%\n]+)"
    r"|(?P<doubled>\$\$\{|%%\{)"
    r"|(?P<opened>[$%]\{~?)"
    r"|(?P<escape>\\(?:[nrt\"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}))"
    r"|(?P<sign>[$%])"
    r"|(?P<closed>\")"
    r"|(?P<newline>\n)"
    r"|(?P<backslash>\\)"
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


@dataclass(slots=True)
class _Piece:
    """A piece of a template: a text, an expression, or a word of a directive."""

    kind: str
    value: Expression
    line: int
    names: tuple[str, str] = ("", "")


def quoted(scanner: Scanner, parse: Parse) -> Expression:
    """Read a quoted text; the opening quote was taken."""
    line = scanner.line_of(scanner.position - 1)
    pieces = _pieces(scanner, parse, quoted=True)
    return _built(pieces, line, scanner)


def heredoc(scanner: Scanner, token: Token, parse: Parse) -> Expression:
    """Read a heredoc; its opening line was taken."""
    indented = token.text.startswith("<<-")
    marker = token.text.strip().lstrip("<-")
    end = re.compile(rf"^[ \t]*{re.escape(marker)}[ \t]*\r?$", re.MULTILINE)
    found = end.search(scanner.text, token.end)
    if found is None:
        raise BadSyntax(token.start, f"the heredoc `{marker}` has no end")
    text = scanner.text[token.end : found.start()]
    scanner.position = found.end()
    if indented:
        text = _dedented(text)
    inner = Scanner(text, scanner.line_of(token.end))
    inner.depth = scanner.depth
    try:
        pieces = _pieces(inner, parse, quoted=False)
        return _built(pieces, scanner.line_of(token.start), inner)
    except BadSyntax as bad:
        # Lines of the inner text stand at other places of the outer one.
        line = inner.line_of(bad.position) - scanner.line_of(token.end)
        place = token.end
        for _ in range(line):
            place = scanner.text.find("\n", place) + 1
        raise BadSyntax(place, bad.what) from None


def template(text: str, first_line: int, parse: Parse) -> Expression:
    """Read a text that is a template as a whole, as files of templates are."""
    scanner = Scanner(text, first_line)
    return _built(_pieces(scanner, parse, quoted=False), first_line, scanner)


def _dedented(text: str) -> str:
    lines = text.split("\n")
    widths = [len(it) - len(it.lstrip()) for it in lines if it.strip()]
    least = min(widths, default=0)
    return "\n".join(it[least:] if it.strip() else it for it in lines)


def _pieces(scanner: Scanner, parse: Parse, *, quoted: bool) -> list[_Piece]:
    out: list[_Piece] = []
    held: list[str] = []
    trims = False
    while True:
        found = _PIECE.match(scanner.text, scanner.position)
        kind = (found.lastgroup or "") if found is not None else ""
        if found is None or (quoted and kind in {"closed", "newline"}):
            if quoted and kind != "closed":
                raise BadSyntax(scanner.position, "a quoted text has no end")
            scanner.position = scanner.position if found is None else found.end()
            _flush(held, out, scanner)
            return out
        start, scanner.position = scanner.position, found.end()
        if kind != "opened":
            text = _text(kind, found[0], quoted=quoted, at=start)
            if trims:
                # Outside of quotes only what is left of the line goes.
                trims = not text.strip() and (quoted or "\n" not in text)
                text = text.lstrip()
            held.append(text)
            continue
        if found[0].endswith("~"):
            text = "".join(held)
            head, newline, tail = ("", "", text) if quoted else text.rpartition("\n")
            held[:] = [head + newline + tail.rstrip()]
        _flush(held, out, scanner)
        piece = _opened(scanner, parse, start, directive=found[0][0] == "%")
        trims = scanner.taken("~")
        closing = scanner.expect("}", "to end what `{` began")
        scanner.leave()
        scanner.position = closing.end
        out.append(piece)


def _text(kind: str, text: str, *, quoted: bool, at: int) -> str:
    if kind == "doubled":
        return text[1:]
    if kind == "escape" and quoted:
        if text[1] in "uU":
            number = int(text[2:], 16)  # noqa: FURB166  # `\u` is no prefix of numbers
            # Halves of pairs and numbers beyond Unicode are no characters.
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004
                return "\ufffd"
            return chr(number)
        return _ESCAPES[text[1]]
    if kind == "backslash" and quoted:
        raise BadSyntax(at, "a backslash begins no known escape")
    return text


def _flush(held: list[str], out: list[_Piece], scanner: Scanner) -> None:
    text = "".join(held)
    held.clear()
    if text:
        line = scanner.line_of(scanner.position)
        out.append(_Piece("text", Literal(text, line), line))


def _opened(scanner: Scanner, parse: Parse, start: int, *, directive: bool) -> _Piece:
    line = scanner.line_of(start)
    scanner.enter(lines_matter=False)
    if not directive:
        return _Piece("value", parse(scanner), line)
    word = scanner.name("`if`, `else`, `endif`, `for` or `endfor`").text
    nothing = Literal(None, line)
    if word == "if":
        return _Piece("if", parse(scanner), line)
    if word == "for":
        first, second = scanner.name("a name").text, ""
        if scanner.taken(","):
            second = scanner.name("a name").text
        if scanner.name("`in`").text != "in":
            raise BadSyntax(start, "a `for` lacks its `in`")
        names = (first, second) if second else ("", first)
        return _Piece("for", parse(scanner), line, names)
    if word not in {"else", "endif", "endfor"}:
        raise BadSyntax(start, f"`{word}` is no directive of a template")
    return _Piece(word, nothing, line)


def _built(pieces: list[_Piece], line: int, scanner: Scanner) -> Expression:
    """Nest what directives enclose."""
    reader = _Nesting(pieces, scanner)
    found = reader.until(frozenset())
    if len(found) == 1 and not isinstance(found[0], Conditional | For):
        return found[0]
    return Template(tuple(found), line) if found else Literal("", line)


class _Nesting:
    def __init__(self, pieces: list[_Piece], scanner: Scanner) -> None:
        self._pieces = pieces
        self._at = 0
        self._scanner = scanner

    def until(self, ends: frozenset[str]) -> list[Expression]:
        """Return what stands before one of some words, and stay before it."""
        out: list[Expression] = []
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            if piece.kind in ends:
                return out
            self._at += 1
            if piece.kind in {"text", "value"}:
                out.append(piece.value)
            elif piece.kind in {"if", "for"}:
                self._scanner.enter(lines_matter=False)
                out.append(self._directive(piece))
                self._scanner.leave()
            else:
                raise self._bad(f"`{piece.kind}` ends nothing")
        if ends:
            raise self._bad("a directive has no end")
        return out

    def _directive(self, piece: _Piece) -> Expression:
        line = piece.line
        if piece.kind == "for":
            body = Template(tuple(self.until(frozenset({"endfor"}))), line)
            self._at += 1
            key, value = piece.names
            each = For(
                key, value, piece.value, None, body, None, grouped=False, line=line
            )
            return Template((each,), line)
        yes = Template(tuple(self.until(frozenset({"else", "endif"}))), line)
        no = Template((), line)
        if self._pieces[self._at].kind == "else":
            self._at += 1
            no = Template(tuple(self.until(frozenset({"endif"}))), line)
        self._at += 1
        return Conditional(piece.value, yes, no, line)

    def _bad(self, what: str) -> BadSyntax:
        return BadSyntax(max(0, self._scanner.position - 1), what)
