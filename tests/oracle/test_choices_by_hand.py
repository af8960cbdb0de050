"""What the solver chooses is what trying every combination finds."""

from datetime import date

from hypothesis import given, note
from hypothesis import strategies as st

import designs_by_hand as by_hand
from seawall.design.choose import choose
from seawall.design.choose.answer import Conflict, Decided
from seawall.design.requirements.needs import Requirements
from strategies_design import requirements

DAYS = st.sampled_from((date(2026, 11, 29), date(2028, 9, 29), date(2028, 9, 30)))


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
