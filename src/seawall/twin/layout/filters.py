"""Security groups and admin rules as chains of the packet filter.

Written from docs/semantics/path.md, F and G, by code of its own. A term that may or may
not match (a tag without a list, an unreadable port) is compiled as not matching and
told as a gap: what turns on it has no certain verdict to compare.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from seawall.model.address import AddressRange, merged, without
from seawall.model.admin import AdminAccess, AdminCollection, AdminRule
from seawall.model.filter import (
    Access,
    AddressTerm,
    Anywhere,
    ApplicationGroup,
    SecurityGroup,
    SecurityRule,
    ServiceTag,
)
from seawall.model.network import NextHop, Route, Subnet
from seawall.model.packet import EVERY_PORT, PortRange, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Fabric
from seawall.twin.classes.ranges import PRIVATE, SPECIAL
from seawall.twin.layout.routing import gateways_of
from seawall.twin.line import IPV4, Aim, Does, Line, Marks

ALL = (AddressRange.everything(IPV4),)
PLATFORM = AddressRange.parse("168.63.129.16/32")
_NO_MATCH = frozenset({"azureplatformdns", "azureplatformimds", "azureplatformlkm"})


_MAKES_ALL_VIRTUAL = (NextHop.VIRTUAL_APPLIANCE, NextHop.VIRTUAL_NETWORK_GATEWAY)


def _routes(fabric: Fabric, subnet: Subnet) -> tuple[Route, ...]:
    for table in fabric.route_tables:
        if table.id == subnet.route_table.value:
            return table.routes
    return ()


def _learns(fabric: Fabric, subnet: Subnet) -> bool:
    """Whether the subnet has the routes that gateways announce."""
    return all(
        table.propagates_gateway_routes.value is not False
        for table in fabric.route_tables
        if table.id == subnet.route_table.value
    )


def _own_and_peered(fabric: Fabric, subnet: Subnet) -> Iterator[AddressRange]:
    spaces = {net.id: net.space for net in fabric.networks}
    yield from spaces.get(subnet.network, ())
    for peering in fabric.peerings:
        if peering.network == subnet.network and peering.allows_access.is_surely(
            value=True
        ):
            yield from peering.remote_space or spaces.get(peering.remote, ())


@dataclass(frozen=True, slots=True)
class Terms:
    """What tags and groups stand for at one subnet.

    Attributes:
        fabric: The network.
        subnet: The subnet whose packets are filtered.
        virtual: The addresses of `VirtualNetwork` there.
        narrow: The same without what only a default route puts there.
        own: The addresses of the member that is asked for; none: of everybody.
        pods: Where pods have addresses that no network holds: in default rules they
            count as `VirtualNetwork`. Source: path.md, F7.
    """

    fabric: Fabric
    subnet: Subnet
    virtual: tuple[AddressRange, ...]
    narrow: tuple[AddressRange, ...]
    pods: tuple[AddressRange, ...] = ()
    own: frozenset[IPv4Address] | None = None

    @classmethod
    def at(
        cls, fabric: Fabric, subnet: Subnet, pods: tuple[AddressRange, ...] = ()
    ) -> "Terms":
        """Return what terms mean at a subnet. Source: path.md, F4."""
        found = [*_own_and_peered(fabric, subnet), PLATFORM]
        wide = False
        for gateway in gateways_of(fabric, subnet.network):
            found.extend(gateway.narrow)
            wide |= gateway.narrow != gateway.remote_ranges and _learns(fabric, subnet)
        for route in _routes(fabric, subnet):
            if route.destination == ALL[0]:
                wide |= route.next_hop in _MAKES_ALL_VIRTUAL
            elif isinstance(route.destination, AddressRange):
                found.append(route.destination)
        narrow = merged(item for item in found if item.version == IPV4)
        return cls(fabric, subnet, ALL if wide else narrow, narrow, pods)

    def of(self, term: AddressTerm) -> tuple[AddressRange, ...] | None:
        """Return the IPv4 addresses of a term; None if they are not known."""
        match term:
            case Anywhere():
                return ALL
            case AddressRange():
                return (term,) if term.version == IPV4 else ()
            case ServiceTag(name):
                return self._tag(name.lower())
            case ApplicationGroup(id_):
                return self._members(id_)
            case _:
                return None

    def _tag(self, name: str) -> tuple[AddressRange, ...] | None:
        for seen in self.fabric.seen_tags:
            if (seen.subnet, seen.name) == (self.subnet.id, name):
                return tuple(it for it in seen.ranges if it.version == IPV4)
        own = {
            "virtualnetwork": self.virtual,
            "internet": without(ALL, (*self.narrow, *PRIVATE, *SPECIAL)),
            "azureloadbalancer": (PLATFORM,),
            **dict.fromkeys(_NO_MATCH, ()),
        }
        listed = self.fabric.service_tags
        for tag in listed.tags if listed is not None and name not in own else ():
            if tag.name == name:
                return tuple(it for it in tag.prefixes if it.version == IPV4)
        return own.get(name)

    def _members(self, id_: str) -> tuple[AddressRange, ...] | None:
        members = self.fabric.application_groups
        if not members.known or any(
            it[0] == id_ for it in self.fabric.possible_members
        ):
            return None
        return tuple(
            AddressRange.parse(address)
            for group, address in members.value or ()
            if group == id_
        )


def group_lines(
    marks: Marks, terms: Terms, group: SecurityGroup, way: Direction
) -> Iterator[Line]:
    """Yield the lines of a security group in one direction, the first match first."""
    rules = sorted(
        (rule for rule in group.rules if rule.direction is way),
        key=lambda rule: rule.priority,
    )
    for rule in rules:
        does = Does.ALLOW if rule.access is Access.ALLOW else Does.DENY
        yield from _lines(marks, terms, (group.name, rule), does)


def admin_lines(
    marks: Marks, terms: Terms, collections: Iterable[AdminCollection], way: Direction
) -> Iterator[Line]:
    """Yield the lines of admin rules: an allowance passes on to the groups.

    Source: path.md, G1 to G3.
    """
    does = {
        AdminAccess.ALLOW: Does.PASS,
        AdminAccess.ALWAYS_ALLOW: Does.ALLOW,
        AdminAccess.DENY: Does.DENY,
    }
    found = [
        (item.rank, rule.priority, item.name, rule)
        for item in collections
        if terms.subnet.network in item.networks
        for rule in item.rules
        if rule.direction is way
    ]
    for _, _, name, rule in sorted(found, key=lambda it: it[:3]):
        yield from _lines(marks, terms, (name, rule), does[rule.access])


def _lines(
    marks: Marks, terms: Terms, named: tuple[str, SecurityRule | AdminRule], does: Does
) -> Iterator[Line]:
    holder, rule = named
    written = marks.rule(f"{holder}/{rule.name}", rule.origin)
    services = _services(rule)
    if services is None:
        why = "its protocol or ports cannot be read"
        marks.gap("rule-not-shown", written.says, why, rule.origin)
        return
    ends = []
    is_default = isinstance(rule, SecurityRule) and rule.is_default
    for word, items in (("saddr", rule.sources), ("daddr", rule.destinations)):
        found: list[AddressRange] = []
        for item in items:
            ranges = terms.of(item)
            if ranges is None:
                why = f"the addresses of `{item}` are not known"
                marks.gap("rule-not-shown", written.says, why, rule.origin)
            found.extend(ranges or ())
            if is_default and isinstance(item, ServiceTag):
                found.extend(terms.pods if item.name == "VirtualNetwork" else ())
        ends.append((word, merged(found)))
    if not all(ranges for _, ranges in ends):
        return
    marks.aim(written, _aim(terms, rule, *(ranges for _, ranges in ends)))
    matches = tuple(
        f"ip {word} @{marks.sets.addresses(ranges)}"
        for word, ranges in ends
        if ranges != ALL
    )
    for service in services:
        yield Line((*matches, *service), does, written)


def _aim(
    terms: Terms,
    rule: SecurityRule | AdminRule,
    sources: tuple[AddressRange, ...],
    targets: tuple[AddressRange, ...],
) -> Aim:
    return Aim(
        sources,
        targets,
        tuple((rule.protocol, it) for it in rule.destination_ports or ()),
        rule.direction,
        terms.own,
        has_source_ports=EVERY_PORT not in (rule.source_ports or ()),
    )


def _services(rule: SecurityRule | AdminRule) -> tuple[tuple[str, ...], ...] | None:
    """Return alternatives of terms over protocol and ports; None if not readable.

    Source: path.md, F3: a rule with ports that names no protocol is for TCP, UDP and
    SCTP; whether it is for others is not documented.
    """
    if rule.protocol == -1 or rule.source_ports is None:
        return None
    if rule.destination_ports is None:
        return None
    ports = port_terms(rule.source_ports, "sport")
    ports += port_terms(rule.destination_ports, "dport")
    if rule.protocol is None:
        if not ports:
            return ((),)
        return (("meta l4proto { tcp, udp, sctp }", *ports),)
    if rule.protocol in (Protocol.TCP, Protocol.UDP, Protocol.SCTP):
        return ((f"meta l4proto {rule.protocol}", *ports),)
    return ((f"meta l4proto {rule.protocol}",),)


def port_terms(ranges: tuple[PortRange, ...], word: str) -> tuple[str, ...]:
    """Return terms over source or destination ports; none for every port."""
    if EVERY_PORT in ranges:
        return ()
    joined: list[PortRange] = []
    for item in sorted(ranges):
        if joined and item.first <= joined[-1].last + 1:
            last = max(joined[-1].last, item.last)
            joined[-1] = PortRange(joined[-1].first, last)
        else:
            joined.append(item)
    listed = ", ".join(str(item) for item in joined)
    return (f"th {word} {{ {listed} }}",)
