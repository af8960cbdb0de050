"""Which workloads fare alike, so that a question need be asked only once."""

from collections.abc import Iterable

from seawall.engine.path import PathModel, PolicyOracle
from seawall.engine.policy import PolicyTable
from seawall.flowspace import FlowSet
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
        grips = frozenset(
            table.grip(unit, Direction.EGRESS) for unit in table.units(workload)
        )
        key = (_pools(paths, workload), workload.host_network, grips)
        groups.setdefault(key, []).append(workload)
    return tuple(tuple(group) for group in groups.values())


def alike_toward(
    paths: PathModel,
    policies: PolicyOracle,
    groups: Iterable[tuple[Workload, ...]],
    headers: FlowSet,
) -> tuple[tuple[Workload, ...], ...]:
    """Put groups together that fare alike when they send certain headers.

    Other policies may hold them, and other rules decide; what becomes of packets to
    nodes and to addresses outside is the same.

    Args:
        paths: Says where pods may run.
        policies: The policies that hold them.
        groups: Those of `alike_outward`.
        headers: What is asked about, whatever the address.
    """
    found: dict[object, list[Workload]] = {}
    for group in groups:
        first = group[0]
        oracle = policies.unfreed if first.egress_gateway else policies
        rulings = (oracle.egress(first, None), oracle.own_node(first))
        parts = tuple(
            (ruling.denied & headers, ruling.unknown & headers) for ruling in rulings
        )
        where = (_pools(paths, first), first.host_network, first.egress_gateway)
        found.setdefault((where, parts), []).extend(group)
    return tuple(tuple(each) for each in found.values())


def _pools(paths: PathModel, workload: Workload) -> tuple[str, ...]:
    starts = paths.starts(PodEnd(workload))
    return tuple(start.pool.name if start.pool else "" for start in starts)
