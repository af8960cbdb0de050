"""Why it is not certain that a ranked rule decides about an end, in words.

Asks every part of a predicate whether it is open at that end, so that only what is to
blame is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.ends.matched import Side
from seawall.engine.policy.ends.traits import Held
from seawall.model.dataplane import Feature, Tri
from seawall.model.ends import (
    ANYTHING,
    Addresses,
    AllOf,
    AnyOf,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Nodes,
    NodeScope,
    Not,
    Perhaps,
    World,
)
from seawall.model.policy import Direction, NamedPort
from seawall.model.ranked import RankedPolicy, RankedRule

_OPEN = {
    Facet.LABELS: "which labels of the pod the engine sees is not certain",
    Facet.NAMESPACE_LABELS: "the labels of the namespace are not certain",
    Facet.NAMESPACE_NAME: "the namespace is not certain",
    Facet.ACCOUNT_LABELS: "the labels of its service account are not in the input",
    Facet.ACCOUNT_NAME: "the service account is not certain",
    Facet.MESH: "it is not known whether the pod is in the mesh, and by which proxy",
}
"""Why it is open whether an endpoint fulfils a test, by what the test looks at."""


@dataclass(frozen=True, slots=True)
class RankedDoubts:
    """Tells why rules may or may not match one packet at one end.

    Attributes:
        index: The compiled snapshot.
        unit: The unit that is governed.
        column: The column of the far end.
        direction: The direction in which the unit is governed.
    """

    index: Index
    unit: int
    column: int
    direction: Direction

    def of_subject(self, policy: RankedPolicy) -> tuple[str, ...]:
        """Return why it is not certain that a policy governs the unit."""
        found = [policy.doubt] if policy.doubt is not None else []
        found.extend(self._of_needs(policy.needs))
        found.extend(self._of_labels(policy.subject, self.unit))
        return (*dict.fromkeys(found),)

    def of_rule(self, rule: RankedRule) -> tuple[str, ...]:
        """Return why it is not certain that a rule matches; empty if that is."""
        found = [rule.condition] if rule.condition is not None else []
        found.extend(self._of_needs(rule.needs))
        found.extend(self._of_ends(rule.far, self.column))
        if rule.own is not None:
            family = self.index.columns.family_of(self.column)
            if family in self.index.columns.families:
                at = self.index.columns.first_unit(family) + self.unit
                found.extend(self._of_ends(rule.own, at))
        found.extend(self._of_names(rule))
        return (*dict.fromkeys(found),)

    def _of_needs(self, needs: frozenset[Feature]) -> Iterator[str]:
        for need in sorted(needs, key=lambda item: item.value):
            if self.index.dataplane.offers(frozenset({need})) is not Tri.YES:
                yield f"it is not known whether the engine filters {need.value}"

    def _of_names(self, rule: RankedRule) -> Iterator[str]:
        reliable = self.index.dataplane.named_port_conflicts is Tri.YES
        if reliable or self.direction is Direction.INGRESS:
            return
        for match in (*(rule.services or ()), *rule.except_services):
            if isinstance(match, NamedPort) and self.index.named.conflict(match):
                yield (
                    f"port name `{match.name}` stands for several numbers, which this "
                    "engine does not resolve reliably"
                )

    def _is_open(self, ends: Ends, column: int) -> bool:
        rules = self.index.rules
        found = [rules.ends.matching(ends, side) for side in Side]
        sure = all(item.sure >> column & 1 for item in found)
        possible = any(item.possible >> column & 1 for item in found)
        return possible and not sure

    def _of_ends(self, ends: Ends, column: int) -> Iterator[str]:
        if not self._is_open(ends, column):
            return
        match ends:
            case Perhaps(item, why):
                yield why
                yield from self._of_ends(item, column)
            case AllOf(items) | AnyOf(items):
                for item in items:
                    yield from self._of_ends(item, column)
            case Not(item):
                yield from self._of_ends(item, column)
            case Endpoints() | Addresses() | Nodes() | World():
                yield from self._of_leaf(ends, column)

    def _of_leaf(
        self, ends: Endpoints | Addresses | Nodes | World, column: int
    ) -> Iterator[str]:
        columns = self.index.columns
        match ends:
            case Endpoints(labels):
                if column < columns.first_class:
                    yield from self._of_labels(labels, column % columns.units)
                if ends.sets:
                    yield "its address may lie in a network set that is meant"
            case Addresses(block):
                yield f"its address is not known, and {block.block} may hold it"
            case Nodes():
                yield from self._of_nodes(ends, column)
            case World():
                yield "the address may be that of a pod or node that the input lacks"

    def _of_nodes(self, ends: Nodes, column: int) -> Iterator[str]:
        if ends.labels != ANYTHING:
            yield "which labels the node has is not told apart"
        if ends.scope is not NodeScope.ANY:
            which = "own node" if ends.scope is NodeScope.OWN else "other nodes"
            yield f"it means the pod's {which} alone, which is not told apart here"
        known, _ = self.index.peers.node_places
        classes = self.index.columns.of_classes(known)
        if column >= self.index.columns.first_class and not classes >> column & 1:
            yield "it is not known whether the address is that of a node"

    def _of_labels(self, labels: Labels, unit: int) -> Iterator[str]:
        if not _differs(self.index.traits.of_units(labels), unit):
            return
        match labels:
            case Perhaps(item, why):
                yield why
                yield from self._of_labels(item, unit)
            case AllOf(items) | AnyOf(items):
                for item in items:
                    yield from self._of_labels(item, unit)
            case Not(item):
                yield from self._of_labels(item, unit)
            case LabelTest(facet):
                yield _OPEN[facet]


def _differs(held: Held, unit: int) -> bool:
    return bool((held.possible & ~held.sure) >> unit & 1)
