"""What a pod's address becomes on its node, before the network sees the packet."""

from collections.abc import Iterator
from typing import NamedTuple

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, StartKind
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import (
    EVERYWHERE,
    IPV6,
    LINK_LOCAL,
    NOWHERE,
    Space,
)
from seawall.engine.path.ground.verdicts import Ruling, constant
from seawall.flowspace import FlowSet
from seawall.model.cluster import Addressing, Cluster, NodePool
from seawall.model.trace import Layer

SOURCE = "AKS docs, concepts-network-cni-overview"
AGENT_SOURCE = "Azure/ip-masq-agent-v2; AKS docs, update-azure-cni"

_LOST = Ruling.not_known(
    "the addresses of nodes in that address family are not in the input", SOURCE
)
_HIDDEN = (Addressing.OVERLAY, Addressing.KUBENET)
_BY = "node"


class _Kept(NamedTuple):
    """Where a pod's address may stay, and where it may be changed."""

    keeps: Space
    changes: Space


class Masquerading:
    """Gives pods' packets the source that they leave their node with."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def masqueraded(self, branch: Branch, nodes: Space) -> Iterator[Branch]:
        """Yield the ways of a pod's packets with the source they leave the node with.

        Args:
            branch: Packets of a pod.
            nodes: The addresses that its node may have.

        Source:
            AKS docs, concepts-network-cni-overview, concepts-network-azure-cni-overlay,
            configure-kubenet, concepts-network-legacy-cni; docs/semantics/path.md, M.
        """
        keeps, changes = self._kept(branch.start.pool)
        stays = branch.toward(keeps - changes)
        if stays.flows:
            yield stays
        changed = branch.toward(changes - keeps)
        if changed.flows:
            becomes = "the source becomes the address of the node"
            yield from _hidden(changed, nodes, becomes)
        either = branch.toward(changes & keeps)
        if either.flows:
            doubt = "whether the source becomes the address of the node is not known"
            says = Ruling.passing(f"{doubt}; on this way it stays", AGENT_SOURCE)
            yield either.judged(Layer.MASQUERADE, "node", says)
            yield from _hidden(either, nodes, f"{doubt}; on this way it does")

    def strays(self, branch: Branch) -> bool:
        """Say whether packets for elsewhere carry an address that only pods know."""
        is_pod = branch.start.kind is StartKind.POD
        return is_pod and self._is_settled and not is_hidden(branch)

    def carried(self, branch: Branch) -> Branch:
        """Judge packets that leave the cluster with the address of a hidden pod.

        Source:
            AKS docs, update-azure-cni: overlay pods that keep their address are
            unreachable from outside; whether their packets get there is not said.
        """
        says = (
            "the pod keeps its address, which is known in the cluster only: whether "
            "the network carries the packet is not documented"
        )
        ruling = Ruling.not_known(says, AGENT_SOURCE)
        return branch.judged(Layer.MASQUERADE, "node", ruling)

    @property
    def _is_settled(self) -> bool:
        """Whether pods have addresses of ranges that are known and no network's."""
        cluster = self._atlas.cluster
        return (
            cluster is not None
            and cluster.addressing.value in _HIDDEN
            and cluster.pod_ranges.known
        )

    def _kept(self, pool: NodePool | None) -> _Kept:
        cluster = self._atlas.cluster
        if cluster is None:
            return _Kept(EVERYWHERE, NOWHERE)
        keeps, changes = self._by_mode(cluster, pool)
        for other in cluster.masquerade.others:
            spared = Space.of(other.value or ()) if other.known else NOWHERE
            changes = changes | (EVERYWHERE - spared)
        return _Kept(keeps, changes)

    def _by_mode(self, cluster: Cluster, pool: NodePool | None) -> _Kept:
        mode = cluster.addressing.value
        if mode is Addressing.POD_SUBNET:
            return _in_pod_subnet(cluster)
        if mode is Addressing.NODE_SUBNET and self._atlas.cluster_network:
            return _listed(
                cluster, pool, self._atlas.space(self._atlas.cluster_network)
            )
        if self._is_settled:
            pods = Space.of(cluster.pod_ranges.value or ())
            found = _listed(cluster, pool, pods)
            # Where AKS's own list lacks the pods, one of the two is out of date.
            return _Kept(found.keeps | pods, found.changes)
        return _Kept(EVERYWHERE, EVERYWHERE)


def is_hidden(branch: Branch) -> bool:
    """Say whether packets of a pod carry the address of its node."""
    return any(each.by == _BY for each in branch.rewrites)


def is_lost(branch: Branch) -> bool:
    """Say whether nothing tells with which address packets leave their node."""
    return bool(branch.steps) and branch.steps[-1].ruling is _LOST


def _hidden(branch: Branch, nodes: Space, says: str) -> Iterator[Branch]:
    """Yield packets with an address of their node, of their own family.

    Where the input has none they are lost from sight.
    """
    known = tuple({item.version for item in nodes.ranges})
    lost = branch.having(~FlowSet.box(families=known))
    if lost.flows:
        yield lost.judged(Layer.MASQUERADE, "node", _LOST)
        branch = branch.within(branch.flows - lost.flows)
    if branch.flows:
        rewrite = Rewrite(sources=nodes, by=_BY)
        yield branch.rewritten(
            Layer.MASQUERADE, "node", rewrite, say=constant(says, SOURCE)
        )


def _in_pod_subnet(cluster: Cluster) -> _Kept:
    """Source: docs/semantics/path.md, M2 and M6."""
    own, added = cluster.masquerade.own, cluster.masquerade.added
    if own.known and own.value is None:
        return _Kept(EVERYWHERE, NOWHERE)
    spared = Space.of(own.value or ()) | Space.of(added.value or ())
    return _Kept(EVERYWHERE, EVERYWHERE - spared)


def _listed(cluster: Cluster, pool: NodePool | None, usual: Space) -> _Kept:
    """Return what the lists of the agent make of what the mode calls for.

    Args:
        cluster: The cluster.
        pool: The pool that the pod is on.
        usual: What AKS's own list holds when it is not in the input.

    Source:
        Azure/ip-masq-agent-v2, ip-masq-agent.go; docs/semantics/path.md, M6 to M9.
    """
    told = cluster.masquerade
    own = usual
    if told.own.value is not None:
        own = Space.of(told.own.value) | (usual & IPV6)
    spared = own | Space.of(told.added.value or ())
    if told.hides_link_local.is_surely(value=False):
        spared = spared | LINK_LOCAL
    is_read = told.own.known and told.added.known
    keeps = spared if is_read else EVERYWHERE
    changes = EVERYWHERE - spared
    if cluster.host_routing.may_be(value=True):
        # The agent's rules are passed by: what the customer added may not be heard.
        changes = changes | (EVERYWHERE - own)
    return _on_windows(pool, usual, _Kept(keeps, changes))


def _on_windows(pool: NodePool | None, usual: Space, found: _Kept) -> _Kept:
    """Return where a pod's address stays on a pool that may run Windows.

    Source:
        Azure/ip-masq-agent-v2 runs on Linux; AKS docs, nat-gateway: Windows has a
        translation of its own, which can be switched off.
    """
    if pool is None or not pool.windows.may_be(value=True):
        return found
    keeps, changes = usual, EVERYWHERE - usual
    if pool.windows_keeps_pods.may_be(value=True):
        keeps = EVERYWHERE
    if not pool.windows.known:
        keeps, changes = keeps | found.keeps, changes | found.changes
    return _Kept(keeps, changes)
