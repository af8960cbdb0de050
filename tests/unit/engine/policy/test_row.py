import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engine.policy.rows import row as row_module
from seawall.engine.policy.rows.laid import Laid
from seawall.engine.policy.rows.row import RowStore, Term, disjoint_union, meet

COLUMNS, SERVICES = 7, 5
TERMS = st.lists(
    st.tuples(st.integers(0, 2**SERVICES - 1), st.integers(0, 2**COLUMNS - 1)),
    max_size=12,
)


def at(terms: list[Term], column: int) -> int:
    found = 0
    for mask, columns in terms:
        if columns >> column & 1:
            found |= mask
    return found


@given(TERMS)
def test_a_row_grants_what_its_terms_grant_together(terms: list[Term]) -> None:
    row = RowStore().union(terms)
    for column in range(COLUMNS):
        assert row.at(column) == at(terms, column)


@given(TERMS)
def test_a_row_kept_by_service_grants_the_same(terms: list[Term]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_module, "CELL_LIMIT", 1)
        row = RowStore().union(terms)
        part = row.part(2, 3)
    assert [row.at(column) for column in range(COLUMNS)] == [
        at(terms, column) for column in range(COLUMNS)
    ]
    assert [at(part, column) for column in range(3)] == [
        at(terms, column + 2) for column in range(3)
    ]


@given(TERMS, st.sampled_from([1, 512]))
def test_a_row_in_bytes_grants_the_same(terms: list[Term], limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_module, "CELL_LIMIT", limit)
        laid = Laid(COLUMNS).row(RowStore().union(terms))
    assert [laid.at(column) for column in range(COLUMNS)] == [
        at(terms, column) for column in range(COLUMNS)
    ]


@given(TERMS)
def test_no_column_of_a_part_is_in_two_cells(terms: list[Term]) -> None:
    seen = 0
    for _, columns in RowStore().union(terms).part(0, COLUMNS):
        assert not seen & columns
        seen |= columns


@given(TERMS, st.randoms())
def test_the_order_of_terms_is_not_a_fact(terms: list[Term], random: object) -> None:
    store = RowStore()
    shuffled = sorted(terms, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert store.union(terms) is store.union(shuffled)


@given(TERMS, TERMS)
def test_two_rows_meet_column_by_column(left: list[Term], right: list[Term]) -> None:
    both = meet(disjoint_union(left), disjoint_union(right))
    for column in range(COLUMNS):
        assert at(both, column) == at(left, column) & at(right, column)
