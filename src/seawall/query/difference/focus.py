"""Which pairs two answers can differ in, found by comparing whole rows.

What one workload may send to another is what the egress row of the one and the ingress
row of the other grant. Where both rows say the same on both sides, so does the pair.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from seawall.engine.policy.answers.common_atoms import common_parts
from seawall.engine.policy.edits.rectangle import Turned
from seawall.engine.policy.edits.rectangle import turned as cells_turned
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.engine.policy.rows.row import Row, Term
from seawall.engine.policy.rows.turned import turned
from seawall.model.address import AddressRange
from seawall.model.policy import Direction
from seawall.query.difference.few import Few
from seawall.query.difference.side import Name, Side, unit_of
from seawall.query.reach.policy import ALL

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

    def __init__(
        self,
        left: Side,
        right: Side,
        numbers: Mapping[Name, int],
        targets: Sequence[Name],
    ) -> None:
        """Find what changed.

        Args:
            left: One answer.
            right: The other.
            numbers: A number for each workload of both, ascending.
            targets: Who is asked about as a destination.
        """
        self._sides = left, right
        self._numbers = numbers
        names = numbers.keys()
        common = [name for name in numbers if _alike(left, right, name)]
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
        self._sets: dict[int, int] = {}
        self._turned: dict[
            tuple[tuple[Term, ...], tuple[Term, ...]], tuple[Turned, ...]
        ] = {}
        self._ranges: dict[int, tuple[AddressRange, ...]] = {}
        for side in self._sides:
            _expect(side, self.sources)

    def _is_odd(self, name: Name) -> bool:
        return any(
            name in side.positions and unit_of(side, name) is None
            for side in self._sides
        )

    def answers_from(
        self, source: Name
    ) -> Iterator[tuple[int, int | None, int | None]]:
        """Yield changed destinations, a set, and the answers for them, left and right.

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
                    yield self._numbered(both), before, after
        for name in self._odd:
            if name != source:
                one, two = self._sides
                turn = one.answer(source, name), two.answer(source, name)
                yield 1 << self._numbers[name], *turn

    def _numbered(self, plain: int) -> int:
        """Return a set of places among the plain ones as a set of numbers."""
        found = self._sets.get(plain)
        if found is None:
            names = (self._plain[at] for at in indices(plain))
            found = set_of([self._numbers[name] for name in names])
            self._sets[plain] = found
        return found

    def turned_outside(
        self, name: Name, direction: Direction
    ) -> tuple[Turned, ...] | None:
        """Return the answers for addresses, left and right, by sets of address classes.

        Classes for which both are nothing are left out. None if that takes a look at
        the addresses.
        """
        if not self._one_ground:
            return None
        left, right = (side.outside_cells(name, direction) for side in self._sides)
        if left is None or right is None:
            return None
        found = self._turned.get((left, right))
        if found is None:
            found = self._turned[left, right] = tuple(cells_turned(left, right))
        return found

    def ranges(self, classes: int) -> tuple[AddressRange, ...]:
        """Return the addresses of some classes of `turned_outside`."""
        found = self._ranges.get(classes)
        if found is None:
            addresses = self._sides[0].result.table.index.addresses
            found = self._ranges[classes] = addresses.ranges(classes)
        return found

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
    def _few(self) -> tuple[Few, Few]:
        left, right = self._sides
        return Few(left, self._plain), Few(right, self._plain)


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
    units = unit_of(left, name), unit_of(right, name)
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
            name: unit for name in common if (unit := unit_of(side, name)) is not None
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
