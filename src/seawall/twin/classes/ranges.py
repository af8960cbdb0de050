"""Arithmetic of addresses: which are free, and one of each kind that rules know."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address
from itertools import pairwise

from seawall.model.address import AddressRange, merged, without

IPV4 = 4
PRIVATE = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
SPECIAL = tuple(
    AddressRange.parse(text)
    for text in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/3",
        "168.63.129.16/32",
    )
)
"""Addresses that no machine has; the last is the platform's own.

Source: docs/semantics/path.md, A1; RFC 6890; RFC 5771."""

DOCUMENTATION = AddressRange.parse("198.51.100.0/24")
"""Where an address of no one in particular is taken from, if it is in the part.

Source: RFC 5737."""
DOCUMENTATION_NET = AddressRange.parse("192.0.2.0/24")
"""Where what has no address in the input is lent one. Source: RFC 5737."""


def atoms(
    blocks: Iterable[AddressRange], excluded: Iterable[AddressRange]
) -> Iterator[AddressRange]:
    """Yield the parts of IPv4 that *blocks* cut it into, without what is excluded.

    Within one part no block can tell addresses apart. Parts are ascending and disjoint;
    together they are IPv4 without *excluded* and without what nobody can have.
    """
    cuts = {0, 2**32}
    listed = [block for block in blocks if block.version == IPV4]
    for block in listed:
        cuts |= {block.first, block.last + 1}
    edges = sorted(cuts)
    holes = merged((*(it for it in excluded if it.version == IPV4), *SPECIAL))
    kinds: dict[tuple[bool, ...], list[AddressRange]] = {}
    for first, after in pairwise(edges):
        part = AddressRange(IPV4, first, after - 1)
        kind = tuple(block.covers(part) for block in listed)
        kinds.setdefault(kind, []).extend(without((part,), holes))
    for parts in kinds.values():
        if parts:
            yield _best(parts)


def _best(parts: list[AddressRange]) -> AddressRange:
    """Return the part that a person would take an example from."""
    for part in parts:
        if part.overlaps(DOCUMENTATION):
            first = max(part.first, DOCUMENTATION.first)
            return AddressRange(IPV4, first, min(part.last, DOCUMENTATION.last))
    return max(parts, key=lambda part: part.last - part.first)


def example(part: AddressRange) -> IPv4Address:
    """Return an address of a part: not its edge, where it has more than an edge."""
    size = part.last - part.first
    return IPv4Address(part.first + (size // 2 if size < 16 else 10))  # noqa: PLR2004


def free(
    ranges: Iterable[AddressRange], taken: Iterable[AddressRange], *, skip: int = 4
) -> Iterator[IPv4Address]:
    """Yield addresses of *ranges* that nobody has, ascending.

    Args:
        ranges: Where to look.
        taken: What others have.
        skip: How many to leave at the start of each range: the platform keeps the
            first four of a subnet. Source: Azure, virtual-networks-faq.
    """
    for item in ranges:
        if item.version != IPV4:
            continue
        rest = (
            AddressRange(
                IPV4, min(item.first + skip, item.last), max(item.first, item.last - 1)
            )
            if item.last > item.first
            else item
        )
        if rest.first > rest.last:
            continue
        for part in without((rest,), taken):
            for number in range(part.first, part.last + 1):
                yield IPv4Address(number)
