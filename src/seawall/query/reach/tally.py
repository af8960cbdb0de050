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
    """How much each number weighs, in binary: one set of numbers for each digit.

    Digits that the same numbers have are one factor: mostly all weigh the same.
    """

    def __init__(self, weights: Iterable[tuple[int, int]]) -> None:
        """Take pairs of a number and a weight; those of one number add up."""
        summed: dict[int, int] = {}
        for number, weight in weights:
            summed[number] = summed.get(number, 0) + weight
        by_weight: dict[int, list[int]] = {}
        for number, weight in summed.items():
            by_weight.setdefault(weight, []).append(number)
        digits: dict[int, int] = {}
        for weight, numbers in by_weight.items():
            held = set_of(numbers)
            for digit in range(weight.bit_length()):
                if weight >> digit & 1:
                    digits[digit] = digits.get(digit, 0) | held
        factors: dict[int, int] = {}
        for digit, held in digits.items():
            factors[held] = factors.get(held, 0) | 1 << digit
        self._factors = [(factor, held) for held, factor in factors.items()]

    def of(self, members: int) -> int:
        """Return what the members of a set weigh together."""
        found = 0
        for factor, held in self._factors:
            found += factor * (members & held).bit_count()
        return found


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
