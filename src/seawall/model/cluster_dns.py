"""The DNS servers that AKS runs in a cluster, and where the input does not show them.

Source: AKS docs, coredns-custom; Kubernetes docs, Customizing DNS Service.
"""

from dataclasses import replace

from seawall.model.origin import Origin
from seawall.model.pod_dns import DnsPolicy, PodDns
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Namespace, Workload

SYSTEM = "kube-system"
DNS_LABEL = ("k8s-app", "kube-dns")
DNS_PORT = 53
MANAGED_NAMESPACES = frozenset(
    {
        SYSTEM,
        "aks-istio-egress",
        "aks-istio-ingress",
        "aks-istio-system",
        "app-routing-system",
        "calico-system",
        "gatekeeper-system",
        "tigera-operator",
    }
)
"""Where AKS runs Services of its own."""

_NOWHERE = Origin("")
PREDICTED = Workload(
    namespace=SYSTEM,
    name="coredns",
    kind="Deployment",
    labels=(DNS_LABEL,),
    origin=_NOWHERE,
    service_account="coredns",
    dns=PodDns(DnsPolicy.DEFAULT),
)
"""What stands for the DNS servers of a cluster whose input lacks them."""


def shown_servers(objects: KubernetesObjects) -> tuple[Workload, ...]:
    """Return the DNS servers of the cluster that the input holds."""
    return tuple(
        each
        for each in objects.workloads
        if each.namespace == SYSTEM and each.runs and DNS_LABEL in each.labels
    )


def with_servers(objects: KubernetesObjects) -> KubernetesObjects:
    """Return the objects with a DNS server among them, predicted if need be."""
    if shown_servers(objects):
        return objects
    spaces = objects.namespaces
    if all(each.name != SYSTEM for each in spaces):
        labels = (("kubernetes.io/metadata.name", SYSTEM),)
        made = Namespace(SYSTEM, labels, declared=False, origin=_NOWHERE)
        spaces = tuple(sorted((*spaces, made), key=lambda each: each.name))
    return replace(
        objects, namespaces=spaces, workloads=(*objects.workloads, PREDICTED)
    )
