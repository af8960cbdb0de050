"""What an edit of policies does to what holds units, in one direction."""

from dataclasses import dataclass

from seawall.engine.policy.compile.grip import Grip
from seawall.engine.policy.compile.holding import Holding, Holds
from seawall.engine.policy.compile.index import Index
from seawall.engine.policy.compile.seats import Reseated
from seawall.model.policy import Direction, OpaquePolicy, Policy
from seawall.model.ranked import RankedPolicy


@dataclass(frozen=True, slots=True)
class Shift:
    """What an edit does to grips in one direction.

    Attributes:
        units: The units that a changed policy holds or held.
        gone: The positions of the policies that are gone, by kind.
        policies: The new readable policies, and which units they hold.
        opaque: The new unreadable ones.
        ranked: The new ranked ones, by how they hold.
        taking: All that only take policies away: where nothing else held a unit, its
            grip before does not name them.
    """

    units: int
    gone: tuple[frozenset[int], frozenset[int], frozenset[int]]
    policies: list[tuple[int, int]]
    opaque: list[tuple[int, int]]
    ranked: list[tuple[str, int, int]]
    taking: list[tuple[int, int]]

    @classmethod
    def of(
        cls,
        readable: Reseated[Policy],
        unreadable: Reseated[OpaquePolicy],
        in_order: Reseated[RankedPolicy],
        index: Index,
        direction: Direction,
    ) -> "Shift":
        """Find out what an edit does.

        Args:
            readable: What becomes of the readable policies.
            unreadable: Of the unreadable ones.
            in_order: Of the ranked ones.
            index: That after the edit.
            direction: The direction.
        """
        holding = Holding(index)
        policies = [
            (number, holding.held(each, direction)) for number, each in readable.added
        ]
        opaque = [
            (number, holding.held(each, direction)) for number, each in unreadable.added
        ]
        ranked = [
            (hold, number, units)
            for number, each in in_order.added
            for hold, units in holding.holds(each, direction)
        ]
        touched = 0
        for _, units in (*policies, *opaque):
            touched |= units
        for _, _, units in ranked:
            touched |= units
        for _, policy in readable.removed:
            touched |= holding.held(policy, direction)
        for _, scope in unreadable.removed:
            touched |= holding.held(scope, direction)
        for _, each in in_order.removed:
            for _, units in holding.holds(each, direction):
                touched |= units
        gone = (
            frozenset(at for at, _ in readable.removed),
            frozenset(at for at, _ in unreadable.removed),
            frozenset(at for at, _ in in_order.removed),
        )
        taking = [
            (at, holding.held(each, direction))
            for at, each in enumerate(index.opaque)
            if each.only_takes
        ]
        return cls(touched, gone, policies, opaque, ranked, taking)

    def grip(self, index: Index, unit: int, before: Grip) -> Grip:
        """Return what holds a unit after the edit."""
        policies, opaque, ranked = self.gone
        kept: Holds = tuple(
            (hold, at)
            for hold, positions in (
                ("ranked", before.ranked),
                ("perhaps", before.perhaps),
                ("unfixed", before.unfixed),
            )
            for at in positions
            if at not in ranked
        )
        joined = ((hold, at) for hold, at, units in self.ranked if units >> unit & 1)
        taking = (at for at, units in self.taking if units >> unit & 1)
        hidden = {*_held(unit, before.opaque, opaque, self.opaque), *taking}
        return Holding(index).grip(
            unit,
            _held(unit, before.policies, policies, self.policies),
            tuple(sorted(hidden)),
            (*kept, *joined),
        )


def _held(
    unit: int,
    before: tuple[int, ...],
    gone: frozenset[int],
    joined: list[tuple[int, int]],
) -> tuple[int, ...]:
    """Return positions without those that are gone, with those that join behind."""
    kept = [at for at in before if at not in gone]
    return (*kept, *(at for at, units in joined if units >> unit & 1))
