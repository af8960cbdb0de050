"""Rows asked from the far end say what each of them says by itself."""

import random

import pytest

from seawall.engine.policy.compile.faces import SINCE, Faces
from seawall.engine.policy.ends.columns import Columns
from seawall.engine.policy.rows.arena import Arena, base_of
from seawall.engine.policy.rows.bits import set_of
from seawall.engine.policy.rows.row import Row, RowStore, Term

WIDTH = 1300
"""More columns than one strip has bits."""


def drawn(chance: random.Random, store: RowStore) -> Row:
    """Draw a row of two cells, sparse as selectors make them."""
    one, two = (
        set_of(chance.sample(range(WIDTH), chance.choice((1, 5, 300)))) for _ in "ab"
    )
    return store.union([(chance.choice((1, 2, 4)), one), (8, two & ~one)])


def expected(rows: list[Row], near: int) -> dict[Term, set[int]]:
    base, found = base_of(near), dict[Term, set[int]]()
    for row in rows:
        for answer, columns in row.cells:
            if columns & near:
                key = answer, (columns & near) >> base
                found.setdefault(key, set()).add(id(row))
    return found


NEAR = [
    1 << 3,
    0b101 << 8,
    0b11 << 511,
    1 << 7 | 1 << 700 | 1 << 1299,
    (1 << 40) - 1 << 500,
]


@pytest.mark.parametrize("near", NEAR)
def test_an_arena_says_what_its_rows_say_of_some_units(near: int) -> None:
    chance, store = random.Random(near % 97), RowStore()  # noqa: S311
    rows = [drawn(chance, store) for _ in range(60)]
    arena = Arena(WIDTH)
    for row in rows:
        arena.add(row)
        arena.add(row)
    # Rows that nobody has any more leave room, which others take.
    for _ in range(20):
        del row
        rows.pop()
        row = drawn(chance, store)
        arena.add(row)
        rows.insert(0, row)
    found = {
        term: {id(owner()) for owner in owners} for term, owners in arena.granting(near)
    }
    assert found == expected(rows, near)


def test_an_arena_without_rows_says_nothing() -> None:
    assert Arena(WIDTH).granting(1) == []


def test_faces_know_who_has_which_row_however_many_moved() -> None:
    chance, store = random.Random(5), RowStore()  # noqa: S311
    columns = Columns(WIDTH, (4,), 0, (1 << WIDTH) - 1, 0, 0)
    free = store.union([(15, columns.everything)])
    rows = [drawn(chance, store) for _ in range(40)] + [free] * 10
    first = faces = Faces(rows, free, columns)
    start = {row: sorted(units) for row, units in first.members}
    near = 0b111 << 512
    began = dict(first.granting(near) or ())
    for _ in range(4 * SINCE):
        unit = chance.randrange(len(rows))
        after = chance.choice([free, drawn(chance, store), chance.choice(rows)])
        faces = faces.after([(unit, rows[unit], after)])
        rows[unit] = after
        # What is asked on the way is kept, and must not be said of others.
        assert isinstance(dict(faces.granting(near) or ()), dict)
    whole = Faces(rows, free, columns)
    assert faces.free == whole.free
    assert {row: sorted(units) for row, units in faces.members} == {
        row: sorted(units) for row, units in whole.members
    }
    listed = (dict(each.granting(near) or ()) for each in (faces, whole))
    assert next(listed) == next(listed)
    # The table before stays as it was.
    assert {row: sorted(units) for row, units in first.members} == start
    assert dict(first.granting(near) or ()) == began
    assert faces.after([]) is faces
