"""Versions and what asks for them.

Source: Terraform docs, Version Constraints.
"""

import re

Version = tuple[int, ...]

_PART = re.compile(r"\s*(=|!=|>=|<=|>|<|~>)?\s*v?(\d+(?:\.\d+){0,3})(?:-[\w.]+)?\s*$")


def version_of(text: str) -> Version:
    """Return a version as numbers."""
    return tuple(int(part[:9]) for part in text.split("."))


def _compared(left: Version, right: Version) -> int:
    size = max(len(left), len(right))
    one = left + (0,) * (size - len(left))
    other = right + (0,) * (size - len(right))
    return (one > other) - (one < other)


def before(left: Version, right: Version) -> bool:
    """Whether a version comes before another."""
    return _compared(left, right) < 0


def limits(constraint: str) -> list[tuple[str, Version]] | None:
    """Return the parts of a constraint; None if it is not understood."""
    out: list[tuple[str, Version]] = []
    for part in constraint.split(",") if constraint.strip() else []:
        found = _PART.match(part)
        if found is None:
            return None
        sign, version = found[1] or "=", version_of(found[2])
        if sign == "~>":
            upper = (*version[:-2], version[-2] + 1) if len(version) > 1 else ()
            out.append((">=", version))
            if upper:
                out.append(("<", upper))
        else:
            out.append((sign, version))
    return out


def may_meet(parts: list[tuple[str, Version]], first: Version, end: Version) -> bool:
    """Whether a constraint admits any version of a range, as far as can be told."""
    for sign, limit in parts:
        if sign == "<" and not before(first, limit):
            return False
        if sign == "<=" and before(limit, first):
            return False
        if sign in {">", ">="} and not before(limit, end):
            return False
        if sign == "=" and (before(limit, first) or not before(limit, end)):
            return False
    return True
