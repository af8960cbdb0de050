"""One question to the solver: rules, demands and preferences for one set of needs."""

from collections.abc import Container, Iterable
from datetime import date

from seawall.design.choose.clause import (
    Clause,
    Demand,
    Preference,
    Rule,
    one_of,
    options_of,
)
from seawall.design.choose.demands.every import every_demand
from seawall.design.choose.preferences import preferences
from seawall.design.choose.rules.every import every_rule
from seawall.design.choose.solving import Best, Solver
from seawall.design.options import Choices, Option
from seawall.design.requirements.needs import Requirements


class Asked:
    """What is asked of the solver.

    Attributes:
        needs: What must hold.
        rules: What holds whatever is needed.
        demands: What the needs ask for, by path.
        preferences: What is better.
        solver: Who answers.
    """

    def __init__(
        self, needs: Requirements, as_of: date, kept: tuple[Preference, ...] = ()
    ) -> None:
        self.needs = needs
        self.rules: tuple[Rule, ...] = every_rule(needs, as_of)
        self.demands: dict[str, list[Demand]] = {}
        for each in every_demand(needs):
            self.demands.setdefault(each.path, []).append(each)
        self.preferences: tuple[Preference, ...] = (
            *preferences(needs, as_of),
            *kept,
        )
        self.solver = Solver()
        self._ruled = [clause for rule in self.rules for clause in rule.clauses]

    def best(self, *given: Option) -> Choices | None:
        """Return the best choice with these options, or None if there is none."""
        clauses = [
            *self._ruled,
            *(clause for path in self.demands for clause in self.clauses(path)),
            *(one_of(option) for option in given),
        ]
        found = self.solver.lightest(clauses, self.preferences)
        return None if found is None else found.choices

    def nearest(self, weights: Iterable[int]) -> Best:
        """Return the best choice that drops the lightest needs.

        Args:
            weights: Of each need, in the order of the demands.
        """
        groups = [
            (weight, self.clauses(path))
            for weight, path in zip(weights, self.demands, strict=True)
        ]
        found = self.solver.lightest(self._ruled, self.preferences, groups)
        if found is None:
            raise AssertionError("the rules by themselves always leave a choice")
        return found

    def against(
        self, *given: Option, liked: Container[str] = ()
    ) -> tuple[list[Demand], list[Rule]] | None:
        """Return the fewest needs, and then rules, that exclude options; None if none.

        Args:
            given: The options.
            liked: Paths of needs to name rather than others, where there is a choice.

        Returns:
            What the needs ask for, as far as it matters, and the rules between them.
        """
        wanted = [one_of(option) for option in given]
        paths = list(self.demands)
        found = self.solver.smallest_conflict(
            [*self._ruled, *wanted],
            [self.clauses(path) for path in paths],
            {place for place, path in enumerate(paths) if path in liked},
        )
        if found is None:
            return None
        mine = [each for place in found for each in self.demands[paths[place]]]
        pieces: list[Demand | Rule] = [*mine, *self.rules]
        used = self.solver.smallest_conflict(
            wanted, [piece.clauses for piece in pieces]
        )
        chosen = [pieces[place] for place in used or ()]
        return (
            [piece for piece in chosen if isinstance(piece, Demand)],
            [piece for piece in chosen if isinstance(piece, Rule)],
        )

    def clauses(self, path: str) -> list[Clause]:
        """Return all that one need asks for."""
        return [clause for each in self.demands[path] for clause in each.clauses]

    def weighing(self, choices: Choices) -> list[Preference]:
        """Return the preferences that speak against choices."""
        chosen = options_of(choices)
        return [each for each in self.preferences if chosen.issuperset(each.against)]

    def weight(self, choices: Choices) -> int:
        """Return what speaks against choices, together."""
        return sum(each.weight for each in self.weighing(choices))
