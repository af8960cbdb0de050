"""The way of one packet from where it starts to where it ends, stage by stage."""

from dataclasses import replace

from seawall.model.cluster import Addressing
from seawall.model.end import End, InternetEnd, OnPremisesEnd, SubnetEnd
from seawall.model.firewall import Firewall
from seawall.model.network import NextHop, Subnet
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Layer, Verdict
from seawall.reference import door, link, outbound, own_public
from seawall.reference.admin import fates, settled
from seawall.reference.alone import by_policies_alone, left_to_policies
from seawall.reference.appliance import at_appliance
from seawall.reference.delivery import (
    at_endpoint,
    at_machine,
    beside,
    follow_on,
    inside_cluster,
)
from seawall.reference.filter import Side, ask
from seawall.reference.firewall import (
    Passage,
    Ruling,
    public_ranges,
    rulings,
)
from seawall.reference.host import on_platform
from seawall.reference.journey import (
    At,
    Journey,
    Passed,
    Start,
    on_one_node,
)
from seawall.reference.masquerade import Left, masqueraded
from seawall.reference.match import agreed, either, holds, verdict_of
from seawall.reference.outcome import (
    ARRIVED,
    Choice,
    Outcome,
    Step,
    single,
    then,
    together,
)
from seawall.reference.own_address import at_own_address
from seawall.reference.own_front import by_own_front
from seawall.reference.own_group import past_sender
from seawall.reference.past_nodes import past_nodes
from seawall.reference.peering import cross
from seawall.reference.place import (
    GLOBAL_V6,
    gateway_door,
    gateway_ranges,
    gateway_subnets,
    in_known_network,
    is_public,
    peerings_of,
    subnet_at,
    subnet_of,
    within,
)
from seawall.reference.policing import LOCAL_DNS, egress, ingress
from seawall.reference.route import ways
from seawall.reference.snat import as_from, as_it_leaves
from seawall.reference.straight import or_straight, surely_straight
from seawall.reference.way import Way

DNS_PORT = 53


def follow(
    snapshot: Snapshot,
    start: Start,
    packet: Packet,
    *,
    name: str | None = None,
    target: End | None = None,
    choice: Choice,
) -> Outcome:
    """Follow *packet* from *start* and return what becomes of it.

    The header is as it leaves the start, after service translation.

    Source: docs/semantics/path.md.
    """
    journey = Journey(
        snapshot, start, name, target, choice, packet.source, leave=_leave
    )
    if snapshot.cluster is None and by_policies_alone(journey):
        return left_to_policies(journey, packet)
    return past_nodes(journey, packet) or _through_network(journey, packet)


def _through_network(journey: Journey, packet: Packet) -> Outcome:
    end = journey.start.end
    if journey.cluster is not None:
        return _from_cluster(journey, packet)
    if isinstance(end, InternetEnd):
        return _from_internet(journey, packet)
    if journey.to_pod and journey.pods_without_routes():
        return single(Layer.DELIVERY, "pod", Verdict.DENIED, "not from outside")
    if isinstance(end, OnPremisesEnd):
        return _from_premises(journey, packet)
    id_ = end.subnet if isinstance(end, SubnetEnd) else None
    subnet = subnet_of(journey.fabric, id_)
    if subnet is None:
        return single(Layer.DELIVERY, str(end), Verdict.UNKNOWN, "not in the input")
    return _leave(journey, packet, subnet)


def _from_cluster(journey: Journey, packet: Packet) -> Outcome:
    """Start at a pod or node: policy, the node itself, masquerade, filters, routes.

    Source: docs/semantics/path.md, S, P, L and F9.
    """
    same = on_one_node(journey, packet)
    local = beside(journey, packet)
    if same is True:
        return local
    gone = together(_from_node(journey, left) for left in masqueraded(journey, packet))
    far = follow_on(egress(journey, packet), gone)
    ways = [far] if same is False else [far, local]
    return together([*ways, *by_own_front(journey, packet)])


