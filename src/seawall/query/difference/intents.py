"""Which intents stopped or began to hold."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.query.document import Json, origin_json
from seawall.query.intents.document import judged_json
from seawall.query.intents.verdict import Judged, Tested


@dataclass(frozen=True, slots=True)
class IntentChange:
    """An intent that stands otherwise.

    Attributes:
        name: Its name.
        before: What became of it; None if there was none of this name.
        after: What becomes of it.
    """

    name: str
    before: Judged | None
    after: Judged | None

    @property
    def judged(self) -> Judged:
        """What is known of it, after if it is still there."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found


def intents_changed(one: Tested, other: Tested) -> tuple[IntentChange, ...]:
    """Return the intents that stand otherwise, in the order of the right side."""
    before, after = dict(_numbered(one)), dict(_numbered(other))
    return tuple(
        IntentChange(key[0], before.get(key), after.get(key))
        for key in dict.fromkeys((*after, *before))
        if _standing(before.get(key)) != _standing(after.get(key))
    )


def intents_json(changes: tuple[IntentChange, ...]) -> list[Json]:
    """Return the changes as the contract has them."""
    return [
        {
            "name": item.name,
            "before": _standing(item.before),
            "after": _standing(item.after),
            "says": item.judged.says,
            "origin": origin_json(item.judged.intent.origin),
            "against": judged_json(item.judged)["against"],
        }
        for item in changes
    ]


def _numbered(tested: Tested) -> Iterator[tuple[tuple[str, int], Judged]]:
    """Yield intents by name; those of one name are told apart by their order."""
    seen: dict[str, int] = {}
    for item in tested.judged:
        name = item.intent.name
        seen[name] = seen.get(name, 0) + 1
        yield (name, seen[name]), item


def _standing(judged: Judged | None) -> str:
    return "absent" if judged is None else judged.standing.value
