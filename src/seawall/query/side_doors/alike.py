"""Which workloads fare alike, so that a question need be asked only once."""

from collections.abc import Iterable

from seawall.engine.path import PathModel
from seawall.engine.policy import PolicyTable
from seawall.model.end import PodEnd
from seawall.model.policy import Direction
from seawall.model.workload import Workload


def alike_outward(
    paths: PathModel, table: PolicyTable, workloads: Iterable[Workload]
) -> tuple[tuple[Workload, ...], ...]:
    """Group workloads whose packets to addresses outside are decided alike.

    They run on the same pools, in the same network mode, and the same policies hold
    them. Only their own addresses may differ.

    Returns:
        Groups in the order of their first workloads.
    """
    groups: dict[object, list[Workload]] = {}
    for workload in workloads:
        starts = paths.starts(PodEnd(workload))
        pools = tuple(start.pool.name if start.pool else "" for start in starts)
        grips = frozenset(
            table.grip(unit, Direction.EGRESS) for unit in table.units(workload)
        )
        key = (pools, workload.host_network, grips)
        groups.setdefault(key, []).append(workload)
    return tuple(tuple(group) for group in groups.values())
