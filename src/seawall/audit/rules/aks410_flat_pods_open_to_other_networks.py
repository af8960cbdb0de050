"""AKS410: pods with addresses of the network, reached past every way in."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import SEGMENTS
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import counted, listed, own
from seawall.audit.rule import Rule
from seawall.model.policy import Direction
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.flat_pods import flat_pods


class FlatPodsOpenToOtherNetworks(Rule):
    """Other networks reach pods at their own addresses, and no policy holds them.

    Why it matters: pods with addresses of the network are routed to like machines, so
    whoever is in a peered network or on premises calls them directly, past the ingress,
    its firewall and its logs. Databases and admin ports too.

    When it is fine: pods that other networks are meant to call, on the ports that a
    policy or a security group leaves them.

    Source: AKS docs, concepts-network-cni-overview, flat networks, read 2026-08-21.
    """

    code = "AKS410"
    name = "flat-pods-open-to-other-networks"
    severity = Severity.MEDIUM
    controls = SEGMENTS
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPolicy: calico}  # finding
              agentPoolProfiles:
                - name: system
                  vnetSubnetID: microsoft.network/virtualnetworks/net/subnets/nodes
            """,
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: net
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - {name: nodes, properties: {addressPrefix: 10.0.0.0/24}}
              virtualNetworkPeerings:
                - name: to-offices
                  properties:
                    allowVirtualNetworkAccess: true
                    allowForwardedTraffic: false
                    peeringState: Connected
                    remoteVirtualNetwork:
                      id: microsoft.network/virtualnetworks/offices
            ---
            type: Microsoft.Network/virtualNetworks
            name: offices
            properties:
              addressSpace: {addressPrefixes: [10.9.0.0/16]}
              subnets:
                - {name: desks, properties: {addressPrefix: 10.9.0.0/24}}
              virtualNetworkPeerings:
                - name: to-net
                  properties:
                    allowVirtualNetworkAccess: true
                    allowForwardedTraffic: false
                    peeringState: Connected
                    remoteVirtualNetwork: {id: microsoft.network/virtualnetworks/net}
            """,
        "db.yaml": """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db, namespace: shop}
            spec:
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec: {containers: [{name: db, image: db}]}
            """,
    }
    good: ClassVar = {
        **bad,
        "cluster.yaml": bad["cluster.yaml"].replace("  # finding", ""),
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: inside, namespace: shop}
            spec: {podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        if case.cluster is None:
            return
        free = set(case.table.unisolated(Direction.INGRESS))
        bare = {each.label for each in own(case.workloads) if each in free}
        sources: dict[tuple[str, ...], list[str]] = {}
        for reach in flat_pods(case):
            held = tuple(
                dict.fromkeys(each for each in reach.workloads if each in bare)
            )
            if reach.verdict is Verdict.ALLOWED and held:
                sources.setdefault(held, []).append(reach.source)
        for held, names in sources.items():
            addressing = case.cluster.addressing
            yield self.finding(
                case.cluster.name,
                f"{listed(names)} reach{'es' if len(names) == 1 else ''} "
                f"{counted(len(held), 'workload')} at their own addresses, and no "
                f"policy isolates them for ingress: {listed(held)}",
                "isolate the namespaces by policy, or let a security group on the "
                "subnet of the pods admit what is meant to come",
                origin=addressing.origin or case.cluster.origin,
            )
