"""Ends that change alike, gathered as sets of numbers until they are shown."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from seawall.engine.policy.rows.bits import indices

End = TypeVar("End")


@dataclass(slots=True)
class Group:
    """Ends among which the same happens.

    Attributes:
        turn: The number of what happens.
        sources: The set of the ends that send.
        destinations: The set of those that receive: each from every source but itself.
    """

    turn: int
    sources: int
    destinations: int


@dataclass
class Gathering(Generic[End]):
    """Numbers for ends, and what happens among them.

    Attributes:
        ends: The ends, by number.
    """

    ends: list[End] = field(default_factory=list)
    _numbers: dict[Hashable, int] = field(default_factory=dict)
    _found: dict[tuple[int, int], int] = field(default_factory=dict)

    def number(self, key: Hashable, end: End) -> int:
        """Return the number of an end that *key* stands for."""
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.ends)
            self.ends.append(end)
        return found

    def add(self, source: int, destinations: int, turns: Iterable[int]) -> None:
        """Take note of what happens from one end to others."""
        found = self._found
        for turn in turns:
            key = source, turn
            found[key] = found.get(key, 0) | destinations

    def add_all(self, sources: int, destinations: int, turns: Iterable[int]) -> None:
        """Take note of what happens from each of some ends to others but itself."""
        among = sources & destinations
        for source in indices(sources):
            rest = destinations
            if among >> source & 1:
                rest ^= 1 << source
            if rest:
                self.add(source, rest, turns)

    def named(self, numbers: Iterable[int]) -> tuple[End, ...]:
        """Return the ends of some numbers, in the order of these."""
        return tuple(map(self.ends.__getitem__, numbers))

    def groups(self) -> list[Group]:
        """Return what happens, sources that go to the same destinations together.

        Complexity: linear in what was noted, in sets of ends.
        """
        joined: dict[tuple[int, int], Group] = {}
        for (source, turn), destinations in self._found.items():
            group = joined.setdefault(
                (turn, destinations), Group(turn, 0, destinations)
            )
            group.sources |= 1 << source
        return _among(joined.values())


def _among(groups: Iterable[Group]) -> list[Group]:
    """Join sources that each go to all others of a set: none goes to itself."""
    joined: dict[Hashable, Group] = {}
    for group in groups:
        key: Hashable = id(group)
        if group.sources.bit_count() == 1:
            key = group.turn, group.sources | group.destinations
        whole = joined.setdefault(key, group)
        if whole is not group:
            everyone = whole.sources | whole.destinations
            whole.destinations = everyone
            whole.sources |= group.sources
    return list(joined.values())
