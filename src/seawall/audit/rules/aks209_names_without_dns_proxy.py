"""AKS209: network rules of a firewall name destinations, and its DNS proxy is off."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.flowspace import FlowSet
from seawall.model.end import InternetEnd, NodeEnd
from seawall.model.filter import Access
from seawall.model.firewall import NetworkRule, RuleCollection
from seawall.query.case import Case


class NamesWithoutDnsProxy(Rule):
    """Network rules of a firewall name destinations, and its DNS proxy is off.

    Why it matters: the firewall resolves the name by itself, and nodes resolve it
    elsewhere. Where the two get different addresses, which is usual, the rule does not
    match and packets are dropped now and then.

    When it is fine: never for names with changing addresses.

    Source: Azure docs, firewall fqdn-filtering-network-rules and dns-details; AKS docs,
    limit-egress-traffic, read 2026-08-21.
    """

    code = "AKS209"
    name = "names-without-dns-proxy"
    severity = Severity.MEDIUM
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
                  - name: time  # finding
                    protocols: [UDP]
                    sourceAddresses: ["*"]
                    destinationFqdns: [ntp.ubuntu.com]
                    destinationPorts: ["123"]
            """,
    }
    good: ClassVar = {
        **bad,
        "firewall.yaml": bad["firewall.yaml"]
        .replace("  # finding", "")
        .replace(
            "              networkRuleCollections:",
            "              additionalProperties:\n"
            '                Network.DNS.EnableProxy: "true"\n'
            "              networkRuleCollections:",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        passed = {
            id_
            for pool in (case.cluster.pools if case.cluster else ())
            for way in case.paths.partition(
                NodeEnd(pool.name), InternetEnd(), services=FlowSet.everything()
            ).branches
            for id_ in way.firewalls
        }
        for firewall in case.snapshot.fabric.firewalls:
            if firewall.id in passed and firewall.dns_proxy.is_surely(value=False):
                for collection in firewall.collections:
                    if collection.access is Access.ALLOW:
                        yield from self._named(firewall.name, collection)

    def _named(self, firewall: str, collection: RuleCollection) -> Iterator[Finding]:
        for rule in collection.rules:
            if not isinstance(rule, NetworkRule) or not rule.destination_names:
                continue
            full = f"{collection.name}/{rule.name}"
            yield self.finding(
                full,
                f"`{full}` names {listed(rule.destination_names)}; the DNS proxy of "
                f"`{firewall}` is off",
                "turn the DNS proxy on and let the network ask the firewall for names",
                origin=rule.origin,
            )
