"""Bit matrices turned round: rows become columns."""

from collections.abc import Sequence
from functools import lru_cache

_SWAPS = (4, 2, 1)
_SIDE = 8
_AT_ONCE = 1024
"""So many sets are laid out anew together, which bounds the memory."""


def turned(
    rows: Sequence[bytes], size: int, only: Sequence[int] | None = None
) -> list[int]:
    """Return the columns of a bit matrix as rows.

    Args:
        rows: Sets of numbers below 8 times *size*, lowest number first.
        size: How many bytes each has.
        only: The columns that are asked for; None is all.

    Returns:
        For each column, the set of the rows that hold it.

    Complexity: rows times columns, in bits, a few times over. All rows stand in one
    integer, in which blocks of 8 by 8 bits are turned together: halves of blocks
    change places, then quarters, then single bits (Warren, "Hacker's Delight", 7-3).
    """
    blocks = -(-len(rows) // _SIDE)
    missing = bytes((blocks * _SIDE - len(rows)) * size)
    text = b"".join(rows) + missing
    whole = int.from_bytes(text, "little")
    for step in _SWAPS:
        shift = step * size * _SIDE - step
        moved = (whole ^ whole >> shift) & _changing(step, size, blocks)
        whole ^= moved ^ moved << shift
    text = whole.to_bytes(len(text), "little")
    stride = _SIDE * size
    return [
        int.from_bytes(text[at % _SIDE * size + at // _SIDE :: stride], "little")
        for at in (range(_SIDE * size) if only is None else only)
    ]


def reordered(sets: Sequence[int], order: Sequence[int], count: int) -> list[int]:
    """Return sets of numbers as sets of the positions that these have in an order.

    Args:
        sets: Sets of numbers below *count*.
        order: Some of the numbers, each once.
        count: How many there may be.

    Complexity: as `turned`, twice; nothing, if the order is that of the numbers.
    """
    if list(order) == list(range(count)):
        return list(sets)
    if not order:
        return [0] * len(sets)
    size = -(-count // 8)
    found: list[int] = []
    for first in range(0, len(sets), _AT_ONCE):
        some = sets[first : first + _AT_ONCE]
        by_number = turned(
            [held.to_bytes(size, "little") for held in some], size, order
        )
        width = -(-len(some) // 8)
        rows = [places.to_bytes(width, "little") for places in by_number]
        found += turned(rows, width)[: len(some)]
    return found


@lru_cache(maxsize=8)
def _changing(step: int, size: int, blocks: int) -> int:
    """Return the places that change with those *step* rows down and columns left."""
    columns = sum(1 << at for at in range(_SIDE) if at & step)
    rows = (
        bytes(size) if at & step else bytes([columns]) * size for at in range(_SIDE)
    )
    return int.from_bytes(b"".join(rows) * blocks, "little")
