"""AKS413: policies in a namespace whose connections Cilium encrypts by mTLS."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.phrases import counted
from seawall.audit.rule import Rule
from seawall.model.dataplane import PolicyEngine
from seawall.query.case import Case

LABEL = "io.cilium/mtls-enabled"
_ENCRYPTION = "networkProfile.advancedNetworking.security.transitEncryption.type"


class PoliciesUnderMtls(Rule):
    """Network policies hold pods of a namespace that takes part in mTLS.

    Why it matters: while a namespace is enrolled in Cilium's mutual TLS, enforcement of
    policies on ports and requests is not supported there. What they deny may pass.

    When it is fine: never as the only barrier; keep namespaces that rely on policies
    out of mTLS.

    Source: AKS docs, container-network-security-cilium-mutual-tls-concepts,
    limitations, read 2026-11-29.
    """

    code = "AKS413"
    name = "policies-under-mtls"
    severity = Severity.MEDIUM
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
                networkDataplane: cilium
                networkPolicy: cilium
                advancedNetworking:
                  enabled: true
                  security: {enabled: true, transitEncryption: {type: mTLS}}
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "shop.yaml": """
            apiVersion: v1  # finding
            kind: Namespace
            metadata: {name: shop, labels: {io.cilium/mtls-enabled: "true"}}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: cart, namespace: shop}
            spec:
              selector: {matchLabels: {app: cart}}
              template:
                metadata: {labels: {app: cart}}
                spec: {containers: [{name: cart, image: cart}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: default-deny, namespace: shop}
            spec: {podSelector: {}}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "shop.yaml": bad["shop.yaml"]
        .replace("  # finding", "")
        .replace('"true"', '"false"'),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or case.dataplane.engine is not PolicyEngine.CILIUM:
            return
        kind = cluster.details.get(_ENCRYPTION)
        if kind.known and str(kind.value).lower() != "mtls":
            return
        for namespace in case.snapshot.objects.namespaces:
            if dict(namespace.labels).get(LABEL) != "true":
                continue
            held = [
                each
                for each in case.workloads
                if each.namespace == namespace.name and case.is_held(each)
            ]
            if held:
                yield self.finding(
                    f"ns:{namespace.name}",
                    f"policies hold {counted(len(held), 'workload')} in "
                    f"`{namespace.name}`, and are not sure to be enforced there, as "
                    "its connections are encrypted by mTLS",
                    f"take the label `{LABEL}` off the namespace, or part it by other "
                    "means",
                    origin=namespace.origin,
                    confidence=Confidence.PROVED if kind.known else Confidence.POSSIBLE,
                )
