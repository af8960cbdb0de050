"""The way back: replies pass every filter, but they are routed anew."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from seawall.engine.path.explain import single, view
from seawall.engine.path.firewalls.appliance import Appliances
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import ArrivalKind, Branch, Leg
from seawall.engine.path.ground.lanes import Hop, Toward
from seawall.engine.path.ground.rewrite import sources
from seawall.engine.path.ground.space import NOWHERE, PUBLIC, Space, at
from seawall.engine.path.routes.route import SOURCE, Routes
from seawall.flowspace import Header
from seawall.model.network import Subnet
from seawall.model.trace import HeaderView, Layer, Reply, Verdict
from seawall.model.trace import Hop as TraceHop

_REPLY_SOURCE = "AKS docs, limit-egress-traffic; " + SOURCE
_AT_ONCE = frozenset({ArrivalKind.PLATFORM, ArrivalKind.INTERNET, ArrivalKind.RESOURCE})
_VERDICTS = {
    Reply.RETURNS: Verdict.ALLOWED,
    Reply.LOST: Verdict.DENIED,
    Reply.UNKNOWN: Verdict.UNKNOWN,
}


class _Way(NamedTuple):
    """One way that a reply may take from a subnet.

    Attributes:
        fate: What becomes of it.
        passed: Ids of the firewalls on it.
        hop: Its first hop.
        is_told: Whether it is known which firewalls are on it.
    """

    fate: Reply
    passed: tuple[str, ...]
    hop: Hop
    is_told: bool = True


class Replies:
    """Routes replies in one snapshot."""

    def __init__(self, atlas: Atlas, routes: Routes, appliances: Appliances) -> None:
        self._atlas = atlas
        self._routes = routes
        self._appliances = appliances

    def reply(
        self, branch: Branch, header: Header
    ) -> tuple[Reply, tuple[TraceHop, ...]]:
        """Return whether the reply to one packet of a way comes back, and its hops.

        Args:
            branch: A way that the packet takes; what it denies is not looked at.
            header: The packet, as it left its start.

        Source:
            Azure docs, network-security-groups-overview: filters keep the state of a
            flow; virtual-networks-udr-overview: every packet is routed; AKS docs,
            limit-egress-traffic: an asymmetric way through a firewall is dropped.
        """
        if branch.arrival is None:
            return Reply.NOT_SENT, ()
        fates: list[Reply] = []
        hops: list[TraceHop] = []
        for leg in self._legs(branch):
            fate, hop = self._on_leg(branch, leg, header)
            fates.append(fate)
            hops.append(hop)
        return worst(fates), tuple(hops)

    def cuts(self, branch: Branch) -> Iterator[Space]:
        """Yield sets of sources such that replies to one of each fare alike.

        Packets of one way whose sources are in the same of these sets have replies
        that take the same routes; those that a translation hides are not told apart.
        """
        known: set[str] = set()
        for leg in self._legs(branch):
            hides = any(
                item.sources is not None and not item.may_keep for item in leg.rewrites
            )
            if not hides:
                yield from self._cells(self._atlas.subnet(leg.subnet), known)

    def _cells(self, subnet: Subnet | None, known: set[str]) -> Iterator[Space]:
        """Yield the destinations that the routes of a subnet tell apart."""
        if subnet is None or subnet.id in known:
            return
        known.add(subnet.id)
        yield PUBLIC
        for lane in self._routes.lanes(subnet):
            yield lane.destinations
            if lane.hop.toward is Toward.GATEWAY:
                yield self._away(subnet)
            if lane.hop.toward is not Toward.APPLIANCE:
                continue
            appliance = lane.hop.appliance
            firewall = self._appliances.firewall(subnet.network, appliance)
            if firewall is not None:
                yield from self._cells(self._atlas.subnet(firewall.subnet), known)
            machine = self._appliances.machine(subnet.network, appliance)
            if machine is not None:
                yield at(*machine.interface.addresses)

    def _legs(self, branch: Branch) -> Iterator[Leg]:
        """Yield the stretches that the reply is routed on.

        A node that handed the packet on for a Service answers itself, so its leg
        stands for the pod's; a gateway that ended a connection answers from its own
        subnet.
        """
        arrival = branch.arrival
        if arrival is None or arrival.is_same_node:
            return
        yield from reversed(branch.legs)
        if arrival.kind in _AT_ONCE or arrival.subnet is None:
            return
        is_pod = arrival.kind is ArrivalKind.POD
        if is_pod and branch.start.is_in_cluster and self._atlas.pods_are_hidden:
            return
        yield Leg(arrival.subnet, branch.rewrites, branch.passed)

    def _on_leg(
        self, branch: Branch, leg: Leg, header: Header
    ) -> tuple[Reply, TraceHop]:
        packet = single(header)
        to = sources(leg.rewrites, packet)
        seen = view(packet, leg.rewrites, branch.question.name)
        back = HeaderView(seen.destination, seen.source, seen.protocol, "")
        subnet = self._atlas.subnet(leg.subnet)
        if subnet is None:
            hop = Hop(Toward.UNKNOWN, says="the answering subnet is not in the input")
            return Reply.UNKNOWN, _shown(Reply.UNKNOWN, "?", hop, back)
        ways = list(self._ways(subnet, to, ()))
        fates = [_fate(way, leg) for way in ways]
        fate = worst_choice(fates)
        shown = next(
            (way for way, each in zip(ways, fates, strict=True) if each is fate),
            ways[0],
        )
        return fate, _shown(fate, subnet.name, shown.hop, back)

    def _ways(self, subnet: Subnet, to: Space, seen: tuple[str, ...]) -> Iterator[_Way]:
        """Yield the ways that routes lead to some addresses from a subnet."""
        for lane in self._routes.lanes(subnet):
            part = lane.destinations & to
            if not part:
                continue
            hop = lane.hop
            if hop.toward in (Toward.NONE, Toward.UNKNOWN):
                known = hop.toward is Toward.NONE
                fate = Reply.LOST if known else Reply.UNKNOWN
                yield _Way(fate, (), hop, is_told=known)
            elif hop.toward is Toward.INTERNET and part - PUBLIC:
                yield _Way(Reply.LOST, (), hop)
            elif hop.toward is Toward.APPLIANCE:
                yield from self._through(subnet, hop, part, seen)
            elif hop.toward is Toward.GATEWAY:
                yield from self._by_gateway(subnet, hop, part)
            else:
                yield _Way(Reply.RETURNS, (), hop)

    def _by_gateway(self, subnet: Subnet, hop: Hop, to: Space) -> Iterator[_Way]:
        """Yield the ways of a reply that a gateway takes out of the network.

        Source: docs/semantics/path.md, Y6.
        """
        away = self._away(subnet)
        if to - away:
            yield _Way(Reply.RETURNS, (), hop)
        if to & away:
            name = hop.rule.name if hop.rule else "the route"
            says = (
                f"{name} leads the reply to a gateway, and what is behind it does with "
                "it what the input does not tell"
            )
            yield _Way(Reply.UNKNOWN, (), replace(hop, says=says))

    def _away(self, subnet: Subnet) -> Space:
        """Return the addresses that no gateway of a network surely leads home to."""
        home = NOWHERE
        for used in self._atlas.gateways_of(subnet.network):
            if used.is_sure:
                home = home | used.remote
        return (PUBLIC | self._atlas.known) - home

    def _through(
        self, subnet: Subnet, hop: Hop, to: Space, seen: tuple[str, ...]
    ) -> Iterator[_Way]:
        firewall = self._appliances.firewall(subnet.network, hop.appliance)
        home = self._atlas.subnet(firewall.subnet) if firewall else None
        if firewall is None or home is None:
            yield self._by_machine(subnet, hop, to)
            return
        if firewall.id in seen:
            yield _Way(Reply.LOST, (), hop)
            return
        own = Space.of(home.prefixes)
        if to & own:
            says = (
                f"the reply is for an instance of {firewall.name}, and a route leads "
                "it to the address that all of them share: whether that instance gets "
                "it is not documented"
            )
            yield _Way(Reply.UNKNOWN, (), replace(hop, says=says), is_told=False)
        to = to - own
        if not to:
            return
        for way in self._ways(home, to, (*seen, firewall.id)):
            yield _Way(way.fate, (firewall.id, *way.passed), hop, way.is_told)

    def _by_machine(self, subnet: Subnet, hop: Hop, to: Space) -> _Way:
        """Return the way of a reply by an appliance that is not a firewall."""
        found = self._appliances.machine(subnet.network, hop.appliance)
        if found is not None and found.interface.forwards.is_surely(value=False):
            name = found.interface.name
            says = f"IP forwarding is off at {name}, which drops the reply"
            if not to & at(*found.interface.addresses):
                return _Way(Reply.LOST, (), replace(hop, says=says))
        return _Way(Reply.UNKNOWN, (), hop, is_told=False)


def _fate(way: _Way, leg: Leg) -> Reply:
    """Return what becomes of a reply that takes a way: firewalls must see both ways."""
    if way.is_told and set(way.passed) != set(leg.passed):
        return Reply.LOST
    return way.fate


def worst(fates: list[Reply]) -> Reply:
    """Return what becomes of a reply that has to pass several stretches."""
    for fate in (Reply.LOST, Reply.UNKNOWN):
        if fate in fates:
            return fate
    return Reply.RETURNS


def worst_choice(fates: list[Reply]) -> Reply:
    """Return what is known of a reply that takes one of several ways."""
    return fates[0] if len(set(fates)) == 1 else Reply.UNKNOWN


def _shown(fate: Reply, at: str, hop: Hop, back: HeaderView) -> TraceHop:
    name = hop.rule.name if hop.rule else "the route"
    to = f"{hop.toward.value} {hop.appliance}" if hop.appliance else hop.toward.value
    says = hop.says or f"{name} leads the reply to {to}"
    if fate is Reply.LOST:
        says += ", which the packet did not pass; the reply is lost"
        if hop.toward is Toward.NONE:
            says = f"{name} drops the reply"
    return TraceHop(
        layer=Layer.ROUTE,
        at=at,
        verdict=_VERDICTS[fate],
        says=says,
        rule=hop.rule,
        source=_REPLY_SOURCE,
        before=back,
        after=back,
    )