def _from_node(journey: Journey, left: Left) -> Outcome:
    packet, subnet = left.packet, left.subnet
    if subnet is None:
        return single(
            Layer.DELIVERY, "node", Verdict.UNKNOWN, "subnet not in the input"
        )
    cluster = journey.cluster
    mode = cluster.addressing.value if cluster is not None else None
    ranges = cluster.pod_ranges.value or () if cluster is not None else ()
    if mode in (Addressing.OWN_CNI, None) and within(packet.destination, ranges):
        reached = single(Layer.DELIVERY, "pods", Verdict.UNKNOWN, "addressing unknown")
        return follow_on(reached, ingress(journey, packet))
    if cluster is not None and within(packet.destination, LOCAL_DNS):
        asks = packet.protocol in (Protocol.TCP, Protocol.UDP)
        verdict = verdict_of(asks and packet.destination_port == DNS_PORT)
        answer = single(Layer.PLATFORM, str(packet.destination), verdict, "LocalDNS")
        on = holds(cluster.local_dns)
        if on is None:
            return together([answer, _carried(journey, left, subnet)])
        return answer if on else _carried(journey, left, subnet)
    platform = on_platform(journey, packet, subnet)
    if platform is not None:
        return platform
    return _carried(journey, left, subnet)


def _carried(journey: Journey, left: Left, subnet: Subnet) -> Outcome:
    """Leave the node; whether a stray address is carried on is not known.

    Source: AKS docs, update-azure-cni; docs/semantics/path.md, M10.
    """
    onward = _leave(journey, left.packet, subnet)
    if not left.strays:
        return onward
    return then(Step(Layer.MASQUERADE, "node", Verdict.UNKNOWN, "kept"), onward)


def _leave(journey: Journey, packet: Packet, subnet: Subnet) -> Outcome:
    """Ask the admin rules, the outbound groups, then the cluster's routing or routes.

    Source: Azure docs, network-security-group-how-it-works.
    """
    if journey.cluster is None:
        platform = on_platform(journey, packet, subnet)
        if platform is not None:
            return platform
    side = Side(journey.snapshot, subnet, Direction.EGRESS, tag=journey.tag)
    onward = inside_cluster(journey, packet)
    if onward is None:
        onward = _forward(journey, packet, At(subnet))
    outer = ask(side, subnet.security_group, packet)
    step = Step(Layer.SUBNET_FILTER, subnet.name, outer.verdict, outer.rule)
    outcome = then(step, onward)
    outcome = past_sender(journey, side, packet, outcome)
    return settled(fates(side, packet), subnet.name, outcome, onward)


def _forward(journey: Journey, packet: Packet, at: At) -> Outcome:
    """Go where the routes of the subnet lead.

    Source: Azure docs, virtual-networks-udr-overview; docs/semantics/path.md, R and H.
    """
    direct = surely_straight(journey, packet, at)
    if direct is not None:
        return direct
    return or_straight(journey, packet, at, _by_routes(journey, packet, at))


def _by_routes(journey: Journey, packet: Packet, at: At) -> Outcome:
    found = ways(journey.fabric, at.subnet, packet.destination)
    name = at.subnet.name
    if len(found) > 1 or found[0].hop is NextHop.UNKNOWN:
        return single(Layer.ROUTE, name, Verdict.UNKNOWN, "the route is not known")
    way = found[0]
    if way.hop is NextHop.NONE:
        return single(Layer.ROUTE, name, Verdict.DENIED, "dropped")
    step = Step(Layer.ROUTE, name, Verdict.ALLOWED, way.hop.value)
    return then(step, _by_way(journey, packet, at, way))


