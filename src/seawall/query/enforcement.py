"""Which policy engine a question is judged by, and what that choice assumes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from seawall.model.dataplane import (
    DATAPLANES,
    SPEC,
    Dataplane,
    Feature,
    PolicyEngine,
    Tri,
)
from seawall.model.diagnostic import Assumption
from seawall.model.setting import Setting, State
from seawall.model.snapshot import Snapshot

if TYPE_CHECKING:  # decision 0007
    from seawall.model.cluster import Cluster

NO_CLUSTER = Assumption(
    "policies-are-enforced",
    "The input holds no cluster, so some engine is taken to enforce policies as "
    "the Kubernetes API fixes them; what the API leaves open is unknown.",
    "Kubernetes docs, Network Policies",
    ("network policies",),
)
NO_NETWORK = Assumption(
    "no-network-around-the-cluster",
    "The input holds no cluster, so only network policies decide: "
    "translation, security groups, routes and firewalls are left out, and an address "
    "that the input gives to nobody is taken to be no pod's.",
    "Seawall, docs/semantics/path.md, V7",
    ("every connection of pods",),
)

NO_POLICIES = "what-is-not-shown-holds-no-policies"
"""The assumption that keeps hidden workloads from making every answer unknown."""
ANY_ENGINE = replace(
    SPEC,
    enforces=Tri.UNDEFINED,
    honours_end_port=Tri.UNDEFINED,
    carries_sctp=Tri.UNDEFINED,
    named_port_conflicts=Tri.UNDEFINED,
    overlooks_labels=Tri.UNDEFINED,
)
"""An engine of which nothing is known: only what every engine lets through is sure.

Source: AKS docs, use-network-policies and migrate-from-npm-to-cilium-network-policy,
read 2026-08-21.
"""


def enforcement(
    snapshot: Snapshot, chosen: str | None
) -> tuple[Dataplane, tuple[Assumption, ...]]:
    """Return the dataplane that judges policies, and the assumptions behind it.

    Args:
        snapshot: What was read.
        chosen: The name of an engine that the user asks for, or None for the one that
            the cluster runs. It is taken in the version that the cluster's brings, or
            in a supported one where that is not known.
    """
    dataplane, assumptions = _chosen(snapshot, chosen)
    return dataplane, (*assumptions, *_without_policies(snapshot))


def _without_policies(snapshot: Snapshot) -> tuple[Assumption, ...]:
    """Return that what the input stands for and does not show holds no policies."""
    hidden = snapshot.objects.hidden
    if not hidden:
        return ()
    kinds = Counter(item.kind for item in hidden)
    listed = ", ".join(f"{kinds[kind]} {kind}" for kind in sorted(kinds))
    text = (
        f"What is behind {listed} is not in the input; it is taken to hold no network "
        "policies."
    )
    return (
        Assumption(
            NO_POLICIES,
            text,
            "Seawall, docs/semantics/path.md, V4",
            ("network policies",),
        ),
    )


def _chosen(
    snapshot: Snapshot, chosen: str | None
) -> tuple[Dataplane, tuple[Assumption, ...]]:
    cluster = snapshot.cluster
    if chosen is not None:
        dataplane = DATAPLANES[PolicyEngine(chosen)]
        if cluster is None or not cluster.kubernetes_version.known:
            return dataplane, ()
        return _versioned(dataplane, cluster), ()
    if cluster is None:
        return SPEC, (NO_CLUSTER,)
    setting = cluster.policy_engine
    if not setting.known or setting.value is None:
        unknown = replace(ANY_ENGINE, why_unknown=setting.why)
        return unknown, (_engine_unknown(setting),)
    dataplane = DATAPLANES[setting.value]
    return _versioned(dataplane, cluster), _defaulted(setting)


def _versioned(dataplane: Dataplane, cluster: Cluster) -> Dataplane:
    """Return the dataplane as the cluster's Kubernetes version brings it."""
    minor = _minor(cluster.kubernetes_version.value or "")
    if dataplane.engine is PolicyEngine.CALICO:
        return _calico(dataplane, minor)
    if dataplane.engine is PolicyEngine.CILIUM:
        return _cilium(_advanced(dataplane, cluster), minor)
    return dataplane


def _advanced(dataplane: Dataplane, cluster: Cluster) -> Dataplane:
    """Return Cilium with what Advanced Container Networking Services add to it.

    Source: AKS docs, container-network-security-fqdn-filtering-concepts and
    container-network-security-l7-policy-concepts, read 2026-08-21: without these
    services, neither names nor requests are filtered.
    """
    setting = cluster.policy_features
    if not setting.known or setting.value is None:
        return dataplane
    names, requests = (
        Tri.YES if feature in setting.value else Tri.NO
        for feature in (Feature.NAMES, Feature.REQUESTS)
    )
    return replace(dataplane, filters_names=names, filters_requests=requests)


def _cilium(dataplane: Dataplane, minor: int | None) -> Dataplane:
    """Return Cilium as a version of Kubernetes brings it.

    Source: AKS docs, azure-cni-powered-by-cilium and
    migrate-from-npm-to-cilium-network-policy, read 2026-08-21: Kubernetes 1.31 brings
    Cilium 1.16, which ignores `endPort`; 1.32 and later bring 1.17 or newer. Labels
    left out of identities: cilium pull requests 28003, 28897 and 31964.
    """
    if minor is None:
        return replace(dataplane, honours_end_port=Tri.UNDEFINED)
    first_with_end_port = 32
    if minor < first_with_end_port - 1:
        # Cilium before 1.16 leaves out fewer labels.
        dataplane = replace(dataplane, overlooks_labels=Tri.UNDEFINED)
    if minor < first_with_end_port:
        return replace(dataplane, honours_end_port=Tri.NO)
    return dataplane


def _calico(dataplane: Dataplane, minor: int | None) -> Dataplane:
    """Return Calico as a version of Kubernetes brings it.

    Source: AKS docs, supported-kubernetes-versions, read 2026-08-21: Kubernetes 1.33 to
    1.36 bring Calico 3.29 to 3.31, which read AdminNetworkPolicy; from 3.32 on,
    Calico reads ClusterNetworkPolicy (network-policy-api site, implementations).
    """
    first, last = 33, 36
    if minor is None or minor < first:
        return replace(dataplane, enforces_admin_policies=Tri.UNDEFINED)
    if minor > last:
        return replace(
            dataplane,
            enforces_admin_policies=Tri.UNDEFINED,
            enforces_cluster_policies=Tri.UNDEFINED,
        )
    return dataplane


def _minor(version: str) -> int | None:
    parts = version.split(".")
    if len(parts) > 1 and parts[0] == "1" and parts[1].isdecimal():
        return int(parts[1])
    return None


def _engine_unknown(setting: Setting[PolicyEngine]) -> Assumption:
    return Assumption(
        "policy-engine-unknown",
        "It is not known which engine enforces network policies, or whether any does "
        f"({setting.why}); what a policy would deny is unknown.",
        "AKS docs, use-network-policies",
        ("network policies",),
    )


def _defaulted(setting: Setting[PolicyEngine]) -> tuple[Assumption, ...]:
    if setting.state is not State.DEFAULTED or setting.value is None:
        return ()
    return (
        Assumption(
            "policy-engine-defaulted",
            f"The input names no policy engine, so it is `{setting.value.value}`: "
            f"{setting.why}.",
            "AKS docs, use-network-policies",
            ("network policies",),
        ),
    )
