"""Finds the edits that let the same pass under a new engine, rule by rule."""

from collections.abc import Iterator
from dataclasses import replace

from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import Dataplane, PolicyEngine, Tri
from seawall.model.policy import Direction, Policy, PolicyRule
from seawall.model.selector import EVERYTHING, Selector
from seawall.model.snapshot import KubernetesObjects
from seawall.query.migration.blocks import Blocks
from seawall.query.migration.doors import WayIn, admitted, ways_in
from seawall.query.migration.draft import (
    CiliumDraft,
    Draft,
    EntityRule,
    Note,
    RuleDraft,
    Topic,
)
from seawall.query.migration.members import Members, names_of
from seawall.query.migration.ports import Ports


def can_rewrite(old: Dataplane, new: Dataplane) -> bool:
    """Whether there is something to propose for a change of engines."""
    return new.engine is PolicyEngine.CILIUM and old.engine in (
        PolicyEngine.NPM,
        PolicyEngine.CALICO,
    )


def propose(
    objects: KubernetesObjects, table: PolicyTable, new: Dataplane
) -> tuple[Draft, tuple[WayIn, ...]]:
    """Return policies that should let pass under *new* what passes under the old.

    Args:
        objects: What the cluster holds.
        table: Its policies, compiled for the old engine.
        new: The new engine.

    Returns:
        The rewrite, and the ways in that it keeps open past the old policies.

    Complexity: rules times the pods that their blocks and port names hold.
    """
    draft = Draft()
    names = _Names(objects)
    members = Members(table)
    blocks, ports = Blocks(table, new, members), Ports(table, new, members)
    parts = _Parts(blocks, ports, table, new)
    for policy in table.index.policies:
        _rewrite(draft, policy, parts, names)
    for policy in table.index.voided:
        draft.limits.append(
            Note(
                Topic.SKIPPED,
                policy.label,
                "the old engine skips it because of an IPv6 block; the new one "
                "enforces it, which is what it was written for, so it is left as it is",
                policy.origin,
            )
        )
    windows = [item for item in objects.workloads if item.windows and item.runs]
    if windows:
        draft.limits.append(
            Note(
                Topic.WINDOWS,
                names_of(windows),
                "AKS has no Windows nodes with Cilium",
                windows[0].origin,
            )
        )
    ways = tuple(ways_in(objects, table, new))
    for way in ways:
        name = names.free(way.service.namespace, f"{way.service.name}-clients")
        added, note = admitted(way, name)
        draft.added.append(added)
        draft.edits.append(note)
    if new.carries_sctp is Tri.NO and table.index.dataplane.carries_sctp is Tri.YES:
        draft.limits.append(
            Note(
                Topic.NOT_CARRIED,
                "every pod",
                "Cilium on AKS carries no SCTP, whatever policies say",
                None,
            )
        )
    return draft, ways


class _Names:
    """Names of CiliumNetworkPolicies that are not taken."""

    def __init__(self, objects: KubernetesObjects) -> None:
        self._taken = {
            *((item.namespace, item.name) for item in objects.ranked_policies),
            *((item.namespace, item.name) for item in objects.opaque_policies),
        }

    def free(self, namespace: str, wanted: str) -> str:
        name, number = wanted, 2
        while (namespace, name) in self._taken:
            name, number = f"{wanted}-{number}", number + 1
        self._taken.add((namespace, name))
        return name


class _Parts:
    """What rewrites one policy at a time."""

    def __init__(
        self, blocks: Blocks, ports: Ports, table: PolicyTable, new: Dataplane
    ) -> None:
        self._blocks, self._ports = blocks, ports
        old, policies = table.index.dataplane, table.index.policies
        own_node = old.own_node_egress is Tri.YES is not new.own_node_egress
        self._own_node = set(_widest(policies)) if own_node else set()

    def rule(self, policy: Policy, position: int, direction: Direction) -> RuleDraft:
        rule = policy.rules(direction)[position]
        draft = RuleDraft(f"{policy.label} {direction.value} rule {position + 1}")
        added = self._blocks.rewrite(draft, rule, direction)
        whole = rule
        if rule.peers is not None:
            fresh = tuple(item for item in added if item not in rule.peers)
            whole = replace(rule, peers=(*rule.peers, *fresh))
        kept = self._ports.rewrite(draft, policy, rule, direction)
        if kept != ():
            draft.rules.insert(0, replace(whole, ports=kept))
        elif rule.ports == ():
            draft.rules.insert(0, rule)
        return draft

    def own_node(self, policy: Policy) -> Iterator[tuple[EntityRule, Note]]:
        """Yield what keeps the way to a pod's own node open.

        Source: AKS docs, migrate-from-npm-to-cilium-network-policy, read 2026-08-21.
        """
        if policy.label in self._own_node:
            yield (
                EntityRule(Direction.EGRESS, ("host",)),
                Note(
                    Topic.OWN_NODE,
                    policy.label,
                    "the old engine lets its pods reach the node that they run on; a "
                    "CiliumNetworkPolicy allows it as `host`",
                    policy.origin,
                ),
            )


def _widest(policies: tuple[Policy, ...]) -> Iterator[str]:
    """Yield policies that together isolate for egress all pods that any does."""
    seen: set[tuple[str, Selector]] = set()
    out = [item for item in policies if Direction.EGRESS in item.isolates]
    out.sort(key=lambda item: (not item.subject.selects_everything, item.label))
    for policy in out:
        whole = (policy.namespace, EVERYTHING) in seen
        if not whole and (policy.namespace, policy.subject) not in seen:
            seen.add((policy.namespace, policy.subject))
            yield policy.label


def _rewrite(draft: Draft, policy: Policy, parts: _Parts, names: _Names) -> None:
    entities: list[EntityRule] = []
    rules: dict[Direction, list[PolicyRule]] = {}
    for direction in Direction:
        if direction not in policy.isolates:
            continue
        rules[direction] = []
        for position in range(len(policy.rules(direction))):
            found = parts.rule(policy, position, direction)
            rules[direction] += found.rules
            entities += found.entities
            draft.edits += found.edits
            draft.limits += found.limits
    for entity, note in parts.own_node(policy):
        entities.append(entity)
        draft.edits.append(note)
    new = replace(
        policy,
        ingress=tuple(rules.get(Direction.INGRESS, policy.ingress)),
        egress=tuple(rules.get(Direction.EGRESS, policy.egress)),
    )
    if new != policy:
        draft.policies.append(new)
    if entities:
        name = names.free(policy.namespace, f"{policy.name}-nodes")
        unique = tuple(dict.fromkeys(entities))
        draft.added.append(CiliumDraft(policy.namespace, name, policy.subject, unique))
