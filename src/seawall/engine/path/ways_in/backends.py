"""Which pods stand behind a Service, and at which port."""

from collections.abc import Iterator
from typing import NamedTuple

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.verdicts import Ruling
from seawall.flowspace import FlowSet
from seawall.model.packet import Protocol
from seawall.model.selector import Operator, Requirement, Selector
from seawall.model.service import Service, ServicePort
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


class Backends:
    """Finds the pods behind Services."""

    def __init__(self, atlas: Atlas) -> None:
        self._objects = atlas.snapshot.objects

    def of(self, service: Service) -> tuple[Workload, ...]:
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
            for workload in self.of(service):
                for number in target_ports(port, workload):
                    yield ServiceDoor(headers, port, workload, number)

    def without(self, service: Service) -> Ruling:
        """Return what becomes of packets to a port that leads to no known pod.

        Source:
            Kubernetes docs, Virtual IPs and Service Proxies.
        """
        if service.doubt is not None:
            says = f"{service.label} is not certain: {service.doubt}"
            return Ruling.not_known(says, SOURCE)
        if service.selector is None or service.selector.selects_everything:
            says = f"{service.label} has no selector; its endpoints are not known"
            return Ruling.not_known(says, SOURCE)
        if not self.of(service) and self._objects.hidden:
            says = f"{service.label} selects no pod that the input shows"
            return Ruling.not_known(says, SOURCE)
        leading = dict.fromkeys(door.service_port for door in self.doors(service))
        by = ", ".join(f"{port.protocol.name} {port.port}" for port in leading)
        says = f"no pod stands behind {service.label}"
        if by:
            says = f"{service.label} leads to pods by {by} alone"
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
        placed = all(each.pods for each in self.of(service))
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
