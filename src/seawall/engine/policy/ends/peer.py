"""Which columns a peer matches: surely, and possibly.

Each flag of the dataplane that bears on peers is read here and nowhere else.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_

from seawall.engine.policy.ends.addresses import AddressClasses
from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.ends.homes import homes_of, unplaced
from seawall.engine.policy.ends.labels import LabelIndex, NamespaceIndex
from seawall.engine.policy.ends.match import NOBODY, Match, agreed, by_flag
from seawall.engine.policy.ends.oversight import Oversight
from seawall.engine.policy.ends.unit import Units
from seawall.model.address import AddressRange, merged, without
from seawall.model.dataplane import Dataplane, PolicyEngine, Tri
from seawall.model.policy import BlockPeer, Peer, PodPeer
from seawall.model.selector import Operator, Requirement, Selector

PRIVATE = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
"""Where a pod or node without a known address has it.

Source: AKS docs, concepts-network-azure-cni-overlay, read 2026-08-21.
"""

_NEGATIVE = frozenset({Operator.NOT_IN, Operator.DOES_NOT_EXIST})


@dataclass(frozen=True, slots=True)
class Places:
    """Where unknown addresses lie, and what is known of the address classes.

    Attributes:
        pod_ranges: Ranges that hold the cluster's pods.
        node_ranges: Ranges that hold the cluster's nodes, and perhaps others.
        in_pods: The classes within the pod ranges.
        in_nodes: The classes within the node ranges.
        is_node: The classes that are addresses of known nodes.
    """

    pod_ranges: tuple[AddressRange, ...]
    node_ranges: tuple[AddressRange, ...]
    in_pods: int
    in_nodes: int
    is_node: int

    def candidates(self, family: int, *, host: bool) -> tuple[AddressRange, ...]:
        """Return where an address lies that is not known."""
        known = self.node_ranges if host else self.pod_ranges
        own = merged(item for item in known if item.version == family)
        if own:
            return own
        return PRIVATE if family == 4 else (AddressRange.everything(6),)  # noqa: PLR2004


class Peers:
    """Evaluates peers on the columns of one snapshot."""

    def __init__(
        self,
        dataplane: Dataplane,
        units: Units,
        columns: Columns,
        addresses: AddressClasses,
        namespaces: NamespaceIndex,
        places: Places,
    ) -> None:
        self._dataplane = dataplane
        self._units = units
        self._columns = columns
        self._addresses = addresses
        self._namespaces = namespaces
        self._places = places
        self._labels = LabelIndex([unit.labels for unit in units.units])
        self.oversight = Oversight(dataplane.overlooks_labels)
        everyone = columns.everything
        self._everyone = Match(everyone, everyone)
        self._blocks: dict[BlockPeer, Match] = {}
        self._known: dict[int, tuple[Peer, Match]] = {}
        self._seen: dict[int, tuple[Selector, Match]] = {}
        self._at_home, self._homeless = homes_of(units)
        self._unplaced = unplaced(units)

    def over(self, units: Units) -> "Peers":
        """Return the same evaluator for other workloads in the same units.

        What a peer matches does not rest on whether anybody is in a unit.
        """
        found = copy(self)
        found.settle(units)
        return found

    def settle(self, units: Units) -> None:
        """Take it that other workloads live in the units from now on; see `over`."""
        self._units, self._unplaced = units, unplaced(units)

    @property
    def any_unplaced(self) -> bool:
        """Whether the address of some pod or node is not known."""
        return bool(self._unplaced)

    def among_nodes(self) -> "Peers":
        """Return an evaluator to which every place of nodes is one, and no other's.

        For what is known to be a node, though not which.
        """
        places = self._places
        nodes = self._addresses.touching(self.node_candidates())
        found = copy(self)
        found._places = replace(  # noqa: SLF001
            places, is_node=places.is_node | places.in_nodes | nodes
        )
        # What labels select stays the same.
        found._blocks, found._known = {}, {}  # noqa: SLF001
        return found

    def matching(self, namespace: str, peers: tuple[Peer, ...] | None) -> Match:
        """Return the columns that some peers of a policy in *namespace* match.

        Source: Kubernetes, networking/v1 types.go, NetworkPolicyPeer: no list means
        everyone; the items of a list are ORed.
        """
        if peers is None:
            return self._everyone
        found = [self._one(namespace, peer) for peer in peers]
        return found[0] if len(found) == 1 else reduce(or_, found, NOBODY)

    def selected(self, namespace: str | None, subject: Selector | None) -> Match:
        """Return the units that a policy would select, those on the host network too.

        Args:
            namespace: Where it selects; None is everywhere.
            subject: What it selects there; None is everything.
        """
        everyone = self._columns.pods | self._columns.hosts
        found = everyone if namespace is None else self._namespaces.units_in(namespace)
        if subject is None:
            return Match(found, found)
        return self._labelled(subject).within(found)

    def coverage(self, peer: BlockPeer, *, host: bool) -> Tri:
        """Return whether a block holds a pod or node of which no address is known."""
        places = self._places.candidates(peer.block.version, host=host)
        return _coverage(peer, places)

    def is_unplaced(self, block: BlockPeer, *, anywhere: bool = False) -> bool:
        """Whether what a block matches rests on where an unknown address may be.

        Args:
            block: The block.
            anywhere: Whether it means whoever has an address in it, whatever the engine
                makes of ipBlocks.
        """
        family, flags = block.block.version, self._dataplane
        if not block.excepts and block.block == AddressRange.everything(family):
            return False
        return any(
            (family, host) in self._unplaced and (anywhere or flag is not Tri.NO)
            for host, flag in (
                (False, flags.block_matches_pods),
                (True, flags.block_matches_nodes),
            )
        )

    def placed(self, block: BlockPeer, *, host: bool) -> Match:
        """Return the pods, or those on the host network, with an address in a block.

        Whether the engine's ipBlocks match these is not asked.
        """
        return self._at(block, host=host)

    @property
    def node_places(self) -> tuple[int, int]:
        """The address classes of known nodes, and those that nodes may share."""
        places = self._places
        return places.is_node, places.in_nodes & ~places.is_node

    @property
    def cluster_classes(self) -> int:
        """The address classes that are, or may be, of pods or nodes."""
        return self._places.in_pods | self.node_classes

    @property
    def node_classes(self) -> int:
        """The address classes that are, or may be, of nodes."""
        return self._places.in_nodes | self._places.is_node

    def node_candidates(self) -> tuple[AddressRange, ...]:
        """Return where the nodes of the cluster have their addresses."""
        return self._places.candidates(4, host=True)

    def _one(self, namespace: str, peer: Peer) -> Match:
        """Return what one peer matches.

        It is found once for peers that are one object and mean the same everywhere.
        """
        known = self._known.get(id(peer))
        if known is not None:
            return known[1]
        if isinstance(peer, BlockPeer):
            found = self._block(peer)
        else:
            found = self._pods(namespace, peer)
            if peer.namespaces is None:
                return found
        # The peer is kept, so that no other gets its identity.
        self._known[id(peer)] = peer, found
        return found

    def _pods(self, namespace: str, peer: PodPeer) -> Match:
        """Return what a peer by labels matches.

        Source: Kubernetes, networking/v1 types.go, NetworkPolicyPeer; for the defects
        of negative namespace selectors, Azure/azure-container-networking pull requests
        4866 and 4868 and cilium issue 46949; for pods on the host network, Kubernetes,
        "Network Policies", hostNetwork pods: either told apart or taken as the node.
        """
        columns = self._columns
        chosen = self._labelled(peer.pods)
        if peer.namespaces is None:
            chosen = chosen.within(self._namespaces.units_in(namespace))
        else:
            chosen &= self._in_namespaces(peer.namespaces)
        found = self._columns_of(chosen.within(columns.pods))
        hosts = chosen.possible & columns.hosts
        if hosts and self._dataplane.engine is PolicyEngine.SPEC:
            found |= Match(0, columns.of_units(hosts))
        outside = self._dataplane.negative_namespaces_match_outside
        if outside is not Tri.NO and _only_negative(peer):
            others = columns.all_classes | columns.of_units(columns.hosts)
            found |= Match(others if outside is Tri.YES else 0, others)
        return found

    def _labelled(self, selector: Selector) -> Match:
        """Return the units with labels that a selector asks for, as far as it sees.

        It is found once for selectors that are one object.
        """
        known = self._seen.get(id(selector))
        if known is None:
            found = [
                0 if seen is None else self._labels.matching(seen)
                for seen in self.oversight.of_pods(selector)
            ]
            # The selector is kept, so that no other gets its identity.
            known = self._seen[id(selector)] = selector, agreed(found)
        return known[1]

    def _columns_of(self, units: Match) -> Match:
        """Return the columns of units."""
        if len(self._columns.families) == 1:
            return units
        sure = self._columns.of_units(units.sure)
        if units.is_certain:
            return Match(sure, sure)
        return Match(sure, self._columns.of_units(units.possible))

    def _in_namespaces(self, selector: Selector) -> Match:
        """Return the units in namespaces that a selector selects."""
        reliable = self._dataplane.multi_value_not_in_excludes
        found = []
        for seen in self.oversight.of_namespaces(selector):
            if seen is None:
                found.append(0)
                continue
            if reliable is not Tri.NO:
                found.append(self._namespaces.matching(seen))
            if reliable is not Tri.YES:
                found.append(self._namespaces.matching(seen, _reliable))
        return agreed(found)

    def _block(self, peer: BlockPeer) -> Match:
        """Return what an ipBlock matches.

        Source: Kubernetes, networking/v1 types.go, IPBlock; "Network Policies" leaves
        open whether it matches pods and nodes. By engine: AKS docs,
        azure-cni-powered-by-cilium and migrate-from-npm-to-cilium-network-policy.
        """
        found = self._blocks.get(peer)
        if found is None:
            found = self._outside(peer)
            found |= self._inside(peer, host=False)
            found |= self._inside(peer, host=True)
            self._blocks[peer] = found
        return found

    def _outside(self, peer: BlockPeer) -> Match:
        """Return the address classes that a block matches.

        A range that holds nodes may hold other machines as well, so that what a block
        does there is certain only if it does the same to each.
        """
        places, dataplane = self._places, self._dataplane
        pods, nodes = dataplane.block_matches_pods, dataplane.block_matches_nodes
        mixed = places.in_nodes & ~places.is_node
        only_pods = places.in_pods & ~places.in_nodes & ~places.is_node
        special = mixed | only_pods | places.is_node
        covered = self._addresses.covered[peer]
        plain = covered & ~special
        found = Match(plain, plain)
        found |= by_flag(nodes, covered & places.is_node)
        found |= by_flag(pods, covered & only_pods)
        if nodes is Tri.YES:
            unsettled = 0 if pods is Tri.YES else places.in_pods
        else:
            unsettled = mixed
        found |= Match(covered & mixed & ~unsettled, covered & mixed)
        columns = self._columns
        return Match(columns.of_classes(found.sure), columns.of_classes(found.possible))

    def _inside(self, peer: BlockPeer, *, host: bool) -> Match:
        dataplane = self._dataplane
        flag = dataplane.block_matches_nodes if host else dataplane.block_matches_pods
        if flag is Tri.NO:
            return NOBODY
        found = self._at(peer, host=host)
        return Match(0, found.possible) if flag is Tri.UNDEFINED else found

    def _at(self, peer: BlockPeer, *, host: bool) -> Match:
        family = peer.block.version
        if family not in self._columns.families:
            return NOBODY
        covered = self._addresses.covered[peer]
        sure = 0
        at_home = self._at_home[family, host]
        for at, units in at_home.items():
            if covered >> at & 1:
                sure |= units
        possible = sure
        homeless = self._homeless[family, host]
        if homeless:
            state = self.coverage(peer, host=host)
            if state is not Tri.NO:
                possible |= homeless
            if state is Tri.YES:
                sure |= homeless
        shift = self._columns.first_unit(family)
        return Match(sure << shift, possible << shift)


def _coverage(peer: BlockPeer, candidates: Iterable[AddressRange]) -> Tri:
    """Whether a block covers all of *candidates*, none, or some."""
    places = tuple(candidates)
    kept = without((peer.block,), peer.excepts)
    if not any(item.overlaps(place) for item in kept for place in places):
        return Tri.NO
    return Tri.UNDEFINED if without(places, kept) else Tri.YES


def _reliable(requirement: Requirement) -> bool:
    """Whether a requirement on namespaces is not one that NPM may expand wrongly."""
    return requirement.operator is not Operator.NOT_IN or len(requirement.values) < 2  # noqa: PLR2004


def _only_negative(peer: PodPeer) -> bool:
    """Whether nothing that a peer asks for needs a label to be there."""
    if peer.namespaces is None or not peer.namespaces.requirements:
        return False
    terms = peer.namespaces.requirements + peer.pods.requirements
    return all(item.operator in _NEGATIVE for item in terms)
