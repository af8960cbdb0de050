import random

import pytest

from seawall.engine.policy.rows.turned import turned


@pytest.mark.parametrize("count,size", [(1, 1), (8, 1), (9, 3), (100, 2), (17, 40)])
def test_the_rows_of_a_turned_matrix_are_its_columns(count: int, size: int) -> None:
    chance = random.Random(count)  # noqa: S311
    rows = [chance.getrandbits(8 * size) for _ in range(count)]
    columns = turned([row.to_bytes(size, "little") for row in rows], size)
    assert len(columns) == 8 * size
    for at, column in enumerate(columns):
        assert column == sum((row >> at & 1) << i for i, row in enumerate(rows))


def test_a_matrix_without_rows_has_empty_columns() -> None:
    assert turned([], 2) == [0] * 16
