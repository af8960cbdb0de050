"""Ranges of addresses: how one is written, and which may not meet.

Source: AKS docs, concepts-network-cni-overview (reserved ranges),
concepts-network-ip-address-planning (services), concepts-network-azure-cni-overlay and
concepts-network-legacy-cni (what must not overlap); Azure docs,
virtual-networks-faq (what no virtual network may hold).
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from seawall.design.requirements.part import Part
from seawall.model.address import AddressRange

_RESERVED = tuple(
    map(
        AddressRange.parse,
        ("169.254.0.0/16", "192.0.2.0/24", "172.30.0.0/16", "172.31.0.0/16"),
    )
)
_NEVER = tuple(
    map(
        AddressRange.parse,
        ("224.0.0.0/4", "127.0.0.0/8", "168.63.129.16/32", "255.255.255.255/32"),
    )
)
PRIVATE = tuple(
    map(
        AddressRange.parse,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
    )
)
"""Addresses that nobody has in the internet, by RFC 1918 and RFC 6598."""

_WIDEST_SERVICES = 12
_SMALLEST_NETWORK = 29


class Placed(NamedTuple):
    """A range with where it was written."""

    range: AddressRange
    part: Part


def prefix(part: Part) -> AddressRange | None:
    """Return one prefix; None, and told, if it is none, or has host bits."""
    text = part.text("a range of addresses")
    if not text:
        return None
    form = "it is written as a network and a length"
    mend = "write a network and a length, such as `10.20.0.0/16`"
    try:
        found = AddressRange.parse(text)
    except ValueError:
        part.tell(f"`{text}` is no range of addresses", form, mend)
        return None
    if found.version != 4:  # noqa: PLR2004
        part.tell(
            f"`{text}` is a range of IPv6",
            "designs are of IPv4: Azure NPM, Calico and NAT gateways of the standard "
            "kind take no IPv6",
            "state the IPv4 range",
        )
        return None
    if found.prefix_length is None:
        part.tell(f"`{text}` is no prefix", form, "write it as one or more prefixes")
        return None
    base = text.split("/")[0]
    if base != str(found.lowest):
        part.tell(
            f"`{text}` has host bits set below its length",
            "Azure refuses prefixes that are not the address of a network",
            f"write `{found}`, or the length that you meant",
        )
        return None
    return found


def prefixes(part: Part | None, what: str) -> tuple[Placed, ...]:
    """Return the prefixes of a list, or of one."""
    if part is None:
        return ()
    read = ((prefix(item), item) for item in part.items(what))
    return tuple(Placed(found, item) for found, item in read if found is not None)


def bare(placed: Sequence[Placed]) -> tuple[AddressRange, ...]:
    """Return ranges without their places."""
    return tuple(item.range for item in placed)


def is_public(found: AddressRange) -> bool:
    """Whether a range holds addresses of the internet."""
    return not any(each.covers(found) for each in PRIVATE)


def check_usable(placed: Sequence[Placed], what: str) -> None:
    """Tell ranges that AKS or Azure do not take for a network, pods or Services."""
    for found, part in placed:
        for each in _RESERVED:
            if each.overlaps(found):
                part.tell(
                    f"{what} {found} overlaps {each}, which AKS keeps for itself",
                    "AKS refuses networks, pods and Services there",
                    "choose a range outside of it, such as one of `10.0.0.0/8`",
                )
        for each in _NEVER:
            if each.overlaps(found):
                part.tell(
                    f"{what} {found} overlaps {each}, which no virtual network holds",
                    "multicast, loopback and Azure's own addresses stand there",
                    "choose a range of `10.0.0.0/8`, `172.16.0.0/12` or "
                    "`192.168.0.0/16`",
                )


def check_network(placed: Sequence[Placed]) -> None:
    """Tell ranges that are too small for a virtual network, or public."""
    for found, part in placed:
        if (found.prefix_length or 0) > _SMALLEST_NETWORK:
            part.tell(
                f"the space {found} is smaller than a virtual network may be",
                f"Azure takes prefixes up to /{_SMALLEST_NETWORK}, and a cluster "
                "needs far more",
                "state a larger range, /24 at the least",
            )
        elif is_public(found):
            part.warn(
                f"the space {found} holds addresses of the internet",
                "who has them there cannot be reached from the network any more",
                "use `10.0.0.0/8`, `172.16.0.0/12` or `192.168.0.0/16`, unless they "
                "are yours",
            )


def check_pods(placed: Sequence[Placed]) -> None:
    """Tell ranges that pods of an overlay may not have."""
    for found, part in placed:
        if is_public(found):
            part.tell(
                f"the range of pods {found} is neither private nor shared space",
                "AKS supports RFC 1918 and RFC 6598 alone for pods of an overlay",
                "choose one of `10.0.0.0/8`, `172.16.0.0/12`, `192.168.0.0/16` or "
                "`100.64.0.0/10`",
            )


def check_services(placed: Sequence[Placed]) -> None:
    """Tell ranges that Services may not have."""
    for found, part in placed:
        if (found.prefix_length or 0) <= _WIDEST_SERVICES:
            part.tell(
                f"the range of Services {found} is too wide",
                f"AKS takes prefixes longer than /{_WIDEST_SERVICES}",
                "narrow it; a /16 holds more Services than a cluster can have",
            )


def check_apart(groups: Sequence[tuple[str, Sequence[Placed]]]) -> None:
    """Tell each pair of ranges of two groups that overlap."""
    for (one, first), (other, second) in combinations(groups, 2):
        for here, there in _meeting(first, second):
            there.part.tell(
                f"{other} {there.range} overlaps {one} {here.range} at "
                f"{here.part.origin}",
                "an address would mean two places, and packets reach one of them: the "
                "other is cut off",
                f"move one of the two; {here.range} and {there.range} must share no "
                "address",
            )


def check_within(placed: Sequence[Placed], what: str) -> None:
    """Tell each pair of ranges of one group that overlap."""
    for here, there in combinations(placed, 2):
        if here.range.overlaps(there.range):
            there.part.tell(
                f"{what} {there.range} overlaps {what} {here.range} at "
                f"{here.part.origin}",
                "one of them says nothing, or one of them is wrong",
                "keep the one that is meant",
            )


def _meeting(
    first: Sequence[Placed], second: Sequence[Placed]
) -> Iterator[tuple[Placed, Placed]]:
    for here in first:
        for there in second:
            if here.range.overlaps(there.range):
                yield here, there
