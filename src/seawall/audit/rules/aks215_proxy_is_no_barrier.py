"""AKS215: an HTTP proxy beside which pods go out directly."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import WAYS_OUT
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import counted, listed, own
from seawall.audit.rule import Rule
from seawall.model.end import InternetEnd, PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

HTTPS = PortText(Protocol.TCP, PortRange(443, 443))


class ProxyIsNoBarrier(Rule):
    """Pods reach the internet past the HTTP proxy of the cluster.

    Why it matters: the proxy stands in variables of the pods' environment. A program
    that does not read them, and whoever took over a pod, calls the internet directly;
    what the proxy forbids is then forbidden to the obedient alone.

    When it is fine: the proxy is there for caching or for names, and nobody counts on
    it as a control.

    Source: AKS docs, http-proxy, and pci-network (regulated clusters), read 2026-11-29.
    """

    code = "AKS215"
    name = "proxy-is-no-barrier"
    severity = Severity.MEDIUM
    controls = WAYS_OUT
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              httpProxyConfig:
                httpProxy: http://10.9.0.4:8080  # finding
                httpsProxy: http://10.9.0.4:8080
                noProxy: [localhost]
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
        "cluster.yaml": bad["cluster.yaml"]
        .replace("  # finding", "")
        .replace(
            "networkPluginMode: overlay}",
            "networkPluginMode: overlay, networkPolicy: calico}",
        ),
        "cart.yaml": bad["cart.yaml"],
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: by-the-proxy, namespace: shop}
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
                - to: [{ipBlock: {cidr: 10.9.0.4/32}}]
                  ports: [{port: 8080}]
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or not cluster.upkeep.http_proxy.is_surely(value=True):
            return
        pods = {each for each in own(case.workloads) if not each.host_network}
        ways = [way for way in case.ways_out if way.is_unrestricted]
        free = [pod for way in ways for pod in way.members if pod in pods]
        if not free:
            return
        yield self.finding(
            cluster.name,
            f"{counted(len(free), 'workload')} can leave past the HTTP proxy, directly "
            f"through {' or '.join(dict.fromkeys(way.through for way in ways))}: "
            f"{listed(pod.label for pod in free)}",
            "let pods leave to the proxy alone, by an egress policy in each namespace "
            "or at a firewall",
            origin=cluster.upkeep.http_proxy.origin or cluster.origin,
            evidence=ask(case, PodEnd(free[0]), InternetEnd(), HTTPS).forward,
        )
