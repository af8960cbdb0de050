"""What AKS would not take, or ends, on a terminal."""

from seawall.audit.finding import Severity
from seawall.audit.validity.judge import Judgement

_COUNTED = (
    (Severity.MEDIUM, "not valid or ended"),
    (Severity.LOW, "fragile or ending"),
    (Severity.INFO, "worth knowing"),
)


def validity_title(found: Judgement) -> str:
    """Return the heading with what was found in short."""
    counts = [
        f"{number} {words}"
        for severity, words in _COUNTED
        if (number := sum(item.severity is severity for item in found.findings))
    ]
    return f"VALID ON AKS, AS OF {found.day}: " + (
        ", ".join(counts) if counts else "nothing speaks against it"
    )


def open_line(found: Judgement) -> str:
    """Return how much could not be decided; empty if everything was."""
    if not found.open:
        return ""
    rules = len({item.code for item in found.open})
    total = found.asked
    verb = "is" if rules == 1 else "are"
    return f"{rules} of {total} rules {verb} not decided: the input does not say enough"


def missing_lines(found: Judgement) -> list[str]:
    """Return each rule that is open with what is missing."""
    return [f"{item.code}: {'; '.join(item.missing)}" for item in found.open]
