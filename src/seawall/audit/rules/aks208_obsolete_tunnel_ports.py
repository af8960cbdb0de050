"""AKS208: a rule keeps open the ports of a tunnel that the cluster does not use."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.rule import Rule
from seawall.flowspace import FlowSet
from seawall.model.end import InternetEnd, NodeEnd
from seawall.model.packet import Protocol
from seawall.model.trace import Hop, Layer
from seawall.query.case import Case
from seawall.query.egress.catalogue import catalogue
from seawall.query.egress.facts import Facts
from seawall.query.egress.needs import needs

TUNNELS = ((Protocol.UDP, 1194), (Protocol.TCP, 9000))


class ObsoleteTunnelPorts(Rule):
    """A rule keeps open the ports of a tunnel that the cluster does not use.

    Why it matters: UDP 1194 and TCP 9000 were needed by the tunnel that konnectivity
    has replaced; private clusters never needed them. The rules stay in templates,
    usually towards all addresses of Azure in a region.

    When it is fine: while clusters of Azure China or US Government share the rule,
    where the platform does not say that the ports are not needed any more.

    Source: AKS docs, outbound-rules-control-egress, read 2026-08-21; AKS release notes,
    2022-07-17.
    """

    code = "AKS208"
    name = "obsolete-tunnel-ports"
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
                  - name: tunnel  # finding
                    protocols: [UDP]
                    sourceAddresses: ["*"]
                    destinationAddresses: [AzureCloud.WestEurope]
                    destinationPorts: ["1194"]
            """,
    }
    good: ClassVar = {
        **bad,
        "firewall.yaml": bad["firewall.yaml"]
        .replace("  # finding", "")
        .replace('["1194"]', '["123"]'),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None:
            return
        facts, listed = Facts(case.snapshot, cluster), catalogue()
        wanted = needs(listed, facts, cluster, listed.as_of)
        if any(need.requirement.id.startswith("api-tunnel") for need in wanted):
            return
        found: dict[str, tuple[Hop, str, list[str]]] = {}
        for pool in cluster.pools:
            for protocol, port in TUNNELS:
                hop = _let_by(case, pool.name, protocol, port)
                if hop is not None and hop.rule is not None:
                    service = f"{protocol.name} {port}"
                    key = f"{hop.rule.name} {service}"
                    found.setdefault(key, (hop, service, []))[2].append(pool.name)
        for hop, service, pools in found.values():
            rule = hop.rule
            if rule is None:
                continue
            yield self.finding(
                rule.name,
                f"`{rule.name}` lets nodes of {' and '.join(pools)} out on {service}, "
                "the port of a tunnel that this cluster does not use",
                "take the rule out, or the port out of it",
                origin=rule.origin,
                evidence=(hop,),
            )


def _let_by(case: Case, pool: str, protocol: Protocol, port: int) -> Hop | None:
    """Return the firewall rule that lets the port out, if it opens little else."""
    number = (int(protocol), int(protocol))
    near = FlowSet.box(protocols=(number,), destination_ports=((port, port),))
    beside = FlowSet.box(protocols=(number,), destination_ports=((port + 1, port + 1),))
    answer = case.paths.partition(NodeEnd(pool), InternetEnd(), services=near | beside)
    passing = (answer.allowed | answer.unknown) & near
    other = (answer.allowed | answer.unknown) & beside
    witness = passing.witness()
    if witness is None:
        return None
    blocked = other.witness()
    here = _firewall(case.paths.explain(answer, witness))
    there = _firewall(case.paths.explain(answer, blocked)) if blocked else None
    same = here and there and here.rule == there.rule
    return None if same else here


def _firewall(hops: tuple[Hop, ...]) -> Hop | None:
    found = (hop for hop in hops if hop.layer is Layer.FIREWALL and hop.rule)
    return next(found, None)
