"""What else changes opens or closes, beside what was asked for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from seawall.engine.path import Space
from seawall.engine.policy.answers.flows import answer_flows
from seawall.engine.policy.edits.changes import Changes
from seawall.flowspace import FlowSet
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.fix.admission import Admission, Special
from seawall.query.fix.need import space_text
from seawall.query.services import services_of
from seawall.query.trace.parts import service_text

NOTHING = FlowSet.empty()
_PINGS = FlowSet.box(
    protocols=tuple((int(each),) * 2 for each in (Protocol.ICMP, Protocol.ICMPV6))
)


@dataclass(frozen=True, slots=True)
class Effect:
    """Something beside the question that fares otherwise with a change in place.

    Attributes:
        kind: `opens` for what surely passes now, `may open` for what may, `closes`
            for what no longer passes, `may close` for what may not.
        source: Where it comes from.
        destination: Where it goes.
        flows: The services, in headers whose addresses mean nothing.
    """

    kind: str
    source: str
    destination: str
    flows: FlowSet

    @property
    def services(self) -> str:
        """The services in words."""
        return "; ".join(service_text(item) for item in services_of(self.flows))

    def __str__(self) -> str:
        return f"{self.kind} {self.services} from {self.source} to {self.destination}"


OPENING = ("opens", "may open")


Split = tuple[FlowSet, FlowSet]
"""What surely passes, and what may."""


def differing(ends: tuple[str, str], before: Split, after: Split) -> Iterator[Effect]:
    """Yield what differs between two answers."""
    found = (
        ("opens", after[0] - before[0]),
        ("may open", after[1] - before[1] - after[0]),
        ("closes", before[0] - after[1]),
        ("may close", before[0] & after[1] - after[0]),
    )
    for kind, flows in found:
        if flows:
            yield Effect(kind, *ends, flows)


def bare(headers: FlowSet) -> FlowSet:
    """Return the services of headers, between any ends and from any port.

    Whoever asks for pings of one family asks for nothing that the other's are not.
    """
    services = FlowSet.union_of(
        FlowSet.box(protocols=box.protocols)
        if box.is_any_destination_port
        else FlowSet.box(
            protocols=box.protocols, destination_ports=box.destination_ports
        )
        for box in headers.boxes()
        if not box.is_icmp or box.is_any_destination_port
    )
    return services | _PINGS if services & _PINGS else services


def policy_effects(
    before: Case, after: Case, admissions: Iterable[Admission]
) -> Iterator[Effect]:
    """Yield what policies let pass otherwise, beside what they were to admit.

    Complexity: that of `Changes`: what the added policies touch.
    """
    if before.snapshot.objects is after.snapshot.objects:
        return
    changes = before.table_changes(after.snapshot.objects)
    wanted = _Wanted(admissions)
    yield from _pairs(changes, wanted)
    yield from _addresses(changes, wanted)
    yield from _own_nodes(changes, wanted)


class _Wanted:
    """What was asked for, as policies see it."""

    def __init__(self, admissions: Iterable[Admission]) -> None:
        self._pods: dict[tuple[str, str], FlowSet] = {}
        self._spaces: dict[tuple[str, Direction], list[tuple[Space, FlowSet]]] = {}
        self._special: dict[str, FlowSet] = {}
        for item in admissions:
            flows = bare(item.headers)
            near = item.near.label
            if isinstance(item.far, Workload):
                ends = (near, item.far.label)
                if item.direction is Direction.INGRESS:
                    ends = (item.far.label, near)
                self._pods[ends] = self._pods.get(ends, NOTHING) | flows
            elif isinstance(item.far, Special):
                self._special[near] = self._special.get(near, NOTHING) | flows
            elif item.is_exact:
                key = (near, item.direction)
                self._spaces.setdefault(key, []).append((item.far, flows))

    def between(self, source: Workload, destination: Workload) -> FlowSet:
        return self._pods.get((source.label, destination.label), NOTHING)

    def own_node(self, workload: Workload) -> FlowSet:
        return self._special.get(workload.label, NOTHING)

    def rest(
        self, workload: Workload, direction: Direction, space: Space, flows: FlowSet
    ) -> Iterator[tuple[Space, FlowSet]]:
        """Yield the parts of what passes with addresses that nobody asked for."""
        left = [(space, flows)]
        for asked, services in self._spaces.get((workload.label, direction), ()):
            cut: list[tuple[Space, FlowSet]] = []
            for where, what in left:
                if (inside := where & asked) and (rest := what - services):
                    cut.append((inside, rest))
                if outside := where - asked:
                    cut.append((outside, what))
            left = cut
        yield from left


def _pairs(changes: Changes, wanted: _Wanted) -> Iterator[Effect]:
    for item in changes.pairs:
        was, now = _flows(changes, item.before), _flows(changes, item.after)
        for source in item.sources.workloads:
            for target in item.destinations.workloads:
                asked = wanted.between(source, target)
                ends = (source.label, target.label)
                for effect in differing(ends, was, now):
                    yield from _without(effect, asked)


def _addresses(changes: Changes, wanted: _Wanted) -> Iterator[Effect]:
    for item in changes.addresses:
        was, now = _flows(changes, item.before), _flows(changes, item.after)
        space = Space.of(item.ranges)
        outward = item.direction is Direction.EGRESS
        for workload in item.workloads.workloads:
            for effect in differing(("", ""), was, now):
                for where, flows in wanted.rest(
                    workload, item.direction, space, effect.flows
                ):
                    text = space_text(where)
                    ends = (workload.label, text)
                    yield Effect(effect.kind, *(ends if outward else ends[::-1]), flows)


def _own_nodes(changes: Changes, wanted: _Wanted) -> Iterator[Effect]:
    for item in changes.own_node:
        was, now = _flows(changes, item.before), _flows(changes, item.after)
        for workload in item.workloads.workloads:
            ends = (workload.label, Special.OWN_NODE.value)
            for effect in differing(ends, was, now):
                yield from _without(effect, wanted.own_node(workload))


def _flows(changes: Changes, answer: int) -> tuple[FlowSet, FlowSet]:
    table = changes.after
    found = answer_flows(table.services, table.mask(answer))
    return found.allowed, found.possible


def _without(effect: Effect, asked: FlowSet) -> Iterator[Effect]:
    flows = effect.flows - asked
    if flows:
        yield Effect(effect.kind, effect.source, effect.destination, flows)
