"""AKS608: rules of security groups without which the same happens."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import deciders
from seawall.audit.rule import Rule
from seawall.query.case import Case
from seawall.query.idle_rules import evidence


class SecurityRuleNotNeeded(Rule):
    """A rule of a security group is not needed: later ones do the same without it.

    Why it matters: whoever removes the later rule, or changes it, believes that this
    one stands for something else. Long lists hide the rules that count.

    When it is fine: where the rule is kept so that flow logs name it, or so that it
    outlives a later rule that is to go. All that are found may be removed together.

    Source: Azure docs, network-security-groups-overview: rules are processed by
    priority, the default rules last, read 2026-08-21. It is proved for every packet,
    and whatever service tags and application security groups hold.
    """

    code = "AKS608"
    name = "security-rule-not-needed"
    severity = Severity.INFO
    bad: ClassVar = {
        "network.yaml": """
            type: Microsoft.Network/networkSecurityGroups
            name: shop
            properties:
              securityRules:
                - name: web  # finding
                  properties:
                    priority: 100
                    direction: Inbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: 10.1.2.0/24
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: "443"
                - name: apps
                  properties:
                    priority: 200
                    direction: Inbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: 10.1.0.0/16
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: "400-500"
                - name: rest
                  properties:
                    priority: 4096
                    direction: Inbound
                    access: Deny
                    protocol: "*"
                    sourceAddressPrefix: "*"
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: "*"
            """,
    }
    good: ClassVar = {
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace("400-500", "444-500"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for idle in case.idle_rules.spare:
            yield self.finding(
                idle.rule.name,
                f"`{idle.rule.name}` is not needed: without it {deciders(idle)} all "
                "that it decides",
                "remove it",
                origin=idle.rule.origin,
                evidence=evidence(idle),
            )
