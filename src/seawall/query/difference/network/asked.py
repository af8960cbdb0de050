"""Which rows are asked of both sides: no more than may differ.

Names and side doors cost most. Where policies hold a workload alike, they are asked
only about what the network itself does otherwise.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, partial

from seawall.engine.path import Answers, Partition
from seawall.flowspace import FlowSet
from seawall.model.end import ApiServerEnd, NameEnd, PodEnd
from seawall.model.trace import AccessPath
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.control_plane.api_server import HTTPS
from seawall.query.difference.answer import Difference
from seawall.query.difference.change import ChangedEnd, OwnNode
from seawall.query.difference.network.alike import alike
from seawall.query.difference.network.nodes import (
    rows_between_nodes,
    rows_from_nodes,
    rows_to_nodes,
)
from seawall.query.difference.network.rows import (
    Anywhere,
    Key,
    Row,
    api_rows,
    exit_rows,
    inward_rows,
    name_rows,
    names_of,
    node_rows,
    nothing_of,
    outward_rows,
)
from seawall.query.difference.network.spoken import (
    mentioned_otherwise,
    recorded_otherwise,
)
from seawall.query.difference.network.survey import EVERYTHING, Survey
from seawall.query.difference.side import Name, name_of
from seawall.query.reach.network import Judge, Place, stand_in
from seawall.query.services import asked_services
from seawall.query.side_doors.alike import alike_outward
from seawall.query.side_doors.answer import side_doors

Both = tuple[Row | None, Row | None]
Met = tuple[Key, Both, FlowSet]
_OfNames = dict[tuple[Place, str], tuple[Partition, tuple[AccessPath, ...]]]
SYSTEM = "kube-system"
_OPEN = (Answers.UNKNOWN, Answers.CLUSTER)
"""Answers behind which pods may stand."""


class Asked:
    """The rows of two sides.

    Attributes:
        everyone: The workloads of both.
    """

    def __init__(
        self, policy: Difference, left: Survey, right: Survey, *, is_alike: bool
    ) -> None:
        """Take both sides.

        Args:
            policy: What policies let pass differently.
            left: One side.
            right: The other.
            is_alike: Whether the network does the same with every packet.
        """
        self._policy, self._sides, self._is_alike = policy, (left, right), is_alike
        self.everyone: tuple[Name, ...] = tuple({**left.positions, **right.positions})

    def rows(self) -> Iterator[Met]:
        """Yield the rows that may differ, of both sides together."""
        if not self._is_alike:
            yield from self.of_everyone()
            yield from self._met(lambda side: node_rows(side, self._names))
            yield from self._met(exit_rows)
        else:
            senders, takers = self._judged_otherwise
            if any(map(_reaches_pods, self._sides)):
                # Whether a pod may reach itself so is told nowhere else.
                senders = self.everyone
            yield from self._of_workloads(senders, takers)
        for name in self.everyone:
            asked = self._names_of(name)
            if asked:
                self._wanted.setdefault(asked, []).append(name)
        for wanted, names in self._wanted.items():
            yield from self._met(partial(_named, names=names, asked=wanted))

    def of_everyone(self) -> Iterator[Met]:
        """Yield the rows of all workloads and nodes with addresses, and of the API."""
        yield from self._of_workloads(self.everyone, self.everyone)
        yield from self._met(rows_from_nodes, self._reached)
        yield from self._met(rows_to_nodes)
        yield from self._met(rows_between_nodes)
        services = asked_services(HTTPS, ApiServerEnd())
        yield from self._met(api_rows, services)

    @cached_property
    def _wanted(self) -> dict[tuple[tuple[str, str], ...], list[Name]]:
        return {}

    @cached_property
    def is_unsure_of_names(self) -> bool:
        """Whether the network leaves open, on both sides, what reaches some name."""
        one, two = (self._by_network(side) for side in self._sides)
        return any(
            known[0].unknown and two[key][0].unknown
            for key, known in one.items()
            if key in two
        )

    @cached_property
    def to_side_doors(self) -> tuple[Name, ...]:
        """The workloads for which side doors may differ."""
        if self._is_alike or self._are_side_doors_alike:
            return tuple(self._held_otherwise)
        return self.everyone

    @cached_property
    def _are_side_doors_alike(self) -> bool:
        """Whether the network itself does the same with packets to side doors."""
        one, two = (side.case.snapshot for side in self._sides)
        return (
            self._is_one_plane
            and alike(one.cluster, two.cluster)
            and alike(one.fabric.subnets, two.fabric.subnets)
            and alike(one.fabric.networks, two.fabric.networks)
            and self._unpoliced(self._sides[0]) == self._unpoliced(self._sides[1])
        )

    def _unpoliced(self, side: Survey) -> list[object]:
        """Return what side doors are without policies, to one workload a place."""
        of_places: dict[object, Name] = {}
        for name in self.everyone:
            if all(name in each.positions for each in self._sides):
                of_places.setdefault(self._places(name), name)
        case = Case(side.case.snapshot, "none")
        found = side_doors(case, map(side.workload, of_places.values()))
        return [(it.door.name, it.workloads, it.pools, it.verdict) for it in found]

    @property
    def _is_one_plane(self) -> bool:
        """Whether the same engine enforces policies on both sides."""
        one, two = (side.case.dataplane for side in self._sides)
        return one == two

    @cached_property
    def _names(self) -> tuple[tuple[str, str], ...]:
        left, right = (side.case for side in self._sides)
        names = names_of(left) | names_of(right) | recorded_otherwise(left, right)
        return tuple(sorted(names.items()))

    @cached_property
    def _mentioned(self) -> tuple[tuple[str, str], ...]:
        """The names in policies that differ."""
        left, right = (side.case for side in self._sides)
        return tuple(sorted(mentioned_otherwise(left, right).items()))

    @cached_property
    def _judged_otherwise(self) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
        """Those that policies let send, and those that they let receive, otherwise."""
        changes = self._policy.changes
        return (
            tuple(_workloads(end for it in changes for end in it.sources)),
            tuple(_workloads(end for it in changes for end in it.destinations)),
        )

    @cached_property
    def _held_otherwise(self) -> dict[Name, None]:
        """Those that policies hold otherwise towards addresses, or names' servers."""
        left, right = self._sides
        found = {
            name: None
            for name in self.everyone
            if name not in left.positions or name not in right.positions
        }
        for change in self._policy.changes:
            if any(map(_is_outside, change.destinations)):
                found.update(dict.fromkeys(_workloads(change.sources)))
        return found

    def _names_of(self, name: Name) -> tuple[tuple[str, str], ...]:
        """Return the names about which a workload has to be asked."""
        known = self._names
        if name not in self._held_otherwise and self._is_one_plane:
            wanted = self._turned.get(self._places(name), set()) | self._to_pods
            known = tuple(item for item in known if item[0] in wanted)
        return tuple(dict.fromkeys((*known, *self._mentioned)))

    def _places(self, name: Name) -> tuple[Place | None, Place | None]:
        left, right = self._sides
        return left.place(name), right.place(name)

    @cached_property
    def _turned(self) -> dict[tuple[Place | None, Place | None], set[str]]:
        """For each place, the names with whose packets the network does otherwise."""
        found: dict[tuple[Place | None, Place | None], set[str]] = {}
        if self._is_alike or not self._names:
            return found
        one, two = (self._by_network(side) for side in self._sides)
        for places in dict.fromkeys(map(self._places, self.everyone)):
            here, there = places
            found[places] = {
                text
                for text, _ in self._names
                if here is None or there is None or one[here, text] != two[there, text]
            }
        return found

    @cached_property
    def _to_pods(self) -> frozenset[str]:
        """The names behind which pods may stand, if policies are others."""
        found: set[str] = set()
        one, two = (side.case.snapshot.objects for side in self._sides)
        if alike(one, two):
            return frozenset()
        for side in self._sides:
            paths = side.case.paths
            inside = side.layers.classes.reserved() | paths.atlas.known
            homes = [net.id for net in side.case.snapshot.fabric.networks]
            for text, example in self._names:
                for home in (None, *homes):
                    answer = paths.resolve(example, home)
                    private = answer.answer is Answers.PRIVATE
                    resource = answer.resource or answer.endpoints
                    if answer.answer in _OPEN or (
                        private and not resource and answer.addresses & inside
                    ):
                        found.add(text)
        return frozenset(found)

    def _by_network(self, side: Survey) -> "_OfNames":
        """Return what the network alone does with packets to names, and their ways."""
        known = self._networks.get(id(side))
        if known is None:
            known = self._networks[id(side)] = {}
            for place in _places_of(side):
                end = PodEnd(stand_in(place))
                for text, example in self._names:
                    answer = side.case.paths.partition(end, NameEnd(example))
                    known[place, text] = answer.partition, answer.paths
        return known

    @cached_property
    def _networks(self) -> "dict[int, _OfNames]":
        return {}

    def _of_workloads(
        self, senders: Iterable[Name], takers: Iterable[Name]
    ) -> Iterator[Met]:
        asked = self._reached
        senders, takers = tuple(senders), tuple(takers)
        yield from self._met(lambda side: outward_rows(side, senders), asked)
        yield from self._met(lambda side: inward_rows(side, takers))

    @cached_property
    def _reached(self) -> FlowSet:
        """What goes to the addresses that both sides are asked about."""
        left, right = self._sides
        return (left.asked & right.asked).as_destinations()

    def _met(
        self,
        rows_of: Callable[[Survey], Iterable[tuple[Key, Row]]],
        asked: FlowSet = EVERYTHING,
    ) -> Iterator[Met]:
        """Yield the rows of both sides together.

        A side that lacks a row of ends that are there lets nothing pass.
        """
        one, two = (dict(rows_of(side)) for side in self._sides)
        left, right = self._sides
        for key in dict.fromkeys((*one, *two)):
            rows = one.get(key), two.get(key)
            known = rows[0] or rows[1]
            if known is not None and not all(rows):
                nothing = nothing_of(known)
                rows = (
                    rows[0] or _unless_absent(key, left, nothing),
                    rows[1] or _unless_absent(key, right, nothing),
                )
            yield key, rows, asked


