"""Values of a text with the places of their characters, alike for JSON and YAML."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from seawall.ingest.text.yaml_full import BadYaml, compose
from seawall.ingest.text.yaml_text import split

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|//[^\n]*|/\*.*?\*/|[^\s{}\[\]:,"/]+|/|\s+',
    re.DOTALL,
)
_DEEPEST = 400


@dataclass(slots=True)
class Leaf:
    """A scalar.

    Attributes:
        text: What it says.
        start: Where its characters begin in the text of the file.
        end: Where they end.
        is_text: Whether it is a text, and no number, truth value or null.
        key: The key under which it is written; empty if that is not known.
        holder: The mapping in which it is written, by its `id`; aliases of it stand in
            others. Zero if there are no aliases.
        style: How it is quoted; `|` and `>` for a block, empty if it is plain.
    """

    text: str
    start: int
    end: int
    is_text: bool
    key: str = ""
    holder: int = 0
    style: str = ""


@dataclass(slots=True)
class Branch:
    """A mapping or a list.

    Attributes:
        children: Pairs of key and value; keys of a list are its indices.
        keys: Leaves of the keys of a mapping, in the same order.
    """

    children: list[tuple[str | int, "Value"]] = field(default_factory=list)
    keys: list[Leaf] = field(default_factory=list)

    def get(self, key: str) -> "Value | None":
        """Return the last value under a key, or None."""
        for known, value in reversed(self.children):
            if known == key:
                return value
        return None

    def said(self, key: str) -> str:
        """Return the text of a scalar under a key; empty if there is none."""
        value = self.get(key)
        return value.text if isinstance(value, Leaf) else ""


Value = Leaf | Branch


class NoTree(Exception):  # noqa: N818  (the input's fault, not ours)
    """A text is neither JSON nor YAML that can be read."""


def trees(text: str) -> list[Value]:
    """Return the documents of a text.

    Raises:
        NoTree: Some part of it cannot be read.
    """
    found = parts(text)
    if any(item.broken for item in found):
        raise NoTree
    return [item.root for item in found if item.root is not None]


@dataclass(slots=True)
class Part:
    """One document of a text.

    Attributes:
        start: Where its characters begin in the text of the file.
        end: Where they end.
        root: What it says; None if it is empty or broken.
        broken: Whether it cannot be read.
    """

    start: int
    end: int
    root: "Value | None" = None
    broken: bool = False


def parts(text: str) -> list[Part]:
    """Return the documents of a text, each readable or not."""
    head = text.lstrip()[:2]
    if head[:1] in ("{", "[") or head in ("//", "/*"):
        try:
            return [Part(0, len(text), _json(text))]
        except NoTree:
            pass
    found: list[Part] = []
    for chunk in split(text):
        part = Part(chunk.start, chunk.start + len(chunk.text))
        found.append(part)
        try:
            part.root = _yaml(chunk.text, chunk.start)
        except (BadYaml, NoTree, yaml.YAMLError, RecursionError, ValueError):
            part.broken = True
    return found


def comments_of_json(text: str) -> Iterator[tuple[int, int]]:
    """Yield where comments of a text like JSON begin and end."""
    for match in _TOKEN.finditer(text):
        if match[0].startswith(("//", "/*")):
            yield match.span()


def _json(text: str) -> Value:
    """Read JSON, with comments and strings over several lines as ARM has them."""
    reader = _Reader()
    for kind, word, start in _tokens(text):
        if kind == "open":
            reader.open(is_list=word == "[")
        elif kind == "close":
            reader.close(is_list=word == "]")
        elif kind != "mark":
            leaf = Leaf(word, start, start + len(word), kind == "text")
            if kind == "text":
                leaf.text, leaf.style = _said(word), '"'
            reader.scalar(leaf)
    if reader.root is None or reader.stack:
        raise NoTree("the text breaks off")
    return reader.root


def _said(word: str) -> str:
    if "\\" not in word:
        return word[1:-1]
    try:
        return str(json.loads(word, strict=False))
    except ValueError:
        return word[1:-1]


@dataclass(slots=True)
class _Reader:
    """Builds a value from tokens; each open branch has its kind and its next key."""

    root: Value | None = None
    stack: list[tuple[Branch, bool]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def open(self, *, is_list: bool) -> None:
        branch = Branch()
        self._put(branch)
        self.stack.append((branch, is_list))
        self.keys.append(None)
        if len(self.stack) > _DEEPEST:
            raise NoTree("values are nested too deep")

    def close(self, *, is_list: bool) -> None:
        if not self.stack or self.stack[-1][1] is not is_list:
            raise NoTree("brackets do not match")
        self.stack.pop()
        self.keys.pop()

    def scalar(self, leaf: Leaf) -> None:
        if self.stack and not self.stack[-1][1] and self.keys[-1] is None:
            self.keys[-1] = leaf.text
            self.stack[-1][0].keys.append(leaf)
        else:
            self._put(leaf)

    def _put(self, value: Value) -> None:
        if not self.stack:
            if self.root is not None:
                raise NoTree("a second value follows the first")
            self.root = value
            return
        branch, is_list = self.stack[-1]
        key = len(branch.children) if is_list else self.keys[-1]
        if key is None:
            raise NoTree("a value stands without a key")
        if isinstance(value, Leaf):
            value.key = str(key)
        branch.children.append((key, value))
        self.keys[-1] = None


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise NoTree(f"character {position} begins nothing")
        word = match[0]
        position = match.end()
        if word.isspace() or word.startswith(("//", "/*")):
            continue
        if word in "{[":
            yield "open", word, match.start()
        elif word in "}]":
            yield "close", word, match.start()
        elif word in ":,":
            yield "mark", word, match.start()
        else:
            yield ("text" if word[0] == '"' else "plain"), word, match.start()


def _yaml(text: str, offset: int) -> Value | None:
    node = compose(text)
    return None if node is None else _grown(node, text, offset, 0, {})


_LEADING = re.compile(r"(?:[&!]\S*\s+)*")


def _grown(
    node: Node, text: str, offset: int, depth: int, known: dict[int, Value]
) -> Value:
    if id(node) in known:
        return known[id(node)]
    if depth > _DEEPEST:
        raise NoTree("values are nested too deep")
    if isinstance(node, ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
        match = _LEADING.match(text, start, end)
        start = match.end() if match else start
        is_text = node.tag == "tag:yaml.org,2002:str" or node.style is not None
        leaf = Leaf(str(node.value), offset + start, offset + end, is_text)
        leaf.style = node.style or ""
        known[id(node)] = leaf
        return leaf
    branch = Branch()
    known[id(node)] = branch
    if isinstance(node, SequenceNode):
        for index, item in enumerate(node.value):
            child = _grown(item, text, offset, depth + 1, known)
            branch.children.append((index, child))
    elif isinstance(node, MappingNode):
        for key_node, value_node in node.value:
            key = _grown(key_node, text, offset, depth + 1, known)
            child = _grown(value_node, text, offset, depth + 1, known)
            name = key.text if isinstance(key, Leaf) else "?"
            if isinstance(key, Leaf):
                branch.keys.append(key)
            if isinstance(child, Leaf) and not child.holder:
                child.key, child.holder = name, id(branch)
            branch.children.append((name, child))
    return branch


def leaves(value: Value | None, holder: Branch | None = None) -> Iterator[Leaf]:
    """Yield every scalar below a value, null and empty texts left out.

    An alias of what is written as a name elsewhere is no secret.
    """
    waiting: list[tuple[Value | None, Branch | None]] = [(value, holder)]
    seen: set[int] = set()
    while waiting:
        here, within = waiting.pop()
        if isinstance(here, Leaf):
            is_alias = within is not None and here.holder not in {0, id(within)}
            if is_alias and here.key in {"name", "namespace"}:
                continue
            if here.text and (here.is_text or here.text not in {"null", "~"}):
                yield here
        elif isinstance(here, Branch) and id(here) not in seen:
            seen.add(id(here))
            waiting += [(child, here) for _, child in here.children]
