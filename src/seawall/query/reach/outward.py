"""What workloads may send to addresses through all layers."""

from collections.abc import Iterator

from seawall.engine.path import Space
from seawall.engine.policy import ServiceMask
from seawall.engine.policy.answers.flows import address_flows, answer_flows
from seawall.engine.policy.answers.unfreed import unfreed
from seawall.engine.policy.rows.row import Term
from seawall.flowspace import Field, FlowSet
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, PodEnd
from seawall.model.policy import Direction
from seawall.query.reach.cells import (
    EVERYTHING,
    NOTHING,
    Passing,
    cells,
    passing,
)
from seawall.query.reach.layers import Layers, Outside
from seawall.query.reach.network import Exit, Judge, Place


class Outward:
    """Puts together what egress policies and the ways out of the pools say."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._to = self._destinations()
        self._by_policy: dict[object, Passing] = {}
        self._inside: dict[object, Passing] = {}
        self._members: dict[Place, int] = {}
        self._whole: dict[object, Passing] = {}
        self._found: dict[Passing, tuple[Outside, ...]] = {}

    def _destinations(self) -> Space:
        """Return the addresses that are asked about."""
        layers = self._layers
        wanted = layers.policy.narrowing.destination_ranges
        families = Space.of(map(AddressRange.everything, layers.families))
        if wanted is not None:
            return Space.of(wanted) & families
        return families - layers.classes.reserved()

    @property
    def to(self) -> Space:
        """The addresses that are asked about."""
        return self._to

    def from_(self, source: int) -> tuple[Outside, ...]:
        """Return what a workload may send to addresses, by lowest address."""
        known = self.passing(source)
        if known not in self._found:
            self._found[known] = self._rows(known)
        return self._found[known]

    def passing(self, source: int) -> Passing:
        """Return what a workload may send to addresses, as headers."""
        if not self._to:
            return NOTHING
        place, found = self._layers.classes.leaving(source, self._to)
        policy = tuple(self._policies(source, found))
        inside = self._to_pods(source, place, found) if found.inside else NOTHING
        key = (place, policy, inside)
        if key not in self._whole:
            known = _put_together(found, policy)
            self._whole[key] = Passing(
                known.allowed | inside.allowed, known.unknown | inside.unknown
            ).within(self._layers.asked)
        return self._whole[key]

    def _policies(self, source: int, found: Exit) -> Iterator[Passing]:
        """Yield what policy lets pass, for each choice of a way out."""
        layers = self._layers
        workload = layers.workloads[source]
        if workload.host_network:
            yield from (EVERYTHING for _ in found.choices)
            return
        table = layers.policy.table
        if workload.egress_gateway and layers.policy.snapshot.cluster is not None:
            table = unfreed(table)
        units = layers.policy.units[source]
        judges = {choice.judge for choice in found.choices}
        cells = table.flows_from(units) if Judge.PODS in judges else []
        for choice in found.choices:
            if choice.judge in (Judge.ADDRESS, Judge.PASSED_BY):
                terms = tuple(table.outside_cells(units, Direction.EGRESS))
                said = self._by_address(terms)
                yield said if choice.judge is Judge.ADDRESS else _in_doubt(said)
            elif choice.judge is Judge.OWN_NODE:
                yield self._answered(table.own_node(workload))
            elif choice.place is not None:
                yield self._answered(self._agreed(cells, choice.place))

    def _agreed(self, cells: list[Term], place: Place) -> ServiceMask:
        """Return what all pods of a place may be sent, and what some."""
        layers = self._layers
        if place not in self._members:
            held = 0
            for at in layers.classes.members(place):
                for unit in layers.policy.units[at]:
                    held |= 1 << unit
            self._members[place] = held
        left = self._members[place]
        answers = []
        for answer, units in cells:
            if units & left:
                answers.append(answer)
                left &= ~units
        if left:
            answers.append(0)
        table = layers.policy.table
        return table.mask(table.agreed(answers))

    def _rows(self, whole: Passing) -> tuple[Outside, ...]:
        layers = self._layers
        return tuple(
            Outside(ranges, said)
            for ranges, part in cells(whole, Field.DESTINATION)
            if (said := layers.words(part)) is not None
        )

    def _by_address(self, terms: tuple[Term, ...]) -> Passing:
        """Return what egress policy lets pass, by address."""
        if terms not in self._by_policy:
            table = self._layers.policy.table
            flows = address_flows(table.services, table.parts(terms), Direction.EGRESS)
            self._by_policy[terms] = Passing(
                flows.allowed, flows.possible - flows.allowed
            )
        return self._by_policy[terms]

    def _answered(self, mask: ServiceMask) -> Passing:
        flows = answer_flows(self._layers.policy.table.services, mask)
        return Passing(flows.allowed, flows.possible - flows.allowed)

    def _to_pods(self, source: int, place: Place, found: Exit) -> Passing:
        """Return what passes to addresses behind which pods stand, or may stand."""
        layers = self._layers
        key = (place, layers.policy.units[source])
        if key not in self._inside:
            answer = layers.paths.partition(
                PodEnd(layers.workloads[source]),
                AddressEnd(found.inside.ranges),
                policy=layers.oracle,
            )
            self._inside[key] = passing(answer.partition, Field.SOURCE)
        return self._inside[key]


def _in_doubt(said: Passing) -> Passing:
    """Return what policy says where it does not apply, and so denies nothing surely.

    Source: AKS docs, configure-static-egress-gateway; docs/semantics/path.md, M11.
    """
    return Passing(said.allowed, EVERYTHING.allowed - said.allowed)


def _put_together(found: Exit, policy: tuple[Passing, ...]) -> Passing:
    """Return what passes the network and the policies, whichever choice is taken."""
    parts = [
        (choice.passing & said, choice.every)
        for choice, said in zip(found.choices, policy, strict=True)
    ]
    allowed = FlowSet.union_of(part.allowed for part, _ in parts)
    doubt = FlowSet.union_of(every - part.allowed for part, every in parts)
    possible = FlowSet.union_of(part.allowed | part.unknown for part, _ in parts)
    return Passing(allowed - doubt, possible - (allowed - doubt))
