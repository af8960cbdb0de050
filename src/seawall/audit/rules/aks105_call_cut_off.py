"""AKS105: policies or groups cut a webhook off from the API server."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.control_plane.calls import calls


class CallCutOff(Rule):
    """A webhook that the API server must call cannot be reached.

    Why it matters: where the webhook fails closed, every request that it looks at is
    refused, often every new pod. The API server comes by konnectivity agents, pods of
    `kube-system`, or from its own subnet, and a default deny keeps them out.

    When it is fine: never; a webhook that is not wanted is better removed.

    Source: AKS docs, plan-control-plane-networking and api-server-vnet-integration;
    Kubernetes docs, extensible-admission-controllers, read 2026-08-21.
    """

    code = "AKS105"
    name = "call-of-api-server-cut-off"
    severity = Severity.HIGH
    tells_what_is_missed = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                networkPolicy: azure
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "webhook.yaml": """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: gate}
            webhooks:
              - name: pods.gate.example  # finding
                clientConfig: {service: {namespace: gate, name: gate}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: gate, namespace: gate}
            spec: {selector: {app: gate}, ports: [{port: 443, targetPort: 8443}]}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: gate, namespace: gate}
            spec:
              selector: {matchLabels: {app: gate}}
              template:
                metadata: {labels: {app: gate}}
                spec: {containers: [{name: gate, image: gate}]}
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: default-deny, namespace: gate}
            spec: {podSelector: {}, policyTypes: [Ingress]}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "webhook.yaml": bad["webhook.yaml"].replace("  # finding", ""),
        "policy.yaml": bad["policy.yaml"].replace(
            "policyTypes: [Ingress]}", "ingress: [{ports: [{port: 8443}]}]}"
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for called in calls(case):
            if called.verdict is Verdict.DENIED and called.names and called.is_required:
                yield self.finding(
                    called.target,
                    f"the API server does not reach `{called.target}` for "
                    f"{called.kind} {listed(called.names)}: {called.reason}",
                    "let the konnectivity agents (`app: konnectivity-agent` in "
                    "`kube-system`), or the subnet of the API server where it has one, "
                    "reach the port of the webhook",
                    origin=called.origin,
                )
