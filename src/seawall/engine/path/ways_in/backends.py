"""Which pods stand behind a Service, and at which port."""

from collections.abc import Iterator
from typing import NamedTuple

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import Space, at
from seawall.engine.path.ground.verdicts import Ruling
from seawall.flowspace import FlowSet
from seawall.model.address import Address
from seawall.model.packet import Protocol
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import ListedEndpoints, Service, ServicePort
from seawall.model.trace import DecidingRule
from seawall.model.workload import Workload

SOURCE = "Kubernetes docs, Service"
LOCAL_SOURCE = "Kubernetes docs, Service Internal Traffic Policy"


class ServiceDoor(NamedTuple):
    """One port of a Service in front of one workload.

    Attributes:
        headers: The headers that the port takes, by protocol and port.
        service_port: The port.
        workload: A workload behind it.
        port: The port on the pod.
    """

    headers: FlowSet
    service_port: ServicePort
    workload: Workload
    port: int


class OuterDoor(NamedTuple):
    """One port of a Service in front of listed addresses that are no known pod's.

    Attributes:
        headers: The headers that the port takes, by protocol and port.
        addresses: Where it leads.
        port: The port there.
    """

    headers: FlowSet
    addresses: Space
    port: int


class Backends:
    """Finds the pods behind Services."""

    def __init__(self, atlas: Atlas) -> None:
        self._objects = atlas.snapshot.objects

    def of(self, service: Service) -> tuple[Workload, ...]:
        """Return the workloads that a Service selects, or that are listed behind it."""
        listed = (pod for pod, _ in self._listed(service, service.listed_addresses))
        return tuple(dict.fromkeys((*self._selected(service), *listed)))

    def _selected(self, service: Service) -> tuple[Workload, ...]:
        """Return the workloads that a Service selects; none without a selector.

        Source:
            Kubernetes docs, Service: an empty selector leaves endpoints to others.
        """
        selector = service.selector
        if selector is None or selector.selects_everything:
            return ()
        return tuple(
            workload
            for workload in self._objects.workloads
            if workload.namespace == service.namespace
            and workload.runs
            and selects(selector, dict(workload.labels))
        )

    def doors(self, service: Service) -> Iterator[ServiceDoor]:
        """Yield every port of a Service in front of every workload behind it."""
        for port in service.ports:
            headers = headers_to(port.protocol, port.port)
            for workload in self._selected(service):
                for number in target_ports(port, workload):
                    yield ServiceDoor(headers, port, workload, number)
            for each in _behind(service, port):
                held = frozenset(each.addresses)
                for workload, _ in self._listed(service, held):
                    yield ServiceDoor(headers, port, workload, each.port or 0)

    def outer_doors(self, service: Service) -> Iterator[OuterDoor]:
        """Yield every port of a Service in front of addresses of no known pod.

        Source:
            Kubernetes docs, Service, "Services without selectors".
        """
        for port in service.ports:
            yield from self._outer_doors(service, port)

    def _outer_doors(self, service: Service, port: ServicePort) -> Iterator[OuterDoor]:
        headers = headers_to(port.protocol, port.port)
        for each in _behind(service, port):
            outer = self.outer(service, frozenset(each.addresses))
            if outer:
                yield OuterDoor(headers, outer, each.port or 0)

    def outer(self, service: Service, held: frozenset[Address]) -> Space:
        """Return those of the listed addresses that are no known pod's."""
        space = at(*held)
        for _, own in self._listed(service, held):
            space = space - own
        return space

    def _listed(
        self, service: Service, held: frozenset[Address]
    ) -> Iterator[tuple[Workload, Space]]:
        """Yield the workloads whose pods have listed addresses, with these."""
        for workload in self._objects.workloads if service.endpoints else ():
            own = held.intersection(workload.addresses)
            if own and workload.runs:
                yield workload, at(*own)

    def of_port(self, service: Service, port: ServicePort) -> list[ServiceDoor]:
        """Return what a node is known to lead a port to; nothing if not all is.

        Source:
            docs/semantics/path.md, B16.
        """
        if any(self._outer_doors(service, port)):
            return []
        return [door for door in self.doors(service) if door.service_port == port]

    def without(self, service: Service, port: ServicePort | None = None) -> Ruling:
        """Return what becomes of packets to a port that leads to no known pod.

        Args:
            service: The Service.
            port: One port of it, that a node listens for; None for any other.

        Source:
            Kubernetes docs, Virtual IPs and Service Proxies.
        """
        if service.doubt is not None:
            says = f"{service.label} is not certain: {service.doubt}"
            return Ruling.not_known(says, SOURCE)
        for outer in self._outer_doors(service, port) if port else ():
            return not_followed(service, outer)
        bare = service.selector is None or service.selector.selects_everything
        if bare and service.endpoints is None:
            says = (
                f"{service.label} has no selector, and no Endpoints or EndpointSlice "
                "of the input tells what is behind it"
            )
            return Ruling.not_known(says, SOURCE)
        if not bare and not self.of(service) and self._objects.hidden:
            says = f"{service.label} selects no pod that the input shows"
            return Ruling.not_known(says, SOURCE)
        leading = dict.fromkeys(door.service_port for door in self.doors(service))
        by = ", ".join(f"{port.protocol.name} {port.port}" for port in leading)
        says = f"no pod stands behind {service.label}"
        if by:
            says = f"{service.label} leads to pods by {by} alone"
        elif self._selected(service):
            names = ", ".join(f"`{each.target}`" for each in service.ports)
            says = f"no pod behind {service.label} has a port of the name {names}"
        elif service.endpoints is not None:
            says = f"nothing is listed behind that port of {service.label}"
        return Ruling.denying(says, SOURCE)

    def near(self, service: Service, client: Workload | None) -> Ruling | None:
        """Return what `internalTrafficPolicy: Local` makes of packets inside a cluster.

        Args:
            service: The Service.
            client: Whose pods ask; None asks for nodes.

        Returns:
            None if a pod stands behind the Service on the node of every client.

        Source:
            Kubernetes docs, Service Internal Traffic Policy.
        """
        if not service.local_inside_only:
            return None
        rule = DecidingRule(
            f"{service.label} internalTrafficPolicy: Local", service.origin
        )
        behind = [pod for each in self.of(service) for pod in each.pods]
        placed = all(each.pods for each in self.of(service)) and not service.endpoints
        holders = {pod.node for pod in behind}
        own = {pod.node for pod in client.pods} if client is not None else set()
        if placed and own and None not in holders | own:
            if own <= holders:
                return None
            if not own & holders:
                says = f"{service.label} has no pod on the client's own node"
                return Ruling.denying(says, LOCAL_SOURCE, rule)
        says = (
            f"{service.label} leads to pods on the client's own node alone, and "
            "whether one runs there is not known (`kubectl get pods -A -o wide` tells)"
        )
        return Ruling.not_known(says, LOCAL_SOURCE, rule)


