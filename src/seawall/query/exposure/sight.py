"""What the policies that hold a workload look at in the pods at the other end."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seawall.engine.policy import PolicyTable
from seawall.model.ends import (
    Addresses,
    AllOf,
    AnyOf,
    Comparison,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Nodes,
    Not,
    Perhaps,
    World,
)
from seawall.model.packet import Protocol
from seawall.model.policy import Direction, NamedPort, PodPeer, Policy
from seawall.model.ranked import RankedPolicy
from seawall.model.selector import Selector
from seawall.model.workload import Workload
from seawall.query.exposure.label_space import test_of


@dataclass(frozen=True, slots=True)
class Sight:
    """What is looked at.

    Attributes:
        tests: Conditions on labels and names.
        names: Port names that egress rules use, with their protocol.
        names_are_sure: Whether a port that passes by its name does so whatever its
            number is: no rule that denies or passes on may come first.
    """

    tests: frozenset[LabelTest]
    names: frozenset[tuple[Protocol, str]]
    names_are_sure: bool


def sight(
    table: PolicyTable,
    ranked: Iterable[RankedPolicy],
    workload: Workload,
    direction: Direction,
) -> Sight:
    """Return what the policies that may hold *workload* look at.

    Policies that do not hold it after all may be among them: that tells more apart
    than need be, and what turns out alike is joined again.
    """
    index = table.index
    held = {
        at
        for unit in table.units(workload)
        for at in table.grip(unit, direction).policies
    }
    tests: set[LabelTest] = set()
    names: set[tuple[Protocol, str]] = set()
    for at in sorted(held):
        policy = index.policies[at]
        tests.update(_policy_tests(policy, direction))
        names.update(_names(policy, direction))
    sure = True
    for other in ranked:
        if _may_hold(other, workload, direction):
            tests.update(_ranked_tests(other, direction))
            names.update(_names(other, direction))
            sure = False
    return Sight(frozenset(tests), frozenset(names), sure)


def _may_hold(policy: RankedPolicy, workload: Workload, direction: Direction) -> bool:
    confined = policy.namespace not in {None, workload.namespace}
    return direction in policy.governs and not confined


def _policy_tests(policy: Policy, direction: Direction) -> Iterator[LabelTest]:
    for rule in policy.rules(direction):
        for peer in rule.peers or ():
            if isinstance(peer, PodPeer):
                yield from _selector_tests(peer.pods, Facet.LABELS)
                if peer.namespaces is not None:
                    yield from _selector_tests(peer.namespaces, Facet.NAMESPACE_LABELS)
                else:
                    yield LabelTest(
                        Facet.NAMESPACE_NAME,
                        "",
                        Comparison.IN,
                        frozenset({policy.namespace}),
                    )


def _selector_tests(selector: Selector, facet: Facet) -> Iterator[LabelTest]:
    return (test_of(item, facet) for item in selector.requirements)


def _ranked_tests(policy: RankedPolicy, direction: Direction) -> Iterator[LabelTest]:
    for rule in policy.rules(direction):
        yield from ends_tests(rule.far)


def ends_tests(ends: Ends) -> Iterator[LabelTest]:
    """Yield every condition on pods that a predicate over ends holds."""
    match ends:
        case Endpoints(labels):
            yield from label_tests(labels)
        case AllOf(items) | AnyOf(items):
            for item in items:
                yield from ends_tests(item)
        case Not(inner):
            yield from ends_tests(inner)
        case Perhaps(inner, _):
            yield from ends_tests(inner)
        case Addresses() | Nodes() | World():
            return


def label_tests(labels: Labels) -> Iterator[LabelTest]:
    """Yield every condition that a predicate over labels holds."""
    match labels:
        case LabelTest():
            yield labels
        case AllOf(items) | AnyOf(items):
            for item in items:
                yield from label_tests(item)
        case Not(inner):
            yield from label_tests(inner)
        case Perhaps(inner, _):
            yield from label_tests(inner)


def _names(
    policy: Policy | RankedPolicy, direction: Direction
) -> Iterable[tuple[Protocol, str]]:
    if direction is Direction.INGRESS:
        return ()
    matches: list[object] = []
    if isinstance(policy, Policy):
        for rule in policy.egress:
            matches.extend(rule.ports or ())
    else:
        for ranked in policy.egress:
            matches.extend(ranked.services or ())
            matches.extend(ranked.except_services)
    return [
        (item.protocol, item.name) for item in matches if isinstance(item, NamedPort)
    ]
