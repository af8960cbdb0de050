"""AKS203: a door whose replies are lost."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.model.origin import Origin
from seawall.model.trace import Reply, Verdict
from seawall.query.case import Case
from seawall.query.doors import DoorAnswer
from seawall.query.trace.way_back import IN_PRACTICE, lost_at, mends


class AsymmetricLoadBalancer(Rule):
    """Requests come in by a door, and the replies leave by another way and are lost.

    Why it matters: a public load balancer hands the request to a node, but the node's
    route sends the reply to the firewall. The firewall never saw the request and drops
    the reply. Every single rule on the way looks right.

    When it is fine: never; nobody gets an answer through this door.

    Source: AKS docs, limit-egress-traffic, "Add a DNAT rule"; Azure docs, firewall
    integrate-lb, read 2026-08-21.
    """

    code = "AKS203"
    name = "asymmetric-load-balancer"
    severity = Severity.HIGH
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                outboundType: userDefinedRouting
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
                - name: nodes
                  properties:
                    addressPrefix: 10.0.0.0/24
                    routeTable: {id: microsoft.network/routetables/out}
                - name: AzureFirewallSubnet
                  properties: {addressPrefix: 10.0.2.0/26}
            ---
            type: Microsoft.Network/routeTables
            name: out
            properties:
              routes:
                - name: everything
                  properties:
                    addressPrefix: 0.0.0.0/0
                    nextHopType: VirtualAppliance
                    nextHopIpAddress: 10.0.2.4
            ---
            type: Microsoft.Network/azureFirewalls
            name: fw
            properties:
              ipConfigurations:
              - name: only
                properties:
                  privateIPAddress: 10.0.2.4
                  subnet:
                   id: microsoft.network/virtualnetworks/net/subnets/azurefirewallsubnet
              networkRuleCollections: []
            """,
        "feed.yaml": """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: feed, namespace: shop}
            spec:
              selector: {matchLabels: {app: feed}}
              template:
                metadata: {labels: {app: feed}}
                spec: {containers: [{name: feed, image: feed}]}
            ---
            apiVersion: v1  # finding
            kind: Service
            metadata:
              name: feed
              namespace: shop
            spec:
              type: LoadBalancer
              selector: {app: feed}
              ports: [{port: 443, targetPort: 8443}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "network.yaml": bad["network.yaml"],
        "feed.yaml": bad["feed.yaml"]
        .replace("  # finding", "")
        .replace(
            "  namespace: shop\n            spec:\n              type",
            "  namespace: shop\n"
            "              annotations:\n"
            "                service.beta.kubernetes.io/azure-load-balancer-internal:"
            " 'true'\n"
            "            spec:\n              type",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        lost: dict[Origin, DoorAnswer] = {}
        for door in case.doors:
            if door.verdict is Verdict.ALLOWED and door.reply is Reply.LOST:
                lost.setdefault(door.origin, door)
        for origin, door in lost.items():
            subject = door.door.service or door.door.name
            yield self.finding(
                subject,
                f"requests from {door.source} reach `{door.target}` by `{subject}`, "
                f"but no reply comes back ({IN_PRACTICE}): {lost_at(door.back)}",
                "; or ".join(mends(door.verdict, door.reply, door.source)),
                origin=origin,
                evidence=(*door.forward, *door.back),
            )
