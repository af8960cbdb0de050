"""JSON with comments and commas too many, as Azure Resource Manager accepts it.

Source: Azure docs, template syntax (comments), read 2026-11. Lines stay where they are,
so that places are found in what the user wrote.
"""

import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])', re.DOTALL)
_NOT_A_BREAK = re.compile(r"[^\n]")


def strict(text: str) -> str:
    """Return a text with spaces for its comments and for commas before a bracket.

    It is as long as before, and its lines are the same.
    """
    text = _TOKEN.sub(_without_comment, text)
    return _COMMA.sub(lambda match: " " if match[0] == "," else match[0], text)


def _without_comment(match: re.Match[str]) -> str:
    found = match[0]
    return found if found[0] == '"' else _NOT_A_BREAK.sub(" ", found)
