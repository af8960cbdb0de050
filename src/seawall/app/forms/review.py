"""What a change does beside flows: settings, findings, intents, and what is unread."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seawall.app.forms.notice import fingerprints, of_findings
from seawall.audit.finding import Finding
from seawall.audit.report import finding_json
from seawall.query.difference.intents import IntentChange, intents_json
from seawall.query.difference.settings import SettingChange, settings_json
from seawall.query.difference.unread import Placed, Unread, unread_json


@dataclass(frozen=True, slots=True)
class Review:
    """What is told beside the flows.

    Attributes:
        settings: Settings that are others.
        new: Findings that were not there before.
        gone: Findings that are no longer there.
        intents: Intents that stand otherwise.
        unread: What could not be read on one side.
    """

    settings: tuple[SettingChange, ...] = ()
    new: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()
    intents: tuple[IntentChange, ...] = ()
    unread: tuple[Unread, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is anything to tell."""
        return any((self.settings, self.new, self.gone, self.intents, self.unread))


NOTHING = Review()


def review_json(found: Review) -> dict[str, object]:
    """Return the fields that a review adds to the document of a difference."""
    return {
        "settings": settings_json(found.settings),
        "findings": {
            "new": [finding_json(item) for item in found.new],
            "gone": [finding_json(item) for item in found.gone],
        },
        "intents": intents_json(found.intents),
        "notRead": unread_json(found.unread),
    }


def findings_apart(
    sides: tuple[Sequence[Finding], Sequence[Finding]],
    placed: tuple[Placed, Placed],
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings that are new, and those that are gone.

    Findings are the same by their fingerprints, as a baseline has them, with paths as
    they stand in what was given. One that moved to another place or file, of the same
    rule about the same thing, is neither new nor gone.
    """
    (one, old), (two, new) = (
        (found, _prints(found, name)) for found, name in zip(sides, placed, strict=True)
    )
    gone = [item for item, print_ in zip(one, old, strict=True) if print_ not in new]
    come = [item for item, print_ in zip(two, new, strict=True) if print_ not in old]
    return _unmoved(come, gone), _unmoved(gone, come)


def _prints(findings: Sequence[Finding], placed: Placed) -> list[str]:
    return fingerprints(
        of_findings(
            item
            if item.origin is None
            else replace(
                item, origin=replace(item.origin, path=placed(item.origin.path))
            )
            for item in findings
        )
    )


def _unmoved(some: Sequence[Finding], others: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return those that have no counterpart among others."""
    left = [(item.rule, item.subject) for item in others]
    found = []
    for item in some:
        key = (item.rule, item.subject)
        if key in left:
            left.remove(key)
        else:
            found.append(item)
    return tuple(found)
