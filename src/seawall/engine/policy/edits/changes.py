"""What an edit changes, between workloads and with addresses, and for the own node.

Everything is computed when it is asked for, and only for what the edit touched.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.edits.movers import Movers
from seawall.engine.policy.edits.rectangle import Comparison, Rectangle, Turned, turned
from seawall.engine.policy.ends.twins import Twins
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.model.address import AddressRange
from seawall.model.policy import Direction
from seawall.model.workload import Workload


@dataclass(frozen=True, slots=True)
class Ends:
    """Some workloads, kept as sets of units until they are asked for by name.

    Attributes:
        table: The table that knows them.
        units: Every workload all of whose pods are in one of these is meant.
        numbers: The positions of others.
        apart: The positions of those that are meant only by number.
    """

    table: PolicyTable
    units: int
    numbers: tuple[int, ...] = ()
    apart: frozenset[int] = frozenset()

    @property
    def workloads(self) -> tuple[Workload, ...]:
        """The workloads, by position."""
        known = self.table.index.units
        found = [
            at
            for unit in indices(self.units)
            for at in known.alone[unit]
            if at not in self.apart
        ]
        workloads = self.table.index.workloads
        return tuple(workloads[at] for at in sorted([*found, *self.numbers]))


@dataclass(frozen=True, slots=True)
class PairChange:
    """Workloads among which the same services change in the same way.

    Attributes:
        sources: Those that send.
        destinations: Those that receive: each from every source.
        before: The answer before, as `PolicyTable.mask` reads it.
        after: The answer after; another one.
    """

    sources: Ends
    destinations: Ends
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class AddressChange:
    """Workloads for which the same services change with the same addresses.

    Attributes:
        workloads: The workloads.
        direction: EGRESS for what they may send, INGRESS for what may reach them.
        classes: The set of address classes.
        before: The answer before.
        after: The answer after.
    """

    workloads: Ends
    direction: Direction
    classes: int
    before: int
    after: int

    @property
    def ranges(self) -> tuple[AddressRange, ...]:
        """The addresses."""
        return self.workloads.table.index.addresses.ranges(self.classes)


@dataclass(frozen=True, slots=True)
class NodeChange:
    """Workloads for which the same services to their own node change."""

    workloads: Ends
    before: int
    after: int


class Changes:
    """The differences between two tables of one layout.

    Answers of both are about the same services, those of `after.services`. They are
    compared for the workloads that both know; of those that came or went the tables say
    what passes.

    Attributes:
        before: The one table.
        after: The other.
        came: The workloads that only `after` knows.
        went: The workloads that only `before` knows.
    """

    def __init__(
        self,
        before: PolicyTable,
        after: PolicyTable,
        touched: Mapping[Direction, int],
        twins: Twins,
    ) -> None:
        """Take two tables; see `Comparison`.

        Args:
            before: The one table.
            after: The other.
            touched: For each direction, the units whose rows may differ.
            twins: The workloads of both.
        """
        self.before, self.after = before, after
        self.came = tuple(twins.after[at] for at in twins.came)
        self.went = tuple(twins.before[at] for at in twins.went)
        self._twin = twins.of
        self._movers = Movers.of(before, after, twins)
        self._apart = frozenset((*self._movers.moved, *twins.came))
        self._comparison = Comparison(before.compiled, after.compiled, touched)
        self._touched = self._comparison.touched
        self._held = touched[Direction.EGRESS]

    def __bool__(self) -> bool:
        listed = self.pairs or self.addresses or self.own_node
        return bool(listed or self.came or self.went)

    @cached_property
    def rectangles(self) -> tuple[Rectangle, ...]:
        """What changes between units: what `pairs` says, but for a few of its pairs.

        Those are of workloads with pods in several units, and of pods with workloads on
        the host network.
        """
        return tuple(self._comparison.rectangles())

    @cached_property
    def pairs(self) -> tuple[PairChange, ...]:
        """What changes between workloads; no pair is in two, unless it is unchanged.

        What a workload's pods may send to other pods of it is among them.
        """
        found = [
            PairChange(
                self._ends(item.sources),
                self._ends(item.destinations),
                item.before,
                item.after,
            )
            for item in self.rectangles
        ]
        single: dict[tuple[int, int, int], list[int]] = {}
        for source, destination in sorted(self._one_by_one()):
            one, other = self._twin[source], self._twin[destination]
            if one is None or other is None:
                continue
            was = self.before.answer(one, other)
            now = self.after.answer(source, destination)
            if was != now:
                single.setdefault((source, was, now), []).append(destination)
        found += [
            PairChange(
                Ends(self.after, 0, (source,)),
                Ends(self.after, 0, tuple(destinations)),
                was,
                now,
            )
            for (source, was, now), destinations in single.items()
        ]
        return tuple(found)

    @cached_property
    def addresses(self) -> tuple[AddressChange, ...]:
        """What changes with addresses that are no pods."""
        out = []
        for direction in Direction:
            grouped: dict[tuple[Turned, ...], list[int]] = {}
            for unit in indices(self._touched[direction]):
                cells = self._unit_cells(unit, direction)
                if cells:
                    grouped.setdefault(cells, []).append(unit)
            for cells, units in grouped.items():
                ends = self._ends(set_of(units))
                out += [AddressChange(ends, direction, c, a, b) for a, b, c in cells]
            for number in sorted({*self._numbers(self._touched[direction])}):
                was = self._twin[number]
                if was is None:
                    continue
                ends = Ends(self.after, 0, (number,))
                cells = _differing(
                    turned(
                        self.before.cells(was, direction),
                        self.after.cells(number, direction),
                    )
                )
                out += [AddressChange(ends, direction, c, a, b) for a, b, c in cells]
        return tuple(out)

    @cached_property
    def own_node(self) -> tuple[NodeChange, ...]:
        """What changes for what pods may send to the node that they run on."""
        known = self.after.index.units
        # What a row says of nodes as nodes it need not say of addresses.
        touched = self._held
        out: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
        for unit in indices(touched):
            turn = self._to_node((unit,))
            if turn[0] != turn[1]:
                out.setdefault(turn, ([], []))[0].append(unit)
        numbers = {
            at for at in known.scattered if touched & set_of(known.of_workload[at])
        }
        for number in sorted(numbers.union(self._movers.moved)):
            twin = self._twin[number]
            if twin is None:
                continue
            was = self.before.own_node_answer(self._units_before[twin])
            now = self.after.own_node_answer(known.of_workload[number])
            if was != now:
                out.setdefault((was, now), ([], []))[1].append(number)
        return tuple(
            NodeChange(self._ends(set_of(units), tuple(numbers)), was, now)
            for (was, now), (units, numbers) in out.items()
        )

    @property
    def _units_before(self) -> list[tuple[int, ...]]:
        return self.before.index.units.of_workload

    def _ends(self, units: int, numbers: tuple[int, ...] = ()) -> Ends:
        return Ends(self.after, units, numbers, self._apart)

    def _one_by_one(self) -> set[tuple[int, int]]:
        """Return the pairs of workloads for which units alone do not answer."""
        index = self.after.index
        units = index.units
        pairs = set(self._movers.pairs)
        if units.scattered:
            scattered = {at: set_of(units.of_workload[at]) for at in units.scattered}
            for item in self.rectangles:
                sources, destinations = item.sources, item.destinations
                from_each = [at for at, held in scattered.items() if held & sources]
                to_each = [at for at, held in scattered.items() if held & destinations]
                if from_each or to_each:
                    pairs.update((a, b) for a in from_each for b in to_each)
                    living = _residents(self.after, destinations)
                    pairs.update((a, b) for a in from_each for b in living)
                    living = _residents(self.after, sources)
                    pairs.update((a, b) for a in living for b in to_each)
        touched = self._touched[Direction.INGRESS] | self._touched[Direction.EGRESS]
        if index.columns.hosts and index.columns.pods:
            for at in self._holders(touched):
                host = index.workloads[at].host_network
                for other, workload in enumerate(index.workloads):
                    if workload.host_network != host and units.of_workload[other]:
                        pairs |= {(at, other), (other, at)}
        return pairs

    def _holders(self, touched: int) -> Iterator[int]:
        """Yield the positions of the workloads with a pod in some units."""
        units = self.after.index.units
        for unit in indices(touched):
            yield from units.alone[unit]
        for at in units.scattered:
            if touched & set_of(units.of_workload[at]):
                yield at

    def _numbers(self, touched: int) -> Iterator[int]:
        """Yield the positions of workloads whose answers for addresses are their own.

        Either their pods are in several units, or it counts where they run.
        """
        yield from self._movers.moved
        yield from self._movers.astray
        if self._counts_nodes:
            yield from self._holders(touched)
            return
        units = self.after.index.units
        for at in units.scattered:
            if touched & set_of(units.of_workload[at]):
                yield at

    def _unit_cells(self, unit: int, direction: Direction) -> tuple[Turned, ...]:
        if self._counts_nodes:
            return ()
        tables = self.before, self.after
        before, after = (table.outside_cells((unit,), direction) for table in tables)
        return _differing(turned(before, after))

    @cached_property
    def _counts_nodes(self) -> bool:
        """Whether it counts for answers about addresses where a workload runs."""
        tables = self.before, self.after
        return any(table.index.peers.node_classes for table in tables)

    def _to_node(self, units: tuple[int, ...]) -> tuple[int, int]:
        return self.before.own_node_answer(units), self.after.own_node_answer(units)


def _residents(table: PolicyTable, units: int) -> list[int]:
    alone = table.index.units.alone
    return [at for unit in indices(units) for at in alone[unit]]


def _differing(found: Iterable[Turned]) -> tuple[Turned, ...]:
    return tuple(item for item in found if item[0] != item[1])
