"""One packet at a node: which pods there get it by a host port."""

from typing import NamedTuple

from seawall.model.address import Address
from seawall.model.cluster import Addressing, NodePool
from seawall.model.dataplane import PolicyEngine
from seawall.model.network import Subnet
from seawall.model.packet import Packet
from seawall.model.workload import HostPort, Workload
from seawall.reference.journey import Journey
from seawall.reference.match import Match, holds
from seawall.reference.place import subnet_of, within

AZURE_CNI = (Addressing.OVERLAY, Addressing.POD_SUBNET, Addressing.NODE_SUBNET)


class Taker(NamedTuple):
    """Pods that may get a packet to a node.

    Attributes:
        workload: Whose pods.
        port: The port at which they get it; 0 where that is not known.
        sure: Whether one of them surely gets it.
    """

    workload: Workload
    port: int
    sure: bool


def takers(
    journey: Journey, pool: NodePool | None, packet: Packet, subnet: Subnet | None
) -> list[Taker]:
    """Return the pods that may get *packet* by a host port of a node.

    Without a *pool* it is no node, without a *subnet* that of its start.

    Source: docs/semantics/path.md, D6.
    """
    cluster = journey.snapshot.cluster
    if pool is None or cluster is None or journey.to_pod:
        return []
    flat = cluster.addressing.value is Addressing.POD_SUBNET
    if flat and subnet is not None and pool.pod_subnet.value == subnet.id:
        return []
    home = subnet_of(journey.fabric, pool.subnet.value)
    if home is not None and not within(packet.destination, home.prefixes):
        return []
    out = []
    for workload in journey.snapshot.objects.workloads:
        here = workload.node_pool is None or workload.node_pool == pool.name
        inside = workload.runs and not workload.host_network
        for port in workload.host_ports if here and inside else ():
            runs = _runs_at(workload, packet.destination)
            if _fits(port, packet) and runs is not False:
                sure = port.certain and _is_mapped(journey, workload, pool)
                out.append(Taker(workload, port.target, sure and runs is True))
    return out


def _fits(port: HostPort, packet: Packet) -> bool:
    if port.protocol != packet.protocol:
        return False
    if port.port not in (0, packet.destination_port):
        return False
    return port.address in ("", str(packet.destination))


def _runs_at(workload: Workload, node: Address) -> Match:
    """Whether a pod of the workload runs on the node with this address."""
    if any(node in pod.node_addresses for pod in workload.pods):
        return True
    known = [
        any(item.version == node.version for item in pod.node_addresses)
        for pod in workload.pods
    ]
    return False if known and all(known) else None


def _is_mapped(journey: Journey, workload: Workload, pool: NodePool) -> bool:
    """Whether the nodes of a pool surely translate host ports.

    Source: Azure/azure-container-networking, cni, conflists of Linux.
    """
    cluster = journey.snapshot.cluster
    if cluster is None or cluster.addressing.value not in AZURE_CNI:
        return False
    engine = cluster.policy_engine.value
    if engine not in (PolicyEngine.NONE, PolicyEngine.NPM, PolicyEngine.CALICO):
        return False
    return holds(pool.windows) is False and workload.windows is not True
