"""What a text of commands hands to programs whose own text is not shown.

What such a program is given by argument it may change, as what it is given by its
environment. Programs that change nothing in Azure, and Azure's own tools, whose
commands tell by themselves, are given nothing.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

_SHOWN = """
    : [ [[ az basename cat cd chmod command curl dirname echo exit false for grep head
    helm jq kubectl kubelogin ls mkdir printf pwd read rm sed set sleep sort tail tee
    test touch tr true wc wget which
"""
"""Programs that change nothing in Azure, or are read elsewhere."""

_BEFORE = """
    ! bash do done elif else export fi if powershell pwsh sh sudo then time until while
"""
"""What may stand before a program."""

PROGRAMS = frozenset((*_SHOWN.split(), *_BEFORE.split()))
"""Words that tell, of a text of commands, what is called."""

_CMDLET = re.compile(
    r"\w+-az\w+|(?:convert\w*|foreach|format|out|select|where|write)-\w+|start-sleep"
)
_END = re.compile(r"[\n;()`]|&&|\|\|")
_WORD = re.compile(r"(?:\{[^{}]*\}|<[^<>\s]*>|[^\s{}\"',])+")
_SET = re.compile(r"\$?[a-z_]\w*=.*", re.IGNORECASE)


def arguments_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words that a text of commands hands to programs that are not shown.

    Each has a name, and once more that of the option or variable before it. What
    stands in braces or angle brackets is one word.
    """
    joined = re.sub(r"[\\`][ \t\r]*\n", " ", text)
    joined = re.sub(r"(?m)^[ \t]*#.*$", "", joined)
    lines = [_stages(line) for line in _END.split(joined)]
    handed = [
        words for stages in lines if any(map(_is_hidden, stages)) for words in stages
    ]
    if not handed:
        return
    words = [it for stages in lines for one in stages for it in one if _SET.match(it)]
    words += [it for one in handed for it in one]
    for before, word in pairwise(["", *words]):
        name, _, last = word.rpartition("=")
        yield "argument", last
        if name or before.startswith("-"):
            yield name or before, last


def _stages(line: str) -> list[list[str]]:
    """Return the words of each program that a line has send to the next one."""
    return [_WORD.findall(stage) for stage in line.split("|")]


def _is_hidden(words: list[str]) -> bool:
    """Whether words call a program of which nothing is shown."""
    for word in words:
        name = word.rpartition("/")[2].lower().removesuffix(".exe").removesuffix(".cmd")
        if name in _BEFORE.split() or word.startswith("-") or _SET.match(word):
            continue
        return (
            not word.startswith("#")
            and name not in _SHOWN.split()
            and not _CMDLET.fullmatch(name)
        )
    return False
