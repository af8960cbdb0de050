"""Ports of nodes that Services listen at: which pods are behind them, for whom."""

from collections.abc import Iterator
from dataclasses import replace

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch, Leg
from seawall.engine.path.ground.rewrite import Rewrite
from seawall.engine.path.ground.space import NOWHERE, Space, at
from seawall.engine.path.ground.verdicts import EVERYTHING, NOTHING, Ruling, constant
from seawall.engine.path.start import Places
from seawall.engine.path.ways_in.backends import Backends, ServiceDoor, headers_to
from seawall.engine.path.ways_in.onward import Onward
from seawall.flowspace import FlowSet
from seawall.model.cluster import NodePool
from seawall.model.end import PodEnd, ServiceEnd
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.trace import DecidingRule, Layer

SOURCE = "Kubernetes docs, Virtual IPs and Service Proxies, and Service, NodePort"
FROM_OUTSIDE = "own public address"
"""How a rewrite is marked that leads a public address to whoever has it."""
PUBLISHED = (ServiceType.NODE_PORT, ServiceType.LOAD_BALANCER)
"""The types of Services that have ports of nodes."""


class NodePorts:
    """Hands on what comes to a node for a Service.

    Args:
        atlas: What there is.
        places: Where pods and nodes are.
        onward: Asks what lies between two nodes.
        by_node_port: Whether it comes by ports of nodes; otherwise by a front end.
    """

    def __init__(
        self,
        atlas: Atlas,
        places: Places,
        onward: Onward,
        *,
        by_node_port: bool = True,
    ) -> None:
        self._onward = onward
        self._by_node_port = by_node_port
        self._atlas = atlas
        self._places = places
        self._backends = Backends(atlas)
        self._published = [
            (service, port, headers_of(port))
            for service in atlas.snapshot.objects.services
            if service.type in PUBLISHED
            for port in service.ports
            if port.node_port is not None
        ]
        self._taken = FlowSet.union_of(headers for *_, headers in self._published)

    def taken(self, branch: Branch) -> Branch:
        """Narrow to packets that come to a node for some Service."""
        return branch.having(self._taken) if self._published else branch.within(NOTHING)

    def left(self, branch: Branch) -> Branch:
        """Narrow to packets that come to a node for no Service."""
        return branch.having(EVERYTHING - self._taken) if self._published else branch

    def handed_on(self, branch: Branch, pool: NodePool | None) -> Iterator[Branch]:
        """Yield the ways of packets that a node hands on to pods of Services.

        Args:
            branch: Packets at the node, its filters passed.
            pool: Its pool; None for the node that they started on.

        Source:
            docs/semantics/path.md, D7.
        """
        for service, port, headers in self._published:
            way = branch.having(headers)
            if not way.flows:
                continue
            if pool is not None:
                leg = Leg(pool.subnet.value, way.rewrites, way.passed)
                way = replace(way, legs=(*way.legs, leg))
            doors = self._backends.of_port(service, port)
            if not doors:
                ruling = self._backends.without(service, port)
                question = replace(way.question, target=ServiceEnd(service))
                way = replace(way, question=question)
                yield way.judged(Layer.SERVICE, service.label, ruling)
            elif service.local_traffic_only and pool is not None:
                yield from self._to_local(way, service, doors)
            else:
                for door in doors:
                    yield from self.to_any(way, service, door, pool)

    def to_any(
        self,
        branch: Branch,
        service: Service,
        door: ServiceDoor,
        pool: NodePool | None = None,
    ) -> Iterator[Branch]:
        """Yield ways to a pod on whichever node; the sender may be hidden.

        Args:
            branch: Packets at a node.
            service: The Service that they are for.
            door: The port that they are led to.
            pool: The pool of the node; None for the sender's own node.
        """
        if not _is_inside(branch):
            way = self._to_pod(branch, service, door, self._nodes(), may_keep=True)
            yield self._left_open(branch, way, door, pool, hidden=True)
            return
        hidings = [None] if service.local_traffic_only else [None, self._nodes()]
        for nodes in hidings:
            way = self._to_pod(branch, service, door, nodes)
            if nodes is not None or pool is None:
                hidden = nodes is not None
                way = self._left_open(branch, way, door, pool, hidden=hidden)
            yield from self._as_policies_see(way, service, door)

    def _left_open(
        self,
        branch: Branch,
        way: Branch,
        door: ServiceDoor,
        pool: NodePool | None,
        *,
        hidden: bool,
    ) -> Branch:
        taker = pool or branch.start.pool
        if taker is None:
            return way
        sources = self._places.nodes(taker) if hidden else None
        return self._onward.left_open(branch, way, door, (taker,), sources)

    def _to_local(
        self, branch: Branch, service: Service, doors: list[ServiceDoor]
    ) -> Iterator[Branch]:
        """Yield ways to pods on the very node that packets come to.

        Source:
            Kubernetes docs, Service, "Traffic policies": `Local` drops what comes to a
            node without a pod of the Service. Clients in the cluster may be led to
            others all the same: Cilium docs, kubeproxy-free.
        """
        homes = [self._homes(service, door) for door in doors]
        rule = DecidingRule(
            f"{service.label} externalTrafficPolicy: Local", service.origin
        )
        if None in homes:
            says = f"whether a pod of {service.label} runs on that node is not known"
            branch = branch.judged(
                Layer.SERVICE, service.label, Ruling.not_known(says, SOURCE, rule)
            )
        left = branch.destinations
        inside = _is_inside(branch)
        for door, home in zip(doors, homes, strict=True):
            part = branch if None in homes else branch.toward(home or NOWHERE)
            left = left - part.destinations
            if part.flows:
                way = self._to_pod(part, service, door, None)
                ways = self._as_policies_see(way, service, door) if inside else (way,)
                yield from ways
        rest = branch.toward(left)
        if rest.flows:
            says = f"no pod of {service.label} runs on that node"
            ruling = Ruling.denying(says, SOURCE, rule)
            if inside:
                says += ", and whether it leads clients in the cluster to others varies"
                ruling = Ruling.not_known(says, SOURCE, rule)
            yield rest.judged(Layer.SERVICE, service.label, ruling)

    def _as_policies_see(
        self, branch: Branch, service: Service, door: ServiceDoor
    ) -> Iterator[Branch]:
        """Yield a way of a sender in the cluster as its egress policy may see it.

        The sender's own node may translate before its policy is asked, or the other
        node after it.

        Source:
            kube-proxy, iptables KUBE-EXT chains; Cilium docs, kubeproxy-free, socket
            load balancing.
        """
        seen = Rewrite(
            destinations=self._places.addresses(door.workload),
            port=door.port,
            by=service.label,
        )
        yield replace(branch, by_address=True)
        yield replace(branch, policy_rewrites=(*branch.policy_rewrites, seen))

    def _to_pod(
        self,
        branch: Branch,
        service: Service,
        door: ServiceDoor,
        sources: Space | None,
        *,
        may_keep: bool = False,
    ) -> Branch:
        rewrite = Rewrite(
            sources=sources,
            may_keep=may_keep,
            destinations=self._places.addresses(door.workload),
            port=door.port,
            by=service.label,
        )
        says = f"leads to {door.workload.label} port {door.port}"
        number = door.service_port.node_port
        if self._by_node_port and number is not None:
            says = f"node port {number} {says}"
        way = branch.rewritten(
            Layer.SERVICE, service.label, rewrite, say=constant(says, SOURCE)
        )
        question = replace(way.question, target=PodEnd(door.workload))
        local = service.local_traffic_only
        return replace(
            way,
            question=question,
            backend=door.workload,
            arrival=Arrival(ArrivalKind.POD, is_cluster_traffic=not local),
        )

    def _nodes(self) -> Space:
        found = NOWHERE
        for pool in self._atlas.pools:
            found = found | self._places.nodes(pool)
        return found

    def _homes(self, service: Service, door: ServiceDoor) -> Space | None:
        """Return the nodes of the pods behind a port; None if not all are known."""
        pods = door.workload.pods
        placed = all(pod.node_addresses for pod in pods)
        if not pods or not placed or service.endpoints:
            return None
        return at(*(each for pod in pods for each in pod.node_addresses))


def _is_inside(branch: Branch) -> bool:
    """Whether packets come from a pod or node of the cluster, not by the internet."""
    outside = any(each.by == FROM_OUTSIDE for each in branch.rewrites)
    return branch.start.is_in_cluster and branch.relay is None and not outside


def headers_of(port: ServicePort) -> FlowSet:
    """Return the headers that a node takes for a port of a Service."""
    return headers_to(port.protocol, port.node_port or 0)
