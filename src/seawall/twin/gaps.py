"""Known gaps: what the twin cannot show, as data, printed beside every answer."""

from dataclasses import dataclass

from seawall.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that packets in the twin do not show.

    Attributes:
        id: Stable kebab-case name, for scripts.
        what: What is not shown, as a clause.
        why: Why not.
        origin: Where the input asks for it; None for a limit of the twin itself.
    """

    id: str
    what: str
    why: str
    origin: Origin | None = None
