"""What Services publish outside of their own virtual addresses, and for which pods.

Source: Kubernetes docs, Service, "Publishing Services", "Services without selectors"
and "External IPs".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.engine.path.ways_in.backends import headers_to, selects, target_ports
from seawall.engine.path.ways_in.node_ports import PUBLISHED
from seawall.flowspace import FlowSet
from seawall.model.dataplane import Tri
from seawall.model.end import PodEnd
from seawall.model.packet import Protocol
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.workload import Workload
from seawall.query.case import Case

NODE_PORTS = (30000, 32767)
"""Where the port of a node is chosen if none is stated.

Source: Kubernetes docs, Service, "type: NodePort".
"""


@dataclass(frozen=True, slots=True)
class Published:
    """A port of a Service that leads to a workload, or may.

    Attributes:
        service: The Service.
        port: The port.
        behind: What it leads to, as the pods get it.
        is_sure: Whether it surely leads there: nobody knows what a Service without a
            selector leads to.
    """

    service: Service
    port: ServicePort
    behind: FlowSet
    is_sure: bool

    @property
    def on_nodes(self) -> FlowSet:
        """What nodes take for it at a port of theirs, whichever that is."""
        service, port = self.service, self.port
        if service.type not in PUBLISHED:
            return FlowSet.empty()
        if port.node_port is not None:
            return headers_to(port.protocol, port.node_port)
        if service.without_node_ports:
            return FlowSet.empty()
        return to_ports(port.protocol, NODE_PORTS)


def published(case: Case, workload: Workload) -> Iterator[Published]:
    """Yield what may lead to a workload, but for what its policies surely stop.

    They stop what comes with any address; who keeps an identity is not asked about.
    """
    for item in led_to(case, workload):
        if is_open(case, item, workload):
            yield item


def led_to(case: Case, workload: Workload) -> Iterator[Published]:
    """Yield what may lead to a workload, whatever its policies say."""
    labels = dict(workload.labels)
    for service in case.snapshot.objects.services:
        if service.type not in PUBLISHED and not service.external_addresses:
            continue
        selector = service.selector
        listed = bool(service.endpoints)
        is_sure = bool(selector and not selector.selects_everything and not listed)
        if is_sure and (
            service.namespace != workload.namespace
            or selector is None
            or not selects(selector, labels)
        ):
            continue
        for port in service.ports:
            behind = _behind(port, workload) if is_sure else to_ports(port.protocol)
            if behind:
                yield Published(service, port, behind, is_sure)


def is_open(
    case: Case, item: Published, workload: Workload, sender: PodEnd | None = None
) -> bool:
    """Whether policies of a workload may admit something that comes by a Service.

    Args:
        case: What is asked about.
        item: The port of the Service.
        workload: Who is behind it.
        sender: A pod of the cluster, which may come as itself or be hidden.

    Source:
        docs/semantics/path.md, B7: not every engine polices what a node hands on; D7
        and D8: a node may lead a packet on as from its sender.
    """
    policed = case.dataplane.polices_cluster_traffic_policy
    if policed is not Tri.YES and not item.service.local_traffic_only:
        return True
    if item.behind - case.policies.ingress(workload, None).denied:
        return True
    if sender is None or sender.workload.host_network:
        return False
    return bool(item.behind - case.policies.ingress(workload, sender).denied)


def _behind(port: ServicePort, workload: Workload) -> FlowSet:
    return FlowSet.union_of(
        headers_to(port.protocol, each) for each in target_ports(port, workload)
    )


def to_ports(protocol: Protocol, span: tuple[int, int] = (0, 65535)) -> FlowSet:
    """Return the headers of one protocol to some ports."""
    number = int(protocol)
    return FlowSet.box(protocols=((number, number),), destination_ports=(span,))


def has_front(service: Service) -> bool:
    """Whether a load balancer has, or gets, a front end for a Service."""
    return service.type is ServiceType.LOAD_BALANCER
