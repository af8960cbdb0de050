"""One packet at its destination: filters, private endpoint, the policies of a pod."""

from dataclasses import replace

from seawall.model.address import Address, AddressRange
from seawall.model.cluster import NodePool
from seawall.model.end import NodeEnd, PodEnd
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.network import Subnet
from seawall.model.packet import Packet
from seawall.model.policy import Direction
from seawall.model.trace import Layer, Verdict
from seawall.model.workload import Pod
from seawall.reference.admin import fates, perhaps, settled
from seawall.reference.filter import Side, ask
from seawall.reference.host_port import Taker, takers
from seawall.reference.journey import (
    Journey,
    foreign_pools_at,
    may_be_elsewhere,
    pools_at,
    pools_of_target,
)
from seawall.reference.masquerade import any_port
from seawall.reference.match import holds, verdict_of
from seawall.reference.node_port import (
    Behind,
    behind,
    is_node,
    may_be_pod,
    nodes_of,
    runs_there,
)
from seawall.reference.outcome import (
    ARRIVED,
    Outcome,
    Step,
    single,
    then,
    together,
)
from seawall.reference.own_group import machine_with, past_interface
from seawall.reference.place import subnet_of, within
from seawall.reference.policing import egress, handed_on, ingress, policed
from seawall.reference.policy_question import (
    HostAt,
    PodAt,
)

GUARDED = ("networksecuritygroupenabled", "enabled")


def filters(
    journey: Journey, subnet: Subnet, pool: NodePool | None, packet: Packet
) -> Outcome:
    """Ask the admin rules, then the groups of the subnet and the network interface.

    Source: Azure docs, network-security-group-how-it-works; concept-security-admins.
    """
    side = Side(journey.snapshot, subnet, Direction.INGRESS, tag=journey.tag)
    here = Outcome(Verdict.ALLOWED, arrival=(subnet, packet.source))
    asked = groups(side, pool, packet, here)
    return settled(fates(side, packet), subnet.name, asked, here)


def groups(side: Side, pool: NodePool | None, packet: Packet, rest: Outcome) -> Outcome:
    """Ask the inbound group of the subnet, then of the network interface, and go on."""
    outer = ask(side, side.subnet.security_group, packet)
    out = Step(Layer.SUBNET_FILTER, side.subnet.name, outer.verdict, outer.rule)
    if pool is None:
        return then(out, rest)
    inner = ask(side, pool.nic_security_group, packet)
    last = Step(Layer.NIC_FILTER, pool.name, inner.verdict, inner.rule)
    return then(out, then(last, rest))


def at_machine(journey: Journey, subnet: Subnet, packet: Packet) -> Outcome:
    """Deliver to a node, a pod or another machine of *subnet*.

    Source: docs/semantics/path.md, D3 and D5.
    """
    found = machine_with(journey, subnet, packet.destination)
    owned = False if isinstance(journey.target, NodeEnd | PodEnd) else found
    lost = not owned and may_be_elsewhere(journey, subnet, packet.destination)
    ways = [
        follow_on(
            filters(journey, subnet, pool, packet),
            at_node(journey, pool, packet, subnet),
        )
        for pool in ([] if owned or lost else pools_at(journey, subnet))
    ]
    foreign = [] if owned else foreign_pools_at(journey, subnet)
    ways += [filters(journey, subnet, pool, packet) for pool in foreign]
    if not ways or owned is None:
        side = Side(journey.snapshot, subnet, Direction.INGRESS, tag=journey.tag)
        here = Outcome(Verdict.ALLOWED, arrival=(subnet, packet.source))
        inner = past_interface(side, packet, packet.destination, here)
        asked = groups(side, None, packet, inner)
        ways.append(settled(fates(side, packet), subnet.name, asked, here))
    out = follow_on(together(ways), ingress(journey, packet))
    where = Step(Layer.DELIVERY, subnet.name, Verdict.UNKNOWN, "where it stands")
    return then(where, out) if lost else out


def _by_node_port(
    journey: Journey, pool: NodePool | None, packet: Packet, subnet: Subnet | None
) -> Outcome | None:
    """Hand on what comes to the node port of a Service; None if none has it.

    Source: docs/semantics/path.md, D7.
    """
    if pool is None or not is_node(journey, pool, packet, subnet):
        return None
    found = behind(journey, packet)
    if found is None or isinstance(found, Outcome):
        handed = found
    else:
        taker = pool if subnet is not None else None
        handed = to_service(journey, found, packet, taker)
    if handed is None or isinstance(journey.target, NodeEnd):
        return handed
    # An address among nodes may be a pod's.
    return together([handed, ARRIVED]) if may_be_pod(journey) else handed


