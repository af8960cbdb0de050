"""AKS205: nodes with public addresses of their own."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import controls
from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.query.case import Case


class NodePublicAddresses(Rule):
    """Nodes have public addresses of their own.

    Why it matters: each node is then a door in wherever its security group opens a
    port, and a way out of its own that no cluster-wide outbound setting closes.

    When it is fine: game servers and the like, whose clients must address one node.

    Source: AKS docs, use-node-public-ips and concepts-network-isolated, read
    2026-08-21.
    """

    code = "AKS205"
    name = "node-public-addresses"
    severity = Severity.HIGH
    controls = controls("CIS 5.4.3")
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles:
                - name: system
                  enableNodePublicIP: true  # finding
            """,
    }
    good: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles:
                - name: system
                  enableNodePublicIP: false
            """,
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for pool in case.cluster.pools if case.cluster else ():
            if pool.node_public_addresses.is_surely(value=True):
                yield self.finding(
                    f"node:{pool.name}",
                    f"every node of pool `{pool.name}` has a public address",
                    "turn node public addresses off and publish Services instead",
                    origin=pool.node_public_addresses.origin or pool.origin,
                )
