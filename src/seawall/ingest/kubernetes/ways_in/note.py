"""What the authors of ways in must be told."""

from dataclasses import dataclass, field

from seawall.ingest.kubernetes.terms.record import Record
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Pointer


@dataclass(slots=True)
class Notes:
    """Collects diagnostics."""

    diagnostics: list[Diagnostic] = field(default_factory=list)

    def unread(self, record: Record, pointer: Pointer, what: str, mend: str) -> None:
        """Tell that a part of an object cannot be read, so that a way is missing."""
        self.diagnostics.append(
            Diagnostic(
                Level.UNMODELLED,
                record.origin.at(*pointer),
                f"{record.kind} `{record.name}`: {what}",
                "where it leads is not known, so this way in is not in the answer",
                mend,
            )
        )

    def idle(self, record: Record, pointer: Pointer, what: str, mend: str) -> None:
        """Tell that a part of an object has no effect."""
        self.diagnostics.append(
            Diagnostic(
                Level.WARNING,
                record.origin.at(*pointer),
                f"{record.kind} `{record.name}`: {what}",
                "its gateway does not take it, so it opens no way in",
                mend,
            )
        )