def to_service(
    journey: Journey, found: list[Behind], packet: Packet, taker: NodePool | None
) -> Outcome:
    """Ask the ingress policies of the pods behind a port of a node.

    Without a *taker* it is on the node of its sender.

    Source: docs/semantics/path.md, D7.
    """
    own = taker is None
    inside = journey.cluster is not None
    ways = []
    kept_away = Verdict.UNKNOWN if inside else Verdict.DENIED
    local = [item for item in found if item.service.local_traffic_only and not own]
    near = [runs_there(item, packet) for item in local]
    for item in found:
        seen = replace(packet, destination_port=item.port)
        meant = replace(journey, target=PodEnd(item.workload))
        if not item.service.local_traffic_only:
            nodes = nodes_of(journey)
            node = journey.choice.address("handing node", nodes)
            between = onward(meant, seen, taker or journey.own_pool, hidden=True)
            ways.append(follow_on(between, handed_on(meant, seen, node)))
        elif own or runs_there(item, packet) is not False:
            ways.append(ingress(meant, seen))
        if own:
            between = onward(meant, seen, journey.own_pool, hidden=False)
            ways.append(follow_on(between, ingress(meant, seen)))
    if local and None in near:
        unknown = Step(Layer.SERVICE, "Local", Verdict.UNKNOWN, "who runs there")
        return then(unknown, together(ways))
    if local and not any(near):
        ways.append(single(Layer.SERVICE, "Local", kept_away, "no pod there"))
    return together(ways)


def onward(
    journey: Journey, packet: Packet, pool: NodePool | None, *, hidden: bool
) -> Outcome:
    """Ask what lies between the node that takes a packet and the one that runs the pod.

    Whether they are one is the platform's choice.

    The packet has the pod's port; the node is in *pool*, and *hidden* puts its own
    address in place of the sender's.

    Source: docs/semantics/path.md, B12; AKS docs, concepts-network-azure-cni-overlay.
    """
    home = subnet_of(journey.fabric, pool.subnet.value) if pool else None
    if pool is None or home is None or not isinstance(journey.target, PodEnd):
        return ARRIVED
    seen = replace(packet, destination=_pod_address(journey, packet))
    if hidden:
        node = journey.choice.address("handing node", home.prefixes)
        seen = replace(seen, source=node, source_port=any_port(journey, packet))
    side = Side(journey.snapshot, home, Direction.EGRESS, tag=journey.tag)
    groups_ = (home.security_group, pool.nic_security_group)
    steps = [
        then(Step(Layer.SUBNET_FILTER, home.name, ask(side, each, seen).verdict, "B12"))
        for each in groups_
    ]
    asked = follow_on(*steps)
    ways = [settled(fates(side, seen), home.name, asked, ARRIVED)]
    for target in pools_of_target(journey, seen.destination):
        where = target.pod_subnet.value or target.subnet.value
        there = subnet_of(journey.fabric, where)
        if there is not None:
            ways.append(filters(journey, there, target, seen))
    sure = all(way.verdict is Verdict.ALLOWED for way in ways)
    verdict = Verdict.ALLOWED if sure else Verdict.UNKNOWN
    return single(Layer.SUBNET_FILTER, "another node", verdict, "B12")


def _pod_address(journey: Journey, packet: Packet) -> Address:
    """Return an address that the pod that is meant may have."""
    cluster = journey.snapshot.cluster
    version = packet.source.version
    pools = pools_of_target(journey, packet.destination) if cluster else []
    homes = [
        subnet_of(journey.fabric, pool.pod_subnet.value or pool.subnet.value)
        for pool in pools
    ]
    listed = [
        [AddressRange.of(at) for pod in _pods_meant(journey) for at in pod.addresses],
        (cluster.pod_ranges.value or ()) if cluster else (),
        [item for home in homes if home is not None for item in home.prefixes],
    ]
    for ranges in listed:
        found = tuple(item for item in ranges if item.version == version)
        if found:
            return journey.choice.address("pod behind", found)
    return packet.destination


def _pods_meant(journey: Journey) -> tuple[Pod, ...]:
    end = journey.target
    return end.workload.pods if isinstance(end, PodEnd) else ()


def at_endpoint(
    journey: Journey, subnet: Subnet, endpoint: PrivateEndpoint, packet: Packet
) -> Outcome:
    """Deliver to a private endpoint: its connection must be approved.

    Source: Azure docs, private-endpoint-overview and
    disable-private-endpoint-network-policy.
    """
    policies = subnet.endpoint_policies
    spared = Outcome(Verdict.ALLOWED, arrival=(subnet, packet.source))
    outcome = spared
    side = Side(journey.snapshot, subnet, Direction.INGRESS, tag=journey.tag)
    if not policies.known or (policies.value or "").lower() in GUARDED:
        outcome = groups(side, None, packet, spared)
        if not policies.known:
            outcome = together([outcome, Outcome(Verdict.ALLOWED)])
    reached = perhaps(fates(side, packet))
    outcome = settled(reached, subnet.name, outcome, spared)
    verdict = verdict_of(holds(endpoint.approved))
    step = Step(Layer.PRIVATE_ENDPOINT, endpoint.name, verdict, "approval")
    return follow_on(outcome, then(step))


