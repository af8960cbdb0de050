"""A rehearsal after it was held: outcomes beside expectations, and each difference."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from seawall.model.trace import Verdict
from seawall.query.rehearsal.answer import (
    Agreement,
    Compared,
    Disagreement,
    Idle,
    Rehearsal,
    compared,
    idle_rules,
)
from seawall.query.rehearsal.prepare import Prepared
from seawall.twin.classes.cast import NameStand
from seawall.twin.layout.fabric import NOWHERE_SAYS
from seawall.twin.layout.firewall import LOST
from seawall.twin.line import Written
from seawall.twin.plan import Outcome, Probe

Again = Callable[[Sequence[Probe]], Iterable[str]]
"""Sends probes once more and returns the comments of the rules that they met."""

MOST_EXPLAINED = 25
MOST_UNCLEAR = 200
MOST_AIMED = 12
"""Packets that are sent once more to see what came before a rule."""


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
        again: Sends probes once more, alone, to see which rules they meet.
    """
    by_number = {outcome.probe: outcome for outcome in outcomes}
    found = compared(held.questions, by_number, held.expectations, held.is_blind)
    written = held.ground.marks.written
    probes = {probe.number: probe for probe in held.plan.probes}
    found = tuple(_lost(found, written, probes, again))
    differing = [
        (number, item)
        for number, item in enumerate(found, 1)
        if item.agreement is Agreement.DISAGREED
    ]
    disagreements = tuple(
        Disagreement(
            item,
            held.expectations.why(item.question),
            tuple(
                written[id_]
                for id_ in dict.fromkeys(map(id_of, again((probes[number],))))
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
        tuple(
            Idle(rule, _why_idle(held, rule, again))
            for rule in idle_rules(written, counts)
        ),
        sum(rule.origin is not None for rule in written.values()),
        tuple(held.ground.marks.gaps.values()),
        held.cast.left_out,
        _unclear(held, found),
    )


_MIXED = "the engine knows several ways that it may take, and not that they end alike"
_NAMED = "where the name leads is not known"


def _unclear(held: Prepared, found: Iterable[Compared]) -> tuple[tuple[str, int], ...]:
    """Return why packets are not compared, of some hundred spread over all of them."""
    listed = [it for it in found if it.agreement is Agreement.NOT_COMPARED]
    reasons = Counter(
        why_unclear(
            (it.says for it in held.expectations.why(item.question)),
            _NAMED if isinstance(item.question.target, NameStand) else _MIXED,
        )
        for item in listed[:: len(listed) // MOST_UNCLEAR + 1]
    )
    return tuple(sorted(reasons.items(), key=lambda it: (-it[1], it[0])))


def why_unclear(says: Iterable[str], otherwise: str = _MIXED) -> str:
    """Return the first thing that is not known on a way, as a clause."""
    for text in says:
        if "unknown" in text or "not known" in text:
            return text.replace(": unknown: ", ": ")
    return otherwise


def _lost(
    found: Iterable[Compared],
    written: Mapping[str, Written],
    probes: Mapping[int, Probe],
    again: Again,
) -> Iterator[Compared]:
    """Yield the comparison, with proof of replies that a firewall or a route dropped.

    Silence proves nothing by itself. Where a reply should be lost, it is proved by the
    rule that took it when the packet is sent once more.
    """
    lost = (LOST, NOWHERE_SAYS)
    droppers = {id_ for id_, item in written.items() if item.says.endswith(lost)}
    left = MOST_EXPLAINED
    for number, item in enumerate(found, 1):
        expected = item.expected
        arrives = expected.verdict is Verdict.ALLOWED and not expected.answers
        silent = item.agreement is Agreement.UNPROVED
        if not (arrives and silent and droppers and left):
            yield item
            continue
        left -= 1
        met = set(map(id_of, again((probes[number],))))
        proved = bool(met & droppers)
        yield replace(item, agreement=Agreement.AGREED) if proved else item


def id_of(comment: str) -> str:
    """Return the id of the rule that a comment names first."""
    return comment.split(" ", 1)[0]


def _why_idle(held: Prepared, rule: Written, again: Again) -> str:
    """Return why no packet met a rule, proved by packets where any is for it."""
    return _stated(held, rule) or _seen(held, rule, again)


def _stated(held: Prepared, rule: Written) -> str:
    """Return why no packet can meet a rule; empty if one might."""
    for gap in held.ground.marks.gaps.values():
        if gap.what == rule.says:
            return f"the twin does not show it: {gap.why}"
    if not any(f'comment "{rule.id} ' in text.text for text in held.plan.rules):
        return "nobody in the twin is before it"
    if rule.says.endswith(" matches"):
        return "every packet that came there was taken by a rule"
    return held.aimed.why.get(rule.id, "")


def _seen(held: Prepared, rule: Written, again: Again) -> str:
    """Send what is for a rule once more, and return what it met instead."""
    aimed = set(held.aimed.questions.get(rule.id, ()))
    sent = [
        probe
        for question, probe in zip(held.questions, held.plan.probes, strict=True)
        if question in aimed
    ][:MOST_AIMED]
    if not sent:
        return "no packet that was sent is for it"
    written = held.ground.marks.written
    ids = dict.fromkeys(map(id_of, again(sent)))
    met = [written[id_] for id_ in ids if id_ in written]
    holder = rule.says.split("/", 1)[0].split(":", 1)[0]
    # What stands in the same list comes before it there; else what did stop them.
    near = [it for it in met if it.says.startswith(holder)] or met
    if not near:
        return f"{len(sent)} packets for it were lost before it"
    named = "; ".join(it.says for it in near[:2])
    more = f"; and {len(near) - 2} more" if len(near) > 2 else ""  # noqa: PLR2004
    return f"{len(sent)} packets for it met others before it: {named}{more}"
