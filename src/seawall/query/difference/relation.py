"""How two policy sets stand to each other as sets of what they let pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from seawall.flowspace import FlowSet
from seawall.model.dataplane import Tri
from seawall.model.trace import Verdict
from seawall.query.difference.answer import Difference
from seawall.query.difference.side import Side

_NOTHING = FlowSet.empty()


@dataclass(frozen=True, slots=True)
class Relation:
    """What is contained in what, each for certain or not known.

    An end that is absent on a side lets nothing pass there.

    Attributes:
        left_in_right: Whether the right lets pass all that the left does.
        right_in_left: Whether the left lets pass all that the right does.
        disjoint: Whether nothing passes on both.
    """

    left_in_right: Tri
    right_in_left: Tri
    disjoint: Tri

    def sentence(self, left: str, right: str) -> str:
        """Return it in words, or nothing where that says no more than the changes do.

        Args:
            left: What people call the left side.
            right: Likewise the right side.
        """
        if self.left_in_right is Tri.YES and self.right_in_left is Tri.YES:
            return f"{left} and {right} let the same pass."
        if self.disjoint is Tri.YES:
            return f"Nothing passes under both {left} and {right}."
        if self.left_in_right is Tri.YES:
            return f"{right} lets pass all that {left} does" + (
                ", and more." if self.right_in_left is Tri.NO else "."
            )
        if self.right_in_left is Tri.YES:
            return f"{right} lets pass only what {left} does" + (
                ", and less." if self.left_in_right is Tri.NO else "."
            )
        if self.left_in_right is Tri.NO and self.right_in_left is Tri.NO:
            return "Neither lets pass all that the other does."
        return ""


def relation(difference: Difference) -> Relation:
    """Return how the two sides of a difference stand to each other.

    Complexity: that of the difference, then one comparison for each pair of distinct
    answers.
    """
    pairs = list(_pairs(difference))
    return Relation(
        _contained(pairs),
        _contained((right, left) for left, right in pairs),
        _apart(pairs),
    )


_Sets = tuple[FlowSet, FlowSet] | tuple[int, int]
"""What surely passes, and what may: as headers, or as masks of services."""


def _pairs(difference: Difference) -> Iterable[tuple[Any, Any]]:
    """Return what passes on both sides, for pairs of answers; both of one kind."""
    sets = _masks if difference.cuts_services_alike else _flows
    left, right = difference.left, difference.right
    return {
        (sets(left, before), sets(right, after)) for before, after in difference.answers
    }


def _masks(side: Side, answer: int | None) -> _Sets:
    masks = side.masks(answer)
    allowed = masks.get(Verdict.ALLOWED, 0)
    return allowed, allowed | masks.get(Verdict.UNKNOWN, 0)


def _flows(side: Side, answer: int | None) -> _Sets:
    verdicts = side.verdicts(answer)
    allowed = verdicts.get(Verdict.ALLOWED, _NOTHING)
    return allowed, allowed | verdicts.get(Verdict.UNKNOWN, _NOTHING)


def _contained(pairs: Iterable[tuple[Any, Any]]) -> Tri:
    found = Tri.YES
    for (sure, possible), (other_sure, other_possible) in pairs:
        if sure & ~other_possible:
            return Tri.NO
        if possible & ~other_sure:
            found = Tri.UNDEFINED
    return found


def _apart(pairs: Iterable[tuple[Any, Any]]) -> Tri:
    found = Tri.YES
    for (sure, possible), (other_sure, other_possible) in pairs:
        if sure & other_sure:
            return Tri.NO
        if possible & other_possible:
            found = Tri.UNDEFINED
    return found
