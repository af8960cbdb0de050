"""What pods and nodes reach by a front end or a node port of their own cluster.

A Service leads there from an address that is no pod's, and may hide who asks, so a
policy that denies the pods' own addresses need not deny it.

Source: docs/semantics/path.md, D7 and D8.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from seawall.engine.path import Door, DoorKind, Partition, Space
from seawall.engine.path.ways_in.backends import headers_to
from seawall.flowspace import Field, FlowSet
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd, ServiceEnd
from seawall.model.workload import Workload
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.intents.pair import Crossing, key_of
from seawall.query.intents.party import Party, node_space, own_pods, services
from seawall.query.intents.published import Published, has_front, is_open, led_to
from seawall.query.reach.entering import by_target
from seawall.query.words.port import PortText


@dataclass(frozen=True, slots=True)
class _Way:
    """What comes to a workload by a Service; to any behind it if none is told.

    What no walk was made for is what is *sent*; it comes if the sender may send it.
    """

    target: object
    allowed: FlowSet
    unknown: FlowSet
    via: str
    by_front: bool
    sent: FlowSet | None = None


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
        pods = own_pods(case)
        senders = [each for each in sources.ends if isinstance(each, PodEnd | NodeEnd)]
        if sources.is_anyone:
            senders += map(PodEnd, pods.values())
        takers = {**(pods if targets.is_anyone else {}), **targets.pods}
        for each, workload in takers.items() if senders else ():
            with_fronts = each in targets.pods or not targets.is_anyone
            for item in led_to(case, workload):
                for source in dict.fromkeys(senders):
                    pod = source if isinstance(source, PodEnd) else None
                    if _is_same(source, workload) or not is_open(
                        case, item, workload, pod
                    ):
                        continue
                    wanted = (
                        way
                        for way in self._ways(source, item)
                        if (with_fronts or not way.by_front)
                        and self._may_leave(source, item, workload, way)
                    )
                    yield from _told(case, source, workload, item.behind, wanted, ports)

    @cached_property
    def _doors(self) -> dict[str, list[Door]]:
        found: dict[str, list[Door]] = {}
        for door in self._case.paths.doors():
            if door.kind is DoorKind.LOAD_BALANCER and door.service:
                found.setdefault(door.service, []).append(door)
        return found

    def _ways(self, source: End, item: Published) -> tuple[_Way, ...]:
        service, port = item.service, item.port
        key = source, service.label, port.protocol, port.port
        if key not in self._found:
            walked = (
                way
                for end, flows, via in self._questions(item)
                if flows
                for way in self._walked(source, end, flows, via, item)
            )
            self._found[key] = (*walked, *self._not_walked(source, item))
        return self._found[key]

    def _questions(self, item: Published) -> Iterator[tuple[End, FlowSet, str]]:
        service, port = item.service, item.port
        for door in self._doors.get(service.label, ()):
            if door.addresses:
                flows = door.headers & headers_to(port.protocol, port.port)
                via = f"the front end of Service {service.label}"
                yield AddressEnd(door.addresses.ranges), flows, via
        cluster = self._case.cluster
        if port.node_port is not None and cluster is not None:
            via = f"node port {port.node_port} of Service {service.label}"
            for pool in cluster.pools:
                yield NodeEnd(pool.name), item.on_nodes, via

    def _not_walked(self, source: End, item: Published) -> Iterator[_Way]:
        """Yield ways at an address or a port that no question can be asked about."""
        service, port = item.service, item.port
        starts = self._case.paths.starts(source)
        mine = FlowSet.union_of(each.sources.as_sources() for each in starts)
        asked = headers_to(port.protocol, port.port) & (mine or FlowSet.everything())
        none = FlowSet.empty()
        doors = self._doors.get(service.label, ())
        if has_front(service) and not (doors and all(each.addresses for each in doors)):
            via = f"the front end of Service {service.label}, wherever that is"
            yield _Way(None, none, asked, via, by_front=True, sent=asked)
        if service.external_addresses:
            via = f"an external address of Service {service.label}"
            there = Space.of(map(AddressRange.of, service.external_addresses))
            sent = asked & there.as_destinations()
            yield _Way(None, none, asked, via, by_front=True, sent=sent)
        is_asked = port.node_port is not None and self._case.cluster is not None
        if item.on_nodes and not is_asked:
            via = f"a node port of Service {service.label}"
            sent = item.on_nodes & (mine or FlowSet.everything())
            if self._case.cluster is not None:
                sent &= node_space(self._case).as_destinations()
            yield _Way(None, none, sent, via, by_front=False, sent=sent)

    def _may_leave(
        self, source: End, item: Published, workload: Workload, way: _Way
    ) -> bool:
        """Whether policies of a sender let out what its own node may lead to pods.

        They may be asked about what it sends, or about the pods behind.
        """
        own = not isinstance(source, PodEnd) or source.workload.host_network
        if own or way.sent is None or not isinstance(source, PodEnd):
            return True
        policies = self._case.policies
        by_address = policies.egress(source.workload, None).denied
        by_pod = policies.egress(source.workload, PodEnd(workload)).denied
        return bool(way.sent - by_address) or bool(item.behind - by_pod)

    def _walked(
        self, source: End, end: End, flows: FlowSet, via: str, item: Published
    ) -> Iterator[_Way]:
        """Yield what becomes of packets by where they end; lost ones may end anywhere.

        So may those that a Service without a selector leads on.

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
            and not isinstance(way.question.target, PodEnd)
            and not (item.is_sure and isinstance(way.question.target, ServiceEnd))
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
    straight: Partition | None = None
    for way in ways:
        if way.target not in (None, key_of(workload)):
            continue
        sure, perhaps = way.allowed & wanted, way.unknown & wanted
        if behind & wanted:
            if straight is None:
                straight = _straight(case, source, target, behind & wanted)
            if straight.allowed or (straight.unknown and not way.allowed):
                continue
            sure = _from(way.allowed) & behind & wanted
            perhaps = (_from(way.unknown) & behind & wanted) - sure
        sure, perhaps = sure - told_sure, perhaps - told
        if sure or perhaps:
            yield Crossing(source, target, sure, perhaps, way.via)
        told_sure |= sure
        told |= sure | perhaps


def _straight(case: Case, source: End, target: PodEnd, flows: FlowSet) -> Partition:
    """Return what comes to pods at their own addresses, be it by policies alone."""
    if case.cluster is not None or not isinstance(source, PodEnd):
        return answered(case, source, target, flows).partition
    rulings = (
        case.policies.egress(source.workload, target),
        case.policies.ingress(target.workload, source),
    )
    denied = flows & FlowSet.union_of(each.denied for each in rulings)
    unknown = (flows & FlowSet.union_of(each.unknown for each in rulings)) - denied
    return Partition(flows - denied - unknown, denied, unknown)


def _is_same(source: End, workload: Workload) -> bool:
    return isinstance(source, PodEnd) and key_of(source.workload) == key_of(workload)


def _from(flows: FlowSet) -> FlowSet:
    """Return all headers with the sources of some flows."""
    if not flows:
        return FlowSet.empty()
    return FlowSet.box(sources=flows.project(Field.SOURCE))
