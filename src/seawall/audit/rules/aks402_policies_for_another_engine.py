"""AKS402: policies in the language of an engine that the cluster does not run."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import counted
from seawall.audit.rule import Rule
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.policy import OpaquePolicy
from seawall.model.ranked import RankedPolicy
from seawall.query.case import Case


class PoliciesForAnotherEngine(Rule):
    """Policies are written for an engine that the cluster does not run.

    Why it matters: their kind may not even exist in the cluster, or be stored and read
    by nobody. What they forbid is not forbidden.

    When it is fine: manifests that serve several clusters, if every rule is there in
    plain NetworkPolicy too.

    Source: AKS docs, azure-cni-powered-by-cilium and use-network-policies, read
    2026-08-21.
    """

    code = "AKS402"
    name = "policies-for-another-engine"
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
                networkPolicy: calico
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "policy.yaml": """
            apiVersion: cilium.io/v2  # finding
            kind: CiliumNetworkPolicy
            metadata: {name: names-only, namespace: shop}
            spec:
              endpointSelector: {}
              egress: [{toFQDNs: [{matchName: login.microsoftonline.com}]}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"]
        .replace("networkPolicy: calico", "networkPolicy: cilium")
        .replace("azure\n", "azure\n                networkDataplane: cilium\n", 1),
        "policy.yaml": bad["policy.yaml"].replace("  # finding", ""),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        plane = case.dataplane
        if plane.enforces is not Tri.YES or plane.engine is PolicyEngine.SPEC:
            return
        by_kind: dict[str, list[OpaquePolicy | RankedPolicy]] = {}
        for policy in case.unheeded:
            by_kind.setdefault(policy.kind, []).append(policy)
        for kind, found in by_kind.items():
            noun = "has" if len(found) == 1 else "have"
            yield self.finding(
                found[0].label,
                f"{counted(len(found), kind, kind)} {noun} no effect: the cluster runs "
                f"{plane.engine.value}, which does not act on them",
                "say the same in NetworkPolicy, or change the policy engine",
                origin=found[0].origin,
            )
