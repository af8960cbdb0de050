"""Every connection that the network policies allow, without the network around them.

Answers rows of workloads and of addresses; how they are written is left to
`reach_json`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

from seawall.engine.policy import PolicyTable, ServiceMask
from seawall.engine.policy.ends.frame import NodeCase, Question
from seawall.engine.policy.ends.peer import PRIVATE
from seawall.engine.policy.ends.vocabulary import Vocabulary
from seawall.engine.policy.rows.bits import flags, indices
from seawall.engine.policy.rows.row import Term
from seawall.model.address import AddressRange
from seawall.model.dataplane import Dataplane
from seawall.model.diagnostic import Assumption
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.places import cluster_ranges

if TYPE_CHECKING:  # an input without ways in needs none of that: decision 0007
    from seawall.query.ways_in import Arrival, Between

Selection = Callable[[Workload], bool]

Ports = tuple[tuple[Protocol, PortRange], ...]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What part of all connections is wanted; by default all of them.

    Attributes:
        sources: Which workloads as sources; None is all.
        destinations: Which workloads as destinations; None is all.
        source_ranges: Which addresses as sources; None is all, `()` none.
        destination_ranges: Which addresses as destinations.
        ports: Which services; None is all.
        include_self: Whether a workload's connections to itself are wanted.
    """

    sources: Selection | None = None
    destinations: Selection | None = None
    source_ranges: tuple[AddressRange, ...] | None = None
    destination_ranges: tuple[AddressRange, ...] | None = None
    ports: Ports | None = None
    include_self: bool = False


ALL = Narrowing()

FEW = 24
"""Up to so many members, a set is walked member by member."""

End = Workload | tuple[AddressRange, ...]
"""A workload, or addresses: disjoint, merged, sorted."""


@dataclass(frozen=True, slots=True)
class Connection:
    """What one end may send to another.

    Attributes:
        source: Where it comes from.
        destination: Where it goes; never addresses if *source* is.
        allowed: Pairs of protocol name and ports that surely pass.
        unknown: Pairs that may pass.
        others: Numbers of protocols without a name, allowed and unknown ones, where
            `ICMP` does not speak for them.
        via: The door that it comes through, if it comes from outside by one.
    """

    source: End
    destination: End
    allowed: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, str], ...]
    others: tuple[str, str] | None = None
    via: str = ""


class Residents:
    """Which workloads the units hold.

    Attributes:
        scattered: Positions of the workloads whose pods are in several units.
        shared: The set of the units that these are in.
    """

    def __init__(self, units: tuple[tuple[int, ...], ...]) -> None:
        self.scattered = [at for at, held in enumerate(units) if len(held) > 1]
        self.shared = 0
        for at in self.scattered:
            for unit in units[at]:
                self.shared |= 1 << unit
        single: dict[int, list[int]] = {}
        for at, held in enumerate(units):
            if len(held) == 1:
                single.setdefault(held[0], []).append(at)
        count = max((unit for held in units for unit in held), default=-1) + 1
        self._of_unit = [single.get(unit, []) for unit in range(count)]
        self._only: list[int] | None = None
        if all(len(members) == 1 for members in self._of_unit):
            self._only = [members[0] for members in self._of_unit]

    def of(self, units: int) -> list[int]:
        """Return the positions of the workloads that are in one of *units* alone."""
        only = self._only
        if only is None:
            of_unit = self._of_unit
            return [at for unit in indices(units) for at in of_unit[unit]]
        if units.bit_count() > FEW:
            return list(compress(only, flags(units)))
        found = []
        while units:
            low = units & -units
            found.append(only[low.bit_length() - 1])
            units ^= low
        return found