def _by_way(journey: Journey, packet: Packet, at: At, way: Way) -> Outcome:
    """Take one next hop. Source: docs/semantics/path.md, H."""
    if way.hop is NextHop.VIRTUAL_APPLIANCE:
        return _to_appliance(journey, packet, at, way)
    if way.hop is NextHop.VIRTUAL_NETWORK_GATEWAY:
        found = gateway_ranges(journey.fabric, at.subnet.network)
        used = either(each.used for each in found if each.given)
        verdict = Verdict.ALLOWED if used else Verdict.UNKNOWN
        there = single(Layer.DELIVERY, "on premises", verdict, "gateway")
        back = gateway_door(journey.fabric, at.subnet.network)
        return replace(there, arrival=(back, packet.source)) if back else there
    if way.straight:
        served = outbound.by_service_endpoint(journey, at.subnet, packet, offered=True)
        return served if served is not None else ARRIVED
    if way.hop is NextHop.INTERNET:
        return _out(journey, packet, at)
    if way.peer is None:
        return _deliver(journey, packet, at.subnet.network)
    crossing = cross(journey, packet, at, way.peer)
    return then(crossing, _deliver(journey, packet, way.peer))


def _to_appliance(journey: Journey, packet: Packet, at: At, way: Way) -> Outcome:
    """Pass the appliance that a route names, if it is a firewall that is near.

    Source: docs/semantics/path.md, H3.
    """
    fabric = journey.fabric
    near = {item.remote for item in peerings_of(fabric, at.subnet.network)}
    for firewall in fabric.firewalls:
        home = subnet_of(fabric, firewall.subnet)
        if way.appliance is None or firewall.address != way.appliance or home is None:
            continue
        if home.network == at.subnet.network:
            return _through(journey, packet, firewall, at.passed)
        if home.network in near:
            step = cross(journey, packet, at, home.network)
            return then(step, _through(journey, packet, firewall, at.passed))
    return at_appliance(journey, packet, at, way)


def _through(
    journey: Journey, packet: Packet, firewall: Firewall, passed: Passed
) -> Outcome:
    """Pass a firewall: its rules, its source translation, its routes.

    Source: Azure docs, firewall rule-processing and snat-private-range.
    """
    at = firewall.name
    if subnet_of(journey.fabric, firewall.subnet) is None:
        return single(Layer.FIREWALL, at, Verdict.UNKNOWN, "subnet not in the input")
    if packet.destination == firewall.address:
        return at_own_address(journey, packet, firewall)
    before = [left for id_, left in passed if id_ == firewall.id]
    if before:
        again = Verdict.DENIED if packet.destination in before else Verdict.UNKNOWN
        return single(Layer.FIREWALL, at, again, "comes here twice")
    if not firewall.complete.is_surely(value=True):
        unread = [Ruling(kind, "policy is not complete") for kind in Passage]
        found = [item for item in unread if item.passage is not Passage.NAT]
    else:
        found = rulings(journey.fabric, firewall, packet, journey.name, journey.tag)
        if within(packet.destination, public_ranges(journey.fabric, firewall)):
            found = [
                item if item.passage is Passage.NAT else Ruling(Passage.REFUSED, at)
                for item in found
            ]
    refused = [item.passage is Passage.REFUSED for item in found]
    verdict = agreed(Verdict.DENIED if no else Verdict.ALLOWED for no in refused)
    step = Step(Layer.FIREWALL, at, verdict, found[0].rule)
    if all(refused) or packet.source.version == GLOBAL_V6.version:
        return then(step if all(refused) else step._replace(verdict=Verdict.UNKNOWN))
    onward = [
        _from_firewall(
            journey, seen, firewall, passed, kept=seen.source == packet.source
        )
        for ruling in found
        if ruling.passage is not Passage.REFUSED
        for seen in as_it_leaves(journey, packet, firewall, ruling)
    ]
    return then(step, together(onward))


def _from_firewall(
    journey: Journey,
    packet: Packet,
    firewall: Firewall,
    passed: Passed,
    *,
    kept: bool,
) -> Outcome:
    home = subnet_of(journey.fabric, firewall.subnet)
    if home is None:
        return single(Layer.FIREWALL, firewall.name, Verdict.UNKNOWN, "no subnet")
    here = At(home, (*passed, (firewall.id, packet.destination)))
    rest = _forward(journey, packet, here)
    return replace(rest, passed=(firewall.id, *rest.passed)) if kept else rest


