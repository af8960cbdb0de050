"""AKS503: networks near a private cluster that cannot find its API server."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.engine.path import Answers
from seawall.model.network import Subnet, VirtualNetwork
from seawall.query.case import Case

PLATFORM_SUBNETS = frozenset(
    {
        "azurebastionsubnet",
        "azurefirewallmanagementsubnet",
        "azurefirewallsubnet",
        "gatewaysubnet",
        "routeserversubnet",
    }
)


class PrivateClusterNameNotResolved(Rule):
    """A network next to a private cluster cannot resolve its API server's name.

    Why it matters: jump boxes, build agents and on-premises resolvers sit in the hub.
    The private zone is linked to the cluster's network only, so kubectl there finds no
    address, and people start to weaken the cluster instead of linking the zone.

    When it is fine: nobody in that network is meant to use the API server, or the
    cluster has a public name too, which leads to the private address; then it is not
    listed.

    Source: AKS docs, private-clusters, "Hub and spoke with custom DNS", read
    2026-08-21.
    """

    code = "AKS503"
    name = "private-cluster-name-not-resolved"
    severity = Severity.LOW
    tells_what_is_missed = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              privateFQDN: shop.1234.privatelink.westeurope.azmk8s.io
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              apiServerAccessProfile:
                enablePrivateCluster: true
                enablePrivateClusterPublicFQDN: false
                privateDNSZone: system
              agentPoolProfiles:
                - name: system
                  vnetSubnetID: microsoft.network/virtualnetworks/shop/subnets/nodes
            """,
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: shop
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets: [{name: nodes, properties: {addressPrefix: 10.0.0.0/24}}]
              virtualNetworkPeerings:
                - name: to-hub
                  properties:
                    remoteVirtualNetwork: {id: microsoft.network/virtualnetworks/hub}
            ---
            type: Microsoft.Network/virtualNetworks  # finding
            name: hub
            properties:
              addressSpace: {addressPrefixes: [10.1.0.0/16]}
              subnets: [{name: jumpbox, properties: {addressPrefix: 10.1.0.0/24}}]
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"].replace(
            "enablePrivateClusterPublicFQDN: false",
            "enablePrivateClusterPublicFQDN: true",
        ),
        "network.yaml": bad["network.yaml"].replace("  # finding", ""),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        home = case.paths.atlas.cluster_network
        if cluster is None or home is None:
            return
        server = cluster.api_server
        if not server.private.is_surely(value=True) or server.name is None:
            return
        for network in _near(case, home):
            found = case.paths.resolve(server.name, network.id)
            own = network.id == home
            if found.answer not in (Answers.NOTHING, Answers.PUBLIC):
                continue
            if not own and server.public_name.may_be(value=True):
                continue
            yield self.finding(
                network.name,
                f"`{network.name}` cannot resolve `{server.name}`, the private API "
                f"server of `{cluster.name}`: {found.says}",
                f"link the cluster's private DNS zone to `{network.name}`, or to the "
                "network whose resolver it asks",
                origin=network.origin,
                severity=Severity.HIGH if own else None,
            )


def _near(case: Case, home: str) -> Iterator[VirtualNetwork]:
    """Yield the cluster's network, and its peers in which machines may stand."""
    atlas = case.paths.atlas
    peers = {peering.remote.lower() for peering in atlas.peerings_of(home)}
    for network in case.snapshot.fabric.networks:
        if network.id == home or (
            network.id.lower() in peers
            and any(_holds_machines(subnet) for subnet in atlas.subnets_of(network.id))
        ):
            yield network


def _holds_machines(subnet: Subnet) -> bool:
    return not subnet.delegations and subnet.name.lower() not in PLATFORM_SUBNETS
