"""AKS401: network policies that nobody enforces."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.rule import Rule
from seawall.model.dataplane import Tri
from seawall.model.policy import OpaquePolicy, Policy
from seawall.model.ranked import RankedPolicy
from seawall.query.case import Case


class PoliciesWithoutEngine(Rule):
    """Network policies are stored, but no engine enforces them.

    Why it matters: the API server accepts policies whether or not anything acts on
    them. The cluster looks segmented and is wide open.

    When it is fine: never, if somebody relies on the policies.

    Source: AKS docs, use-network-policies, read 2026-08-21.
    """

    code = "AKS401"
    name = "policies-without-engine"
    severity = Severity.HIGH
    controls = SEGMENTS
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                networkPolicy: none  # finding
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: default-deny, namespace: shop}
            spec: {podSelector: {}, policyTypes: [Ingress]}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                networkPolicy: calico
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: default-deny, namespace: shop}
            spec: {podSelector: {}, policyTypes: [Ingress]}
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        objects = case.snapshot.objects
        policies: tuple[Policy | OpaquePolicy | RankedPolicy, ...] = (
            *objects.policies,
            *objects.opaque_policies,
            *(it for it in case.ranked_objects if not it.language.of_mesh),
        )
        if not policies or case.cluster is None or case.dataplane.enforces is Tri.YES:
            return
        setting = case.cluster.policy_engine
        count = len(policies)
        noun = "network policy has" if count == 1 else "network policies have"
        sure = case.dataplane.enforces is Tri.NO
        yield self.finding(
            case.cluster.name,
            f"{count} {noun} no effect: the cluster runs no policy engine"
            if sure
            else f"{count} {noun} perhaps no effect: {setting.why}",
            "turn a policy engine on, for example the Cilium dataplane",
            origin=setting.origin or case.cluster.origin,
            confidence=Confidence.PROVED if sure else Confidence.POSSIBLE,
        )
