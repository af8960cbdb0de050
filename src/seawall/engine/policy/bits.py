"""Sets of small numbers as the bits of one integer."""

import re
from itertools import compress, count

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