@dataclass(frozen=True)
class ReachResult:
    """All connections of one snapshot, computed row by row on demand.

    Attributes:
        snapshot: What was read.
        table: The compiled policies.
        workloads: The workloads that run, in the order of the snapshot.
        narrowing: What part was asked for.
        mask: The services asked for.
        assumptions: What the answers rest on beside the input.
        numbers: For each of *workloads*, its position in the table.
        positions: The other way round.
    """

    snapshot: Snapshot
    table: PolicyTable
    workloads: tuple[Workload, ...]
    narrowing: Narrowing
    mask: int
    assumptions: tuple[Assumption, ...]
    numbers: tuple[int, ...] = field(repr=False)
    positions: dict[int, int] = field(repr=False)
    units: tuple[tuple[int, ...], ...] = field(repr=False)
    residents: "Residents" = field(repr=False)

    def sources(self) -> list[int]:
        """Return the positions of the workloads that are wanted as sources."""
        return _chosen(self.workloads, self.narrowing.sources)

    def destinations(self) -> list[int]:
        """Return the positions of the workloads that are wanted as destinations."""
        return _chosen(self.workloads, self.narrowing.destinations)

    def answers_from(self, source: int) -> dict[int, int]:
        """Return what one workload may send to others, by position, as raw answers.

        Narrowed to the services asked for; where nothing passes there is no entry.

        What a workload sends to itself goes to another of its pods, or to the pod that
        sends it. Policies judge the first; the second is undefined: by its own address
        a pod reaches itself unseen, and through its Service it depends on the engine.
        So what policies allow is allowed, and what they would deny is unknown.

        Source: Kubernetes, "Network Policies", and its e2e suite, which leaves a pod
        to itself out; cilium bpf/bpf_lxc.c; projectcalico felix/rules; kube-proxy,
        iptables masquerade mark.
        """
        found: dict[int, int] = {}
        several: dict[int, int] = {}
        for answer, units in self.table.flows_from(self.units[source]):
            kept = answer & self.mask
            if kept:
                found.update(dict.fromkeys(self.residents.of(units), kept))
                shared = units & self.residents.shared
                if shared:
                    several.update(dict.fromkeys(indices(shared), kept))
        for at in self.residents.scattered if several else ():
            answer = self.table.agreed(several.get(unit, 0) for unit in self.units[at])
            if answer:
                found[at] = answer
        near = self.table.near_answers(self.numbers[source])
        for number in near.keys() & self.positions.keys():
            at, kept = self.positions[number], near[number] & self.mask
            if kept:
                found[at] = kept
            else:
                found.pop(at, None)
        if not self.narrowing.include_self:
            found.pop(source, None)
        elif itself := found.get(source, 0) | self.mask & self.table.perhaps_everything:
            found[source] = itself
        return found

    def outside_from(self, workload: int, direction: Direction) -> tuple[Term, ...]:
        """Return the answers of a workload for address classes, as disjoint cells."""
        cells = self.table.cells(self.numbers[workload], direction)
        narrowed: dict[int, int] = {}
        for answer, classes in cells:
            kept = answer & self.mask
            if kept:
                narrowed[kept] = narrowed.get(kept, 0) | classes
        return tuple(narrowed.items())

    def address_parts(
        self, cells: tuple[Term, ...], direction: Direction
    ) -> Iterator[tuple[tuple[AddressRange, ...], int]]:
        """Yield disjoint addresses and their answer, by lowest address."""
        narrowing = self.narrowing
        wanted = narrowing.destination_ranges
        if direction is Direction.INGRESS:
            wanted = narrowing.source_ranges
        services = self.table.services
        for part in self.table.parts(cells, wanted):
            answer = services.answer(part.services.allowed, part.services.possible)
            if answer:
                yield part.ranges, answer

    def services(self, answer: int) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Return an answer as allowed and unknown pairs of protocol and ports."""
        texts = self._texts.get(answer)
        if texts is None:
            found: ServiceMask = self.table.mask(answer)
            text = self.table.services.mask_services
            texts = self._texts[answer] = text(found.allowed), text(found.unknown)
        return texts

    @cached_property
    def _texts(self) -> dict[int, tuple[tuple[tuple[str, str], ...], ...]]:
        return {}

    @cached_property
    def ways_in(self) -> "tuple[Arrival, ...]":
        """What proxies at the edge hand on; empty if other sources are asked for."""
        return self.ways_in_by(None)

    def ways_in_by(self, between: "Between | None") -> "tuple[Arrival, ...]":
        """Return the same by what is *between* workloads; None is policies alone."""
        narrowing = self.narrowing
        if narrowing.sources is not None or narrowing.source_ranges is not None:
            return ()
        if not self.snapshot.objects.ways_in:
            return ()
        from seawall.query.ways_in import ways_in

        found = ways_in(self.snapshot, self.table, between)
        return tuple(item for item in found if _is_wanted(narrowing, item))

    def connections(self) -> Iterator[Connection]:
        """Yield every connection, workloads as sources first, in a stable order."""
        destinations = self.destinations()
        for source in self.sources():
            answers = self.answers_from(source)
            for destination in destinations:
                if destination in answers:
                    yield self._connection(
                        self.workloads[source],
                        self.workloads[destination],
                        answers[destination],
                    )
            cells = self.outside_from(source, Direction.EGRESS)
            for ranges, answer in self.address_parts(cells, Direction.EGRESS):
                yield self._connection(self.workloads[source], ranges, answer)
        for destination in destinations:
            cells = self.outside_from(destination, Direction.INGRESS)
            for ranges, answer in self.address_parts(cells, Direction.INGRESS):
                yield self._connection(ranges, self.workloads[destination], answer)

    def _connection(self, source: End, destination: End, answer: int) -> Connection:
        allowed, unknown = self.services(answer)
        return Connection(source, destination, allowed, unknown)


@dataclass(frozen=True, slots=True)
class Extra:
    """What else an answer supposes, and is asked about, where answers are compared.

    Attributes:
        nodes: What is supposed of nodes, where an answer is made case by case.
        ports: Ports that will be asked about beside those of the narrowing.
        ranges: Addresses that will be asked about, of a family that no rule names.
        room: What is told apart even if no policy mentions it.
    """

    nodes: NodeCase | None = None
    ports: Ports = ()
    ranges: tuple[AddressRange, ...] = ()
    room: Vocabulary | None = None


NOTHING_ELSE = Extra()


def reach_policy(
    snapshot: Snapshot,
    dataplane: Dataplane,
    narrowing: Narrowing = ALL,
    *,
    assumptions: tuple[Assumption, ...] = (),
    extra: Extra = NOTHING_ELSE,
) -> ReachResult:
    """Return every connection that the policies of *snapshot* allow.

    Args:
        snapshot: What was read.
        dataplane: How policies are enforced.
        narrowing: What part of the connections is wanted.
        assumptions: Those behind the choice of *dataplane*.
        extra: What else is supposed, and asked about.
    """
    asked = narrowing.ports or ()
    pod_ranges, node_ranges = cluster_ranges(snapshot)
    if extra.nodes is not None and not node_ranges and not _shows_nodes(snapshot):
        node_ranges = PRIVATE
    question = Question(
        pod_ranges, node_ranges, (*asked, *extra.ports), extra.ranges, extra.nodes
    )
    table = PolicyTable.of(snapshot.objects, dataplane, question, extra.room)
    services = table.services
    mask = services.everything
    if narrowing.ports is not None:
        mask = 0
        for protocol, ports in asked:
            mask |= services.mask(protocol, ports)
    of_workload = table.index.units.of_workload
    running = [at for at, units in enumerate(of_workload) if units]
    units = tuple(of_workload[at] for at in running)
    return ReachResult(
        snapshot,
        table,
        tuple(snapshot.objects.workloads[at] for at in running),
        narrowing,
        services.answer(mask, mask),
        (*assumptions, *table.assumptions),
        tuple(running),
        {number: at for at, number in enumerate(running)},
        units,
        Residents(units),
    )


def _shows_nodes(snapshot: Snapshot) -> bool:
    """Whether some pod shows the address of a node."""
    return any(
        pod.node_addresses or (workload.host_network and pod.addresses)
        for workload in snapshot.objects.workloads
        for pod in workload.pods
    )


def _chosen(workloads: tuple[Workload, ...], wanted: Selection | None) -> list[int]:
    return [at for at, item in enumerate(workloads) if wanted is None or wanted(item)]


def _is_wanted(narrowing: Narrowing, item: "Arrival") -> bool:
    chosen, ports = narrowing.destinations, narrowing.ports
    if chosen is not None and (item.target is None or not chosen(item.target)):
        return False
    return ports is None or any(
        protocol is item.way.protocol and (item.port is None or item.port in numbers)
        for protocol, numbers in ports
    )