def _named(
    side: Survey, names: Iterable[Name], asked: Iterable[tuple[str, str]]
) -> Iterator[tuple[Key, Row]]:
    here = [name for name in names if name in side.positions]
    by_workload = {id(side.workload(name)): name for name in here}
    groups = alike_outward(side.case.paths, side.case.table, map(side.workload, here))
    for group in groups:
        yield from name_rows(side, [by_workload[id(it)] for it in group], asked)


def _unless_absent(key: Key, survey: Survey, row: Row) -> Row | None:
    ends = [it for it in (key.source, key.target) if isinstance(it, tuple)]
    names = [it for it in ends if not isinstance(it, Anywhere)]
    here = bool(names) and all(it in survey.positions for it in names)
    return row if here else None


def _reaches_pods(side: Survey) -> bool:
    """Whether what pods send to addresses may come to pods, whose policies decide."""
    layers, to = side.layers, side.asked
    firsts = {layers.classes.place(at): at for at in range(len(side.positions))}
    for at in firsts.values():
        _, found = layers.classes.leaving(at, to)
        if found.inside or any(it.judge is Judge.PODS for it in found.choices):
            return True
    return False


def _places_of(side: Survey) -> Iterable[Place]:
    places = map(side.layers.classes.place, range(len(side.positions)))
    return dict.fromkeys(places)


def _is_outside(end: ChangedEnd) -> bool:
    """Whether an end is no pod, or one that may answer for names."""
    if isinstance(end, Workload):
        return end.namespace == SYSTEM
    return isinstance(end, tuple | OwnNode)


def _workloads(ends: Iterable[ChangedEnd]) -> list[Name]:
    found = (name_of(end) for end in ends if isinstance(end, Workload))
    return list(dict.fromkeys(found))
