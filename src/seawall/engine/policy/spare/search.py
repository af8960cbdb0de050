"""Rules without which every pod of the input fares as before, proved by sets.

A rule is *spare* if the policies of the pods that it holds decide alike without it, for
every packet from or to every pod and every address. Each spare rule that is found may
go alone, and all may go together: what takes the place of one never is to go itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.compile.grip import Doubt
from seawall.engine.policy.reasons.trail import Staged
from seawall.engine.policy.rows.planes import Planes
from seawall.engine.policy.rows.row import Term
from seawall.engine.policy.rows.walk import Stage, Walk
from seawall.engine.policy.spare.rule_groups import Group, Place, RuleGroups
from seawall.model.ranked import Action

MOST_STEPS = 1_000_000
"""So many rules are met again, before no more ranked ones are tried without."""

Outcome = frozenset[Term]

Unit = tuple[Place, ...]
"""What one written rule became."""


@dataclass(frozen=True, slots=True)
class Spare:
    """A rule that changes nothing.

    Attributes:
        unit: The rule; all of these if one that was written became several.
        is_shadowed: Whether nothing undecided gets to it: earlier rules decide all that
            it matches. If not, others would do the same.
        covering: The rules that decide what it matches, the earliest first.
        by_default: Whether some of what it matches is decided by no rule.
    """

    unit: Unit
    is_shadowed: bool
    covering: tuple[Place, ...]
    by_default: bool


@dataclass(frozen=True, slots=True)
class SpareRules:
    """What is known about the need for every rule.

    Attributes:
        spare: The rules that may go, all together.
        unmatched: The rules that hold pods and match no end of the input.
        unasked: The rules on pods of which nothing is certain, such as those under an
            unreadable policy.
        untried: The rules that others cover one by one, and that may be spare or not:
            there are too many to try.
    """

    spare: tuple[Spare, ...]
    unmatched: tuple[Unit, ...]
    unasked: tuple[Unit, ...]
    untried: tuple[Unit, ...]


def find_spare(table: PolicyTable) -> SpareRules:
    """Return the rules that change nothing.

    Complexity: for every distinct set of policies that holds pods, the rules in it, as
    for the compilation of rows; and once more for each rule that others cover, which
    are few in the usual case. Those of ranked policies are tried up to `MOST_STEPS`.
    """
    return _Search(RuleGroups(table)).run()


class _Search:
    def __init__(self, groups: RuleGroups) -> None:
        self._groups, self._index = groups, groups.table.index
        self._removed: set[Place] = set()
        self._steps = 0

    def run(self) -> SpareRules:
        """Find candidates by what is matched twice; prove each without the rule."""
        groups, units = self._groups, self._groups.units()
        unasked = [
            unit
            for unit in units
            if any(group.is_open for group in groups.held_by(unit))
        ]
        unmatched = [
            unit for unit in units if unit not in unasked and not self._may_match(unit)
        ]
        needed, met = self._needed()
        settled = {*unasked, *unmatched}
        asked = [
            unit for unit in units if unit not in settled and needed.isdisjoint(unit)
        ]
        # What nothing gets to may go, and all of it together, whatever else is there.
        shadowed = {unit for unit in asked if met.isdisjoint(unit)}
        self._removed.update(place for unit in shadowed for place in unit)
        found, untried = set(shadowed), []
        for unit in reversed(asked):
            if unit in shadowed:
                continue
            if self._steps > MOST_STEPS:
                untried.append(unit)
            elif all(self._is_spare(unit, group) for group in groups.held_by(unit)):
                self._removed.update(unit)
                found.add(unit)
        return SpareRules(
            tuple(
                self._spare(unit, is_shadowed=unit in shadowed)
                for unit in asked
                if unit in found
            ),
            tuple(unmatched),
            tuple(unasked),
            tuple(reversed(untried)),
        )

    def _may_match(self, unit: Unit) -> bool:
        return any(
            self._groups.possible(place, group)
            for place in unit
            for group in self._groups.held(place)
        )

    def _needed(self) -> tuple[set[Place], set[Place]]:
        """Return the rules that match what no other does, and those that are met."""
        needed: set[Place] = set()
        met: set[Place] = set()
        for group in self._groups.groups:
            if group.is_open:
                continue
            places = list(self._groups.places_of(group))
            reached = set(places)
            if group.views:
                reached = self._reached(group, places)
            met |= reached
            twice = self._twice(group, places)
            for place in reached - needed:
                second = twice[self._groups.action(place)]
                if _rest(self._terms(place, group), second):
                    needed.add(place)
        return needed, met

    def _twice(self, group: Group, places: Iterable[Place]) -> dict[Action, Planes]:
        """Return what more than one rule matches, or one beside what is free."""
        free = [] if group.views else self._free(group)
        once = {action: Planes(free) for action in Action}
        twice = {action: Planes(free) for action in Action}
        for place in places:
            action = self._groups.action(place)
            own = Planes(self._terms(place, group))
            for term in own.terms():
                for shared in list(once[action].within(*term)):
                    twice[action].add(*shared)
            once[action] |= own
        return twice

    def _terms(self, place: Place, group: Group) -> list[Term]:
        """Return what a rule matches, finely enough to compare it with others."""
        if group.views:
            return self._groups.possible(place, group)
        return self._groups.answers(place, group)

    def _free(self, group: Group) -> list[Term]:
        """Return what passes by itself, as terms of answers."""
        compiler, services = self._groups.table.compiler, self._index.services
        found = list(compiler.unpoliced())
        if group.grip.doubt is Doubt.OPEN_ENDED:
            possible = services.answer(0, services.everything)
            found.append((possible, self._index.columns.everything))
        return found

    def _is_spare(self, unit: Unit, group: Group) -> bool:
        own = [it for it in unit if group in self._groups.held(it)]
        terms = [term for it in own for term in self._terms(it, group)]
        if group.views:
            # Without a rule that nothing got to, another may come to matter.
            ways = (set[Place](), set(unit), self._removed.union(unit))
            self._steps += len(ways) * sum(1 for _ in self._groups.places_of(group))
            first, *others = (
                [_outcome(walk) for walk in self._walks(group, removed, terms)]
                for removed in ways
            )
            # What is not certain may be settled beyond the policies, rule by rule.
            certain = all(outcome is not None for outcome in first)
            return certain and all(other == first for other in others)
        removed = self._removed.union(unit)
        cover = Planes(self._free(group))
        for other in self._groups.places_of(group):
            if other not in removed:
                for term in self._groups.answers(other, group):
                    cover.add(*term)
        return not _rest(terms, cover)

    def _reached(self, group: Group, places: Iterable[Place]) -> set[Place]:
        """Return the rules that something undecided gets to."""
        met: set[int] = set()
        networks = []
        every = (self._index.services.everything, group.columns)
        for walk in self._walks(group, set(), [every]):
            met |= walk.met
            if walk.network is not None:
                networks.append(walk.network)
        found = set()
        for place in places:
            if place.is_ranked:
                if id(self._groups.ranked_rule(place)) in met:
                    found.add(place)
                continue
            own = self._groups.possible(place, group)
            if any(_overlap(own, left) for left in networks):
                found.add(place)
        return found

    def _walks(
        self, group: Group, removed: set[Place], terms: Iterable[Term]
    ) -> Iterator[Walk]:
        """Yield the walks of a group without some rules: the network's and a mesh's.

        Args:
            group: The group.
            removed: The rules that are left out.
            terms: The packets that go, as masks of services at columns.
        """
        every = list(terms)
        ordered = self._groups.table.compiler.ordered
        granted = [
            term
            for place in self._groups.places_of(group)
            if not place.is_ranked and place not in removed
            for term in self._groups.answers(place, group)
        ]
        numbers = {id(item): at for at, item in enumerate(self._index.ranked)}
        for view in group.views:
            for staged in (
                ordered.stages(group.grip, view, lambda _grip, _view: granted),
                ordered.mesh_stages(group.grip, view),
            ):
                if staged:
                    yield Walk(
                        every,
                        [_left(item, group, removed, numbers) for item in staged],
                    )

    def _spare(self, unit: Unit, *, is_shadowed: bool) -> Spare:
        """Return a rule that may go, with what decides what it matches."""
        groups, found = self._groups, dict[Place, None]()
        alike, by_default = groups.action(unit[0]), False
        for group in groups.held_by(unit):
            in_order = self._in_order(group)
            rest = Planes(
                term
                for place in in_order
                if place in unit
                for term in self._terms(place, group)
            )
            if not group.views:
                _take(rest, self._free(group))
            others = [it for it in in_order if it not in unit]
            if not is_shadowed:
                others = [it for it in others if it not in self._removed]
                others.sort(key=lambda it: groups.action(it) is not alike)
            # What surely decides is named before what merely may.
            others.sort(key=self._is_conditional)
            for other in others:
                if rest and _take(rest, self._terms(other, group)):
                    found[other] = None
            by_default |= bool(rest)
        return Spare(unit, is_shadowed, tuple(found), by_default)

    def _is_conditional(self, place: Place) -> bool:
        """Whether a rule has a condition that packets do not show."""
        rule = self._groups.ranked_rule(place) if place.is_ranked else None
        return rule is not None and rule.condition is not None

    def _in_order(self, group: Group) -> list[Place]:
        index = self._index

        def key(place: Place) -> tuple[object, ...]:
            if not place.is_ranked:
                return (1_000_000.0, "default", 1_000.0, place)
            policy = index.ranked[place.policy]
            return (policy.tier.order, policy.tier.name, policy.order, place)

        if not group.views:
            return list(self._groups.places_of(group))
        return sorted(self._groups.places_of(group), key=key)


def _left(
    staged: Staged, group: Group, removed: set[Place], numbers: dict[int, int]
) -> Stage:
    stage, policy = staged
    if policy is None or not removed:
        return stage
    number = numbers[id(policy)]
    hits = tuple(
        hit
        for position, hit in enumerate(stage.hits)
        if Place(True, number, group.direction, position) not in removed  # noqa: FBT003
    )
    return replace(stage, hits=hits)


def _outcome(walk: Walk) -> Outcome | None:
    """Return what is allowed and denied, in one canonical form; None if in doubt."""
    if walk.allowed & walk.denied:
        return None
    allowed = {(mask << 1, columns) for mask, columns in walk.allowed.terms()}
    denied = {(mask << 1 | 1, columns) for mask, columns in walk.denied.terms()}
    return frozenset(allowed | denied)


def _rest(terms: Iterable[Term], cover: Planes) -> bool:
    """Whether some of *terms* is not covered."""
    rest = Planes(terms)
    for term in list(rest.terms()):
        for shared in list(cover.within(*term)):
            rest.remove(*shared)
    return bool(rest)


def _overlap(terms: Iterable[Term], planes: Planes) -> bool:
    return any(True for term in terms for _ in planes.within(*term))


def _take(rest: Planes, terms: Iterable[Term]) -> bool:
    """Leave *terms* out of a rest; return whether that takes anything away."""
    taken = False
    for term in terms:
        if any(True for _ in rest.within(*term)):
            taken = True
            rest.remove(*term)
    return taken
