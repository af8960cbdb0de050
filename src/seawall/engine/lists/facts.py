"""What is true of an ordered list as a whole, for every packet.

A rule is *shadowed* if earlier rules match all that it matches. It is *redundant* if
every packet that it decides would meet the same without it.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import and_

from seawall.engine.lists.axis import bits
from seawall.engine.lists.cover import Cover
from seawall.engine.lists.ground import Ground, Service, TooIntricateError
from seawall.engine.lists.rule import Listed


@dataclass(frozen=True, slots=True)
class Shadowed:
    """A rule that never decides.

    Attributes:
        rule: Its position.
        by: Positions of earlier rules that together match all that it matches.
    """

    rule: int
    by: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Redundant:
    """A rule that decides, and without which the same would happen.

    Attributes:
        rule: Its position.
        instead: Positions of the rules that decide then, the first first.
        by_default: Whether some packets are then decided by no rule.
        together: Whether it may go together with all others of which this holds, and
            with all that are shadowed.
    """

    rule: int
    instead: tuple[int, ...]
    by_default: bool
    together: bool


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What is true of a list.

    Attributes:
        shadowed: The rules that never decide.
        redundant: Those that decide and are not needed.
        empty: Those that match no packet at all.
        open: Those of which it was not found out; the list is too intricate there.
    """

    shadowed: tuple[Shadowed, ...]
    redundant: tuple[Redundant, ...]
    empty: tuple[int, ...]
    open: tuple[int, ...]


class RuleList:
    """A list of rules that is asked in order, and the first that matches decides.

    Attributes:
        rules: By order; positions in what is said of it are positions here.
        default: What happens to packets that no rule matches; None if it is not known.
        ground: What the rules tell apart.
        cover: Finds packets that none of some rules matches.
        before: For each rule those that are asked before it.
        until: For each rule those and the ones of its own order.
        doing: The rules by what they do.
    """

    def __init__(
        self, rules: Sequence[Listed], default: Hashable | None = None
    ) -> None:
        """Take rules in any order.

        Raises:
            TooIntricateError: They tell too much apart.

        Complexity: the distinct ends of ranges, times the rules in bits.
        """
        self.rules = tuple(sorted(rules, key=lambda rule: rule.order))
        self.default = default
        self.ground = Ground(self.rules)
        self.cover = Cover(self.ground)
        self.before, self.until = order(self.rules)
        self.doing: dict[Hashable, int] = {}
        for at, rule in enumerate(self.rules):
            self.doing[rule.verdict] = self.doing.get(rule.verdict, 0) | 1 << at

    def deciding(
        self, source: int, destination: int, service: Service
    ) -> tuple[int, ...]:
        """Return which rule surely decides about a packet in no symbol.

        Args:
            source: Its number on the line of addresses.
            destination: Likewise.
            service: Its protocol and ports.

        Returns:
            One position; several if they have no order; none if no rule matches.

        Complexity: three searches, and the rules in bits.
        """
        ground = self.ground
        here, there, what = ground.atoms_at(source, destination, service)
        held = (
            ground.sources.by_atom[here]
            & ground.destinations.by_atom[there]
            & ground.services.by_atom[what]
        )
        if not held:
            return ()
        first = (held & -held).bit_length() - 1
        return tuple(bits(held & self.until[first]))

    def facts(self) -> ListFacts:
        """Return what never decides and what is not needed.

        Complexity: for each rule a few operations on the rules in bits; and for those
        that no single rule settles, the cuts that the rules which meet them make.
        """
        return _Search(self).run()

    def escapes(self, rules: tuple[int, ...], others: int) -> bool:
        """Whether some packet that all of some rules match is in no rule of a set."""
        near = others
        for rule in rules:
            near &= self.meetings[rule]
        if any(self.holdings[rule] & near for rule in rules):
            return False
        return any(
            self.cover.escapes(each, near) for each in self.cover.regions(*rules)
        )

    @cached_property
    def meetings(self) -> list[int]:
        """For each rule those that may match something that it matches."""
        axes = (self.ground.sources, self.ground.destinations, self.ground.services)
        one, two, three = ([axis.meeting[at] for at in axis.value_of] for axis in axes)
        return list(map(and_, map(and_, one, two), three))

    @cached_property
    def holdings(self) -> list[int]:
        """For each rule those that match all that it matches; some may be missing."""
        axes = (self.ground.sources, self.ground.destinations, self.ground.services)
        one, two, three = ([axis.holding[at] for at in axis.value_of] for axis in axes)
        return list(map(and_, map(and_, one, two), three))


