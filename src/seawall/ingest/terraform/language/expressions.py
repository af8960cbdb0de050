"""Expressions: operators by precedence, references, calls, lists and objects.

Source: hashicorp/hcl, hclsyntax/spec.md, Expressions.
"""

from seawall.ingest.terraform.language.scanner import BadSyntax, Scanner, Token
from seawall.ingest.terraform.language.syntax import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Each,
    Expression,
    For,
    Index,
    Listed,
    Literal,
    Mapped,
    Name,
    Splat,
    Unary,
)
from seawall.ingest.terraform.language.templates import heredoc, quoted

_BINDS = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    ">": 4,
    "<=": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_LONGEST = 500
"""Steps in one reference, or operators in one row."""


def expression(scanner: Scanner) -> Expression:
    """Read one expression."""
    scanner.enter(lines_matter=scanner.lines_matter[-1])
    line = scanner.line
    test = _binary(scanner, 1)
    if scanner.taken("?"):
        yes = expression(scanner)
        scanner.skip_lines()
        scanner.expect(":", "between the two results of a condition")
        no = expression(scanner)
        test = Conditional(test, yes, no, line)
    scanner.leave()
    return test


def _binary(scanner: Scanner, least: int) -> Expression:
    left = _unary(scanner)
    for _ in range(_LONGEST):
        token = scanner.peek()
        binds = _BINDS.get(token.text, 0) if token.kind == "sign" else 0
        if binds < least:
            return left
        scanner.take()
        right = _binary(scanner, binds + 1)
        left = Binary(token.text, left, right, scanner.line_of(token.start))
    raise BadSyntax(scanner.position, f"more than {_LONGEST} operators stand in a row")


def _unary(scanner: Scanner) -> Expression:
    token = scanner.peek()
    if token.kind == "sign" and token.text in {"!", "-"}:
        scanner.take()
        scanner.enter(lines_matter=scanner.lines_matter[-1])
        of = _unary(scanner)
        scanner.leave()
        return Unary(token.text, of, scanner.line_of(token.start))
    return _steps(scanner, _term(scanner))


def _term(scanner: Scanner) -> Expression:
    token = scanner.peek()
    line = scanner.line_of(token.start)
    if token.kind == "name":
        scanner.take()
        return _named(scanner, token, line)
    if token.kind == "number":
        scanner.take()
        return Literal(_number(token.text), line)
    if token.kind == "quote":
        scanner.take()
        return quoted(scanner, expression)
    if token.kind == "heredoc":
        scanner.take()
        return heredoc(scanner, token, expression)
    openers = {"(": _grouped, "[": _list, "{": _object}
    opener = openers.get(token.text) if token.kind == "sign" else None
    if opener is None:
        raise scanner.unexpected("a value")
    scanner.take()
    return opener(scanner, line)


def _number(text: str) -> float:
    if text.isdigit():
        # Python refuses to read very long ones, and nobody means them.
        return int(text) if len(text) < 400 else float("inf")  # noqa: PLR2004
    value = float(text)
    return int(value) if value.is_integer() else value


def _named(scanner: Scanner, token: Token, line: int) -> Expression:
    name = token.text
    while scanner.sees("::"):
        scanner.take()
        name += "::" + scanner.name("the name of a function").text
    if scanner.sees("(") and scanner.peek().start == scanner.position:
        scanner.take()
        return _call(scanner, name, line)
    if name in _WORDS:
        return Literal(_WORDS[name], line)
    return Name(name, line)


def _call(scanner: Scanner, name: str, line: int) -> Expression:
    scanner.enter(lines_matter=False)
    arguments: list[Expression] = []
    spread = False
    while not scanner.sees(")"):
        arguments.append(expression(scanner))
        if scanner.taken("..."):
            spread = True
            break
        if not scanner.taken(","):
            break
    closing = scanner.expect(")", f"to end the arguments of `{name}`")
    scanner.leave()
    scanner.position = closing.end
    return Call(name, tuple(arguments), spread, line)


def _grouped(scanner: Scanner, _line: int) -> Expression:
    scanner.enter(lines_matter=False)
    found = expression(scanner)
    closing = scanner.expect(")", "to end what `(` began")
    scanner.leave()
    scanner.position = closing.end
    return found


def _list(scanner: Scanner, line: int) -> Expression:
    scanner.enter(lines_matter=False)
    if _begins_for(scanner):
        return _for(scanner, line, closing="]")
    items: list[Expression] = []
    while not scanner.sees("]"):
        items.append(expression(scanner))
        if not scanner.taken(","):
            break
    closing = scanner.expect("]", "or `,` after an element of a list")
    scanner.leave()
    scanner.position = closing.end
    return Listed(tuple(items), line)


