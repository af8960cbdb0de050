"""What labelled things carry, and which of them fulfil a condition of a ranked policy.

The things are units, by number, and network sets. Truth has three values: a condition
may not be settled, such as one on the labels of an account that is not declared.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from seawall.engine.policy.ends.unit import Unit
from seawall.model.dataplane import Tri
from seawall.model.ends import (
    AllOf,
    AnyOf,
    Comparison,
    Facet,
    Labels,
    LabelTest,
    Not,
    Perhaps,
)
from seawall.model.ranked import NetworkSet, ServiceAccount
from seawall.model.workload import Namespace

NAME_KEY = "kubernetes.io/metadata.name"


@dataclass(frozen=True, slots=True)
class Held:
    """Two sets of things; *sure* is a part of *possible*."""

    sure: int
    possible: int


@dataclass(frozen=True, slots=True)
class _Values:
    """The values of one key: which things have each; the rest lack it.

    Attributes:
        having: For each value, the things that have it.
        open: The things of which the value is not known.
    """

    having: dict[str, int]
    open: int


class Traits:
    """Evaluates conditions on labels, on all things at once."""

    def __init__(
        self,
        units: Sequence[Unit],
        namespaces: Iterable[Namespace],
        accounts: Iterable[ServiceAccount],
    ) -> None:
        """Take note of what units, their namespaces and accounts carry."""
        self._units = units
        self._everything = (1 << len(units)) - 1
        self._namespaces = {item.name: dict(item.labels) for item in namespaces}
        self._accounts = {
            (item.namespace, item.name): dict(item.labels) for item in accounts
        }
        self._values: dict[tuple[Facet, str], _Values] = {}
        self._tests: dict[LabelTest, Held] = {}

    def of_units(self, labels: Labels) -> Held:
        """Return the units that fulfil a condition.

        Complexity: for each test that is new, the distinct values of its key.
        """
        everything = self._everything
        match labels:
            case LabelTest():
                found = self._tests.get(labels)
                if found is None:
                    found = self._tests[labels] = self._test(labels)
                return found
            case AllOf(items):
                sure = possible = everything
                for item in items:
                    one = self.of_units(item)
                    sure &= one.sure
                    possible &= one.possible
                return Held(sure, possible)
            case AnyOf(items):
                sure = possible = 0
                for item in items:
                    one = self.of_units(item)
                    sure |= one.sure
                    possible |= one.possible
                return Held(sure, possible)
            case Not(item):
                one = self.of_units(item)
                return Held(everything & ~one.possible, everything & ~one.sure)
            case Perhaps(item, _):
                return Held(0, self.of_units(item).possible)

    def of_set(self, labels: Labels, item: NetworkSet) -> Tri:
        """Return whether a network set fulfils a condition.

        Source: projectcalico/calico felix/calc: a network set has its own labels and
        those of its namespace, and no account.
        """
        match labels:
            case LabelTest(facet, key):
                value = self._value_of_set(facet, key, item)
                return Tri.YES if _fulfils(labels, value) else Tri.NO
            case AllOf(items):
                found = {self.of_set(each, item) for each in items}
                return _first(found, (Tri.NO, Tri.UNDEFINED), Tri.YES)
            case AnyOf(items):
                found = {self.of_set(each, item) for each in items}
                return _first(found, (Tri.YES, Tri.UNDEFINED), Tri.NO)
            case Not(inner):
                return _OPPOSITE[self.of_set(inner, item)]
            case Perhaps(inner, _):
                held = self.of_set(inner, item)
                return Tri.NO if held is Tri.NO else Tri.UNDEFINED

    def _value_of_set(self, facet: Facet, key: str, item: NetworkSet) -> str | None:
        if facet is Facet.LABELS:
            return dict(item.labels).get(key)
        if facet is Facet.NAMESPACE_NAME:
            return item.namespace
        if facet is Facet.NAMESPACE_LABELS and item.namespace is not None:
            return self._namespace(item.namespace).get(key)
        return None

    def _namespace(self, name: str) -> Mapping[str, str]:
        return self._namespaces.get(name, {NAME_KEY: name})

    def _test(self, item: LabelTest) -> Held:
        key = (item.facet, item.key)
        values = self._values.get(key)
        if values is None:
            values = self._values[key] = self._spread(*key)
        sure = 0
        for value, having in values.having.items():
            if _fulfils(item, value):
                sure |= having
        return Held(sure, sure | values.open)

    def _spread(self, facet: Facet, key: str) -> _Values:
        having: dict[str, int] = {}
        is_open = 0
        for at, unit in enumerate(self._units):
            value: str | None = None
            match facet:
                case Facet.LABELS:
                    value = dict(unit.labels).get(key)
                case Facet.NAMESPACE_NAME:
                    value = unit.namespace
                case Facet.NAMESPACE_LABELS:
                    value = self._namespace(unit.namespace).get(key)
                case Facet.ACCOUNT_NAME:
                    value = unit.account
                case Facet.MESH:
                    value = unit.mesh or None
                    is_open |= 0 if unit.mesh else 1 << at
                case Facet.ACCOUNT_LABELS:
                    account = self._accounts.get((unit.namespace, unit.account))
                    if account is None:
                        is_open |= 1 << at
                    else:
                        value = account.get(key)
            if value is not None:
                having[value] = having.get(value, 0) | 1 << at
        return _Values(having, is_open)


def _fulfils(item: LabelTest, value: str | None) -> bool:
    if value is None:
        return False
    match item.comparison:
        case Comparison.EXISTS:
            return True
        case Comparison.IN:
            return value in item.values
        case Comparison.CONTAINS:
            return any(part in value for part in item.values)
        case Comparison.STARTS_WITH:
            return value.startswith(tuple(item.values))
        case Comparison.ENDS_WITH:
            return value.endswith(tuple(item.values))


def _first(found: set[Tri], order: tuple[Tri, ...], otherwise: Tri) -> Tri:
    return next((each for each in order if each in found), otherwise)


_OPPOSITE = {Tri.YES: Tri.NO, Tri.NO: Tri.YES, Tri.UNDEFINED: Tri.UNDEFINED}
