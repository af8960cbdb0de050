"""Drops secrets from a text, in place: no line moves."""

import re

from seawall.ingest.taking.bicep import source_without_secrets
from seawall.ingest.taking.script import without_secrets
from seawall.ingest.taking.sensitive import is_secret_key, looks_secret, secrets_in
from seawall.ingest.taking.tree import DROPPED, Leaf, NoTree, trees

_PAIR = re.compile(
    r"(?P<head>^[ \t]*(?:- +)?[\"']?(?P<key>[A-Za-z0-9_.\-/]+)[\"']?[ \t]*[:=][ \t]*)"
    r"(?P<value>\S.*)$"
)
_HEREDOC = re.compile(r"<<[-~]?\s*[\"']?(\w+)[\"']?\s*$")
_BLOCK = re.compile(r"^[|>][-+0-9]*\s*(?:#.*)?$")
_SECRET = re.compile(r"^\s*kind: *[\"']?Secret[\"']?\s*$", re.MULTILINE)
_KEPT = frozenset({"apiVersion", "kind", "name", "namespace", "metadata", "type"})


def dropped(text: str, path: str = "") -> tuple[str, int]:
    """Return a text without its secrets, with as many lines, and how many there were.

    A text that cannot be read as a whole is searched line by line.

    Args:
        text: The text.
        path: Where it stood: the languages of Terraform and Bicep are told by the name
            of a file.
    """
    if path.lower().endswith((".tf", ".tfvars")):
        return without_secrets(text)
    if path.lower().endswith((".bicep", ".bicepparam")):
        return source_without_secrets(text)
    try:
        roots = trees(text)
    except NoTree:
        return _line_by_line(text)
    if any(isinstance(root, Leaf) for root in roots):
        # Such as lines of another language, which are one scalar to YAML.
        return _line_by_line(text)
    found = [leaf for root in roots for leaf in secrets_in(root)]
    return replaced(text, {leaf.start: (leaf, DROPPED) for leaf in found}), len(
        {leaf.start for leaf in found}
    )


def replaced(text: str, found: dict[int, tuple[Leaf, str]]) -> str:
    """Return a text with other scalars in some places; no line moves."""
    parts: list[str] = []
    at = 0
    for start in sorted(found):
        leaf, new = found[start]
        if start < at:
            continue
        old = text[leaf.start : leaf.end]
        parts.append(text[at:start])
        parts.append(f'"{new}"' + "\n" * old.count("\n"))
        at = leaf.end
    parts.append(text[at:])
    return "".join(parts)


def _line_by_line(text: str) -> tuple[str, int]:
    out: list[str] = []
    count = 0
    for chunk in re.split(r"(?m)^(?=---)", text):
        is_secret = _SECRET.search(chunk) is not None
        lines, number = _chunk(chunk.split("\n"), is_secret=is_secret)
        out.append("\n".join(lines))
        count += number
    return "".join(out), count


def _chunk(lines: list[str], *, is_secret: bool) -> tuple[list[str], int]:
    out: list[str] = []
    count = 0
    until: str | None = None
    deeper: int | None = None
    in_key = False
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if until is not None:
            out.append(line if line.strip() == until else "")
            until = None if line.strip() == until else until
            continue
        if deeper is not None and (not line.strip() or indent > deeper):
            out.append("")
            continue
        deeper = None
        if in_key or "PRIVATE KEY-----" in line:
            in_key = "-----END" not in line
            out.append("")
            count += 1
            continue
        match = _PAIR.match(line)
        if match is None or not _is_secret(match, is_secret=is_secret):
            plain = match is None and looks_secret(line)
            out.append("" if plain else line)
            count += plain
            continue
        count += 1
        heredoc = _HEREDOC.search(match["value"])
        if heredoc:
            until = heredoc[1]
            out.append(line)
        elif _BLOCK.match(match["value"]):
            deeper = indent
            out.append(line)
        else:
            tail = "," if match["value"].rstrip().endswith(",") else ""
            out.append(f'{match["head"]}"{DROPPED}"{tail}')
    return out, count


def _is_secret(match: re.Match[str], *, is_secret: bool) -> bool:
    key = match["key"].rsplit(".", 1)[-1]
    value = match["value"].rstrip().rstrip(",")
    if value in {"{", "[", "true", "false", "null"} or value.startswith(
        ("{{-", "var.")
    ):
        return False
    if is_secret and key not in _KEPT:
        return True
    return is_secret_key(key) or key == "value" or looks_secret(value)
