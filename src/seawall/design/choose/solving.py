"""The solver: which options hold together, at what weight, and what stands against it.

The only module that knows `python-sat`. Each option is a boolean, and each decision has
exactly one option.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from seawall.design.choose.clause import Clause, Preference, decisions
from seawall.design.options import Choices, Fact, Option


@dataclass(frozen=True, slots=True)
class Best:
    """The lightest choice.

    Attributes:
        choices: The options.
        dropped: Which of the groups that could be dropped were, by index.
    """

    choices: Choices
    dropped: tuple[int, ...]


class Solver:
    """Answers questions about sets of clauses."""

    def __init__(self) -> None:
        listed = [option for each in decisions().values() for option in each]
        listed += Fact
        self._number = {option: place for place, option in enumerate(listed, 1)}
        self._exactly = [
            clause
            for each in decisions().values()
            for clause in _exactly_one([self._number[option] for option in each])
        ]
        self._ties = tuple(_tie_breaks())

    def lightest(
        self,
        clauses: Iterable[Clause],
        preferences: Iterable[Preference],
        groups: Sequence[tuple[int, Sequence[Clause]]] = (),
    ) -> Best | None:
        """Return the one choice that weighs least, or None if there is none.

        Args:
            clauses: What must hold.
            preferences: What weighs.
            groups: Clauses that may be dropped together, at a weight that comes before
                all preferences.
        """
        from pysat.examples.rc2 import RC2  # noqa: PLC0415

        formula = self._formula(clauses)
        for option, weight in self._ties:
            formula.append([-self._number[option]], weight=weight)
        unit = 1 + sum(weight for _, weight in self._ties)
        total = unit
        for each in preferences:
            weight = each.weight * unit
            formula.append([-self._number[it] for it in each.against], weight=weight)
            total += weight
        switches = self._grouped(formula, [group for _, group in groups])
        for switch, (weight, _) in zip(switches, groups, strict=True):
            formula.append([switch], weight=weight * total)
        with RC2(formula) as found:
            model = found.compute()
        if model is None:
            return None
        true = {literal for literal in model if literal > 0}
        dropped = tuple(
            place for place, switch in enumerate(switches) if switch not in true
        )
        return Best(self._choices(true), dropped)

    def smallest_conflict(
        self,
        clauses: Iterable[Clause],
        groups: Sequence[Sequence[Clause]],
        liked: Container[int] = (),
    ) -> tuple[int, ...] | None:
        """Return the fewest groups that cannot hold with the clauses, or None.

        Of several such sets it is the one with the most groups of *liked*, and then
        the one whose groups stand first. An empty answer says that the clauses cannot
        hold by themselves.
        """
        from pysat.examples.optux import OptUx  # noqa: PLC0415

        formula = self._formula(clauses)
        if not self._holds(formula.hard):
            return ()
        switches = self._grouped(formula, groups)
        if self._holds([*formula.hard, *([switch] for switch in switches)]):
            return None
        count = len(switches)
        for place, switch in enumerate(switches):
            extra = place + (0 if place in liked else 2 * count)
            formula.append([switch], weight=4 * count**2 + extra)
        with OptUx(formula) as found:
            return tuple(sorted(place - 1 for place in found.compute()))

    def holds(self, clauses: Iterable[Clause]) -> bool:
        """Whether the clauses can hold together."""
        return self._holds(self._formula(clauses).hard)

    def _holds(self, hard: list[list[int]]) -> bool:
        from pysat.solvers import Solver as Sat  # noqa: PLC0415

        with Sat(name="glucose4", bootstrap_with=hard) as sat:
            return bool(sat.solve())

    def _formula(self, clauses: Iterable[Clause]) -> Any:  # noqa: ANN401  (untyped)
        from pysat.formula import WCNF  # noqa: PLC0415

        formula = WCNF()
        formula.extend(self._exactly)
        formula.extend([self._literals(clause) for clause in clauses])
        return formula

    def _grouped(
        self,
        formula: Any,  # noqa: ANN401
        groups: Iterable[Sequence[Clause]],
    ) -> list[int]:
        """Add clauses that a switch turns on; return the switches."""
        switches: list[int] = []
        for group in groups:
            switch = len(self._number) + 1 + len(switches)
            switches.append(switch)
            formula.extend([[-switch, *self._literals(each)] for each in group])
        return switches

    def _literals(self, clause: Clause) -> list[int]:
        given = [-self._number[option] for option in clause.given]
        return [*given, *(self._number[option] for option in clause.then)]

    def _choices(self, true: set[int]) -> Choices:
        chosen = {
            name: next(option for option in each if self._number[option] in true)
            for name, each in decisions().items()
        }
        return Choices(**chosen)  # type: ignore[arg-type]


def _exactly_one(numbers: list[int]) -> Iterable[list[int]]:
    yield numbers
    for one, other in combinations(numbers, 2):
        yield [-one, -other]


def _tie_breaks() -> Iterable[tuple[Option, int]]:
    """Yield a weight for each option but the first of a decision.

    No two choices have the same sum: the weights are the digits of a number whose
    places are the decisions.
    """
    place = 1
    for each in reversed(list(decisions().values())):
        for digit, option in enumerate(each):
            if digit:
                yield option, digit * place
        place *= len(each)
