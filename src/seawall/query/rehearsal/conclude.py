"""A rehearsal after it was held: outcomes beside expectations, and each difference."""

from collections.abc import Callable, Iterable, Mapping

from seawall.query.rehearsal.answer import (
    Agreement,
    Disagreement,
    Rehearsal,
    compared,
    idle_rules,
)
from seawall.query.rehearsal.prepare import Prepared
from seawall.twin.plan import Outcome, Probe

Again = Callable[[Probe], Iterable[str]]
"""Sends a probe once more and returns the comments of the rules that it met."""

MOST_EXPLAINED = 25


def concluded(
    held: Prepared,
    outcomes: Iterable[Outcome],
    met: Mapping[str, int],
    again: Again,
) -> Rehearsal:
    """Return what a rehearsal showed.

    Args:
        held: The rehearsal.
        outcomes: What came back of each probe.
        met: How many packets each rule took, by the comment that it carries.
        again: Sends a probe once more, alone, to see which rules it meets.
    """
    by_number = {outcome.probe: outcome for outcome in outcomes}
    found = compared(held.questions, by_number, held.expectations, held.is_blind)
    written = held.ground.marks.written
    differing = [
        (number, item)
        for number, item in enumerate(found, 1)
        if item.agreement is Agreement.DISAGREED
    ]
    probes = {probe.number: probe for probe in held.plan.probes}
    disagreements = tuple(
        Disagreement(
            item,
            held.expectations.why(item.question),
            tuple(
                written[id_]
                for id_ in dict.fromkeys(map(id_of, again(probes[number])))
                if id_ in written
            ),
        )
        for number, item in differing[:MOST_EXPLAINED]
    )
    counts: dict[str, int] = {}
    for comment, packets in met.items():
        counts[id_of(comment)] = counts.get(id_of(comment), 0) + packets
    return Rehearsal(
        found,
        disagreements,
        idle_rules(written, counts),
        len(written),
        tuple(held.ground.marks.gaps.values()),
        held.cast.left_out,
    )


def id_of(comment: str) -> str:
    """Return the id of the rule that a comment names first."""
    return comment.split(" ", 1)[0]
