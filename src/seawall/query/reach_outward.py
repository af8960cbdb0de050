"""What workloads may send to addresses through all layers."""

from seawall.engine.path import Space
from seawall.engine.path.space import EVERYWHERE
from seawall.engine.policy import ServiceMask
from seawall.engine.policy.flows import address_flows, answer_flows
from seawall.engine.policy.row import Term
from seawall.flowspace import Field
from seawall.model.end import AddressEnd, PodEnd
from seawall.model.policy import Direction
from seawall.query.reach_cells import (
    EVERYTHING,
    NOTHING,
    Passing,
    cells,
    passing,
)
from seawall.query.reach_layers import Layers, Outside
from seawall.query.reach_network import Exit, Place


class Outward:
    """Puts together what egress policies and the ways out of the pools say."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._to = self._destinations()
        self._by_policy: dict[object, Passing] = {}
        self._inside: dict[object, Passing] = {}
        self._found: dict[object, tuple[Outside, ...]] = {}

    def _destinations(self) -> Space:
        """Return the addresses that are asked about."""
        layers = self._layers
        wanted = layers.policy.narrowing.destination_ranges
        families = Space(
            tuple(item for item in EVERYWHERE.ranges if item.version in layers.families)
        )
        if wanted is not None:
            return Space.of(wanted) & families
        return families - layers.classes.reserved()

    def from_(self, source: int) -> tuple[Outside, ...]:
        """Return what a workload may send to addresses, by lowest address."""
        if not self._to:
            return ()
        layers = self._layers
        place, found = layers.classes.leaving(source, self._to)
        table = layers.policy.table
        units = layers.policy.units[source]
        own: ServiceMask | None = None
        terms: tuple[Term, ...] | None = None
        if not place.host_network:
            terms = tuple(table.outside_cells(units, Direction.EGRESS))
            own = table.own_node(layers.workloads[source])
        inside = self._to_pods(source, place, found) if found.inside else NOTHING
        key = (place, terms, own, inside)
        if key not in self._found:
            away = found.outside & self._policy(terms)
            near = found.own_node & self._own_node(own)
            self._found[key] = self._rows(_put_together(found, away, near), inside)
        return self._found[key]

    def _rows(self, known: Passing, inside: Passing) -> tuple[Outside, ...]:
        layers = self._layers
        whole = Passing(
            known.allowed | inside.allowed, known.unknown | inside.unknown
        ).within(layers.asked)
        return tuple(
            Outside(ranges, said)
            for ranges, part in cells(whole, Field.DESTINATION)
            if (said := layers.words(part)) is not None
        )

    def _policy(self, terms: tuple[Term, ...] | None) -> Passing:
        """Return what egress policy lets pass, by address."""
        if terms is None:
            return EVERYTHING
        if terms not in self._by_policy:
            table = self._layers.policy.table
            flows = address_flows(table.services, table.parts(terms), Direction.EGRESS)
            self._by_policy[terms] = Passing(
                flows.allowed, flows.possible - flows.allowed
            )
        return self._by_policy[terms]

    def _own_node(self, mask: ServiceMask | None) -> Passing:
        if mask is None:
            return EVERYTHING
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


def _put_together(found: Exit, away: Passing, near: Passing) -> Passing:
    """Return what passes where a destination may or may not be the own node."""
    allowed = (
        (away.allowed - found.own_node_all)
        | (near.allowed - found.outside_all)
        | (away.allowed & near.allowed)
    )
    possible = away.allowed | away.unknown | near.allowed | near.unknown
    return Passing(allowed, possible - allowed)
