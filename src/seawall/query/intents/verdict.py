"""What becomes of an intent: it holds, is violated, or is not known to hold."""

from dataclasses import dataclass
from enum import Enum

from seawall.model.intent import Exemption, Intent
from seawall.model.origin import Origin
from seawall.model.trace import Hop


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
    """

    standing: Standing
    source: str
    target: str
    services: str
    says: str
    origin: Origin | None = None
    packet: str = ""
    hops: tuple[Hop, ...] = ()


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
