"""AKS414: a security group that blocks the tunnel between nodes."""

from collections.abc import Iterator
from itertools import product
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.model.end import NodeEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.trace import DecidingRule, Hop, Verdict
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.words.port import PortText

_ENCRYPTION = "networkProfile.advancedNetworking.security.transitEncryption.type"
TUNNEL = PortText(Protocol.UDP, PortRange(51871, 51871))


class EncryptedTunnelBlocked(Rule):
    """A rule denies the port by which nodes encrypt what pods send to each other.

    Why it matters: with WireGuard everything between pods of different nodes travels
    in UDP 51871. Where a security group or a firewall denies it, pods reach those of
    their own node alone.

    When it is fine: never, while the encryption is on.

    Source: AKS docs, how-to-apply-wireguard, prerequisites, read 2026-11-29.
    """

    code = "AKS414"
    name = "encrypted-tunnel-blocked"
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
                networkDataplane: cilium
                networkPolicy: cilium
                advancedNetworking:
                  enabled: true
                  security: {enabled: true, transitEncryption: {type: WireGuard}}
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
                - name: no-high-udp  # finding
                  properties:
                    priority: 300
                    direction: Inbound
                    access: Deny
                    protocol: Udp
                    sourceAddressPrefix: "*"
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: 1024-65535
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace("1024-65535", "1024-51870"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None:
            return
        if str(cluster.details.get(_ENCRYPTION).value).lower() != "wireguard":
            return
        pools = [pool.name for pool in cluster.pools]
        found: dict[DecidingRule, tuple[list[str], tuple[Hop, ...]]] = {}
        for source, target in product(pools, pools):
            asked = ask(case, NodeEnd(source), NodeEnd(target), TUNNEL)
            if asked.verdict is not Verdict.DENIED:
                continue
            stop = next((hop.rule for hop in asked.blockers if hop.rule), None)
            if stop is not None:
                held = found.setdefault(stop, ([], asked.forward))
                held[0].append(f"{source} to {target}")
        for rule, (pairs, way) in found.items():
            yield self.finding(
                rule.name,
                f"`{rule.name}` denies nodes to call nodes on {TUNNEL}, by which "
                f"WireGuard carries what pods send: pools {listed(pairs)}",
                "allow UDP 51871 between the subnets of the nodes",
                origin=rule.origin or cluster.origin,
                evidence=way,
            )
