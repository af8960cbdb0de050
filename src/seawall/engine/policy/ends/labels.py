"""Selectors, evaluated on all units or namespaces at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from seawall.engine.policy.ends.unit import Unit
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.workload import Namespace

Labels = Iterable[tuple[str, str]]


class LabelIndex:
    """Which of some numbered things carry which label."""

    def __init__(self, things: Sequence[Labels]) -> None:
        self.everything = (1 << len(things)) - 1
        having: dict[tuple[str, str], list[int]] = {}
        for at, labels in enumerate(things):
            for item in labels:
                having.setdefault(item, []).append(at)
        self._values = {item: set_of(places) for item, places in having.items()}
        self._keys: dict[str, int] = {}
        for (key, _), places in self._values.items():
            self._keys[key] = self._keys.get(key, 0) | places

    def matching(self, selector: Selector) -> int:
        """Return the things that *selector* selects.

        Source: Kubernetes, apimachinery meta/v1 LabelSelector: requirements are ANDed.
        """
        found = self.everything
        for requirement in selector.requirements:
            found &= self.meeting(requirement)
        return found

    def meeting(self, requirement: Requirement) -> int:
        """Return the things that meet one requirement.

        Source: Kubernetes, apimachinery labels.Requirement: `NotIn` and `DoesNotExist`
        hold for things without the key.
        """
        having = self._keys.get(requirement.key, 0)
        if requirement.operator is Operator.EXISTS:
            return having
        if requirement.operator is Operator.DOES_NOT_EXIST:
            return self.everything ^ having
        listed = 0
        for value in requirement.values:
            listed |= self._values.get((requirement.key, value), 0)
        if requirement.operator is Operator.IN:
            return listed
        return self.everything ^ listed


class NamespaceIndex:
    """Which units live in which namespaces."""

    def __init__(self, namespaces: Sequence[Namespace], units: Sequence[Unit]) -> None:
        """Index *units* by the labels of their namespaces.

        A namespace that no object declares has the label of its name and no other.

        Source: Kubernetes, "Namespaces", automatic labelling.
        """
        labels = {item.name: item.labels for item in namespaces}
        for unit in units:
            if unit.namespace not in labels:
                name = unit.namespace
                labels[name] = (("kubernetes.io/metadata.name", name),)
        self._labels = LabelIndex(list(labels.values()))
        self._units = [0] * len(labels)
        self._number = {name: at for at, name in enumerate(labels)}
        for name, members in _runs(units):
            self._units[self._number[name]] |= members
        self._expanded: dict[int, int] = {}
        self._matching: dict[tuple[Requirement, ...], int] = {}

    def units_in(self, namespace: str) -> int:
        """Return the units in one namespace."""
        at = self._number.get(namespace)
        return 0 if at is None else self._units[at]

    def matching(
        self,
        selector: Selector,
        counts: Callable[[Requirement], bool] = lambda _: True,
    ) -> int:
        """Return the units in the namespaces that *selector* selects.

        Args:
            selector: The selector.
            counts: Which of its requirements to respect.
        """
        kept = tuple(item for item in selector.requirements if counts(item))
        found = self._matching.get(kept)
        if found is None:
            chosen = self._labels.matching(Selector(kept))
            found = self._matching[kept] = self._members(chosen)
        return found

    def _members(self, namespaces: int) -> int:
        """Return the units in a set of namespaces."""
        found = self._expanded.get(namespaces)
        if found is None:
            found = 0
            for at in indices(namespaces):
                found |= self._units[at]
            self._expanded[namespaces] = found
        return found


def _runs(units: Sequence[Unit]) -> Iterator[tuple[str, int]]:
    """Yield the namespace and the set of each run of units that share one."""
    first = 0
    for name, members in groupby(units, key=attrgetter("namespace")):
        count = sum(1 for _ in members)
        yield name, ((1 << count) - 1) << first
        first += count
