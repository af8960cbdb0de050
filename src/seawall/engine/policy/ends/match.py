"""What may match and what surely does, as two sets."""

from collections.abc import Iterable
from typing import NamedTuple

from seawall.model.dataplane import Tri


class Match(NamedTuple):
    """Two sets of columns; *sure* is a part of *possible*."""

    sure: int
    possible: int

    def __or__(self, other: "Match") -> "Match":
        sure = self[0] | other[0]
        if self.is_certain and other.is_certain:
            return Match(sure, sure)
        return Match(sure, self[1] | other[1])

    def __and__(self, other: "Match") -> "Match":
        sure = self[0] & other[0]
        if self.is_certain and other.is_certain:
            return Match(sure, sure)
        return Match(sure, self[1] & other[1])

    def within(self, columns: int) -> "Match":
        """Return the part of both that is in a set."""
        sure = self[0] & columns
        if self[0] is self[1]:
            return Match(sure, sure)
        return Match(sure, self[1] & columns)

    @property
    def is_certain(self) -> bool:
        """Whether both are one object, so that nothing need be done twice."""
        return self[0] is self[1]


NOBODY = Match(0, 0)


def agreed(found: Iterable[int]) -> Match:
    """Return what all of some sets hold, and what any does; there is at least one."""
    first, *others = found
    if not others:
        return Match(first, first)
    sure = possible = first
    for each in others:
        sure &= each
        possible |= each
    return Match(sure, possible)


def by_flag(flag: Tri, columns: int) -> Match:
    """Return columns that match as a flag of the dataplane says."""
    return Match(columns if flag is Tri.YES else 0, 0 if flag is Tri.NO else columns)
