"""Azure Firewalls as spaces: their rules, and behind which address they put senders.

Written from docs/semantics/path.md, W. Application rules are those of a proxy.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

from seawall.model.address import AddressRange, merged
from seawall.model.filter import Access, AddressTerm
from seawall.model.firewall import (
    CollectionType,
    Firewall,
    NatRule,
    NetworkRule,
    RuleCollection,
)
from seawall.model.packet import Protocol
from seawall.model.snapshot import Fabric
from seawall.twin.classes.ranges import PRIVATE
from seawall.twin.layout.application import proxy_of, redirects
from seawall.twin.layout.draft import Draft, Room
from seawall.twin.layout.fabric import FabricDrawn, Member
from seawall.twin.layout.filters import ALL, Terms, port_terms
from seawall.twin.layout.ways_out import Outside, addresses_of
from seawall.twin.line import IPV4, Aim, Does, Line, Marks, comment, used_in
from seawall.twin.plan import Stand
from seawall.twin.policies.table import REJECT

LOST = "a reply to what it did not see is dropped"
"""Says what becomes of replies that come to a firewall by a way of their own."""

_PORTED = frozenset({Protocol.TCP, Protocol.UDP, Protocol.SCTP})


def draw_firewall(
    drawn: FabricDrawn, outside: Outside, firewall: Firewall
) -> Room | None:
    """Put a firewall into its subnet and return its space; None if that is not known.

    Its public address is led to it from the internet; where it has none in the input,
    one is lent.
    """
    if not isinstance(firewall.address, IPv4Address) or firewall.subnet is None:
        why = "its address or its subnet is not in the input"
        drawn.marks.gap("firewall-not-drawn", firewall.name, why, firewall.origin)
        return None
    subnet = drawn.subnets.get(firewall.subnet)
    if subnet is None:
        return None
    if not firewall.complete.known:
        why = firewall.complete.why
        drawn.marks.gap("firewall-not-whole", firewall.name, why, firewall.origin)
    draft: Draft = drawn.draft
    room = draft.new_room(
        f"firewall:{firewall.name}", f"Azure Firewall {firewall.name}", forwards=True
    )
    room.held.append(firewall.address)
    public = tuple(addresses_of(drawn.snapshot, firewall.public_addresses))
    address = public[0] if public else outside.lend()
    member = Member(room, firewall.address, carried=list(public or (address,)))
    drawn.add(firewall.subnet, member)
    terms = Terms.at(drawn.snapshot.fabric, subnet.subnet)
    applied = _ordered(firewall, CollectionType.APPLICATION)
    proxy = proxy_of(drawn.marks, terms, room.name, firewall, applied)
    if proxy is not None:
        room.stands.append(proxy)
    room.texts.append(_table(drawn, firewall, address, proxy))
    return room


def _table(
    drawn: FabricDrawn,
    firewall: Firewall,
    public: IPv4Address,
    proxy: Stand | None,
) -> str:
    """Return the table: translation, network rules, and what becomes of sources."""
    marks, fabric = drawn.marks, drawn.snapshot.fabric
    terms = Terms.at(fabric, drawn.subnets[firewall.subnet or ""].subnet)
    network, nat = _rules(marks, terms, firewall)
    kept = firewall.snat_private_ranges.value or PRIVATE
    spared, inside = (
        marks.sets.addresses(tuple(it for it in ranges if it.version == IPV4))
        for ranges in (kept, (*PRIVATE, *_spaces(fabric)))
    )
    used = {spared, inside, *used_in(nat)}
    used = used.union(*(used_in(line.matches) for line in network))
    sets = [text for text in marks.sets.text() if text.split()[1] in used]
    default = marks.rule(f"{firewall.name}: no rule matches", firewall.origin)
    lost = marks.rule(f"{firewall.name}: {LOST}", firewall.origin)
    return "\n".join(
        (
            "table ip seawall_firewall {",
            *(f"  {text}" for text in sets),
            "  chain prerouting {",
            "    type nat hook prerouting priority -100; policy accept;",
            *(f"    {text}" for text in (*nat, *redirects(proxy, network))),
            "  }",
            "  chain forward {",
            "    type filter hook forward priority 0; policy accept;",
            "    icmp type destination-unreachable accept",
            f"    ct state invalid counter drop {comment(lost)}",
            "    ct state established,related accept",
            "    ct status dnat counter accept",
            f"    ip daddr != @{inside} {_NOT_CARRIED}",
            *(f"    {_text(line)}" for line in network),
            f"    counter {_REJECTS} {comment(default)}",
            "  }",
            "  chain postrouting {",
            "    type nat hook postrouting priority 100; policy accept;",
            f"    ct status dnat counter snat to {firewall.address}",
            f"    ip daddr @{spared} counter accept",
            f"    ip daddr @{inside} counter snat to {firewall.address}",
            f"    counter snat to {public}",
            "  }",
            "}",
        )
    )


def _rules(
    marks: Marks, terms: Terms, firewall: Firewall
) -> tuple[list[Line], list[str]]:
    """Return the lines of network rules, and the translations of NAT rules."""
    network = [
        line
        for item in _ordered(firewall, CollectionType.NETWORK)
        for rule in item.rules
        if isinstance(rule, NetworkRule)
        for line in _network_lines(marks, terms, (item, rule))
    ]
    nat = [
        text
        for item in _ordered(firewall, CollectionType.NAT)
        for rule in item.rules
        if isinstance(rule, NatRule)
        for text in _translations(marks, terms, item, rule)
    ]
    return network, nat


_REJECTS = REJECT.replace("icmpx type", "icmp type")
_NOT_CARRIED = f"meta l4proto != {{ 6, 17 }} counter {_REJECTS}"
"""What firewalls let out to the internet is TCP and UDP only. Source: path.md, W9."""


def _spaces(fabric: Fabric) -> Iterator[AddressRange]:
    for network in fabric.networks:
        yield from network.space
    for gateway in fabric.gateways:
        yield from gateway.remote_ranges


def _ordered(firewall: Firewall, type_: CollectionType) -> list[RuleCollection]:
    return sorted(
        (item for item in firewall.collections if item.type is type_),
        key=lambda item: (item.order, item.name),
    )


def _text(line: Line) -> str:
    verdict = "accept" if line.does is Does.ALLOW else _REJECTS
    return " ".join((*line.matches, "counter", verdict, comment(line.written)))


def _ends(
    marks: Marks,
    terms: Terms,
    says: str,
    rule: NetworkRule | NatRule,
) -> tuple[str, ...] | None:
    """Return terms over both ends; None if the rule surely matches nothing."""
    out = []
    for word, items in (("saddr", rule.sources), ("daddr", rule.destinations)):
        found = _ranges(marks, terms, (says, rule), items)
        if not found:
            return None
        if found != ALL:
            out.append(f"ip {word} @{marks.sets.addresses(found)}")
    return tuple(out)


def _ranges(
    marks: Marks,
    terms: Terms,
    named: tuple[str, NetworkRule | NatRule],
    items: tuple[AddressTerm, ...],
) -> tuple[AddressRange, ...]:
    says, rule = named
    found: list[AddressRange] = []
    for item in items:
        ranges = terms.of(item)
        if ranges is None:
            why = f"the addresses of `{item}` are not known"
            marks.gap("rule-not-shown", says, why, rule.origin)
        found.extend(ranges or ())
    return merged(found)


def _network_lines(
    marks: Marks, terms: Terms, named: tuple[RuleCollection, NetworkRule]
) -> Iterator[Line]:
    """Yield the lines of a network rule. Source: path.md, W3."""
    item, rule = named
    written = marks.rule(f"{item.name}/{rule.name}", rule.origin)
    if rule.destination_names:
        why = "it is for names, whose addresses the firewall looks up"
        marks.gap("rule-not-shown", written.says, why, rule.origin)
    ends = _ends(marks, terms, written.says, rule)
    if ends is None:
        return
    by = _ranges(marks, terms, (written.says, rule), rule.sources)
    to = _ranges(marks, terms, (written.says, rule), rule.destinations)
    numbers = rule.protocols or (None,)
    services = tuple((it, ports) for it in numbers for ports in rule.destination_ports)
    marks.aim(written, Aim(by, to, services))
    does = Does.ALLOW if item.access is Access.ALLOW else Does.DENY
    ports = port_terms(rule.destination_ports, "dport")
    if rule.protocols is None:
        service = ("meta l4proto { tcp, udp }", *ports) if ports else ()
        yield Line((*ends, *service), does, written)
        return
    for protocol in rule.protocols:
        more = ports if protocol in _PORTED else ()
        yield Line((*ends, f"meta l4proto {protocol}", *more), does, written)


def _translations(
    marks: Marks, terms: Terms, item: RuleCollection, rule: NatRule
) -> Iterator[str]:
    """Yield the translations of a rule for what comes to a public address: W2."""
    written = marks.rule(f"{item.name}/{rule.name}", rule.origin)
    if not isinstance(rule.translated_address, IPv4Address) or item.doubt:
        why = item.doubt or "where it leads is a name, or not known"
        marks.gap("rule-not-shown", written.says, why, rule.origin)
        return
    ends = _ends(marks, terms, written.says, rule)
    if ends is None:
        return
    ports = port_terms(rule.destination_ports, "dport")
    port = f":{rule.translated_port}" if rule.translated_port is not None else ""
    for protocol in rule.protocols:
        match = " ".join((*ends, f"meta l4proto {protocol}", *ports))
        yield (
            f"{match} counter dnat to {rule.translated_address}{port} "
            f"{comment(written)}"
        )
