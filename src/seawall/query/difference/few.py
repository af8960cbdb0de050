"""What many sources may send to a few destinations, found from the destinations."""

from collections.abc import Mapping, Sequence

from seawall.engine.policy.answers.inbound import inbound_of
from seawall.engine.policy.rows.row import Term, disjoint_union, meet
from seawall.engine.policy.rows.turned import reordered
from seawall.model.policy import Direction
from seawall.query.difference.side import Name, Side, unit_of


class Few:
    """What workloads of one side may send to a few destinations, as cells over them."""

    def __init__(
        self, side: Side, sources: Sequence[Name], targets: Sequence[Name]
    ) -> None:
        """Turn the rows of the sources round for the destinations.

        Args:
            side: The side.
            sources: The sources, each in one unit and there.
            targets: The destinations: each in one unit, where it is there.

        Complexity: cells of distinct rows times columns, in bits, a few times over.
        """
        table = self._table = side.result.table
        self._mask = side.result.mask
        self._everyone = (1 << len(sources)) - 1
        order = [unit for name in sources if (unit := unit_of(side, name)) is not None]
        self._units = {
            name: unit_of(side, name) for name in targets if name in side.positions
        }
        held = sorted({unit for unit in self._units.values() if unit is not None})
        units, columns = table.index.units.units, table.index.columns
        self._sent: dict[tuple[int, int], Mapping[int, int]] = {}
        for family in columns.families:
            rows = [
                table.row(unit, Direction.EGRESS)
                if family in units[unit].families
                else None
                for unit in order
            ]
            first = columns.first_unit(family)
            free = table.compiler.open_row
            found = inbound_of(rows, free, first, held, columns.units)
            for unit, cells in zip(held, found, strict=True):
                self._sent[unit, family] = cells
        taken = {
            (unit, family): table.row(unit, Direction.INGRESS).part(
                columns.first_unit(family), columns.units
            )
            for unit in held
            for family in units[unit].families
        }
        sets = list({senders for cells in taken.values() for _, senders in cells})
        moved = dict(zip(sets, reordered(sets, order, columns.units), strict=True))
        self._taken = {
            key: [(answer, moved[senders]) for answer, senders in cells]
            for key, cells in taken.items()
        }

    def answers(self, target: Name) -> dict[int | None, int]:
        """Return the answers for one destination, each with the sources that get it.

        Sources are named by position. None is the answer where it is not here.

        Complexity: the distinct answers of those that may send to it, times the cells
        of its row.
        """
        unit = self._units.get(target)
        if unit is None:
            return {None: self._everyone}
        found: list[list[Term]] = [
            meet(self._taken[unit, family], self._sent[unit, family].items())
            for family in self._table.index.units.units[unit].families
        ]
        cells = found[0]
        if len(found) > 1:
            cells = disjoint_union(term for each in found for term in each)
        out: dict[int | None, int] = {}
        rest = self._everyone
        for answer, held in cells:
            kept = answer & self._mask
            if kept and held:
                out[kept] = out.get(kept, 0) | held
                rest &= ~held
        out[0] = rest
        return {answer: held for answer, held in out.items() if held}
