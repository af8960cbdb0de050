"""The network policies that AKS makes in namespaces which Azure manages.

`AllowAll` makes none, as policies of one's own restrict such a namespace. Labels of the
namespace are Azure's.

Source: AKS docs, concepts-managed-namespaces, "Network policies", read 2026-11-30.
"""

from collections.abc import Iterator
from dataclasses import replace

from seawall.model.cluster import Cluster
from seawall.model.managed_namespace import DefaultPolicy, ManagedNamespace
from seawall.model.origin import Origin
from seawall.model.policy import Direction, OpaquePolicy, PodPeer, Policy, PolicyRule
from seawall.model.selector import EVERYTHING
from seawall.model.setting import Setting
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Namespace

_NAME_LABEL = "kubernetes.io/metadata.name"
_POLICY = "default-network-policy"


def with_managed(
    objects: KubernetesObjects, cluster: Cluster | None
) -> KubernetesObjects:
    """Return the objects of a cluster with what AKS makes in managed namespaces."""
    found = cluster.managed_namespaces if cluster is not None else ()
    if not found:
        return objects
    policies = [policy for each in found for policy in _policies(each)]
    opaque = [policy for each in found for policy in _unclear(each)]
    return replace(
        objects,
        namespaces=_labelled(objects.namespaces, found),
        policies=tuple(
            sorted(
                (*objects.policies, *policies),
                key=lambda item: (item.namespace, item.name),
            )
        ),
        opaque_policies=(*objects.opaque_policies, *opaque),
    )


def _sides(
    space: ManagedNamespace,
) -> Iterator[tuple[Direction, Setting[DefaultPolicy]]]:
    yield Direction.INGRESS, space.ingress
    yield Direction.EGRESS, space.egress


def _policies(space: ManagedNamespace) -> Iterator[Policy]:
    asked = {way: it.value for way, it in _sides(space) if it.known}
    closed = {way: it for way, it in asked.items() if it is not DefaultPolicy.ALL}
    if not closed:
        return
    yield Policy(
        space.name,
        _POLICY,
        EVERYTHING,
        frozenset(closed),
        _rules(closed.get(Direction.INGRESS), space.ingress.origin or space.origin),
        _rules(closed.get(Direction.EGRESS), space.egress.origin or space.origin),
        space.origin,
        predicted=True,
    )


def _rules(admits: DefaultPolicy | None, origin: Origin) -> tuple[PolicyRule, ...]:
    if admits is not DefaultPolicy.OWN:
        return ()
    return (PolicyRule((PodPeer(None, EVERYTHING),), None, origin),)


def _unclear(space: ManagedNamespace) -> Iterator[OpaquePolicy]:
    hidden = {way: it.why for way, it in _sides(space) if not it.known}
    if hidden:
        yield OpaquePolicy(
            kind="NetworkPolicy",
            namespace=space.name,
            name=_POLICY,
            subject=EVERYTHING,
            directions=frozenset(hidden),
            engines=None,
            why="; ".join(dict.fromkeys(hidden.values())),
            origin=space.origin,
        )


def _labelled(
    known: tuple[Namespace, ...], managed: tuple[ManagedNamespace, ...]
) -> tuple[Namespace, ...]:
    by_name = {each.name: each for each in known}
    for space in managed:
        new = Namespace(
            space.name,
            ((_NAME_LABEL, space.name),),
            declared=False,
            origin=space.origin,
        )
        old = by_name.get(space.name, new)
        labels = {**dict(old.labels), **dict(space.labels)}
        by_name[space.name] = replace(old, labels=tuple(sorted(labels.items())))
    return tuple(by_name[name] for name in sorted(by_name))
