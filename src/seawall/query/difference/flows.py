"""What two inputs let pass differently, by policies alone or through all layers."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from seawall.model.dataplane import Tri
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.difference.answer import Difference
from seawall.query.difference.change import (
    KINDS,
    Change,
    ChangedEnd,
    NamedEnd,
    OwnNode,
)
from seawall.query.difference.handed_on import handed_on
from seawall.query.difference.relation import Relation, relation
from seawall.query.difference.side import Side, case_of
from seawall.query.reach.text import end_text

if TYPE_CHECKING:  # an input without a cluster needs none of that: decision 0007
    from seawall.query.difference.network.compare import NetworkDifference
    from seawall.query.difference.network.grounds import Grounds

ONE_NETWORK = (
    "only {has} says what network is around the cluster: beyond policies, what passes "
    "is not known of {lacks}"
)

NOT_COMPARED = (
    "replies to what goes out and comes in, except through doors",
    "Services as ends, except as ways in (what they lead to is told as a setting)",
)
"""What a comparison through all layers leaves out."""


@dataclass(frozen=True)
class Flows:
    """What differs between two sides.

    Attributes:
        policy: What policies let pass differently.
        network: What all layers do; None if policies alone are asked, or decide.
        words: What the sides are called where a change is told.
        one_network: Why networks are not compared though one is there; may be empty.
    """

    policy: Difference
    network: "NetworkDifference | None" = None
    words: tuple[str, str] = ("before", "after")
    one_network: str = ""

    @property
    def left(self) -> Side:
        """One side."""
        return self.policy.left

    @property
    def right(self) -> Side:
        """The other."""
        return self.policy.right

    @property
    def not_compared(self) -> tuple[str, ...]:
        """What may differ without being told here."""
        if self.one_network:
            return (self.one_network,)
        return NOT_COMPARED if self.network is not None else ()

    @property
    def added(self) -> tuple[Workload, ...]:
        """The workloads that run on the right only."""
        return self.policy.added

    @property
    def removed(self) -> tuple[Workload, ...]:
        """The workloads that run on the left only."""
        return self.policy.removed

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Everything that differs."""
        found = (self.network or self.policy).changes
        if not self._handed_on:
            return found
        both = (*found, *self._handed_on)
        return tuple(sorted(both, key=lambda change: KINDS.index(change.kind)))

    @cached_property
    def _handed_on(self) -> tuple[Change, ...]:
        """What Services let pass differently, where two engines are compared."""
        if self.network is not None:
            return ()
        one, other = (
            side.result.snapshot.objects.services for side in (self.left, self.right)
        )
        return handed_on((self.left, self.right)) if one == other else ()

    @cached_property
    def is_certain(self) -> bool:
        """Whether nothing is unknown on both sides."""
        return not self.one_network and (self.network or self.policy).is_certain

    @cached_property
    def relation(self) -> Relation:
        """How the sides stand to each other, as far as that follows from the changes.

        Through all layers it is not looked for whether nothing at all passes on both.
        """
        onward, back = (self._contained(forward=way) for way in (True, False))
        if self.network is not None:
            return Relation(onward, back, Tri.UNDEFINED)
        found = relation(self.policy)
        if not self._handed_on:
            return found
        return Relation(
            _both(found.left_in_right, onward),
            _both(found.right_in_left, back),
            found.disjoint,
        )

    def _contained(self, *, forward: bool) -> Tri:
        found = Tri.YES
        for change in self.changes if self.network is not None else self._handed_on:
            here, there = change.turn.before, change.turn.after
            if not forward:
                here, there = there, here
            if here is Verdict.ALLOWED and there in (None, Verdict.DENIED):
                return Tri.NO
            if Verdict.UNKNOWN in (here, there):
                found = Tri.UNDEFINED
        if found is Tri.YES and self.network is not None and not self.is_certain:
            return Tri.UNDEFINED
        return found

    @cached_property
    def cases(self) -> tuple[Case, Case]:
        """Both sides as other questions take them."""
        if self.network is not None:
            return self.network.left.case, self.network.right.case
        left, right = map(case_of, (self.left, self.right))
        return left, right

    def end_text(self, end: ChangedEnd) -> str:
        """Return an end in words."""
        if isinstance(end, OwnNode):
            return "the node that it runs on"
        if isinstance(end, NamedEnd):
            return end.name
        if isinstance(end, Workload):
            return end.label
        return self._grounds.text(end) if self._grounds else end_text(end)

    @cached_property
    def _grounds(self) -> "Grounds | None":
        if self.network is None:
            return None
        from seawall.query.difference.network.grounds import Grounds  # noqa: PLC0415

        return Grounds.of(self.cases)


def _both(one: Tri, other: Tri) -> Tri:
    if Tri.NO in (one, other):
        return Tri.NO
    return Tri.YES if one is other else Tri.UNDEFINED


def compared(left: Side, right: Side, *, layers: str, words: tuple[str, str]) -> Flows:
    """Return what differs between two sides.

    Args:
        left: One side.
        right: The other.
        layers: `policy` for network policies alone, `all` for all that is known.
        words: What the sides are called where a change is told.
    """
    policy = Difference(left, right)
    held = [side.result.snapshot.cluster is not None for side in (left, right)]
    if layers == "policy" or not any(held):
        return Flows(policy, None, words)
    if not all(held):
        has, lacks = (left, right) if held[0] else (right, left)
        why = ONE_NETWORK.format(has=f"`{has.name}`", lacks=f"`{lacks.name}`")
        return Flows(policy, None, words, why)
    from seawall.query.difference.network.compare import (  # noqa: PLC0415
        NetworkDifference,
    )

    return Flows(policy, NetworkDifference(policy), words)
