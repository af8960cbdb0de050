"""One packet at its destination: filters, private endpoint, the policies of a pod."""

from dataclasses import replace

from seawall.model.address import Address, AddressRange
from seawall.model.cluster import NodePool
from seawall.model.dataplane import DATAPLANES, Dataplane, PolicyEngine, Tri
from seawall.model.end import End, NodeEnd, PodEnd
from seawall.model.endpoint import PrivateEndpoint
from seawall.model.network import Subnet
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Direction
from seawall.model.trace import Layer, Verdict
from seawall.model.workload import Pod
from seawall.reference.admin import fates, perhaps, settled
from seawall.reference.filter import Side, ask
from seawall.reference.host_port import Taker, takers
from seawall.reference.journey import (
    Journey,
    foreign_pools_at,
    pod_of,
    pools_at,
    pools_of_target,
)
from seawall.reference.match import agreed, holds, verdict_of
from seawall.reference.outcome import ARRIVED, Outcome, Step, single, then, together
from seawall.reference.own_group import past_interface
from seawall.reference.place import subnet_of, within
from seawall.reference.policy import decide
from seawall.reference.policy_question import (
    HostAt,
    Outside,
    PodAt,
    PolicyEnd,
    PolicyQuestion,
)

LOCAL_DNS = (AddressRange.parse("169.254.10.10"), AddressRange.parse("169.254.10.11"))
GUARDED = ("networksecuritygroupenabled", "enabled")


def filters(
    journey: Journey, subnet: Subnet, pool: NodePool | None, packet: Packet
) -> Outcome:
    """Ask the admin rules, then the groups of the subnet and the network interface.

    Source: Azure docs, network-security-group-how-it-works; concept-security-admins.
    """
    side = Side(journey.snapshot, subnet, Direction.INGRESS, tag=journey.tag)
    here = Outcome(Verdict.ALLOWED, arrival=(subnet, packet.source))
    asked = groups(journey, subnet, pool, packet)
    return settled(fates(side, packet), subnet.name, asked, here)


def groups(
    journey: Journey, subnet: Subnet, pool: NodePool | None, packet: Packet
) -> Outcome:
    """Ask the inbound group of the subnet, then of the network interface."""
    side = Side(journey.snapshot, subnet, Direction.INGRESS, tag=journey.tag)
    outer = ask(side, subnet.security_group, packet)
    out = Step(Layer.SUBNET_FILTER, subnet.name, outer.verdict, outer.rule)
    here = Outcome(Verdict.ALLOWED, arrival=(subnet, packet.source))
    if pool is None:
        return then(out, here)
    inner = ask(side, pool.nic_security_group, packet)
    last = Step(Layer.NIC_FILTER, pool.name, inner.verdict, inner.rule)
    return then(out, then(last, here))


def at_machine(journey: Journey, subnet: Subnet, packet: Packet) -> Outcome:
    """Deliver to a node, a pod or another machine of *subnet*.

    Source: docs/semantics/path.md, D3 and D5.
    """
    ways = [
        follow_on(
            filters(journey, subnet, pool, packet),
            _at_node(journey, pool, packet, subnet),
        )
        for pool in pools_at(journey, subnet)
    ]
    foreign = foreign_pools_at(journey, subnet)
    ways += [filters(journey, subnet, pool, packet) for pool in foreign]
    if not ways:
        side = Side(journey.snapshot, subnet, Direction.INGRESS, tag=journey.tag)
        here = Outcome(Verdict.ALLOWED, arrival=(subnet, packet.source))
        inner = past_interface(side, packet, packet.destination, here)
        outer = ask(side, subnet.security_group, packet)
        step = Step(Layer.SUBNET_FILTER, subnet.name, outer.verdict, outer.rule)
        ways = [settled(fates(side, packet), subnet.name, then(step, inner), here)]
    return follow_on(together(ways), ingress(journey, packet))


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
    if not policies.known or (policies.value or "").lower() in GUARDED:
        outcome = groups(journey, subnet, None, packet)
        if not policies.known:
            outcome = together([outcome, Outcome(Verdict.ALLOWED)])
    side = Side(journey.snapshot, subnet, Direction.INGRESS, tag=journey.tag)
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


def egress(journey: Journey, packet: Packet) -> Outcome:
    """Ask the egress policies of the pod that the packet starts at.

    Source: Kubernetes docs, concepts, "Network Policies".
    """
    if not journey.from_pod:
        return ARRIVED
    by_address = _policies(journey, packet, Direction.EGRESS)
    cluster = journey.cluster
    if cluster is None or not within(packet.destination, LOCAL_DNS):
        return by_address
    on = holds(cluster.local_dns)
    if on is False:
        return by_address
    served = _to_local_dns(journey, packet)
    return served if on else together([by_address, served])


def _to_local_dns(journey: Journey, packet: Packet) -> Outcome:
    """Ask the egress policies of a pod for the DNS server of its node.

    It is what the node serves, at an address that a block can name.

    Source:
        Inferred from Azure NPM chain-management_linux.go and felix/rules; AKS docs,
        azure-cni-powered-by-cilium: there it takes a block and the host entity.
    """
    verdicts = []
    for plane in dataplanes(journey):
        address = _side_verdict(journey, packet, plane, Outside(packet.destination))
        if plane.own_node_egress is Tri.YES:
            verdicts.append(Verdict.ALLOWED)
        elif plane.own_node_egress is Tri.UNDEFINED:
            open_ = address is Verdict.ALLOWED
            verdicts.append(Verdict.ALLOWED if open_ else Verdict.UNKNOWN)
        elif plane.block_matches_nodes is Tri.YES:
            verdicts.append(address)
        else:
            node = HostAt(node="its own node")
            verdicts.append(
                agreed([address, _side_verdict(journey, packet, plane, node)])
            )
    return then(Step(Layer.POLICY_EGRESS, "LocalDNS", agreed(verdicts), "policies"))


