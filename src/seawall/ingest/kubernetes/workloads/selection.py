"""Which label keys selectors ask for, and policies that ask for what is not shown."""

from collections.abc import Iterable, Iterator, Mapping

from seawall.ingest.kubernetes.workloads.namespace import namespaces_with, open_label
from seawall.ingest.kubernetes.workloads.workload import is_volatile
from seawall.model.policy import (
    Direction,
    OpaquePolicy,
    PodPeer,
    Policy,
)
from seawall.model.selector import Selector
from seawall.model.service import Service
from seawall.model.workload import Workload

_ADDED_BY_JOBS = ("job-name", "controller-uid", "batch.kubernetes.io/")
_ADDED = {
    "Deployment": ("pod-template-hash",),
    "ReplicaSet": ("pod-template-hash",),
    "Rollout": ("rollouts-pod-template-hash",),
    "StatefulSet": (
        "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index",
        "controller-revision-hash",
    ),
    "DaemonSet": ("controller-revision-hash", "pod-template-generation"),
    "Job": _ADDED_BY_JOBS,
    "CronJob": _ADDED_BY_JOBS,
}
"""Labels that a controller adds to pods and that its template does not show.

Source:
    Kubernetes docs, reference, "Well-Known Labels, Annotations and Taints".
"""


def policy_keys(
    policies: Iterable[Policy], opaque: Iterable[OpaquePolicy]
) -> frozenset[str]:
    """Return the pod label keys that policies mention."""
    out: set[str] = set()
    for policy in policies:
        for selector in _pod_selectors(policy):
            out.update(item.key for item in selector.requirements)
    for item in opaque:
        if item.subject is not None:
            out.update(requirement.key for requirement in item.subject.requirements)
    return frozenset(out)


def asked_keys(services: Iterable[Service]) -> frozenset[str]:
    """Return the label keys that Services mention."""
    return frozenset(
        item.key
        for service in services
        if service.selector is not None
        for item in service.selector.requirements
    )


def settle(
    policies: Iterable[Policy],
    workloads: Iterable[Workload],
    unsettled: Mapping[str, frozenset[str]],
) -> tuple[list[Policy], list[OpaquePolicy]]:
    """Return the policies that are certain, and those that ask for labels that are not.

    A controller adds labels to pods that its template does not show. A policy that
    selects by them has no certain meaning until the pods are in the input.

    Args:
        policies: As read.
        workloads: Those of the input.
        unsettled: Namespaces by the key of a label that is not certain for them.
    """
    added = added_keys(workloads)
    certain: list[Policy] = []
    opaque: list[OpaquePolicy] = []
    for policy in policies:
        around = _around(policy) if unsettled else ()
        asked = ((key, namespaces_with(unsettled, key)) for key in around)
        why = next((open_label(key, names) for key, names in asked if names), None)
        if any(key.startswith(added) for key in _volatile_keys(policy)):
            opaque.append(_opaque(policy))
        elif why is not None:
            opaque.append(_unsettled(policy, policy.subject, why))
        else:
            certain.append(policy)
    return certain, opaque


def added_keys(workloads: Iterable[Workload]) -> tuple[str, ...]:
    """Return how the keys start that controllers add to pods which are not shown."""
    added = {
        key
        for workload in workloads
        if not workload.pods
        for key in _ADDED.get(workload.kind, ())
    }
    return tuple(sorted(added))


def _pod_selectors(policy: Policy) -> Iterator[Selector]:
    yield policy.subject
    for direction in Direction:
        for rule in policy.rules(direction):
            for peer in rule.peers or ():
                if isinstance(peer, PodPeer):
                    yield peer.pods


def _around(policy: Policy) -> Iterator[str]:
    """Yield the keys of namespace labels that the peers of a policy ask for."""
    for direction in Direction:
        for rule in policy.rules(direction):
            for peer in rule.peers or ():
                if isinstance(peer, PodPeer) and peer.namespaces is not None:
                    yield from (item.key for item in peer.namespaces.requirements)


def _volatile_keys(policy: Policy) -> Iterator[str]:
    for selector in _pod_selectors(policy):
        for item in selector.requirements:
            if is_volatile(item.key):
                yield item.key


def _opaque(policy: Policy) -> OpaquePolicy:
    keys = ", ".join(sorted({f"`{key}`" for key in _volatile_keys(policy)}))
    asks = any(is_volatile(item.key) for item in policy.subject.requirements)
    why = f"it selects by {keys}, which pods get from their controller"
    return _unsettled(policy, None if asks else policy.subject, why)


def _unsettled(policy: Policy, subject: Selector | None, why: str) -> OpaquePolicy:
    return OpaquePolicy(
        "NetworkPolicy",
        policy.namespace,
        policy.name,
        subject,
        policy.isolates,
        None,
        why,
        policy.origin,
    )
