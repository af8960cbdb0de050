"""What adoption answers: what stands, what must move, and the steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from seawall.design.choose.answer import Change, Conflict, Decided
from seawall.design.options import Option
from seawall.design.requirements.needs import Requirements
from seawall.model.origin import Origin
from seawall.query.intents.verdict import Standing as Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """What a running cluster has of one decision.

    Attributes:
        option: Which option; None if it is not known, or none of a design's.
        why: What is not known, or what it has instead; empty if it is known.
        origin: Where it is stated; None if nowhere.
    """

    option: Option | None
    why: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One decision: what stands, what is wanted, and what the way takes.

    Attributes:
        decision: The field of `Choices`.
        standing: What stands.
        wanted: What the design has.
        change: The dearest thing on the way; None if it stays or is not known.
        says: A clause.
        source: Which documents say so; empty if it stays.
    """

    decision: str
    standing: Standing
    wanted: Option
    change: Change | None
    says: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be done to a running cluster.

    Attributes:
        sets: The decisions that it changes, and to what.
        change: What it takes.
        does: What to do, imperative.
        source: Which documents say so.
        meanwhile: What is not proved while it runs; empty if nothing happens to
            packets.
    """

    sets: Mapping[str, Option]
    change: Change
    does: str
    source: str
    meanwhile: str = ""


class Kind(Enum):
    """Which way a need can be lost."""

    REQUIRED = "cut"
    """It must pass, and does no longer."""
    FORBIDDEN = "opened"
    """It must not pass, and may now."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A need that held before a step and does not hold at a moment of it.

    Attributes:
        need: Its path.
        says: The claim, as a sentence.
        kind: Whether it is cut or opened.
        standing: VIOLATED, or UNKNOWN if it is not known to hold any longer.
        why: What speaks against it, or is missing, as a clause.
    """

    need: str
    says: str
    kind: Kind
    standing: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What holds at one moment of a step, asked of the model of that moment.

    Attributes:
        says: When, as a clause.
        asked: How many needs held before the step, and were asked about.
        losses: Those that do not hold at this moment.
        gains: Claims that hold now and did not before the step.
    """

    says: str
    asked: int
    losses: tuple[Loss, ...] = ()
    gains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way.

    Attributes:
        does: What to do, imperative.
        change: What it takes.
        sets: The decisions that it changes, and to what.
        source: Which documents say so.
        broken: Needs that held before it and do not after it; empty if each does.
        refused: Rules that hold before it and not after it, by code.
        meanwhile: What is not proved while it runs.
        moments: Its moments in their order, each asked about; the last is after it.
        unasked: Why no moment of it could be asked about; empty if they were.
    """

    does: str
    change: Change
    sets: Mapping[str, Option]
    source: str
    broken: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    meanwhile: str = ""
    moments: tuple[Moment, ...] = ()
    unasked: str = ""

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What is lost at any of its moments, each need at the first."""
        found: dict[tuple[str, str], Loss] = {}
        for moment in self.moments:
            for each in moment.losses:
                found.setdefault((each.need, each.says), each)
        return tuple(found.values())

    @property
    def is_proved(self) -> bool:
        """Whether each moment was asked about, and nothing is lost at any."""
        return bool(self.moments) and not self.losses


@dataclass(frozen=True, slots=True)
class Today:
    """What holds of one need in what runs today, asked over all packets.

    Attributes:
        need: Its path.
        says: The claim, as a sentence.
        standing: Whether it holds.
        why: What speaks against it, or is missing, as a clause; empty if it holds.
        kind: Which way it can be lost.
    """

    need: str
    says: str
    standing: Verdict
    why: str = ""
    kind: Kind = Kind.FORBIDDEN


@dataclass(frozen=True, slots=True)
class Adoption:
    """The way from a running cluster to what is needed.

    Attributes:
        cluster: Its name.
        needs: What must hold; what runs and is needed all the same belongs to it.
        decided: What is chosen, given what stands; or why nothing can be.
        moves: One for each decision; empty where nothing can be chosen.
        steps: In their order; a new cluster is one of them.
        recreates: Decisions that force a new cluster.
        today: What holds of the needs in what runs, by packets.
        last: What holds of them after the last step, by packets; empty if that was not
            asked about.
        every_order: Whether every order of the steps was asked about, so that what a
            step loses is lost in each.
        unproved: What the order is not proved for.
    """

    cluster: str
    needs: Requirements
    decided: Decided | Conflict
    moves: tuple[Move, ...] = ()
    steps: tuple[Step, ...] = ()
    recreates: tuple[str, ...] = ()
    today: tuple[Today, ...] = ()
    last: tuple[Today, ...] = ()
    every_order: bool = True
    unproved: tuple[str, ...] = ()