def follow_on(first: Outcome, rest: Outcome | None) -> Outcome:
    """Return the outcome of two parts of one way, one after the other, if both are."""
    if rest is None:
        return first
    verdict = first.verdict.then(rest.verdict)
    arrival = rest.arrival or first.arrival
    steps = first.steps + rest.steps
    return Outcome(verdict, steps, first.passed + rest.passed, arrival)


def beside(journey: Journey, packet: Packet) -> Outcome:
    """Deliver on the node that the packet starts on, its egress policies included.

    A host port is translated before policies are asked, those of the sender too.

    Source: docs/semantics/path.md, F9 and D6.
    """
    led = _by_node_port(journey, journey.own_pool, packet, None)
    if led is not None:
        return follow_on(egress(journey, packet), led)
    found = takers(journey, journey.own_pool, packet, None)
    ways = [_beside_by_host_port(journey, taker, packet) for taker in found]
    if not any(taker.sure for taker in found):
        ways.append(follow_on(egress(journey, packet), ingress(journey, packet)))
    return together(ways)


def _beside_by_host_port(journey: Journey, taker: Taker, packet: Packet) -> Outcome:
    """Deliver to a pod on the node of the start, by a host port.

    What policies mean for a pod that reaches itself so is not documented.
    """
    meant = replace(journey, target=PodEnd(taker.workload))
    seen = _by_host_port(meant, taker, packet)
    end = journey.start.end
    if isinstance(end, PodEnd) and end.workload == taker.workload:
        other = PodAt(end.workload, None, packet.source)
        out = policed(meant, seen, Direction.EGRESS, seen_as=other)
        way = follow_on(out, policed(meant, seen, Direction.INGRESS, seen_as=other))
        refused = way.verdict is Verdict.DENIED
        return replace(way, verdict=Verdict.UNKNOWN) if refused else way
    return follow_on(egress(meant, seen), _gets(journey, taker, packet))


def at_node(
    journey: Journey, pool: NodePool, packet: Packet, subnet: Subnet
) -> Outcome:
    """Deliver at a node that may hand the packet on to a pod for a port of its own."""
    led = _by_node_port(journey, pool, packet, subnet)
    if led is not None:
        return led
    found = takers(journey, pool, packet, subnet)
    ways = [_gets(journey, taker, packet) for taker in found]
    if not any(taker.sure for taker in found):
        ways.append(ARRIVED)
    return together(ways)


def _gets(journey: Journey, taker: Taker, packet: Packet) -> Outcome:
    """Ask the ingress policies of a pod that gets a packet by a host port.

    Whatever runs on its node as the node reaches it; another node is an address.

    Source: docs/semantics/path.md, D6 and P3.
    """
    meant = replace(journey, target=PodEnd(taker.workload))
    if not taker.port:
        at = taker.workload.label
        return single(Layer.DELIVERY, at, Verdict.UNKNOWN, "host port unread")
    seen = _by_host_port(meant, taker, packet)
    if packet.source == journey.sent_from:
        return policed(meant, seen, Direction.INGRESS)
    hidden = HostAt(packet.source, "another node")
    return policed(meant, seen, Direction.INGRESS, seen_as=hidden)


def _by_host_port(journey: Journey, taker: Taker, packet: Packet) -> Packet:
    """Return the packet as a pod gets it by a host port."""
    cluster = journey.snapshot.cluster
    options = tuple(
        AddressRange.of(each)
        for pod in taker.workload.pods
        for each in pod.addresses
        if each.version == packet.source.version
    ) or tuple(
        each
        for each in (cluster.pod_ranges.value or () if cluster else ())
        if each.version == packet.source.version
    )
    at = packet.destination
    if options:
        at = journey.choice.address("pod of a host port", options)
    return replace(packet, destination=at, destination_port=taker.port)


def inside_cluster(journey: Journey, packet: Packet) -> Outcome | None:
    """Deliver to a pod address that no network holds, within the cluster.

    No route decides there, of the answer either.

    Source: AKS docs, concepts-network-azure-cni-overlay; docs/semantics/path.md, R8
    and Y5.
    """
    cluster = journey.cluster
    if cluster is None or not journey.pods_outside_networks():
        return None
    if not within(packet.destination, cluster.pod_ranges.value or ()):
        return None
    arrivals = []
    for pool in pools_of_target(journey, packet.destination):
        subnet = subnet_of(journey.fabric, pool.subnet.value)
        if subnet is None:
            step = Step(Layer.DELIVERY, pool.name, Verdict.UNKNOWN, "no subnet")
            arrivals.append(then(step))
        else:
            arrivals.append(filters(journey, subnet, pool, packet))
    outcome = follow_on(together(arrivals), ingress(journey, packet))
    return replace(outcome, arrival=None)
