"""Where policies stand in an index that outlives edits: each keeps its position.

Grips and what is kept of compiled policies name policies by position. An edit gives new
policies new positions, at the end, and never the position of another, so that what was
compiled before holds after it.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress, count
from operator import is_not
from typing import Generic, TypeVar

from seawall.engine.policy.compile.index import Index
from seawall.model.origin import Origin
from seawall.model.policy import OpaquePolicy, Policy
from seawall.model.ranked import RankedPolicy

_NOWHERE = Origin("")

T = TypeVar("T", Policy, OpaquePolicy, RankedPolicy)


@dataclass(frozen=True, slots=True)
class Seats(Generic[T]):
    """The policies of one kind that are in force, and their positions.

    Attributes:
        policies: In the order of the objects.
        numbers: The position of each.
    """

    policies: tuple[T, ...]
    numbers: tuple[int, ...]

    @classmethod
    def in_order(cls, policies: tuple[T, ...]) -> "Seats[T]":
        """Number policies from 0 on."""
        return cls(policies, tuple(range(len(policies))))


@dataclass(frozen=True, slots=True)
class Seating:
    """The seats of every kind of policy.

    Attributes:
        policies: Of the readable ones.
        opaque: Of the unreadable ones.
        ranked: Of those of other languages.
        numbers: For each kind, positions that were never given before; one source for
            all tables that share what they compile.
    """

    policies: Seats[Policy]
    opaque: Seats[OpaquePolicy]
    ranked: Seats[RankedPolicy]
    numbers: tuple[Iterator[int], Iterator[int], Iterator[int]]

    @classmethod
    def of(cls, index: Index) -> "Seating":
        """Return the seats of an index as it was made."""
        kinds = index.policies, index.opaque, index.ranked
        policies, opaque, ranked = kinds
        return cls(
            Seats.in_order(policies),
            Seats.in_order(opaque),
            Seats.in_order(ranked),
            (count(len(policies)), count(len(opaque)), count(len(ranked))),
        )


@dataclass(frozen=True, slots=True)
class Reseated(Generic[T]):
    """What became of the seats of one kind.

    Attributes:
        seats: The new ones.
        removed: The policies that are gone, and where they stood.
        added: The new ones, and where they stand.
        moved: Policies that mean the same as the one before at their position, but are
            other objects: they stand elsewhere in the files, say.
    """

    seats: Seats[T]
    removed: list[tuple[int, T]] = field(default_factory=list)
    added: list[tuple[int, T]] = field(default_factory=list)
    moved: list[tuple[int, T]] = field(default_factory=list)


def reseated(
    seats: Seats[T],
    policies: tuple[T, ...],
    numbers: Iterator[int],
) -> Reseated[T]:
    """Give *policies* positions: those that were there before keep theirs.

    Args:
        seats: The policies before.
        policies: The policies after.
        numbers: Positions that were never given before.

    Complexity: the policies, one comparison each; those that are other objects twice.
    """
    before = seats.policies
    first, last, last_before = _differing(before, policies)
    if first == last == last_before:
        return Reseated(seats)
    left: dict[Hashable, list[tuple[int, T]]] = {}
    for number, policy in zip(
        reversed(seats.numbers[first:last_before]),
        reversed(before[first:last_before]),
        strict=True,
    ):
        left.setdefault(meaning(policy), []).append((number, policy))
    found = Reseated(seats)
    middle = []
    for policy in policies[first:last]:
        same = left.get(meaning(policy))
        if same:
            number, other = same.pop()
            if other is not policy:
                found.moved.append((number, policy))
        else:
            number = next(numbers)
            found.added.append((number, policy))
        middle.append(number)
    found.removed.extend(item for items in left.values() for item in items)
    numbered = seats.numbers[:first] + tuple(middle) + seats.numbers[last_before:]
    after = Seats(policies, numbered)
    return Reseated(after, found.removed, found.added, found.moved)


def _differing(before: Sequence[T], after: Sequence[T]) -> tuple[int, int, int]:
    """Return where two sequences begin to differ, and where each ends to."""
    shorter = min(len(before), len(after))
    first = _same(before, after, shorter)
    rest = _same(reversed(before), reversed(after), shorter - first)
    return first, len(after) - rest, len(before) - rest


def _same(before: Iterable[T], after: Iterable[T], most: int) -> int:
    """Return how many of the first *most* are the same objects."""
    return min(next(compress(count(), map(is_not, before, after)), most), most)


def meaning(policy: T) -> Hashable:
    """Return what may decide about packets: all of a policy but where it stands."""
    if isinstance(policy, OpaquePolicy):
        return replace(policy, origin=_NOWHERE)
    ingress, egress = (
        tuple(replace(rule, origin=_NOWHERE) for rule in rules)
        for rules in (policy.ingress, policy.egress)
    )
    return replace(policy, origin=_NOWHERE, ingress=ingress, egress=egress)
