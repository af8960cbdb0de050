"""Pods by class: those that no policy, Service or network could tell apart are one.

A class is told by namespace, the labels that some selector names, the named ports, the
account where a policy asks for it, and where it runs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seawall.model.ends import AllOf, AnyOf, Endpoints, Facet, LabelTest, Not, Perhaps
from seawall.model.policy import NamedPort, PodPeer
from seawall.model.ranked import RankedPolicy
from seawall.model.selector import Selector
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Workload


@dataclass(frozen=True, slots=True)
class PodClass:
    """Workloads whose pods are alike.

    Attributes:
        workload: The first of them, by label: the one that is stood for by a pod.
        others: The labels of the rest.
        pool: The node pool that its pod is put on; empty where none is known.
    """

    workload: Workload
    others: tuple[str, ...]
    pool: str


@dataclass(frozen=True, slots=True)
class Named:
    """What some policy or Service names of pods.

    Attributes:
        keys: Keys of their labels.
        ports: Names of their ports.
        accounts: Whether some policy asks for the account.
    """

    keys: frozenset[str]
    ports: frozenset[str]
    accounts: bool


def named_in(objects: KubernetesObjects) -> Named:
    """Return what selectors and rules of a cluster name of pods."""
    keys: set[str] = set()
    ports: set[str] = set()
    for selector in _selectors(objects):
        keys.update(item.key for item in selector.requirements)
    for policy in objects.policies:
        for rule in (*policy.ingress, *policy.egress):
            ports.update(
                match.name for match in rule.ports or () if isinstance(match, NamedPort)
            )
    for service in objects.services:
        ports.update(it.target for it in service.ports if isinstance(it.target, str))
    accounts = False
    for ranked in objects.ranked_policies:
        for test in _tests(ranked):
            if test.facet is Facet.LABELS:
                keys.add(test.key)
            accounts |= test.facet in (Facet.ACCOUNT_LABELS, Facet.ACCOUNT_NAME)
        for item in (*ranked.ingress, *ranked.egress):
            matches = (*(item.services or ()), *item.except_services)
            ports.update(it.name for it in matches if isinstance(it, NamedPort))
    return Named(frozenset(keys), frozenset(ports), accounts)


def classes_of(
    objects: KubernetesObjects,
    pools: Iterable[str],
    *,
    every_pool: bool,
    apart: bool = False,
) -> tuple[PodClass, ...]:
    """Return the classes of the pods that run in their own network, by label.

    Args:
        objects: What the cluster holds.
        pools: The names of its node pools; may be empty.
        every_pool: Whether a workload that no pool is chosen for stands on each of
            them, rather than on the first.
        apart: Whether every workload is a class of its own.
    """
    names = tuple(pools)
    named = named_in(objects)
    found: dict[object, list[Workload]] = {}
    for workload in sorted(objects.workloads, key=lambda item: item.label):
        if not workload.runs or workload.host_network:
            continue
        chosen = _pools(workload, names)
        for pool in chosen if every_pool else chosen[:1]:
            own = workload.label if apart else ""
            key = (pool, own, *_traits(workload, named))
            found.setdefault(key, []).append(workload)
    return tuple(
        PodClass(
            members[0],
            tuple(dict.fromkeys(each.label for each in members[1:])),
            str(key[0]) if isinstance(key, tuple) else "",
        )
        for key, members in found.items()
    )


def _pools(workload: Workload, names: tuple[str, ...]) -> tuple[str, ...]:
    if workload.node_pool in names:
        return (workload.node_pool or "",)
    return names or ("",)


def _traits(workload: Workload, named: Named) -> tuple[object, ...]:
    return (
        workload.namespace,
        tuple(pair for pair in workload.labels if pair[0] in named.keys),
        tuple(
            sorted(
                (port.name, port.port, int(port.protocol))
                for port in workload.ports
                if port.name in named.ports
            )
        ),
        workload.service_account if named.accounts else "",
        workload.mesh,
        workload.windows,
        workload.egress_gateway,
        bool(workload.pods and workload.pods[0].node),
    )


def _selectors(objects: KubernetesObjects) -> Iterator[Selector]:
    for policy in objects.policies:
        yield policy.subject
        for rule in (*policy.ingress, *policy.egress):
            for peer in rule.peers or ():
                if isinstance(peer, PodPeer):
                    yield peer.pods
    for opaque in objects.opaque_policies:
        if opaque.subject is not None:
            yield opaque.subject
    for service in objects.services:
        if service.selector is not None:
            yield service.selector


def _tests(policy: RankedPolicy) -> Iterator[LabelTest]:
    yield from _within(policy.subject)
    for rule in (*policy.ingress, *policy.egress):
        yield from _within(rule.far)
        if rule.own is not None:
            yield from _within(rule.own)


def _within(item: object) -> Iterator[LabelTest]:
    """Yield every label test in a condition, however deep."""
    match item:
        case LabelTest():
            yield item
        case AllOf(items) | AnyOf(items):
            for each in items:
                yield from _within(each)
        case Not(inner) | Perhaps(inner):
            yield from _within(inner)
        case Endpoints(labels):
            yield from _within(labels)
