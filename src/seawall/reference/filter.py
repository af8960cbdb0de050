"""One packet against one security group at one subnet."""

from dataclasses import dataclass, replace
from itertools import groupby

from seawall.model.address import Address, AddressRange, merged
from seawall.model.effective import EffectiveHop
from seawall.model.filter import (
    Access,
    AddressTerm,
    Anywhere,
    ApplicationGroup,
    SecurityGroup,
    SecurityRule,
    ServiceTag,
    UnreadableTerm,
)
from seawall.model.network import NextHop, Subnet
from seawall.model.packet import EVERY_PORT, WITH_PORTS, Packet, PortRange
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.reference.match import Match, at_most, both, either, holds
from seawall.reference.place import (
    HOST_ADDRESS,
    METADATA_ADDRESS,
    behind_gateway,
    gateway_ranges,
    hubs_of,
    in_known_network,
    in_tag,
    is_overlay_pod,
    is_private,
    is_public,
    names_nothing,
    network_of,
    peer_space,
    peerings_of,
    within,
)

UNREADABLE_PROTOCOL = -1
WIDENING = (NextHop.VIRTUAL_APPLIANCE, NextHop.VIRTUAL_NETWORK_GATEWAY)
DNS_PORT = 53


@dataclass(frozen=True, slots=True)
class Side:
    """Where a group is asked: the subnet gives its tags their meaning.

    Attributes:
        in_default: Whether the term stands in a rule that the platform put there.
        tag: The service tag that the packet is known to be meant for, if any.
    """

    snapshot: Snapshot
    subnet: Subnet
    direction: Direction
    in_default: bool = False
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a stage says, and the rule or missing fact that decides."""

    verdict: Verdict
    rule: str


def ask(side: Side, setting: Setting[str], packet: Packet) -> Finding:
    """Decide about *packet* by the group that *setting* names.

    Source: Azure docs, network-security-group-how-it-works.
    """
    if names_nothing(setting):
        return Finding(Verdict.ALLOWED, "no group")
    group = _named(side, setting)
    return decide(side, group, packet) if group else _MISSING


def _named(side: Side, setting: Setting[str]) -> SecurityGroup | None:
    groups = side.snapshot.fabric.security_groups if setting.known else ()
    return next((group for group in groups if group.id == setting.value), None)


_MISSING = Finding(Verdict.UNKNOWN, "the group is not in the input")


def decide(side: Side, group: SecurityGroup, packet: Packet) -> Finding:
    """Decide about *packet* by the rules of *group*: the first match wins.

    Source: Azure docs, network-security-groups-overview.
    """
    rules = [rule for rule in group.rules if rule.direction is side.direction]
    rules.sort(key=lambda rule: rule.priority)
    levels = [list(level) for _, level in groupby(rules, key=lambda r: r.priority)]
    possible = _outcomes(side, levels, packet)
    names = ", ".join(f"{group.name}/{name}" for _, name in possible)
    return Finding(_verdict({access for access, _ in possible}), names)


def _verdict(accesses: set[Access]) -> Verdict:
    if len(accesses) > 1:
        return Verdict.UNKNOWN
    return Verdict.ALLOWED if accesses == {Access.ALLOW} else Verdict.DENIED


def _outcomes(
    side: Side, levels: list[list[SecurityRule]], packet: Packet
) -> list[tuple[Access, str]]:
    """Return every outcome that some reading of the undecided matches leads to.

    Rules of one priority have no order, so each that matches may come first.
    """
    if not levels:
        return [(Access.DENY, "no rule matches")]
    matches = [(rule, rule_matches(side, rule, packet)) for rule in levels[0]]
    here = [(rule.access, rule.name) for rule, match in matches if match is not False]
    if any(match is True for _, match in matches):
        return here
    return here + _outcomes(side, levels[1:], packet)


def rule_matches(side: Side, rule: SecurityRule, packet: Packet) -> Match:
    """Whether every term of *rule* matches.

    Source: Azure docs, network-security-groups-overview, security rules.
    """
    there = replace(side, in_default=rule.is_default)
    here = replace(there, tag="")
    return both(
        protocol_matches(rule.protocol, packet),
        either(term_matches(here, term, packet.source) for term in rule.sources),
        either(term_matches(there, t, packet.destination) for t in rule.destinations),
        ports_match(rule.source_ports, packet.source_port, packet),
        ports_match(rule.destination_ports, packet.destination_port, packet),
    )


def protocol_matches(protocol: int | None, packet: Packet) -> Match:
    """Whether the protocol of a rule is the packet's."""
    if protocol == UNREADABLE_PROTOCOL:
        return None
    return protocol is None or protocol == packet.protocol


