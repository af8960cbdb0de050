"""What the reader of an input must be told: one type for errors and warnings.

Does not print itself: each face renders it in its own way.
"""

from dataclasses import dataclass
from enum import Enum

from seawall.model.origin import Origin


class Level(Enum):
    """How much a diagnostic weighs, heaviest first."""

    ERROR = "error"
    """It cannot mean anything; what it touches is unknown."""
    UNMODELLED = "unmodelled"
    """It means something that Seawall does not know; what it touches is unknown."""
    WARNING = "warning"
    """It means something that its author may not want."""
    NOTE = "note"
    """Worth knowing; changes nothing."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing found in the input, with the way to mend it.

    Attributes:
        level: Its weight.
        origin: Where it stands; None when it concerns the whole input.
        what: Lower case, no final period, the user's text in backticks.
        why: The rule of the platform or format that it touches.
        mend: One thing to do, imperative.
        of_object: Whether it concerns an object of Kubernetes that was recognised, so
            that nothing but what this object means can be lost.
    """

    level: Level
    origin: Origin | None
    what: str
    why: str
    mend: str
    of_object: bool = False

    def __str__(self) -> str:
        place = f"{self.origin}: " if self.origin is not None else ""
        return f"{place}{self.what}"


@dataclass(frozen=True, slots=True)
class Assumption:
    """A fact taken for granted because the input does not say.

    Attributes:
        id: Stable kebab-case name, for scripts.
        text: The assumption as a sentence.
        source: The document that makes it reasonable.
        touches: The things whose verdicts rest on it.
    """

    id: str
    text: str
    source: str
    touches: tuple[str, ...] = ()


class InputError(Exception):
    """The input cannot be used at all; carries what to tell the user."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic
