"""Sets of small numbers as the bits of one integer."""

import struct
from collections.abc import Iterable
from itertools import compress, count

FEW = 16
"""Up to so many members, a set is made member by member."""
WORD = 64

APART = 100
"""Members that are farther apart are looked for one by one."""

_LISTED = (list, tuple, range)
"""What can be gone through twice; to ask for `Sequence` takes several times as long."""

_DIGITS = bytes.maketrans(b"01", b"\x00\x01")


def indices(bits: int) -> list[int]:
    """Return the numbers in the set *bits*, ascending.

    Complexity: linear in the highest number, in words, and in what is between the
    lowest and the highest, in bits for dense sets; and in the members.
    """
    if not bits:
        return []
    # Most sets are of neighbours: what is below the first of them is not looked at.
    lowest = (bits & -bits).bit_length() - 1
    bits >>= lowest
    members, length = bits.bit_count(), bits.bit_length()
    if members * 5 > length:
        return list(compress(count(lowest), flags(bits)))
    if members * APART < length:
        return _highest_first(bits, lowest)[::-1]
    count_of_words = (bits.bit_length() + WORD - 1) // WORD
    text = bits.to_bytes(count_of_words * 8, "little")
    words = struct.unpack(f"<{count_of_words}Q", text)
    found: list[int] = []
    befores = count(lowest - 1, WORD)
    for before, held in compress(zip(befores, words, strict=False), words):
        word = held
        while word:
            rest = word & word - 1
            found.append(before + (word ^ rest).bit_length())
            word = rest
    return found


def _highest_first(bits: int, lowest: int) -> list[int]:
    """Return the members of a set, counted from *lowest*, descending."""
    found = []
    while bits:
        at = bits.bit_length() - 1
        found.append(at + lowest)
        bits ^= 1 << at
    return found


def flags(bits: int) -> bytes:
    """Return one byte for each number up to the highest: 1 for a member, else 0."""
    return bin(bits)[:1:-1].encode().translate(_DIGITS)


def set_of(numbers: Iterable[int]) -> int:
    """Return some numbers as the bits of one integer.

    Complexity: linear in the numbers and in the highest.
    """
    members = numbers if isinstance(numbers, _LISTED) else list(numbers)
    if len(members) <= FEW:
        few = 0
        for number in members:
            few |= 1 << number
        return few
    found = bytearray((max(members) >> 3) + 1)
    for number in members:
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")
