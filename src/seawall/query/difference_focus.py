"""Which pairs two answers can differ in, found by comparing whole rows.

What one workload may send to another is what the egress row of the one and the ingress
row of the other grant. Where both rows say the same on both sides, so does the pair.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from seawall.engine.policy.bits import flags, indices, set_of
from seawall.engine.policy.common_atoms import common_parts
from seawall.engine.policy.inbound import inbound
from seawall.engine.policy.row import Row, Term, disjoint_union, meet
from seawall.engine.policy.turned import turned
from seawall.model.policy import Direction
from seawall.query.difference_side import Name, Side
from seawall.query.reach_policy import ALL

_AT_ONCE = 4096
"""So many sets are laid out anew together, which bounds the memory."""

_FEW = 1024
"""Up to so many sources that changed, what they may send is found at once."""

_Signature = tuple[tuple[int, frozenset[Term]], ...]


class Focus:
    """The pairs that have to be compared; all others fare alike on both sides.

    Attributes:
        sources: Those that have to be compared with every destination.
        destinations: Those that every source has to be compared with, in order.

    Complexity: columns of distinct rows, in bits, a few times over; then, for each
    source, the cells of its row times the answers of the destinations that changed.
    """

    def __init__(self, left: Side, right: Side, targets: Sequence[Name]) -> None:
        """Find what changed.

        Args:
            left: One answer.
            right: The other.
            targets: Who is asked about as a destination.
        """
        self._sides = left, right
        names = {*left.positions, *right.positions}
        common = [name for name in sorted(names) if _alike(left, right, name)]
        services = (side.result.table.services for side in self._sides)
        before, after = (
            _Layout(side, common, parts)
            for side, parts in zip(self._sides, common_parts(*services), strict=True)
        )
        still = {
            direction: {
                name
                for name in common
                if before.signature(name, direction) == after.signature(name, direction)
            }
            for direction in Direction
        }
        self.sources = frozenset(names - still[Direction.EGRESS])
        taking = still[Direction.INGRESS]
        self.destinations = [name for name in targets if name not in taking]
        self._odd = [name for name in self.destinations if self._is_odd(name)]
        odd = frozenset(self._odd)
        self._plain = [name for name in self.destinations if name not in odd]
        self._place = {name: at for at, name in enumerate(self._plain)}
        for side in self._sides:
            _expect(side, self.sources)

    def _is_odd(self, name: Name) -> bool:
        return any(
            name in side.positions and _unit(side, name) is None for side in self._sides
        )

    def answers_from(
        self, source: Name
    ) -> Iterator[tuple[list[Name], int | None, int | None]]:
        """Yield changed destinations and the answers for them, left and right.

        Args:
            source: One that is not among `sources`.
        """
        few = self._few
        mine = self._place.get(source)
        asked = (1 << len(self._plain)) - 1 & ~(0 if mine is None else 1 << mine)
        right = few[1].answers(source)
        for before, held in few[0].answers(source):
            for after, others in right:
                both = held & others & asked
                if both:
                    yield [self._plain[at] for at in indices(both)], before, after
        for name in self._odd:
            if name != source:
                one, two = self._sides
                yield [name], one.answer(source, name), two.answer(source, name)

    def same_outside(self, name: Name, direction: Direction) -> Iterable[int] | None:
        """Return the answers for addresses, if they are plainly alike on both sides.

        None if they are not, or if that takes a look at the addresses.
        """
        if not self._one_ground:
            return None
        left, right = (side.outside_cells(name, direction) for side in self._sides)
        if left is None or left != right:
            return None
        return [0, *(answer for answer, _ in left)]

    @cached_property
    def _one_ground(self) -> bool:
        """Whether both sides are asked all, and cut services and addresses alike."""
        left, right = (side.result for side in self._sides)
        one, two = left.table, right.table
        return (
            left.narrowing == right.narrowing == ALL
            and one.services.atoms == two.services.atoms
            and one.index.addresses.classes == two.index.addresses.classes
        )

    @cached_property
    def _few(self) -> tuple["_Few", "_Few"]:
        left, right = self._sides
        return _Few(left, self._plain), _Few(right, self._plain)


def _expect(side: Side, sources: Iterable[Name]) -> None:
    """Have a side find what a few sources may send at once."""
    found = {
        unit
        for name in sources
        if name in side.positions
        for unit in side.result.units[side.positions[name]]
    }
    if len(found) <= _FEW:
        side.result.table.taking.expect(sorted(found))


def _unit(side: Side, name: Name) -> int | None:
    """Return the one unit that a workload is in; None if its answers are its own.

    So they are if its pods are in several units, or if it counts where they run.
    """
    at = side.positions[name]
    units = side.result.units[at]
    if len(units) > 1 or side.result.workloads[at].host_network:
        return None
    return units[0]


def _alike(left: Side, right: Side, name: Name) -> bool:
    """Whether a workload is on both sides, and policies see it alike."""
    if name not in left.positions or name not in right.positions:
        return False
    one, two = (side.result.workloads[side.positions[name]] for side in (left, right))
    if (one.labels, one.ports, one.service_account) != (
        two.labels,
        two.ports,
        two.service_account,
    ):
        return False
    units = _unit(left, name), _unit(right, name)
    if units[0] is None or units[1] is None:
        return False
    found = [
        side.result.table.index.units.units[unit].families
        for side, unit in zip((left, right), units, strict=True)
        if unit is not None
    ]
    return found[0] == found[1]


class _Layout:
    """The rows of one side, as sets of the workloads that both sides have."""

    def __init__(
        self, side: Side, common: Sequence[Name], parts: Sequence[int] | None
    ) -> None:
        """Lay the rows out anew.

        Args:
            side: The side.
            common: The workloads, in the order that both sides are laid out in.
            parts: For each service atom, what it is cut into beside the other side;
                None where both sides cut alike.
        """
        self._side, self._cuts = side, parts
        self._table = side.result.table
        self._units = {
            name: unit for name in common if (unit := _unit(side, name)) is not None
        }
        self._order = [self._units[name] for name in common]
        self._width = max(parts).bit_length() if parts else 0
        self._meant: dict[int, int] = {}
        self._known: dict[tuple[int, int], frozenset[Term]] = {}
        units = self._table.index.units.units
        self._members = {
            family: set_of(
                [
                    at
                    for at, unit in enumerate(self._order)
                    if family in units[unit].families
                ]
            )
            for family in self._table.index.columns.families
        }
        self._moved = self._moving()

    def signature(self, name: Name, direction: Direction) -> _Signature:
        """Return what a row says, for each family; comparable between sides."""
        unit = self._units[name]
        row = self._table.row(unit, direction)
        families = self._table.index.units.units[unit].families
        return tuple((family, self._cells(row, family)) for family in families)

    def _cells(self, row: Row, family: int) -> frozenset[Term]:
        found = self._known.get((id(row), family))
        if found is None:
            joined: dict[int, int] = {}
            for answer, held in self._part(row, family):
                token = self._token(answer & self._side.result.mask)
                columns = self._moved[held] & self._members[family]
                if token and columns:
                    joined[token] = joined.get(token, 0) | columns
            found = self._known[id(row), family] = frozenset(joined.items())
        return found

    def _part(self, row: Row, family: int) -> list[Term]:
        columns = self._table.index.columns
        return row.part(columns.first_unit(family), columns.units)

    def _token(self, answer: int) -> int:
        """Return what an answer is in the atoms of both sides; 0 for nothing."""
        cuts = self._cuts
        if cuts is None:
            return answer
        found = self._meant.get(answer)
        if found is None:
            services, width = self._table.services, self._width
            sure = possible = 0
            for at in indices(services.possible(answer)):
                possible |= cuts[at]
            for at in indices(services.sure(answer)):
                sure |= cuts[at]
            found = self._meant[answer] = sure | possible << width
        return found

    def _moving(self) -> dict[int, int]:
        """Return every set of units in a row as a set of places among workloads."""
        columns = self._table.index.columns
        used = {
            id(row): row
            for direction in Direction
            for row in (self._table.row(unit, direction) for unit in self._order)
        }
        found = dict.fromkeys(
            held
            for row in used.values()
            for family in columns.families
            for _, held in self._part(row, family)
        )
        if self._order == list(range(columns.units)):
            return {held: held for held in found}
        sets = list(found)
        moved: dict[int, int] = {}
        for first in range(0, len(sets), _AT_ONCE):
            some = sets[first : first + _AT_ONCE]
            moved.update(zip(some, self._reordered(some), strict=False))
        return moved

    def _reordered(self, sets: Sequence[int]) -> list[int]:
        if not self._order:
            return [0] * len(sets)
        size = -(-self._table.index.columns.units // 8)
        by_unit = turned([held.to_bytes(size, "little") for held in sets], size)
        width = -(-len(sets) // 8)
        rows = [by_unit[unit].to_bytes(width, "little") for unit in self._order]
        return turned(rows, width)[: len(sets)]


class _Few:
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
            None if name not in side.positions else _unit(side, name)
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
        unit = _unit(self._side, source)
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
