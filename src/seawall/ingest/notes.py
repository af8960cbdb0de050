"""Collects what the reader of an input must be told."""

from seawall.model.diagnostic import Assumption, Diagnostic, Level
from seawall.model.origin import Origin


class Notes:
    """Diagnostics and assumptions, in the order in which they were met."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.assumptions: list[Assumption] = []

    def error(self, origin: Origin | None, what: str, why: str, mend: str) -> None:
        """Note something that cannot mean anything."""
        self._add(Level.ERROR, origin, what, why, mend)

    def unmodelled(self, origin: Origin | None, what: str, why: str, mend: str) -> None:
        """Note something whose meaning is not known here."""
        self._add(Level.UNMODELLED, origin, what, why, mend)

    def warning(self, origin: Origin | None, what: str, why: str, mend: str) -> None:
        """Note something that its author may not want."""
        self._add(Level.WARNING, origin, what, why, mend)

    def note(self, origin: Origin | None, what: str, why: str, mend: str) -> None:
        """Note something that changes nothing."""
        self._add(Level.NOTE, origin, what, why, mend)

    def assume(self, id_: str, text: str, source: str) -> None:
        """Note a fact that is taken for granted."""
        self.assumptions.append(Assumption(id_, text, source))

    def _add(
        self, level: Level, origin: Origin | None, what: str, why: str, mend: str
    ) -> None:
        diagnostic = Diagnostic(level, origin, what, why, mend)
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)
