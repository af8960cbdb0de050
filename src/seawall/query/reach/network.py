"""What the network between ends does to the connections of whole classes of workloads.

The network knows where a pod may be and not what it is called, so workloads that may
be in the same places are one class, and each pair of classes is walked once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Final

from seawall.engine.path import (
    ArrivalKind,
    Branch,
    Partition,
    PathModel,
    Space,
    StartKind,
    gateway_note,
)
from seawall.engine.path.ground.space import from_intervals
from seawall.engine.path.ground.verdicts import agreed
from seawall.flowspace import Field, FlowSet
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.end import AddressEnd, PodEnd
from seawall.model.origin import Origin
from seawall.model.workload import Pod, Workload
from seawall.query.reach.cells import (
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
        gateway: The annotations that name their static egress gateway.
    """

    host_network: bool
    pool: str | None
    pods: tuple[Pod, ...] = ()
    gateway: tuple[tuple[str, str], ...] = ()


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


class Judge(Enum):
    """Who decides for policy about packets that a workload sends to addresses."""

    ADDRESS = "egress policy, by the address"
    PASSED_BY = "egress policy where it allows; what it denies is not known"
    OWN_NODE = "what a pod may send to its own node"
    PODS = "the policies of both ends, for each pod that may have the address"


@dataclass(frozen=True, slots=True)
class Choice:
    """Destinations that one policy question decides about.

    Attributes:
        judge: Which question that is.
        place: Where the pods are that may have the address, for `Judge.PODS`.
        passing: What the network lets pass.
        every: All headers of the choice, passing or not.
    """

    judge: Judge
    place: Place | None
    passing: Passing
    every: FlowSet


@dataclass(frozen=True, slots=True)
class Exit:
    """What the network does with what a class of workloads sends to addresses.

    Attributes:
        choices: Where several hold the same header, the platform may choose.
        inside: Destinations for which each packet has to be walked: doors of the
            cluster, and addresses that are known to be a pod's.
        is_even: Whether all pods of the class fare alike.
    """

    choices: tuple[Choice, ...]
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
                gateway_note(item),
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
        return Place(
            workload.host_network,
            workload.node_pool,
            workload.pods,
            gateway_note(workload),
        )

    def reserved(self) -> Space:
        """Return the addresses that surely belong to pods, if to anything."""
        atlas = self._paths.atlas
        found = atlas.pod_space
        if atlas.addressing is Addressing.POD_SUBNET:
            for pool in atlas.pools:
                subnet = atlas.subnet(pool.pod_subnet.value)
                found = found | Space.of(subnet.prefixes if subnet else ())
        return found | self._known

    def is_open(self, source: int, destination: int) -> bool:
        """Say whether the network lets everything pass between two places.

        It holds for all workloads in these places then, wherever in them they are.
        """
        return self.is_open_between(self._places[source], self._places[destination])

    def is_open_between(self, here: Place, there: Place) -> bool:
        """Say the same of two places."""
        return self.crossing(here, there).means is Means.POLICY

    def between(self, source: int, destination: int) -> tuple[Place, Place, Crossing]:
        """Return what the network does between two workloads, and for which places."""
        here, there = self._places[source], self._places[destination]
        found = self.crossing(here, there)
        if found.means is Means.BOTH and not found.is_even:
            here, there = self.exact(source), self.exact(destination)
            found = self.crossing(here, there)
        elif found.means is Means.WALK:
            here, there = self.exact(source), self.exact(destination)
        return here, there, found

    def crossing(self, here: Place, there: Place) -> Crossing:
        """Return what the network does between all that may be in two places."""
        key = (here, there)
        if key not in self._crossings:
            self._crossings[key] = self._crossed(
                PodEnd(stand_in(here)), PodEnd(stand_in(there))
            )
        return self._crossings[key]

    def _crossed(self, source: PodEnd, target: PodEnd) -> Crossing:
        if source.workload.egress_gateway:
            # Where it leaves by a static egress gateway, no policy denies it.
            return Crossing(Means.WALK)
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
        inside = Space()
        groups: dict[tuple[Judge, Place | None], list[Partition]] = {}
        for start in self._paths.starts(source):
            for way in self._paths.walk(start, AddressEnd(to.ranges)):
                inside = inside | self._walked(way)
                for judge, place, part in self._judged(way):
                    groups.setdefault((judge, place), []).append(part)
        known = ~inside.as_destinations()
        choices = []
        even = True
        for (judge, place), parts in groups.items():
            whole = agreed(parts) & known
            even = even and is_even(whole, Field.SOURCE)
            every = without(whole.flows, Field.SOURCE)
            choices.append(Choice(judge, place, passing(whole, Field.SOURCE), every))
        return Exit(tuple(choices), inside, even)

    def _walked(self, way: Branch) -> Space:
        """Return the destinations of a way that each workload has to be walked to."""
        there = from_intervals(way.flows.project(Field.DESTINATION))
        if isinstance(way.question.target, PodEnd):
            return there
        if way.arrival is None:
            return Space()
        if way.arrival.kind not in _POD_KINDS:
            return there & self._past_nodes
        if any(each.destinations is not None for each in way.rewrites):
            return there
        if way.rewrites or way.start.kind is not StartKind.POD:
            return there & (self._known | self._unplaced)
        return there & self._known

    def _judged(self, way: Branch) -> Iterator[tuple[Judge, Place | None, Partition]]:
        """Yield the flows of a way by who decides about them for policy.

        A destination that may be a pod's is judged as each pod that it may be.
        """
        part = way.verdicts()
        if way.past_policy:
            yield Judge.PASSED_BY, None, part
            return
        kind = way.arrival.kind if way.arrival else None
        near = way.arrival is not None and way.arrival.is_same_node
        if kind is not ArrivalKind.POD:
            yield Judge.OWN_NODE if near else Judge.ADDRESS, None, part
        if kind not in _POD_KINDS:
            return
        for place, space in self._candidates.items():
            held = part & space.as_destinations()
            if held.flows:
                yield Judge.PODS, place, held
        if kind is ArrivalKind.POD:
            yield Judge.ADDRESS, None, part & ~self._unplaced.as_destinations()

    @cached_property
    def _candidates(self) -> dict[Place, Space]:
        """The addresses of pods of which no address is known, by place."""
        addresses = self._paths.asking.addresses
        return {
            place: addresses(PodEnd(stand_in(place)))
            for place in dict.fromkeys(
                place
                for place, workload in zip(self._places, self._workloads, strict=True)
                if not workload.host_network
                and not workload.addresses
                and not workload.is_on_virtual_node
            )
        }

    @cached_property
    def _unplaced(self) -> Space:
        """The addresses that pods may have of which no address is known."""
        found = Space()
        for space in self._candidates.values():
            found = found | space
        return found

    @cached_property
    def _known(self) -> Space:
        """The addresses that are known to be those of pods."""
        return _addresses(it for it in self._workloads if not it.host_network)

    @cached_property
    def _past_nodes(self) -> Space:
        """The known addresses of pods on virtual nodes, where other machines are."""
        return _addresses(it for it in self._workloads if it.is_on_virtual_node)

    def members(self, place: Place) -> list[int]:
        """Return the positions of the workloads in a place without known addresses."""
        return [
            at
            for at, (held, workload) in enumerate(
                zip(self._places, self._workloads, strict=True)
            )
            if held == place and not workload.addresses
        ]

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
        annotations=place.gateway,
    )


def _addresses(workloads: Iterable[Workload]) -> Space:
    return Space.of(
        AddressRange.of(address) for each in workloads for address in each.addresses
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


_NOWHERE = Origin("")
