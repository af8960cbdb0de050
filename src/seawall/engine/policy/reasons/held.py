"""What the policies that hold an end grant rule by rule, kept for the next question.

Many packets are asked about at ends that the same policies hold. What of an explanation
goes by these policies alone is found once.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.compile.compiler import Part
from seawall.engine.policy.compile.grip import Grip
from seawall.engine.policy.ends.unit import NamedNumber
from seawall.engine.policy.reasons.doubt import doubts_of_subjects, doubts_of_unit
from seawall.engine.policy.rows.laid import Cells, Laid
from seawall.engine.policy.rows.row import Term
from seawall.model.policy import Direction, OpaquePolicy, Policy, PolicyRule
from seawall.model.ranked import RankedPolicy


@dataclass(slots=True, unsafe_hash=True)
class RuleMatch:
    """A rule that allows the packet; not to be changed.

    Attributes:
        policy: Its policy.
        position: Its place in the policy's list for the direction, from 0.
        rule: The rule; it has the origin.
        doubts: Why it is not certain that it matches, as clauses; empty if it is.
    """

    policy: Policy
    position: int
    rule: PolicyRule
    doubts: tuple[str, ...] = ()


class Grant:
    """What one rule grants to an end.

    Attributes:
        policy: Its policy.
        position: Its place in the policy's list for the direction, from 0.
        rule: The rule.
        match: That it allows a packet, without a doubt.
    """

    __slots__ = (
        "_ask",
        "_cells",
        "_halves",
        "_laid",
        "match",
        "policy",
        "position",
        "rule",
    )

    def __init__(
        self,
        policy: Policy,
        position: int,
        rule: PolicyRule,
        ask: Callable[[Part], Sequence[Term]],
        laid: Laid,
    ) -> None:
        """Ask for what a rule grants.

        Args:
            policy: Its policy.
            position: Its place in the policy's list for the direction, from 0.
            rule: The rule.
            ask: Returns what it grants, or one half of it.
            laid: Lays that out.
        """
        self.policy, self.position, self.rule = policy, position, rule
        self.match = RuleMatch(policy, position, rule)
        self._ask, self._laid = ask, laid
        self._cells: Cells | None = None
        self._halves: dict[Part, Sequence[Term]] = {}

    @property
    def cells(self) -> Cells:
        """What it grants; not asked for where all rules together do not grant it."""
        if self._cells is None:
            self._cells = self._laid.terms(self._ask(Part.WHOLE))
        return self._cells

    def half(self, part: Part) -> Sequence[Term]:
        """Return what one half of the rule grants, whatever the other says."""
        found = self._halves.get(part)
        if found is None:
            found = self._halves[part] = self._ask(part)
        return found


@dataclass(frozen=True)
class Held:
    """The policies that hold an end in one direction.

    Attributes:
        grip: Their positions, and what these leave open.
        policies: The NetworkPolicies that isolate it.
        find_grants: Finds `grants`.
        opaque: The unreadable policies that may decide.
        unfixed: Those of which it is not fixed whether they have an effect.
        doubts: Why policies that seem to hold it may not, as clauses.
        is_any: Whether any policy holds it, or may.
        is_ordered: Whether ranked policies, or those of a mesh, have a say.
    """

    grip: Grip
    policies: tuple[Policy, ...]
    find_grants: Callable[[], tuple[Grant, ...]]
    opaque: tuple[OpaquePolicy, ...]
    unfixed: tuple[RankedPolicy, ...]
    doubts: tuple[str, ...]
    is_any: bool
    is_ordered: bool

    @cached_property
    def grants(self) -> tuple[Grant, ...]:
        """What the rules of the NetworkPolicies grant, in order."""
        return self.find_grants()


class Post(NamedTuple):
    """What holds one unit in one direction.

    Attributes:
        held: The policies.
        doubts: By family of the packet, what keeps these from deciding alone, as
            clauses.
    """

    held: Held
    doubts: dict[int, tuple[str, ...]]


def held_by(table: PolicyTable, unit: int, direction: Direction) -> Post:
    """Return what holds a unit in one direction.

    Complexity: that of the policies the first time, and that of their rules when
    `grants` are asked for; memory, a term of each rule for every distinct grip of which
    they were.
    """
    known = unit, direction is Direction.INGRESS
    found: Post | None = table.kept.get(known)
    if found is None:
        found = table.kept[known] = _post(table, unit, direction)
    return found


def _post(table: PolicyTable, unit: int, direction: Direction) -> Post:
    index, grip = table.index, table.grip(unit, direction)
    ports: tuple[NamedNumber, ...] = ()
    if direction is Direction.INGRESS:
        ports = index.units.units[unit].ports
    # Grips live as long as the table, so that no other gets the identity of one.
    key = id(grip), direction, ports
    held: Held | None = table.kept.get(key)
    if held is None:
        held = table.kept[key] = _held(table, grip, direction, ports)
    doubts = {
        family: (
            *doubts_of_unit(index, unit, family, held=held.is_any),
            *held.doubts,
        )
        for family in index.columns.families
    }
    return Post(held, doubts)


def granted_at(terms: Iterable[Term], column: int) -> int:
    """Return the answer that terms grant at a column."""
    answer = 0
    for granted, columns in terms:
        if columns >> column & 1:
            answer |= granted
    return answer


def _held(
    table: PolicyTable,
    grip: Grip,
    direction: Direction,
    ports: tuple[NamedNumber, ...],
) -> Held:
    index = table.index
    policies = tuple([index.policies[at] for at in grip.policies])
    return Held(
        grip,
        policies,
        partial(_grants, table, policies, direction, ports),
        tuple([index.opaque[at] for at in grip.opaque]),
        tuple([index.ranked[at] for at in grip.unfixed]),
        doubts_of_subjects(index, grip),
        bool(grip.policies or grip.opaque or grip.is_ordered or grip.unfixed),
        grip.is_ordered,
    )


def _grants(
    table: PolicyTable,
    policies: Iterable[Policy],
    direction: Direction,
    ports: tuple[NamedNumber, ...],
) -> tuple[Grant, ...]:
    terms = table.compiler.part_terms
    return tuple(
        [
            Grant(
                policy,
                position,
                rule,
                partial(terms, policy, rule, direction, ports),
                table.pairs.laid,
            )
            for policy in policies
            for position, rule in enumerate(policy.rules(direction))
        ]
    )
