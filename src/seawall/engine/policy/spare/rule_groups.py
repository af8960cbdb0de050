"""Pods that fare alike, and what every rule that holds them matches there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.compile.grip import Doubt, Grip
from seawall.engine.policy.compile.ranked_rules import View
from seawall.engine.policy.rows.row import Term
from seawall.engine.policy.rows.walk import Hit
from seawall.engine.policy.spare.written import WrittenRule, written_rule
from seawall.model.policy import Direction, NamedPort, PolicyRule
from seawall.model.ranked import Action, RankedRule


class Place(NamedTuple):
    """One rule, by where it stands.

    Attributes:
        is_ranked: Whether its policy is a ranked one, and no NetworkPolicy.
        policy: The position of the policy among those of its sort in the index.
        direction: The direction.
        position: Its place in the policy's list for the direction, from 0.
    """

    is_ranked: bool
    policy: int
    direction: Direction
    position: int


@dataclass(frozen=True, slots=True)
class Group:
    """Units that policies hold alike in one direction.

    Attributes:
        grip: What holds them.
        direction: The direction.
        unit: One of them.
        views: From where ranked rules look at it; empty if there are none.
        columns: The ends with which it shares an address family.
    """

    grip: Grip
    direction: Direction
    unit: int
    views: tuple[View, ...]
    columns: int

    @property
    def is_open(self) -> bool:
        """Whether nothing is certain, so that no rule can be told to be needed."""
        return self.grip.doubt is Doubt.NOTHING_SURE


class RuleGroups:
    """The groups of one table, and the terms of rules on them."""

    def __init__(self, table: PolicyTable) -> None:
        """Group the units of *table*.

        Complexity: units, times the policies that hold each.
        """
        self.table, self._index = table, table.index
        self._terms: dict[tuple[object, ...], list[Term]] = {}
        self._relevant: dict[tuple[int, ...], int] = {}
        self.groups = list(self._grouped())
        self.of_policy: dict[tuple[bool, int, Direction], list[Group]] = {}
        for group in self.groups:
            for key in self._policies(group):
                self.of_policy.setdefault(key, []).append(group)

    def places(self) -> Iterator[Place]:
        """Yield every rule in a direction that its policy governs."""
        index = self._index
        for at, policy in enumerate(index.policies):
            for way in Direction:
                if way in policy.isolates:
                    for position in range(len(policy.rules(way))):
                        yield Place(False, at, way, position)  # noqa: FBT003
        for at, ranked in enumerate(index.ranked):
            for way in Direction:
                if way in ranked.governs:
                    for position in range(len(ranked.rules(way))):
                        yield Place(True, at, way, position)  # noqa: FBT003

    def units(self) -> list[tuple[Place, ...]]:
        """Return the rules that hold pods, those that were written as one together.

        A rule that stands in no list is in none of these.
        """
        found: dict[tuple[WrittenRule, int], list[Place]] = {}
        index = self._index
        for place in self.places():
            policy = (index.ranked if place.is_ranked else index.policies)[place.policy]
            entry = written_rule(policy, place.direction, place.position)
            if entry is not None and self.held(place):
                # A NetworkPolicy is one policy only, even if another has its name.
                number = -1 if place.is_ranked else place.policy
                found.setdefault((entry, number), []).append(place)
        return [tuple(places) for places in found.values()]

    def held_by(self, unit: tuple[Place, ...]) -> list[Group]:
        """Return the groups that any rule of a unit holds."""
        found = {id(group): group for place in unit for group in self.held(place)}
        return list(found.values())

    def held(self, place: Place) -> list[Group]:
        """Return the groups that the policy of a rule holds."""
        return self.of_policy.get(place[:3], [])

    def places_of(self, group: Group) -> Iterator[Place]:
        """Yield the rules that hold a group."""
        index, way = self._index, group.direction
        for is_ranked, at, _ in self._policies(group):
            policy = index.ranked[at] if is_ranked else index.policies[at]
            for position in range(len(policy.rules(way))):
                yield Place(is_ranked, at, way, position)

    def network_rule(self, place: Place) -> PolicyRule:
        """Return the rule of a NetworkPolicy at a place."""
        policy = self._index.policies[place.policy]
        return policy.rules(place.direction)[place.position]

    def ranked_rule(self, place: Place) -> RankedRule:
        """Return the rule of a ranked policy at a place."""
        policy = self._index.ranked[place.policy]
        return policy.rules(place.direction)[place.position]

    def action(self, place: Place) -> Action:
        """Return what a rule does."""
        return self.ranked_rule(place).action if place.is_ranked else Action.ALLOW

    def answers(self, place: Place, group: Group) -> list[Term]:
        """Return what a rule of a NetworkPolicy grants a group, as terms of answers."""
        rule = self.network_rule(place)
        ports = self._index.units.units[group.unit].ports
        if group.direction is Direction.EGRESS or not _names_ports(rule):
            ports = ()
        key = (place, ports)
        found = self._terms.get(key)
        if found is None:
            policy = self._index.policies[place.policy]
            found = self._terms[key] = self.table.compiler.rule_terms(
                policy, rule, place.direction, ports
            )
        return _narrowed(found, group.columns)

    def hits(self, place: Place, group: Group) -> list[Hit]:
        """Return what a ranked rule matches, from each view on a group."""
        rule = self.ranked_rule(place)
        return [self._index.rules.hit(rule, view) for view in group.views]

    def possible(self, place: Place, group: Group) -> list[Term]:
        """Return what a rule may match on a group, as masks of services at columns."""
        services = self._index.services
        if not place.is_ranked:
            return [
                (services.possible(answer), columns)
                for answer, columns in self.answers(place, group)
            ]
        every = [term for hit in self.hits(place, group) for term in hit.possible]
        return _narrowed(every, group.columns)

    def _grouped(self) -> Iterator[Group]:
        table, index = self.table, self._index
        for way in Direction:
            seen: set[tuple[object, ...]] = set()
            for number, unit in enumerate(index.units.units):
                grip = table.grip(number, way)
                if not (grip.policies or grip.is_ordered or grip.unfixed):
                    continue
                named = unit.ports if way is Direction.INGRESS else ()
                views: tuple[View, ...] = ()
                own: tuple[object, ...] = ()
                if grip.is_ordered:
                    views = tuple(table.compiler.views(number, grip, way))
                    own = tuple(
                        table.compiler.ordered.own_key(grip, view) for view in views
                    )
                key = (grip, named, unit.families, own)
                if key not in seen:
                    seen.add(key)
                    columns = self._columns(unit.families)
                    yield Group(grip, way, number, views, columns)

    def _columns(self, families: tuple[int, ...]) -> int:
        """Return the ends with which some families can be shared."""
        found = self._relevant.get(families)
        if found is None:
            found = 0
            columns, addresses = self._index.columns, self._index.addresses
            for family in families:
                first = columns.first_unit(family)
                for at, unit in enumerate(self._index.units.units):
                    if family in unit.families:
                        found |= 1 << first + at
                found |= columns.of_classes(addresses.of_version[family])
            self._relevant[families] = found
        return found

    def _policies(self, group: Group) -> Iterator[tuple[bool, int, Direction]]:
        grip = group.grip
        for at in grip.policies:
            yield False, at, group.direction
        for at in sorted((*grip.ranked, *grip.perhaps, *grip.unfixed)):
            yield True, at, group.direction


def _narrowed(terms: list[Term], columns: int) -> list[Term]:
    return [(mask, held & columns) for mask, held in terms if mask and held & columns]


def _names_ports(rule: PolicyRule) -> bool:
    return any(isinstance(match, NamedPort) for match in rule.ports or ())
