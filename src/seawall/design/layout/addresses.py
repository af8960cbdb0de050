"""The plan of addresses: every network, subnet and range of a design, or why not.

Source: AKS docs, concepts-network-ip-address-planning, concepts-network-cni-overview,
azure-cni-overlay; read 2026-08.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from seawall.design.layout.allocation import (
    BITS,
    RESERVED,
    Wanted,
    blocks,
    free_of,
    joint_prefix,
)
from seawall.design.layout.demand import (
    SPARE,
    door,
    networks,
    nodes_at_most,
    pod_prefix,
)
from seawall.design.options import Addressing, Choices, Ingress, Network
from seawall.design.requirements.needs import Desk, Requirements
from seawall.model.address import Address, AddressRange, without
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.origin import Origin

_SPACES = ("10.20.0.0/16", *(f"10.{each}.0.0/16" for each in range(21, 200)))
_USUAL = 16
_TEN = AddressRange.parse("10.0.0.0/8")
_PODS = (
    "10.244.0.0/16",
    "100.64.0.0/16",
    *(f"10.{it}.0.0/16" for it in range(200, 256)),
)
_LARGE_PODS = ("100.64.0.0/11", "10.192.0.0/11", "10.128.0.0/11")
_SERVICES = (
    "10.0.0.0/16",
    "172.16.0.0/16",
    *(f"10.{it}.0.0/16" for it in range(1, 20)),
)
_PRIVATE = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
_LARGEST_SERVICES = 13
_FIRST_USABLE = 4
_DNS = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """Which addresses everything of a design has.

    Attributes:
        spoke: The network that nodes stand in; None if AKS makes it.
        hub: The network of what is shared; None without one.
        subnets: Ranges of subnets, by what they are for or the name that Azure asks.
        pods: The range of pods in an overlay; None where they stand in subnets.
        services: The range of Services.
        entries: Addresses of internal load balancers, one an entry; None for public.
    """

    spoke: AddressRange | None
    hub: AddressRange | None
    subnets: Mapping[str, AddressRange]
    pods: AddressRange | None
    services: AddressRange
    entries: tuple[Address | None, ...] = ()

    @property
    def dns_service(self) -> Address:
        """The address of the DNS Service, as AKS counts it: the tenth."""
        return address_of(self.services, _DNS)

    @property
    def firewall(self) -> Address:
        """The address of the firewall: Azure gives the first that it does not keep.

        Source: Azure docs, virtual-networks-faq (five addresses are kept), and
        firewall tutorial-firewall-deploy-portal (the private address `.4`).
        """
        return address_of(self.subnets["AzureFirewallSubnet"], _FIRST_USABLE)

    @property
    def pod_sources(self) -> tuple[AddressRange, ...]:
        """Where packets of pods come from as networks see them inside the cluster."""
        found = self.pods or self.subnets.get("pods") or self.subnets.get("nodes")
        return () if found is None else (found,)


@dataclass(frozen=True, slots=True)
class _Held:
    """A range that somebody gave or that is connected."""

    path: str
    range: AddressRange
    words: str


def address_of(inside: AddressRange, place: int) -> Address:
    """Return the address at a place of a range, from 0."""
    return AddressRange(
        inside.version, inside.first + place, inside.first + place
    ).lowest


def plan(needs: Requirements, choices: Choices) -> Plan | tuple[Diagnostic, ...]:
    """Return the plan, or everything that makes one impossible."""
    held = tuple(_held(needs, choices))
    problems = [*_wrong(needs, choices, held)]
    taken = [item.range for item in held] + list(RESERVED)
    pods = _chosen(needs, choices, taken)
    if pods is not None:
        taken.append(pods)
    services = _given(needs.addresses.services) or free_of(_SERVICES, taken)
    if services is None:
        problems.append(_no_room(needs, "addresses.services", "Services"))
    if choices.addressing is Addressing.OVERLAY and pods is None:
        problems.append(_no_room(needs, "addresses.pods", "pods"))
    if problems or services is None:
        return tuple(problems)
    empty = Plan(None, None, {}, pods, services)
    found = _placed(needs, choices, empty, (*taken, services))
    return found if isinstance(found, tuple) else _with_entries(needs, choices, found)


def _given(ranges: tuple[AddressRange, ...]) -> AddressRange | None:
    return ranges[0] if ranges else None


def _chosen(
    needs: Requirements, choices: Choices, taken: Iterable[AddressRange]
) -> AddressRange | None:
    if choices.addressing is not Addressing.OVERLAY:
        return None
    given = _given(needs.addresses.pods)
    wide = pod_prefix(needs) < _USUAL
    return given or free_of(_LARGE_PODS if wide else _PODS, taken)


def _held(needs: Requirements, choices: Choices) -> Iterator[_Held]:
    plan_ = needs.addresses
    listed = [
        ("addresses.space", plan_.space, "what the design may use"),
        ("addresses.services", plan_.services, "the range of Services"),
        ("addresses.on-premises", plan_.on_premises, "what is on premises"),
        ("addresses.in-use", plan_.in_use, "what is in use"),
    ]
    if choices.addressing is Addressing.OVERLAY:
        listed.append(("addresses.pods", plan_.pods, "the range of pods"))
    for path, ranges, words in listed:
        for index, item in enumerate(ranges):
            yield _Held(f"{path}[{index}]", item, words)
    if choices.network is Network.EXISTING and needs.existing is not None:
        standing = needs.existing
        yield _Held("network.node-range", standing.node_range, "the subnet of nodes")
        if standing.pod_range is not None:
            yield _Held("network.pod-range", standing.pod_range, "the subnet of pods")
        if standing.next_hop:
            hop = AddressRange.parse(standing.next_hop)
            yield _Held("network.next-hop", hop, "where the default route leads")
    for index, operator in enumerate(needs.operators):
        if operator.desk in _CONNECTED:
            for each in operator.ranges:
                words = f"the addresses of {operator.name}"
                yield _Held(f"operators[{index}].from", each, words)


def _wrong(
    needs: Requirements, choices: Choices, held: tuple[_Held, ...]
) -> Iterator[Diagnostic]:
    for item in held:
        yield from _wrong_alone(needs, item)
    for one, two in combinations(held, 2):
        if one.range.overlaps(two.range) and not _may_overlap(one, two):
            yield _overlap(needs, one, two)
    given = _given(needs.addresses.pods)
    if choices.addressing is Addressing.OVERLAY and given is not None:
        length = given.prefix_length
        most = pod_prefix(needs)
        if length is None or length > most:
            yield _problem(
                needs,
                "addresses.pods",
                f"the range of pods {given} has no /24 for each of "
                f"{nodes_at_most(needs)} nodes",
                "in an overlay every node takes a /24, those of an upgrade too "
                "(AKS docs, azure-cni-overlay)",
                f"give a /{most} or larger, or plan for fewer nodes",
            )


_CONNECTED = (Desk.VPN, Desk.EXPRESSROUTE, Desk.PEERING)
_OUTER = (
    "addresses.on-premises",
    "addresses.in-use",
    "network.node-range",
    "network.next-hop",
    "operators",
)
"""What stands already: that its parts lie in one another is its owners' affair."""


