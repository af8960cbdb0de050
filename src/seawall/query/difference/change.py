"""What changes between two answers: some services, among some ends."""

from dataclasses import dataclass
from typing import NamedTuple

from seawall.flowspace import Header
from seawall.model.trace import Verdict
from seawall.query.reach.policy import End
from seawall.query.services import Service


@dataclass(frozen=True, slots=True)
class OwnNode:
    """The node that a pod runs on, as the far end of what the pod sends."""


OWN_NODE = OwnNode()
ChangedEnd = End | OwnNode


class Turn(NamedTuple):
    """What happens to some services of a pair.

    Attributes:
        services: Pairs of protocol name and ports.
        before: The verdict on the left; None if an end is only on the right.
        after: The verdict on the right; None if an end is only on the left.
        example: One of the headers; its addresses mean nothing.
    """

    services: tuple[Service, ...]
    before: Verdict | None
    after: Verdict | None
    example: Header


@dataclass(frozen=True, slots=True)
class Change:
    """Ends among which the same services change in the same way.

    Attributes:
        sources: Where the packets come from.
        destinations: Where they go: every source to every destination but itself.
        turn: What changes.
    """

    sources: tuple[ChangedEnd, ...]
    destinations: tuple[ChangedEnd, ...]
    turn: Turn

    @property
    def kind(self) -> str:
        """`opened`, `closed`, or, where a side does not know, `unknown` or `settled`.

        Opened and closed are between allowed and denied; an absent end is denied.
        `unknown` was known before; `settled` was not.
        """
        if self.turn.before is Verdict.UNKNOWN:
            return "settled"
        if self.turn.after is Verdict.UNKNOWN:
            return "unknown"
        return "opened" if self.turn.after is Verdict.ALLOWED else "closed"


KINDS = ("opened", "closed", "unknown", "settled")
