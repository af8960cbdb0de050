"""One packet against one Azure Firewall: typed rules, each list by first match."""

import re
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from seawall.model.address import Address, AddressRange
from seawall.model.catalogue import (
    INFRASTRUCTURE_DOMAINS,
    INFRASTRUCTURE_PORTS,
    PLATFORM_DOMAINS,
    tag_names,
)
from seawall.model.filter import (
    Access,
    AddressTerm,
    Anywhere,
    ServiceTag,
    UnreadableTerm,
)
from seawall.model.firewall import (
    ApplicationRule,
    CollectionType,
    Firewall,
    FirewallRule,
    NatRule,
    NetworkRule,
    RuleCollection,
)
from seawall.model.packet import EVERY_PORT, WITH_PORTS, Packet, PortRange, Protocol
from seawall.model.snapshot import Fabric
from seawall.reference.match import Match, at_most, both, either, holds
from seawall.reference.place import in_tag, is_private, is_public, within


class Passage(Enum):
    """What a firewall can do with a packet."""

    NAT = "nat"
    NETWORK = "network"
    APPLICATION = "application"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Ruling:
    """One outcome that some reading of the undecided matches leads to."""

    passage: Passage
    rule: str
    nat: NatRule | None = None


ORDER = (CollectionType.NAT, CollectionType.NETWORK, CollectionType.APPLICATION)
DEFAULT = Ruling(Passage.REFUSED, "no rule matches")
BUILT_IN = Ruling(Passage.APPLICATION, "a built-in infrastructure rule")
DNS_PORT = 53


def public_ranges(fabric: Fabric, firewall: Firewall) -> tuple[AddressRange, ...]:
    """Return the public addresses of *firewall*, as far as they are allocated."""
    return tuple(
        item
        for public in fabric.public_addresses
        if public.id in firewall.public_addresses
        for item in public.ranges
    )


def answers_dns(firewall: Firewall, packet: Packet) -> Match:
    """Whether a packet to the firewall's own address is answered.

    Source: Azure docs, firewall dns-settings.
    """
    asks = packet.protocol in (Protocol.TCP, Protocol.UDP)
    return both(asks, packet.destination_port == DNS_PORT, holds(firewall.dns_proxy))


def rulings(
    fabric: Fabric,
    firewall: Firewall,
    packet: Packet,
    name: str | None,
    tag: str = "",
) -> list[Ruling]:
    """Return every ruling that *firewall* may give; one means that it is certain.

    Type by type, then collections by order, then rules from top to bottom.

    Source: Azure docs, firewall rule-processing.
    """
    levels: list[list[RuleCollection]] = []
    for kind in ORDER:
        if kind is CollectionType.NAT and not within(
            packet.destination, public_ranges(fabric, firewall)
        ):
            continue
        typed = [item for item in firewall.collections if item.type is kind]
        typed.sort(key=lambda item: item.order)
        levels += [list(level) for _, level in groupby(typed, key=lambda c: c.order)]
    question = _Question(fabric, firewall, packet, name, tag)
    found = _from_levels(question, levels)
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Question:
    fabric: Fabric
    firewall: Firewall
    packet: Packet
    name: str | None
    tag: str = ""


def _from_levels(
    question: _Question, levels: list[list[RuleCollection]]
) -> list[Ruling]:
    """Collections of one order have no order: each that matches may come first."""
    if not levels:
        return [BUILT_IN, DEFAULT] if _may_be_built_in(question) else [DEFAULT]
    found: list[Ruling] = []
    decided = False
    for collection in levels[0]:
        rulings_, sure = _from_rules(question, collection, list(collection.rules))
        found += rulings_
        decided = decided or sure
    return found if decided else found + _from_levels(question, levels[1:])


def _may_be_built_in(question: _Question) -> bool:
    """Whether the built-in rules may hold the name that is asked for.

    Source: Azure docs, firewall infrastructure-fqdns; docs/semantics/path.md, W8.
    """
    name, packet = (question.name or "").lower(), question.packet
    if within(packet.destination, public_ranges(question.fabric, question.firewall)):
        return False
    owned = any(name in resource.host_names for resource in question.fabric.resources)
    return (
        packet.protocol == Protocol.TCP
        and packet.destination_port in INFRASTRUCTURE_PORTS
        and not owned
        and any(name == it or name.endswith("." + it) for it in INFRASTRUCTURE_DOMAINS)
    )


def _from_rules(
    question: _Question, collection: RuleCollection, rules: list[FirewallRule]
) -> tuple[list[Ruling], bool]:
    """Return the rulings of one collection, and whether one of them is sure."""
    if not rules:
        return [], False
    match = rule_matches(question, rules[0])
    match = at_most(known=not collection.doubt, match=match)
    if match is False:
        return _from_rules(question, collection, rules[1:])
    ruling = _ruling(collection, rules[0])
    if match:
        return [ruling], True
    others, sure = _from_rules(question, collection, rules[1:])
    return [ruling, *others], sure


