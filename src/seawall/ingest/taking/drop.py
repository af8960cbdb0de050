"""Drops secrets from a text, in place: no line moves.

What cannot be read as a whole is not searched for secrets: none of it is kept, but for
what its reader asks of a template.
"""

import json
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from seawall.ingest.doubts.called import is_script
from seawall.ingest.stored.form import DROPPED, is_dropped
from seawall.ingest.taking.commands import commands_below, reduced
from seawall.ingest.taking.declared import NOTHING, Declared
from seawall.ingest.taking.script import edited, without_secrets
from seawall.ingest.taking.sensitive import secrets_in
from seawall.ingest.taking.servers import without_secrets_of_servers
from seawall.ingest.taking.templated import is_templated, without_values
from seawall.ingest.taking.tree import (
    Branch,
    Leaf,
    Part,
    Value,
    comments_of_json,
    leaves,
    parts,
)
from seawall.ingest.taking.words import is_secret_key, looks_secret, masked

SCRIPTS = (".tf", ".tfvars", ".bicep", ".bicepparam")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\n]*", re.MULTILINE)
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(#[^\n]*)?")
_WORDS = frozenset({"", "true", "false", "null", "~"})
_PAIR = re.compile(r"^\s*(?:export\s+)?[\"']?([\w.-]+)[\"']?\s*[:=]\s*\S", re.MULTILINE)
_OPENS = re.compile(r"\s*(?:\{|\[\s*[\[{\"'])")
_DEEPEST = 4


class Dropped(NamedTuple):
    """A text without its secrets.

    Attributes:
        text: It, with as many lines.
        secrets: How many secrets there were.
        blank: Numbers of the documents of which nothing was kept.
        commands: Whether it holds commands, of which known names may stay.
    """

    text: str
    secrets: int
    blank: tuple[int, ...] = ()
    commands: bool = False


def dropped(
    text: str,
    path: str = "",
    declared: Declared = NOTHING,
    strangers: frozenset[int] = frozenset(),
    numbers: dict[str, int] | None = None,
    names: frozenset[str] = frozenset(),
) -> Dropped:
    """Return a text without its secrets.

    Args:
        text: The text.
        path: Where it stood: scripts are told by the name of their file.
        declared: What the texts of one input declare.
        strangers: Numbers of the documents that nothing reads.
        numbers: What was dropped before, each with its number: objects that differ in
            their secrets still differ without them. None for no numbers.
        names: What is called so in the archive anyway, and so may stay in commands.
    """
    if path.lower().endswith(SCRIPTS):
        new, count, commands = without_secrets(text, path, _inner, declared, names)
        return Dropped(new, count, commands=commands)
    if is_script(path):
        new = reduced(text, names)
        return Dropped(new, int(new != text), commands=True)
    found = parts(text)
    if any(part.broken for part in found) and is_templated(text):
        return Dropped(without_values(text), 1)
    if path.lower().endswith(".tfvars.json"):
        found_values = [leaf for part in found for leaf in _of_values(part, declared)]
    else:
        found_values = []
    all_of_it = _Text(text, declared, strangers, 0, numbers, names)
    return all_of_it.without(found, found_values)


def _of_values(part: Part, declared: Declared) -> list[Leaf]:
    root = part.root
    if not isinstance(root, Branch):
        return []
    return [
        leaf
        for name, child in root.children
        if declared.hides(str(name))
        for leaf in leaves(child)
    ]


def _inner(text: str, depth: int = 1) -> str | None:
    """Return a text within a text; None if it is no mapping and no list."""
    if depth > _DEEPEST:
        return None
    found = parts(text)
    roots = [part.root for part in found if part.root is not None]
    if any(part.broken for part in found) or not roots:
        return None
    if any(isinstance(root, Leaf) for root in roots):
        return None
    return _Text(text, NOTHING, frozenset(), depth).without(found, []).text


def replaced(text: str, found: dict[int, tuple[Leaf, str]]) -> str:
    """Return a text with other scalars in some places; no line moves."""
    return edited(
        text,
        [
            (leaf.start, leaf.end, _quoted(new, text[leaf.start : leaf.end]))
            for leaf, new in found.values()
        ],
    )


def _quoted(new: str, old: str) -> str:
    return f"{json.dumps(new, ensure_ascii=False)}" + "\n" * old.count("\n")


@dataclass(slots=True)
class _Text:
    """One text whose documents are known."""

    text: str
    declared: Declared
    strangers: frozenset[int]
    depth: int
    numbers: dict[str, int] | None = None
    names: frozenset[str] = frozenset()
    unread: set[int] = field(default_factory=set)
    commands: dict[int, Leaf | None] = field(default_factory=dict)

    def without(self, found: list[Part], more: list[Leaf]) -> Dropped:
        edits: dict[int, tuple[int, int, str]] = {}
        secret = {leaf.start: leaf for leaf in more}
        spans: list[tuple[int, int]] = []
        blank: list[int] = []
        for number, part in enumerate(found):
            if part.broken:
                lines = "\n" * self.text.count("\n", part.start, part.end)
                edits[part.start] = part.start, part.end, lines
                spans.append((part.start, part.end))
                blank.append(number)
            elif part.root is not None:
                self._document(part.root, number in self.strangers, secret)
                for leaf in _all(part.root):
                    spans.append((leaf.start, leaf.end))
                    if leaf.start not in secret and leaf.text:
                        self._soften(leaf, secret, edits)
        for leaf in secret.values():
            new = self._drop(leaf)
            if new != self.text[leaf.start : leaf.end]:
                edits[leaf.start] = leaf.start, leaf.end, new
        count = len(edits)
        for start, end in self._comments(spans):
            lines = "\n" * self.text.count("\n", start, end)
            edits.setdefault(start, (start, end, lines))
        out = edited(self.text, list(edits.values()))
        commands = any(leaf.start in self.commands for leaf in secret.values())
        return Dropped(out, count, tuple(blank), commands)

    def _document(self, root: Value, strange: bool, secret: dict[int, Leaf]) -> None:  # noqa: FBT001
        commands: dict[int, Leaf | None] = {}
        if strange or isinstance(root, Leaf):
            found = [it for it in leaves(root) if it.text.lower() not in _WORDS]
        else:
            commands = commands_below(root)
            found = [it for it in commands.values() if it is not None]
            found += secrets_in(root, self.declared)
        self.commands |= commands
        for leaf in found:
            is_kept = leaf.start in commands and commands[leaf.start] is None
            if not is_dropped(leaf.text) and not is_kept:
                secret[leaf.start] = leaf
                if strange:
                    self.unread.add(leaf.start)

    def _drop(self, leaf: Leaf) -> str:
        old = self.text[leaf.start : leaf.end]
        if leaf.start in self.commands:
            new = reduced(leaf.text, self.names)
            return old if new == leaf.text else _quoted(new, old)
        if self.numbers is None or leaf.start in self.unread:
            return _quoted(DROPPED, old)
        number = self.numbers.setdefault(leaf.text, len(self.numbers) + 1)
        return _quoted(f"{DROPPED[:-1]} {number})", old)

    def _soften(
        self,
        leaf: Leaf,
        secret: dict[int, Leaf],
        edits: dict[int, tuple[int, int, str]],
    ) -> None:
        """Drop what is secret within a text that stays."""
        if not leaf.is_text:
            return
        said = leaf.text
        if "\n" in said.strip() or _OPENS.match(said):
            new = self._several(leaf)
            if new is None:
                secret[leaf.start] = leaf
            elif new != said:
                edits[leaf.start] = leaf.start, leaf.end, self._written(leaf, new)
            return
        new = masked(said)
        if looks_secret(new):
            secret[leaf.start] = leaf
        elif new != said:
            old = self.text[leaf.start : leaf.end]
            edits[leaf.start] = leaf.start, leaf.end, _quoted(new, old)

    def _several(self, leaf: Leaf) -> str | None:
        """Return a text of several lines without secrets; None if none of it stays."""
        inner = _inner(leaf.text, self.depth + 1)
        if inner is not None:
            return inner
        if leaf.key.endswith(("Corefile", ".server", ".override")):
            return without_secrets_of_servers(leaf.text)
        if any(is_secret_key(found[1]) for found in _PAIR.finditer(leaf.text)):
            return None
        new = masked(leaf.text)
        return None if looks_secret(new) else new

    def _written(self, leaf: Leaf, new: str) -> str:
        """Return how a text is written in the place of another of as many lines."""
        old = self.text[leaf.start : leaf.end]
        if leaf.style != "|":
            return _quoted(new, old)
        head, _, body = old.partition("\n")
        lines = body.split("\n")
        told, said_before = new.split("\n"), leaf.text.split("\n")
        deep = next(
            (
                len(line) - len(said)
                for line, said in zip(lines, said_before, strict=False)
                if said.strip()
            ),
            0,
        )
        out = [head.partition("#")[0].rstrip()]
        for at, line in enumerate(lines):
            said = told[at] if at < len(told) else ""
            out.append(" " * deep + said if said else line if not line.strip() else "")
        return "\n".join(out)

    def _comments(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return where comments stand: outside of all scalars."""
        if self.text.lstrip()[:1] in ("{", "[", "/"):
            found = list(comments_of_json(self.text))
            if found or "#" not in self.text:
                return found
        if "#" not in self.text:
            return []
        spans.sort()
        out: list[tuple[int, int]] = []
        at = 0
        for match in _COMMENT.finditer(self.text):
            while at < len(spans) and spans[at][1] <= match.start():
                at += 1
            inside = at < len(spans) and spans[at][0] <= match.start()
            if not inside or _is_in_header(self.text, spans[at], match.start()):
                out.append(match.span())
        return out


def _is_in_header(text: str, span: tuple[int, int], at: int) -> bool:
    match = _HEADER.match(text, span[0])
    return match is not None and match[1] is not None and match.start(1) == at


def _all(root: Value) -> list[Leaf]:
    """Return every scalar of a document, keys too."""
    out: list[Leaf] = []
    waiting, seen = [root], set[int]()
    while waiting:
        value = waiting.pop()
        if isinstance(value, Leaf):
            out.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            out += value.keys
            waiting += [child for _, child in value.children]
    return out
