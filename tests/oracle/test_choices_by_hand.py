"""What the solver chooses is what trying every combination finds."""

from datetime import date
from random import Random

from hypothesis import given, note
from hypothesis import strategies as st

import designs_by_hand as by_hand
from seawall.design.choose import choose
from seawall.design.choose.answer import Conflict, Decided
from seawall.design.choose.asked import Asked
from seawall.design.choose.clause import decisions
from seawall.design.requirements.needs import Requirements
from strategies_design import requirements

DAYS = st.sampled_from((date(2026, 11, 29), date(2028, 9, 29), date(2028, 9, 30)))

COMBINATIONS = 60


@given(requirements(), DAYS)
def test_what_is_possible_and_at_what_price(needs: Requirements, day: date) -> None:
    found = choose(needs, day)
    expected = by_hand.cheapest(needs, day)
    if isinstance(found, Conflict):
        note(found.sentence)
        assert expected is None
        return
    assert expected is not None
    picked = by_hand.words(found.choices)
    assert by_hand.unmet(needs, picked) == set()
    assert by_hand.price_of(needs, day, picked) == found.cost
    assert expected[0] == found.cost, expected[1]


@given(requirements(), DAYS)
def test_a_conflict_is_minimal_and_its_way_out_works(
    needs: Requirements, day: date
) -> None:
    found = choose(needs, day)
    if isinstance(found, Decided):
        return
    paths = {each.path for each in found.needs}
    note(f"{sorted(paths)}")
    assert paths
    assert not by_hand.possible(needs, day, paths)
    for path in paths:
        assert by_hand.possible(needs, day, paths - {path}), path
    every = {path for path, _ in by_hand.wants(needs)}
    given_up = {each.path for each in found.nearest.give_up}
    assert given_up
    picked = by_hand.words(found.nearest.choices)
    assert by_hand.unmet(needs, picked) <= given_up
    for path in given_up:
        assert not by_hand.possible(needs, day, every - given_up | {path}), path


@given(requirements(), DAYS, st.randoms(use_true_random=False))
def test_every_rule_and_need_means_the_same_of_any_combination(
    needs: Requirements, day: date, random: Random
) -> None:
    asked = Asked(needs, day)
    for _ in range(COMBINATIONS):
        picked = {name: random.choice(by_hand.OPTIONS[name]) for name in decisions()}
        chosen = frozenset(
            next(it for it in each if it.value == picked[name])
            for name, each in decisions().items()
        )
        broken = {
            rule.code
            for rule in asked.rules
            if not all(clause.holds(chosen) for clause in rule.clauses)
        }
        assert broken == by_hand.broken(needs, day, picked), picked
        unmet = {
            path
            for path in asked.demands
            if not all(clause.holds(chosen) for clause in asked.clauses(path))
        }
        assert unmet == by_hand.unmet(needs, picked), picked
        weight = sum(
            each.weight for each in asked.preferences if chosen.issuperset(each.against)
        )
        assert weight == by_hand.price_of(needs, day, picked), picked
