"""Reviews a change beside its flows: both sides are audited, their intents judged."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from seawall.app.cli.remarks import remarks

if TYPE_CHECKING:
    from seawall.app.forms.review import Review
    from seawall.audit.finding import Finding
    from seawall.query.case import Case
    from seawall.query.difference.intents import IntentChange
    from seawall.query.difference.unread import Placed
    from seawall.query.intents.verdict import Tested

PARTS = ("flows", "settings", "findings", "intents")


def review(
    cases: "tuple[Case, Case]",
    paths: tuple[Sequence[str], Sequence[str]],
    parts: Sequence[str],
    day: date,
) -> "Review":
    """Return what changes beside flows.

    Args:
        cases: Both sides.
        paths: What was given for each.
        parts: Those of `PARTS` that are wanted.
        day: By which retirements and exceptions are judged.
    """
    from seawall.app.forms.review import Review, findings_apart
    from seawall.query.difference.intents import intents_changed
    from seawall.query.difference.settings import settings_changed
    from seawall.query.difference.unread import unread

    one, two = cases
    placed = _placed(paths[0]), _placed(paths[1])
    sides = one.snapshot, two.snapshot
    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    if "findings" in parts:
        found = _findings(one, day), _findings(two, day)
        new, gone = findings_apart(found, placed)
    intents: tuple[IntentChange, ...] = ()
    if "intents" in parts:
        intents = intents_changed(_tested(one, day), _tested(two, day))
    return Review(
        settings_changed(*sides) if "settings" in parts else (),
        new,
        gone,
        intents,
        unread(sides, placed),
    )


def _findings(case: "Case", day: date) -> "Sequence[Finding]":
    """Return the findings that are not suppressed."""
    from seawall.audit.discover import audit
    from seawall.audit.suppress import sifted
    from seawall.audit.validity.judge import judge

    every = (*audit(case), *judge(case, day).findings)
    noted, _ = remarks(case.snapshot.inputs)
    return sifted(every, (*case.snapshot.suppressions, *noted), day).findings


def _tested(case: "Case", day: date) -> "Tested":
    from seawall.query.intents.verdict import Tested

    if not case.snapshot.intents:
        return Tested((), day)
    from seawall.query.intents.answer import judge_all

    return judge_all(case, case.snapshot.intents, day)


def _placed(paths: Sequence[str]) -> "Placed":
    """Return what tells a path without the name of what was given."""
    given = sorted((path.rstrip("/") for path in paths), key=len, reverse=True)

    def placed(path: str) -> str:
        for item in given:
            if path == item:
                return ""
            if path.startswith(f"{item}/"):
                return path[len(item) + 1 :]
        return path

    return placed
