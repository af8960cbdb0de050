"""AKS406: pods on the host network that a policy seems to hold."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import controls
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import by_namespace, counted, listed, own
from seawall.audit.rule import Rule
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.policy import Policy
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.words.label import matches


class HostNetworkEscapesPolicy(Rule):
    """A policy selects pods on the host network, which it does not hold.

    Why it matters: such a pod sends and receives as its node. Whatever the policy
    denies, it may do; and to others it looks like the node.

    When it is fine: agents that need the host's network and are trusted with it.

    Source: Kubernetes docs, Network Policies, "Pods on the host network"; AKS docs,
    azure-cni-powered-by-cilium, read 2026-08-21.
    """

    code = "AKS406"
    name = "host-network-escapes-policy"
    severity = Severity.MEDIUM
    controls = controls("CIS 4.2.4", "MCSB PV-2", "NIST CM-6")
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
        "agent.yaml": """
            apiVersion: apps/v1  # finding
            kind: DaemonSet
            metadata: {name: agent, namespace: watch}
            spec:
              selector: {matchLabels: {app: agent}}
              template:
                metadata: {labels: {app: agent}}
                spec:
                  hostNetwork: true
                  containers: [{name: agent, image: agent}]
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: agent, namespace: watch}
            spec: {podSelector: {matchLabels: {app: agent}}, policyTypes: [Egress]}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "agent.yaml": bad["agent.yaml"]
        .replace("  # finding", "")
        .replace("hostNetwork: true", "hostNetwork: false"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        plane = case.dataplane
        if plane.enforces is not Tri.YES or plane.engine is PolicyEngine.SPEC:
            return
        hosts = [each for each in own(case.workloads) if each.host_network]
        chosen = {each: _selecting(case, each) for each in hosts}
        for namespace, members in by_namespace(w for w in hosts if chosen[w]).items():
            policies = {p.label: p for each in members for p in chosen[each]}
            by_name = any(p.subject.requirements for p in policies.values())
            yield self.finding(
                f"ns:{namespace}",
                f"{listed(policies)} does not hold "
                f"{counted(len(members), 'workload')} on the host network: "
                f"{listed(each.label for each in members)}",
                "take the pods off the host network, or do not count on the policy",
                origin=members[0].origin,
                severity=Severity.MEDIUM if by_name else Severity.LOW,
            )


def _selecting(case: Case, workload: Workload) -> list[Policy]:
    labels = dict(workload.labels)
    return [
        policy
        for policy in case.snapshot.objects.policies
        if policy.namespace == workload.namespace and matches(policy.subject, labels)
    ]
