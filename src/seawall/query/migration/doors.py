"""What comes by load balancers and node ports, where only the new engine polices it."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.engine.path.ways_in.backends import selects
from seawall.engine.policy import PolicyTable
from seawall.model.address import AddressRange, prefixes_of
from seawall.model.dataplane import Dataplane, Tri
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction, NamedPort, NumberedPorts, PortMatch
from seawall.model.selector import EVERYTHING
from seawall.model.service import Service, ServicePort, ServiceType
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Workload
from seawall.query.migration.draft import CiliumDraft, EntityRule, Note, Topic

PUBLISHED = (ServiceType.LOAD_BALANCER, ServiceType.NODE_PORT)


@dataclass(frozen=True, slots=True)
class WayIn:
    """Pods that a Service leads clients to, past the policies of the old engine.

    Attributes:
        service: The Service.
        backends: Its pods that policies isolate; others are open anyway.
        ports: What of them it leads to.
        clients: Whom the Service takes in; empty is everyone.
        everyone_isolated: Whether there are no others.
    """

    service: Service
    backends: tuple[Workload, ...]
    ports: tuple[PortMatch, ...]
    clients: tuple[AddressRange, ...]
    everyone_isolated: bool

    @property
    def numbers(self) -> tuple[tuple[Protocol, PortRange], ...]:
        """The ports by number, on any backend."""
        return tuple(
            number for item in self.backends for number in self.numbers_on(item)
        )

    def numbers_on(self, backend: Workload) -> Iterator[tuple[Protocol, PortRange]]:
        """Yield the ports by number on one backend."""
        for match in self.ports:
            if isinstance(match, NumberedPorts):
                yield match.protocol, match.ports
                continue
            for port in backend.ports:
                if (port.name, port.protocol) == (match.name, match.protocol):
                    yield match.protocol, PortRange(port.port, port.port)


def ways_in(
    objects: KubernetesObjects, table: PolicyTable, new: Dataplane
) -> Iterator[WayIn]:
    """Yield the ways in that the old engine leaves open and the new one does not.

    Source: AKS docs, migrate-from-npm-to-cilium-network-policy, read 2026-08-21.
    """
    old = table.index.dataplane.polices_cluster_traffic_policy
    if old is not Tri.NO or new.polices_cluster_traffic_policy is not Tri.YES:
        return
    for service in objects.services:
        if (
            service.type not in PUBLISHED
            or service.local_traffic_only
            or not service.selector
        ):
            continue
        selected = _selected(table, service)
        isolated = tuple(item for item in selected if _is_isolated(table, item))
        if isolated:
            yield WayIn(
                service,
                isolated,
                tuple(_port(item) for item in service.ports),
                _clients(service),
                everyone_isolated=len(isolated) == len(selected),
            )


def admitted(way: WayIn, name: str) -> tuple[CiliumDraft, Note]:
    """Return the policy that keeps a way in open, and what to say about it."""
    service = way.service
    rules = [EntityRule(Direction.INGRESS, ("world", "remote-node"), way.ports)]
    if way.clients:
        blocks = tuple(str(item) for item in way.clients)
        rules = [
            EntityRule(Direction.INGRESS, (), way.ports, blocks),
            EntityRule(Direction.INGRESS, ("remote-node",), way.ports),
        ]
    draft = CiliumDraft(
        service.namespace,
        name,
        service.selector or EVERYTHING,
        tuple(rules),
        isolates=way.everyone_isolated,
    )
    note = Note(
        Topic.TRAFFIC_POLICY,
        service.label,
        "its traffic policy is Cluster, so the old engine lets clients past the "
        f"ingress policies; `{name}` keeps that, and without it the policies hold for "
        "clients as they are written",
        service.origin,
    )
    return draft, note


def _clients(service: Service) -> tuple[AddressRange, ...]:
    """Return whom a Service takes in; where that cannot be read, everyone."""
    try:
        return prefixes_of(AddressRange.parse(it) for it in service.source_ranges)
    except ValueError:
        return ()


def _selected(table: PolicyTable, service: Service) -> list[Workload]:
    selector = service.selector
    return [
        item
        for item in table.index.workloads
        if item.runs
        and not item.host_network
        and item.namespace == service.namespace
        and (selector is None or selects(selector, dict(item.labels)))
    ]


def _is_isolated(table: PolicyTable, workload: Workload) -> bool:
    return any(
        table.grip(unit, Direction.INGRESS).policies for unit in table.units(workload)
    )


def _port(port: ServicePort) -> PortMatch:
    if isinstance(port.target, int):
        target = PortRange(port.target, port.target)
        return NumberedPorts(port.protocol, target)
    return NamedPort(port.protocol, port.target)
