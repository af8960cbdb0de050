"""AKS601: rules about addresses that never leave the cluster."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.model.address import AddressRange, without
from seawall.model.cluster import Addressing
from seawall.model.filter import AddressTerm, SecurityGroup, SecurityRule
from seawall.model.firewall import FirewallRule
from seawall.query.case import Case

HIDDEN = (Addressing.OVERLAY, Addressing.KUBENET)


class RuleWrittenForPodAddresses(Rule):
    """A rule names pod addresses as source, and nobody outside ever sees them.

    Why it matters: in an overlay a pod leaves with the address of its node. An allow
    rule for the pod range never matches, and a deny rule for it denies nothing.

    When it is fine: rules on the nodes' own subnets between nodes and pods, which AKS
    asks for; these are not listed.

    Source: AKS docs, concepts-network-azure-cni-overlay and configure-kubenet, read
    2026-08-21.
    """

    code = "AKS601"
    name = "rule-written-for-pod-addresses"
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
                podCidr: 10.244.0.0/16
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
                - {name: nodes, properties: {addressPrefix: 10.0.0.0/24}}
                - name: databases
                  properties:
                    addressPrefix: 10.0.1.0/24
                    networkSecurityGroup:
                      id: microsoft.network/networksecuritygroups/databases
            ---
            type: Microsoft.Network/networkSecurityGroups
            name: databases
            properties:
              securityRules:
                - name: pods  # finding
                  properties:
                    priority: 100
                    direction: Inbound
                    access: Allow
                    protocol: Tcp
                    sourceAddressPrefix: 10.244.0.0/16
                    sourcePortRange: "*"
                    destinationAddressPrefix: "*"
                    destinationPortRange: "5432"
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "network.yaml": bad["network.yaml"]
        .replace("  # finding", "")
        .replace("10.244.0.0/16", "10.0.0.0/24"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        pods = _hidden(case)
        if not pods:
            return
        fabric = case.snapshot.fabric
        near = _groups_near_nodes(case)
        for group in fabric.security_groups:
            if group.id not in near and not group.predicted:
                yield from self._in_group(group, pods)
        for firewall in fabric.firewalls:
            for collection in firewall.collections:
                for rule in collection.rules:
                    dead = _within(rule.sources, pods)
                    if dead:
                        name = f"{collection.name}/{rule.name}"
                        yield self._dead(name, rule, dead)

    def _in_group(
        self, group: SecurityGroup, pods: tuple[AddressRange, ...]
    ) -> Iterator[Finding]:
        for rule in group.rules:
            dead = _within(rule.sources, pods)
            if dead and not rule.is_default:
                yield self._dead(f"{group.name}/{rule.name}", rule, dead)

    def _dead(
        self, name: str, rule: SecurityRule | FirewallRule, dead: list[str]
    ) -> Finding:
        does = "never matches" if len(dead) == len(rule.sources) else "matches in part"
        return self.finding(
            name,
            f"rule `{name}` {does}: pods leave their nodes with the nodes' addresses, "
            f"not with {listed(dead)}",
            "name the subnets of the nodes as source",
            origin=rule.origin,
        )


def _hidden(case: Case) -> tuple[AddressRange, ...]:
    """Return the pod ranges, if nobody else can have their addresses."""
    cluster = case.cluster
    if cluster is None or cluster.addressing.value not in HIDDEN:
        return ()
    others = [item for net in case.snapshot.fabric.networks for item in net.space]
    return without(cluster.pod_ranges.value or (), others)


def _groups_near_nodes(case: Case) -> set[str | None]:
    """Return the security groups that see packets between pods and nodes.

    Source: AKS docs, concepts-network, "Network security groups".
    """
    atlas = case.paths.atlas
    found: set[str | None] = set()
    for pool in atlas.pools:
        found.add(pool.nic_security_group.value)
        subnet = atlas.subnet(pool.subnet.value)
        found.add(subnet.security_group.value if subnet else None)
    return found


def _within(
    terms: tuple[AddressTerm, ...], pods: tuple[AddressRange, ...]
) -> list[str]:
    """Return the terms that hold nothing but pod addresses."""
    return [
        str(term)
        for term in terms
        if isinstance(term, AddressRange) and not without([term], pods)
    ]
