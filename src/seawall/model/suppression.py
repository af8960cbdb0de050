"""Findings that somebody has looked at and does not want to be told of again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # decision 0007
    from datetime import date

    from seawall.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Suppression:
    """What is not to be told of, why, and until when.

    Attributes:
        rule: Code of the rule, such as `AKS204`.
        subject: What the finding is about; `*` stands for any text, empty for all.
        path: The file that it stands in, likewise.
        reason: Why it is fine.
        expires: The last day on which it holds; None if it has no end.
        origin: Where it stands.
        line: The line that it speaks of, if it is a comment there; else None.
        fault: Why it cannot be heeded, as a clause; empty if it can.
    """

    rule: str
    subject: str
    path: str
    reason: str
    expires: date | None
    origin: Origin
    line: int | None = None
    fault: str = ""
