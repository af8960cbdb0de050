"""Ids of which only parts are known: whether two may be of the same resource.

What is not known stands in braces. Equal braces stand for the same text, but for
`ANYTHING`.
"""

import re

ANYTHING = "{?}"
"""What may be any text, another one at each place."""

_TOKENS = re.compile(r"\{[^{}]*\}|.", re.DOTALL)


def hole(label: str) -> str:
    """Return what stands for a text that is not known, the same for equal labels."""
    return "{" + re.sub(r"[{}/]", "|", label).lower() + "}"


def may_be_same(left: str, right: str) -> bool:
    """Whether two ids, or two names, may be of the same resource.

    An address of Terraform has no holes, and is the same as itself only.
    """
    left, right = left.lower().rstrip("/"), right.lower().rstrip("/")
    if ANYTHING in (left, right):
        return True
    if not (left.startswith("/") and right.startswith("/")):
        return _may_equal(left, right)
    ours, theirs = left.split("/"), right.split("/")
    return len(ours) == len(theirs) and all(map(_may_equal, ours, theirs))


def _may_equal(left: str, right: str) -> bool:
    ours, theirs = _TOKENS.findall(left), _TOKENS.findall(right)
    # What both begin or end with, known or not, tells nothing.
    while ours and theirs and ours[0] == theirs[0] != ANYTHING:
        del ours[0], theirs[0]
    while ours and theirs and ours[-1] == theirs[-1] != ANYTHING:
        del ours[-1], theirs[-1]
    if not any(map(_is_hole, ours)):
        return _matches(theirs, ours)
    if not any(map(_is_hole, theirs)):
        return _matches(ours, theirs)
    return all(
        one == other or _is_hole(one) or _is_hole(other)
        for one, other in ((ours[0], theirs[0]), (ours[-1], theirs[-1]))
    )


def _matches(pattern: list[str], text: list[str]) -> bool:
    """Whether a text without holes may be what a pattern stands for."""
    parts = (".*" if _is_hole(it) else re.escape(it) for it in pattern)
    return re.fullmatch("".join(parts), "".join(text), re.DOTALL) is not None


def _is_hole(token: str) -> bool:
    return len(token) > 1
