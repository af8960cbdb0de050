"""The text of Terraform's language, as `terraform fmt` would leave it.

Source: Terraform docs, Style Guide; Strings and Templates (escapes).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap

_WIDTH = 88
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_INDENT = "  "
_APART = ("depends_on",)
"""Arguments of Terraform itself, which stand apart."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that is written as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """An object with comments at its values."""

    lines: "tuple[Attribute, ...]"


Hcl = (
    None
    | bool
    | int
    | str
    | Expression
    | Fields
    | tuple["Hcl", ...]
    | Mapping[str, "Hcl"]
)
"""A value as it stands behind an equals sign."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name and its value."""

    name: str
    value: Hcl
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A block with what is in it.

    Attributes:
        head: All before the brace, such as `resource "azurerm_subnet" "nodes"`.
        body: Attributes and blocks.
        comment: Stands above it; may have several lines.
    """

    head: str
    body: "tuple[Attribute | Block, ...]"
    comment: str = ""


Line = Attribute | Block


def written(blocks: Iterable[Line]) -> str:
    """Return the text of a file."""
    return "\n".join(_lines(tuple(blocks), "")) + "\n"


def commented(text: str, indent: str = "") -> list[str]:
    """Return lines of comment."""
    out: list[str] = []
    for line in text.splitlines():
        width = max(_WIDTH - len(indent) - 2, 20)
        kept = {"break_long_words": False, "break_on_hyphens": False}
        out += [f"{indent}# {it}" for it in wrap(line, width, **kept)]  # type: ignore[arg-type]
    return out


def quoted(text: str) -> str:
    """Return a text between quotes."""
    return f'"{escaped(text)}"'


def escaped(text: str) -> str:
    """Return what stands between the quotes of a text."""
    out = text.replace("\\", "\\\\").replace('"', '\\"')
    out = out.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return out.replace("${", "$${").replace("%{", "%%{")


def _lines(body: Sequence[Line], indent: str) -> list[str]:
    """Return lines, attributes first aligned, blocks set apart."""
    out: list[str] = []
    group: list[tuple[str, str]] = []

    def flush() -> None:
        out.extend(_aligned(group, indent))
        group.clear()

    for at, line in enumerate(body):
        before = body[at - 1] if at else None
        if isinstance(line, Block):
            flush()
            if before is not None:
                out.append("")
            out += commented(line.comment, indent)
            out += _block(line, indent)
            continue
        shown = _shown(line.value, indent, len(line.name) + 3)
        apart = isinstance(before, Block) or (line.name in _APART and at > 0)
        if line.comment or apart:
            flush()
            if apart:
                out.append("")
            out += commented(line.comment, indent)
        if len(shown) == 1:
            group.append((line.name, shown[0]))
        else:
            flush()
            out.append(f"{indent}{line.name} = {shown[0]}")
            out += shown[1:]
    flush()
    return out


def _block(block: Block, indent: str) -> list[str]:
    if not block.body:
        return [f"{indent}{block.head} {{}}"]
    inner = _lines(block.body, indent + _INDENT)
    return [f"{indent}{block.head} {{", *inner, f"{indent}}}"]


def _aligned(group: Sequence[tuple[str, str]], indent: str) -> list[str]:
    width = max((len(name) for name, _shown in group), default=0)
    return [f"{indent}{name:<{width}} = {shown}" for name, shown in group]


def _shown(value: Hcl, indent: str, used: int) -> list[str]:
    """Return the lines of a value, the first without its indentation."""
    if isinstance(value, tuple):
        return _list(value, indent, used)
    if isinstance(value, Fields):
        return _fields(value.lines, indent)
    if isinstance(value, Mapping):
        return _fields(tuple(Attribute(*pair) for pair in value.items()), indent)
    return [_plain(value)]


def _plain(value: Hcl) -> str:
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


def _list(items: tuple[Hcl, ...], indent: str, used: int) -> list[str]:
    nested = any(isinstance(item, tuple | Mapping | Fields) for item in items)
    if not nested:
        line = f"[{', '.join(_plain(item) for item in items)}]"
        if len(indent) + used + len(line) <= _WIDTH:
            return [line]
    deeper = indent + _INDENT
    out = ["["]
    for item in items:
        first, *more = _shown(item, deeper, 1)
        shown = [f"{deeper}{first}", *more]
        shown[-1] += ","
        out += shown
    return [*out, f"{indent}]"]


def _fields(lines: tuple[Attribute, ...], indent: str) -> list[str]:
    if not lines:
        return ["{}"]
    entries = tuple(replace(line, name=_key(line.name)) for line in lines)
    return ["{", *_lines(entries, indent + _INDENT), f"{indent}}}"]


def _key(name: str) -> str:
    return name if _IDENTIFIER.match(name) else quoted(name)