def ports_match(
    ranges: tuple[PortRange, ...] | None, port: int, packet: Packet
) -> Match:
    """Whether *port* is listed; undecided for a packet that has no ports.

    Source: docs/semantics/path.md, F3: undocumented unless every port is listed.
    """
    if ranges is None:
        return None
    if packet.protocol in WITH_PORTS:
        return any(port in item for item in ranges)
    numbers = merged(AddressRange(4, item.first, item.last) for item in ranges)
    whole = AddressRange(4, EVERY_PORT.first, EVERY_PORT.last)
    return True if whole in numbers else at_most(known=False, match=bool(ranges))


def term_matches(side: Side, term: AddressTerm, address: Address) -> Match:
    """Whether one address term of a rule matches.

    Source: Azure docs, network-security-groups-overview and service-tags-overview.
    """
    match term:
        case Anywhere():
            return True
        case AddressRange():
            return address in term
        case UnreadableTerm():
            return None
        case ApplicationGroup():
            return _is_member(side, term, address)
        case ServiceTag():
            return _tag_matches(side, term.name.lower(), address)


def _is_member(side: Side, group: ApplicationGroup, address: Address) -> Match:
    """Source: Azure docs, application-security-groups."""
    members = side.snapshot.fabric.application_groups
    if members.known:
        listed = (group.id, str(address)) in (members.value or ())
        may = any(
            (id_, address in where) == (group.id, True)
            for id_, where in side.snapshot.fabric.possible_members
        )
        return either([listed, at_most(known=False, match=may)])
    network = network_of(side.snapshot.fabric, side.subnet.network)
    inside = network is None or within(address, network.space)
    return at_most(known=False, match=inside)


def _tag_matches(side: Side, tag: str, address: Address) -> Match:
    """Source: docs/semantics/path.md, F4 to F6 and F13."""
    for seen in side.snapshot.fabric.seen_tags:
        if (seen.subnet, seen.name) == (side.subnet.id, tag):
            versions = {item.version for item in seen.ranges}
            if address.version in versions:
                return within(address, seen.ranges)
    if tag == "virtualnetwork":
        wide, narrow = virtual_network(side, address)
        return either([wide, narrow])
    if tag == "internet":
        return _is_internet(side, address)
    return in_tag(side.snapshot.fabric, tag, address, meant=side.tag)


def _is_internet(side: Side, address: Address) -> Match:
    """Source: docs/semantics/path.md, F5."""
    wide, narrow = virtual_network(side, address)
    if not is_public(address) or narrow is True:
        return False
    if wide is None and side.in_default:
        # What a default route may put into VirtualNetwork, the rule before allows.
        wide = False
    return None if narrow is None or wide is not False else True


def virtual_network(side: Side, address: Address) -> tuple[Match, Match]:
    """Whether `VirtualNetwork` holds *address*: by a default route, and otherwise.

    Source: Azure docs, service-tags-overview; docs/semantics/path.md, F4 and F7.
    """
    fabric = side.snapshot.fabric
    network = network_of(fabric, side.subnet.network)
    parts: list[Match] = [address in HOST_ADDRESS]
    parts.append(None if network is None else within(address, network.space))
    for peering in peerings_of(fabric, side.subnet.network):
        space = peer_space(fabric, peering)
        if space:
            inside = at_most(known=peering.complete, match=within(address, space))
        else:
            hidden = is_private(address) and not in_known_network(fabric, address)
            inside = at_most(known=False, match=hidden)
        parts.append(both(holds(peering.allows_access), inside))
    parts.append(behind_gateway(fabric, side.subnet.network, address))
    overlay = is_overlay_pod(side.snapshot, address)
    parts.append(at_most(known=side.in_default, match=overlay))
    wide, by_route = _user_prefixes(side, address)
    wide_too, reported = _learned_prefixes(side, address)
    return either([wide, wide_too]), either([*parts, by_route, reported])


