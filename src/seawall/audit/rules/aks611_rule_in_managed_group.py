"""AKS611: a rule that somebody wrote into the security group that AKS manages."""

import re
from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.phrases import counted, listed
from seawall.audit.rule import Rule
from seawall.model.filter import SecurityRule
from seawall.query.case import Case

_OF_AKS = re.compile(
    r"k8s-azure-lb|shared-(TCP|UDP)-\d+-|a[0-9a-f]{31}(-|$)", re.IGNORECASE
)
"""Rules of the load balancer, as today's controller and older ones name them.

Older ones name one that several Services share after its protocol and port.
"""


class RuleInManagedGroup(Rule):
    """Somebody wrote rules into the security group that AKS manages.

    Why it matters: AKS writes this group itself. What others put there may go at the
    next change, and a cluster whose managed resources were edited is not supported.
    A way that rests on such a rule closes, or opens, on a day that nobody chose.

    When it is fine: never for long; a group of your own on the subnet of the nodes
    takes the same rules.

    Source: AKS docs, support-policies, "AKS support coverage for agent nodes", and
    node-resource-group-lockdown; kubernetes-sigs/cloud-provider-azure,
    pkg/provider/loadbalancer, names of rules, read 2026-11-29.
    """

    code = "AKS611"
    name = "rule-in-managed-group"
    severity = Severity.MEDIUM
    bad: ClassVar = {
        "cluster.yaml": """
            type: Microsoft.ContainerService/managedClusters
            name: shop
            location: westeurope
            properties:
              nodeResourceGroup: MC_shop
              networkProfile: {networkPlugin: azure, networkPluginMode: overlay}
              agentPoolProfiles:
                - name: system
            """,
        "group.yaml": """
            id: /subscriptions/0/resourceGroups/MC_shop/providers/Microsoft.Network/networkSecurityGroups/aks-agentpool-1-nsg
            type: Microsoft.Network/networkSecurityGroups
            name: aks-agentpool-1-nsg
            properties:
              securityRules:
                - name: office-ssh  # finding
                  properties:
                    priority: 200
                    direction: Inbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: 203.0.113.0/28
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: "22"
            """,  # noqa: E501
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "group.yaml": bad["group.yaml"]
        .replace("  # finding", "")
        .replace("office-ssh", "k8s-azure-lb_allow_IPv4_0123456789abcdef"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        cluster = case.cluster
        if cluster is None or not cluster.node_resource_group:
            return
        inside = f"/resourcegroups/{cluster.node_resource_group}/"
        # AKS writes rules for host ports too, under names that are not documented.
        certain = all(pool.host_ports.value == () for pool in cluster.pools)
        for group in case.snapshot.fabric.security_groups:
            if group.predicted or inside not in group.id:
                continue
            written = [rule for rule in group.rules if _is_own(rule)]
            if written:
                names = [f"{group.name}/{rule.name}" for rule in written]
                yield self.finding(
                    group.name,
                    f"{counted(len(names), 'rule')} in the security group "
                    f"`{group.name}`, which AKS manages, "
                    f"{'is' if len(names) == 1 else 'are'} not its own: "
                    f"{listed(names)}",
                    "write them into a group of your own on the subnet of the nodes, "
                    "and lock the node resource group",
                    origin=written[0].origin,
                    confidence=Confidence.PROVED if certain else Confidence.LIKELY,
                )


def _is_own(rule: SecurityRule) -> bool:
    return not rule.is_default and not _OF_AKS.match(rule.name)
