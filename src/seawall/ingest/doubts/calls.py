"""Which commands a text calls, and where each ends.

The language is not known: a shell, PowerShell or a program that holds commands in
strings. Where readings differ, what may be a command counts as one, and it ends where
the longest reading ends it.

Source: POSIX, Shell Command Language, 2.2 Quoting and 2.3 Token Recognition;
PowerShell reference, about_Comments, about_Quoting_Rules, about_Parsing.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_QUOTES = "\"'"
_SAYS = re.compile(
    r"(?im)(?:^|[;{]|&&|\|\||(?<=[;\s])(?:then|do|else)(?=\s))[ \t]*@?"
    r"(?:echo|printf(?![ \t]+-v)|write-host|write-output)(?=[ \t])"
)
_RUNS_TEXT = re.compile(
    r"(?i)\|[ \t]*\S*?(?:sh|iex|cmd|python3?|xargs)\b"
    r"|\b(?:invoke-expression|iex|eval|source|scriptblock)\b"
)
"""What runs text as commands."""

_HELD = re.compile(r"\$\(|`|<\(|>(?!&\d|[ \t]*/dev/)|&(?!\d)")
"""In what is said: a command of its own, a file it is written to, what follows it."""

_FARTHEST = 20_000
"""How many signs a command may have before its quotes count as never closed."""


class Called(NamedTuple):
    """A command as it is called: its words in lower case, and what follows them."""

    words: str
    rest: str


def calls(pattern: re.Pattern[str], text: str) -> Iterator[Called]:
    """Yield each command that a pattern finds, as far as it may go."""
    matches = list(pattern.finditer(bare(text)))
    whole, line = _states(text) if matches else ("", "")
    for match in matches:
        words = " ".join(it for it in match.groups() if it).lower().split()
        begins = {whole[match.start()].strip(), line[match.start()].strip()}
        end = _end(text, match.end(), begins)
        yield Called(" ".join(words), text[match.end() : end])


def bare(text: str) -> str:
    """Return a text without its quotes, everything at the place where it was."""
    return re.sub(r"[\"'\[\],]", " ", text)


def commands_in(text: str) -> str:
    """Return commands a line each, without comments and what is only said."""
    said = _without_said(_without_comments(text.replace("\r\n", "\n")))
    return re.sub(r"[\\`,^][ \t\r]*\n", " ", said)


def tokens(text: str) -> list[str]:
    """Return the words of a command, each without quotes around it."""
    found = re.findall(r"(?:\"(?:\\.|[^\"\\])*\"|'[^']*'|[^\s\"',\[\]]|[\"'])+", text)
    return [it.strip(_QUOTES) for it in found]


def _without_comments(text: str) -> str:
    """Return a text without comments: never what may stand in quotes."""
    kept: list[str] = []
    whole = line = ""
    at = 0
    while at < len(text):
        sign = text[at]
        line = "" if sign == "\n" else line
        ends = _comment(text, at) if not whole and not line else at
        if ends > at:
            kept.append("\n" * text.count("\n", at, ends) or " ")
            at = ends
            continue
        if sign == "\\" and text[at + 1 : at + 2] in ("'", '"') and whole != "'":
            kept.append(text[at : at + 2])
            at += 2
            continue
        whole, line = _quoted(whole, sign), _quoted(line, sign)
        kept.append(sign)
        at += 1
    return "".join(kept)


def _comment(text: str, at: int) -> int:
    """Return where a comment ends that begins here; here if none does."""
    if text.startswith("<#", at):
        end = text.find("#>", at)
        return end + 2 if end >= 0 else at
    if text[at] == "#" and (at == 0 or text[at - 1] in " \t\n;&|("):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        return end if text.count('"', at, end) % 2 == 0 else at
    return at


def _without_said(text: str) -> str:
    """Return a text without what is only printed, its quotes left where they are."""
    if _RUNS_TEXT.search(text):
        return text
    kept: list[str] = []
    last = 0
    whole, _ = _states(text)
    for match in _SAYS.finditer(text):
        start = match.end()
        if start < last or whole[match.start()].strip():
            continue
        line = text.find("\n", start)
        line = len(text) if line < 0 else line
        end = min(
            line, *(_reach(text, start, "", escapes=it) or line for it in (True, False))
        )
        if _HELD.search(text[start:end]) or re.match(r"\|(?!\|)", text[end:]):
            continue
        kept += [text[last:start], re.sub(r"[^\"'\s]", " ", text[start:end])]
        last = end
    return "".join((*kept, text[last:]))


def _states(text: str) -> tuple[str, str]:
    """Return which quote is open before each sign: by the text, and by its line."""
    whole = line = ""
    found: list[tuple[str, str]] = []
    for sign in re.sub(r"\\[\"']", "  ", text):
        line = "" if sign == "\n" else line
        found.append((whole or " ", line or " "))
        whole, line = _quoted(whole, sign), _quoted(line, sign)
    return "".join(it for it, _ in found) + " ", "".join(it for _, it in found) + " "


def _end(text: str, start: int, begins: set[str]) -> int:
    """Return where a command ends by the reading in which it is longest."""
    ends = [
        _reach(text, start, begin, escapes=escapes)
        for begin in begins
        for escapes in (True, False)
    ]
    return max((it for it in ends if it is not None), default=len(text))


def _reach(text: str, start: int, state: str, *, escapes: bool) -> int | None:
    """Return where a command ends by one reading; None if its quotes never close."""
    depth = 0
    at = start
    while at < len(text) and at - start < _FARTHEST:
        sign = text[at]
        if escapes and sign == "\\":
            at += 2
            continue
        state = _quoted(state, sign)
        if not state:
            depth = max(0, depth + (sign == "(") - (sign == ")"))
            if not depth and (sign in "\n;|" or text.startswith("&&", at)):
                return at
        at += 1
    return None if state or at < len(text) else len(text)


def _quoted(state: str, sign: str) -> str:
    """Return the quote that is open after a sign."""
    if sign not in _QUOTES:
        return state
    return ("" if sign == state else state) if state else sign
