"""Which columns the predicates of ranked policies match: surely, and possibly.

Each predicate is evaluated on all columns at once, as Kleene's logic combines truth.
"""

from collections.abc import Sequence
from enum import Enum

from seawall.engine.policy.ends.addresses import AddressClasses
from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.ends.match import Match
from seawall.engine.policy.ends.peer import Peers
from seawall.engine.policy.ends.traits import Traits
from seawall.engine.policy.ends.vocabulary import blocks_of
from seawall.model.dataplane import Tri
from seawall.model.ends import (
    ANYTHING,
    Addresses,
    AllOf,
    AnyOf,
    Endpoints,
    Ends,
    Labels,
    Nodes,
    NodeScope,
    Not,
    Perhaps,
    World,
)
from seawall.model.policy import BlockPeer
from seawall.model.ranked import NetworkSet


class Side(Enum):
    """What is taken of the nodes among the columns, seen from the governed pod."""

    OWN = "its own node"
    OTHER = "another node"


class EndColumns:
    """Evaluates predicates over ends on the columns of one snapshot."""

    def __init__(
        self,
        columns: Columns,
        addresses: AddressClasses,
        peers: Peers,
        traits: Traits,
        sets: Sequence[NetworkSet],
    ) -> None:
        self._columns, self._addresses, self._peers = columns, addresses, peers
        self._traits, self._sets = traits, sets
        self._everything = columns.everything
        self._found: dict[tuple[int, Side], tuple[Ends, Match]] = {}

    def with_peers(self, peers: Peers) -> "EndColumns":
        """Return the same evaluator on what other peers say of addresses."""
        return EndColumns(
            self._columns, self._addresses, peers, self._traits, self._sets
        )

    def matching(self, ends: Ends, side: Side) -> Match:
        """Return the columns at which a predicate holds.

        Args:
            ends: The predicate.
            side: What nodes are taken to be to the pod that is governed.
        """
        key = (id(ends), side)
        found = self._found.get(key)
        if found is None:
            # The predicate is kept, so that no other gets its identity.
            found = self._found[key] = (ends, self._match(ends, side))
        return found[1]

    def forget(self) -> None:
        """Keep nothing that was evaluated."""
        self._found.clear()

    def _match(self, ends: Ends, side: Side) -> Match:
        match ends:
            case AllOf(items):
                found = Match(self._everything, self._everything)
                for item in items:
                    found &= self._match(item, side)
            case AnyOf(items):
                found = Match(0, 0)
                for item in items:
                    found |= self._match(item, side)
            case Not(item):
                one = self._match(item, side)
                everything = self._everything
                found = Match(everything & ~one.possible, everything & ~one.sure)
            case Perhaps(item, _):
                found = Match(0, self._match(item, side).possible)
            case Endpoints() | Addresses() | Nodes() | World():
                found = self._leaf(ends, side)
        return found

    def _leaf(self, ends: Endpoints | Addresses | Nodes | World, side: Side) -> Match:
        match ends:
            case Endpoints(labels, sets):
                return self._endpoints(labels, sets=sets)
            case Addresses(block):
                return self._block(block)
            case Nodes(scope, labels):
                return self._nodes(scope, labels, side)
            case World(version):
                return self._world(version)

    def _endpoints(self, labels: Labels, *, sets: bool) -> Match:
        columns = self._columns
        one = self._traits.of_units(labels)
        found = Match(
            columns.of_units(one.sure & columns.pods),
            columns.of_units(one.possible & columns.pods),
        )
        if sets:
            for item in self._sets:
                found |= self._set(labels, item)
        return found

    def _set(self, labels: Labels, item: NetworkSet) -> Match:
        """Return whoever has an address in a network set, if it fulfils *labels*.

        Source: projectcalico/calico felix/calc, network sets are members of the IP sets
        of the selectors that match their labels.
        """
        truth = self._traits.of_set(labels, item)
        found = Match(0, 0)
        if truth is not Tri.NO:
            for block in blocks_of(item):
                found |= self._block(block)
        return found if truth is Tri.YES else Match(0, found.possible)

    def _block(self, block: BlockPeer) -> Match:
        """Return everyone whose address lies in a block."""
        columns = self._columns
        covered = columns.of_classes(self._addresses.covered[block])
        found = Match(covered, covered)
        for host in (False, True):
            found |= self._peers.placed(block, host=host)
        return found

    def _nodes(self, scope: NodeScope, labels: Labels, side: Side) -> Match:
        """Return the nodes, and the pods on their network.

        Which node an address or a pod is at is not told apart here, so that a
        condition on its labels is not settled.
        """
        columns = self._columns
        if scope is not NodeScope.ANY and scope.value != side.name.lower():
            return Match(0, 0)
        known, mixed = self._peers.node_places
        hosts = columns.of_units(columns.hosts)
        sure = hosts | columns.of_classes(known)
        possible = sure | columns.of_classes(mixed)
        if labels != ANYTHING:
            sure = 0
        return Match(sure, possible)

    def _world(self, version: int | None) -> Match:
        """Return what is neither pod nor node.

        An address in the ranges of pods or nodes may be one that the input lacks.
        """
        columns = self._columns
        known, _ = self._peers.node_places
        classes = self._addresses.everything
        if version is not None:
            classes = self._addresses.of_version[version]
        sure = classes & ~self._peers.cluster_classes
        return Match(columns.of_classes(sure), columns.of_classes(classes & ~known))