def _begins_for(scanner: Scanner) -> bool:
    """Whether a `for` is next, and not a key or variable of that name."""
    token = scanner.peek()
    if token.kind != "name" or token.text != "for":
        return False
    scanner.take()
    follows = scanner.peek()
    scanner.position = token.start
    return follows.kind == "name"


def _for(scanner: Scanner, line: int, *, closing: str) -> Expression:
    scanner.take()
    first, second = scanner.name("a name").text, ""
    if scanner.taken(","):
        second = scanner.name("a name").text
    if scanner.name("`in`").text != "in":
        raise BadSyntax(scanner.position, "a `for` lacks its `in`")
    of = expression(scanner)
    scanner.expect(":", "before the result of a `for`")
    value = expression(scanner)
    key = None
    if closing == "}":
        scanner.expect("=>", "between key and value of a `for`")
        key, value = value, expression(scanner)
    grouped = key is not None and scanner.taken("...")
    test = None
    if scanner.peek().kind == "name" and scanner.peek().text == "if":
        scanner.take()
        test = expression(scanner)
    end = scanner.expect(closing, "to end a `for`")
    scanner.leave()
    scanner.position = end.end
    names = (first, second) if second else ("", first)
    return For(names[0], names[1], of, key, value, test, grouped, line)


def _object(scanner: Scanner, line: int) -> Expression:
    scanner.enter(lines_matter=False)
    if _begins_for(scanner):
        return _for(scanner, line, closing="}")
    scanner.lines_matter[-1] = True
    items: list[tuple[Expression, Expression]] = []
    scanner.skip_lines()
    while not scanner.sees("}"):
        key = _key(scanner)
        if not scanner.sees("=", ":"):
            raise scanner.unexpected("`=` after a key")
        scanner.take()
        items.append((key, expression(scanner)))
        ended = scanner.peek().kind == "newline" or scanner.sees(",", "}")
        if not ended:
            raise scanner.unexpected("`,` or a new line after an element")
        scanner.skip_lines()
        scanner.taken(",")
        scanner.skip_lines()
    closing = scanner.take()
    scanner.leave()
    scanner.position = closing.end
    return Mapped(tuple(items), line)


def _key(scanner: Scanner) -> Expression:
    token = scanner.peek()
    if token.kind == "name":
        scanner.take()
        if scanner.sees("=", ":"):
            return Literal(token.text, scanner.line_of(token.start))
        scanner.position = token.start
    return expression(scanner)


def _steps(scanner: Scanner, of: Expression) -> Expression:
    """Read what follows a term: attributes, indices and splats."""
    found = of
    for _ in range(_LONGEST):
        line = scanner.line_of(scanner.position)
        if scanner.sees("."):
            scanner.take()
            found, whole = _dotted(scanner, found, line)
        elif scanner.sees("["):
            scanner.take()
            found, whole = _bracketed(scanner, found, line)
        else:
            return found
        if whole:
            return found
    raise BadSyntax(scanner.position, f"a reference has more than {_LONGEST} steps")


def _dotted(scanner: Scanner, of: Expression, line: int) -> tuple[Expression, bool]:
    token = scanner.peek()
    if token.kind == "name":
        scanner.take()
        return Attribute(of, token.text, line), False
    if token.kind == "number" and token.text.replace(".", "").isdigit():
        scanner.take()
        for part in token.text.split("."):
            of = Index(of, Literal(_number(part), line), line)
        return of, False
    if not scanner.taken("*"):
        raise scanner.unexpected("a name after `.`")
    each: Expression = Each(line)
    while scanner.sees("."):
        scanner.take()
        each = Attribute(each, scanner.name("a name after `.`").text, line)
    return Splat(of, each, line), False


def _bracketed(scanner: Scanner, of: Expression, line: int) -> tuple[Expression, bool]:
    scanner.enter(lines_matter=False)
    splat = scanner.taken("*")
    key = Literal(None, line) if splat else expression(scanner)
    closing = scanner.expect("]", "to end an index")
    scanner.leave()
    scanner.position = closing.end
    if not splat:
        return Index(of, key, line), False
    scanner.enter(lines_matter=scanner.lines_matter[-1])
    each = _steps(scanner, Each(line))
    scanner.leave()
    return Splat(of, each, line), True
