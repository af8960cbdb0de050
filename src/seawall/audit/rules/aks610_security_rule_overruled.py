"""AKS610: rules of security groups that network managers overrule."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import deciders
from seawall.audit.rule import Rule
from seawall.query.case import Case
from seawall.query.idle_rules import evidence

_NETWORK = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network"
_KIND = "Microsoft.Network/networkManagers/securityAdminConfigurations"
_CONFIGURATION = f"{_NETWORK}/networkManagers/m/securityAdminConfigurations/c"


class SecurityRuleOverruled(Rule):
    """Admin rules of a network manager decide all that a security rule matches.

    Why it matters: whoever owns the security group sees a rule that allows or denies,
    and the platform never asks it. `Deny` of a network manager cannot be opened below,
    and `AlwaysAllow` cannot be closed.

    When it is fine: where the security group is shared with networks that the manager
    does not hold; all subnets of the input at which the group is asked are overruled.

    Source: Azure docs, concept-security-admins: admin rules are evaluated before
    security groups, and only `Allow` leads on to them, read 2026-08-21.
    """

    code = "AKS610"
    name = "security-rule-overruled"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "network.yaml": """
            type: Microsoft.Network/networkManagers
            id: RG/networkManagers/m
            name: m
            location: westeurope
            properties:
              networkManagerScopes: {subscriptions: [/subscriptions/s]}
              networkManagerScopeAccesses: [SecurityAdmin]
            ---
            type: Microsoft.Network/networkManagers/networkGroups
            id: RG/networkManagers/m/networkGroups/g
            name: g
            location: westeurope
            properties: {}
            ---
            type: Microsoft.Network/networkManagers/networkGroups/staticMembers
            id: RG/networkManagers/m/networkGroups/g/staticMembers/shop
            name: shop
            location: westeurope
            properties:
              resourceId: RG/virtualNetworks/shop
            ---
            type: KIND
            id: CONFIGURATION
            name: c
            location: westeurope
            properties: {}
            ---
            type: KIND/ruleCollections
            id: CONFIGURATION/ruleCollections/base
            name: base
            location: westeurope
            properties:
              appliesToGroups:
                - networkGroupId: RG/networkManagers/m/networkGroups/g
            ---
            type: KIND/ruleCollections/rules
            id: CONFIGURATION/ruleCollections/base/rules/no-ssh
            name: no-ssh
            location: westeurope
            kind: Custom
            properties:
              access: Deny
              direction: Inbound
              priority: 10
              protocol: Tcp
              sources: [{addressPrefix: "*", addressPrefixType: IPPrefix}]
              sourcePortRanges: [0-65535]
              destinations: [{addressPrefix: "*", addressPrefixType: IPPrefix}]
              destinationPortRanges: ["22"]
            ---
            value:
              - commitTime: "2026-01-01T00:00:00Z"
                region: westeurope
                deploymentStatus: Deployed
                deploymentType: SecurityAdmin
                configurationIds: [CONFIGURATION]
            ---
            type: Microsoft.Network/virtualNetworks
            id: RG/virtualNetworks/shop
            name: shop
            location: westeurope
            properties:
              addressSpace: {addressPrefixes: [10.1.0.0/16]}
              subnets:
                - name: tools
                  id: RG/virtualNetworks/shop/subnets/tools
                  properties:
                    addressPrefix: 10.1.1.0/24
                    networkSecurityGroup: {id: RG/networkSecurityGroups/tools}
            ---
            type: Microsoft.Network/networkSecurityGroups
            id: RG/networkSecurityGroups/tools
            name: tools
            location: westeurope
            properties:
              securityRules:
                - name: ssh  # finding
                  properties:
                    priority: 100
                    direction: Inbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: 10.1.0.0/16
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: "22"
            """.replace("CONFIGURATION", _CONFIGURATION)
        .replace("KIND", _KIND)
        .replace("RG", _NETWORK),
    }
    good: ClassVar = {
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace("access: Deny", "access: Allow"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        for idle in case.idle_rules.overridden:
            yield self.finding(
                idle.rule.name,
                f"`{idle.rule.name}` never decides: {deciders(idle)} all that it "
                "matches, before any security group is asked",
                "ask the owner of the network manager for an `Allow` rule before "
                "these, or remove the rule"
                if idle.is_contradicted
                else "remove it, unless it is to hold without the network manager",
                origin=idle.rule.origin,
                severity=Severity.MEDIUM if idle.is_contradicted else Severity.LOW,
                evidence=evidence(idle),
            )
