"""Sets of small numbers as the bits of one integer."""

from itertools import compress, count

_DIGITS = bytes.maketrans(b"01", b"\x00\x01")


def indices(bits: int) -> list[int]:
    """Return the numbers in the set *bits*, ascending.

    Complexity: linear in the highest number for dense sets; in the number of members
    times the width in machine words for sparse ones.
    """
    if bits.bit_count() * 24 > bits.bit_length():
        return list(compress(count(), flags(bits)))
    found = []
    while bits:
        low = bits & -bits
        found.append(low.bit_length() - 1)
        bits ^= low
    return found


def flags(bits: int) -> bytes:
    """Return one byte for each number up to the highest: 1 for a member, else 0."""
    return bin(bits)[:1:-1].encode().translate(_DIGITS)
