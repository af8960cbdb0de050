"""AKS416: pods on virtual nodes, which network policies do not hold."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import by_namespace, counted, listed, own
from seawall.audit.rule import Rule
from seawall.model.dataplane import Tri
from seawall.query.case import Case


class VirtualNodePastPolicy(Rule):
    """Network policies select pods on virtual nodes, which they do not hold.

    Why it matters: these pods run in Azure Container Instances, outside the nodes on
    which a policy engine works. A default deny stands there, and nothing enforces it:
    they send and receive what their subnet lets pass.

    When it is fine: the subnet of the container instances is restricted by a security
    group of its own, and the policies are kept for pods of the same labels on nodes.
    Pods that merely tolerate virtual nodes are taken to run on others.

    Source: AKS docs, virtual-nodes and virtual-nodes-v2, limitations, read 2026-11-30.
    """

    code = "AKS416"
    name = "virtual-node-past-policy"
    severity = Severity.MEDIUM
    controls = SEGMENTS
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPolicy: calico}
              addonProfiles: {aciConnectorLinux: {enabled: true}}
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "report.yaml": """
            apiVersion: apps/v1  # finding
            kind: Deployment
            metadata: {name: report, namespace: shop}
            spec:
              selector: {matchLabels: {app: report}}
              template:
                metadata: {labels: {app: report}}
                spec:
                  containers: [{name: report, image: report}]
                  nodeSelector: {kubernetes.io/os: linux, type: virtual-kubelet}
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: deny, namespace: shop}
            spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
            """,
    }
    good: ClassVar = {
        **bad,
        "report.yaml": bad["report.yaml"]
        .replace("  # finding", "")
        .replace(", type: virtual-kubelet", ""),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        if case.cluster is None or case.dataplane.enforces is Tri.NO:
            return
        past = [
            each
            for each in own(case.workloads)
            if each.is_on_virtual_node and case.is_held(each)
        ]
        for namespace, pods in by_namespace(past).items():
            verb = "runs" if len(pods) == 1 else "run"
            yield self.finding(
                f"ns:{namespace}",
                f"network policies select {counted(len(pods), 'workload')} in "
                f"`{namespace}` that {verb} on virtual nodes, where nothing enforces "
                f"them: {listed(pod.label for pod in pods)}",
                "run them on nodes of a pool, or restrict the subnet of the container "
                "instances by a security group",
                origin=pods[0].origin,
            )
