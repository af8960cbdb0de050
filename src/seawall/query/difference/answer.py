"""What differs between two answers of the policy layer: two engines, or two inputs.

Every service between every pair of ends is compared. What differs is gathered into
groups of ends that change alike, so that a person reads a few lines and not a million.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from operator import itemgetter
from typing import Any

from seawall.engine.policy.answers.openings import is_settled
from seawall.engine.policy.edits.rectangle import Turned
from seawall.engine.policy.ends.services import WITH_PORTS
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange, merged, without
from seawall.model.policy import Direction
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.difference.change import (
    KINDS,
    OWN_NODE,
    Change,
    ChangedEnd,
    Turn,
    places_of,
    spoken,
)
from seawall.query.difference.focus import Focus
from seawall.query.difference.gather import Gathering
from seawall.query.difference.side import Name, Part, Sent, Side, name_of, refined
from seawall.query.services import Service, services_of

_Joined = tuple[
    list[Part] | None,
    list[Part] | None,
    tuple[tuple[tuple[AddressRange, ...], int], ...],
]
"""The parts of two sides, and what changes between them."""

Splitting = Callable[[int | None], Mapping[Verdict | None, Any]]
"""Returns what an answer says by verdict, as headers or as masks of services."""


@dataclass(frozen=True)
class Difference:
    """Two answers and what differs.

    Attributes:
        left: One answer.
        right: The other.
        left_out: Addresses that are not compared.

    Complexity: that of `Focus`; the destinations of each source whose egress row
    changed; and everything that changes. The services of each pair of distinct answers
    are compared once.
    """

    left: Side
    right: Side
    left_out: tuple[AddressRange, ...] = ()
    _joined_outside: dict[tuple[int, int], "_Joined"] = field(
        default_factory=dict, repr=False
    )
    _turns: dict[tuple[int | None, int | None], tuple[int, ...]] = field(
        default_factory=dict, repr=False
    )
    _turn_numbers: dict[Turn, int] = field(default_factory=dict, repr=False)
    _known_turns: list[Turn] = field(default_factory=list, repr=False)
    _words: dict[int, tuple[Service, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Everything that differs, what opens first, then by the names of ends."""
        gathering = self._gathered()
        places = places_of(gathering.ends)
        listed = []
        for item in gathering.groups():
            sources = sorted(indices(item.sources), key=places.__getitem__)
            destinations = sorted(indices(item.destinations), key=places.__getitem__)
            turn = self._known_turns[item.turn]
            change = Change(
                gathering.named(sources), gathering.named(destinations), turn
            )
            first = places[sources[0]], places[destinations[0]]
            listed.append((KINDS.index(change.kind), *first, turn.services, change))
        # What happens on a service of a pair is in one change alone.
        listed.sort(key=itemgetter(0, 1, 2, 3))
        return tuple(change for *_, change in listed)

    @property
    def added(self) -> tuple[Workload, ...]:
        """The workloads that run on the right only."""
        return tuple(
            item
            for item in self.right.result.workloads
            if name_of(item) not in self.left.positions
        )

    @property
    def removed(self) -> tuple[Workload, ...]:
        """The workloads that run on the left only."""
        return tuple(
            item
            for item in self.left.result.workloads
            if name_of(item) not in self.right.positions
        )

    @property
    def is_certain(self) -> bool:
        """Whether no service between a pair is unknown on both sides."""
        if self.cuts_services_alike:
            left, right = self.left.masks, self.right.masks
            return not any(
                left(before).get(Verdict.UNKNOWN, 0)
                & right(after).get(Verdict.UNKNOWN, 0)
                for before, after in self.answers
            )
        nothing = FlowSet.empty()
        return not any(
            self.left.verdicts(before).get(Verdict.UNKNOWN, nothing)
            & self.right.verdicts(after).get(Verdict.UNKNOWN, nothing)
            for before, after in self.answers
        )

    @cached_property
    def cuts_services_alike(self) -> bool:
        """Whether masks of both sides mean the same services."""
        one, two = (side.result.table.services for side in (self.left, self.right))
        return one.atoms == two.atoms

    @property
    def answers(self) -> Iterable[tuple[int | None, int | None]]:
        """Pairs of raw answers, left and right; None for an absent end.

        Every distinct one that differs, and of all others enough to tell whether some
        are allowed on both sides, and whether some are unknown.
        """
        _ = self.changes
        self._compare_some()
        return self._turns.keys()

    def _gathered(self) -> "Gathering[ChangedEnd]":
        """Compare everything that has to be compared."""
        gathering: Gathering[ChangedEnd] = Gathering()
        for name in self._numbers:
            gathering.number(name, self._workload(name))
        own_node = gathering.number(OWN_NODE, OWN_NODE)
        for before, after, senders, targets in self._focus.turns:
            turns = self._compared(before, after)
            if turns:
                gathering.add_all(senders, targets, turns)
        self._gather_odd(gathering)
        sources, destinations = self._asked
        for name, at in self._numbers.items():
            if at in sources:
                for ranges, turn in self._outside(name, Direction.EGRESS):
                    gathering.add(at, 1 << gathering.number(ranges, ranges), (turn,))
                turns = self._own_node(name)
                if turns:
                    gathering.add(at, 1 << own_node, turns)
            if at in destinations:
                for ranges, turn in self._outside(name, Direction.INGRESS):
                    gathering.add(gathering.number(ranges, ranges), 1 << at, (turn,))
        return gathering

    def _gather_odd(self, gathering: "Gathering[ChangedEnd]") -> None:
        """Compare pairs of which an end is in several units, or on the host network."""
        sources, destinations = self._asked
        odd = {self._numbers[name]: name for name in self._focus.odd}
        for at, name in odd.items():
            if at in sources:
                for targets, turns in self._between(name):
                    gathering.add(at, targets, turns)
        takers = {at: name for at, name in odd.items() if at in destinations}
        for source, at in self._numbers.items() if takers else ():
            if at not in sources or at in odd:
                continue
            for number, name in takers.items():
                turns = self._compared(
                    self.left.answer(source, name), self.right.answer(source, name)
                )
                if turns:
                    gathering.add(at, 1 << number, turns)

    @cached_property
    def _numbers(self) -> dict[Name, int]:
        """A number for each workload of both sides, as they stand in the input."""
        names = {**self.left.positions, **self.right.positions}
        return {name: at for at, name in enumerate(names)}

    @cached_property
    def _asked(self) -> tuple[frozenset[int], frozenset[int]]:
        """The numbers of those asked about as sources, and as destinations."""
        numbers, left, right = self._numbers, self.left, self.right
        return (
            frozenset(numbers[name] for name in left.sources | right.sources),
            frozenset(numbers[name] for name in left.destinations | right.destinations),
        )

    def _workload(self, name: Name) -> Workload:
        found = self.right.workload(name) or self.left.workload(name)
        if found is None:
            raise KeyError(name)
        return found

    def _between(self, name: Name) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield others to which something changes, a set of numbers, and what."""
        found: dict[tuple[int, ...], list[int]] = {}
        known = self._turns
        mine, targets = self._numbers[name], self._asked[1]
        left, right = (self._numbered_answers(at, name) for at in (0, 1))
        gone, new = self._absent
        # Where nothing passes on either side, nothing differs.
        asked = left.answers.keys() | right.answers.keys() | gone | new
        asked &= targets
        if len(asked) < len(targets):
            self._compared(left.other, right.other)
        for number in sorted(asked):
            before = None if number in gone else left.to(number)
            pair = before, None if number in new else right.to(number)
            turns = known[pair] if pair in known else self._compared(*pair)
            if turns and number != mine:
                found.setdefault(turns, []).append(number)
        for turns, numbers in found.items():
            yield set_of(numbers), turns

    @cached_property
    def _focus(self) -> Focus:
        return Focus(self.left, self.right, self._numbers, self._asked)

    def _compare_some(self) -> None:
        """Compare a pair that fares alike and lets something pass, and one unknown.

        Others that fare alike say no more about how the sides stand to each other.
        """
        wanted, table = {Verdict.ALLOWED}, self.left.result.table
        services = table.services
        # A part of the ICMP messages counts as unknown, though policies are plain.
        parted = any(
            atom.ports and atom.protocol not in WITH_PORTS for atom in services.atoms
        )
        if parted or not is_settled(
            table.index, table.compiled.rows, services.everything
        ):
            wanted.add(Verdict.UNKNOWN)
        left: Splitting = self.left.verdicts
        right: Splitting = self.right.verdicts
        if self.cuts_services_alike:
            left, right = self.left.masks, self.right.masks
        for before, after in self._focus.answers():
            self._compared(before, after)
            old, new = left(before), right(after)
            wanted -= {
                each
                for each in wanted
                if each in old and each in new and old[each] & new[each]
            }
            if not wanted:
                return

    def _numbered_answers(self, side: int, name: Name) -> Sent:
        """Return what a workload may send to others, by their numbers."""
        answers = (self.left, self.right)[side].answers_from(name)
        if answers is None:
            return Sent({}, None)
        return Sent(answers.by_number(self._numbers_of[side]), 0)

    @cached_property
    def _numbers_of(self) -> tuple[list[int], list[int]]:
        """The numbers of the workloads of both sides, by position."""
        left, right = (
            [self._numbers[name] for name in side.positions]
            for side in (self.left, self.right)
        )
        return left, right

    @cached_property
    def _absent(self) -> tuple[frozenset[int], frozenset[int]]:
        """The numbers of those that are not there on either side."""
        everyone = frozenset(range(len(self._numbers)))
        left, right = (everyone.difference(found) for found in self._numbers_of)
        return left, right

    def _own_node(self, name: Name) -> tuple[int, ...]:
        sides = (self.left, self.right)
        if any(side.result.narrowing.destination_ranges is not None for side in sides):
            return ()
        before, after = (side.own_node(name) for side in sides)
        return self._compared(before, after)

    def _outside(
        self, name: Name, direction: Direction
    ) -> Iterator[tuple[tuple[AddressRange, ...], int]]:
        """Yield the addresses for which something changes, joined where it is alike."""
        cells = None if self.left_out else self._focus.turned_outside(name, direction)
        if cells is not None:
            yield from self._classes_that_turn(cells)
            return
        before = self.left.outside(name, direction)
        after = self.right.outside(name, direction)
        known = self._joined_outside.get((id(before), id(after)))
        if known is None:
            # The lists are kept, so that no other takes their identity.
            known = before, after, tuple(self._parts_that_turn(before, after))
            self._joined_outside[id(before), id(after)] = known
        yield from known[2]

    def _classes_that_turn(
        self, cells: tuple[Turned, ...]
    ) -> Iterator[tuple[tuple[AddressRange, ...], int]]:
        self._compared(0, 0)
        joined: dict[int, int] = {}
        for before, after, classes in cells:
            for turn in self._compared(before, after):
                joined[turn] = joined.get(turn, 0) | classes
        for turn, classes in joined.items():
            yield self._focus.ranges(classes), turn

    def _parts_that_turn(
        self, before: list[Part] | None, after: list[Part] | None
    ) -> Iterator[tuple[tuple[AddressRange, ...], int]]:
        joined: dict[int, list[AddressRange]] = {}
        for piece, old, new in refined(before, after):
            pieces = without((piece,), self.left_out)
            for turn in self._compared(old, new) if pieces else ():
                joined.setdefault(turn, []).extend(pieces)
        for turn, ranges in joined.items():
            yield tuple(merged(ranges)), turn

    def _compared(self, before: int | None, after: int | None) -> tuple[int, ...]:
        """Return the numbers of what changes between two answers."""
        found = self._turns.get((before, after))
        if found is None:
            turns = [self._numbered(turn) for turn in self._compare(before, after)]
            found = self._turns[before, after] = tuple(turns)
        return found

    def _numbered(self, turn: Turn) -> int:
        """Return the number of what happens; one of them may be its example."""
        known = self._turn_numbers.setdefault(turn, len(self._known_turns))
        if known == len(self._known_turns):
            self._known_turns.append(turn)
        return known

    def _compare(self, before: int | None, after: int | None) -> Iterator[Turn]:
        if self.cuts_services_alike:
            yield from self._compare_masks(before, after)
            return
        for was, old in self.left.verdicts(before).items():
            for now, new in self.right.verdicts(after).items():
                if was is now or {was, now} <= {None, Verdict.DENIED}:
                    continue
                flows = old & new
                if flows:
                    found = spoken(services_of(flows))
                    yield Turn(found, was, now, partial(_itself, flows))

    def _compare_masks(self, before: int | None, after: int | None) -> Iterator[Turn]:
        """Yield what `_compare` does, where masks of both sides mean the same."""
        news = self.right.masks(after)
        for was, old in self.left.masks(before).items():
            for now, new in news.items():
                if was is now or {was, now} <= {None, Verdict.DENIED}:
                    continue
                both = old & new
                if both:
                    flows = partial(self.left.header_flows, both)
                    yield Turn(self._in_words(both), was, now, flows)

    def _in_words(self, mask: int) -> tuple[Service, ...]:
        """Return services as connections name them."""
        services = self.left.result.table.services
        if services.is_plain(mask):
            return services.mask_services(mask)
        found = self._words.get(mask)
        if found is None:
            flows = self.left.header_flows(mask)
            found = self._words[mask] = spoken(services_of(flows))
        return found


def _itself(flows: FlowSet) -> FlowSet:
    return flows
