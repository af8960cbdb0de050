"""What a change really does: packets before and after it, in one running twin."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from seawall.model.dataplane import PolicyEngine
from seawall.query.rehearsal.prepare import Prepared
from seawall.query.rehearsal.words import names_of, place_text
from seawall.twin.plan import Outcome, Probe, Result
from seawall.twin.sampling.questions import Question

Key = tuple[tuple[str, ...], tuple[str, ...], str, int]
"""Who sends what to whom, by names: the same in both configurations."""


class Effect(Enum):
    """What a change does to a connection."""

    OPENED = "opened"
    CLOSED = "closed"
    SEEN_OTHERWISE = "seen otherwise"
    """It passes before and after, and the far end sees another source."""
    CUT = "cut"
    """A connection that was open no longer carries anything."""
    OUTLIVES = "outlives it"
    """A connection that was open still carries, though a new one is refused.

    Not told of Cilium, which cuts what a policy no longer allows: engines.md, D26.
    """


@dataclass(frozen=True, slots=True)
class Changed:
    """One connection that a change does something to.

    Attributes:
        question: The connection.
        effect: What becomes of it.
        before: What came back before.
        after: What came back after.
    """

    question: Question
    effect: Effect
    before: Outcome
    after: Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """The whole effect of a change.

    Attributes:
        changed: The connections that it does something to.
        asked: How many were asked before and after.
        live: How many connections were open while it was made.
        cuts: Whether the engine cuts live connections that a policy no longer allows,
            which the twin does not show.
        gone: Who has a part before it alone.
        new: Who has a part after it alone.
    """

    changed: tuple[Changed, ...]
    asked: int
    live: int
    cuts: bool
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A twin before a change, as much of it as a change asks for.

    Attributes:
        probes: What can be sent, by who sends what to whom.
        inside: Who is in it, by the names that a person reads.
    """

    probes: dict[Key, Probe]
    inside: tuple[str, ...]


def standing_of(held: Prepared) -> Standing:
    """Return the twin of a rehearsal before a change."""
    pairs = zip(held.questions, held.plan.probes, strict=True)
    return Standing({key_of(it): probe for it, probe in pairs}, inside_of(held))


def inside_of(held: Prepared) -> tuple[str, ...]:
    """Return who is in the twin of a rehearsal, by the names that a person reads."""
    return tuple(dict.fromkeys(place_text(stand) for stand in held.cast.inside))


def common_probes(
    old: Standing, new: Prepared
) -> tuple[tuple[Question, Probe, Probe], ...]:
    """Return what can be asked before and after: the same ends, the same service."""
    return tuple(
        (question, old.probes[key_of(question)], probe)
        for question, probe in zip(new.questions, new.plan.probes, strict=True)
        if key_of(question) in old.probes
    )


def key_of(question: Question) -> Key:
    """Return who sends what to whom."""
    ends = names_of(question.source), names_of(question.target)
    return (*ends, question.protocol.name, question.port)


def is_unmoved(before: Probe, after: Probe) -> bool:
    """Whether a connection may live on: its ends keep space and address."""
    return (before.space, before.source, before.destination, before.port) == (
        after.space,
        after.source,
        after.destination,
        after.port,
    )


def change_of(
    old: Standing,
    new: Prepared,
    before: Mapping[int, Outcome],
    after: Mapping[int, Outcome],
    live: Mapping[int, Outcome],
) -> Change:
    """Return what a change did.

    Args:
        old: The twin before it.
        new: The rehearsal after it.
        before: Outcomes of the old probes, by number.
        after: Outcomes of the new probes, by number.
        live: What came over connections that were open, by the number of their old
            probe.
    """
    common = common_probes(old, new)
    cuts = new.case.dataplane.engine is PolicyEngine.CILIUM
    found: list[Changed] = []
    for question, one, two in common:
        was, now = before[one.number], after[two.number]
        held = live.get(one.number)
        found += (
            item
            for item in _changed(question, was, now, held)
            if item.effect is not Effect.OUTLIVES or not cuts
        )
    inside = inside_of(new)
    return Change(
        tuple(found),
        len(common),
        len(live),
        cuts,
        tuple(name for name in old.inside if name not in inside),
        tuple(name for name in inside if name not in old.inside),
    )


def _changed(
    question: Question, was: Outcome, now: Outcome, held: Outcome | None
) -> Iterable[Changed]:
    passed, passes = (it.result is Result.ANSWERED for it in (was, now))
    if passes and not passed:
        yield Changed(question, Effect.OPENED, was, now)
    elif passed and not passes:
        yield Changed(question, Effect.CLOSED, was, now)
    elif passes and was.seen_source != now.seen_source:
        yield Changed(question, Effect.SEEN_OTHERWISE, was, now)
    if held is None:
        return
    carries = held.result is Result.ANSWERED
    if not carries:
        yield Changed(question, Effect.CUT, was, held)
    elif not passes:
        yield Changed(question, Effect.OUTLIVES, was, held)
