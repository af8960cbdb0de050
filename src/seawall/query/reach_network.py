"""What the network between ends does to the connections of whole classes of workloads.

The network knows where a pod may be and not what it is called, so workloads that may
be in the same places are one class, and each pair of classes is walked once.
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from seawall.engine.path import ArrivalKind, Branch, PathModel, Space, StartKind
from seawall.engine.path.space import from_intervals
from seawall.engine.path.verdicts import agreed
from seawall.flowspace import Field, FlowSet
from seawall.model.cluster import Addressing
from seawall.model.end import AddressEnd, PodEnd
from seawall.model.origin import Origin
from seawall.model.workload import Pod, Workload
from seawall.query.reach_cells import (
    NOTHING,
    Passing,
    by_service,
    is_even,
    passing,
    without,
)

_ENDS: Final = (Field.SOURCE, Field.DESTINATION)
_POD_KINDS = (ArrivalKind.POD, ArrivalKind.POD_OR_NODE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the pods of a workload may be, as far as the network can tell.

    Attributes:
        host_network: Whether they use the network of their node.
        pool: The pool that they are pinned to.
        pods: What is known of them one by one; empty if their place says enough.
    """

    host_network: bool
    pool: str | None
    pods: tuple[Pod, ...] = ()


class Means(Enum):
    """How the answer for a pair of workloads is found."""

    POLICY = "the network lets everything pass"
    BOTH = "the network decides without regard to policy, so both are put together"
    WALK = "the policies see packets as the network changed them"


@dataclass(frozen=True, slots=True)
class Crossing:
    """What the network does between two classes of workloads.

    Attributes:
        means: How a pair is answered.
        passing: Which services the network lets pass, for `Means.BOTH`.
        is_even: Whether it treats all pods of the classes alike.
    """

    means: Means
    passing: Passing = NOTHING
    is_even: bool = True


@dataclass(frozen=True, slots=True)
class Exit:
    """What the network does with what a class of workloads sends to addresses.

    Attributes:
        outside: What passes to destinations that policy judges by address.
        outside_all: Every header of these, passing or not.
        own_node: What passes to the node that a pod may itself be on.
        own_node_all: Every header of these.
        inside: Destinations that may lead to pods, which policy judges by identity.
        is_even: Whether all pods of the class fare alike.
    """

    outside: Passing
    outside_all: FlowSet
    own_node: Passing
    own_node_all: FlowSet
    inside: Space
    is_even: bool


