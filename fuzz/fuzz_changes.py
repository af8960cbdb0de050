"""Changes inputs: as text, as structures, and by nothing but what spoils reading."""

import copy
import json
import random
from typing import Any

_PIECES = (
    *"()[]{}\"'$%~?:=,.*!-+<>&|#\n\\ 0@;/",
    "${",
    "%{",
    "$'''",
    "'''",
    "<<EOT\n",
    "EOT\n",
    "/*",
    "*/",
    "//",
    "...",
    "=>",
    "??",
    ".?",
    "::",
    "null",
    "true",
    "1e999",
    "99999999999999999999",
    "-1",
    "\u0000",
    "\ufeff",
    "\u2028",
    "\U0001f600",
    "---\n",
    "&a ",
    "*a",
    "!!python/object:x ",
    "{{ .x }}",
    "[[",
    "[parameters('x')]",
    "[reference('x').y]",
    "resourceId(",
    "for ",
    " in ",
    "if ",
    "module ",
    "resource ",
    "existing ",
    "dynamic ",
    "../../etc/passwd",
    "http://x.invalid/y",
    "10.0.0.0/33",
    "::/0",
)
_WRONG: tuple[Any, ...] = (
    None, "", [], {}, 0, -1, 10**30, 1.5, True, "x", "*", "10.0.0.5/8", "::/0",
    "80-20", "65536", "${VAR}", "a\nb", "[parameters('x')]", "[", "[[x]",
    "/subscriptions/x", [None], [[]], [{}], {"": ""}, {"a": None}, ["x", 1],
)  # fmt: skip
_SPOILS = ("(", ")", "'", '"', "%%", "?? ?", "]", "}", "{", "[", "\\", "@", "\t: -")


def changed(data: bytes, others: list[bytes], rnd: random.Random) -> bytes:
    """Return an input with some of it changed."""
    if rnd.random() < 0.1:
        return _bytes(data, rnd)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _bytes(data, rnd)
    if rnd.random() < 0.4:
        found = _structure(text, rnd)
        if found is not None:
            return found.encode("utf-8", "surrogatepass")
    for _ in range(rnd.choice((1, 1, 2, 4, 16))):
        text = _text(text, others, rnd)
    return text.encode("utf-8", "surrogatepass")


def spoiled(text: str, rnd: random.Random) -> str:
    """Return a text into which one thing is put that may make it unreadable."""
    lines = text.split("\n")
    at = rnd.randrange(len(lines))
    cut = rnd.randrange(len(lines[at]) + 1)
    lines[at] = lines[at][:cut] + rnd.choice(_SPOILS) + lines[at][cut:]
    return "\n".join(lines)


def _bytes(data: bytes, rnd: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rnd.choice((1, 2, 8, 64))):
        at = rnd.randrange(len(out) + 1)
        match rnd.randrange(4):
            case 0:
                out[at:at] = rnd.randbytes(rnd.choice((1, 2, 8)))
            case 1:
                del out[at : at + rnd.choice((1, 4, 100))]
            case 2:
                del out[at:]
            case _:
                out[at : at + 1] = rnd.randbytes(1)
    return bytes(out)


def _text(  # noqa: PLR0911  # one for each way
    text: str, others: list[bytes], rnd: random.Random
) -> str:
    at = rnd.randrange(len(text) + 1)
    end = min(len(text), at + rnd.choice((1, 1, 3, 10, 80, 600)))
    match rnd.randrange(8):
        case 0:
            return text[:at] + rnd.choice(_PIECES) + text[at:]
        case 1:
            return text[:at] + text[end:]
        case 2:
            return text[:end] + text[at:end] + text[end:]
        case 3:
            return (
                text[:at] + rnd.choice(_PIECES) * rnd.choice((2, 30, 3000)) + text[at:]
            )
        case 4:
            other = rnd.choice(others).decode("utf-8", "replace")
            start = rnd.randrange(len(other) + 1)
            return text[:at] + other[start : start + 200] + text[at:]
        case 5:
            return text[:at]
        case _:
            return _lines(text, rnd)


def _lines(text: str, rnd: random.Random) -> str:
    lines = text.split("\n")
    at, to = rnd.randrange(len(lines)), rnd.randrange(len(lines))
    match rnd.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(to, lines[at])
        case 2:
            lines[at], lines[to] = lines[to], lines[at]
        case _:
            lines[at] = rnd.choice(("  ", "\t", "- ", "# ", "")) + lines[at].lstrip()
    return "\n".join(lines)


def _structure(text: str, rnd: random.Random) -> str | None:
    """Return JSON with some of its values changed; None where the text is none."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for _ in range(rnd.choice((1, 1, 2, 5))):
        places: list[tuple[Any, Any]] = []
        _places(whole, places)
        if not places:
            break
        holder, key = rnd.choice(places)
        match rnd.randrange(5):
            case 0:
                del holder[key]
            case 1:
                holder[key] = [holder[key]]
            case 2:
                donor, at = rnd.choice(places)
                holder[key] = copy.deepcopy(donor[at])
            case _:
                holder[key] = copy.deepcopy(rnd.choice(_WRONG))
    return json.dumps(whole)


def _places(value: object, found: list[tuple[Any, Any]]) -> None:
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = list(enumerate(value))
    for key, child in pairs:
        found.append((value, key))
        _places(child, found)
