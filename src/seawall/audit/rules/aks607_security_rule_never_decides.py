"""AKS607: rules of security groups that nothing gets to."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import deciders
from seawall.audit.rule import Rule
from seawall.query.case import Case
from seawall.query.idle_rules import evidence


class SecurityRuleNeverDecides(Rule):
    """A rule of a security group never decides: earlier ones match all of it.

    Why it matters: what the rule says does not happen. If it allows, something that was
    to work does not; if it denies, a door stands open that somebody thinks is shut.

    When it is fine: when it says the same as the earlier rules it does no harm, and
    only misleads whoever reads the list; such findings are of low severity.

    Source: Azure docs, network-security-groups-overview: rules are processed by
    priority, and the first that matches decides, read 2026-08-21. It is proved for
    every packet, and whatever service tags and application security groups hold; a tag
    that is not known to be within another is never taken to be.
    """

    code = "AKS607"
    name = "security-rule-never-decides"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "network.yaml": """
            type: Microsoft.Network/networkSecurityGroups
            name: shop
            properties:
              securityRules:
                - name: no-storage
                  properties:
                    priority: 100
                    direction: Outbound
                    access: Deny
                    protocol: Tcp
                    sourceAddressPrefix: 10.1.0.0/16
                    sourcePortRange: "*"
                    destinationAddressPrefix: Storage
                    destinationPortRange: "443"
                - name: no-office
                  properties:
                    priority: 110
                    direction: Outbound
                    access: Deny
                    protocol: Tcp
                    sourceAddressPrefix: 10.1.0.0/16
                    sourcePortRange: "*"
                    destinationAddressPrefix: 10.9.0.0/16
                    destinationPortRange: "*"
                - name: backup  # finding
                  properties:
                    priority: 200
                    direction: Outbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: 10.1.2.0/24
                    sourcePortRange: "*"
                    destinationAddressPrefix: Storage.WestEurope
                    destinationPortRange: "443"
                - name: office-web  # finding
                  properties:
                    priority: 210
                    direction: Outbound
                    access: Deny
                    protocol: Tcp
                    sourceAddressPrefix: 10.1.0.0/16
                    sourcePortRange: "*"
                    destinationAddressPrefix: 10.9.1.0/24
                    destinationPortRange: "443"
            """,
    }
    good: ClassVar = {
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace("priority: 200", "priority: 90")
        .replace("priority: 210", "priority: 95"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for idle in case.idle_rules.shadowed:
            yield self.finding(
                idle.rule.name,
                f"`{idle.rule.name}` never decides: {deciders(idle)} all that it "
                "matches",
                "give it a lower priority number than these, or remove it"
                if idle.is_contradicted
                else "remove it",
                origin=idle.rule.origin,
                severity=Severity.MEDIUM if idle.is_contradicted else Severity.LOW,
                evidence=evidence(idle),
            )
