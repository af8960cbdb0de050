"""One packet that shows what becomes of an intent, and its way."""

from typing import NamedTuple

from seawall.flowspace import FlowSet
from seawall.model.end import End, PodEnd
from seawall.model.trace import Hop, Layer
from seawall.query.ask import answered, depends, plain
from seawall.query.case import Case
from seawall.query.intents.verdict import Standing


class Shown(NamedTuple):
    """One packet and its way.

    Attributes:
        hops: The way; empty if no packet can be shown.
        depends: Whether the packet is unknown only because a name has an address that
            is not known.
    """

    hops: tuple[Hop, ...] = ()
    depends: bool = False


def packet_of(
    case: Case, source: End, target: End, flows: FlowSet, standing: Standing
) -> Shown:
    """Return the way of one packet of some flows.

    Args:
        case: What was read.
        source: Where it comes from.
        target: Where it goes.
        flows: Packets of which one is wanted.
        standing: VIOLATED for one that surely passes, else one that is not known.
    """
    answer = answered(case, source, target, FlowSet.everything())
    part = answer.allowed if standing is Standing.VIOLATED else answer.unknown
    if case.cluster is None:
        part = answer.partition.flows
    witness = (part & flows).witness(plain(part & flows))
    if witness is None:
        return Shown()
    hops = case.paths.explain(answer, witness)
    if case.cluster is None:
        hops = _by_policies(source, target, hops)
    return Shown(hops, depends(answer, witness))


def _by_policies(source: End, target: End, hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """Return what policies say of a packet, where nothing else is known of its way.

    They say nothing of pods on the network of their node.
    """
    ends = (source, target)
    if any(isinstance(end, PodEnd) and end.workload.host_network for end in ends):
        return ()
    said = tuple(hop for hop in hops if hop.layer is not Layer.DELIVERY)
    return said or hops


def packet_text(hops: tuple[Hop, ...]) -> str:
    """Return the packet whose way some hops are, in words; empty without any."""
    if not hops:
        return ""
    first = hops[0].before
    port = f" {first.port}" if first.port else ""
    return f"{first.source} -> {first.destination} {first.protocol}{port}"
