"""Reads the answers for pods that do not exist yet off the rows of the workloads."""

from dataclasses import dataclass

from seawall.engine.policy import PolicyTable
from seawall.engine.policy.compile.agreement import agreed_cells
from seawall.engine.policy.rows.row import Term, disjoint_union
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload
from seawall.query.exposure.cover import Box, Point, boxes
from seawall.query.exposure.future import Crowd, Example, Region, regions
from seawall.query.exposure.label_space import TooManyError
from seawall.query.exposure.sight import Sight
from seawall.query.exposure.words import Peers, told

Services = tuple[tuple[str, str], ...]

Ports = tuple[tuple[Protocol, PortRange], ...]


@dataclass(frozen=True, slots=True)
class Exposure:
    """What one workload may exchange with some pods that do not exist yet.

    Attributes:
        peers: The pods.
        allowed: Pairs of protocol name and ports that surely pass.
        unknown: Pairs that may pass.
        named: Pairs of protocol name and port name that surely pass, whatever number a
            pod gives to the name.
        perhaps_named: Pairs that may pass.
    """

    peers: Peers
    allowed: Services
    unknown: Services
    named: Services
    perhaps_named: Services


Space = list[tuple[Region, dict[Point, Example]]]
"""The regions of a sight, with an example for each point."""


def space_of(snapshot: Snapshot, looks: Sight, crowd: Crowd) -> Space | str:
    """Return examples for every point that a sight tells apart.

    Returns:
        They, or why there is none, as a clause.
    """
    try:
        found = regions(looks, snapshot.objects.namespaces)
    except TooManyError as error:
        return str(error)
    return [
        (region, {point: crowd.example(region, point) for point in region.points()})
        for region in found
    ]


_Key = tuple[int, Services, Services]


class Reader:
    """Reads the answers of the future pods off the rows of the workloads."""

    def __init__(
        self,
        tables: list[PolicyTable],
        naming: list[PolicyTable],
        crowd: Crowd,
        ports: Ports | None,
    ) -> None:
        """Read from tables of future pods.

        Args:
            tables: One for each layer of *crowd*.
            naming: Likewise with named ports; empty if no name is looked at.
            crowd: The future pods.
            ports: The services asked about; None is all.
        """
        self._tables, self._naming, self._crowd = tables, naming, crowd
        self._masks = [_mask(table, ports) for table in tables]
        self._narrowed = ports is not None
        self._cells: dict[tuple[int, Direction, tuple[int, ...]], list[Term]] = {}

    def read(
        self, workload: Workload, direction: Direction, looks: Sight, space: Space
    ) -> tuple[Exposure, ...]:
        """Return what a workload is exposed to in one direction."""
        points: dict[_Key, list[set[Point]]] = {}
        for at, (_, examples) in enumerate(space):
            for point, example in examples.items():
                key = self._key(workload, direction, looks, example)
                if any(key):
                    held = points.setdefault(key, [set() for _ in space])
                    held[at].add(point)
        found: list[Exposure] = []
        for (answer, named, perhaps), held in points.items():
            parts: list[tuple[Region, Box]] = []
            for (region, _), chosen in zip(space, held, strict=True):
                covered = boxes(frozenset(chosen), region.sizes)
                parts.extend((region, box) for box in covered)
            table = self._tables[0]
            mask, text = table.mask(answer), table.services.mask_services
            allowed, unknown = text(mask.allowed), text(mask.unknown)
            found.extend(
                Exposure(peers, allowed, unknown, named, perhaps)
                for peers in told(parts)
            )
        return tuple(sorted(found, key=lambda item: item.peers.text))

    def _key(
        self, workload: Workload, direction: Direction, looks: Sight, example: Example
    ) -> _Key:
        layer = example.layer
        table = self._tables[layer]
        plain = self._answer(table, workload, direction, example)
        if not looks.names:
            return plain & self._masks[layer], (), ()
        services = table.services
        naming = self._answer(self._naming[layer], workload, direction, example)
        sure: list[tuple[str, str]] = []
        perhaps: list[tuple[str, str]] = []
        certain = looks.names_are_sure and not self._narrowed
        for protocol, name in sorted(
            looks.names, key=lambda item: (item[0].name, item[1])
        ):
            number = self._crowd.numbers[protocol, name]
            one = services.mask(protocol, PortRange(number, number))
            every = services.mask(protocol, EVERY_PORT)
            if services.sure(plain) & one:
                # By its number already: what other numbers do, this one cannot tell.
                if every & ~services.sure(plain):
                    perhaps.append((protocol.name, name))
            elif services.sure(naming) & one:
                (sure if certain else perhaps).append((protocol.name, name))
            elif services.possible(naming) & ~services.possible(plain) & one:
                perhaps.append((protocol.name, name))
        return plain & self._masks[layer], tuple(sure), tuple(perhaps)

    def _answer(
        self,
        table: PolicyTable,
        workload: Workload,
        direction: Direction,
        example: Example,
    ) -> int:
        """Return what the policies that hold *workload* let it exchange with a pod."""
        (unit,) = table.index.units.of_workload[example.position]
        units = table.units(workload)
        key = (id(table), direction, units)
        cells = self._cells.get(key)
        if cells is None:
            each = [_side(table, own, direction) for own in units]
            cells = self._cells[key] = agreed_cells(table.services, each)
        return next((answer for answer, held in cells if held >> unit & 1), 0)


def _side(table: PolicyTable, unit: int, direction: Direction) -> list[Term]:
    """Return what one side lets a unit exchange with every unit, as disjoint cells."""
    columns, row = table.index.columns, table.row(unit, direction)
    return disjoint_union(
        term
        for family in table.index.units.units[unit].families
        for term in row.part(columns.first_unit(family), columns.units)
    )


def _mask(table: PolicyTable, ports: Ports | None) -> int:
    services = table.services
    mask = services.everything
    if ports is not None:
        mask = 0
        for protocol, numbers in ports:
            mask |= services.mask(protocol, numbers)
    return services.answer(mask, mask)
