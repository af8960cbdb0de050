"""Services: their virtual addresses, and the pods of the cast behind each port."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from seawall.model.packet import Protocol
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.snapshot import KubernetesObjects
from seawall.twin.classes.giving import Giver, PodStand, ipv4
from seawall.twin.classes.selecting import selects


@dataclass(frozen=True, slots=True)
class ServiceStand:
    """A Service that has a virtual address.

    Attributes:
        service: The Service.
        address: Its address, from the input or given.
    """

    service: Service
    address: IPv4Address

    @property
    def name(self) -> str:
        """`namespace/name`."""
        return self.service.label


@dataclass(frozen=True, slots=True)
class Backing:
    """A pod behind a port of a Service.

    Attributes:
        stand: The pod.
        port: The port there.
    """

    stand: PodStand
    port: int


def service_stands(objects: KubernetesObjects, giver: Giver) -> Iterator[ServiceStand]:
    """Yield the Services that have, or are given, a virtual address.

    Source: Kubernetes docs, Service: headless ones and those of type ExternalName have
    none. One behind which addresses are listed is left out.
    """
    for service in objects.services:
        external = service.type is ServiceType.EXTERNAL_NAME
        if service.headless or external or service.endpoints is not None:
            continue
        address = ipv4(service.cluster_addresses)
        if address is None and not service.cluster_addresses:
            address = giver.service_address()
        if address is not None:
            yield ServiceStand(service, address)


def backings(
    service: Service, port: ServicePort, pods: Iterable[PodStand]
) -> tuple[Backing, ...]:
    """Return the pods behind a port of a Service.

    Source: Kubernetes docs, Service, "Port definitions": a name is looked up on each
    pod.
    """
    selector = service.selector
    if selector is None or not selector.requirements:
        return ()
    found = []
    for stand in pods:
        workload = stand.workload
        if workload.namespace != service.namespace:
            continue
        if not selects(selector, dict(workload.labels)):
            continue
        number = _number(port, stand)
        if number is not None:
            found.append(Backing(stand, number))
    return tuple(found)


def _number(port: ServicePort, stand: PodStand) -> int | None:
    if isinstance(port.target, int):
        return port.target
    for item in stand.workload.ports:
        if (item.name, item.protocol) == (port.target, port.protocol):
            return item.port
    return None


CARRIED = frozenset({Protocol.TCP, Protocol.UDP})
"""What the twin translates."""
PUBLISHED = (ServiceType.NODE_PORT, ServiceType.LOAD_BALANCER)
"""Types of Services that nodes listen for at ports of their own."""
