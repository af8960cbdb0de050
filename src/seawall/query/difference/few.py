"""What all sources may send to a few destinations, found by turning rows round."""

from collections.abc import Iterator, Sequence

from seawall.engine.policy.answers.inbound import inbound
from seawall.engine.policy.rows.bits import flags, set_of
from seawall.engine.policy.rows.row import Row, Term, disjoint_union, meet
from seawall.model.policy import Direction
from seawall.query.difference.side import Name, Side, unit_of


class Few:
    """What workloads of one side may send to a few destinations, as cells over them."""

    def __init__(self, side: Side, targets: Sequence[Name]) -> None:
        """Turn the rows of the destinations round.

        Args:
            side: The side.
            targets: The destinations: each in one unit, where it is there.
        """
        self._side = side
        table = self._table = side.result.table
        self._units = [
            None if name not in side.positions else unit_of(side, name)
            for name in targets
        ]
        self._everyone = (1 << len(targets)) - 1
        self._present = set_of(
            [at for at, unit in enumerate(self._units) if unit is not None]
        )
        self._targeted = set_of([unit for unit in self._units if unit is not None])
        columns = table.index.columns
        self._taken = {
            family: inbound(
                self._rows(family),
                table.compiler.open_row,
                columns.first_unit(family),
                range(columns.units),
            )
            for family in columns.families
        }
        self._sent: dict[tuple[int, int], list[Term]] = {}

    def _rows(self, family: int) -> list[Row | None]:
        units = self._table.index.units.units
        return [
            self._table.row(unit, Direction.INGRESS)
            if unit is not None and family in units[unit].families
            else None
            for unit in self._units
        ]

    def answers(self, source: Name) -> list[tuple[int | None, int]]:
        """Return the answers for all destinations; None where one is not here."""
        unit = unit_of(self._side, source)
        if unit is None:
            raise KeyError(source)
        cells = [
            term
            for family in self._table.index.units.units[unit].families
            for term in meet(self._to(unit, family), self._taken[family][unit].items())
        ]
        mask = self._side.result.mask
        found: dict[int | None, int] = {}
        rest = self._present
        for answer, held in disjoint_union((a & mask, held) for a, held in cells):
            found[answer] = held
            rest &= ~held
        found[0] = rest
        found[None] = self._everyone & ~self._present
        return [(answer, held) for answer, held in found.items() if held]

    def _to(self, unit: int, family: int) -> list[Term]:
        row = self._table.row(unit, Direction.EGRESS)
        found = self._sent.get((id(row), family))
        if found is None:
            found = self._sent[id(row), family] = list(self._chosen(row, family))
        return found

    def _chosen(self, row: Row, family: int) -> Iterator[Term]:
        columns = self._table.index.columns
        for answer, held in row.part(columns.first_unit(family), columns.units):
            if held & self._targeted == self._targeted:
                yield answer, self._present
            elif held & self._targeted:
                told = flags(held).ljust(columns.units, b"\0")
                yield (
                    answer,
                    set_of(
                        [
                            at
                            for at, unit in enumerate(self._units)
                            if unit is not None and told[unit]
                        ]
                    ),
                )
