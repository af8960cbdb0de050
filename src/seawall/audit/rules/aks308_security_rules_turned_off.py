"""AKS308: a Service for which no security rule is written."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.ingest.aks.exposure import read_exposure
from seawall.model.service import ServiceType
from seawall.model.trace import Hop, Verdict
from seawall.query.case import Case


class SecurityRulesTurnedOff(Rule):
    """A Service of type LoadBalancer keeps AKS from writing its security rules.

    Why it matters: who may connect is then what rules of other Services and people
    happen to allow. Service tags and ranges in annotations of the Service are written
    nowhere, and nothing is taken away when the Service goes.

    When it is fine: the security groups of the nodes are written elsewhere, with a rule
    for this Service that goes with it.

    Source: kubernetes-sigs/cloud-provider-azure, pkg/consts/consts.go,
    `azure-disable-load-balancer-nsg-rule`, read 2026-11-29.
    """

    code = "AKS308"
    name = "security-rules-turned-off"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "api.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: api, namespace: shop}
            spec:
              selector: {matchLabels: {app: api}}
              template:
                metadata: {labels: {app: api}}
                spec: {containers: [{name: api, image: api}]}
            ---
            apiVersion: v1  # finding
            kind: Service
            metadata:
              name: api
              namespace: shop
              annotations:
                service.beta.kubernetes.io/azure-allowed-ip-ranges: 198.51.100.0/28
                service.beta.kubernetes.io/azure-disable-load-balancer-nsg-rule: "true"
            spec:
              type: LoadBalancer
              selector: {app: api}
              ports: [{port: 443}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "api.yaml": bad["api.yaml"]
        .replace("  # finding", "")
        .replace('nsg-rule: "true"', 'nsg-rule: "false"'),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        if case.cluster is None:
            return
        for service in case.snapshot.objects.services:
            if service.type is not ServiceType.LOAD_BALANCER:
                continue
            if service.load_balancer_class:
                continue  # Azure's controller does not serve it at all.
            exposure = read_exposure(service)
            if exposure.has_rules:
                continue
            asked = [str(item) for item in exposure.ranges] + list(exposure.tags)
            way = _open(case, service.label)
            says = f"no security rule is written for the Service `{service.label}`"
            if asked:
                says += f", which asks to restrict it to {listed(asked)}"
            if way:
                says += "; other rules let clients in"
            yield self.finding(
                service.label,
                says,
                "take the annotation away, or write the rules of this Service where "
                "the security groups of the nodes are written",
                origin=service.origin,
                evidence=way,
            )


def _open(case: Case, label: str) -> tuple[Hop, ...]:
    for answer in case.doors:
        if answer.door.service == label and answer.verdict is Verdict.ALLOWED:
            return answer.forward
    return ()
