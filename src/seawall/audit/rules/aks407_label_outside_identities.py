"""AKS407: selectors by labels that Cilium leaves out of identities."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.engine.policy.ends.oversight import overlooked_keys
from seawall.model.dataplane import Tri
from seawall.model.origin import Origin
from seawall.model.policy import PodPeer, Policy
from seawall.query.case import Case


class LabelOutsideIdentities(Rule):
    """A policy selects by a label that Cilium does not see.

    Why it matters: Cilium selects identities, and these lack labels that tell single
    pods apart, such as `pod-template-hash` and `statefulset.kubernetes.io/pod-name`. A
    selector that asks for one selects nothing: pods that it should hold are open, and
    peers that it should admit are not.

    When it is fine: never; the selector does not mean what it says.

    Source: docs.cilium.io, operations/performance, "Limiting Identity-Relevant Labels";
    cilium pkg/labelsfilter filter.go, read 2026-08.
    """

    code = "AKS407"
    name = "label-outside-identities"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                networkDataplane: cilium
                networkPolicy: cilium
                podCidr: 10.244.0.0/16
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: from-first, namespace: shop}
            spec:
              podSelector: {}
              ingress:
                - from:  # finding
                    - podSelector:
                        matchLabels: {statefulset.kubernetes.io/pod-name: db-0}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "policy.yaml": bad["policy.yaml"]
        .replace("  # finding", "")
        .replace("statefulset.kubernetes.io/pod-name: db-0", "app: db"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        plane = case.dataplane
        if plane.enforces is not Tri.YES or plane.overlooks_labels is not Tri.YES:
            return
        for policy in case.snapshot.objects.policies:
            for origin, keys in _unseen(policy):
                names = listed(f"`{key}`" for key in sorted(set(keys)))
                yield self.finding(
                    policy.label,
                    f"`{policy.label}` selects by {names}, which Cilium leaves out of "
                    "identities and so does not see",
                    "select by a label of your own, such as `app.kubernetes.io/name`",
                    origin=origin,
                )


def _unseen(policy: Policy) -> Iterator[tuple[Origin, list[str]]]:
    """Yield where labels are selected that are not seen, and their keys."""
    places: list[tuple[Origin, Iterable[str]]] = [
        (policy.origin, overlooked_keys(policy.subject))
    ]
    for rule in (each for way in policy.isolates for each in policy.rules(way)):
        peers = [peer for peer in rule.peers or () if isinstance(peer, PodPeer)]
        found = [key for peer in peers for key in overlooked_keys(peer.pods)]
        found += [
            key
            for peer in peers
            if peer.namespaces is not None
            for key in overlooked_keys(peer.namespaces, namespaces=True)
        ]
        places.append((rule.origin, found))
    for origin, keys in places:
        held = list(keys)
        if held:
            yield origin, held
