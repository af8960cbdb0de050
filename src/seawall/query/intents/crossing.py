"""What passes between the two sides of an intent, or may."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from seawall.engine.path import Space
from seawall.flowspace import Field, FlowSet
from seawall.model.address import LAST, AddressRange, without
from seawall.model.diagnostic import Assumption
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    InnerEnd,
    InternetEnd,
    NameEnd,
    OnPremisesEnd,
    PodEnd,
)
from seawall.model.packet import Protocol
from seawall.model.workload import Workload
from seawall.query.ask import answered
from seawall.query.case import Case
from seawall.query.intents.edges import OUTSIDE, Edges, asked_for
from seawall.query.intents.pair import PRIVATE, Crossing
from seawall.query.intents.party import Party, own_pods, services, sure_node_space
from seawall.query.intents.straight import straight
from seawall.query.intents.unseen import Unseen
from seawall.query.reach.answer import Reach, narrowed, reach
from seawall.query.reach.policy import Connection, Narrowing
from seawall.query.services import ANY, Service, asked_services
from seawall.query.words.port import PortText

IPV4 = 4
ADDRESSES = (AddressEnd, InternetEnd)
"""Ends whose addresses are known by themselves."""

Ranges = tuple[AddressRange, ...]


class Asking:
    """Asks about two sides of an intent."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._whole = {id(each) for each in case.workloads}
        self._own = own_pods(case)

    @property
    def is_alone(self) -> bool:
        """Whether policies alone are known, without a network around them."""
        return self.case.cluster is None

    def is_of_policy(self, source: End, target: End) -> bool:
        """Whether policies alone answer for two ends, because nothing else is known."""
        ends = (source, target)
        return (
            self.is_alone
            and any(self._is_pod(end) for end in ends)
            and all(self._is_pod(end) or self._is_outside(end) for end in ends)
        )

    def _is_outside(self, end: End) -> bool:
        """Whether an end is addresses that nothing in the input has."""
        if not isinstance(end, ADDRESSES):
            return False
        paths = self.case.paths
        return not (paths.asking.addresses(end) & paths.walker.alone.held)

    @cached_property
    def _reach(self) -> Reach:
        """All connections; compiled once for all intents."""
        case = self.case
        return reach(case.snapshot, case.dataplane, Narrowing(), layers="all")

    @cached_property
    def edges(self) -> Edges:
        """The ways in from outside; walked once for all intents."""
        return Edges(self.case)

    @cached_property
    def unseen(self) -> Unseen:
        """The pods that the input stands for and does not show."""
        return Unseen(self.case)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What answers rest on beside what was read, as far as rows were asked for."""
        if "_reach" not in self.__dict__:
            return self.case.assumptions
        return self._reach.assumptions

    def crossings(
        self,
        sources: Party,
        targets: Party,
        ports: tuple[PortText, ...],
        *,
        include_self: bool = False,
    ) -> Iterator[Crossing]:
        """Yield all that passes or may pass from any source to any target.

        A workload is not asked about itself unless that is wanted. Complexity: between
        pods, that of `reach`, narrowed to them; otherwise a walk for each pair of ends.
        """
        yield from self._rows(sources, targets, ports, include_self=include_self)
        yield from self._past_routes(sources, targets, ports)
        for source, target in self._pairs(sources, targets):
            for port in ports:
                found = _asked(self.case, source, target, port)
                if found is not None:
                    yield found
                if found is None or not found.allowed:
                    yield from _past_names(self.case, source, target, port)

    def count(self, sources: Party, targets: Party) -> int:
        """Return how many pairs of ends are asked about, all addresses being one."""
        sizes = [
            len(self._own) + 1 if side.is_anyone else len(side.ends)
            for side in (sources, targets)
        ]
        if sources.is_anyone or targets.is_anyone:
            return sizes[0] * sizes[1]
        held = set(targets.ends)
        return sizes[0] * sizes[1] - sum(end in held for end in sources.ends)

    def _past_routes(
        self, sources: Party, targets: Party, ports: tuple[PortText, ...]
    ) -> Iterator[Crossing]:
        """Yield what may leave for the internet by a service endpoint."""
        if not targets.is_anyone and InternetEnd() not in targets.ends:
            return
        pods = (PodEnd(each) for each in self._own.values())
        for source in (*sources.ends, *(pods if sources.is_anyone else ())):
            for found in straight(self.case, source):
                wanted = services(ports, found.target)
                if found.unknown & wanted:
                    yield replace(found, unknown=found.unknown & wanted)

    def _rows(
        self,
        sources: Party,
        targets: Party,
        ports: tuple[PortText, ...],
        *,
        include_self: bool,
    ) -> Iterator[Crossing]:
        """Yield what passes between workloads, and between them and all addresses.

        Where no network is known, also between them and the addresses that are named.
        """
        senders, takers = self._pods(sources), self._pods(targets)
        here, there = self._ranges(sources), self._ranges(targets)
        if (here == () and not senders) or (there == () and not takers):
            return
        nodes = sure_node_space(self.case)
        part = Narrowing(
            sources=lambda item: id(item) in senders,
            destinations=lambda item: id(item) in takers,
            source_ranges=here,
            destination_ranges=there,
            include_self=include_self,
        )
        for row in narrowed(self._reach, part).connections():
            crossing = _of_row(row, nodes.ranges)
            if crossing is None:
                continue
            crossing = self._by_policy(crossing)
            wanted = services(ports, crossing.target)
            allowed, unknown = crossing.allowed & wanted, crossing.unknown & wanted
            if crossing.via:
                parts = crossing.allowed, crossing.unknown
                allowed, unknown = asked_for(ports, crossing.target, *parts)
            if allowed:
                yield replace(crossing, allowed=allowed, unknown=unknown)
            elif unknown:
                yield _settled(self.case, crossing, unknown, ports)

    def _by_policy(self, crossing: Crossing) -> Crossing:
        """Return a crossing without what policies of the pod deny to everybody.

        Where it is not known how packets from an address get on their way, the last
        stage of it is known all the same.
        """
        target = crossing.target
        if crossing.via or not crossing.unknown or not isinstance(target, PodEnd):
            return crossing
        if not isinstance(crossing.source, AddressEnd) or self.is_alone:
            return crossing
        denied = self.case.policies.ingress(target.workload, None).denied
        everybody = {family: ((0, last),) for family, last in LAST.items()}
        shut = denied.every(Field.SOURCE, everybody)
        return replace(crossing, unknown=crossing.unknown - shut)

    def _ranges(self, side: Party) -> Ranges | None:
        """Return the addresses that rows are asked about; None for all."""
        if side.is_anyone:
            return None
        ends = side.ends if self.is_alone else ()
        found = Space()
        for end in ends:
            if self._is_outside(end):
                found = found | self.case.paths.asking.addresses(end)
        return found.ranges

    def _pods(self, side: Party) -> set[int]:
        found = {key for key in side.pods if key in self._whole}
        return found | set(self._own) if side.is_anyone else found

    def _pairs(self, sources: Party, targets: Party) -> Iterator[tuple[End, End]]:
        """Yield the pairs of ends that rows do not hold."""
        everybody: tuple[End, ...] = ()
        if sources.is_anyone or targets.is_anyone:
            everybody = tuple(self._everybody())
        senders, takers = (
            tuple(dict.fromkeys((*side.ends, *everybody)))
            if side.is_anyone
            else side.ends
            for side in (sources, targets)
        )
        outside = everybody[len(self._own) :]
        for source in senders:
            for target in takers:
                known = self._is_pod(source), self._is_pod(target)
                told = (
                    all(known)
                    or self.is_of_policy(source, target)
                    or (known[0] and targets.is_anyone and target in outside)
                    or (known[1] and sources.is_anyone and source in outside)
                )
                if source != target and not told:
                    yield source, target

    def _is_pod(self, end: End) -> bool:
        return isinstance(end, PodEnd) and id(end.workload) in self._whole

    def _everybody(self) -> Iterator[End]:
        """Yield ends that stand for everybody but nodes, pods first."""
        case = self.case
        pods = [PodEnd(each) for each in self._own.values()]
        yield from pods
        yield InternetEnd()
        if case.snapshot.fabric.gateways:
            yield OnPremisesEnd()
        held = [
            item for end in pods for item in case.paths.asking.addresses(end).ranges
        ]
        dual = case.cluster is None or case.cluster.dual_stack.value is not False
        private = [item for item in PRIVATE if dual or item.version == IPV4]
        yield AddressEnd(without(private, (*held, *sure_node_space(case).ranges)))


def _of_row(row: Connection, nodes: Ranges) -> Crossing | None:
    """Return a row as flows; None if nodes alone are at its other end."""
    allowed, unknown = _flows(row)
    match row.source, row.destination:
        case Workload() as source, Workload() as target:
            return Crossing(PodEnd(source), PodEnd(target), allowed, unknown, row.via)
        case Workload() as source, tuple() as ranges:
            there = Space.of(without(ranges, nodes))
            flows = there.as_destinations()
            ends: tuple[End, End] = PodEnd(source), AddressEnd(there.ranges)
        case tuple() as ranges, Workload() as target:
            there = Space.of(without(ranges, nodes))
            flows = there.as_sources()
            ends = AddressEnd(there.ranges), PodEnd(target)
        case _:
            return None
    if not there:
        return None
    return Crossing(*ends, allowed & flows, unknown & flows, row.via)


def _settled(
    case: Case, row: Crossing, unknown: FlowSet, ports: tuple[PortText, ...]
) -> Crossing:
    """Return a row of which only some packets may pass, asked about exactly.

    A row says unknown also where some packets of a service surely pass and others
    surely do not.
    """
    allowed = FlowSet.empty()
    for port in ports if not row.via else ():
        wanted = asked_services(port, row.target)
        allowed |= answered(case, row.source, row.target, wanted).allowed
    return Crossing(row.source, row.target, allowed, unknown - allowed, row.via)


def _flows(row: Connection) -> tuple[FlowSet, FlowSet]:
    """Return the headers that a row names in words, as allowed and unknown ones."""
    others = row.others or ("", "")
    allowed, unknown = (
        FlowSet.union_of(
            (*map(_headers, named), *map(_numbered, filter(None, rest.split(","))))
        )
        for named, rest in zip((row.allowed, row.unknown), others, strict=True)
    )
    return allowed, unknown - allowed


def _headers(service: Service) -> FlowSet:
    name, ports = service
    if service == ANY:
        return FlowSet.everything()
    if name == "ICMP":
        return asked_services(PortText(Protocol.ICMP), InternetEnd())
    number = int(Protocol[name])
    spans = tuple(
        (int(first), int(last or first))
        for first, _, last in (span.partition("-") for span in ports.split(","))
    )
    return FlowSet.box(protocols=((number, number),), destination_ports=spans)


def _numbered(span: str) -> FlowSet:
    first, _, last = span.partition("-")
    return FlowSet.box(protocols=((int(first), int(last or first)),))


def _asked(case: Case, source: End, target: End, port: PortText) -> Crossing | None:
    """Return what passes between two ends; None if nothing does."""
    if port.name and not asked_services(port, target):
        return None
    is_by_name = bool(port.name) and isinstance(target, PodEnd)
    if is_by_name and isinstance(source, OUTSIDE):
        return _named(case, source, target, port)
    wanted = asked_services(port, target)
    parts = answered(case, source, target, wanted).partition
    if not parts.flows:
        blank = "no packet fits the question: an address of one end is not known"
        return Crossing(source, target, FlowSet.empty(), FlowSet.empty(), blank=blank)
    if not parts.allowed and not parts.unknown:
        return None
    return Crossing(source, target, parts.allowed, parts.unknown)


def _past_names(
    case: Case, source: End, target: End, port: PortText
) -> Iterator[Crossing]:
    """Yield what passes to the private addresses of a name, which need no name.

    Source: Azure docs, private-endpoint-overview: whoever has a route to an endpoint
    may use it. docs/semantics/path.md, Q19.
    """
    if not isinstance(target, NameEnd | ApiServerEnd):
        return
    end = InnerEnd(target)
    parts = answered(case, source, end, asked_services(port, target)).partition
    if parts.allowed or parts.unknown:
        yield Crossing(source, end, parts.allowed, parts.unknown)


def _named(case: Case, source: End, target: End, port: PortText) -> Crossing:
    """Return what comes from outside to a port of pods that is asked for by its name.

    Who comes by a door asks for a port of the door.
    """
    parts = answered(case, source, target, FlowSet.everything()).partition
    wanted = asked_services(port, target)
    there = case.paths.asking.addresses(target).as_destinations()
    allowed, perhaps = asked_for(
        (port,), target, parts.allowed - there, parts.unknown - there
    )
    allowed |= parts.allowed & there & wanted
    unknown = perhaps | (parts.unknown & there & wanted)
    return Crossing(source, target, allowed, unknown - allowed)
