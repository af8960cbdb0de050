"""The ordered walk through ranked policies, for all services and columns at once.

What a packet may come upon is followed as sets: what may still be undecided, what may
have been allowed, what may have been denied. Where a rule may match, it may decide and
it may not; rules that surely match end what they match. So the set of outcomes that
each packet may have is found exactly, every doubt taken as independent of the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from seawall.engine.policy.rows.planes import Planes
from seawall.engine.policy.rows.row import Term
from seawall.model.ranked import Action, RankedRule, Tier


@dataclass(frozen=True, slots=True)
class Hit:
    """What one rule matches.

    Attributes:
        action: What becomes of it.
        sure: What it surely matches, as masks of services at columns.
        possible: What it may match; what is sure is a part of it.
        rule: The rule; None for NetworkPolicies as a whole.
    """

    action: Action
    sure: tuple[Term, ...]
    possible: tuple[Term, ...]
    rule: RankedRule | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One policy in the walk.

    Attributes:
        tier: Its tier.
        order: Its place there.
        tie: What breaks ties of *order*; None if nothing is fixed.
        hits: Its rules, in sequence.
        isolates: Whether what no rule of its tier matches is denied.
        governs: Whether it surely governs the endpoint; if not, it may not count.
    """

    tier: Tier
    order: float
    tie: str | None
    hits: tuple[Hit, ...]
    isolates: bool
    governs: bool = True


class Walk:
    """One walk; what it finds is in *allowed* and *denied*.

    Attributes:
        allowed: What may be allowed.
        denied: What may be denied. Everything is in at least one of the two.
        met: The identities of the rules that something undecided got to.
        network: What got to the NetworkPolicies; None if they had no turn.
    """

    def __init__(self, everything: Iterable[Term], stages: Iterable[Stage]) -> None:
        """Walk through *stages*, given in any order.

        Complexity: rules times the masks of services that they tell apart.

        Args:
            everything: Every service at every column that is asked about, as terms.
            stages: The policies that govern, or may govern, the endpoint.
        """
        self.allowed, self.denied = Planes(), Planes()
        self.met: set[int] = set()
        self.network: Planes | None = None
        self._left = Planes(everything)
        self._passed = Planes()
        ordered = sorted(stages, key=lambda item: (item.tier, item.order))
        for _, tier in groupby(ordered, key=lambda item: item.tier):
            self._tier(list(tier))
        self.allowed |= self._left

    def sure(self) -> Planes:
        """Return what is allowed whatever is in doubt."""
        return self.allowed - self.denied

    def _tier(self, stages: list[Stage]) -> None:
        self._passed = Planes()
        for _, level in groupby(stages, key=lambda item: item.order):
            for together in in_sequence(list(level)):
                self._group(together)
        isolating = [item for item in stages if item.isolates]
        if any(item.governs for item in isolating):
            self.denied |= self._left
            self._left = Planes()
        for item in isolating:
            if self._left and not item.governs:
                # If it governs after all, its own rules do as well.
                own = Planes(term for hit in item.hits for term in hit.sure)
                self.denied |= self._left - own
        self._left |= self._passed

    def _group(self, stages: Sequence[Stage]) -> None:
        """Go through policies of which none is surely before another."""
        actions = {hit.action for item in stages for hit in item.hits}
        if len(stages) == 1 or len(actions) == 1:
            for item in stages:
                self._left = self._after(item, self._left)
            return
        before = self._left
        for item in stages:
            self._left = self._left & self._after(item, before)

    def _after(self, stage: Stage, before: Planes) -> Planes:
        """Take note of what a policy may decide; return what it may leave undecided."""
        left = before.copy()
        for hit in stage.hits:
            reached = self._reached(hit.action)
            if hit.rule is None:
                self.network = left.copy()
            for term in hit.possible:
                for mask, columns in list(left.within(*term)):
                    reached.add(mask, columns)
                    self.met.add(id(hit.rule))
            if stage.governs:
                for term in hit.sure:
                    left.remove(*term)
        return left

    def _reached(self, action: Action) -> Planes:
        match action:
            case Action.ALLOW:
                return self.allowed
            case Action.DENY:
                return self.denied
            case Action.PASS:
                return self._passed


def in_sequence(level: list[Stage]) -> Iterable[list[Stage]]:
    """Yield the policies of one order in sequence, those without any together."""
    if any(item.tie is None for item in level):
        yield level
        return
    ordered = sorted(level, key=lambda item: item.tie or "")
    for _, together in groupby(ordered, key=lambda item: item.tie):
        yield list(together)
