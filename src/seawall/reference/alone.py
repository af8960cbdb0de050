"""One packet of a pod where no cluster is known: policies decide, and nothing else."""

from seawall.model.address import Address
from seawall.model.diagnostic import Level
from seawall.model.end import AddressEnd, InternetEnd, PodEnd
from seawall.model.packet import Packet
from seawall.model.trace import Layer, Verdict
from seawall.reference.delivery import follow_on
from seawall.reference.journey import Journey
from seawall.reference.match import agreed
from seawall.reference.outcome import Outcome, single
from seawall.reference.place import is_special
from seawall.reference.policing import egress, ingress, to_own_node


def by_policies_alone(journey: Journey) -> bool:
    """Whether policies alone are known: between a pod, and pods or addresses.

    What cannot be read may hold a cluster; an object of Kubernetes holds none.

    Source: docs/semantics/path.md, V7.
    """
    for item in journey.snapshot.diagnostics:
        if item.level is Level.ERROR and not item.of_object:
            return False
    ends = (journey.start.end, journey.target)
    pods = [isinstance(end, PodEnd) for end in ends]
    if all(pods):
        return True
    if journey.fabric.networks or journey.fabric.gateways:
        return False
    other = ends[0] if pods[1] else ends[1]
    return any(pods) and isinstance(other, InternetEnd | AddressEnd)


def left_to_policies(journey: Journey, packet: Packet) -> Outcome:
    """Ask the policies of both ends; what leads the internet to a pod is not known.

    What policies mean for pods on the host network turns on the engine; what an address
    of a pod, node, Service or of the platform stands for is not known.

    Source: docs/semantics/path.md, V7.
    """
    ends = (journey.start.end, journey.target)
    pods = [end.workload for end in ends if isinstance(end, PodEnd)]
    hosts = any(pod.host_network for pod in pods)
    other = packet.source if journey.to_pod else packet.destination
    lost = single(Layer.DELIVERY, str(other), Verdict.UNKNOWN, "whose is it")
    if len(pods) == 1 and not hosts and is_special(packet.destination):
        return follow_on(egress(journey, packet), lost)
    if len(pods) == 1 and not hosts and _is_held(journey, other):
        return lost
    known = not hosts and not isinstance(journey.start.end, InternetEnd)
    verdict = Verdict.ALLOWED if known else Verdict.UNKNOWN
    carried = single(Layer.DELIVERY, "", verdict, "no cluster in the input")
    out = egress(journey, packet)
    nodes = [{pod.node for pod in each.pods} for each in (pods[0], pods[-1])]
    apart = all(it and None not in it for it in nodes) and not nodes[0] & nodes[1]
    if pods[-1].host_network and out.verdict is Verdict.DENIED and not apart:
        # The pod may be on the sender's own node, which engines let through or not.
        near = agreed([Verdict.DENIED, to_own_node(journey, packet)])
        return single(Layer.POLICY_EGRESS, "", near, "which node is it on")
    gone = carried if hosts else follow_on(carried, ingress(journey, packet))
    return follow_on(out, gone)


def _is_held(journey: Journey, address: Address) -> bool:
    objects = journey.snapshot.objects
    for workload in objects.workloads:
        for pod in workload.pods:
            if address in (*pod.addresses, *pod.node_addresses):
                return True
    for service in objects.services:
        fronts = service.load_balancer_addresses + service.external_addresses
        if address in fronts + service.cluster_addresses:
            return True
    if any(address in each.addresses for each in objects.hidden):
        return True
    return is_special(address) or any(address in n.addresses for n in objects.nodes)
