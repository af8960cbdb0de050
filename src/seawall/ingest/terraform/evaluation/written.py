"""Writes an expression down again, short, for messages."""

from seawall.ingest.terraform.language import syntax

LONGEST = 60


def written(expression: syntax.Expression) -> str:
    """Return an expression as it could have been written, cut short."""
    text = _written(expression, 0)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _written(item: syntax.Expression, depth: int) -> str:  # noqa: C901, PLR0911, PLR0912
    if depth > 6:  # noqa: PLR2004
        return "…"
    deeper = depth + 1
    match item:
        case syntax.Literal(value, _):
            return _literal(value)
        case syntax.Template(parts, _):
            return f'"{"".join(_part(part, deeper) for part in parts[:8])}"'
        case syntax.Name(name, _):
            return name
        case syntax.Attribute(of, name, _):
            return f"{_written(of, deeper)}.{name}"
        case syntax.Index(of, key, _):
            return f"{_written(of, deeper)}[{_written(key, deeper)}]"
        case syntax.Splat(of, each, _):
            return f"{_written(of, deeper)}[*]{_written(each, deeper)}"
        case syntax.Each():
            return ""
        case syntax.Call(name, arguments, _, _):
            inner = ", ".join(_written(it, deeper) for it in arguments[:6])
            return f"{name}({inner})"
        case syntax.Unary(operator, of, _):
            return f"{operator}{_written(of, deeper)}"
        case syntax.Binary(operator, left, right, _):
            return f"{_written(left, deeper)} {operator} {_written(right, deeper)}"
        case syntax.Conditional(test, yes, no, _):
            results = f"{_written(yes, deeper)} : {_written(no, deeper)}"
            return f"{_written(test, deeper)} ? {results}"
        case syntax.For(_, name, of, _, value, _, _, _):
            return f"[for {name} in {_written(of, deeper)} : {_written(value, deeper)}]"
        case syntax.Listed(items, _):
            return f"[{', '.join(_written(it, deeper) for it in items[:4])}]"
        case syntax.Mapped():
            return "{…}"


def _literal(value: str | float | bool | None) -> str:  # noqa: FBT001
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value[:LONGEST]}"' if isinstance(value, str) else str(value)[:LONGEST]


def _part(part: syntax.Expression, depth: int) -> str:
    if isinstance(part, syntax.Literal):
        return str(part.value)[:LONGEST]
    return f"${{{_written(part, depth)}}}"
