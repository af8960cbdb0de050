"""Pods that do not exist yet: one for every combination that a sight tells apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, product
from math import prod

from seawall.model.ends import Facet, LabelTest
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.policy import NumberedPorts
from seawall.model.ranked import ServiceAccount
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import ContainerPort, Namespace, Workload
from seawall.query.exposure.cover import Point
from seawall.query.exposure.label_space import (
    NAME_KEY,
    OTHER,
    Axis,
    TooManyError,
    axes,
    holds,
)
from seawall.query.exposure.sight import Sight

MOST = 4096
"""So many combinations at most are looked at for one workload."""

NOWHERE = Origin("(pods that do not exist yet)")


@dataclass(frozen=True, slots=True)
class Region:
    """Combinations of labels, in existing namespaces or in new ones.

    Attributes:
        groups: For existing namespaces, those that no condition tells apart; a point
            names one of these first. Empty for new namespaces.
        places: The axes of a new namespace, which a point names first.
        pods: The axes of the pod and of the account that it runs as.
    """

    groups: tuple[tuple[Namespace, ...], ...]
    places: tuple[Axis, ...]
    pods: tuple[Axis, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many positions each axis of a point has."""
        first = (len(self.groups),) if self.groups else ()
        return (*first, *(len(axis.classes) for axis in (*self.places, *self.pods)))

    def points(self) -> Iterator[Point]:
        """Yield every point."""
        return product(*(range(size) for size in self.sizes))


def regions(sight: Sight, namespaces: Iterable[Namespace]) -> tuple[Region, ...]:
    """Return the combinations of what a sight looks at.

    Raises:
        TooManyError: There are too many to look at.
    """
    by_facet: dict[Facet, list[LabelTest]] = {facet: [] for facet in Facet}
    for item in sight.tests:
        by_facet[item.facet].append(item)
    if by_facet[Facet.ACCOUNT_NAME] and by_facet[Facet.ACCOUNT_LABELS]:
        raise TooManyError("policies look at names and labels of service accounts")
    pods = tuple(
        axis
        for facet in (Facet.LABELS, Facet.ACCOUNT_NAME, Facet.ACCOUNT_LABELS)
        for axis in axes(
            by_facet[facet],
            never={"": frozenset({None})} if facet is Facet.ACCOUNT_NAME else {},
        )
    )
    tests = [
        *by_facet[Facet.NAMESPACE_LABELS],
        *(_on_name_label(item) for item in by_facet[Facet.NAMESPACE_NAME]),
    ]
    listed = list(namespaces)
    taken = frozenset({None, *(item.name for item in listed)})
    found = [Region((), axes(tests, never={NAME_KEY: taken}), pods)]
    if listed:
        found.insert(0, Region(tuple(_alike(tests, listed)), (), pods))
    count = sum(prod(region.sizes) for region in found)
    if count > MOST:
        raise TooManyError(f"policies tell {count} combinations of labels apart")
    return tuple(found)


def _on_name_label(item: LabelTest) -> LabelTest:
    """Return a condition on a namespace's name as one on the label that holds it."""
    return LabelTest(Facet.NAMESPACE_LABELS, NAME_KEY, item.comparison, item.values)


def _alike(
    tests: list[LabelTest], namespaces: list[Namespace]
) -> Iterable[tuple[Namespace, ...]]:
    """Return the namespaces in groups that no condition tells apart.

    One whose labels are not known stands alone, if labels matter.
    """
    by_label = any(item.key != NAME_KEY for item in tests)
    groups: dict[object, list[Namespace]] = {}
    for namespace in namespaces:
        labels = {**dict(namespace.labels), NAME_KEY: namespace.name}
        key: object = tuple(holds(item, labels.get(item.key)) for item in tests)
        if by_label and not namespace.declared:
            key = namespace.name
        groups.setdefault(key, []).append(namespace)
    return (tuple(held) for held in groups.values())


@dataclass(frozen=True, slots=True)
class Example:
    """The pods that stand for one point: which objects hold them, and where.

    Attributes:
        layer: Which of the layers of `Crowd` holds them.
        position: Their position among the workloads there.
    """

    layer: int
    position: int


class _Layer:
    def __init__(self) -> None:
        self.namespaces: dict[str, Namespace] = {}
        self.workloads: dict[Workload, int] = {}
        self.accounts: dict[tuple[str, str], ServiceAccount] = {}


