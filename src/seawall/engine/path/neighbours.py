"""Ends of one cluster that may share a node, where the network does not see them."""

from collections.abc import Iterator
from dataclasses import replace

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch, StartKind
from seawall.engine.path.ground.space import NOWHERE, Space, at
from seawall.engine.path.ground.verdicts import NOTHING, Ruling
from seawall.engine.path.host_ports import HostPorts
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.node_ports import NodePorts
from seawall.engine.path.ways_in.onward import Onward
from seawall.flowspace import FlowSet
from seawall.model.cluster import Addressing
from seawall.model.end import NodeEnd, PodEnd
from seawall.model.trace import Layer
from seawall.model.workload import Workload

SOURCE = "AKS docs, concepts-network-cni-overview"


class Neighbours:
    """Knows which ends may be on one node."""

    def __init__(self, atlas: Atlas, places: Places, onward: Onward) -> None:
        self._atlas = atlas
        self._places = places
        self._host_ports = HostPorts(atlas, places)
        self._node_ports = NodePorts(atlas, places, onward)

    def on_one_node(self, branch: Branch) -> Iterator[Branch]:
        """Yield the way of packets between ends that may share a node.

        Source:
            AKS docs, concepts-network-cni-overview: packets between pods of one node
            do not leave it, so only the policy engine sees them.
        """
        near = self._near(branch)
        _, differ = self._known(branch)
        way = branch.toward(near)
        if way.flows and differ:
            way = way.having_left(~differ)
        if not way.flows:
            return
        says = "both ends may be on one node, where no network filter or route applies"
        way = way.judged(Layer.DELIVERY, "one node", Ruling.passing(says, SOURCE))
        end = Arrival(self._kind(branch), branch.start.subnet, is_same_node=True)
        pool = branch.start.pool
        if end.kind is ArrivalKind.POD or pool is None:
            yield from self._host_ports.ends(way, pool, end)
            return
        nodes = self._places.nodes(pool)
        # What no node can have is a pod's.
        alone = replace(end, kind=ArrivalKind.POD)
        beyond = end.kind is ArrivalKind.POD_OR_NODE
        yield from self._ends(way.toward(near - nodes), alone if beyond else end)
        way = way.toward(nodes)
        taken = self._node_ports.taken(way)
        if taken.flows:
            yield from self._node_ports.handed_on(taken, None)
            pods = taken.toward(self._places.pods(pool))
            if end.kind is ArrivalKind.POD_OR_NODE and pods.flows:
                yield pods.arrived(replace(end, kind=ArrivalKind.POD))
            way = self._node_ports.left(way)
        yield from self._ends(way, end)

    def _ends(self, branch: Branch, end: Arrival) -> Iterator[Branch]:
        if branch.flows:
            yield from self._host_ports.ends(branch, branch.start.pool, end)

    def on_two_nodes(self, branch: Branch) -> Branch:
        """Narrow to packets that may leave their node."""
        same, _ = self._known(branch)
        return branch.having_left(~same) if same else branch

    def _near(self, branch: Branch) -> Space:
        """Return the destinations that may be on the same node as the start."""
        pool = branch.start.pool
        target = branch.question.target
        if pool is None:
            return NOWHERE
        is_node = branch.start.kind is StartKind.NODE
        if isinstance(target, NodeEnd):
            is_near = target.pool == pool.name and not is_node
            return self._places.nodes(pool) if is_near else NOWHERE
        if isinstance(target, PodEnd):
            pools = self._places.pools_of(target.workload)
            if pool not in pools:
                return NOWHERE
            if target.workload.host_network:
                return NOWHERE if is_node else self._places.nodes(pool)
            return self._places.pods(pool)
        mode = self._atlas.addressing
        pods = self._places.pods(pool) if mode not in _UNPLACED else NOWHERE
        near = pods if is_node else pods | self._places.nodes(pool)
        return near - self._places.taken

    def _kind(self, branch: Branch) -> ArrivalKind:
        target = branch.question.target
        if isinstance(target, PodEnd) and not target.workload.host_network:
            return ArrivalKind.POD
        if isinstance(target, PodEnd | NodeEnd):
            return ArrivalKind.NODE
        return ArrivalKind.POD_OR_NODE

    def _known(self, branch: Branch) -> tuple[FlowSet, FlowSet]:
        """Return the headers between ends that surely share a node, or do not."""
        source = branch.start.workload
        target = branch.question.target
        if source is None:
            return NOTHING, NOTHING
        if isinstance(target, NodeEnd):
            return self._to_nodes(source)
        if not isinstance(target, PodEnd):
            return NOTHING, NOTHING
        homes, theirs = _by_node(source), _by_node(target.workload)
        same = FlowSet.union_of(
            space.as_sources() & theirs[node].as_destinations()
            for node, space in homes.items()
            if node in theirs
        )
        both = _all(homes).as_sources() & _all(theirs).as_destinations()
        return same, both - same

    def _to_nodes(self, source: Workload) -> tuple[FlowSet, FlowSet]:
        same = NOTHING
        known = NOTHING
        for pod in source.pods:
            if pod.node_addresses:
                here = at(*pod.addresses).as_sources()
                same |= here & at(*pod.node_addresses).as_destinations()
                known |= here
        return same, known - same


_UNPLACED = (Addressing.OWN_CNI, None)


def _by_node(workload: Workload) -> dict[str, Space]:
    found: dict[str, Space] = {}
    for pod in workload.pods:
        if pod.node is not None:
            found[pod.node] = found.get(pod.node, NOWHERE) | at(*pod.addresses)
    return found


def _all(homes: dict[str, Space]) -> Space:
    return Space.of(item for space in homes.values() for item in space.ranges)
