"""What holds a unit in one direction: the policies that decide about it."""

from dataclasses import dataclass, replace
from enum import Enum


class Doubt(Enum):
    """What keeps the row of a pod from being certain."""

    NONE = "nothing"
    OPEN_ENDED = "what no rule allows may pass all the same"
    MAY_CLOSE = "what the rules allow may be denied all the same"
    NOTHING_SURE = "nothing is certain"

    __hash__ = object.__hash__
    """Members are single objects; their own hash calls that of their name each time."""


@dataclass(frozen=True, slots=True)
class Grip:
    """The policies that hold one unit in one direction.

    Attributes:
        policies: Positions of the NetworkPolicies that select it; ascending.
        opaque: Positions of the unreadable policies; ascending.
        doubt: What these and the dataplane leave open.
        ranked: Positions of the ranked policies that surely select it; ascending.
        perhaps: Positions of those that may; ascending.
        unfixed: Positions of those of a language of which it is not fixed whether it
            has any effect; ascending.
        without: What holds it if its node refuses some of the policies; None if none
            is refused.
    """

    policies: tuple[int, ...]
    opaque: tuple[int, ...]
    doubt: Doubt
    ranked: tuple[int, ...] = ()
    perhaps: tuple[int, ...] = ()
    unfixed: tuple[int, ...] = ()
    without: "Grip | None" = None

    @property
    def isolates(self) -> bool:
        """Whether NetworkPolicies surely isolate the unit."""
        settled = self.doubt in (Doubt.NONE, Doubt.MAY_CLOSE)
        surely = bool(self.policies) and settled
        return surely and (self.without is None or self.without.isolates)

    @property
    def worlds(self) -> "tuple[Grip, ...]":
        """What holds the unit, once for each thing that its node may do."""
        if self.without is None:
            return (self,)
        return replace(self, without=None), self.without

    @property
    def is_ordered(self) -> bool:
        """Whether ranked policies, or those of a mesh, have a say."""
        return bool(self.ranked or self.perhaps)


FREE = Grip((), (), Doubt.NONE)