def _learned_prefixes(side: Side, address: Address) -> tuple[Match, Match]:
    """Whether a gateway announces a default route here; what Azure reports of both.

    Source: Azure docs, service-tags-overview; docs/semantics/path.md, F4.
    """
    fabric, subnet = side.snapshot.fabric, side.subnet
    everything = AddressRange.everything(address.version)
    propagates: Match = True
    for table in fabric.route_tables:
        if table.id == subnet.route_table.value:
            propagates = holds(table.propagates_gateway_routes)
    wide = [
        both(behind.used, propagates)
        for behind in gateway_ranges(fabric, subnet.network)
        if everything in behind.ranges
    ]
    for hub in hubs_of(fabric, subnet.network):
        lends = at_most(known=False, match=hub.announces_default.may_be(value=True))
        wide.append(both(lends, propagates))
    narrow: list[Match] = []
    for given in fabric.effective_routes:
        for route in given.routes if given.subnet == subnet.id else ():
            if route.next_hop is EffectiveHop.GATEWAY:
                narrow += [
                    address in item for item in route.prefixes if item != everything
                ]
                wide += [True for item in route.prefixes if item == everything]
    return either(wide), either(narrow)


def _user_prefixes(side: Side, address: Address) -> tuple[Match, Match]:
    """Whether a user route of the subnet names *address*: 0.0.0.0/0, and others."""
    fabric = side.snapshot.fabric
    setting = side.subnet.route_table
    if names_nothing(setting):
        return False, False
    for table in fabric.route_tables:
        if setting.known and table.id == setting.value:
            wide: list[Match] = []
            others: list[Match] = []
            for route in table.routes:
                if route.destination is None:
                    others.append(None)
                elif isinstance(route.destination, ServiceTag):
                    tag = route.destination.name
                    inside = in_tag(fabric, tag, address) is not False
                    others.append(at_most(known=False, match=inside))
                elif route.destination == AddressRange.everything(address.version):
                    wide.append(True if route.next_hop in WIDENING else None)
                else:
                    others.append(address in route.destination)
            return either(wide), either(others)
    return None, None


def platform_ask(side: Side, setting: Setting[str], packet: Packet) -> Finding:
    """Decide about a packet to a platform address: only rules for its tag count.

    Source: Azure docs, network-security-groups-overview and
    what-is-ip-address-168-63-129-16.
    """
    tag = ""
    if packet.destination in METADATA_ADDRESS:
        tag = "azureplatformimds"
    elif packet.destination_port == DNS_PORT and packet.protocol in WITH_PORTS:
        tag = "azureplatformdns"
    if names_nothing(setting) or not tag:
        return Finding(Verdict.ALLOWED, "the host answers")
    group = _named(side, setting)
    return _platform_decide(side, group, tag, packet) if group else _MISSING


def _platform_decide(
    side: Side, group: SecurityGroup, tag: str, packet: Packet
) -> Finding:
    found: list[Match] = []
    for rule in group.rules:
        named = any(
            isinstance(term, ServiceTag) and term.name.lower() == tag
            for term in rule.destinations
        )
        outward = rule.direction is Direction.EGRESS and rule.access is Access.DENY
        if named and outward:
            here = replace(side, in_default=rule.is_default, tag="")
            found.append(
                both(
                    protocol_matches(rule.protocol, packet),
                    either(term_matches(here, t, packet.source) for t in rule.sources),
                    ports_match(rule.source_ports, packet.source_port, packet),
                    ports_match(
                        rule.destination_ports, packet.destination_port, packet
                    ),
                )
            )
    match = either(found)
    if match is None:
        return Finding(Verdict.UNKNOWN, f"{group.name}: a rule for {tag} may match")
    if match:
        return Finding(Verdict.DENIED, f"{group.name}: a rule for {tag}")
    return Finding(Verdict.ALLOWED, "the host answers")
