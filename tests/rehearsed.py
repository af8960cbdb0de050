"""Rehearsals of hand-made inputs: what was sent, what came back, what was proved."""

from seawall.app.cli.rehearsal.hold import hold
from seawall.model.packet import Protocol
from seawall.model.snapshot import Snapshot
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Agreement, Compared, Rehearsal
from seawall.query.rehearsal.prepare import Layers, Prepared, prepared
from seawall.query.rehearsal.words import place_text
from seawall.twin.plan import Result

MOST = 6_000


def plan_of(snapshot: Snapshot, engine: str | None = None) -> Prepared:
    return prepared(Case(snapshot, engine), Layers.ALL, MOST)


def rehearsed(snapshot: Snapshot, engine: str | None = None) -> Rehearsal:
    """Hold a rehearsal of every layer."""
    return hold(plan_of(snapshot, engine)).found


def differing(found: Rehearsal) -> list[str]:
    """Return what did something else than was proved, or proves nothing."""
    wrong = (Agreement.DISAGREED, Agreement.UNPROVED)
    return [
        f"{said(item)}: {item.differs or item.agreement.value}"
        for item in found.compared
        if item.agreement in wrong
    ]


def said(item: Compared) -> str:
    question = item.question
    ends = f"{place_text(question.source)} to {place_text(question.target)}"
    return f"{ends} {question.protocol.name} {question.port}"


def packet(
    found: Rehearsal, source: str, target: str, port: int, protocol: str = "TCP"
) -> Compared:
    """Return the one packet between two ends that texts name."""
    hits = [
        item
        for item in found.compared
        if source in place_text(item.question.source)
        and target in place_text(item.question.target)
        and item.question.port == port
        and item.question.protocol is Protocol[protocol]
    ]
    assert len(hits) == 1, [said(item) for item in hits or found.compared]
    return hits[0]


def passed(item: Compared) -> bool:
    """Whether an answer came, as was proved; nothing else may have come about it."""
    assert item.agreement is Agreement.AGREED, (said(item), item)
    return item.outcome.result is Result.ANSWERED
