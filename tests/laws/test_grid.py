"""Both grids of bytes say the same: that of NumPy and the one without libraries."""

import sys
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engine.policy.rows.array_grid import ArrayGrid
from seawall.engine.policy.rows.bits import set_of
from seawall.engine.policy.rows.grid import Grid, grid
from seawall.engine.policy.rows.plain_grid import ASK, PlainGrid


@st.composite
def filled(draw: st.DrawFn) -> tuple[list[int], list[tuple[int, int, int]], int]:
    """Draw the units of members, rows to lay out, and how many units there are."""
    count = draw(st.integers(0, 20))
    units = draw(
        st.one_of(
            st.just(list(range(count))),
            st.lists(st.integers(0, count), max_size=30),
        )
    )
    rows = []
    for unit in range(count):
        sure = draw(st.integers(0, (1 << count) - 1))
        extra = draw(st.one_of(st.just(0), st.integers(0, (1 << count) - 1)))
        rows.append((unit, sure, sure | extra))
    return units, rows, count


@given(filled(), st.data())
def test_grids_look_up_the_same(
    made: tuple[list[int], list[tuple[int, int, int]], int], data: st.DataObject
) -> None:
    units, rows, count = made
    plain, fast = PlainGrid(units, count), ArrayGrid(units, count)
    member = st.integers(0, len(units) - 1)
    pairs = data.draw(st.lists(st.tuples(member, member))) if units else []
    sources, destinations = [a for a, _ in pairs], [b for _, b in pairs]
    asked = plain.missing(sources)
    assert fast.missing(array("q", sources)) == asked
    assert asked == {units[at] for at in sources} - {count}
    for unit, sure, possible in rows:
        if unit in asked:
            plain.lay(unit, sure, possible)
            fast.lay(unit, sure, possible)
    found = plain.look(sources, destinations)
    assert found == fast.look(sources, destinations)
    assert found == fast.look(array("q", sources), array("q", destinations))
    assert plain.missing(sources) == fast.missing(sources) == set()
    for value, source, destination in zip(found, sources, destinations, strict=True):
        one, other = units[source], units[destination]
        if count in (one, other):
            assert value == ASK
        else:
            _, sure, possible = rows[one]
            assert value == (sure >> other & 1) + (possible >> other & 1)


def test_batches_that_are_cut_are_put_together_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("seawall.engine.policy.rows.array_grid._AT_ONCE", 3)
    made = ArrayGrid(range(4), 4)
    assert made.missing([3, 3, 3, 3, 1]) == {1, 3}
    made.lay(1, set_of([0, 2]), set_of([0, 2]))
    made.lay(3, 0, set_of([1]))
    sources, destinations = [1, 1, 3, 3, 1, 1, 3], [0, 1, 1, 0, 2, 3, 1]
    assert list(made.look(sources, destinations)) == [2, 0, 1, 0, 2, 0, 1]


@pytest.mark.parametrize("kind", [PlainGrid, ArrayGrid])
def test_a_member_that_there_is_none_of_is_refused(
    kind: type[PlainGrid | ArrayGrid],
) -> None:
    made: Grid = kind([0, 1], 2)
    with pytest.raises(IndexError):
        made.missing([0, 2])
    with pytest.raises(IndexError):
        made.look([0], [2])


def test_without_numpy_there_is_a_grid_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(grid([0], 1), ArrayGrid)
    missing = "seawall.engine.policy.rows.array_grid"
    monkeypatch.setitem(sys.modules, missing, None)
    assert isinstance(grid([0], 1), PlainGrid)
