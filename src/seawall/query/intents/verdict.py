"""What becomes of an intent: it holds, is violated, or is not known to hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from seawall.model.diagnostic import Assumption
from seawall.model.intent import Exemption, Intent
from seawall.model.origin import Origin
from seawall.model.trace import Hop

MOST = 1000
"""So many pairs that speak against an intent are looked for."""
SHOWN = 5
"""So many of them are explained."""


class Standing(Enum):
    """Whether an intent holds; unknown is never folded into the other two."""

    HOLDS = "holds"
    VIOLATED = "violated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Breach:
    """One pair of ends that speaks against an intent, or may.

    Attributes:
        standing: VIOLATED or UNKNOWN.
        source: Where packets come from, as a person writes it.
        target: Where they go.
        services: What passes, or is missing, in words.
        says: What decided, as a clause.
        origin: Where what decided stands.
        packet: A packet that shows it, in words; empty if none can be given.
        hops: Its way.
        back: The way of the reply, where that is what speaks against it.
    """

    standing: Standing
    source: str
    target: str
    services: str
    says: str
    origin: Origin | None = None
    packet: str = ""
    hops: tuple[Hop, ...] = ()
    back: tuple[Hop, ...] = ()

    @property
    def ends(self) -> str:
        """Both ends in words; the first alone where it is not about packets."""
        return f"{self.source} -> {self.target}" if self.target else self.source


@dataclass(frozen=True, slots=True)
class Judged:
    """An intent and what became of it.

    Attributes:
        intent: The intent.
        standing: Whether it holds.
        says: How that is known, as a sentence.
        breaches: What speaks against it, the certain ones first; not all if many.
        count: How many pairs speak against it; at least so many if *is_more*.
        is_more: Whether looking for further ones was given up.
        lapsed: Its exceptions that no longer count.
        idle: Its exceptions that except nothing.
        mend: What would settle or mend it; may be empty.
    """

    intent: Intent
    standing: Standing
    says: str
    breaches: tuple[Breach, ...] = ()
    count: int = 0
    is_more: bool = False
    lapsed: tuple[Exemption, ...] = ()
    idle: tuple[Exemption, ...] = ()
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Tested:
    """What became of all intents.

    Attributes:
        judged: One for each intent, in their order.
        day: The day by which exceptions were taken to hold.
        assumptions: What the answers rest on beside what was read.
    """

    judged: tuple[Judged, ...]
    day: date
    assumptions: tuple[Assumption, ...] = ()

    def count(self, standing: Standing) -> int:
        """Return how many intents stand so."""
        return sum(each.standing is standing for each in self.judged)

    @property
    def counts(self) -> str:
        """How many intents stand how, in words: `9 hold, 3 violated`."""
        return ", ".join(
            f"{count} {word}"
            for standing, word in (
                (Standing.HOLDS, "hold"),
                (Standing.VIOLATED, "violated"),
                (Standing.UNKNOWN, "not known"),
            )
            if (count := self.count(standing))
        )


def weighed(
    intent: Intent, breaches: Sequence[Breach], *, proved: str, asked: str
) -> Judged:
    """Return an answer from all that speaks against an intent.

    Args:
        intent: The intent.
        breaches: What speaks against it.
        proved: What is said if nothing does.
        asked: Of what it is said that something does, in words.
    """
    certain = [each for each in breaches if each.standing is Standing.VIOLATED]
    doubtful = [each for each in breaches if each.standing is Standing.UNKNOWN]
    standing = Standing.HOLDS
    if breaches:
        standing = Standing.VIOLATED if certain else Standing.UNKNOWN
    return Judged(
        intent,
        standing,
        f"of {asked}" if breaches else f"proved for {proved}",
        (*certain, *doubtful)[:SHOWN],
        len(certain or doubtful),
    )


def pairs_text(count: int) -> str:
    """Return a number of pairs of ends in words."""
    return f"{count} pair{'' if count == 1 else 's'}"
