"""What the rules of a Calico policy may refer to, beside the policy itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from seawall.ingest.kubernetes.calico.backends import Backends
from seawall.model.address import AddressRange
from seawall.model.ends import (
    EVERYONE,
    Addresses,
    AnyOf,
    Comparison,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Perhaps,
)
from seawall.model.policy import BlockPeer


@dataclass(frozen=True, slots=True)
class DoubtfulSet:
    """Addresses that selectors may mean, or not.

    Attributes:
        namespace: Its namespace; None if it is cluster-wide.
        ranges: What it may hold; None is anything.
        why: What is not known, as a clause.
    """

    namespace: str | None
    ranges: tuple[AddressRange, ...] | None
    why: str


@dataclass(frozen=True, slots=True)
class Context:
    """Where a policy stands.

    Attributes:
        namespace: Its namespace; None if it is cluster-wide.
        raw: Whether it is in its stored form, which nothing has validated.
        backends: The Services of the input.
        doubtful: Network sets that are not certain.
    """

    namespace: str | None
    raw: bool
    backends: Backends
    doubtful: Sequence[DoubtfulSet] = ()

    def own_namespace(self) -> LabelTest | None:
        """Return the condition to be in the policy's namespace, if it has one."""
        if self.namespace is None:
            return None
        names = frozenset({self.namespace})
        return LabelTest(Facet.NAMESPACE_NAME, "", Comparison.IN, names)

    def selected(self, labels: Labels, *, within: str | None) -> Ends:
        """Return whom a selector means: endpoints and network sets.

        Args:
            labels: The condition.
            within: The namespace that it is confined to, if it is to one.

        Source:
            projectcalico/calico felix/calc: the addresses of the endpoints and of the
            network sets that match a selector form one set.
        """
        found = Endpoints(labels, sets=True)
        perhaps = [
            Perhaps(_addresses(item.ranges), item.why)
            for item in self.doubtful
            if within is None or item.namespace == within
        ]
        return AnyOf((found, *perhaps)) if perhaps else found


def _addresses(ranges: tuple[AddressRange, ...] | None) -> Ends:
    if ranges is None:
        return EVERYONE
    return AnyOf(tuple(Addresses(BlockPeer(item)) for item in ranges))
