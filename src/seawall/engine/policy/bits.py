"""Sets of small numbers as the bits of one integer."""

import re
from collections.abc import Iterable, Sequence
from itertools import compress, count

FEW = 16
"""Up to so many members, a set is made member by member."""

_DIGITS = bytes.maketrans(b"01", b"\x00\x01")
_FILLED = re.compile(rb"[^\0]", re.DOTALL)
_IN_BYTE = [[at for at in range(8) if byte >> at & 1] for byte in range(256)]


def indices(bits: int) -> list[int]:
    """Return the numbers in the set *bits*, ascending.

    Complexity: linear in the highest number, in bits for dense sets and in bytes for
    sparse ones.
    """
    if bits.bit_count() * 16 > bits.bit_length():
        return list(compress(count(), flags(bits)))
    found: list[int] = []
    text = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    for filled in _FILLED.finditer(text):
        at = filled.start()
        found.extend([8 * at + low for low in _IN_BYTE[text[at]]])
    return found


def flags(bits: int) -> bytes:
    """Return one byte for each number up to the highest: 1 for a member, else 0."""
    return bin(bits)[:1:-1].encode().translate(_DIGITS)


def set_of(numbers: Iterable[int]) -> int:
    """Return some numbers as the bits of one integer.

    Complexity: linear in the numbers and in the highest.
    """
    members = numbers if isinstance(numbers, Sequence) else list(numbers)
    if len(members) <= FEW:
        few = 0
        for number in members:
            few |= 1 << number
        return few
    found = bytearray((max(members) >> 3) + 1)
    for number in members:
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")