def _side_verdict(
    journey: Journey, packet: Packet, plane: Dataplane, far: PolicyEnd
) -> Verdict:
    """Return what the egress policies of the start do with a packet to some end."""
    end = _policy_end(journey.start.end, packet.source)
    if isinstance(end, PodAt):
        pod = end.pod or Pod("any")
        end = replace(end, pod=replace(pod, node="its own node", node_addresses=()))
    question = PolicyQuestion(
        *(end, far),
        packet.protocol,
        packet.destination_port,
        packet.source.version,
    )
    return decide(journey.snapshot.objects, plane, question).egress.verdict


def ingress(journey: Journey, packet: Packet) -> Outcome:
    """Ask the ingress policies of the pod that the packet is meant for.

    Source: Kubernetes docs, concepts, "Network Policies".
    """
    if not journey.to_pod:
        return ARRIVED
    return _policies(journey, packet, Direction.INGRESS)


def beside(journey: Journey, packet: Packet) -> Outcome:
    """Deliver on the node that the packet starts on, its egress policies included.

    A host port is translated before policies are asked, those of the sender too.

    Source: docs/semantics/path.md, F9 and D6.
    """
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
        out = _policies(meant, seen, Direction.EGRESS, seen_as=other)
        way = follow_on(out, _policies(meant, seen, Direction.INGRESS, seen_as=other))
        refused = way.verdict is Verdict.DENIED
        return replace(way, verdict=Verdict.UNKNOWN) if refused else way
    return follow_on(egress(meant, seen), _gets(journey, taker, packet))


def _at_node(
    journey: Journey, pool: NodePool, packet: Packet, subnet: Subnet
) -> Outcome:
    """Deliver at a node that may hand the packet on to a pod for a host port."""
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
        return _policies(meant, seen, Direction.INGRESS)
    hidden = HostAt(packet.source, "another node")
    return _policies(meant, seen, Direction.INGRESS, seen_as=hidden)


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


def handed_on(journey: Journey, packet: Packet, node: Address) -> Outcome:
    """Ask the ingress policies of a pod to which a node hands a Service's packet.

    A pod on that node sees the client's address, one elsewhere that of the node.

    Source: docs/semantics/path.md, B2 and B7; kube-proxy, iptables masquerade mark;
    cilium issue 33574.
    """
    seen = (_policy_end(journey.start.end, packet.source), HostAt(node, "another node"))
    return together(
        _policies(journey, packet, Direction.INGRESS, by_node=end) for end in seen
    )


def dataplanes(journey: Journey) -> list[Dataplane]:
    """Return the policy engines that the cluster may run."""
    cluster = journey.snapshot.cluster
    if cluster is None:
        return [DATAPLANES[PolicyEngine.SPEC]]
    if cluster.policy_engine.known and cluster.policy_engine.value is not None:
        return [DATAPLANES[cluster.policy_engine.value]]
    return [item for item in DATAPLANES.values() if item.engine != PolicyEngine.SPEC]


def _policies(
    journey: Journey,
    packet: Packet,
    direction: Direction,
    *,
    by_node: PolicyEnd | None = None,
    seen_as: PolicyEnd | None = None,
) -> Outcome:
    target = _policy_end(journey.target, packet.destination)
    if isinstance(target, PodAt) and isinstance(by_node, HostAt):
        target = replace(target, pod=Pod("any", node="its own node"))
    question = PolicyQuestion(
        by_node or seen_as or _policy_end(journey.start.end, packet.source),
        target,
        packet.protocol,
        packet.destination_port,
        packet.source.version,
    )
    outward = direction is Direction.EGRESS
    verdicts = []
    for dataplane in dataplanes(journey):
        decision = decide(journey.snapshot.objects, dataplane, question)
        side = decision.egress if outward else decision.ingress
        verdict = side.verdict
        if by_node and dataplane.polices_cluster_traffic_policy is Tri.NO:
            verdict = Verdict.ALLOWED
        elif by_node and dataplane.polices_cluster_traffic_policy is Tri.UNDEFINED:
            verdict = Verdict.ALLOWED if verdict is Verdict.ALLOWED else Verdict.UNKNOWN
        lost = packet.protocol == Protocol.SCTP and dataplane.carries_sctp is Tri.NO
        verdicts.append(Verdict.DENIED if lost else verdict)
    layer = Layer.POLICY_EGRESS if outward else Layer.POLICY_INGRESS
    return then(Step(layer, direction.value, agreed(verdicts), "network policies"))


def _policy_end(end: End | None, address: Address) -> PolicyEnd:
    """Return who the policies see: pods by identity, all else by address.

    Source: docs/semantics/path.md, P2 and P3.
    """
    if isinstance(end, PodEnd):
        pod = pod_of(end, address)
        if not end.workload.host_network:
            return PodAt(end.workload, pod, address)
        return HostAt(address, pod.node if pod else None, end.workload)
    if isinstance(end, NodeEnd):
        return HostAt(address)
    return Outside(address)


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
