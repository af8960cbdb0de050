"""Drops secrets from Terraform's own language, line by line.

Source: Terraform docs, Input Variables (`sensitive`), Strings (heredocs).
"""

import re

from seawall.ingest.taking.sensitive import is_secret_key, looks_secret
from seawall.ingest.taking.tree import DROPPED

_HEAD = re.compile(
    r"^(?P<indent>[ \t]*)(?P<name>[\w-]+)(?P<labels>(?:\s+\"[^\"]*\")*)\s*=?\s*\{"
)
_PAIR = re.compile(
    r"(?P<head>\"?(?P<key>[\w.-]+)\"?[ \t]*[=:][ \t]*)"
    r"(?P<value>\"(?:[^\"\\\n]|\\.)*\"|<<[-~]?\w+|[\w.-]+(?:\([^()\n]*\))?)"
)
_HEREDOC = re.compile(r"<<[-~]?(\w+)\s*$")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)+\"")
_VARIABLE = re.compile(r"^variable\b[^\n]*\{.*?^\}", re.MULTILINE | re.DOTALL)
_SENSITIVE = re.compile(r"^\s*sensitive\s*=\s*true\b", re.MULTILINE)
_KEPT = frozenset({"name", "namespace", "type", "version", "source"})
_OF_VALUES = frozenset({"env", "environment_variable", "set_sensitive", "environment"})
_WORDS = ("true", "false", "null")


def without_secrets(text: str) -> tuple[str, int]:
    """Return a script without its secrets, with as many lines, and how many it had."""
    count = 0

    def declared(match: re.Match[str]) -> str:
        nonlocal count
        if not _SENSITIVE.search(match[0]):
            return match[0]
        out, number = _without_default(match[0])
        count += number
        return out

    text = _VARIABLE.sub(declared, text)
    script = _Script()
    lines = [script.line(line) for line in text.split("\n")]
    return "\n".join(lines), count + script.count


def _without_default(block: str) -> tuple[str, int]:
    """Drop every text after `default` of one variable."""
    head, word, rest = block.partition("default")
    if not word:
        return block, 0
    out, number = _STRING.subn(f'"{DROPPED}"', rest)
    return head + word + out, number


class _Script:
    """Goes through the lines of a script, and knows the block that each stands in."""

    def __init__(self) -> None:
        self.count = 0
        self._top = ""
        self._block = ""
        self._until = ""
        self._is_secret = False
        self._in_key = False

    def line(self, line: str) -> str:
        """Return one line without its secrets."""
        if self._until:
            if line.strip() == self._until:
                self._until = ""
                return line
            return "" if self._is_secret or self._hides(line) else line
        if self._hides(line):
            return ""
        head = _HEAD.match(line)
        if head is not None:
            self._block = head["name"]
            if not head["indent"]:
                self._top = line
        out = _PAIR.sub(self._pair, line)
        heredoc = _HEREDOC.search(out)
        if heredoc is not None:
            self._until = heredoc[1]
            key = _PAIR.search(line)
            self._is_secret = key is not None and self._concerns(key)
            self.count += self._is_secret
        return out

    def _hides(self, line: str) -> bool:
        """Whether a line is part of a private key, or has the look of a secret."""
        if self._in_key or "PRIVATE KEY-----" in line:
            self._in_key = "-----END" not in line
            self.count += 1
            return True
        if self._until and looks_secret(line):
            self.count += 1
            return True
        return False

    def _pair(self, match: re.Match[str]) -> str:
        value = match["value"]
        empty = value in {*_WORDS, '""'}
        if value.startswith("<<") or empty or not self._concerns(match):
            return match[0]
        self.count += 1
        return f'{match["head"]}"{DROPPED}"'

    def _concerns(self, match: re.Match[str]) -> bool:
        key, value = match["key"], match["value"]
        is_text = value.startswith(('"', "<<"))
        if is_secret_key(key.rsplit(".", 1)[-1]) and is_text:
            return True
        if is_text and looks_secret(value):
            return True
        if key == "value" and self._block in _OF_VALUES:
            return True
        holder = "secret" in self._top and self._top.startswith("resource")
        return holder and is_text and key not in _KEPT and "${" not in value
