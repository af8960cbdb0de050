"""What addresses may send to workloads: directly, or through a door."""

from collections.abc import Iterator

from seawall.engine.path import Door, Partition, Space, StartKind
from seawall.engine.path.ground.space import PRIVATE
from seawall.flowspace import Field
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, End, InternetEnd, PodEnd
from seawall.model.policy import Direction
from seawall.query.reach.cells import NOTHING, Passing, cells, either, passing
from seawall.query.reach.entering import NOT_TO_PODS, door_text, entering
from seawall.query.reach.layers import Layers, Outside


class Inward:
    """Finds everybody who gets in from outside of the cluster.

    Packets from private networks that take a public door come there from public
    addresses, and the rows of these speak for them.
    """

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._sources = self._private_sources()
        self._direct: dict[object, Passing] = {}
        self._doors: dict[str, list[tuple[str, Passing]]] | None = None

    @property
    def sources(self) -> Space:
        """The addresses in networks that are asked about."""
        return self._sources

    def to(self, destination: int) -> tuple[Outside, ...]:
        """Return what reaches a workload from addresses, by lowest address.

        Ports are those at the door where there is one. Direct ways come first.
        """
        layers = self._layers
        if layers.policy.narrowing.source_ranges == ():
            return ()
        if self._doors is None:
            self._doors = self._by_doors()
        workload = layers.workloads[destination]
        rows = [*self._rows(self.directly(destination))]
        for via, known in self._doors.get(workload.label, ()):
            rows += self._rows(known, via)
        return tuple(rows)

    def passings(self, destination: int) -> dict[str, Passing]:
        """Return what addresses may send to a workload, as headers at each door.

        What comes directly stands under an empty text.
        """
        layers = self._layers
        if self._doors is None:
            self._doors = self._by_doors()
        found: dict[str, list[Passing]] = {"": [self.directly(destination)]}
        for via, known in self._doors.get(layers.workloads[destination].label, ()):
            found.setdefault(via, []).append(known)
        return {
            via: held[0] if len(held) == 1 else either(held)
            for via, held in found.items()
        }

    def _private_sources(self) -> Space:
        """Return the addresses in the networks that may reach a workload directly.

        Private addresses that no network in the input holds can come only by a peering
        whose other side is not in the input, or by a gateway; unless they are asked
        about, those are left out.

        Source: Azure docs, virtual-network-peering-overview.
        """
        layers = self._layers
        atlas = layers.paths.atlas
        wanted = layers.policy.narrowing.source_ranges
        if wanted is not None:
            found = Space.of(wanted) - atlas.internet
        else:
            nodes = Space()
            for pool in atlas.pools:
                nodes = nodes | layers.paths.walker.places.surely_nodes(pool)
            found = (PRIVATE | atlas.known) - nodes - layers.classes.reserved()
        found = found & Space.of(map(AddressRange.everything, layers.families))
        if wanted is not None or self._may_have_strangers():
            return found
        # An address of a known network may be in a subnet that the input does not hold.
        placed = found & atlas.known
        for start in layers.paths.starts(AddressEnd(found.ranges)):
            if start.kind is not StartKind.NOWHERE or start.subnet is not None:
                placed = placed | start.sources
        return placed

    def _may_have_strangers(self) -> bool:
        atlas = self._layers.paths.atlas
        return atlas.cluster_network is None or any(
            atlas.network(peering.remote) is None for peering in atlas.fabric.peerings
        )

    def directly(self, destination: int) -> Passing:
        """Return what reaches a workload without a door.

        Source: AKS docs, concepts-network-azure-cni-overlay: nobody outside the cluster
        can address a pod that has an address of the overlay; configure-kubenet: there
        route tables may lead to pods.
        """
        layers = self._layers
        workload = layers.workloads[destination]
        atlas = layers.paths.atlas
        hidden = atlas.pods_are_hidden and not atlas.pods_are_routed
        # Of those that are asked about some may be in the cluster.
        outside = layers.policy.narrowing.source_ranges is None
        if (hidden and outside and not workload.host_network) or not self._sources:
            return NOTHING
        grip = (
            () if workload.host_network else layers.grip(destination, Direction.INGRESS)
        )
        key = (layers.classes.exact(destination), grip)
        if key not in self._direct:
            answer = layers.paths.partition(
                AddressEnd(self._sources.ranges),
                PodEnd(workload),
                policy=layers.oracle,
            )
            self._direct[key] = self._known(answer.partition)
        return self._direct[key]

    def _by_doors(self) -> dict[str, list[tuple[str, Passing]]]:
        found: dict[str, list[tuple[str, Passing]]] = {}
        for door in self._layers.paths.doors():
            if door.kind in NOT_TO_PODS:
                continue
            for target, partition in self._entering(door):
                if isinstance(target, PodEnd):
                    known = door_text(door), self._known(partition)
                    found.setdefault(target.workload.label, []).append(known)
        return found

    def _entering(self, door: Door) -> Iterator[tuple[End | None, Partition]]:
        """Yield what comes through a door, for each end behind it."""
        outside = self._outside(door)
        if outside is not None:
            paths, policy = self._layers.paths, self._layers.oracle
            yield from entering(paths, policy, door, outside)

    def _outside(self, door: Door) -> End | None:
        if not door.is_public:
            return AddressEnd(self._sources.ranges) if self._sources else None
        wanted = self._layers.policy.narrowing.source_ranges
        if wanted is None:
            return InternetEnd()
        public = Space.of(wanted) & self._layers.paths.atlas.internet
        return AddressEnd(public.ranges) if public else None

    def _known(self, partition: Partition) -> Passing:
        return passing(partition, Field.DESTINATION).within(self._layers.asked)

    def _rows(self, known: Passing, via: str = "") -> Iterator[Outside]:
        layers = self._layers
        for ranges, part in cells(known, Field.SOURCE):
            said = layers.words(part)
            if said is not None:
                yield Outside(ranges, said, via)
