"""All that `check` finds, as one value for the faces that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from seawall.audit.finding import Finding
from seawall.audit.suppress import Aside
from seawall.audit.validity.judge import Judgement
from seawall.query.case import Case
from seawall.query.intents.verdict import Tested
from seawall.query.overview import Overview

Found = tuple[Sequence[Finding], Judgement, Tested, Aside]


@dataclass(frozen=True, slots=True)
class Checked:
    """One input, checked.

    Attributes:
        case: What was read.
        seen: How isolated it is.
        findings: What the audit found and nobody suppressed, the worst first.
        validity: What AKS would not take.
        tested: What became of the intents.
        aside: What is not told of, and why.
        day: The day as of which all was judged.
    """

    case: Case
    seen: Overview
    findings: Sequence[Finding]
    validity: Judgement
    tested: Tested
    aside: Aside
    day: date

    @property
    def found(self) -> Found:
        """What was found, in the order in which the faces take it."""
        return self.findings, self.validity, self.tested, self.aside

    @property
    def every(self) -> tuple[Finding, ...]:
        """The findings of both kinds."""
        return (*self.findings, *self.validity.findings)
