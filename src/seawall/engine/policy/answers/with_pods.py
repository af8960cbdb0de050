"""What workloads exchange with pods, whichever these are.

The policies of the other end are not asked.
"""

from collections.abc import Iterator

from seawall.engine.policy.answers.answer import ServiceMask
from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.rows.bits import set_of
from seawall.engine.policy.rows.row import Term
from seawall.model.policy import Direction
from seawall.model.workload import Workload


class WithPods:
    """Answers for one direction. Pods on the host network do not count: they are nodes.

    Complexity: units to begin with; then cells of the rows of a workload.
    """

    def __init__(self, table: PolicyTable, direction: Direction) -> None:
        self._table, self._direction = table, direction
        columns, units = table.index.columns, table.index.units
        self._pods = {
            family: columns.pods
            & set_of(at for at in units.present if family in units.units[at].families)
            for family in columns.families
        }

    def every(self, workload: Workload) -> ServiceMask:
        """Return what passes between *workload* and each pod, itself among them."""
        services = self._table.services
        sure = possible = services.everything
        for pods, cells in self._cells(workload):
            left = pods
            for mask, columns in cells:
                if columns & pods:
                    sure &= services.sure(mask)
                    possible &= services.possible(mask)
                    left &= ~columns
            if left:
                return ServiceMask(0, 0)
        return ServiceMask(sure, possible)

    def some(self, workload: Workload) -> ServiceMask:
        """Return what passes between *workload* and one pod or another."""
        services = self._table.services
        sure = possible = 0
        for pods, cells in self._cells(workload):
            for mask, columns in cells:
                if columns & pods:
                    sure |= services.sure(mask)
                    possible |= services.possible(mask)
        return ServiceMask(sure, possible)

    def _cells(self, workload: Workload) -> Iterator[tuple[int, list[Term]]]:
        """Yield the pods there are, and disjoint cells, for each unit and family."""
        columns = self._table.index.columns
        for family, pods in self._pods.items():
            first = columns.first_unit(family)
            for unit in self._table.units(workload):
                row = self._table.row(unit, self._direction)
                yield pods, row.part(first, columns.units)
