"""One packet of a pod where no cluster is known: policies decide, and nothing else."""

from seawall.model.end import AddressEnd, InternetEnd, PodEnd
from seawall.model.packet import Packet
from seawall.model.trace import Layer, Verdict
from seawall.reference.delivery import follow_on
from seawall.reference.journey import Journey
from seawall.reference.outcome import Outcome, single
from seawall.reference.policing import egress, ingress


def by_policies_alone(journey: Journey) -> bool:
    """Whether policies alone are known: between a pod, and pods or addresses.

    Source: docs/semantics/path.md, V7.
    """
    ends = (journey.start.end, journey.target)
    known = isinstance(journey.target, PodEnd | InternetEnd | AddressEnd)
    return known and any(isinstance(end, PodEnd) for end in ends)


def left_to_policies(journey: Journey, packet: Packet) -> Outcome:
    """Ask the policies of both ends; what leads the internet to a pod is not known.

    What policies mean for pods on the host network turns on the engine.

    Source: docs/semantics/path.md, V7.
    """
    ends = (journey.start.end, journey.target)
    pods = [end.workload for end in ends if isinstance(end, PodEnd)]
    hosts = any(pod.host_network for pod in pods)
    known = not hosts and not isinstance(journey.start.end, InternetEnd)
    verdict = Verdict.ALLOWED if known else Verdict.UNKNOWN
    carried = single(Layer.DELIVERY, "", verdict, "no cluster in the input")
    gone = carried if hosts else follow_on(carried, ingress(journey, packet))
    return follow_on(egress(journey, packet), gone)
