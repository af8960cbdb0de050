"""Rules of nftables in pieces, for kernels that take only so much at once.

Without root of the host a process may send some 400 KB in one transaction. Text that
is longer is taken apart: first all tables with their sets and chains, empty of
elements and rules; then the elements, so many at a time; then the rules, in their
order. What is filtered is complete when the last piece is in.

Knows the plain form that compilers write: one statement a line, `elements = { … }`
without braces within, sets on several lines or on one, chains without nested blocks but
`{ … }` on one line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

ELEMENTS_AT_ONCE = 1_000
RULES_AT_ONCE = 200
BLOCKS_AT_ONCE = 400
_TABLE = re.compile(r"^\s*table\s+(?:(\w+)\s+)?(\S+)\s*\{\s*$")
_BLOCK = re.compile(r"^\s*(set|map|chain|counter)\s+(\S+)\s*\{\s*(.*?)(\}?)\s*;?\s*$")
_ON_ONE_LINE = re.compile(r"^\s*set\s+(\S+)\s*\{(.*)\}\s*;?\s*$")
_WITHIN = re.compile(r"elements\s*=\s*\{([^{}]*)\}\s*;?")
_ELEMENTS = re.compile(r"^\s*elements\s*=\s*\{")
_OF_CHAIN = re.compile(r"^\s*(type|policy|comment|flags|devices?)\b")


@dataclass(slots=True)
class _Pieces:
    blocks: list[tuple[str, list[str]]] = field(default_factory=list)
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
        *_skeletons(pieces),
        *_elements(pieces),
        *_rules(pieces),
    ]


def _table(lines: Iterator[str], table: re.Match[str], pieces: _Pieces) -> bool:
    family, name = table.group(1) or "ip", table.group(2)
    for line in lines:
        stripped = line.strip()
        if stripped in {"}", "};"}:
            return True
        if not stripped or stripped.startswith("#"):
            continue
        own: list[str] = []
        pieces.blocks.append((f"{family} {name}", own))
        plain = _ON_ONE_LINE.match(line)
        if plain is not None:
            _plain_set(plain, f"{family} {name} {plain.group(1)}", own, pieces)
            continue
        block = _BLOCK.match(line)
        if block is None or block.group(3) or block.group(4):
            return False
        own.append(stripped)
        inside = _chain if block.group(1) == "chain" else _set
        if not inside(lines, f"{family} {name} {block.group(2)}", own, pieces):
            return False
        own.append("}")
    return False


def _plain_set(
    found: re.Match[str], place: str, own: list[str], pieces: _Pieces
) -> None:
    """Take a set apart that stands on one line."""
    inner = found.group(2)
    own += [f"set {found.group(1)} {{", _WITHIN.sub("", inner).strip(), "}"]
    held = _WITHIN.search(inner)
    listed = [one.strip() for one in (held.group(1) if held else "").split(",")]
    pieces.elements.append((place, [one for one in listed if one]))


def _set(lines: Iterator[str], place: str, own: list[str], pieces: _Pieces) -> bool:
    for line in lines:
        stripped = line.strip()
        if stripped in {"}", "};"}:
            return True
        if _ELEMENTS.match(line) is None:
            own.append(stripped)
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


def _chain(lines: Iterator[str], place: str, own: list[str], pieces: _Pieces) -> bool:
    for line in lines:
        stripped = line.strip()
        if stripped in {"}", "};"}:
            return True
        if not stripped or stripped.startswith("#"):
            continue
        if stripped.count("{") != stripped.count("}"):
            return False
        if _OF_CHAIN.match(line):
            own.append(stripped)
        else:
            pieces.rules.append((place, stripped.rstrip(";")))
    return False


def _skeletons(pieces: _Pieces) -> Iterator[str]:
    """Yield all tables with their sets and chains, so many blocks at a time."""
    begins = "flush ruleset\n"
    for at in range(0, len(pieces.blocks) or 1, BLOCKS_AT_ONCE):
        text = begins
        of = ""
        for table, lines in pieces.blocks[at : at + BLOCKS_AT_ONCE]:
            if table != of:
                text += f"{'}' if of else ''}\ntable {table} {{\n".lstrip("\n")
                of = table
            text += "\n".join(lines) + "\n"
        yield text + ("}" if of else "")
        begins = ""


def _elements(pieces: _Pieces) -> Iterator[str]:
    for place, listed in pieces.elements:
        for at in range(0, len(listed), ELEMENTS_AT_ONCE):
            part = ", ".join(listed[at : at + ELEMENTS_AT_ONCE])
            yield f"add element {place} {{ {part} }}"


def _rules(pieces: _Pieces) -> Iterator[str]:
    for at in range(0, len(pieces.rules), RULES_AT_ONCE):
        part = pieces.rules[at : at + RULES_AT_ONCE]
        yield "\n".join(f"add rule {place} {rule}" for place, rule in part)
