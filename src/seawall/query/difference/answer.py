"""What differs between two answers of the policy layer: two engines, or two inputs.

Every service between every pair of ends is compared. What differs is gathered into
groups of ends that change alike, so that a person reads a few lines and not a million.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from seawall.engine.policy.answers.openings import is_settled
from seawall.engine.policy.edits.rectangle import Turned
from seawall.engine.policy.ends.services import WITH_PORTS
from seawall.engine.policy.rows.bits import set_of
from seawall.flowspace import FlowSet, Header
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
    _turn_numbers: dict[object, int] = field(default_factory=dict, repr=False)
    _known_turns: list[Turn] = field(default_factory=list, repr=False)
    _words: dict[int, tuple[tuple[Service, ...], Header]] = field(
        default_factory=dict, repr=False
    )

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Everything that differs, what opens first."""
        gathering = self._gathered()
        changes = (
            Change(
                gathering.named(item.sources),
                gathering.named(item.destinations),
                self._known_turns[item.turn],
            )
            for item in gathering.groups()
        )
        return tuple(sorted(changes, key=lambda change: KINDS.index(change.kind)))

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

        Every distinct one of ends that changed, and of all others enough to tell
        whether some are allowed on both sides, and whether some are unknown.
        """
        _ = self.changes
        self._compare_some_that_stay()
        return self._turns.keys()

    def _gathered(self) -> "Gathering[ChangedEnd]":
        """Compare everything that has to be compared."""
        gathering: Gathering[ChangedEnd] = Gathering()
        for name in self._numbers:
            gathering.number(name, self._workload(name))
        own_node = gathering.number(OWN_NODE, OWN_NODE)
        sources = self.left.sources | self.right.sources
        for name, at in self._numbers.items():
            if name not in sources:
                continue
            for targets, turns in self._between(name):
                gathering.add(at, targets, turns)
            for ranges, turn in self._outside(name, Direction.EGRESS):
                gathering.add(at, 1 << gathering.number(ranges, ranges), (turn,))
            gathering.add(at, 1 << own_node, self._own_node(name))
        for name in self._targets:
            for ranges, turn in self._outside(name, Direction.INGRESS):
                far = gathering.number(ranges, ranges)
                gathering.add(far, 1 << self._numbers[name], (turn,))
        return gathering

    @cached_property
    def _numbers(self) -> dict[Name, int]:
        """A number for each workload of both sides, in order of their names."""
        names = {*self.left.positions, *self.right.positions}
        return {name: at for at, name in enumerate(sorted(names))}

    def _workload(self, name: Name) -> Workload:
        found = self.right.workload(name) or self.left.workload(name)
        if found is None:
            raise KeyError(name)
        return found

    def _between(self, name: Name) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield others to which something changes, a set of numbers, and what."""
        if name not in self._focus.sources:
            for targets, before, after in self._focus.answers_from(name):
                turns = self._compared(before, after)
                if turns:
                    yield targets, turns
            return
        found: dict[tuple[int, ...], list[int]] = {}
        known = self._turns
        mine = self._numbers[name]
        left, right = (self._numbered_answers(at, name) for at in (0, 1))
        gone, new = self._absent
        # Where nothing passes on either side, nothing differs.
        asked = left.answers.keys() | right.answers.keys() | gone | new
        asked &= self._target_numbers
        if len(asked) < len(self._target_numbers):
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
        return Focus(self.left, self.right, self._numbers, self._targets)

    def _compare_some_that_stay(self) -> None:
        """Compare a pair that fares alike and lets something pass, and one unknown.

        Others that fare alike say no more about how the sides stand to each other.
        """
        left, right, focus = self.left, self.right, self._focus
        staying = sorted((left.sources | right.sources) - focus.sources)
        if not staying:
            return
        for pair in focus.alike():
            self._compared(*pair)
        changed = frozenset(focus.destinations)
        targets = [name for name in self._targets if name not in changed]
        wanted, table = {Verdict.ALLOWED}, left.result.table
        services = table.services
        # A part of the ICMP messages counts as unknown, though policies are plain.
        parted = any(
            atom.ports and atom.protocol not in WITH_PORTS for atom in services.atoms
        )
        if parted or not is_settled(
            table.index, table.compiled.rows, services.everything
        ):
            wanted.add(Verdict.UNKNOWN)
        split: Callable[[int | None], Mapping[Verdict | None, object]] = (
            left.masks if self.cuts_services_alike else left.verdicts
        )
        for name in staying:
            old, new = left.answers_from(name), right.answers_from(name)
            if old is None or new is None:
                continue
            pairs = {(old.to(to), new.to(to)) for to in targets if to != name}
            for before, after in pairs:
                self._compared(before, after)
                found = split(before)
                wanted -= {each for each in wanted if found.get(each)}
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

    @cached_property
    def _target_numbers(self) -> frozenset[int]:
        return frozenset(self._numbers[name] for name in self._targets)

    @cached_property
    def _targets(self) -> list[Name]:
        """Who is asked about as a destination, in order."""
        asked = self.left.destinations | self.right.destinations
        return [name for name in self._numbers if name in asked]

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
        known = self._turn_numbers.setdefault(turn[:3], len(self._known_turns))
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
                example = flows.witness()
                if example is not None:
                    yield Turn(_spoken(services_of(flows)), was, now, example)

    def _compare_masks(self, before: int | None, after: int | None) -> Iterator[Turn]:
        """Yield what `_compare` does, where masks of both sides mean the same."""
        news = self.right.masks(after)
        for was, old in self.left.masks(before).items():
            for now, new in news.items():
                if was is now or {was, now} <= {None, Verdict.DENIED}:
                    continue
                both = old & new
                if both:
                    services, example = self._in_words(both)
                    yield Turn(services, was, now, example)

    def _in_words(self, mask: int) -> tuple[tuple[Service, ...], Header]:
        """Return services as connections name them, and a header of one of them."""
        found = self._words.get(mask)
        if found is None:
            flows = self.left.header_flows(mask)
            example = flows.witness()
            if example is None:
                raise ValueError(f"no service has a header: {mask:#x}")
            found = self._words[mask] = _spoken(services_of(flows)), example
        return found


_BARE = "protocols "
_ALL_BARE = f"{_BARE}0-5,7-16,18-131,133-255"
"""Every protocol without ports but ICMP, as `services_of` writes them."""


def _spoken(services: tuple[Service, ...]) -> tuple[Service, ...]:
    """Return services as connections name them.

    ICMP speaks for the protocols without a name where all fare alike.
    """
    return tuple(
        ("protocol", name.removeprefix(_BARE))
        if name.startswith(_BARE)
        else (name, ports)
        for name, ports in services
        if name != _ALL_BARE
    )
