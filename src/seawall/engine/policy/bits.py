"""Sets of small numbers as the bits of one integer."""


def indices(bits: int) -> list[int]:
    """Return the numbers in the set *bits*, ascending.

    Complexity: linear in the highest number for dense sets; in the number of members
    times the width in machine words for sparse ones.
    """
    count = bits.bit_count()
    if count * 12 > bits.bit_length():
        return [at for at, digit in enumerate(bin(bits)[:1:-1]) if digit == "1"]
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found
