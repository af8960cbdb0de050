"""One packet at a node: which pods a Service leads it to by a port of the node."""

from dataclasses import dataclass

from seawall.model.address import Address, AddressRange
from seawall.model.cluster import Addressing, NodePool
from seawall.model.network import Subnet
from seawall.model.packet import Packet
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.trace import Layer, Verdict
from seawall.model.workload import Workload
from seawall.reference.journey import Journey
from seawall.reference.labels import selects
from seawall.reference.outcome import Outcome, single
from seawall.reference.place import subnet_of, within

_TYPES = (ServiceType.NODE_PORT, ServiceType.LOAD_BALANCER)


@dataclass(frozen=True, slots=True)
class Behind:
    """A workload that a Service leads to.

    Attributes:
        service: The Service.
        workload: The workload.
        port: The port of its pods.
    """

    service: Service
    workload: Workload
    port: int


def is_node(
    journey: Journey, pool: NodePool, packet: Packet, subnet: Subnet | None
) -> bool:
    """Whether what has the packet's destination is, or may be, a node of *pool*."""
    cluster = journey.snapshot.cluster
    if cluster is None or journey.to_pod:
        return False
    flat = cluster.addressing.value is Addressing.POD_SUBNET
    if flat and subnet is not None and pool.pod_subnet.value == subnet.id:
        return False
    home = subnet_of(journey.fabric, pool.subnet.value)
    return home is None or within(packet.destination, home.prefixes)


def behind(journey: Journey, packet: Packet) -> list[Behind] | Outcome | None:
    """Return whom a packet to a node is led to; None if no Service takes it.

    Returns:
        An outcome where a Service takes it and nobody known stands behind it.

    Source: docs/semantics/path.md, D7.
    """
    found = []
    empty: Outcome | None = None
    asked = (packet.protocol, packet.destination_port)
    for service in journey.snapshot.objects.services:
        for port in service.ports:
            if service.type not in _TYPES or (port.protocol, port.node_port) != asked:
                continue
            if listed_outside(journey, service, packet, by_node=True):
                return through_a_node(service)
            mine = _behind(journey, service, port)
            found += mine
            if not mine:
                empty = _nobody(journey, service)
    return found or empty


def chosen_by(
    journey: Journey, service: Service, packet: Packet
) -> list[Behind] | Outcome:
    """Return whom a Service leads a packet to that comes to one of its own ports.

    Source: docs/semantics/path.md, D8.
    """
    asked = (packet.protocol, packet.destination_port)
    found = [
        item
        for port in service.ports
        if (port.protocol, port.port) == asked
        for item in _behind(journey, service, port)
    ]
    return found or _nobody(journey, service)


def _behind(journey: Journey, service: Service, port: ServicePort) -> list[Behind]:
    return [
        Behind(service, workload, number)
        for workload in journey.snapshot.objects.workloads
        for number in led_to(service, workload, port)
    ]


def led_to(service: Service, workload: Workload, port: ServicePort) -> list[int]:
    """Return the ports of pods that a port of a Service leads to."""
    own = set(workload.addresses) if workload.runs else set()
    listed = [it for it in service.endpoints or () if it.is_behind(port)]
    found = [it.port or 0 for it in listed if own.intersection(it.addresses)]
    if not _selected(service, workload):
        return found
    if isinstance(port.target, int):
        return [port.target, *found]
    wanted = (port.target, port.protocol)
    named = [it.port for it in workload.ports if (it.name, it.protocol) == wanted]
    return named + found


def listed_outside(
    journey: Journey, service: Service, packet: Packet, *, by_node: bool = False
) -> list[tuple[Address, int]]:
    """Return addresses and ports that are listed for a packet and no known pod's.

    Source: docs/semantics/path.md, B16; Kubernetes docs, Service.
    """
    asked = (packet.protocol, packet.destination_port)
    pods = [it for it in journey.snapshot.objects.workloads if it.runs]
    held = {address for workload in pods for address in workload.addresses}
    return [
        (address, listed.port or 0)
        for port in service.ports
        if (port.protocol, port.node_port if by_node else port.port) == asked
        for listed in service.endpoints or ()
        if listed.is_behind(port)
        for address in listed.addresses
        if address not in held
    ]


def _selected(service: Service, workload: Workload) -> bool:
    selector = service.selector
    if selector is None or not selector.requirements:
        return False
    same = workload.namespace == service.namespace and workload.runs
    return same and selects(selector, dict(workload.labels))


def _nobody(journey: Journey, service: Service) -> Outcome:
    bare = service.selector is None or not service.selector.requirements
    unknown = service.doubt is not None or (bare and service.endpoints is None)
    if not unknown and not bare and journey.snapshot.objects.hidden:
        unknown = not any(
            _selected(service, each) for each in journey.snapshot.objects.workloads
        )
    verdict = Verdict.UNKNOWN if unknown else Verdict.DENIED
    return single(Layer.SERVICE, service.label, verdict, "nobody is behind it")


def through_a_node(service: Service) -> Outcome:
    """Return what is said of listed addresses that nobody follows packets to."""
    return single(Layer.SERVICE, service.label, Verdict.UNKNOWN, "listed addresses")


def runs_there(service: Behind, packet: Packet) -> bool | None:
    """Whether a pod runs on the node that a packet comes to; None if not known."""
    pods = service.workload.pods
    placed = pods and all(pod.node_addresses for pod in pods)
    if not placed or service.service.endpoints:
        return None
    return any(packet.destination in pod.node_addresses for pod in pods)


def may_be_pod(journey: Journey) -> bool:
    """Return whether pods have addresses where nodes have theirs, or may have."""
    cluster = journey.snapshot.cluster
    placed = (Addressing.OVERLAY, Addressing.KUBENET, Addressing.POD_SUBNET)
    return cluster is not None and cluster.addressing.value not in placed


def nodes_of(journey: Journey) -> tuple[AddressRange, ...]:
    """Return where the nodes of the cluster are."""
    cluster = journey.snapshot.cluster
    homes = [
        subnet_of(journey.fabric, pool.subnet.value)
        for pool in (cluster.pools if cluster is not None else ())
    ]
    return tuple(item for home in homes if home is not None for item in home.prefixes)
