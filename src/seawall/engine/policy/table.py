"""The policy layer of one cluster, compiled: who may talk to whom on what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from seawall.engine.policy.compiler import FREE, Compiler, Grip
from seawall.engine.policy.inbound import inbound
from seawall.engine.policy.index import Index, Question
from seawall.engine.policy.row import Row, Term, disjoint_union, meet
from seawall.model.address import AddressRange
from seawall.model.dataplane import Dataplane, Tri
from seawall.model.diagnostic import Assumption
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Pod, Workload

PRIVATE_PODS = Assumption(
    "pod-addresses-are-private",
    "Pods and nodes whose addresses the input does not give have private ones: in "
    "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, or in the cluster's "
    "ranges where these are known.",
    "AKS docs, concepts-network-azure-cni-overlay",
    ("ipBlocks that cover a part of these ranges",),
)

OTHER_NODE = Assumption(
    "host-network-on-another-node",
    "Pods on the host network are judged as if they ran on another node than their "
    "peers. A node always reaches the pods that run on it.",
    "Kubernetes docs, Network Policies",
    ("connections of pods on the host network",),
)


@dataclass(frozen=True, slots=True)
class ServiceMask:
    """An answer about services, as two masks over the atoms of one table.

    Attributes:
        allowed: What surely passes.
        possible: What may pass; *allowed* is a part of it.
    """

    allowed: int
    possible: int

    @property
    def unknown(self) -> int:
        """What may pass but not surely."""
        return self.possible & ~self.allowed


@dataclass(frozen=True, slots=True)
class AddressPart:
    """Addresses towards or from which a pod has one and the same answer.

    Attributes:
        ranges: Sorted, disjoint, merged.
        services: The answer.
    """

    ranges: tuple[AddressRange, ...]
    services: ServiceMask


class PolicyTable:
    """Answers for every pair of ends, without walking the policies again.

    Workloads are named by the objects that the table was built from, or equal ones.

    An answer about a workload holds for each of its pods: what only some can do is
    possible and not allowed. An answer about two pods holds in some address family.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self.services = index.services
        self.compiler = Compiler(index)
        self._units = index.units.units
        self._outside: dict[int, list[Term]] = {}
        self._grips = {
            direction: self.compiler.grips(direction) for direction in Direction
        }
        self._rows: dict[Direction, list[Row]] = {
            direction: [
                self.compiler.row(grip, direction, unit.ports)
                for unit, grip in zip(self._units, grips, strict=True)
            ]
            for direction, grips in self._grips.items()
        }

    @classmethod
    def build(
        cls,
        objects: KubernetesObjects,
        dataplane: Dataplane,
        *,
        pod_ranges: Iterable[AddressRange] = (),
        node_ranges: Iterable[AddressRange] = (),
        services: Iterable[tuple[Protocol, PortRange]] = (),
        ranges: Iterable[AddressRange] = (),
    ) -> "PolicyTable":
        """Compile the policies of *objects* as *dataplane* enforces them.

        Args:
            objects: The pods, namespaces and policies.
            dataplane: How policies are enforced.
            pod_ranges: Ranges that hold the cluster's pods; empty if not known.
            node_ranges: Ranges that hold its nodes, and perhaps other machines.
            services: Port ranges that will be asked about.
            ranges: Address ranges that will be asked about.

        Complexity: pods, plus distinct label sets times the rules that hold each.
        """
        question = Question(
            tuple(pod_ranges), tuple(node_ranges), tuple(services), tuple(ranges)
        )
        return cls(Index.of(objects, dataplane, question))

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """What the answers rest on beside the objects."""
        found = (PRIVATE_PODS,) if self.index.peers.unplaced else ()
        return (*found, OTHER_NODE) if self._hosts_meet_policies() else found

    def number(self, workload: Workload) -> int:
        """Return the position of *workload* among those that the table knows.

        Raises:
            KeyError: It is none of them.
        """
        found = self._by_identity.get(id(workload))
        return found if found is not None else self._by_value[workload]

    def units(self, workload: Workload, pod: Pod | None = None) -> tuple[int, ...]:
        """Return the units of a workload's pods, or of one pod."""
        if pod is not None and workload.runs:
            return (self.index.units.of_pod(workload, pod),)
        return self.index.units.of_workload[self.number(workload)]

    def between(self, source: Workload, destination: Workload) -> ServiceMask:
        """Return what pods of *source* may send to other pods of *destination*."""
        return self.between_units(self.units(source), self.units(destination))

    def between_units(
        self, sources: Sequence[int], destinations: Sequence[int]
    ) -> ServiceMask:
        """Return what all, and what some, of *sources* may send to *destinations*."""
        answers = [self._pair(s, d) for s in sources for d in destinations]
        return self.mask(self.agreed(answers))

    def own_node(self, workload: Workload) -> ServiceMask:
        """Return what pods of *workload* may send to the node that they run on.

        The other way round, everything passes on every dataplane.

        Source: AKS docs, migrate-from-npm-to-cilium-network-policy; projectcalico
        felix/rules; Azure/azure-container-networking npm/ chain-management_linux.go.
        """
        free = self.compiler.open
        flag = self.index.dataplane.own_node_egress
        answers = []
        for unit in self.units(workload):
            answer = self._to_some_node(unit)
            if flag is Tri.YES:
                answer = free
            elif flag is Tri.UNDEFINED:
                answer |= (free >> self.services.width) << self.services.width
            answers.append(answer)
        return self.mask(self.agreed(answers))

    def outside(
        self,
        workload: Workload,
        direction: Direction,
        ranges: Iterable[AddressRange] | None = None,
    ) -> tuple[AddressPart, ...]:
        """Return what *workload* may exchange with addresses that are no pods.

        Args:
            workload: The workload.
            direction: EGRESS for what it may send, INGRESS for what may reach it.
            ranges: The addresses to ask about; None is all.

        Returns:
            Parts that partition *ranges*, by lowest address. Where nothing passes,
            the masks are empty.
        """
        return self.parts(self.outside_cells(self.units(workload), direction), ranges)

    def egress(
        self, workload: Workload, ranges: Iterable[AddressRange] | None = None
    ) -> tuple[AddressPart, ...]:
        """Return what *workload* may send to addresses; see `outside`."""
        return self.outside(workload, Direction.EGRESS, ranges)

    def ingress(
        self, workload: Workload, ranges: Iterable[AddressRange] | None = None
    ) -> tuple[AddressPart, ...]:
        """Return what addresses may send to *workload*; see `outside`."""
        return self.outside(workload, Direction.INGRESS, ranges)

    def parts(
        self, cells: Iterable[Term], ranges: Iterable[AddressRange] | None = None
    ) -> tuple[AddressPart, ...]:
        """Return disjoint cells over address classes as parts of *ranges*."""
        addresses = self.index.addresses
        wanted = None if ranges is None else tuple(ranges)
        rest = addresses.everything
        out = []
        found = list(cells)
        for _, classes in found:
            rest ^= classes
        for answer, classes in [*found, (0, rest)]:
            held = addresses.ranges(classes)
            if wanted is not None:
                held = _shared(held, wanted)
            if held:
                out.append(AddressPart(held, self.mask(answer)))
        return tuple(sorted(out, key=lambda part: part.ranges[0]))

    def outside_cells(self, units: Sequence[int], direction: Direction) -> list[Term]:
        """Return the answers of some units for the address classes, as cells."""
        rows = {id(row): row for row in (self._rows[direction][u] for u in units)}
        return self._agreed_cells([self._classes_of(row) for row in rows.values()])

    def flows_from(self, units: Sequence[int]) -> list[Term]:
        """Return what some units may send to every unit, as disjoint cells over units.

        Complexity: for each, cells of its row times cells of the transposed ingress
        rows.
        """
        return self._agreed_cells([self._flows(unit) for unit in units])

    def _flows(self, unit: int) -> list[Term]:
        """Return what one unit may send to every unit, as disjoint cells over units."""
        columns = self.index.columns
        row = self._rows[Direction.EGRESS][unit]
        found: list[list[Term]] = []
        for family in self._units[unit].families:
            inbound = self._inbound[family][unit]
            if row is self.compiler.open_row:
                found.append(list(inbound.items()))
            else:
                first = columns.first_unit(family)
                found.append(meet(row.part(first, columns.units), inbound.items()))
        if len(found) == 1:
            return found[0]
        return disjoint_union(term for cells in found for term in cells)

    def grip(self, unit: int, direction: Direction) -> Grip:
        """Return the policies that hold one unit in one direction."""
        return self._grips[direction][unit]

    def row(self, unit: int, direction: Direction) -> Row:
        """Return what one unit may exchange in one direction."""
        return self._rows[direction][unit]

    def unisolated(self, direction: Direction) -> tuple[Workload, ...]:
        """Return the workloads with a pod that no policy isolates in *direction*.

        Workloads that an unreadable policy may isolate are not among them.
        """
        free = {at for at, grip in enumerate(self._grips[direction]) if grip == FREE}
        return tuple(
            workload
            for workload, units in zip(
                self.index.workloads, self.index.units.of_workload, strict=True
            )
            if free.intersection(units)
        )

    def mask(self, answer: int) -> ServiceMask:
        """Return an answer as two masks."""
        return ServiceMask(self.services.sure(answer), self.services.possible(answer))

    def agreed(self, answers: Iterable[int]) -> int:
        """Return what all of *answers* surely grant and some possibly; 0 for none."""
        sure, possible = self.services.everything, 0
        none = True
        for answer in answers:
            none = False
            sure &= answer
            possible |= answer
        if none:
            return 0
        width = self.services.width
        return sure | (possible >> width) << width

    @cached_property
    def _by_identity(self) -> dict[int, int]:
        return {id(item): at for at, item in enumerate(self.index.workloads)}

    @cached_property
    def _by_value(self) -> dict[Workload, int]:
        return {item: at for at, item in enumerate(self.index.workloads)}

    @cached_property
    def _inbound(self) -> dict[int, list[dict[int, int]]]:
        """For each family and source unit, disjoint cells over destination units."""
        columns, free = self.index.columns, self.compiler.open_row
        rows = self._rows[Direction.INGRESS]
        return {
            family: inbound(
                [
                    row if family in unit.families else None
                    for unit, row in zip(self._units, rows, strict=True)
                ],
                free,
                columns.first_unit(family),
            )
            for family in columns.families
        }

    def _hosts_meet_policies(self) -> bool:
        """Whether there are pods on the host network and pods that are isolated."""
        isolated = any(grip != FREE for way in self._grips.values() for grip in way)
        return isolated and bool(self.index.columns.hosts)

    def _classes_of(self, row: Row) -> list[Term]:
        """Return the part of a row that is about address classes."""
        found = self._outside.get(id(row))
        if found is None:
            columns = self.index.columns
            found = row.part(columns.first_class, columns.classes)
            self._outside[id(row)] = found
        return found

    def _pair(self, source: int, destination: int) -> int:
        columns = self.index.columns
        sender, receiver = self._units[source], self._units[destination]
        out = self._rows[Direction.EGRESS][source]
        back = self._rows[Direction.INGRESS][destination]
        answer = 0
        for family in sender.families:
            if family in receiver.families:
                first = columns.first_unit(family)
                answer |= out.at(first + destination) & back.at(first + source)
        return answer

    def _to_some_node(self, unit: int) -> int:
        """Return what a unit may send to whatever may be a node of the cluster."""
        row = self._rows[Direction.EGRESS][unit]
        if row is self.compiler.open_row:
            return self.compiler.open
        classes = self.index.addresses.touching(self.index.peers.node_candidates())
        cells = self._classes_of(row)
        answers = [answer for answer, held in cells if held & classes]
        reached = 0
        for _, held in cells:
            reached |= held
        if classes & ~reached:
            answers.append(0)
        return self.agreed(answers)

    def _agreed_cells(self, lists: Sequence[Sequence[Term]]) -> list[Term]:
        """Return what all lists of disjoint cells surely grant and some possibly."""
        if len(lists) == 1:
            return list(lists[0])
        if not lists:
            return []
        width = self.services.width
        sure = [(self.services.sure(answer), held) for answer, held in lists[0]]
        for cells in lists[1:]:
            sure = meet(sure, cells)
        possible = (
            ((answer >> width) << width, held)
            for cells in lists
            for answer, held in cells
        )
        return disjoint_union([*sure, *possible])


def _shared(
    ranges: Iterable[AddressRange], wanted: Iterable[AddressRange]
) -> tuple[AddressRange, ...]:
    asked = tuple(wanted)
    return tuple(
        AddressRange(item.version, max(item.first, w.first), min(item.last, w.last))
        for item in ranges
        for w in asked
        if item.overlaps(w)
    )
