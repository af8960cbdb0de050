"""Matching that may be undecided: yes, no, or not known from the input."""

from collections.abc import Iterable

from seawall.model.setting import Setting
from seawall.model.trace import Verdict

Match = bool | None
"""Whether a rule or term matches; None where the input does not settle it."""


def either(parts: Iterable[Match]) -> Match:
    """Whether any part matches."""
    found = list(parts)
    if True in found:
        return True
    return None if None in found else False


def both(*parts: Match) -> Match:
    """Whether all parts match."""
    if False in parts:
        return False
    return None if None in parts else True


def at_most(*, known: bool, match: Match) -> Match:
    """Return *match*, but undecided instead of yes when not *known*."""
    return None if match and not known else match


def alike(parts: Iterable[Match]) -> Match:
    """Return what all parts say, undecided where they differ."""
    found = set(parts)
    return found.pop() if len(found) == 1 else None


def holds(setting: Setting[bool]) -> Match:
    """Whether a yes-or-no setting is on."""
    return bool(setting.value) if setting.known else None


def verdict_of(match: Match) -> Verdict:
    """Return allowed for yes, denied for no, unknown otherwise."""
    if match is None:
        return Verdict.UNKNOWN
    return Verdict.ALLOWED if match else Verdict.DENIED


def agreed(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that all give, or unknown where they differ.

    Source: docs/semantics/path.md, V3, V5 and V6.
    """
    found = set(verdicts)
    return found.pop() if len(found) == 1 else Verdict.UNKNOWN