class Crowd:
    """Pods that do not exist yet, beside the objects that do.

    Two new namespaces of one name cannot be in one cluster: each is in a layer.
    """

    def __init__(
        self, objects: KubernetesObjects, names: Iterable[tuple[Protocol, str]]
    ) -> None:
        """Start without any.

        Args:
            objects: What exists.
            names: The port names that are looked at.
        """
        self._objects = objects
        self._first = len(objects.workloads)
        self._layers = [_Layer()]
        self._invented: dict[object, str] = {}
        self.numbers = _numbers(objects, names)

    @property
    def services(self) -> tuple[tuple[Protocol, PortRange], ...]:
        """The numbers that stand for port names."""
        return tuple(
            (protocol, PortRange(number, number))
            for (protocol, _), number in self.numbers.items()
        )

    def layers(self, *, naming: bool = False) -> Iterator[KubernetesObjects]:
        """Yield what exists together with the pods of each layer.

        Args:
            naming: Whether these have a port for every name that is looked at. They
                stand apart from those that have none, because on some engines what one
                pod calls by a name changes what the name means on others.
        """
        objects = self._objects
        ports = tuple(
            ContainerPort(name, number, protocol)
            for (protocol, name), number in self.numbers.items()
        )
        for layer in self._layers:
            pods = tuple(layer.workloads)
            if naming:
                pods = tuple(replace(pod, ports=ports) for pod in pods)
            yield replace(
                objects,
                namespaces=(*objects.namespaces, *layer.namespaces.values()),
                workloads=(*objects.workloads, *pods),
                accounts=(*objects.accounts, *layer.accounts.values()),
            )

    def example(self, region: Region, point: Point) -> Example:
        """Return pods that stand for a point of a region."""
        if region.groups:
            namespace = region.groups[point[0]][0]
            at, rest = 0, point[1:]
        else:
            namespace, at = self._namespace(region, point)
            rest = point[len(region.places) :]
        layer = self._layers[at]
        labels: dict[str, str] = {}
        on_account: dict[str, str] = {}
        account = "default"
        for axis, chosen in zip(region.pods, rest, strict=True):
            value = axis.classes[chosen][0]
            if value is None:
                continue
            if axis.facet is Facet.ACCOUNT_NAME:
                account = value
            elif axis.facet is Facet.ACCOUNT_LABELS:
                on_account[axis.key] = value
            else:
                labels[axis.key] = value
        if any(axis.facet is Facet.ACCOUNT_LABELS for axis in region.pods):
            account = self._account(layer, namespace.name, on_account)
        pod = Workload(
            namespace.name,
            "future",
            "Pod",
            tuple(sorted(labels.items())),
            NOWHERE,
            service_account=account,
        )
        count = len(layer.workloads)
        return Example(at, self._first + layer.workloads.setdefault(pod, count))

    def _namespace(self, region: Region, point: Point) -> tuple[Namespace, int]:
        labels: dict[str, str] = {}
        for axis, chosen in zip(region.places, point, strict=False):
            value = axis.classes[chosen][0]
            if value is not None:
                labels[axis.key] = value
        name = labels.get(NAME_KEY, OTHER)
        if name == OTHER:
            name = self._invent(("namespace", *sorted(labels.items())), "new-namespace")
        labels[NAME_KEY] = name
        found = Namespace(
            name, tuple(sorted(labels.items())), declared=True, origin=NOWHERE
        )
        for at, layer in enumerate(self._layers):
            if layer.namespaces.setdefault(name, found) == found:
                return found, at
        self._layers.append(_Layer())
        self._layers[-1].namespaces[name] = found
        return found, len(self._layers) - 1

    def _account(self, layer: _Layer, namespace: str, labels: dict[str, str]) -> str:
        held = tuple(sorted(labels.items()))
        name = self._invent(("account", *held), "new-account")
        layer.accounts[namespace, name] = ServiceAccount(namespace, name, held, NOWHERE)
        return name

    def _invent(self, what: object, word: str) -> str:
        """Return a name for a thing, the same each time, that nothing bears."""
        found = self._invented.get(what)
        if found is None:
            found = f"{word}-{len(self._invented) + 1}.example"
            self._invented[what] = found
        return found


def _numbers(
    objects: KubernetesObjects, names: Iterable[tuple[Protocol, str]]
) -> dict[tuple[Protocol, str], int]:
    """Return a number for each port name: if there is one, that nothing mentions."""
    used = {port.port for workload in objects.workloads for port in workload.ports}
    spans = [
        match.ports
        for policy in objects.policies
        for rule in policy.egress
        for match in rule.ports or ()
        if isinstance(match, NumberedPorts)
    ]
    spans.extend(
        match.ports
        for policy in objects.ranked_policies
        for ranked in policy.egress
        for match in (*(ranked.services or ()), *ranked.except_services)
        if isinstance(match, NumberedPorts)
    )
    ends = {0, *(span.first for span in spans), *(span.last + 1 for span in spans)}
    free = (
        number
        for start in sorted(ends)
        for number in range(start, start + len(ends) + len(used) + 1)
        if 0 < number <= EVERY_PORT.last
        and number not in used
        and not any(span.first <= number <= span.last for span in spans)
    )
    mentioned = (number for number in range(EVERY_PORT.last, 0, -1))
    ordered = sorted(set(names), key=lambda item: (item[0].name, item[1]))
    return dict(zip(ordered, dict.fromkeys(chain(free, mentioned)), strict=False))
