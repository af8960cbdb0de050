"""Rules of nftables in pieces, for kernels that take only so much at once.

Without root of the host a process may send some 400 KB in one transaction. Text that
is longer is taken apart: first all tables with their sets and chains, empty of
elements and rules; then the elements, so many at a time; then the rules, in their
order. What is filtered is complete when the last piece is in.

Knows the plain form that compilers write: one statement a line, `elements = { … }`
without braces within, chains without nested blocks but `{ … }` on one line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

ELEMENTS_AT_ONCE = 1_000
RULES_AT_ONCE = 200
_TABLE = re.compile(r"^\s*table\s+(?:(\w+)\s+)?(\S+)\s*\{\s*$")
_BLOCK = re.compile(r"^\s*(set|map|chain|counter)\s+(\S+)\s*\{\s*(.*?)(\}?)\s*;?\s*$")
_ELEMENTS = re.compile(r"^\s*elements\s*=\s*\{")
_OF_CHAIN = re.compile(r"^\s*(type|policy|comment|flags|devices?)\b")


@dataclass(slots=True)
class _Pieces:
    skeleton: list[str] = field(default_factory=list)
    elements: list[tuple[str, list[str]]] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)


def in_pieces(text: str) -> list[str] | None:
    """Return transactions that together load *text*; None for a form not known here."""
    pieces = _Pieces()
    lines = iter(text.splitlines())
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        table = _TABLE.match(line)
        if table is None or not _table(lines, table, pieces):
            return None
    return [
        "flush ruleset\n" + "\n".join(pieces.skeleton),
        *_elements(pieces),
        *_rules(pieces),
    ]


def _table(lines: Iterator[str], table: re.Match[str], pieces: _Pieces) -> bool:
    family, name = table.group(1) or "ip", table.group(2)
    pieces.skeleton.append(f"table {family} {name} {{")
    for line in lines:
        stripped = line.strip()
        if stripped in {"}", "};"}:
            pieces.skeleton.append("}")
            return True
        if not stripped or stripped.startswith("#"):
            continue
        block = _BLOCK.match(line)
        if block is None or block.group(3) or block.group(4):
            return False
        pieces.skeleton.append(stripped)
        inside = _chain if block.group(1) == "chain" else _set
        if not inside(lines, f"{family} {name} {block.group(2)}", pieces):
            return False
    return False


def _set(lines: Iterator[str], place: str, pieces: _Pieces) -> bool:
    for line in lines:
        stripped = line.strip()
        if stripped in {"}", "};"}:
            pieces.skeleton.append("}")
            return True
        if _ELEMENTS.match(line) is None:
            pieces.skeleton.append(stripped)
            continue
        inner = stripped.partition("{")[2]
        while "}" not in inner:
            more = next(lines, None)
            if more is None:
                return False
            inner += " " + more.strip()
        inner, _, rest = inner.partition("}")
        if rest.strip(" ;"):
            return False
        listed = [one.strip() for one in inner.split(",") if one.strip()]
        pieces.elements.append((place, listed))
    return False


def _chain(lines: Iterator[str], place: str, pieces: _Pieces) -> bool:
    for line in lines:
        stripped = line.strip()
        if stripped in {"}", "};"}:
            pieces.skeleton.append("}")
            return True
        if not stripped or stripped.startswith("#"):
            continue
        if stripped.count("{") != stripped.count("}"):
            return False
        if _OF_CHAIN.match(line):
            pieces.skeleton.append(stripped)
        else:
            pieces.rules.append((place, stripped.rstrip(";")))
    return False


def _elements(pieces: _Pieces) -> Iterator[str]:
    for place, listed in pieces.elements:
        for at in range(0, len(listed), ELEMENTS_AT_ONCE):
            part = ", ".join(listed[at : at + ELEMENTS_AT_ONCE])
            yield f"add element {place} {{ {part} }}"


def _rules(pieces: _Pieces) -> Iterator[str]:
    for at in range(0, len(pieces.rules), RULES_AT_ONCE):
        part = pieces.rules[at : at + RULES_AT_ONCE]
        yield "\n".join(f"add rule {place} {rule}" for place, rule in part)
