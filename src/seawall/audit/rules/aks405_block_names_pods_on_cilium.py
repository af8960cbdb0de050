"""AKS405: address blocks that are meant for pods or nodes, under Cilium."""

from collections.abc import Iterator
from typing import ClassVar

from seawall.audit.finding import Finding, Severity
from seawall.audit.phrases import listed
from seawall.audit.rule import Rule
from seawall.model.address import AddressRange, without
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.policy import BlockPeer, Direction, Policy, PolicyRule
from seawall.query.case import Case
from seawall.query.places import cluster_ranges


class BlockNamesPodsOnCilium(Rule):
    """An address block is meant for pods or nodes, and Cilium never matches them so.

    Why it matters: Cilium knows pods and nodes by identity. An ipBlock that holds
    nothing but their addresses admits nobody: what should work does not.

    When it is fine: never; the rule does nothing.

    Source: AKS docs, azure-cni-powered-by-cilium, "Frequently asked questions", read
    2026-08-21.
    """

    code = "AKS405"
    name = "block-names-pods-on-cilium"
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
                podCidr: 10.244.0.0/16
              agentPoolProfiles: [{name: system, count: 3}]
            """,
        "policy.yaml": """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: from-pods, namespace: shop}
            spec:
              podSelector: {}
              ingress:
                - from:  # finding
                    - ipBlock: {cidr: 10.244.0.0/16}
            """,
    }
    good: ClassVar = {
        "cluster.yaml": bad["cluster.yaml"],
        "policy.yaml": bad["policy.yaml"]
        .replace("  # finding", "")
        .replace("- ipBlock: {cidr: 10.244.0.0/16}", "- namespaceSelector: {}"),
    }

    def check(self, case: Case) -> Iterator[Finding]:
        plane = case.dataplane
        if plane.engine is not PolicyEngine.CILIUM or plane.enforces is not Tri.YES:
            return
        pods, nodes = cluster_ranges(case.snapshot)
        ours = (*pods, *_only_nodes(case, nodes))
        for policy in case.snapshot.objects.policies:
            for direction in sorted(policy.isolates, key=lambda item: item.value):
                for rule in policy.rules(direction):
                    blocks = [block for block in _blocks(rule) if _is_in(block, ours)]
                    if blocks:
                        yield self._dead(policy, direction, rule, blocks)

    def _dead(
        self,
        policy: Policy,
        direction: Direction,
        rule: PolicyRule,
        blocks: list[BlockPeer],
    ) -> Finding:
        names = listed(str(block.block) for block in blocks)
        return self.finding(
            policy.label,
            f"{names} in an {direction.value} rule of `{policy.label}` holds pods or "
            "nodes only, and Cilium never matches these by address",
            "name pods by podSelector and namespaceSelector",
            origin=rule.origin,
        )


def _blocks(rule: PolicyRule) -> Iterator[BlockPeer]:
    for peer in rule.peers or ():
        if isinstance(peer, BlockPeer):
            yield peer


def _is_in(peer: BlockPeer, ours: tuple[AddressRange, ...]) -> bool:
    held = without([peer.block], peer.excepts)
    return bool(held) and not without(held, ours)


def _only_nodes(
    case: Case, nodes: tuple[AddressRange, ...]
) -> tuple[AddressRange, ...]:
    """Return the node ranges in which the input shows nothing but nodes."""
    fabric = case.snapshot.fabric
    shared = {each.subnet for each in fabric.private_endpoints}
    shared |= {
        front.subnet for each in fabric.load_balancers for front in each.front_ends
    }
    others = [
        prefix
        for subnet in fabric.subnets
        if subnet.id in shared
        for prefix in subnet.prefixes
    ]
    return tuple(without(nodes, others))
