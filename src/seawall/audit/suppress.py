"""Which findings somebody has looked at already: suppressions and baselines.

A suppression is a promise with a reason; one that no longer suppresses anything, or
whose day is past, is told, so that it does not outlive what it was written for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from seawall.audit.finding import Confidence, Finding, Severity
from seawall.model.suppression import Suppression

CODE = "AKS690"
NAME = "idle-suppression"
TEXT = """A suppression suppresses nothing, or has ended.

Why it matters: a suppression says that somebody looked and found it fine. One without
effect hides what comes next: the same rule may find something else there later.

When it is fine: never; take it out, or give it a new reason and day.

Source: Seawall, docs/guide/pipelines.md.
"""


@dataclass(frozen=True, slots=True)
class Aside:
    """What is not told of, and why.

    Attributes:
        suppressed: Findings, each with what suppresses it.
        known: How many findings a baseline holds.
        gone: How many entries of the baseline are found no more.
    """

    suppressed: tuple[tuple[Finding, Suppression], ...] = ()
    known: int = 0
    gone: int = 0


@dataclass(frozen=True, slots=True)
class Sifted:
    """Findings, sifted.

    Attributes:
        findings: Those that are told, and one for each suppression without effect.
        suppressed: Those that are not, each with what suppresses it.
    """

    findings: tuple[Finding, ...]
    suppressed: tuple[tuple[Finding, Suppression], ...]


def sifted(
    findings: Sequence[Finding], suppressions: Iterable[Suppression], day: date
) -> Sifted:
    """Return which findings are told.

    Complexity: findings · suppressions.

    Args:
        findings: All of them.
        suppressions: What is not to be told of.
        day: Today.
    """
    told: list[Finding] = []
    kept: list[tuple[Finding, Suppression]] = []
    used: set[int] = set()
    listed = list(suppressions)
    valid = [
        (at, item) for at, item in enumerate(listed) if not item.fault and item.rule
    ]
    for finding in findings:
        by = [(at, item) for at, item in valid if _means(item, finding)]
        used.update(at for at, _ in by)
        holding = [item for _, item in by if not _is_past(item, day)]
        if holding:
            kept.append((finding, holding[0]))
        else:
            told.append(finding)
    idle = [_idle(item) for at, item in valid if at not in used]
    past = [_past(item) for at, item in valid if at in used and _is_past(item, day)]
    return Sifted((*told, *past, *idle), tuple(kept))


def _means(item: Suppression, finding: Finding) -> bool:
    if item.rule != finding.rule:
        return False
    if item.line is None:
        return _fits(item, finding)
    place = finding.origin
    return place is not None and (item.path, item.line) == (place.path, place.line)


def _fits(item: Suppression, finding: Finding) -> bool:
    path = finding.origin.path if finding.origin else ""
    is_subject = not item.subject or fnmatchcase(finding.subject, item.subject)
    return is_subject and (not item.path or fnmatchcase(path, item.path))


def _is_past(item: Suppression, day: date) -> bool:
    return item.expires is not None and item.expires < day


def _idle(item: Suppression) -> Finding:
    return _told(
        item,
        f"this suppression of {item.rule} suppresses nothing: {item.reason}",
        "take it out",
    )


def _past(item: Suppression) -> Finding:
    return _told(
        item,
        f"this suppression of {item.rule} ended on {item.expires}: {item.reason}",
        "mend what it speaks of, or give it a new reason and day",
    )


def _told(item: Suppression, message: str, mend: str) -> Finding:
    return Finding(
        CODE,
        NAME,
        Severity.LOW,
        Confidence.PROVED,
        item.subject or item.path or item.rule,
        message,
        mend,
        item.origin,
    )
