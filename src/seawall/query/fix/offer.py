"""What is offered for a question: fixes that were proved, and advice for the rest."""

from dataclasses import dataclass

from seawall.model.end import End
from seawall.model.trace import Layer, Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.fix.change import Advice
from seawall.query.fix.search import Fix, Question, search
from seawall.query.trace.answer import TraceAnswer
from seawall.query.words.port import PortText

MOST_PAIRS = 50
MOST_WORKLOADS = 500
"""A larger cluster is searched only when a fix is asked for."""

FEW = 3


@dataclass(frozen=True, slots=True)
class Forbidden:
    """A flow that no fix may open, as somebody asked for it.

    Attributes:
        text: As it was written.
        sources: Its ends.
        targets: Likewise.
        port: Its services.
    """

    text: str
    sources: tuple[End, ...]
    targets: tuple[End, ...]
    port: PortText


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be done about a question.

    Attributes:
        fixes: Proved changes, the best first.
        advice: What else would help, or stands in the way.
        cuts: Proved changes that deny the question, if they were asked for.
        left_out: Why nothing was looked for, as a sentence; empty if it was.
    """

    fixes: tuple[Fix, ...] = ()
    advice: tuple[Advice, ...] = ()
    cuts: tuple[Fix, ...] = ()
    left_out: str = ""


def offer(
    case: Case,
    answer: TraceAnswer,
    *,
    forbidden: tuple[Forbidden, ...] = (),
    wanted: bool = False,
) -> Offer:
    """Return what can be done so that a question is allowed.

    Args:
        case: What was asked.
        answer: Its answer.
        forbidden: Flows that must stay closed.
        wanted: Whether somebody asked for a fix, so that it may take long.
    """
    if any(pair.witness is None for pair in answer.pairs):
        return Offer()
    many = len(answer.pairs) > MOST_PAIRS or len(case.workloads) > MOST_WORKLOADS
    if many and not wanted:
        return Offer(left_out="no fix was looked for among so many: add --fix")
    pairs = tuple((pair.source, pair.target) for pair in answer.pairs)
    whole = wanted or answer.verdict is not Verdict.ALLOWED
    found = search(case, Question(pairs, answer.port, whole), answer.pairs)
    advice = tuple(dict.fromkeys(found.advice))
    if found.fix is None or not found.fix.changes:
        return Offer(advice=advice)
    against = _against(found.fix, forbidden)
    if against is not None:
        return Offer(advice=(*advice, against))
    return Offer((found.fix,), advice)


def _against(fix: Fix, forbidden: tuple[Forbidden, ...]) -> Advice | None:
    """Return why a fix is not offered although it would open the question."""
    names = ", ".join(change.kind for change in fix.changes)
    if fix.closes:
        listed = "; ".join(map(str, fix.closes[:FEW]))
        says = f"a fix ({names}) was found and is not offered, because it {listed}"
        return Advice(Layer.POLICY_EGRESS, "", says)
    for flow in forbidden:
        if opens(fix.before, fix.after, flow):
            says = (
                f"a fix ({names}) was found and is not offered, because it opens "
                f"`{flow.text}`, which is to stay closed"
            )
            return Advice(Layer.POLICY_EGRESS, "", says)
    return None


def opens(before: Case, after: Case, flow: Forbidden) -> bool:
    """Whether anything of a flow may pass after a change that did not before."""
    for source in flow.sources:
        for target in flow.targets:
            was, now = (
                ask(case, source, target, flow.port).partition
                for case in (before, after)
            )
            if (now.allowed - was.allowed) | (now.unknown - was.unknown - was.allowed):
                return True
    return False