def _may_overlap(one: _Held, two: _Held) -> bool:
    """Whether two ranges may: what is connected is listed twice, or lies in a space."""
    paths = {one.path.partition("[")[0], two.path.partition("[")[0]}
    if paths <= set(_OUTER):
        return True
    return paths == {"addresses.space", "addresses.in-use"}


def _wrong_alone(needs: Requirements, item: _Held) -> Iterator[Diagnostic]:
    own = item.path.startswith(("addresses.space", "addresses.pods", "addresses.serv"))
    for kept in RESERVED if own else ():
        if item.range.overlaps(kept):
            yield _problem(
                needs,
                item.path,
                f"{item.words}, {item.range}, overlaps {kept}",
                "AKS keeps that range for itself "
                "(AKS docs, concepts-network-cni-overview)",
                "give a range beside it",
            )
    length = item.range.prefix_length or BITS
    if item.path.startswith("addresses.services") and length < _LARGEST_SERVICES:
        yield _problem(
            needs,
            item.path,
            f"the range of Services {item.range} is too large",
            "AKS takes a /13 or smaller "
            "(AKS docs, concepts-network-ip-address-planning)",
            "give a smaller range, such as a /16",
        )
    private = any(kept.covers(item.range) for kept in _PRIVATE)
    if item.path.startswith("addresses.pods") and not private:
        yield _problem(
            needs,
            item.path,
            f"the range of pods {item.range} is public",
            "pods of an overlay have private addresses, or those of RFC 6598 "
            "(AKS docs, azure-cni-overlay)",
            "give one in 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        )


def _overlap(needs: Requirements, one: _Held, two: _Held) -> Diagnostic:
    other = origin_of(needs, two.path)
    beside = f" ({other})" if other is not None else ""
    return _problem(
        needs,
        one.path,
        f"{one.words}, {one.range}, overlaps {two.words}, {two.range}{beside}",
        "packets to addresses of both would reach one of them alone "
        "(AKS docs, concepts-network-azure-cni-overlay)",
        "move one of them",
    )


def origin_of(needs: Requirements, path: str) -> Origin | None:
    """Return where a need stands, or what holds it; None if nobody stated it."""
    while path:
        if path in needs.stated:
            return needs.stated[path]
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""
    return None


def _problem(
    needs: Requirements, path: str, what: str, why: str, mend: str
) -> Diagnostic:
    return Diagnostic(Level.ERROR, origin_of(needs, path), what, why, mend)


def _no_room(needs: Requirements, path: str, whose: str) -> Diagnostic:
    return _problem(
        needs,
        path,
        f"no private range is free for {whose}",
        "every range that is usual overlaps one that is in use or on premises",
        f"give one as `{path}`, or leave room among what is in use",
    )


def _placed(
    needs: Requirements,
    choices: Choices,
    empty: Plan,
    taken: tuple[AddressRange, ...],
) -> Plan | tuple[Diagnostic, ...]:
    """Return the plan with its networks and subnets."""
    if choices.network is Network.MANAGED:
        return empty
    if choices.network is Network.EXISTING:
        return _existing(needs, empty)
    wanted = networks(needs, choices)
    sizes = {key: joint_prefix(items) for key, items in wanted.items()}
    space = needs.addresses.space
    if not space:
        whole = joint_prefix([Wanted(key, size) for key, size in sizes.items()])
        chosen = free_of(_spaces(whole), taken)
        if chosen is None:
            return (_no_room(needs, "addresses.space", f"networks: a /{whole}"),)
        space = (chosen,)
    free = without(space, needs.addresses.in_use)
    for roomy in (1, 0):
        outer = blocks(
            [Wanted(key, max(size - roomy, 1)) for key, size in sizes.items()], free
        )
        if outer is not None:
            break
    if outer is None:
        return (_too_small(needs, wanted, sizes),)
    subnets: dict[str, AddressRange] = {}
    for key, items in wanted.items():
        subnets |= blocks(items, (outer[key],)) or {}
    subnets.pop(SPARE, None)
    return replace(empty, spoke=outer["spoke"], hub=outer.get("hub"), subnets=subnets)


def _spaces(prefix: int) -> Iterable[str]:
    """Return what networks may be cut from, as large as they need it."""
    if prefix >= _USUAL:
        return _SPACES
    step = 1 << BITS - prefix
    return (
        str(AddressRange(4, first, first + step - 1))
        for first in range(_TEN.first, _TEN.last + 1, step)
    )


def _too_small(
    needs: Requirements,
    wanted: Mapping[str, tuple[Wanted, ...]],
    sizes: Mapping[str, int],
) -> Diagnostic:
    listed = ", ".join(
        f"{item.key} /{item.prefix}" for items in wanted.values() for item in items
    )
    whole = joint_prefix([Wanted(key, size) for key, size in sizes.items()])
    given = ", ".join(map(str, needs.addresses.space))
    return _problem(
        needs,
        "addresses.space",
        f"{given or 'the space'} has no room for the subnets of the design: {listed}",
        f"{nodes_at_most(needs)} nodes with {needs.scale.pods_per_node} pods each are "
        "planned for, upgrades counted "
        "(AKS docs, concepts-network-ip-address-planning)",
        f"give a /{whole} that is free, or plan for fewer nodes or pods on a node",
    )


def _existing(needs: Requirements, empty: Plan) -> Plan | tuple[Diagnostic, ...]:
    standing = needs.existing
    if standing is None:
        return empty
    subnets = {"nodes": standing.node_range}
    if standing.pod_range is not None:
        subnets["pods"] = standing.pod_range
    return replace(empty, subnets=subnets)


def _with_entries(needs: Requirements, choices: Choices, found: Plan) -> Plan:
    """Return the plan with an address for each internal load balancer."""
    inside = found.subnets.get("ingress")
    if inside is None:
        return replace(found, entries=(None,) * len(needs.entries))
    entries = tuple(
        None
        if door(entry, choices) is Ingress.PUBLIC
        else address_of(inside, _FIRST_USABLE + index)
        for index, entry in enumerate(needs.entries)
    )
    return replace(found, entries=entries)
