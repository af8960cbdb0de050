import pytest

from seawall.flowspace.intervals import canonical, cells, holds, size


def test_overlapping_and_touching_intervals_become_one() -> None:
    assert canonical([(7, 9), (0, 3), (4, 5), (2, 2)], 9) == ((0, 5), (7, 9))


def test_an_interval_within_another_does_not_shorten_it() -> None:
    assert canonical([(0, 9), (1, 2), (10, 10)], 10) == ((0, 10),)


@pytest.mark.parametrize("wrong", [(2, 1), (-1, 1), (0, 10)])
def test_an_interval_outside_the_field_is_refused(wrong: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not within 0-9"):
        canonical([wrong], 9)


def test_a_number_is_held_by_the_interval_around_it() -> None:
    chosen = ((2, 3), (7, 7))
    assert [n for n in range(10) if holds(chosen, n)] == [2, 3, 7]
    assert not holds((), 0)
    assert size(chosen) == 3


def test_cells_touch_and_cover() -> None:
    assert cells([3, 4, 9]) == ((0, 3), (4, 4), (5, 9))
