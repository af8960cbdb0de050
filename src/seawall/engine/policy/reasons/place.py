"""Where the ends of a packet stand in the rows, and where their pods run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.ends.whereabouts import Stay
from seawall.model.address import Address
from seawall.model.workload import Pod, Workload


@dataclass(frozen=True, slots=True)
class PodOf:
    """One pod of a workload."""

    workload: Workload
    pod: Pod


PolicyEnd = Workload | PodOf | Address
"""Any pod of a workload, one pod, or an address that is no pod's."""


@dataclass(slots=True)
class Place:
    """Pods that are one unit, or an address, and the column in each family.

    Without a stay it does not count where the pods run. Not to be changed.
    """

    unit: int | None
    stay: Stay | None
    columns: dict[int, int]


def may_be_near(source: PolicyEnd, destination: PolicyEnd) -> bool:
    """Whether it may count if one end runs on the other's node, or is that node."""
    if isinstance(source, Workload) and isinstance(destination, Workload):
        return source.host_network != destination.host_network
    return True


def places_of(table: PolicyTable, end: PolicyEnd, *, near: bool) -> Sequence[Place]:
    """Return the units of an end, each with its column by family.

    Args:
        table: The compiled policies.
        end: The end.
        near: Whether it may count where the end runs.
    """
    if not isinstance(end, Workload):
        return tuple(_places(table, end, near=near))
    known = table.kept.get(("end", id(end), near))
    # Another workload may have got the identity of one that is gone.
    if known is not None and known[0] is end:
        kept: tuple[Place, ...] = known[1]
        return kept
    found = tuple(_places(table, end, near=near))
    if not table.is_reduced(end):
        table.kept["end", id(end), near] = end, found
    return found


def _places(table: PolicyTable, end: PolicyEnd, *, near: bool) -> Iterator[Place]:
    layout = table.index.columns
    if isinstance(end, Workload) and not near:
        for unit in table.units(end):
            yield Place(unit, None, _columns(table, unit))
        return
    if not isinstance(end, Workload | PodOf):
        at = table.index.addresses.class_of(end)
        if at is not None:
            yield Place(None, None, {end.version: layout.first_class + at})
        return
    whereabouts = table.near.whereabouts
    if isinstance(end, Workload) and table.is_reduced(end) and end.pods:
        stays = tuple(whereabouts.stay_of(end, pod) for pod in end.pods)
    elif isinstance(end, Workload):
        stays = whereabouts.stays(table.number(end))
    elif end.workload.runs:
        stays = (whereabouts.stay_of(end.workload, end.pod),)
    else:
        stays = ()
    for stay in stays:
        yield Place(stay.unit, stay, _columns(table, stay.unit))


def _columns(table: PolicyTable, unit: int) -> dict[int, int]:
    """Return the column of a unit in each family."""
    layout, families = table.index.columns, table.index.units.units[unit].families
    return {family: layout.first_unit(family) + unit for family in families}
