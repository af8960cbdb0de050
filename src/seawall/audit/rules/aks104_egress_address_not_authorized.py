"""AKS104: the nodes' own way out is not among the authorized ranges."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.model.cluster import OutboundType
from seawall.model.end import ApiServerEnd, NodeEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import Hop, Layer, Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

HTTPS = PortText(Protocol.TCP, PortRange(443, 443))


class EgressAddressNotAuthorized(Rule):
    """The address by which nodes leave is not authorized at their API server.

    Why it matters: nodes of a public cluster come to the API server from outside. AKS
    admits the address of its own load balancer by itself, but no NAT gateway and no
    firewall. Nodes that are not admitted never become ready.

    When it is fine: never; the cluster stops at the next restart of a node.

    Source: AKS docs, limit-egress-traffic and api-server-authorized-ip-ranges, read
    2026-08-21.
    """

    code = "AKS104"
    name = "egress-address-not-authorized"
    severity = Severity.HIGH
    tells_what_is_missed = True
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              networkProfile:
                networkPlugin: azure
                networkPluginMode: overlay
                outboundType: userAssignedNATGateway
              apiServerAccessProfile:
                authorizedIPRanges: [198.51.100.0/28]  # finding
              agentPoolProfiles:
                - name: system
                  vnetSubnetID: microsoft.network/virtualnetworks/shop/subnets/nodes
            """,
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: shop
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - name: nodes
                  properties:
                    addressPrefix: 10.0.0.0/24
                    natGateway: {id: microsoft.network/natgateways/out}
            ---
            type: Microsoft.Network/natGateways
            name: out
            properties:
              publicIpAddresses: [{id: microsoft.network/publicipaddresses/out}]
            ---
            type: Microsoft.Network/publicIPAddresses
            name: out
            properties: {ipAddress: 203.0.113.7}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"].replace(
            "[198.51.100.0/28]  # finding", "[198.51.100.0/28, 203.0.113.7]"
        ),
        "network.yaml": bad["network.yaml"],
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or not cluster.outbound.known:
            return
        server = cluster.api_server
        if not server.private.is_surely(value=False) or not (
            server.authorized_ranges.value
        ):
            return
        if cluster.outbound.value is OutboundType.LOAD_BALANCER:
            return
        pools: dict[str, list[str]] = {}
        evidence: dict[str, tuple[Hop, ...]] = {}
        for pool in cluster.pools:
            asked = ask(case, NodeEnd(pool.name), ApiServerEnd(), HTTPS)
            layers = {hop.layer for hop in asked.blockers}
            if asked.verdict is Verdict.DENIED and layers == {Layer.RESOURCE_FIREWALL}:
                address = asked.blockers[0].before.source
                pools.setdefault(address, []).append(pool.name)
                evidence[address] = asked.forward
        for address, names in pools.items():
            yield self.finding(
                cluster.name,
                f"nodes of {listed(names)} come to the API server from `{address}`, "
                "which is not among its authorized ranges",
                f"add `{address}` to the authorized ranges",
                origin=server.authorized_ranges.origin or server.origin,
                evidence=evidence[address],
            )
