"""AKS206: something that the cluster needs to live is blocked."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.model.trace import Hop, Layer, Verdict
from seawall.query.case import Case
from seawall.query.egress.answer import Row, surely_required

_OTHERS = (Layer.NAME, Layer.RESOURCE_FIREWALL)
"""What keeps nodes from the API server and has rules of its own: AKS503, AKS104."""


class RequiredEgressBlocked(Rule):
    """The network blocks something that the cluster needs to live.

    Why it matters: nodes fetch images, packages and tokens from places outside. What is
    blocked shows late: at the next upgrade, when a node is replaced, or when an add-on
    loses its service.

    When it is fine: never for the core; for an add-on only if it is to be switched off.

    Source: AKS docs, outbound-rules-control-egress and limit-egress-traffic, read
    2026-08-21.
    """

    code = "AKS206"
    name = "required-egress-blocked"
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
            type: Microsoft.Network/azureFirewalls  # finding
            name: fw
            properties:
              ipConfigurations:
              - name: only
                properties:
                  privateIPAddress: 10.0.2.4
                  subnet:
                   id: microsoft.network/virtualnetworks/net/subnets/azurefirewallsubnet
              applicationRuleCollections:
              - name: platform
                properties:
                  priority: 100
                  action: {type: Allow}
                  rules:
                  - name: images
                    sourceAddresses: ["*"]
                    protocols: [{protocolType: Https, port: 443}]
                    targetFqdns: [mcr.microsoft.com, "*.data.mcr.microsoft.com"]
            """,
    }
    good: ClassVar = {
        **bad,
        "firewall.yaml": bad["firewall.yaml"]
        .replace("  # finding", "")
        .replace(
            'targetFqdns: [mcr.microsoft.com, "*.data.mcr.microsoft.com"]',
            "fqdnTags: [AzureKubernetesService]",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        groups: dict[object, list[Row]] = {}
        for row in surely_required(case):
            hop = _denier(row)
            if row.requirement.end == "api-server" and hop and hop.layer in _OTHERS:
                continue
            if row.verdict is Verdict.DENIED:
                key = (hop.layer, hop.at, hop.rule) if hop else row.passage.says
                groups.setdefault((key, row.senders), []).append(row)
        for rows in groups.values():
            hop = _denier(rows[0])
            names = dict.fromkeys(row.destination.text for row in rows)
            services = dict.fromkeys(row.requirement.service for row in rows)
            origin = hop.rule.origin if hop and hop.rule else None
            yield self.finding(
                cluster.name if cluster else "",
                f"{' and '.join(rows[0].senders)} cannot reach {listed(names)}, which "
                f"the cluster needs: {rows[0].passage.says}",
                f"let {' and '.join(services)} pass to them; `seawall egress` lists "
                "all that is needed",
                origin=origin or (cluster.origin if cluster else None),
                evidence=rows[0].passage.blockers,
            )


def _denier(row: Row) -> Hop | None:
    """Return the first hop that denies."""
    hops = row.passage.blockers
    return next((hop for hop in hops if hop.verdict is Verdict.DENIED), None)
