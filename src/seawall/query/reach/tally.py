"""Counting by sets: how many members, what they weigh, how often each was met."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from seawall.engine.policy.rows.bits import set_of


class Passage(IntEnum):
    """What is known of one ordered pair."""

    CLOSED = 0
    UNKNOWN = 1
    OPEN = 2


@dataclass(slots=True)
class Tally:
    """Ordered pairs, by what is known of them.

    Attributes:
        total: All pairs.
        open: Those for which some service surely passes.
        unknown: Those for which some service may pass, and none surely does.
    """

    total: int = 0
    open: int = 0
    unknown: int = 0

    @property
    def closed(self) -> int:
        """Those for which nothing passes."""
        return self.total - self.open - self.unknown

    def add(self, passage: Passage, amount: int) -> None:
        """Take in some pairs of the total; a negative amount takes them out again."""
        if passage is Passage.OPEN:
            self.open += amount
        elif passage is Passage.UNKNOWN:
            self.unknown += amount


class Weights:
    """How much each number weighs, in binary: one set of numbers for each digit."""

    def __init__(self, weights: Iterable[tuple[int, int]]) -> None:
        """Take pairs of a number and a weight; those of one number add up."""
        summed: dict[int, int] = {}
        for number, weight in weights:
            summed[number] = summed.get(number, 0) + weight
        digits: dict[int, list[int]] = {}
        for number, weight in summed.items():
            for digit in range(weight.bit_length()):
                if weight >> digit & 1:
                    digits.setdefault(digit, []).append(number)
        self._digits = tuple((digit, set_of(held)) for digit, held in digits.items())

    def of(self, members: int) -> int:
        """Return what the members of a set weigh together."""
        return sum(
            (members & held).bit_count() << digit for digit, held in self._digits
        )


class Counters:
    """One counter for each number, in binary: one set of numbers for each digit."""

    def __init__(self) -> None:
        self._digits: list[int] = []

    def add(self, members: int, amount: int) -> None:
        """Add an amount to the counters of a set."""
        for digit in range(amount.bit_length()):
            if amount >> digit & 1:
                self._carry(members, digit)

    def over(self, members: int, weights: Weights) -> int:
        """Return the counters of a set, each times its weight, added up."""
        return sum(
            weights.of(held & members) << digit
            for digit, held in enumerate(self._digits)
        )

    def _carry(self, members: int, digit: int) -> None:
        digits = self._digits
        digits.extend([0] * (digit + 1 - len(digits)))
        while members:
            if digit == len(digits):
                digits.append(0)
            digits[digit], members = digits[digit] ^ members, digits[digit] & members
            digit += 1
