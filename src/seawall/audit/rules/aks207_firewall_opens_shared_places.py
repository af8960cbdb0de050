"""AKS207: a firewall lets nodes reach places where anybody can have an account."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.controls import WAYS_OUT
from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.model.trace import Layer, Verdict
from seawall.query.case import Case
from seawall.query.egress.answer import shared_excess
from seawall.query.egress.beyond import Excess


class FirewallOpensSharedPlaces(Rule):
    """A firewall lets nodes reach places where anybody can have an account.

    Why it matters: a service tag such as `Storage` or `AzureCloud`, and a pattern such
    as `*.blob.core.windows.net`, hold the accounts of every customer of Azure. Whoever
    is in the cluster can send data to an account of their own, and the firewall's log
    shows a place that was allowed.

    When it is fine: where the names cannot be listed, as for registries that redirect
    to storage, if something else watches what is sent.

    Source: Azure docs, service-tags-overview; AKS docs, limit-egress-traffic, read
    2026-08-21.
    """

    code = "AKS207"
    name = "firewall-opens-shared-places"
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
            """,
        "firewall.yaml": """
            type: Microsoft.Network/azureFirewalls
            name: fw
            properties:
              ipConfigurations:
              - name: only
                properties:
                  privateIPAddress: 10.0.2.4
                  subnet:
                   id: microsoft.network/virtualnetworks/net/subnets/azurefirewallsubnet
              networkRuleCollections:
              - name: own
                properties:
                  priority: 100
                  action: {type: Allow}
                  rules:
                  - name: storage  # finding
                    protocols: [TCP]
                    sourceAddresses: ["*"]
                    destinationAddresses: [Storage.WestEurope]
                    destinationPorts: ["443"]
              applicationRuleCollections:
              - name: platform
                properties:
                  priority: 200
                  action: {type: Allow}
                  rules:
                  - name: aks
                    sourceAddresses: ["*"]
                    protocols: [{protocolType: Https, port: 443}]
                    fqdnTags: [AzureKubernetesService]
            """,
    }
    good: ClassVar = {
        **bad,
        "firewall.yaml": bad["firewall.yaml"]
        .replace("  # finding", "")
        .replace("Storage.WestEurope", "203.0.113.9"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        groups: dict[object, list[Excess]] = {}
        for item in shared_excess(case):
            hop = item.let_by
            if hop is None or hop.layer is not Layer.FIREWALL or hop.rule is None:
                continue
            if item.verdict is Verdict.ALLOWED:
                groups.setdefault((hop.rule, item.senders), []).append(item)
        for items in groups.values():
            first, hop = items[0], items[0].let_by
            if hop is None or hop.rule is None:
                continue
            names = listed(item.text for item in items)
            why = f": {first.why[0]}" if first.why else ""
            on = f" on {first.services}" if first.services else ""
            yield self.finding(
                hop.rule.name,
                f"`{hop.rule.name}` lets {' and '.join(first.senders)} reach "
                f"{names}{on}{why}",
                "name the accounts that are needed, or reach them over private "
                "endpoints",
                origin=hop.rule.origin,
                evidence=(hop,),
            )
