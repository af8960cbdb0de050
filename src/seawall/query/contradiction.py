"""Conditions that nothing can ever fulfil, whatever it carries.

Looks at what must hold together, label by label. It says so only where it is sure.
"""

from collections.abc import Iterable, Iterator

from seawall.model.ends import (
    AllOf,
    AnyOf,
    Comparison,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Not,
    Perhaps,
)
from seawall.model.policy import Peer, PodPeer
from seawall.model.selector import Operator, Selector

Key = tuple[Facet, str]


def contradicts_itself(selector: Selector) -> bool:
    """Whether no labels fulfil a selector.

    Source: Kubernetes, apimachinery labels: requirements must all hold; `NotIn` and
    `DoesNotExist` hold where the label is absent.
    """
    tests = []
    for item in selector.requirements:
        exists = item.operator in {Operator.EXISTS, Operator.DOES_NOT_EXIST}
        wanted = item.operator in {Operator.IN, Operator.EXISTS}
        comparison = Comparison.EXISTS if exists else Comparison.IN
        tests.append(
            (LabelTest(Facet.LABELS, item.key, comparison, item.values), wanted)
        )
    return _clash(tests)


def peer_contradicts(peer: Peer) -> bool:
    """Whether no pod can ever be meant by a peer."""
    return isinstance(peer, PodPeer) and (
        contradicts_itself(peer.pods)
        or (peer.namespaces is not None and contradicts_itself(peer.namespaces))
    )


def labels_contradict(labels: Labels) -> bool:
    """Whether nothing fulfils a condition of a ranked policy."""
    match labels:
        case AnyOf(items):
            return all(labels_contradict(item) for item in items)
        case AllOf(items):
            return any(labels_contradict(item) for item in items) or _clash(
                _literals(labels)
            )
        case Perhaps(item, _):
            return labels_contradict(item)
        case LabelTest() | Not():
            return _clash(_literals(labels))


def ends_contradict(ends: Ends) -> bool:
    """Whether no end can ever be meant."""
    match ends:
        case AnyOf(items):
            return all(ends_contradict(item) for item in items)
        case AllOf(items):
            return any(ends_contradict(item) for item in items)
        case Perhaps(item, _):
            return ends_contradict(item)
        case Endpoints(labels):
            return labels_contradict(labels)
        case _:
            return False


def _literals(labels: Labels) -> Iterator[tuple[LabelTest, bool]]:
    """Yield tests that must come out one way for a condition to hold."""
    match labels:
        case LabelTest():
            yield labels, True
        case Not(LabelTest() as test):
            yield test, False
        case AllOf(items):
            for item in items:
                yield from _literals(item)
        case _:
            return


def _clash(tests: Iterable[tuple[LabelTest, bool]]) -> bool:
    """Whether some tests cannot come out as wanted on one thing."""
    by_key: dict[Key, list[tuple[LabelTest, bool]]] = {}
    for test, wanted in tests:
        by_key.setdefault((test.facet, test.key), []).append((test, wanted))
    return any(_clash_of_one(found) for found in by_key.values())


def _clash_of_one(tests: list[tuple[LabelTest, bool]]) -> bool:
    present = any(wanted for _, wanted in tests)
    absent = any(
        test.comparison is Comparison.EXISTS and not wanted for test, wanted in tests
    )
    if present and absent:
        return True
    within: frozenset[str] | None = None
    outside: frozenset[str] = frozenset()
    for test, wanted in tests:
        if test.comparison is not Comparison.IN:
            continue
        if not wanted:
            outside |= test.values
        elif within is None:
            within = test.values
        else:
            within &= test.values
    return within is not None and not within - outside
