"""Answers for addresses that are no pods: machines elsewhere, and nodes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from seawall.engine.policy.answers.answer import AddressPart, ServiceMask
from seawall.engine.policy.compile.agreement import agreed, agreed_cells, perhaps
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.compile.near import Near
from seawall.engine.policy.ends.whereabouts import Stay
from seawall.engine.policy.rows.row import Row, Term, disjoint_union, meet
from seawall.model.address import AddressRange
from seawall.model.dataplane import Tri
from seawall.model.policy import Direction


class Outside:
    """What pods may exchange with addresses, as cells over address classes."""

    def __init__(
        self,
        index: Index,
        rows: Mapping[Direction, Sequence[Row]],
        free: Row,
        near: Near,
        *,
        own_node_row: Callable[[int], Row],
    ) -> None:
        """Take what rows are asked of.

        Args:
            index: The compiled snapshot.
            rows: For each direction, the row of each unit.
            free: The row of units that no policy holds.
            near: What passes between pods and their own nodes.
            own_node_row: Returns what a unit may send, every node taken as its own.
        """
        self._index, self._rows, self._free, self._near = index, rows, free, near
        self._own_node_row = own_node_row
        self._kept: dict[int, list[Term]] = {}
        self._to_nodes: dict[int, int] = {}

    def cells(self, number: int, direction: Direction) -> list[Term]:
        """Return the answers of the workload at a position, as disjoint cells.

        Addresses that are, or may be, those of a pod's own node are judged as such.
        """
        units = self._index.units.of_workload[number]
        if self.key(number, direction) is not None:
            return self.cells_elsewhere(units, direction)
        rows = self._rows[direction]
        return agreed_cells(
            self._index.services,
            [
                disjoint_union(
                    [
                        *self._classes_of(rows[stay.unit]),
                        *self._exempt(stay, direction),
                    ]
                )
                for stay in self._near.whereabouts.stays(number)
            ],
        )

    def key(self, number: int, direction: Direction) -> tuple[int, ...] | None:
        """Return what the cells of a workload go by; None if it counts where it runs.

        Of workloads for which this is equal the cells are.
        """
        units = self._index.units.of_workload[number]
        rows = self._rows[direction]
        if (
            not self._index.peers.node_classes
            or not self._near.free(direction)
            or all(rows[unit] is self._free for unit in units)
        ):
            return tuple([id(rows[unit]) for unit in units])
        return None

    def _exempt(self, stay: Stay, direction: Direction) -> list[Term]:
        """Return what passes to or from the own node's addresses in any case."""
        cells = self._near.exempt_classes(stay, direction)
        limit = self._rows[direction][stay.unit].limit
        return cells if limit is None else meet(cells, self._classes_of(limit))

    def cells_elsewhere(self, units: Sequence[int], direction: Direction) -> list[Term]:
        """Return the answers of units, where no address is that of their own node."""
        rows = {id(row): row for row in (self._rows[direction][u] for u in units)}
        cells = [self._classes_of(row) for row in rows.values()]
        return agreed_cells(self._index.services, cells)

    def parts(
        self, cells: Iterable[Term], ranges: Iterable[AddressRange] | None
    ) -> tuple[AddressPart, ...]:
        """Return disjoint cells as parts of *ranges*, or of all addresses."""
        addresses, services = self._index.addresses, self._index.services
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
                mask = ServiceMask(services.sure(answer), services.possible(answer))
                out.append(AddressPart(held, mask))
        return tuple(sorted(out, key=lambda part: part.ranges[0]))

    def own_node(self, units: Iterable[int]) -> int:
        """Return what units may send to their own node, wherever that is.

        Source: AKS docs, migrate-from-npm-to-cilium-network-policy; projectcalico
        felix/rules; Azure/azure-container-networking npm/ chain-management_linux.go.
        """
        services = self._index.services
        free = self._free.cells[0][0]
        flag = self._index.dataplane.own_node_egress
        answers = []
        for unit in units:
            row = self._own_node_row(unit)
            answer = self._to_some_node(row)
            exempt = 0
            if flag is not Tri.NO:
                exempt = free if flag is Tri.YES else perhaps(services, free)
            if row.limit is not None:
                exempt &= self._to_some_node(row.limit)
            answers.append(answer | exempt)
        return agreed(services, answers)

    def _classes_of(self, row: Row) -> list[Term]:
        """Return the part of a row that is about address classes."""
        found = self._kept.get(id(row))
        if found is None:
            columns = self._index.columns
            found = row.part(columns.first_class, columns.classes)
            self._kept[id(row)] = found
        return found

    @cached_property
    def _some_node(self) -> int:
        """The address classes in which the nodes of the cluster may be."""
        index = self._index
        return index.addresses.touching(index.peers.node_candidates())

    def _to_some_node(self, row: Row) -> int:
        """Return what a row grants to whatever may be a node of the cluster."""
        if row is self._free:
            return self._free.cells[0][0]
        known = self._to_nodes.get(id(row))
        if known is None:
            known = self._to_nodes[id(row)] = self._found_to_nodes(row)
        return known

    def _found_to_nodes(self, row: Row) -> int:
        index, classes = self._index, self._some_node
        cells = self._classes_of(row)
        answers = [answer for answer, held in cells if held & classes]
        reached = 0
        for _, held in cells:
            reached |= held
        if classes & ~reached:
            answers.append(0)
        return agreed(index.services, answers)


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
