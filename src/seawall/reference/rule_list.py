"""One packet against an ordered list of security rules, in one possible world.

A world says of each end of the packet which names hold it. What is said of a list as a
whole is true if it is true of every packet in every world.

Source: docs/semantics/path.md, F2, F3 and F14.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from seawall.model.filter import (
    AddressTerm,
    Anywhere,
    ApplicationGroup,
    SecurityRule,
    ServiceTag,
    UnreadableTerm,
)
from seawall.model.packet import EVERY_PORT, WITH_PORTS, Packet, PortRange

UNREADABLE_PROTOCOL = -1

Listing = tuple[int | None, tuple[PortRange, ...], tuple[PortRange, ...]]
"""A protocol, source ports and destination ports, as a rule lists them."""


@dataclass(frozen=True, slots=True)
class World:
    """What one packet meets beside its header.

    Attributes:
        source: The names that hold its source, in lower case. A term that cannot be
            read has the name `?` with the name of its rule.
        destination: Likewise.
        bare: The listings that match it though it has no ports.
        unread: The names of rules with unreadable protocols or ports that match it.
    """

    source: frozenset[str] = frozenset()
    destination: frozenset[str] = frozenset()
    bare: frozenset[Listing] = frozenset()
    unread: frozenset[str] = frozenset()


def is_lawful(world: World, names: Iterable[str], listings: Iterable[Listing]) -> bool:
    """Say whether a world is as names and listings are known to hold one another.

    Source: docs/semantics/path.md, F7, F11 and F14.
    """
    known = list(names)
    for held in (world.source, world.destination):
        for inner in held:
            if any(_holds(outer, inner) and outer not in held for outer in known):
                return False
    every = list(listings)
    return not any(
        _lists(outer, inner) and outer not in world.bare
        for inner in world.bare
        for outer in every
    )


def _holds(outer: str, inner: str) -> bool:
    """Source: docs/semantics/path.md, F7 and F11."""
    if inner == "virtualnetwork":
        return outer == "virtualnetwork by default"
    base, dot, region = inner.partition(".")
    if not dot or base == "azurefrontdoor":
        return False
    return outer in {base, "azurecloud", "azurecloud." + region}


def _lists(outer: Listing, inner: Listing) -> bool:
    """Source: docs/semantics/path.md, F14."""
    if outer[0] is not None and outer[0] != inner[0]:
        return False
    return all(
        _has_all(theirs, mine)
        for mine, theirs in zip(inner[1:], outer[1:], strict=True)
    )


def _has_all(outer: tuple[PortRange, ...], inner: tuple[PortRange, ...]) -> bool:
    """Say whether every port of some ranges is in others."""
    for item in inner:
        port = item.first
        while port <= item.last:
            holding = [each.last for each in outer if port in each]
            if not holding:
                return False
            port = max(holding) + 1
    return True


def deciding(
    rules: Iterable[SecurityRule], packet: Packet, world: World
) -> list[SecurityRule]:
    """Return the rules that decide: one, or all that match of one priority.

    Source: Azure docs, network-security-groups-overview.
    """
    found: list[SecurityRule] = []
    for rule in sorted(rules, key=lambda each: (each.priority, each.is_default)):
        if found and (rule.priority, rule.is_default) != (
            found[0].priority,
            found[0].is_default,
        ):
            break
        if matches(rule, packet, world):
            found.append(rule)
    return found


def matches(rule: SecurityRule, packet: Packet, world: World) -> bool:
    """Say whether a rule matches. Source: docs/semantics/path.md, F3 and F6."""
    return (
        any(_is_meant(rule, term, packet, world.source, 0) for term in rule.sources)
        and any(
            _is_meant(rule, term, packet, world.destination, 1)
            for term in rule.destinations
        )
        and _serves(rule, packet, world)
    )


def _is_meant(
    rule: SecurityRule,
    term: AddressTerm,
    packet: Packet,
    names: frozenset[str],
    end: int,
) -> bool:
    if isinstance(term, Anywhere):
        return True
    if isinstance(term, ServiceTag):
        return name_of(rule, term) in names
    if isinstance(term, ApplicationGroup):
        return term.id.lower() in names
    if isinstance(term, UnreadableTerm):
        return f"?{rule.name}" in names
    return (packet.source, packet.destination)[end] in term


def name_of(rule: SecurityRule, tag: ServiceTag) -> str:
    """Return how a world names a tag of a rule. Source: docs/semantics/path.md, F7."""
    name = tag.name.lower()
    if name == "virtualnetwork" and rule.is_default:
        return "virtualnetwork by default"
    return name


def _serves(rule: SecurityRule, packet: Packet, world: World) -> bool:
    if (
        rule.protocol == UNREADABLE_PROTOCOL
        or rule.source_ports is None
        or rule.destination_ports is None
    ):
        return rule.name in world.unread
    if rule.protocol not in (None, packet.protocol):
        return False
    if packet.protocol in WITH_PORTS:
        return any(packet.source_port in item for item in rule.source_ports) and any(
            packet.destination_port in item for item in rule.destination_ports
        )
    whole = (EVERY_PORT,)
    if _has_all(rule.source_ports, whole) and _has_all(rule.destination_ports, whole):
        return True
    return (rule.protocol, rule.source_ports, rule.destination_ports) in world.bare
