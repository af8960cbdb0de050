"""Ports of a node that may lead to a pod on it, past what listens on the node."""

from ipaddress import ip_address

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch
from seawall.engine.path.ground.space import NOWHERE, Space, at
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, Said
from seawall.engine.path.start import Places
from seawall.flowspace import FlowSet
from seawall.model.cluster import NodePool
from seawall.model.trace import DecidingRule, Layer, Verdict
from seawall.model.workload import HostPort, Workload

SOURCE = (
    "Kubernetes docs, API reference, ContainerPort; containernetworking/plugins, "
    "portmap; Cilium docs, kubeproxy-free"
)
_FAMILIES = (4, 6)


class HostPorts:
    """Knows which packets to a node a pod on it may get instead."""

    def __init__(self, atlas: Atlas, places: Places) -> None:
        self._places = places
        self._holders = [
            item
            for item in atlas.snapshot.objects.workloads
            if item.host_ports and item.runs and not item.host_network
        ]

    def judged(self, branch: Branch, pool: NodePool | None) -> Branch:
        """Pass the host ports of a node of *pool*; None is no node of the cluster.

        Source:
            docs/semantics/path.md, D6.
        """
        if pool is None or not self._holders:
            return branch
        nodes = self._places.nodes(pool).as_destinations()
        found = [
            (headers, item, port)
            for item in self._holders
            if item.node_pool in (None, pool.name)
            for port in item.host_ports
            if (headers := nodes & _headers(item, port))
        ]
        doubtful = FlowSet.union_of(headers for headers, _, _ in found)
        if not doubtful & branch.current:
            return branch
        ruling = Ruling(NOTHING, doubtful, _Saying(found))
        return branch.judged(Layer.DELIVERY, "host ports", ruling)


class _Saying:
    """Names the pod that has the host port of a packet."""

    def __init__(self, found: list[tuple[FlowSet, Workload, HostPort]]) -> None:
        self._found = found

    def __call__(self, headers: FlowSet, _verdict: Verdict) -> Said:
        for where, item, port in self._found:
            if where & headers:
                rule = DecidingRule(item.label, item.origin)
                return Said(_says(item, port), rule, SOURCE)
        return Said("no pod has this port of the node", None, SOURCE)


def _says(item: Workload, port: HostPort) -> str:
    return (
        f"{port.protocol.name} {port.port} is a host port of {item.label}: where a pod "
        f"of it runs, the node may hand the packet on to the pod's port {port.target}, "
        "whose ingress policies then decide; whether it does is not known "
        f"(`kubectl get pods -n {item.namespace} -o wide` tells where they run)"
    )


def _headers(item: Workload, port: HostPort) -> FlowSet:
    """Return the packets that a host port takes, on whichever node has it."""
    ported = FlowSet.box(
        protocols=((int(port.protocol),) * 2,),
        destination_ports=((port.port, port.port),),
    )
    if port.address:
        return ported & at(ip_address(port.address)).as_destinations()
    out = NOTHING
    for family in _FAMILIES:
        some = ported & FlowSet.box(families=(family,))
        space = _nodes(item, family)
        out |= some if space is None else some & space.as_destinations()
    return out


def _nodes(item: Workload, family: int) -> Space | None:
    """Return the nodes that pods run on; None if any may have one."""
    found = NOWHERE
    for pod in item.pods:
        mine = [each for each in pod.node_addresses if each.version == family]
        if not mine:
            return None
        found = found | at(*mine)
    return found if item.pods else None
