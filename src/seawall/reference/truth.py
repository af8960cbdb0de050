"""Truth with three values: yes, no, and not fixed by any source."""

from collections.abc import Iterable

from seawall.model.dataplane import Tri
from seawall.model.trace import Verdict

VERDICTS = {
    Tri.YES: Verdict.ALLOWED,
    Tri.NO: Verdict.DENIED,
    Tri.UNDEFINED: Verdict.UNKNOWN,
}
"""What becomes of a packet, by whether it passes."""


def tri(truth: bool) -> Tri:  # noqa: FBT001
    """Return a truth that is known."""
    return Tri.YES if truth else Tri.NO


def opposite(truth: Tri) -> Tri:
    """Return whether it does not hold."""
    return {Tri.YES: Tri.NO, Tri.NO: Tri.YES}.get(truth, Tri.UNDEFINED)


def both(truths: Iterable[Tri]) -> Tri:
    """Return whether all hold; so they do when there are none."""
    found = set(truths)
    if Tri.NO in found:
        return Tri.NO
    return Tri.UNDEFINED if Tri.UNDEFINED in found else Tri.YES


def either(truths: Iterable[Tri]) -> Tri:
    """Return whether any holds; none does when there are none."""
    return opposite(both(opposite(truth) for truth in truths))
