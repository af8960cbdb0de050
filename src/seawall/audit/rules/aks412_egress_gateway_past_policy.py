"""AKS412: pods that leave by a static egress gateway, past their policies."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.phrases import by_namespace, counted, listed, own
from seawall.audit.rule import Rule
from seawall.model.dataplane import Tri
from seawall.model.policy import Direction
from seawall.query.case import Case

_ON = "networkProfile.staticEgressGatewayProfile.enabled"


class EgressGatewayPastPolicy(Rule):
    """Egress policies hold pods that leave by a static egress gateway.

    Why it matters: network policies are not applied to what pods send through a static
    egress gateway. Destinations that the policy does not allow are open to them as soon
    as somebody adds the annotation.

    When it is fine: what leaves by the gateway is filtered behind it, for example by a
    firewall that knows the gateway's fixed addresses. Where the add-on is off, nothing
    is told. Whether the StaticGatewayConfiguration is in force is not asked: it is
    possible. What it excludes is held by policies all the same.

    Source: AKS docs, configure-static-egress-gateway, limitations, read 2026-11-29.
    """

    code = "AKS412"
    name = "egress-gateway-past-policy"
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
                networkPolicy: calico
                staticEgressGatewayProfile: {enabled: true}
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "feed.yaml": """
            apiVersion: apps/v1  # finding
            kind: Deployment
            metadata: {name: feed, namespace: shop}
            spec:
              selector: {matchLabels: {app: feed}}
              template:
                metadata:
                  labels: {app: feed}
                  annotations:
                    kubernetes.azure.com/static-gateway-configuration: partners
                spec: {containers: [{name: feed, image: feed}]}
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: to-partner, namespace: shop}
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress: [{to: [{ipBlock: {cidr: 203.0.113.0/28}}]}]
            """,
    }
    good: ClassVar = {
        **bad,
        "feed.yaml": bad["feed.yaml"]
        .replace("  # finding", "")
        .replace(
            "                  annotations:\n                    "
            "kubernetes.azure.com/static-gateway-configuration: partners\n",
            "",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or case.dataplane.enforces is not Tri.YES:
            return
        if not cluster.details.get(_ON).may_be(value=True):
            return
        past = [
            each
            for each in own(case.workloads)
            if each.egress_gateway and case.is_held(each, (Direction.EGRESS,))
        ]
        for namespace, pods in by_namespace(past).items():
            gateways = listed(pod.egress_gateway.rpartition("/")[2] for pod in pods)
            one = len(pods) == 1
            yield self.finding(
                f"ns:{namespace}",
                f"the egress policies of {counted(len(pods), 'workload')} in "
                f"`{namespace}` do not hold what {'it sends' if one else 'they send'} "
                f"out by the static egress gateway {gateways}, where it exists: "
                f"{listed(pod.label for pod in pods)}",
                "filter what the gateway sends behind it, by its fixed addresses",
                origin=pods[0].origin,
                confidence=Confidence.POSSIBLE,
            )
