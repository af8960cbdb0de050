"""Workloads that each of two sides judges alike, put together and numbered.

What passes between two classes passes between any two workloads of them, so that rows
are compared as sets of classes and not workload by workload.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from seawall.engine.policy.rows.bits import indices, set_of
from seawall.query.difference.side import Name, Side, unit_of

ABSENT = -1
"""Stands for the unit of a class whose workloads are not on a side."""


@dataclass(frozen=True)
class Classes:
    """The classes of the workloads of two sides.

    Attributes:
        units: For each side, the unit of each class; ABSENT if it is not there. A class
            without members has the unit of its number, or ABSENT.
        members: For each class, the numbers of its workloads, ascending.
        steady: The set of classes that are on both sides and whose workloads look the
            same there.
        odd: Names of workloads that are in no class: their pods are in several units,
            or it counts where they run.
    """

    units: tuple[list[int], list[int]]
    members: list[list[int]]
    steady: int
    odd: tuple[Name, ...]
    _asked: tuple[frozenset[int], frozenset[int]] = field(
        default=(frozenset(), frozenset()), repr=False
    )

    @classmethod
    def of(
        cls,
        sides: tuple[Side, Side],
        numbers: Mapping[Name, int],
        asked: tuple[frozenset[int], frozenset[int]],
    ) -> "Classes":
        """Put workloads together.

        Classes are numbered as the units of the left side are, where each of these
        holds one class at most: then its sets of units are sets of classes as they are.

        Args:
            sides: Both sides.
            numbers: A number for each workload of both.
            asked: The numbers of those asked about as sources, and as destinations.

        Complexity: the workloads.
        """
        found: dict[tuple[int, int, bool, bool, bool], list[int]] = {}
        odd = []
        for name, number in numbers.items():
            left, right = (
                unit_of(side, name) if name in side.positions else ABSENT
                for side in sides
            )
            if left is None or right is None:
                odd.append(name)
                continue
            steady = ABSENT not in (left, right) and _alike(sides, name, (left, right))
            key = left, right, steady, number in asked[0], number in asked[1]
            found.setdefault(key, []).append(number)
        keys = _laid_out(sorted(found), len(sides[0].result.table.index.units.units))
        return cls(
            ([key[0] for key in keys], [key[1] for key in keys]),
            [found.get(key, []) for key in keys],
            set_of([at for at, key in enumerate(keys) if key[2]]),
            tuple(odd),
            _asked=asked,
        )

    def those(self, asked: int) -> int:
        """Return the classes whose workloads are asked about.

        Args:
            asked: 0 for sources, 1 for destinations.
        """
        wanted = self._asked[asked]
        return set_of(
            [at for at, held in enumerate(self.members) if held and held[0] in wanted]
        )

    def numbers(self, classes: int) -> int:
        """Return the set of the numbers of the workloads in some classes."""
        if self._are_numbers:
            return classes
        members = self.members
        return set_of([each for at in indices(classes) for each in members[at]])

    @cached_property
    def _are_numbers(self) -> bool:
        """Whether each class is one workload, which has its number."""
        return all(held in ([], [at]) for at, held in enumerate(self.members))

    def alone(self, at: int) -> bool:
        """Whether a class has one member, which has nobody of it to send to."""
        return len(self.members[at]) == 1


_Key = tuple[int, int, bool, bool, bool]


def _laid_out(keys: Sequence[_Key], count: int) -> list[_Key]:
    """Return keys at the places of their left units, if no two have the same one."""
    by_unit = {key[0]: key for key in keys if key[0] != ABSENT}
    late = [key for key in keys if key[0] == ABSENT]
    if len(by_unit) + len(late) < len(keys):
        return [*(key for key in keys if key[0] != ABSENT), *late]
    empty = (ABSENT, ABSENT, False, False, False)
    return [*(by_unit.get(unit, empty) for unit in range(count)), *late]


def _alike(sides: tuple[Side, Side], name: Name, units: tuple[int, int]) -> bool:
    """Whether policies see a workload alike on both sides."""
    one, two = (side.result.workloads[side.positions[name]] for side in sides)
    if (one.labels, one.ports, one.service_account) != (
        two.labels,
        two.ports,
        two.service_account,
    ):
        return False
    before, after = (
        side.result.table.index.units.units[unit].families
        for side, unit in zip(sides, units, strict=True)
    )
    return before == after
