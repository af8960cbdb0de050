"""Patterns of file names.

Source: Terraform docs, fileset: `*` and `?` stop at a separator, `**` does not, `{a,b}`
is either, `[a-z]` one of a class and `[^a-z]` another.
"""

import re

_LONGEST = 200
_PIECE = re.compile(r"\*\*/|\*\*|\*|\?|\[\^?[^\]/]+\]|[{},]|\\.|[^*?\[{},\\]+|.")


def pattern_of(glob: str) -> re.Pattern[str] | None:
    """Return what file names a glob matches, or None for one that is not understood."""
    if len(glob) > _LONGEST or ".." in glob.split("/"):
        return None
    out: list[str] = []
    depth = 0
    for match in _PIECE.finditer(glob):
        piece = match[0]
        depth += (piece == "{") - (piece == "}")
        if depth < 0:
            return None
        out.append(_piece(piece, inside=depth > 0))
    try:
        return None if depth else re.compile("".join(out))
    except re.error:
        return None


def _piece(piece: str, *, inside: bool) -> str:
    plain = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    if piece in plain:
        return plain[piece]
    if piece in "{}":
        return "(?:" if piece == "{" else ")"
    if piece == "," and inside:
        return "|"
    if piece.startswith("[") and len(piece) > 1:
        inner = piece[1:-1]
        negated = inner.startswith("^")
        inner = (inner[1:] if negated else inner).replace("\\", "\\\\")
        return f"[{'^' if negated else ''}{inner.replace('[', chr(92) + '[')}]"
    return re.escape(piece[1:] if piece.startswith("\\") and piece[1:] else piece)
