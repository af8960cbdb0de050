"""What workloads exchange with pods, whichever these are.

The policies of the other end are not asked.
"""

from collections.abc import Iterator

from seawall.engine.policy.answers.answer import ServiceMask
from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.rows.bits import set_of
from seawall.engine.policy.rows.row import Row, Term
from seawall.model.policy import Direction
from seawall.model.workload import Workload


class WithPods:
    """Answers for one direction. Pods on the host network do not count: they are nodes.

    Complexity: units to begin with; then cells of each row, once.
    """

    def __init__(self, table: PolicyTable, direction: Direction) -> None:
        self._table, self._direction = table, direction
        columns, units = table.index.columns, table.index.units
        self._pods = {
            family: columns.pods
            & set_of(at for at in units.present if family in units.units[at].families)
            for family in columns.families
        }
        self._every: dict[frozenset[Row], ServiceMask] = {}
        self._some: dict[frozenset[Row], ServiceMask] = {}

    def every(self, workload: Workload) -> ServiceMask:
        """Return what passes between *workload* and each pod, itself among them."""
        rows = self._rows(workload)
        if rows not in self._every:
            self._every[rows] = self._with_every(rows)
        return self._every[rows]

    def some(self, workload: Workload) -> ServiceMask:
        """Return what passes between *workload* and one pod or another."""
        rows = self._rows(workload)
        if rows not in self._some:
            self._some[rows] = self._with_some(rows)
        return self._some[rows]

    def _rows(self, workload: Workload) -> frozenset[Row]:
        units = self._table.units(workload)
        return frozenset(self._table.row(unit, self._direction) for unit in units)

    def _with_every(self, rows: frozenset[Row]) -> ServiceMask:
        services = self._table.services
        sure = possible = services.everything
        for pods, cells in self._cells(rows):
            left = pods
            for mask, columns in cells:
                if columns & pods:
                    sure &= services.sure(mask)
                    possible &= services.possible(mask)
                    left &= ~columns
            if left:
                return ServiceMask(0, 0)
        return ServiceMask(sure, possible)

    def _with_some(self, rows: frozenset[Row]) -> ServiceMask:
        services = self._table.services
        sure = possible = 0
        for pods, cells in self._cells(rows):
            for mask, columns in cells:
                if columns & pods:
                    sure |= services.sure(mask)
                    possible |= services.possible(mask)
        return ServiceMask(sure, possible)

    def _cells(self, rows: frozenset[Row]) -> Iterator[tuple[int, list[Term]]]:
        """Yield the pods there are, and disjoint cells, for each row and family."""
        columns = self._table.index.columns
        for family, pods in self._pods.items():
            first = columns.first_unit(family)
            for row in rows:
                yield pods, row.part(first, columns.units)
