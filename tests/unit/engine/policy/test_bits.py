from hypothesis import given
from hypothesis import strategies as st

from seawall.engine.policy.rows.bits import flags, indices


@given(st.sets(st.integers(0, 400)))
def test_a_set_of_numbers_survives_as_bits(numbers: set[int]) -> None:
    bits = sum(1 << number for number in numbers)
    assert indices(bits) == sorted(numbers)
    assert [at for at, flag in enumerate(flags(bits)) if flag] == sorted(numbers)
