"""One packet against the security admin rules of network managers."""

from enum import Enum
from itertools import groupby

from seawall.model.admin import AdminAccess, AdminCollection, AdminRule
from seawall.model.packet import Packet
from seawall.model.trace import Layer, Verdict
from seawall.reference.filter import Side, ports_match, protocol_matches, term_matches
from seawall.reference.match import Match, at_most, both, either
from seawall.reference.outcome import Outcome, Step, then, together

EXEMPT = (
    "azurebastionsubnet",
    "azurefirewallsubnet",
    "azurefirewallmanagementsubnet",
    "gatewaysubnet",
    "routeserversubnet",
)


class Fate(Enum):
    """What admin rules may do with a packet."""

    DENIED = "denied"
    SPARED = "no security group is asked"
    ONWARD = "the security groups decide"


FATES = {
    AdminAccess.DENY: Fate.DENIED,
    AdminAccess.ALWAYS_ALLOW: Fate.SPARED,
    AdminAccess.ALLOW: Fate.ONWARD,
}


def fates(side: Side, packet: Packet) -> set[Fate]:
    """Return every fate that some reading of what is not known leads to.

    Source: Azure docs, concept-security-admins and concept-network-manager-scope;
    docs/semantics/path.md, G.
    """
    subnet = side.subnet
    fabric = side.snapshot.fabric
    walled = [item.subnet for item in fabric.firewalls]
    if subnet.name.lower() in EXEMPT or subnet.id in walled:
        return {Fate.ONWARD}
    applying = [
        item
        for item in fabric.admin_rules
        if subnet.network in item.networks + item.maybe
    ]
    applying.sort(key=lambda item: (item.rank, item.manager))
    ranks = [list(rank) for _, rank in groupby(applying, key=lambda item: item.rank)]
    return _by_rank(side, ranks, packet)


def _by_rank(
    side: Side, ranks: list[list[AdminCollection]], packet: Packet
) -> set[Fate]:
    """The higher scope wins; of managers of one scope each that matches may."""
    if not ranks:
        return {Fate.ONWARD}
    found: set[Fate] = set()
    through = True
    for _, group in groupby(ranks[0], key=lambda item: item.manager):
        rules = [(item, rule) for item in group for rule in item.rules]
        rules = [pair for pair in rules if pair[1].direction is side.direction]
        rules.sort(key=lambda pair: pair[1].priority)
        levels = [
            list(level) for _, level in groupby(rules, key=lambda p: p[1].priority)
        ]
        mine, passes = _first(side, levels, packet)
        found |= mine
        through = through and passes
    return found | _by_rank(side, ranks[1:], packet) if through else found


def _first(
    side: Side,
    levels: list[list[tuple[AdminCollection, AdminRule]]],
    packet: Packet,
) -> tuple[set[Fate], bool]:
    """Return what one manager may do, and whether none of its rules may match."""
    found: set[Fate] = set()
    for level in levels:
        matches = [(rule, _matches(side, item, rule, packet)) for item, rule in level]
        found |= {FATES[rule.access] for rule, match in matches if match is not False}
        if any(match is True for _, match in matches):
            return found, False
    return found, True


def _matches(
    side: Side, collection: AdminCollection, rule: AdminRule, packet: Packet
) -> Match:
    gated = side.subnet.id in [
        item.subnet for item in side.snapshot.fabric.application_gateways
    ]
    applies = side.subnet.network in collection.networks and not gated
    here = Side(side.snapshot, side.subnet, side.direction)
    match = both(
        protocol_matches(rule.protocol, packet),
        either(term_matches(here, term, packet.source) for term in rule.sources),
        either(term_matches(side, t, packet.destination) for t in rule.destinations),
        ports_match(rule.source_ports, packet.source_port, packet),
        ports_match(rule.destination_ports, packet.destination_port, packet),
    )
    return at_most(known=applies, match=match)


def settled(found: set[Fate], at: str, asked: Outcome, spared: Outcome) -> Outcome:
    """Return what becomes of a packet whose fate may be one of several.

    *asked* is what holds if the security groups are asked, *spared* if they are not.
    """
    if found == {Fate.ONWARD}:
        return asked
    ways = []
    for fate in sorted(found, key=lambda item: item.value):
        verdict = Verdict.DENIED if fate is Fate.DENIED else Verdict.ALLOWED
        step = Step(Layer.ADMIN_FILTER, at, verdict, fate.value)
        ways.append(then(step, spared if fate is Fate.SPARED else asked))
    return together(ways)


def perhaps(found: set[Fate]) -> set[Fate]:
    """Return the fates where it is not known whether admin rules are asked."""
    return found | {Fate.ONWARD}