def _ruling(collection: RuleCollection, rule: FirewallRule) -> Ruling:
    label = f"{collection.name}/{rule.name}"
    if isinstance(rule, NatRule):
        return Ruling(Passage.NAT, label, rule)
    if collection.access is Access.DENY:
        return Ruling(Passage.REFUSED, label)
    network = isinstance(rule, NetworkRule)
    return Ruling(Passage.NETWORK if network else Passage.APPLICATION, label)


def rule_matches(question: _Question, rule: FirewallRule) -> Match:
    """Whether one rule of any type matches."""
    packet = question.packet
    sources = either(_term(question, term, packet.source) for term in rule.sources)
    match rule:
        case NetworkRule():
            return both(sources, _network_matches(question, rule))
        case NatRule():
            return both(
                sources,
                packet.protocol in rule.protocols,
                either(
                    _term(question, term, packet.destination)
                    for term in rule.destinations
                ),
                port_in(rule.destination_ports, packet),
            )
        case ApplicationRule():
            ports = [port for _, port in rule.ports]
            return both(
                sources,
                packet.protocol == Protocol.TCP and packet.destination_port in ports,
                _name_listed(question, rule),
            )


def _term(
    question: _Question, term: AddressTerm, address: Address, *, meant: str = ""
) -> Match:
    if isinstance(term, AddressRange):
        return address in term
    if isinstance(term, Anywhere):
        return True
    if isinstance(term, UnreadableTerm):
        return None
    return isinstance(term, ServiceTag) and in_tag(
        question.fabric, term.name, address, meant=meant
    )


def port_in(ports: tuple[PortRange, ...], packet: Packet) -> Match:
    """Whether the port is listed; undecided without ports unless all are listed."""
    if packet.protocol in WITH_PORTS:
        return any(packet.destination_port in item for item in ports)
    return at_most(known=EVERY_PORT in ports, match=bool(ports))


def _network_matches(question: _Question, rule: NetworkRule) -> Match:
    """Source: Azure docs, firewall rule-processing and domain-filtering-overview."""
    packet = question.packet
    protocols = rule.protocols
    if protocols is None and EVERY_PORT not in rule.destination_ports:
        protocols = (Protocol.TCP, Protocol.UDP)
    if protocols is not None and packet.protocol not in protocols:
        return False
    meant = question.tag
    where = [
        _term(question, term, packet.destination, meant=meant)
        for term in rule.destinations
    ]
    where += [_resolves(question, name.lower()) for name in rule.destination_names]
    return both(port_in(rule.destination_ports, packet), either(where))


def _resolves(question: _Question, listed: str) -> Match:
    """Whether the addresses of a listed name may hold the packet's destination.

    Source: Azure docs, firewall domain-filtering-overview; docs/semantics/path.md, W3.
    """
    if question.name is not None and question.name.lower() == listed:
        return at_most(
            known=question.firewall.dns_proxy.is_surely(value=True), match=True
        )
    address = question.packet.destination
    if is_private(address):
        zones = [zone.name.lower() for zone in question.fabric.zones]
        may = any(listed == zone or listed.endswith("." + zone) for zone in zones)
    else:
        may = is_public(address)
    return at_most(known=False, match=may)


def _name_listed(question: _Question, rule: ApplicationRule) -> Match:
    """Whether an application rule lists the name that is asked for.

    Source: Azure docs, firewall domain-filtering-overview and fqdn-tags.
    """
    if question.name is None:
        if "*" in rule.names:
            return True
        listed = rule.names or rule.tags or rule.categories or rule.urls
        return at_most(known=False, match=bool(listed))
    name = question.name.lower()
    parts: list[Match] = [_pattern(text.lower(), name) for text in rule.names]
    parts += [_in_tag(tag, name) for tag in rule.tags]
    parts += [None for _ in rule.categories + rule.urls]
    return either(parts)


def _pattern(pattern: str, name: str) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return name.endswith(pattern[1:]) and len(name) > len(pattern) - 1
    if pattern.startswith("*"):
        return name.endswith(pattern[1:])
    return name == pattern


def _in_tag(tag: str, name: str) -> Match:
    """Source: docs/semantics/path.md, W4; Azure docs, firewall fqdn-tags."""
    for pattern in tag_names(tag):
        below = re.escape(pattern).replace(r"\*", ".+")
        if re.fullmatch(below.replace("<region>", "[^.]+"), name):
            return True
    ours = any(name == item or name.endswith("." + item) for item in PLATFORM_DOMAINS)
    return at_most(known=False, match=ours)
