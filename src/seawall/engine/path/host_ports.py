"""Ports of a node that lead to a pod on it, past what listens on the node."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Arrival, ArrivalKind, Branch, Leg
from seawall.engine.path.ground.rewrite import Rewrite, surely
from seawall.engine.path.ground.space import NOWHERE, Space, at
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, constant
from seawall.engine.path.start import Places
from seawall.flowspace import FlowSet
from seawall.model.cluster import Addressing, NodePool
from seawall.model.dataplane import PolicyEngine
from seawall.model.end import PodEnd
from seawall.model.trace import DecidingRule, Layer
from seawall.model.workload import HostPort, Workload

SOURCE = (
    "Kubernetes docs, API reference, ContainerPort; containernetworking/plugins, "
    "portmap; Cilium docs, kubeproxy-free"
)
_FAMILIES = (4, 6)
_MAPPED_MODES = (Addressing.OVERLAY, Addressing.POD_SUBNET, Addressing.NODE_SUBNET)
_MAPPED_ENGINES = (PolicyEngine.NONE, PolicyEngine.NPM, PolicyEngine.CALICO)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A host port on the nodes of a pool.

    Attributes:
        item: Whose it is.
        port: Which.
        may: The packets that its pods may get.
        must: Those that one of them surely gets.
    """

    item: Workload
    port: HostPort
    may: FlowSet
    must: FlowSet


class HostPorts:
    """Knows which packets to a node a pod on it gets instead."""

    def __init__(self, atlas: Atlas, places: Places) -> None:
        self._atlas = atlas
        self._places = places
        self._holders = [
            item
            for item in atlas.snapshot.objects.workloads
            if item.host_ports and item.runs and not item.host_network
        ]

    def ends(
        self, branch: Branch, pool: NodePool | None, end: Arrival
    ) -> Iterator[Branch]:
        """Yield the ends of packets that come to a node of *pool*.

        Args:
            branch: Packets past every filter.
            pool: The pool of the node; None is no node of the cluster.
            end: Where they are if no pod gets them.

        Source:
            docs/semantics/path.md, D6.
        """
        taken = NOTHING
        if pool is not None and end.kind is not ArrivalKind.POD:
            for opened in self._opened(pool):
                part = branch.having(opened.may)
                if part.flows:
                    taken |= surely(branch.rewrites, opened.must)
                    yield self._at_pod(part, opened, pool, end)
        rest = branch.within(~taken)
        if rest.flows:
            yield rest.arrived(end)

    def _opened(self, pool: NodePool) -> Iterator[_Opened]:
        if not self._holders:
            return
        nodes = self._places.nodes(pool).as_destinations()
        for item in self._holders:
            if item.node_pool not in (None, pool.name):
                continue
            for port in item.host_ports:
                ported = nodes & _ported(port)
                where, placed = _nodes_of(item)
                sure = port.certain and self._maps_ports(item, pool)
                must = ported & placed.as_destinations() if sure else NOTHING
                yield _Opened(item, port, ported & where, must)

    def _maps_ports(self, item: Workload, pool: NodePool) -> bool:
        """Say whether nodes surely translate host ports.

        Source:
            Azure/azure-container-networking, cni, conflists of Linux: `portmap` is in
            the chain. Of kubenet, Windows and what replaces kube-proxy it is not said.
        """
        cluster = self._atlas.cluster
        return (
            cluster is not None
            and cluster.addressing.value in _MAPPED_MODES
            and cluster.policy_engine.value in _MAPPED_ENGINES
            and pool.windows.is_surely(value=False)
            and item.windows is not True
        )

    def _at_pod(
        self, branch: Branch, opened: _Opened, pool: NodePool, end: Arrival
    ) -> Branch:
        """End at a pod: the node puts the pod's address and port into the packet.

        It does so before policies are asked, those of a sender on the same node too.
        """
        item, port = opened.item, opened.port
        rule = DecidingRule(item.label, item.origin)
        leg = Leg(pool.subnet.value, branch.rewrites, branch.passed)
        rewrite = Rewrite(
            destinations=self._places.addresses(item), port=port.target or None
        )
        way = branch.rewritten(
            Layer.DELIVERY,
            "host port",
            rewrite,
            say=constant(_says(opened), SOURCE, rule),
        )
        if not port.target:
            says = f"which port of {item.label} the host port leads to cannot be read"
            way = way.judged(
                Layer.DELIVERY, "host port", Ruling.not_known(says, SOURCE, rule)
            )
        if end.is_same_node:
            way = replace(way, policy_rewrites=way.rewrites, policy_at=len(way.steps))
        return replace(
            way,
            question=replace(way.question, target=PodEnd(item)),
            legs=(*way.legs, leg),
            arrival=replace(
                end,
                kind=ArrivalKind.POD,
                subnet=None,
                is_host_port=True,
            ),
        )


def _says(opened: _Opened) -> str:
    item, port = opened.item, opened.port
    number = port.port or "a port that cannot be read"
    says = f"{port.protocol.name} {number} is a host port of {item.label}"
    to = f" to the pod's port {port.target}" if port.target else " to the pod"
    if opened.must:
        return f"{says}: the node hands it on{to}"
    return (
        f"{says}: a node that runs a pod of it may hand it on{to} "
        f"(`kubectl get pods -n {item.namespace} -o wide` tells where they run)"
    )


def _ported(port: HostPort) -> FlowSet:
    """Return the packets that a host port takes, on whichever node has it."""
    number = port.port
    ported = FlowSet.box(
        protocols=((int(port.protocol),) * 2,),
        destination_ports=((number, number),) if number else None,
    )
    if port.address:
        ported &= at(ip_address(port.address)).as_destinations()
    return ported


def _nodes_of(item: Workload) -> tuple[FlowSet, Space]:
    """Return the packets to nodes that pods may be on, and the nodes of known ones."""
    may, placed = NOTHING, NOWHERE
    for family in _FAMILIES:
        homes = [
            [each for each in pod.node_addresses if each.version == family]
            for pod in item.pods
        ]
        found = at(*(each for home in homes for each in home))
        placed = placed | found
        if homes and all(homes):
            may |= found.as_destinations()
        else:
            may |= FlowSet.box(families=(family,))
    return may, placed
