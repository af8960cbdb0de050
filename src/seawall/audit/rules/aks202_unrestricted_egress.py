"""AKS202: pods that reach the whole internet on every port."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import WAYS_OUT
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import by_namespace, listed, own, share
from seawall.audit.rule import Rule
from seawall.model.end import InternetEnd, PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

HTTPS = PortText(Protocol.TCP, PortRange(443, 443))


class UnrestrictedEgress(Rule):
    """Pods reach the whole internet on every port.

    Why it matters: whoever gets into one of these pods can fetch tools and send data
    anywhere; neither network policy nor firewall nor security group stands in the way.

    When it is fine: clusters without data worth stealing, such as build farms, or where
    a mesh or proxy that pods cannot avoid filters instead.

    Source: AKS docs, outbound-rules-control-egress and limit-egress-traffic, read
    2026-08-21.
    """

    code = "AKS202"
    name = "unrestricted-egress"
    severity = Severity.MEDIUM
    controls = WAYS_OUT
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
                outboundType: loadBalancer  # finding
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "cart.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: cart, namespace: shop}
            spec:
              selector: {matchLabels: {app: cart}}
              template:
                metadata: {labels: {app: cart}}
                spec: {containers: [{name: cart, image: cart}]}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"].replace("  # finding", ""),
        "cart.yaml": bad["cart.yaml"],
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: cart-needs, namespace: shop}
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
                - to: [{ipBlock: {cidr: 203.0.113.0/28}}]
                  ports: [{port: 443}]
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None:
            return
        pods = [each for each in own(case.workloads) if not each.host_network]
        ways = [way for way in case.ways_out if way.is_unrestricted]
        members = {member for way in ways for member in way.members}
        free = [pod for pod in pods if pod in members]
        if not free:
            return
        through = dict.fromkeys(way.through for way in ways)
        namespaces = by_namespace(free)
        who = share(len(free), len(pods), "workload")
        yield self.finding(
            cluster.name,
            f"{who} in {listed(namespaces)} can reach every public address on every "
            f"port through {' or '.join(through)}",
            "send what leaves through a firewall, or allow destinations by an egress "
            "policy in each namespace",
            origin=cluster.outbound.origin or cluster.origin,
            evidence=ask(case, PodEnd(free[0]), InternetEnd(), HTTPS).forward,
        )
