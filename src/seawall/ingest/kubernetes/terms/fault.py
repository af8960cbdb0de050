"""What is wrong inside one object, before it is known what follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin, Pointer

_STATES = ("ingress", "egress", "policyTypes", "spec")
"""What states which directions a policy governs, and what holds that."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, at a place in an object."""

    pointer: Pointer
    what: str
    why: str
    mend: str

    def diagnostic(self, origin: Origin, level: Level = Level.ERROR) -> Diagnostic:
        """Return it as a diagnostic on the object at *origin*."""
        place = origin.at(*self.pointer)
        return Diagnostic(level, place, self.what, self.why, self.mend, of_object=True)


@dataclass(slots=True)
class Findings:
    """What was found in one object.

    Attributes:
        faults: The object is not what it seems; its meaning is unknown.
        warnings: It is read, and may not mean what its author wants.
    """

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def size(self) -> int:
        """Return how much was found."""
        return len(self.faults) + len(self.warnings)


def number_of(faults: list[Fault]) -> int:
    """Return how many faults there are."""
    return len(faults)


def near(word: object, names: Iterable[str]) -> str:
    """Return the name that is nearest to *word*, or an empty string."""
    if not isinstance(word, str):
        return ""
    from difflib import get_close_matches  # noqa: PLC0415  (rarely needed)

    by_lower = {name.lower(): name for name in names}
    close = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else ""


def may_state_more(faults: Iterable[Fault]) -> bool:
    """Whether a field that no policy has may be meant to state what it governs.

    Source:
        Kubernetes docs, API concepts, "Field validation": an API server drops unknown
        fields with a warning, or refuses the object; what was there before then stays.
    """
    return any(
        fault.pointer[:-1] != ("spec",) and near(fault.pointer[-1], _STATES)
        for fault in faults
        if fault.pointer
    )


def no_such(what: str, value: object) -> str:
    """Return what to say of a word that is none of those which there are, or absent."""
    if value is None:
        return f"no {what} is given"
    return f"{what} {shown(value)} does not exist"


def shown(value: object) -> str:
    """Return a user's value in backticks, cut to a readable length."""
    try:
        words = "null" if value is None else str(value)
    except RecursionError:
        words = "..."
    if isinstance(value, bool):
        words = words.lower()
    limit = 60
    return f"`{words if len(words) <= limit else words[:limit] + '...'}`"
