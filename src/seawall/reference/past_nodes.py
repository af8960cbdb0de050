"""Packets of pods that take no way that is modelled: gateways and virtual nodes."""

from seawall.model.end import End, PodEnd
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
    lost = single(Layer.DELIVERY, "virtual node", Verdict.UNKNOWN, "not modelled")
    if _is_virtual(journey.start.end):
        return follow_on(egress(journey, packet), lost)
    if by_egress_gateway(journey, packet):
        at = "static egress gateway"
        return single(Layer.SOURCE_NAT, at, Verdict.UNKNOWN, "not modelled")
    if not _is_virtual(journey.target):
        return None
    arrived = follow_on(lost, ingress(journey, packet))
    return follow_on(egress(journey, packet), arrived)


def _is_virtual(end: End | None) -> bool:
    return isinstance(end, PodEnd) and end.workload.is_on_virtual_node