def not_followed(service: Service, door: OuterDoor) -> Ruling:
    """Return what is said of listed addresses that nobody follows packets to."""
    says = (
        f"{service.label} leads to {door.addresses} port {door.port} through a node; "
        f"`seawall trace node:POOL {door.addresses}:{door.port}` follows that"
    )
    return Ruling.not_known(says, SOURCE)


def _behind(service: Service, port: ServicePort) -> Iterator[ListedEndpoints]:
    return (it for it in service.endpoints or () if it.is_behind(port))


def headers_to(protocol: Protocol, port: int) -> FlowSet:
    """Return the headers of one protocol to one port."""
    number = int(protocol)
    return FlowSet.box(protocols=((number, number),), destination_ports=((port, port),))


def target_ports(port: ServicePort, workload: Workload) -> tuple[int, ...]:
    """Return the port on the pods of a workload; empty if they lack its name.

    Source:
        Kubernetes docs, Service, "Port definitions".
    """
    if isinstance(port.target, int):
        return (port.target,)
    return tuple(
        sorted(
            {
                each.port
                for each in workload.ports
                if each.name == port.target and each.protocol == port.protocol
            }
        )
    )


def selects(selector: Selector, labels: dict[str, str]) -> bool:
    """Say whether labels meet every requirement of a selector.

    Source:
        Kubernetes docs, Labels and Selectors.
    """
    return all(_meets(requirement, labels) for requirement in selector.requirements)


def _meets(requirement: Requirement, labels: dict[str, str]) -> bool:
    value = labels.get(requirement.key)
    if requirement.operator is Operator.IN:
        return value in requirement.values
    if requirement.operator is Operator.NOT_IN:
        return value not in requirement.values
    if requirement.operator is Operator.EXISTS:
        return value is not None
    return value is None