class Classes:
    """The classes of the workloads of one snapshot, and what holds between them."""

    def __init__(self, paths: PathModel, workloads: tuple[Workload, ...]) -> None:
        self._paths = paths
        strays = [item for item in workloads if self._is_stray(item)]
        self._strays: dict[tuple[bool, str | None], tuple[Pod, ...]] = {}
        for item in strays:
            key = (item.host_network, item.node_pool)
            nodeless = (Pod("", pod.addresses) for pod in item.pods)
            self._strays[key] = (*self._strays.get(key, ()), *nodeless)
        astray = {id(item) for item in strays}
        self._places = [
            Place(
                item.host_network,
                item.node_pool,
                self._strays[item.host_network, item.node_pool]
                if id(item) in astray
                else (),
            )
            for item in workloads
        ]
        self._workloads = workloads
        self._crossings: dict[tuple[Place, Place], Crossing] = {}
        self._exits: dict[tuple[Place, Space], Exit] = {}

    def place(self, at: int) -> Place:
        """Return where the workload at a position may be, by its pool."""
        return self._places[at]

    def exact(self, at: int) -> Place:
        """Return where the workload at a position is, by all that is known."""
        workload = self._workloads[at]
        return Place(workload.host_network, workload.node_pool, workload.pods)

    def pod_space(self) -> Space:
        """Return every address that a pod on a network of its own may have."""
        found = Space()
        for place in dict.fromkeys(self._places):
            if not place.host_network:
                found = found | self._paths.asking.addresses(PodEnd(stand_in(place)))
        return found

    def reserved(self) -> Space:
        """Return the addresses that surely belong to pods, if to anything."""
        atlas = self._paths.atlas
        found = atlas.pod_space
        if atlas.addressing is Addressing.POD_SUBNET:
            for pool in atlas.pools:
                subnet = atlas.subnet(pool.pod_subnet.value)
                found = found | Space.of(subnet.prefixes if subnet else ())
        for workload in self._workloads:
            if workload.pods and not workload.host_network:
                found = found | self._paths.asking.addresses(PodEnd(workload))
        return found

    def is_open(self, source: int, destination: int) -> bool:
        """Say whether the network lets everything pass between two places.

        It holds for all workloads in these places then, wherever in them they are.
        """
        here, there = self._places[source], self._places[destination]
        return self._crossing(here, there).means is Means.POLICY

    def between(self, source: int, destination: int) -> tuple[Place, Place, Crossing]:
        """Return what the network does between two workloads, and for which places."""
        here, there = self._places[source], self._places[destination]
        found = self._crossing(here, there)
        if found.means is Means.BOTH and not found.is_even:
            here, there = self.exact(source), self.exact(destination)
            found = self._crossing(here, there)
        elif found.means is Means.WALK:
            here, there = self.exact(source), self.exact(destination)
        return here, there, found

    def _crossing(self, here: Place, there: Place) -> Crossing:
        key = (here, there)
        if key not in self._crossings:
            self._crossings[key] = self._crossed(
                PodEnd(stand_in(here)), PodEnd(stand_in(there))
            )
        return self._crossings[key]

    def _crossed(self, source: PodEnd, target: PodEnd) -> Crossing:
        ways = [
            way
            for start in self._paths.starts(source)
            for way in self._paths.walk(start, target)
        ]
        if not ways or not all(_is_by_identity(way) for way in ways):
            return Crossing(Means.WALK)
        parts = [way.verdicts() for way in ways]
        if not any(part.denied or part.unknown for part in parts):
            return Crossing(Means.POLICY)
        whole = agreed(parts)
        # A pod whose node is known takes fewer of the ways, so choices count too.
        even = all(is_even(part, *_ENDS) for part in (*parts, whole))
        even = even and not (whole.unknown and any(part.allowed for part in parts))
        return Crossing(Means.BOTH, by_service(passing(whole, *_ENDS)), even)

    def leaving(self, source: int, to: Space) -> tuple[Place, Exit]:
        """Return what the network does with packets of a workload to addresses."""
        place = self._places[source]
        found = self._exit(place, to)
        exact = self.exact(source)
        if not found.is_even and exact.pods:
            place, found = exact, self._exit(exact, to)
        return place, found

    def _exit(self, place: Place, to: Space) -> Exit:
        key = (place, to)
        if key not in self._exits:
            self._exits[key] = self._left(PodEnd(stand_in(place)), to)
        return self._exits[key]

    def _left(self, source: PodEnd, to: Space) -> Exit:
        pods = self.pod_space()
        inside = Space()
        outside: list[Branch] = []
        own_node: list[Branch] = []
        for start in self._paths.starts(source):
            for way in self._paths.walk(start, AddressEnd(to.ranges)):
                held = _identified(way, pods)
                inside = inside | held
                arrival = way.arrival
                if arrival and arrival.is_same_node:
                    own_node.append(way)
                elif not isinstance(way.question.target, PodEnd):
                    outside.append(way)
        known = ~inside.as_destinations()
        far = agreed(way.verdicts() for way in outside) & known
        near = agreed(way.verdicts() for way in own_node) & known
        return Exit(
            outside=passing(far, Field.SOURCE),
            outside_all=without(far.flows, Field.SOURCE),
            own_node=passing(near, Field.SOURCE),
            own_node_all=without(near.flows, Field.SOURCE),
            inside=inside,
            is_even=is_even(far, Field.SOURCE) and is_even(near, Field.SOURCE),
        )

    def _is_stray(self, workload: Workload) -> bool:
        """Whether pods have addresses that their pools' ranges do not hold."""
        if not workload.addresses:
            return False
        known = self._paths.asking.addresses(PodEnd(workload))
        wide = self._paths.asking.addresses(PodEnd(replace(workload, pods=())))
        return not known <= wide


def stand_in(place: Place) -> Workload:
    """Return a workload that stands for all that may be in a place."""
    return Workload(
        namespace="",
        name="any",
        kind="Pod",
        labels=(),
        origin=_NOWHERE,
        host_network=place.host_network,
        node_pool=place.pool,
        pods=place.pods,
    )


def _is_by_identity(way: Branch) -> bool:
    """Whether both policies see a pod's own address at the other end of a way."""
    source = way.start.kind is StartKind.POD
    if way.start.kind is StartKind.NOWHERE and way.start.workload is not None:
        source = not way.start.workload.host_network
    arrival = way.arrival
    if arrival is not None and arrival.kind is not ArrivalKind.POD:
        return False
    target = way.question.target
    if isinstance(target, PodEnd) and target.workload.host_network:
        return False
    return source and all(each.sources is None for each in way.rewrites)


def _identified(way: Branch, pods: Space) -> Space:
    """Return the destinations of a way for which policy asks who is there."""
    headers = _destinations(way)
    if isinstance(way.question.target, PodEnd):
        return headers
    if way.arrival is None or way.arrival.kind not in _POD_KINDS:
        return Space()
    if any(each.destinations is not None for each in way.rewrites):
        return headers
    return headers & pods


def _destinations(way: Branch) -> Space:
    return from_intervals(way.flows.project(Field.DESTINATION))


_NOWHERE = Origin("")
