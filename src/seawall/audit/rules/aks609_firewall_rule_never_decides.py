"""AKS609: rules of firewalls that nothing gets to."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import deciders
from seawall.audit.rule import Rule
from seawall.query.case import Case
from seawall.query.idle_rules import evidence


class FirewallRuleNeverDecides(Rule):
    """A rule of a firewall never decides: earlier ones match all that it does.

    Why it matters: the order of processing is not the order of the portal: rules of the
    parent policy come first, groups and collections go by priority, and every network
    rule is asked before any application rule. A rule that nothing gets to neither opens
    nor closes what it says.

    When it is fine: when it says the same as the earlier rules, it does no harm; such
    findings are of low severity.

    Source: Azure docs, firewall rule-processing, read 2026-08-21. It is proved for
    every packet, and whatever service tags and names hold; of an application rule,
    whatever address its names have.
    """

    code = "AKS609"
    name = "firewall-rule-never-decides"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "network.yaml": """
            type: Microsoft.Network/virtualNetworks
            name: hub
            properties:
              addressSpace: {addressPrefixes: [10.0.0.0/16]}
              subnets:
                - name: AzureFirewallSubnet
                  properties: {addressPrefix: 10.0.2.0/26}
            """,
        "firewall.yaml": """
            type: Microsoft.Network/azureFirewalls
            name: fw
            properties:
              ipConfigurations:
              - name: only
                properties:
                  privateIPAddress: 10.0.2.4
              networkRuleCollections:
              - name: closed
                properties:
                  priority: 100
                  action: {type: Deny}
                  rules:
                  - name: no-sql
                    protocols: [TCP]
                    sourceAddresses: [10.1.0.0/16]
                    destinationAddresses: [Sql]
                    destinationPorts: ["*"]
                  - name: lab
                    protocols: [Any]
                    sourceAddresses: [10.1.9.0/24]
                    destinationAddresses: ["*"]
                    destinationPorts: ["*"]
              - name: open
                properties:
                  priority: 200
                  action: {type: Allow}
                  rules:
                  - name: sql  # finding
                    protocols: [TCP]
                    sourceAddresses: [10.1.2.0/24]
                    destinationAddresses: [Sql.WestEurope]
                    destinationPorts: ["1433"]
              applicationRuleCollections:
              - name: web
                properties:
                  priority: 300
                  action: {type: Allow}
                  rules:
                  - name: images  # finding
                    sourceAddresses: [10.1.9.0/24]
                    protocols: [{protocolType: Https, port: 443}]
                    targetFqdns: [registry.example.com]
            """,
    }
    good: ClassVar = {
        **bad,
        "firewall.yaml": bad["firewall.yaml"]
        .replace("  # finding", "")
        .replace("10.1.2.0/24", "10.2.0.0/24")
        .replace(
            "[10.1.9.0/24]\n                    protocols",
            "[10.1.0.0/16]\n                    protocols",
        ),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for idle in case.idle_rules.firewall:
            yield self.finding(
                idle.rule.name,
                f"`{idle.rule.name}` never decides: {deciders(idle)} all that it "
                "matches",
                "put it where it is asked before these, or remove it"
                if idle.is_contradicted
                else "remove it",
                origin=idle.rule.origin,
                severity=Severity.MEDIUM if idle.is_contradicted else Severity.LOW,
                evidence=evidence(idle),
            )