def _out(journey: Journey, packet: Packet, at: At) -> Outcome:
    """Leave for the internet, with a public address of some method.

    Source: docs/semantics/path.md, N, I and W6.
    """
    if at.passed:
        verdict = outbound.by_firewall(journey.fabric, at.subnet, packet)
        step = Step(Layer.SOURCE_NAT, at.subnet.name, verdict, "W9 and W10")
        return then(step, _on_internet(journey, packet, outbound.BY_FIREWALL, at))
    if journey.relayed:
        return single(Layer.SOURCE_NAT, at.subnet.name, Verdict.UNKNOWN, "B4")
    ways_ = []
    for method in outbound.methods(journey, at.subnet, packet):
        verdict = Verdict.ALLOWED if method.passes else Verdict.DENIED
        step = Step(Layer.SOURCE_NAT, at.subnet.name, verdict, method.label)
        seen = packet
        if method.passes:
            seen = as_from(journey, packet, method.sources)
        ways_.append(then(step, _on_internet(journey, seen, method.label, at)))
    return together(ways_)


def _on_internet(journey: Journey, packet: Packet, method: str, at: At) -> Outcome:
    return _owned(journey, packet, at.passed) or outbound.arrive(
        journey, packet, method, at.subnet
    )


def _owned(journey: Journey, packet: Packet, passed: Passed) -> Outcome | None:
    """Enter at whatever in the input owns a public address, if anything does.

    Source: docs/semantics/path.md, S4 and B.
    """
    for firewall in journey.fabric.firewalls:
        if within(packet.destination, public_ranges(journey.fabric, firewall)):
            return _through(journey, packet, firewall, passed)
    entered = door.balanced(journey, packet) or door.at_gateway(journey, packet)
    entered = entered or own_public.at_own_public(journey, packet)
    if entered is not None:
        return entered
    for public in journey.fabric.public_addresses:
        if within(packet.destination, public.ranges):
            return single(Layer.DELIVERY, public.name, Verdict.UNKNOWN, "no owner")
    return None


def _from_internet(journey: Journey, packet: Packet) -> Outcome:
    """Source: docs/semantics/path.md, S4."""
    inside = in_known_network(journey.fabric, packet.destination)
    if inside or not is_public(packet.destination):
        return single(Layer.DELIVERY, "network", Verdict.DENIED, "not on the internet")
    return _owned(journey, packet, ()) or outbound.arrive(journey, packet, "internet")


def _from_premises(journey: Journey, packet: Packet) -> Outcome:
    """Start behind a gateway, by the routes of its subnet, without a group there.

    Source: docs/semantics/path.md, S5.
    """
    found = gateway_subnets(journey.fabric, journey.start.network)
    return together(_within_reach(journey, packet, At(subnet)) for subnet in found)


def _within_reach(journey: Journey, packet: Packet, at: At) -> Outcome:
    found = ways(journey.fabric, at.subnet, packet.destination)
    outward = (NextHop.INTERNET, NextHop.VIRTUAL_NETWORK_GATEWAY)
    if len(found) == 1 and found[0].hop in outward:
        return single(Layer.ROUTE, at.subnet.name, Verdict.DENIED, "not in reach")
    return _forward(journey, packet, at)


def _deliver(journey: Journey, packet: Packet, network: str) -> Outcome:
    """Deliver inside a network. Source: docs/semantics/path.md, D."""
    fabric, address = journey.fabric, packet.destination
    for firewall in fabric.firewalls:
        home = subnet_of(fabric, firewall.subnet)
        if firewall.address == address and home and home.network == network:
            return at_own_address(journey, packet, firewall)
    subnet = subnet_at(fabric, network, address)
    if subnet is None:
        return single(Layer.DELIVERY, network, Verdict.UNKNOWN, "no subnet holds it")
    for endpoint in fabric.private_endpoints:
        if endpoint.address == address and endpoint.subnet == subnet.id:
            further = link.behind(journey, endpoint, packet)
            return follow_on(at_endpoint(journey, subnet, endpoint, packet), further)
    entered = door.balanced(journey, packet) or door.at_gateway(journey, packet)
    return entered if entered is not None else at_machine(journey, subnet, packet)
