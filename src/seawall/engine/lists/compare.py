"""Whether two ordered lists do the same with every packet, and where they differ."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from seawall.engine.lists.axis import bits
from seawall.engine.lists.cover import Cover, Region
from seawall.engine.lists.facts import order
from seawall.engine.lists.ground import Ground, Service
from seawall.engine.lists.rule import EVERY_ADDRESS, Listed, Services
from seawall.engine.lists.terms import Symbol, Terms
from seawall.model.packet import LAST_PORT

_EVERY_PORT = ((0, LAST_PORT),)


@dataclass(frozen=True, slots=True)
class Example:
    """A packet, and what must hold its ends.

    Attributes:
        source: A number on the line of addresses.
        destination: Likewise.
        service: Its protocol and ports.
        source_within: Symbols that hold the source; no other does.
        destination_within: Likewise.
        service_within: Likewise, of packets without ports.
    """

    source: int
    destination: int
    service: Service
    source_within: tuple[Symbol, ...]
    destination_within: tuple[Symbol, ...]
    service_within: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Packets that two lists treat differently.

    Attributes:
        old: The rule of the first list that decides; None if no rule does.
        new: That of the second.
        example: One of the packets.
    """

    old: Listed | None
    new: Listed | None
    example: Example


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two lists side by side.

    Attributes:
        differences: One for each pair of rules that decide differently about
            something, by the order of the first list. Without any, the lists are
            equivalent.
        unordered: Whether rules of one order that do different things meet in a list:
            then what such a list does is not known there, and may be called different.
    """

    differences: tuple[Difference, ...]
    unordered: bool

    @property
    def equivalent(self) -> bool:
        """Whether the lists do the same, whatever the symbols hold."""
        return not self.differences


def compare(
    old: Sequence[Listed], new: Sequence[Listed], default: Hashable | None = None
) -> Comparison:
    """Return where two lists differ, over every packet and all that symbols may hold.

    Args:
        old: Rules in any order, read by the reader that read the others.
        new: Likewise.
        default: What happens in both to packets that no rule matches.

    Raises:
        TooIntricateError: They tell too much apart.

    Complexity: the pairs of rules of different verdicts that meet, each with a few
    operations on the rules in bits, and those that no single rule settles with the cuts
    of the rules that meet them.
    """
    return _Comparing(old, new, default).run()


class _Comparing:
    def __init__(
        self, old: Sequence[Listed], new: Sequence[Listed], default: Hashable | None
    ) -> None:
        ends = [Listed("", (), default, *_EVERYTHING)]
        lists = [
            [*sorted(rules, key=lambda rule: rule.order), *ends] for rules in (old, new)
        ]
        self._start = len(lists[0])
        self._rules = [*lists[0], *lists[1]]
        self._ground = Ground(self._rules)
        self._cover = Cover(self._ground)
        first, second = order(lists[0][:-1])[0], order(lists[1][:-1])[0]
        self._before = [*first, (1 << len(first)) - 1]
        self._before += [
            held << self._start for held in (*second, (1 << len(second)) - 1)
        ]
        self._axes = (
            self._ground.sources,
            self._ground.destinations,
            self._ground.services,
        )

    def run(self) -> Comparison:
        every = (1 << len(self._rules)) - (1 << self._start)
        alike: dict[Hashable, int] = {}
        for at, rule in enumerate(self._rules):
            alike[rule.verdict] = alike.get(rule.verdict, 0) | 1 << at
        found = []
        for old in range(self._start):
            if self._holding(old) & self._before[old]:
                continue
            others = every & self._meeting(old) & ~alike[self._rules[old].verdict]
            for new in bits(others):
                example = self._example(old, new)
                if example is not None:
                    found.append(Difference(self._rule(old), self._rule(new), example))
        return Comparison(tuple(found), self._is_unordered())

    def _rule(self, at: int) -> Listed | None:
        return (
            None if at in (self._start - 1, len(self._rules) - 1) else self._rules[at]
        )

    def _example(self, old: int, new: int) -> Example | None:
        before = self._before[old] | self._before[new]
        if (self._holding(old) | self._holding(new)) & before:
            return None
        near = before & self._meeting(old) & self._meeting(new)
        for region in self._cover.regions(old, new):
            if self._cover.escapes(region, near):
                return self._packet(region, near)
        return None

    def _packet(self, region: Region, near: int) -> Example | None:
        atoms = self._cover.example(region, near)
        if atoms is None:
            return None
        ground = self._ground
        return Example(
            ground.source(atoms[0]),
            ground.destination(atoms[1]),
            ground.service(atoms[2]),
            *(
                tuple(axis.symbols[at] for at in bits(cut.within))
                for axis, cut in zip(self._axes, region, strict=True)
            ),
        )

    def _is_unordered(self) -> bool:
        return any(
            one.order == two.order and one.verdict != two.verdict
            for at, (one, two) in enumerate(
                zip(self._rules, self._rules[1:], strict=False)
            )
            if at not in (self._start - 2, self._start - 1, len(self._rules) - 2)
        )

    def _meeting(self, rule: int) -> int:
        found = -1
        for axis in self._axes:
            found &= axis.meeting[axis.value_of[rule]]
        return found

    def _holding(self, rule: int) -> int:
        found = -1
        for axis in self._axes:
            found &= axis.holding[axis.value_of[rule]]
        return found


_EVERYTHING = (
    Terms(EVERY_ADDRESS),
    Terms(EVERY_ADDRESS),
    Services(None, _EVERY_PORT, _EVERY_PORT),
)
