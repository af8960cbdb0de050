"""AKS108: rules that name the address that the API server has today."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.model.address import Address, AddressRange
from seawall.model.filter import AddressTerm
from seawall.model.origin import Origin
from seawall.query.case import Case


class RulePinnedToApiServer(Rule):
    """A rule names the one address that the API server has today.

    Why it matters: the private address of an API server may change when the cluster is
    stopped and started, or converted. The rule then allows nobody, or denies nobody,
    and nodes lose their control plane.

    When it is fine: a cluster that is never stopped nor converted, whose rules are
    checked after each maintenance. An API server in a subnet of its own is better named
    by that subnet.

    Source: AKS docs, start-stop-cluster, limitations, and api-server-vnet-integration,
    read 2026-11-29.
    """

    code = "AKS108"
    name = "rule-pinned-to-api-server"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              apiServerAccessProfile:
                enablePrivateCluster: true
                enablePrivateClusterPublicFQDN: false
                disableRunCommand: true
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
                    networkSecurityGroup:
                      id: microsoft.network/networksecuritygroups/own
            ---
            type: Microsoft.Network/networkSecurityGroups
            name: own
            properties:
              securityRules:
                - name: to-api-server  # finding
                  properties:
                    priority: 100
                    direction: Outbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: "*"
                    sourcePortRange: "*"
                    destinationAddressPrefix: 10.0.0.4
                    destinationPortRange: "443"
            ---
            type: Microsoft.Network/privateEndpoints
            name: kube-apiserver
            properties:
              subnet: {id: microsoft.network/virtualnetworks/net/subnets/nodes}
              customDnsConfigs: [{ipAddresses: [10.0.0.4]}]
              ipConfigurations:
                - {name: one, properties: {privateIPAddress: 10.0.0.4}}
              privateLinkServiceConnections:
                - name: kube-apiserver
                  properties:
                    privateLinkServiceId:
                      microsoft.containerservice/managedclusters/shop
                    groupIds: [management]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace("Prefix: 10.0.0.4", "Prefix: 10.0.0.0/24"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        alone = {AddressRange.of(each) for each in _addresses(case)}
        fabric = case.snapshot.fabric
        found: list[tuple[str, Origin]] = [
            (f"{group.name}/{rule.name}", rule.origin)
            for group in fabric.security_groups
            for rule in group.rules
            if not group.predicted and _names(rule.destinations, alone)
        ]
        found += [
            (f"{collection.name}/{rule.name}", rule.origin)
            for firewall in fabric.firewalls
            for collection in firewall.collections
            for rule in collection.rules
            if _names(getattr(rule, "destinations", ()), alone)
        ]
        for name, origin in found:
            yield self.finding(
                name,
                f"rule `{name}` names {listed(map(str, alone))}, the address that the "
                "API server has today and may lose",
                "name the subnet that the address is from",
                origin=origin,
            )


def _addresses(case: Case) -> Iterator[Address]:
    if case.cluster is None:
        return
    server = case.cluster.api_server
    if server.internal_address is not None:
        yield server.internal_address
    for endpoint in case.snapshot.fabric.private_endpoints:
        own = endpoint.target in (server.resource, case.cluster.id)
        if own and endpoint.address is not None:
            yield endpoint.address


def _names(terms: tuple[AddressTerm, ...], alone: set[AddressRange]) -> bool:
    return any(isinstance(each, AddressRange) and each in alone for each in terms)
