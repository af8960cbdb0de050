"""One packet at a node: whether a pod there may get it by a host port."""

from seawall.model.cluster import Addressing, NodePool
from seawall.model.network import Subnet
from seawall.model.packet import Packet
from seawall.model.trace import Layer, Verdict
from seawall.model.workload import HostPort, Workload
from seawall.reference.journey import Journey
from seawall.reference.outcome import ARRIVED, Outcome, single
from seawall.reference.place import subnet_of, within


def at_host_port(
    journey: Journey, pool: NodePool | None, packet: Packet, subnet: Subnet | None
) -> Outcome:
    """Say that it is not known who gets *packet* if a pod may have its port of a node.

    Args:
        journey: What is asked.
        pool: The pool of the node; None if it is no node.
        packet: The packet as it comes to the node.
        subnet: The subnet that it is delivered in; None on the node of its start.

    Source: docs/semantics/path.md, D6.
    """
    cluster = journey.snapshot.cluster
    if pool is None or cluster is None or journey.to_pod:
        return ARRIVED
    flat = cluster.addressing.value is Addressing.POD_SUBNET
    if flat and subnet is not None and pool.pod_subnet.value == subnet.id:
        return ARRIVED
    home = subnet_of(journey.fabric, pool.subnet.value)
    if home is not None and not within(packet.destination, home.prefixes):
        return ARRIVED
    for workload in journey.snapshot.objects.workloads:
        here = workload.node_pool is None or workload.node_pool == pool.name
        inside = workload.runs and not workload.host_network
        opened = workload.host_ports if here and inside else ()
        if any(_takes(workload, port, packet) for port in opened):
            return single(Layer.DELIVERY, workload.label, Verdict.UNKNOWN, "host port")
    return ARRIVED


def _takes(workload: Workload, port: HostPort, packet: Packet) -> bool:
    """Whether a node that runs the workload may take the packet for it."""
    if (port.protocol, port.port) != (packet.protocol, packet.destination_port):
        return False
    if port.address:
        return port.address == str(packet.destination)
    if not workload.pods:
        return True
    for pod in workload.pods:
        versions = [item.version for item in pod.node_addresses]
        if packet.destination.version not in versions:
            return True
        if packet.destination in pod.node_addresses:
            return True
    return False