class _Search:
    def __init__(self, listed: RuleList) -> None:
        self._list = listed
        self._ground, self._cover = listed.ground, listed.cover
        self._before, self._until = listed.before, listed.until
        self._every = (1 << len(listed.rules)) - 1
        self._lonely: dict[tuple[int, int, int], list[int]] = {}
        self._meeting, self._holding = listed.meetings, listed.holdings

    def run(self) -> ListFacts:
        shadowed, empty, open_ = [], [], []
        idle = 0
        for rule in range(len(self._list.rules)):
            try:
                by = self._shadowed(rule)
            except TooIntricateError:
                open_.append(rule)
                continue
            if by is None:
                continue
            idle |= 1 << rule
            if by:
                shadowed.append(Shadowed(rule, by))
            else:
                empty.append(rule)
        redundant = []
        gone = idle
        for rule in reversed(range(len(self._list.rules))):
            if idle >> rule & 1 or rule in open_:
                continue
            try:
                if not self._is_spare(rule, 0):
                    continue
                together = self._is_spare(rule, gone)
                instead, by_default = self._instead(rule, gone if together else 0)
            except TooIntricateError:
                open_.append(rule)
                continue
            if together and not self._list.rules[rule].is_default:
                gone |= 1 << rule
            redundant.append(Redundant(rule, instead, by_default, together))
        return ListFacts(
            tuple(shadowed), tuple(reversed(redundant)), tuple(empty), tuple(open_)
        )

    def _shadowed(self, rule: int) -> tuple[int, ...] | None:
        """Return the rules that decide all that a rule matches; None if some is left.

        It is empty if the rule matches nothing.
        """
        earlier = self._before[rule]
        single = self._holding[rule] & earlier
        if not single:
            near = self._meeting[rule] & earlier
            if self._is_lonely(rule, near):
                return None
            by = 0
            for region in self._cover.regions(rule):
                part = self._cover.covering(region, near)
                if part is None:
                    return None
                by |= part
            return tuple(bits(by))
        if not any(True for _ in self._cover.regions(rule)):
            return ()
        return ((single & -single).bit_length() - 1,)

    def _is_lonely(self, rule: int, others: int) -> bool:
        """Whether one of a few packets of a rule is matched by no other; not sure."""
        if not others:
            return any(True for _ in self._cover.regions(rule))
        ground = self._ground
        for world, (here, there) in enumerate(ground.worlds):
            sources = self._places(0, rule, world, here)
            destinations = self._places(1, rule, world, there)
            services = self._places(2, rule, 0, ground.services.every)
            for one in sources:
                held = one & others
                for two in destinations if held else ():
                    both = held & two
                    if both and all(both & what for what in services):
                        continue
                    if services:
                        return True
                if not held and destinations and services:
                    return True
        return False

    def _places(self, side: int, rule: int, world: int, among: int) -> list[int]:
        ground = self._ground
        axis = (ground.sources, ground.destinations, ground.services)[side]
        value = axis.value_of[rule]
        key = (side, value, world)
        if key not in self._lonely:
            self._lonely[key] = axis.lonely(axis.values[value], among)
        return self._lonely[key]

    def _later(self, rule: int, gone: int) -> int:
        """Return the rules that may decide in the place of one."""
        return self._every & ~self._before[rule] & ~gone & ~(1 << rule)

    def _is_spare(self, rule: int, gone: int) -> bool:
        """Whether what a rule decides fares alike without it, and without others.

        Args:
            rule: Its position.
            gone: Rules that are not there either.
        """
        listed = self._list
        verdict = listed.rules[rule].verdict
        later = self._later(rule, gone)
        if listed.default != verdict and self._is_left(rule, gone):
            return False
        others = later & self._meeting[rule] & ~listed.doing[verdict]
        return not any(self._takes(rule, other, gone) for other in bits(others))

    def _is_left(self, rule: int, gone: int) -> bool:
        """Whether no other rule matches some packet of a rule."""
        others = self._every & ~gone & ~(1 << rule)
        if self._holding[rule] & others:
            return False
        near = self._meeting[rule] & others
        return self._is_lonely(rule, near) or any(
            self._cover.escapes(each, near) for each in self._cover.regions(rule)
        )

    def _takes(self, rule: int, other: int, gone: int) -> bool:
        """Whether a later rule would decide something in the place of one."""
        between = self._before[other] & ~gone & ~(1 << rule)
        return self._list.escapes((rule, other), between)

    def _instead(self, rule: int, gone: int) -> tuple[tuple[int, ...], bool]:
        """Return which rules decide in the place of one, and whether none does."""
        later = self._later(rule, gone) & self._meeting[rule]
        found = tuple(other for other in bits(later) if self._takes(rule, other, gone))
        return found, self._is_left(rule, gone)


def order(rules: Sequence[Listed]) -> tuple[list[int], list[int]]:
    """Return for each rule those of lower order, and those not of higher order.

    Args:
        rules: By order.
    """
    before: list[int] = []
    until: list[int] = []
    start = 0
    for at, rule in enumerate(rules):
        if at and rule.order != rules[at - 1].order:
            start = at
        before.append((1 << start) - 1)
    end = len(rules)
    for at in reversed(range(len(rules))):
        if at + 1 < len(rules) and rules[at + 1].order != rules[at].order:
            end = at + 1
        until.append((1 << end) - 1)
    until.reverse()
    return before, until
