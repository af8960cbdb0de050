"""What differs between two answers of the policy layer: two engines, or two inputs.

Every service between every pair of ends is compared. What differs is gathered into
groups of ends that change alike, so that a person reads a few lines and not a million.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from seawall.engine.policy.openings import is_settled
from seawall.engine.policy.services import WITH_PORTS
from seawall.flowspace import FlowSet, Header
from seawall.model.address import AddressRange, merged, without
from seawall.model.policy import Direction
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.difference_focus import Focus
from seawall.query.difference_side import Answers, Name, Part, Side, name_of, refined
from seawall.query.reach_policy import End
from seawall.query.services import Service, services_of


@dataclass(frozen=True, slots=True)
class OwnNode:
    """The node that a pod runs on, as the far end of what the pod sends."""


OWN_NODE = OwnNode()
ChangedEnd = End | OwnNode


class Turn(NamedTuple):
    """What happens to some services of a pair.

    Attributes:
        services: Pairs of protocol name and ports.
        before: The verdict on the left; None if an end is only on the right.
        after: The verdict on the right; None if an end is only on the left.
        example: One of the headers; its addresses mean nothing.
    """

    services: tuple[Service, ...]
    before: Verdict | None
    after: Verdict | None
    example: Header


@dataclass(frozen=True, slots=True)
class Change:
    """Ends among which the same services change in the same way.

    Attributes:
        sources: Where the packets come from.
        destinations: Where they go: every source to every destination but itself.
        turn: What changes.
    """

    sources: tuple[ChangedEnd, ...]
    destinations: tuple[ChangedEnd, ...]
    turn: Turn

    @property
    def kind(self) -> str:
        """`opened`, `closed`, or, where a side does not know, `unknown` or `settled`.

        Opened and closed are between allowed and denied; an absent end is denied.
        `unknown` was known before; `settled` was not.
        """
        if self.turn.before is Verdict.UNKNOWN:
            return "settled"
        if self.turn.after is Verdict.UNKNOWN:
            return "unknown"
        return "opened" if self.turn.after is Verdict.ALLOWED else "closed"


_Joined = tuple[
    list[Part] | None,
    list[Part] | None,
    tuple[tuple[tuple[AddressRange, ...], Turn], ...],
]
"""The parts of two sides, and what changes between them."""

KINDS = ("opened", "closed", "unknown", "settled")


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
    _turns: dict[tuple[int | None, int | None], tuple[Turn, ...]] = field(
        default_factory=dict, repr=False
    )

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Everything that differs, what opens first."""
        gathered: dict[object, _Gathered] = {}
        for source, destination, turn in self._single():
            found = gathered.setdefault((_key(source), turn[:3]), _Gathered(turn))
            found.sources[_key(source)] = source
            found.destinations[_key(destination)] = destination
        changes = (
            Change(
                tuple(item.sources.values()),
                tuple(item.destinations.values()),
                item.turn,
            )
            for item in _among(_joined(gathered.values()))
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
        nothing = FlowSet.empty()
        return not any(
            self.left.verdicts(before).get(Verdict.UNKNOWN, nothing)
            & self.right.verdicts(after).get(Verdict.UNKNOWN, nothing)
            for before, after in self.answers
        )

    @property
    def answers(self) -> Iterable[tuple[int | None, int | None]]:
        """Pairs of raw answers, left and right; None for an absent end.

        Every distinct one of ends that changed, and of all others enough to tell
        whether some are allowed on both sides, and whether some are unknown.
        """
        _ = self.changes
        self._compare_some_that_stay()
        return self._turns.keys()

    def _single(self) -> Iterator[tuple[ChangedEnd, ChangedEnd, Turn]]:
        left, right = self.left, self.right
        names = sorted({*left.positions, *right.positions})
        sources = left.sources | right.sources
        targets = self._targets
        for name in names:
            workload = self._workload(name)
            if name in sources:
                yield from self._between(name, targets)
                for ranges, turn in self._outside(name, Direction.EGRESS):
                    yield workload, ranges, turn
                for turn in self._own_node(name):
                    yield workload, OWN_NODE, turn
        for name in targets:
            for ranges, turn in self._outside(name, Direction.INGRESS):
                yield ranges, self._workload(name), turn

    def _workload(self, name: Name) -> Workload:
        found = self.right.workload(name) or self.left.workload(name)
        if found is None:
            raise KeyError(name)
        return found

    def _between(
        self, name: Name, targets: list[Name]
    ) -> Iterator[tuple[ChangedEnd, ChangedEnd, Turn]]:
        source = self._workload(name)
        if name not in self._focus.sources:
            for target, turns in self._to_changed(name):
                for turn in turns:
                    yield source, self._workload(target), turn
            return
        old, new = self.left.answers_from(name), self.right.answers_from(name)
        for target in self._touched(old, new, targets):
            if target != name:
                before = None if old is None else old.to(target)
                after = None if new is None else new.to(target)
                for turn in self._compared(before, after):
                    yield source, self._workload(target), turn

    def _to_changed(self, name: Name) -> Iterator[tuple[Name, tuple[Turn, ...]]]:
        """Yield what changes for a source whose own policies say the same, in order."""
        found: dict[Name, tuple[Turn, ...]] = {}
        for targets, before, after in self._focus.answers_from(name):
            turns = self._compared(before, after)
            if turns:
                found.update(dict.fromkeys(targets, turns))
        yield from sorted(found.items(), key=lambda item: item[0])

    @cached_property
    def _focus(self) -> Focus:
        return Focus(self.left, self.right, self._targets)

    def _compare_some_that_stay(self) -> None:
        """Compare a pair that fares alike and lets something pass, and one unknown.

        Others that fare alike say no more about how the sides stand to each other.
        """
        left, right, focus = self.left, self.right, self._focus
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
        for name in sorted((left.sources | right.sources) - focus.sources):
            old, new = left.answers_from(name), right.answers_from(name)
            if old is None or new is None:
                continue
            pairs = {(old.to(to), new.to(to)) for to in targets if to != name}
            for before, after in pairs:
                self._compared(before, after)
                verdicts = left.verdicts(before)
                wanted -= {each for each in wanted if verdicts[each]}
            if not wanted:
                return

    def _touched(
        self, old: Answers | None, new: Answers | None, targets: list[Name]
    ) -> Iterable[Name]:
        """Return those of *targets* to which something passes on a side, in order.

        Those that are on one side only are among them. To the others nothing passes on
        either side, which needs to be compared only once.
        """
        if old is None or new is None:
            return targets
        on_left, on_right, single = self._places
        places = {*single}
        places.update(on_left[at] for at in old.positions() if at in on_left)
        places.update(on_right[at] for at in new.positions() if at in on_right)
        if len(places) < len(targets):
            self._compared(0, 0)
        return [targets[at] for at in sorted(places)]

    @cached_property
    def _places(self) -> tuple[dict[int, int], dict[int, int], list[int]]:
        """The places among targets of the workloads of both sides, and of strangers."""
        left, right = self.left.positions, self.right.positions
        place = {name: at for at, name in enumerate(self._targets)}
        return (
            {at: place[name] for name, at in left.items() if name in place},
            {at: place[name] for name, at in right.items() if name in place},
            [at for name, at in place.items() if (name in left) != (name in right)],
        )

    @cached_property
    def _targets(self) -> list[Name]:
        """Who is asked about as a destination, in order."""
        left, right = self.left, self.right
        asked = left.destinations | right.destinations
        return [
            name
            for name in sorted({*left.positions, *right.positions})
            if name in asked
        ]

    def _own_node(self, name: Name) -> Iterator[Turn]:
        sides = (self.left, self.right)
        if all(side.result.narrowing.destination_ranges is None for side in sides):
            before, after = (side.own_node(name) for side in sides)
            yield from self._compared(before, after)

    def _outside(
        self, name: Name, direction: Direction
    ) -> Iterator[tuple[tuple[AddressRange, ...], Turn]]:
        """Yield the addresses for which something changes, joined where it is alike."""
        same = None if self.left_out else self._focus.same_outside(name, direction)
        if same is not None:
            for answer in same:
                self._compared(answer, answer)
            return
        before = self.left.outside(name, direction)
        after = self.right.outside(name, direction)
        known = self._joined_outside.get((id(before), id(after)))
        if known is None:
            # The lists are kept, so that no other takes their identity.
            known = before, after, tuple(self._parts_that_turn(before, after))
            self._joined_outside[id(before), id(after)] = known
        yield from known[2]

    def _parts_that_turn(
        self, before: list[Part] | None, after: list[Part] | None
    ) -> Iterator[tuple[tuple[AddressRange, ...], Turn]]:
        joined: dict[object, tuple[list[AddressRange], Turn]] = {}
        for piece, old, new in refined(before, after):
            pieces = without((piece,), self.left_out)
            for turn in self._compared(old, new) if pieces else ():
                joined.setdefault(turn[:3], ([], turn))[0].extend(pieces)
        for ranges, turn in joined.values():
            yield tuple(merged(ranges)), turn

    def _compared(self, before: int | None, after: int | None) -> tuple[Turn, ...]:
        found = self._turns.get((before, after))
        if found is None:
            found = self._turns[before, after] = tuple(self._compare(before, after))
        return found

    def _compare(self, before: int | None, after: int | None) -> Iterator[Turn]:
        for was, old in self.left.verdicts(before).items():
            for now, new in self.right.verdicts(after).items():
                if was is now or {was, now} <= {None, Verdict.DENIED}:
                    continue
                flows = old & new
                example = flows.witness()
                if example is not None:
                    yield Turn(_spoken(services_of(flows)), was, now, example)


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


@dataclass(slots=True)
class _Gathered:
    turn: Turn
    sources: dict[object, ChangedEnd] = field(default_factory=dict)
    destinations: dict[object, ChangedEnd] = field(default_factory=dict)


def _joined(items: Iterable[_Gathered]) -> Iterable[_Gathered]:
    """Join the sources that go to the same destinations."""
    joined: dict[object, _Gathered] = {}
    for item in items:
        key = frozenset(item.destinations), item.turn[:3]
        whole = joined.setdefault(key, _Gathered(item.turn))
        whole.sources |= item.sources
        whole.destinations |= item.destinations
    return joined.values()


def _among(items: Iterable[_Gathered]) -> Iterable[_Gathered]:
    """Join sources that each go to all others of a set: none goes to itself."""
    joined: dict[object, _Gathered] = {}
    for item in items:
        key: object = id(item)
        if len(item.sources) == 1:
            key = frozenset(item.sources | item.destinations), item.turn[:3]
        whole = joined.setdefault(key, _Gathered(item.turn))
        if whole.sources:
            whole.destinations |= whole.sources
            item.destinations |= item.sources
        whole.sources |= item.sources
        whole.destinations |= item.destinations
    return joined.values()


def _key(end: ChangedEnd) -> object:
    return name_of(end) if isinstance(end, Workload) else end
