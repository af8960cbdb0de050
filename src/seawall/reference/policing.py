"""One packet before the policies of its sender, and of the pod that it is for."""

from dataclasses import replace

from seawall.model.address import Address, AddressRange
from seawall.model.dataplane import DATAPLANES, Dataplane, PolicyEngine, Tri
from seawall.model.end import End, NodeEnd, PodEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Direction
from seawall.model.trace import Layer, Verdict
from seawall.model.workload import Pod
from seawall.reference.journey import (
    Journey,
    pod_of,
)
from seawall.reference.match import agreed, holds
from seawall.reference.node_port import (
    behind,
    is_node,
)
from seawall.reference.outcome import (
    ARRIVED,
    Outcome,
    Step,
    single,
    then,
    together,
)
from seawall.reference.place import within
from seawall.reference.policy import decide
from seawall.reference.policy_question import (
    HostAt,
    Outside,
    PodAt,
    PolicyEnd,
    PolicyQuestion,
)

LOCAL_DNS = (AddressRange.parse("169.254.10.10"), AddressRange.parse("169.254.10.11"))


def egress(journey: Journey, packet: Packet) -> Outcome:
    """Ask the egress policies of the pod that the packet starts at.

    Source: Kubernetes docs, concepts, "Network Policies".
    """
    if not journey.from_pod:
        return ARRIVED
    journey = unfreed(journey)
    by_address = policed(journey, packet, Direction.EGRESS)
    cluster = journey.cluster
    led = _led_by_node(journey, packet)
    if led:
        return together([by_address, *led])
    if cluster is None or not within(packet.destination, LOCAL_DNS):
        return by_address
    on = holds(cluster.local_dns)
    if on is False:
        return by_address
    served = _to_local_dns(journey, packet)
    return served if on else together([by_address, served])


def unfreed(journey: Journey) -> Journey:
    """Leave out what frees a pod from policies: its packet does not take the gateway.

    Source: docs/semantics/path.md, M11.
    """
    end, snapshot = journey.start.end, journey.snapshot
    asks = isinstance(end, PodEnd) and end.workload.egress_gateway
    if journey.cluster is None or not asks:
        return journey
    objects = snapshot.objects
    kept = tuple(it for it in objects.opaque_policies if not it.by_gateway)
    objects = replace(objects, opaque_policies=kept)
    return replace(journey, snapshot=replace(snapshot, objects=objects))


def _led_by_node(journey: Journey, packet: Packet) -> list[Outcome]:
    """Ask egress policies about the pods behind a port of a node, if it has one.

    The sender's own node may translate before they are asked.

    Source: docs/semantics/path.md, D7.
    """
    cluster = journey.cluster
    pools = cluster.pools if cluster is not None else ()
    if not any(is_node(journey, pool, packet, None) for pool in pools):
        return []
    found = behind(journey, packet)
    return [
        policed(
            replace(journey, target=PodEnd(item.workload)),
            replace(packet, destination_port=item.port),
            Direction.EGRESS,
        )
        for item in (found if isinstance(found, list) else ())
    ]


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


def to_own_node(journey: Journey, packet: Packet) -> Verdict:
    """Return what the egress policies of a pod do with a packet to its own node."""
    node = HostAt(node="its own node")
    planes = dataplanes(journey)
    return agreed(_side_verdict(journey, packet, plane, node) for plane in planes)


def _side_verdict(
    journey: Journey, packet: Packet, plane: Dataplane, far: PolicyEnd
) -> Verdict:
    """Return what the egress policies of the start do with a packet to some end."""
    end = policy_end(journey.start.end, packet.source)
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
    if not journey.to_pod and not journey.past_nodes(packet.destination):
        return ARRIVED
    return policed(journey, packet, Direction.INGRESS)


def handed_on(journey: Journey, packet: Packet, node: Address) -> Outcome:
    """Ask the ingress policies of a pod to which a node hands a Service's packet.

    A pod on that node sees the client's address, one elsewhere that of the node.

    Source: docs/semantics/path.md, B2 and B7; kube-proxy, iptables masquerade mark;
    cilium issue 33574.
    """
    seen = (policy_end(journey.start.end, packet.source), HostAt(node, "another node"))
    return together(
        policed(journey, packet, Direction.INGRESS, by_node=end) for end in seen
    )


def dataplanes(journey: Journey) -> list[Dataplane]:
    """Return the policy engines that the cluster may run."""
    cluster = journey.snapshot.cluster
    if cluster is None:
        return [DATAPLANES[PolicyEngine.SPEC]]
    if cluster.policy_engine.known and cluster.policy_engine.value is not None:
        return [DATAPLANES[cluster.policy_engine.value]]
    return [item for item in DATAPLANES.values() if item.engine != PolicyEngine.SPEC]


def policed(
    journey: Journey,
    packet: Packet,
    direction: Direction,
    *,
    by_node: PolicyEnd | None = None,
    seen_as: PolicyEnd | None = None,
) -> Outcome:
    """Ask the policies of one end about a packet.

    Ingress asks those of the pod, egress those of the sender, which may be seen as
    *by_node* by what a node made of it, and as *seen_as*.

    Source: Kubernetes docs, concepts, "Network Policies".
    """
    if direction is Direction.INGRESS and journey.past_nodes(packet.destination):
        return single(Layer.DELIVERY, "virtual node", Verdict.UNKNOWN, "V8")
    target = policy_end(journey.target, packet.destination)
    if isinstance(target, PodAt) and isinstance(by_node, HostAt):
        target = replace(target, pod=Pod("any", node="its own node"))
    question = PolicyQuestion(
        by_node or seen_as or policy_end(journey.start.end, packet.source),
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


def policy_end(end: End | None, address: Address) -> PolicyEnd:
    """Return who the policies see: pods by identity, all else by address.

    Source: docs/semantics/path.md, P2 and P3.
    """
    if isinstance(end, PodEnd):
        pod = pod_of(end, address)
        if not end.workload.host_network:
            return PodAt(end.workload, pod, address)
        return HostAt(address, pod.node if pod else None, end.workload)
    if isinstance(end, NodeEnd):
        return HostAt(address, pool=end.pool)
    return Outside(address)
