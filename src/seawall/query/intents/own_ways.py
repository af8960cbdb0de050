"""What pods and nodes reach by a front end or a node port of their own cluster.

A Service leads there from an address that is no pod's, and may hide who asks, so a
policy that denies the pods' own addresses need not deny it.

Source: docs/semantics/path.md, D7 and D8.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from seawall.engine.path import Answer, Door, DoorKind
from seawall.engine.path.ways_in.backends import headers_to, selects, target_ports
from seawall.engine.path.ways_in.node_ports import PUBLISHED
from seawall.flowspace import Field, FlowSet
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd, ServiceEnd
from seawall.model.service import Service, ServicePort
from seawall.model.workload import Workload
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.intents.pair import Crossing, key_of
from seawall.query.intents.party import Party, own_pods, services
from seawall.query.reach.entering import by_target
from seawall.query.words.port import PortText


@dataclass(frozen=True, slots=True)
class _Way:
    """What comes to a workload by a Service; to any behind it if none is told."""

    target: object
    allowed: FlowSet
    unknown: FlowSet
    via: str
    by_front: bool


class OwnWays:
    """The ways of a cluster's own pods and nodes by what its Services publish."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._found: dict[object, tuple[_Way, ...]] = {}

    def crossings(
        self, sources: Party, targets: Party, ports: tuple[PortText, ...]
    ) -> Iterator[Crossing]:
        """Yield what passes so, or may, and does not pass straight to the pods.

        Where everybody is a target, front ends are asked about as addresses.
        Complexity: some walks for each sender and published port that leads to one.
        """
        case = self._case
        if case.cluster is None:
            return
        pods = own_pods(case)
        senders = [each for each in sources.ends if isinstance(each, PodEnd | NodeEnd)]
        if sources.is_anyone:
            senders += map(PodEnd, pods.values())
        takers = {**(pods if targets.is_anyone else {}), **targets.pods}
        for each, workload in takers.items():
            with_fronts = each in targets.pods or not targets.is_anyone
            closed = case.policies.ingress(workload, None).denied
            for service, port in self._leading(workload):
                behind = _at_pods(port, workload)
                if not behind - closed:
                    continue
                for source in dict.fromkeys(senders):
                    if _is_same(source, workload):
                        continue
                    ways = self._ways(source, service, port)
                    wanted = (way for way in ways if with_fronts or not way.by_front)
                    yield from _told(case, source, workload, behind, wanted, ports)

    def _leading(self, workload: Workload) -> Iterator[tuple[Service, ServicePort]]:
        labels = dict(workload.labels)
        for service in self._case.snapshot.objects.services:
            if (
                service.type in PUBLISHED
                and service.namespace == workload.namespace
                and service.selector is not None
                and selects(service.selector, labels)
            ):
                for port in service.ports:
                    yield service, port

    @cached_property
    def _doors(self) -> dict[str, list[Door]]:
        found: dict[str, list[Door]] = {}
        for door in self._case.paths.doors():
            if door.kind is DoorKind.LOAD_BALANCER and door.service and door.addresses:
                found.setdefault(door.service, []).append(door)
        return found

    def _ways(
        self, source: End, service: Service, port: ServicePort
    ) -> tuple[_Way, ...]:
        key = source, service.label, port.protocol, port.port
        if key not in self._found:
            self._found[key] = tuple(
                way
                for end, flows, via in self._questions(service, port)
                if flows
                for way in self._walked(source, end, flows, via)
            )
        return self._found[key]

    def _questions(
        self, service: Service, port: ServicePort
    ) -> Iterator[tuple[End, FlowSet, str]]:
        for door in self._doors.get(service.label, ()):
            flows = door.headers & headers_to(port.protocol, port.port)
            via = f"the front end of Service {service.label}"
            yield AddressEnd(door.addresses.ranges), flows, via
        cluster = self._case.cluster
        if port.node_port is not None and cluster is not None:
            via = f"node port {port.node_port} of Service {service.label}"
            for pool in cluster.pools:
                yield NodeEnd(pool.name), headers_to(port.protocol, port.node_port), via

    def _walked(
        self, source: End, end: End, flows: FlowSet, via: str
    ) -> Iterator[_Way]:
        """Yield what becomes of packets by where they end; lost ones may end anywhere.

        Where they may take several ways, nothing is sure unless it passes on all.
        """
        answer = answered(self._case, source, end, flows)
        by_front = isinstance(end, AddressEnd)
        for target, part in by_target(answer.branches):
            if isinstance(target, PodEnd):
                sure = part.allowed & answer.allowed
                perhaps = (part.allowed | part.unknown) - sure
                if sure or perhaps:
                    yield _Way(key_of(target.workload), sure, perhaps, via, by_front)
        lost = FlowSet.union_of(
            way.verdicts().unknown
            for way in answer.branches
            if way.arrival is None
            and not isinstance(way.question.target, PodEnd | ServiceEnd)
        )
        if lost:
            yield _Way(None, FlowSet.empty(), lost, via, by_front)


def _told(
    case: Case,
    source: End,
    workload: Workload,
    behind: FlowSet,
    ways: Iterable[_Way],
    ports: tuple[PortText, ...],
) -> Iterator[Crossing]:
    """Yield what comes by some ways, with the pod's port where that is asked for.

    The same packets are told once.
    """
    target = PodEnd(workload)
    wanted = services(ports, target)
    told_sure, told = FlowSet.empty(), FlowSet.empty()
    straight: Answer | None = None
    for way in ways:
        if way.target not in (None, key_of(workload)):
            continue
        sure, perhaps = way.allowed & wanted, way.unknown & wanted
        if behind & wanted:
            if straight is None:
                straight = answered(case, source, target, behind & wanted)
            if straight.allowed or (straight.unknown and not way.allowed):
                continue
            sure = _from(way.allowed) & behind & wanted
            perhaps = (_from(way.unknown) & behind & wanted) - sure
        sure, perhaps = sure - told_sure, perhaps - told
        if sure or perhaps:
            yield Crossing(source, target, sure, perhaps, way.via)
        told_sure |= sure
        told |= sure | perhaps


def _is_same(source: End, workload: Workload) -> bool:
    return isinstance(source, PodEnd) and key_of(source.workload) == key_of(workload)


def _at_pods(port: ServicePort, workload: Workload) -> FlowSet:
    return FlowSet.union_of(
        headers_to(port.protocol, each) for each in target_ports(port, workload)
    )


def _from(flows: FlowSet) -> FlowSet:
    """Return all headers with the sources of some flows."""
    if not flows:
        return FlowSet.empty()
    return FlowSet.box(sources=flows.project(Field.SOURCE))
