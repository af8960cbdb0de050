"""ipBlocks that held pods and nodes under the old engine, and do not under the new."""

from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import Dataplane, Tri
from seawall.model.packet import Protocol
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NamedPort,
    PodPeer,
    PolicyRule,
    PortMatch,
)
from seawall.query.migration.draft import EntityRule, RuleDraft, Topic
from seawall.query.migration.members import EVERY_POD, Members, names_of

IPV4 = 4


class Blocks:
    """Says beside each block whom it held by address."""

    def __init__(self, table: PolicyTable, new: Dataplane, members: Members) -> None:
        old = table.index.dataplane
        self._index, self._old, self._members = table.index, old, members
        self._pods = _is_lost(old.block_matches_pods, new.block_matches_pods)
        self._nodes = _is_lost(old.block_matches_nodes, new.block_matches_nodes)

    def rewrite(
        self, draft: RuleDraft, rule: PolicyRule, direction: Direction
    ) -> tuple[PodPeer, ...]:
        """Return the peers to add for the pods that the blocks of a rule held.

        What is needed for nodes, and what cannot be said, goes to *draft*.

        Source: AKS docs, migrate-from-npm-to-cilium-network-policy and
        azure-cni-powered-by-cilium, read 2026-08-21.
        """
        added: list[PodPeer] = []
        blocks = [item for item in rule.peers or () if isinstance(item, BlockPeer)]
        for peer in blocks:
            if self._pods:
                added += self._pod_peers(draft, rule, peer)
            if self._nodes and peer.block.version == IPV4:
                self._node_rule(draft, rule, peer, direction)
        return tuple(dict.fromkeys(added))

    def _pod_peers(
        self, draft: RuleDraft, rule: PolicyRule, peer: BlockPeer
    ) -> tuple[PodPeer, ...]:
        sure, possible = self._members.in_columns(
            self._index.peers.placed(peer, host=False)
        )
        if not possible:
            return ()
        whole = self._index.peers.coverage(peer, host=False) is Tri.YES
        peers, nameless = self._members.peers(sure, every=whole)
        if peers and not whole:
            draft.note_limit(
                Topic.PODS_IN_BLOCKS,
                rule,
                f"`{peer.block}` holds a part of the pods by address; what is named by "
                "label instead are the pods of this input, and not those to come",
            )
        if nameless:
            draft.note_limit(
                Topic.PODS_IN_BLOCKS,
                rule,
                f"`{peer.block}` holds {names_of(nameless)}, which no labels tell from "
                "pods that it does not hold",
            )
        if possible - sure:
            draft.note_limit(
                Topic.PODS_IN_BLOCKS,
                rule,
                f"whether `{peer.block}` holds some pods is not known, because their "
                "addresses are not",
            )
        if peers:
            whom = "every pod" if peers == (EVERY_POD,) else "pods by their addresses"
            draft.note_edit(
                Topic.PODS_IN_BLOCKS,
                rule,
                f"`{peer.block}` held {whom}; the same pods are named by label beside "
                "it",
            )
        return peers

    def _node_rule(
        self, draft: RuleDraft, rule: PolicyRule, peer: BlockPeer, direction: Direction
    ) -> None:
        held = self._holds_nodes(peer)
        if held is Tri.NO:
            return
        if held is Tri.UNDEFINED:
            draft.note_limit(
                Topic.NODES_IN_BLOCKS,
                rule,
                f"`{peer.block}` holds a part of the addresses where nodes are, and "
                "no Cilium policy on AKS can name single nodes",
            )
            return
        ports = ports_at_nodes(rule.ports, direction)
        if ports == ():
            return
        entities: tuple[str, ...] = ("remote-node",)
        if direction is Direction.EGRESS and self._old.own_node_egress is not Tri.YES:
            entities = ("host", "remote-node")
        found = EntityRule(direction, entities, ports)
        if found not in draft.entities:
            draft.entities.append(found)
            draft.note_edit(
                Topic.NODES_IN_BLOCKS,
                rule,
                f"`{peer.block}` held the nodes; a CiliumNetworkPolicy names them as "
                f"{' and '.join(f'`{item}`' for item in entities)}",
            )

    def _holds_nodes(self, peer: BlockPeer) -> Tri:
        """Return whether a block holds every node, some, or none."""
        peers, covered = self._index.peers, self._index.addresses.covered[peer]
        known, mixed = peers.node_places
        if known and not mixed:
            if not covered & known:
                return Tri.NO
            return Tri.UNDEFINED if known & ~covered else Tri.YES
        return peers.coverage(peer, host=True)


def ports_at_nodes(
    ports: tuple[PortMatch, ...] | None, direction: Direction
) -> tuple[PortMatch, ...] | None:
    """Return the ports of a rule that can mean a node at its far end.

    A port name in an egress rule stands for a port of a pod and never of a node.

    Source: Kubernetes, networking/v1 types.go, NetworkPolicyPort; docs.cilium.io,
    configuration/sctp.
    """
    if ports is None:
        return None
    return tuple(
        item
        for item in ports
        if item.protocol is not Protocol.SCTP
        and not (isinstance(item, NamedPort) and direction is Direction.EGRESS)
    )


def _is_lost(old: Tri, new: Tri) -> bool:
    return old is Tri.YES and new is Tri.NO
