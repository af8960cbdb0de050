"""Which nodes pods run on, as far as it is known, and who shares one.

Two ends share a node surely, surely not, or perhaps. What follows for policies is left
to `table`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_, or_

from seawall.engine.policy.ends.addresses import AddressClasses
from seawall.engine.policy.ends.unit import Units
from seawall.engine.policy.rows.bits import indices
from seawall.model.address import Address
from seawall.model.dataplane import Tri
from seawall.model.workload import Pod, Workload

Spot = tuple[str | None, tuple[Address, ...]]
"""A node as one pod shows it: its name and its addresses, either of which may lack."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Where those pods of one workload run that are one unit.

    Attributes:
        unit: The unit.
        spots: The set of spots that they are known to be at.
        is_open: Whether some are at a place that is not known.
        pool: The node pool that they are pinned to.
        host: Whether they use their node's network.
    """

    unit: int
    spots: int
    is_open: bool
    pool: str | None
    host: bool


@dataclass(frozen=True, slots=True)
class _Kin:
    """How the spots of one stay compare with all spots, as sets of these.

    Attributes:
        shared: Those that are the same node as one of the stay's.
        doubtful: Those that may be, but are not known to be, the same as one.
        common: Those that may be the same as every one.
    """

    shared: int
    doubtful: int
    common: int


class Whereabouts:
    """The nodes of some workloads' pods."""

    def __init__(
        self,
        workloads: Sequence[Workload],
        units: Units,
        addresses: AddressClasses,
        node_classes: int,
    ) -> None:
        """Take note of every node that a pod is known to run on.

        Args:
            workloads: The workloads.
            units: Their units.
            addresses: The address classes; known nodes have classes of their own.
            node_classes: The classes that may be addresses of nodes.

        Complexity: linear in the number of pods.
        """
        self._workloads, self._units = workloads, units
        self._addresses, self._node_classes = addresses, node_classes
        self._spots: dict[Spot, int] = {}
        for workload in workloads:
            # A finished pod still tells what its node is.
            for pod in workload.pods:
                self._spots.setdefault(spot_of(workload, pod), len(self._spots))
        self._named: dict[str | None, int] = {}
        self._holding: dict[Address, int] = {}
        self._having = {4: 0, 6: 0}
        self._classes: dict[str | None, int] = {}
        for (name, found), at in self._spots.items():
            self._named[name] = self._named.get(name, 0) | 1 << at
            classes = self._classes.get(name, 0)
            for address in found:
                self._holding[address] = self._holding.get(address, 0) | 1 << at
                self._having[address.version] |= 1 << at
                classes |= self._class_of(address)
            self._classes[name] = classes
        self._of_spot = list(self._spots)
        self._stays: dict[int, tuple[Stay, ...]] = {}
        self._kin: dict[int, _Kin] = {}

    def stays(self, number: int) -> tuple[Stay, ...]:
        """Return where the pods of the workload at a position run, by unit."""
        found = self._stays.get(number)
        if found is None:
            workload = self._workloads[number]
            units = self._units.of_workload[number]
            places: dict[int, int] = dict.fromkeys(units, 0)
            is_open = dict.fromkeys(units, not workload.pods)
            for pod in workload.pods if workload.runs else ():
                at = units[0]
                if len(units) > 1:
                    at = self._units.of_pod(workload, pod)
                spot = spot_of(workload, pod)
                if spot == (None, ()):
                    is_open[at] = True
                else:
                    places[at] |= 1 << self._spots[spot]
            found = self._stays[number] = tuple(
                _stay(workload, unit, places[unit], is_open=is_open[unit])
                for unit in units
            )
        return found

    def stay_of(self, workload: Workload, pod: Pod) -> Stay:
        """Return where one pod runs."""
        spot = spot_of(workload, pod)
        is_open = spot == (None, ())
        places = 0 if is_open else 1 << self._spots[spot]
        unit = self._units.of_pod(workload, pod)
        return _stay(workload, unit, places, is_open=is_open)

    def together(self, one: Stay, other: Stay) -> Tri:
        """Return whether each pod of *one* shares its node with each of *other*.

        Undefined if only some do, or if it is not known. Names tell nodes apart where
        both are known, else addresses of one family do, else different pools do.
        """
        apart = None not in (one.pool, other.pool) and one.pool != other.pool
        kin = self._kin_of(one.spots)
        same = bool(other.spots & kin.shared)
        doubt = bool(other.spots & kin.doubtful)
        differ = bool(one.spots and other.spots & ~kin.common)
        if one.is_open or other.is_open:
            doubt = True
        differ |= doubt and apart
        doubt &= not apart
        if doubt or (same and differ):
            return Tri.UNDEFINED
        return Tri.YES if same else Tri.NO

    def own_classes(self, stay: Stay) -> tuple[int, int]:
        """Return the address classes of the node that all pods of a stay run on.

        Returns:
            The classes that are surely its addresses, and those that may be, for some
            pod.
        """
        sure, possible = self._addresses.everything, 0
        for at in indices(stay.spots):
            name, found = self._of_spot[at]
            own = 0
            for address in found:
                own |= self._class_of(address)
            others = 0
            if name is not None:
                own |= self._classes[name]
                others = self._named_classes & ~own
            sure &= own
            possible |= own
            for version, classes in self._addresses.of_version.items():
                if not any(address.version == version for address in found):
                    possible |= classes & self._node_classes & ~others
        if stay.is_open:
            sure = 0
            possible |= self._node_classes
        return sure & possible, possible

    @cached_property
    def _named_classes(self) -> int:
        return reduce(
            or_,
            (held for name, held in self._classes.items() if name is not None),
            0,
        )

    def _class_of(self, address: Address) -> int:
        at = self._addresses.class_of(address)
        return 0 if at is None else 1 << at

    def _kin_of(self, spots: int) -> _Kin:
        found = self._kin.get(spots)
        if found is None:
            every = [self._alike(at) for at in indices(spots)]
            found = self._kin[spots] = _Kin(
                shared=reduce(or_, (sure for sure, _ in every), 0),
                doubtful=reduce(or_, (maybe & ~sure for sure, maybe in every), 0),
                common=reduce(and_, (sure | maybe for sure, maybe in every), -1),
            )
        return found

    def _alike(self, at: int) -> tuple[int, int]:
        """Return the spots that are the same node as one, and those that may be."""
        name, addresses = self._of_spot[at]
        holding = reduce(or_, (self._holding[item] for item in addresses), 0)
        comparable = reduce(or_, (self._having[item.version] for item in addresses), 0)
        unseen = ~comparable & (1 << len(self._of_spot)) - 1
        if name is None:
            return holding, unseen
        nameless = self._named.get(None, 0)
        return self._named[name] | holding & nameless, unseen & nameless


def _stay(workload: Workload, unit: int, spots: int, *, is_open: bool) -> Stay:
    return Stay(unit, spots, is_open, workload.node_pool, workload.host_network)


def spot_of(workload: Workload, pod: Pod) -> Spot:
    """Return the node that a pod shows."""
    found: Iterable[Address] = pod.node_addresses
    if workload.host_network:
        found = (*pod.node_addresses, *pod.addresses)
    return pod.node, tuple(dict.fromkeys(found))
