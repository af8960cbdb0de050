"""Cuts ranges of addresses into blocks, and tells what none of them may touch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seawall.model.address import AddressRange, without

RESERVED = tuple(
    AddressRange.parse(text)
    for text in ("169.254.0.0/16", "192.0.2.0/24", "172.30.0.0/16", "172.31.0.0/16")
)
"""Source: AKS docs, concepts-network-cni-overview, read 2026-08."""

BITS = 32


@dataclass(frozen=True, slots=True)
class Wanted:
    """A block that is wanted.

    Attributes:
        key: By what it is asked for later.
        prefix: The length of its prefix.
    """

    key: str
    prefix: int


def prefix_for(addresses: int) -> int:
    """Return the longest prefix that has so many addresses."""
    return BITS - max(addresses - 1, 0).bit_length()


def joint_prefix(wanted: Sequence[Wanted]) -> int:
    """Return the prefix of a block that holds blocks side by side."""
    return prefix_for(sum(1 << BITS - item.prefix for item in wanted))


def block(prefix: int, free: Iterable[AddressRange]) -> AddressRange | None:
    """Return the lowest block of a prefix in what is free; None if there is none."""
    size = 1 << BITS - prefix
    for item in sorted(free):
        first = -(-item.first // size) * size
        if item.version == 4 and first + size - 1 <= item.last:  # noqa: PLR2004
            return AddressRange(4, first, first + size - 1)
    return None


def blocks(
    wanted: Sequence[Wanted], space: Iterable[AddressRange]
) -> dict[str, AddressRange] | None:
    """Return a block for each, the largest first; None if there is no room.

    Blocks of powers of two that are placed by their size leave no gaps between them.
    """
    free: tuple[AddressRange, ...] = tuple(space)
    found: dict[str, AddressRange] = {}
    for item in sorted(wanted, key=lambda each: each.prefix):
        place = block(item.prefix, free)
        if place is None:
            return None
        found[item.key] = place
        free = without(free, (place,))
    return found


def free_of(
    candidates: Iterable[str], taken: Iterable[AddressRange]
) -> AddressRange | None:
    """Return the first of some ranges that touches none that is taken."""
    held = tuple(taken)
    for text in candidates:
        found = AddressRange.parse(text)
        if not any(found.overlaps(item) for item in held):
            return found
    return None
