"""AKS504: a resource that admits the subnet of the nodes and not that of the pods."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.engine.path import Answer
from seawall.flowspace import FlowSet
from seawall.model.cluster import NodePool
from seawall.model.end import NameEnd, NodeEnd, PodEnd
from seawall.model.endpoint import PlatformResource
from seawall.model.packet import Protocol
from seawall.model.trace import Hop, Layer, Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case

HTTPS = FlowSet.box(
    protocols=((int(Protocol.TCP),) * 2,), destination_ports=((443, 443),)
)


class ResourceAdmitsOtherSubnet(Rule):
    """A resource admits the subnet of nodes, and pods come from another one.

    Why it matters: pods with addresses of a subnet of their own show that subnet to a
    service endpoint. The resource refuses them, and lets in what was not meant: every
    pod on the host network, and everything else in the subnet of the nodes.

    When it is fine: only agents on the host network are meant to use the resource.

    Source: AKS docs, configure-azure-cni-dynamic-ip-allocation; Azure docs,
    virtual-network-service-endpoints-overview, read 2026-11-29.
    """

    code = "AKS504"
    name = "resource-admits-other-subnet"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure}
              agentPoolProfiles:
                - name: system
                  vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes
                  podSubnetID: microsoft.network/virtualnetworks/net/subnets/pods
            """,
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: net
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - name: nodes
                  properties:
                    addressPrefix: 10.0.0.0/24
                    serviceEndpoints: [{service: Microsoft.KeyVault}]
                - name: pods
                  properties:
                    addressPrefix: 10.0.4.0/22
                    serviceEndpoints: [{service: Microsoft.KeyVault}]
            """,
        "vault.yaml": """
            type: Microsoft.KeyVault/vaults  # finding
            name: secrets
            properties:
              publicNetworkAccess: Enabled
              networkAcls:
                defaultAction: Deny
                virtualNetworkRules:
                  - id: microsoft.network/virtualnetworks/net/subnets/nodes
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "network.yaml": bad["network.yaml"],
        "vault.yaml": bad["vault.yaml"]
        .replace("  # finding", "")
        .replace("subnets/nodes", "subnets/pods"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for resource in case.snapshot.fabric.resources:
            for pool in case.cluster.pools if case.cluster else ():
                inside = resource.allowed_subnets
                nodes, pods = pool.subnet.value, pool.pod_subnet.value
                if nodes not in inside or pods is None or pods in inside:
                    continue
                way = _refused(case, resource, pool)
                if way:
                    yield self._found(case, resource, (nodes or "", pods), way)
                    break

    def _found(
        self,
        case: Case,
        resource: PlatformResource,
        subnets: tuple[str, str],
        way: tuple[Hop, ...],
    ) -> Finding:
        nodes, pods = map(case.subnet_text, subnets)
        return self.finding(
            resource.name,
            f"`{resource.name}` admits the subnet `{nodes}`, and refuses pods, which "
            f"come from `{pods}`",
            f"admit `{pods}` in place of the subnet of the nodes, or use a private "
            "endpoint",
            origin=resource.origin,
            evidence=way,
        )


def _refused(case: Case, resource: PlatformResource, pool: NodePool) -> tuple[Hop, ...]:
    """Return the way of a packet of pods that a resource refuses, if nodes may come."""
    someone = Workload(
        "", f"pods of pool {pool.name}", "Pod", (), pool.origin, node_pool=pool.name
    )
    for name in resource.host_names[:1]:
        of_pods, of_nodes = (
            case.paths.partition(end, NameEnd(name), services=HTTPS)
            for end in (PodEnd(someone), NodeEnd(pool.name))
        )
        if _decides(of_nodes, Verdict.ALLOWED) and _decides(of_pods, Verdict.DENIED):
            return _to_the_door(case, of_pods)
    return ()


def _to_the_door(case: Case, answer: Answer) -> tuple[Hop, ...]:
    witness = answer.denied.witness()
    hops = case.paths.explain(answer, witness) if witness else ()
    refused = any(
        hop.layer is Layer.RESOURCE_FIREWALL and hop.verdict is Verdict.DENIED
        for hop in hops
    )
    return hops if refused else ()


def _decides(answer: Answer, verdict: Verdict) -> bool:
    return answer.partition.verdict() is verdict
