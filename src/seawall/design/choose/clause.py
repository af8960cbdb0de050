"""Rules, needs and preferences as clauses over options."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import get_type_hints

from seawall.design.options import Choices, Fact, Option


@dataclass(frozen=True, slots=True)
class Clause:
    """All of *given* together ask for one of *then*.

    Attributes:
        given: Options; empty for always.
        then: Options; empty for never.
    """

    given: tuple[Option, ...]
    then: tuple[Option, ...]

    def holds(self, chosen: frozenset[Option]) -> bool:
        """Whether it holds among the options that are chosen.

        What is only about what needs say of one another, nothing chosen breaks.
        """
        if any(isinstance(each, Fact) for each in (*self.given, *self.then)):
            return True
        return not chosen.issuperset(self.given) or not chosen.isdisjoint(self.then)


def never(*given: Option) -> Clause:
    """Return that these options are not chosen together."""
    return Clause(given, ())


def one_of(*then: Option) -> Clause:
    """Return that one of these options is chosen."""
    return Clause((), then)


@dataclass(frozen=True, slots=True)
class Rule:
    """What holds whatever is needed.

    Attributes:
        code: `AKSV…` where the audit has the rule too, `AKS…` where an audit rule finds
            it, `DES…` for what only designs have; never reused.
        says: The rule as a clause of language.
        source: Which documents say so.
        clauses: The rule as clauses over options.
    """

    code: str
    says: str
    source: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """What one need asks for.

    Attributes:
        path: The need.
        says: What is needed, as a clause of language.
        asks: What that asks of the choices, as a clause of language.
        source: Which documents say so.
        clauses: The same as clauses over options.
    """

    path: str
    says: str
    asks: str
    source: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Preference:
    """Why some options are not chosen where others are possible.

    Attributes:
        against: The options that are chosen together.
        weight: How much speaks against it.
        says: Why, as a clause of language.
        source: Which documents say so.
        when: Where it weighs this much, as a clause; empty for everywhere.
    """

    against: tuple[Option, ...]
    weight: int
    says: str
    source: str
    when: str = ""


@cache
def decisions() -> Mapping[str, tuple[Option, ...]]:
    """Return the options of each decision, by the field of `Choices`."""
    types = get_type_hints(Choices)
    return {each.name: tuple(types[each.name]) for each in dataclasses.fields(Choices)}


def options_of(choices: Choices) -> frozenset[Option]:
    """Return the options of choices."""
    return frozenset(getattr(choices, name) for name in decisions())
