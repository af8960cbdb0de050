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
from seawall.engine.policy.rows.turned import reordered
from seawall.model.address import AddressRange
from seawall.model.policy import Direction
from seawall.query.difference.few import Few
from seawall.query.difference.side import Name, Side, unit_of
from seawall.query.reach.policy import ALL

_FEW = 1024
"""Up to so many sources that changed, what they may send is found at once."""

Answered = dict[int | None, int]
"""Answers, None where an end is not there, and the positions of those who have each."""

_Signature = tuple[tuple[int, frozenset[Term]], ...]


class Focus:
    """The pairs that have to be compared; all others fare alike on both sides.

    Attributes:
        sources: Those that have to be compared with every destination.
        destinations: Those that every source has to be compared with, in order.

    Complexity: columns of distinct rows, in bits, a few times over; then, for each
    destination that changed, the cells of its row times the distinct answers of those
    that may send to it; and the pairs that differ.
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
        self._staying = [name for name in common if name not in self.sources]
        self._place = {name: at for at, name in enumerate(self._staying)}
        self._tokens = before.token, after.token
        self._turned: dict[
            tuple[tuple[Term, ...], tuple[Term, ...]], tuple[Turned, ...]
        ] = {}
        self._ranges: dict[int, tuple[AddressRange, ...]] = {}
        self._alike: set[tuple[int | None, int | None]] = set()
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
        found = [
            (set_of(numbers), *turn)
            for turn, numbers in self._turns.get(self._place[source], {}).items()
        ]
        one, two = self._sides
        found += [
            (
                1 << self._numbers[name],
                one.answer(source, name),
                two.answer(source, name),
            )
            for name in self._odd
            if name != source
        ]
        # As if the destinations were gone through in order.
        yield from sorted(found, key=_lowest)

    def alike(self) -> Iterable[tuple[int | None, int | None]]:
        """Return every distinct pair of answers that says the same on both sides.

        Of those that stay and are asked about as sources, for the plain ones of the
        destinations that changed.
        """
        _ = self._turns
        return self._alike

    @cached_property
    def _turns(self) -> dict[int, dict[tuple[int | None, int | None], list[int]]]:
        """The answers that differ, by position of the source, and for whom."""
        one, two = (Few(side, self._staying, self._plain) for side in self._sides)
        asked = self._sides[0].sources | self._sides[1].sources
        askers = set_of([at for name, at in self._place.items() if name in asked])
        found: dict[int, dict[tuple[int | None, int | None], list[int]]] = {}
        for name in self._plain:
            number, mine = self._numbers[name], self._place.get(name)
            others = askers if mine is None else askers & ~(1 << mine)
            for before, after, places in self._crossed(
                one.answers(name), two.answers(name), others
            ):
                if self._says_the_same(before, after):
                    self._alike.add((before, after))
                    continue
                for place in indices(places):
                    turns = found.setdefault(place, {})
                    turns.setdefault((before, after), []).append(number)
        return found

    def _crossed(
        self, befores: Answered, afters: Answered, asked: int
    ) -> Iterator[tuple[int | None, int | None, int]]:
        """Yield the answers that some of the sources asked have, left and right."""
        rest = asked
        if self._cut_alike:
            for answer, held in befores.items():
                both = held & afters.get(answer, 0) & rest
                if both:
                    yield answer, answer, both
                    rest ^= both
        for before, held in befores.items() if rest else ():
            left = held & rest
            for after, others in afters.items() if left else ():
                both = left & others
                if both:
                    yield before, after, both
                    left ^= both
                    if not left:
                        break

    def _says_the_same(self, before: int | None, after: int | None) -> bool:
        if before is None or after is None or self._cut_alike:
            return before == after
        left, right = self._tokens
        return left(before) == right(after)

    @cached_property
    def _cut_alike(self) -> bool:
        """Whether both sides cut services alike."""
        one, two = (side.result.table.services for side in self._sides)
        return one.atoms == two.atoms

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


def _lowest(item: tuple[int, int | None, int | None]) -> int:
    return item[0] & -item[0]


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
                token = self.token(answer & self._side.result.mask)
                columns = self._moved[held] & self._members[family]
                if token and columns:
                    joined[token] = joined.get(token, 0) | columns
            found = self._known[id(row), family] = frozenset(joined.items())
        return found

    def _part(self, row: Row, family: int) -> list[Term]:
        columns = self._table.index.columns
        return row.part(columns.first_unit(family), columns.units)

    def token(self, answer: int) -> int:
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
        sets = list(found)
        return dict(zip(sets, reordered(sets, self._order, columns.units), strict=True))
