"""Packets of pods that take no way that is modelled: gateways and virtual nodes."""

from seawall.model.end import InternetEnd, PodEnd
from seawall.model.packet import Packet
from seawall.model.trace import Layer, Verdict
from seawall.reference.delivery import follow_on
from seawall.reference.journey import Journey
from seawall.reference.masquerade import by_egress_gateway
from seawall.reference.outcome import Outcome, single
from seawall.reference.policing import egress, ingress


def past_nodes(journey: Journey, packet: Packet) -> Outcome | None:
    """Say what becomes of a packet that no node of a pool sends, or gets.

    Source: AKS docs, configure-static-egress-gateway and virtual-nodes;
    docs/semantics/path.md, M11 and V8.
    """
    end, inside = journey.start.end, journey.cluster is not None
    if inside and isinstance(end, PodEnd) and end.workload.is_on_virtual_node:
        lost = single(Layer.DELIVERY, "virtual node", Verdict.UNKNOWN, "not modelled")
        return follow_on(egress(journey, packet), lost)
    if inside and by_egress_gateway(journey, packet):
        at = "static egress gateway"
        return single(Layer.SOURCE_NAT, at, Verdict.UNKNOWN, "not modelled")
    if isinstance(end, InternetEnd) or not journey.past_nodes():
        return None
    return follow_on(egress(journey, packet), ingress(journey, packet))
