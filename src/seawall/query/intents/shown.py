"""One packet that shows what becomes of an intent, and its way.

Where no network is known around the pods, its way is what the policies of both ends say
of it.
"""

from typing import NamedTuple

from seawall.engine.path import Ruling
from seawall.engine.path.explain import single, view
from seawall.flowspace import FlowSet, Header
from seawall.model.end import End, PodEnd
from seawall.model.trace import Hop, Layer, Verdict
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
    if case.cluster is None:
        return Shown(_by_policy(case, source, target, witness))
    return Shown(case.paths.explain(answer, witness), depends(answer, witness))


def packet_text(hops: tuple[Hop, ...]) -> str:
    """Return the packet whose way some hops are, in words; empty without any."""
    if not hops:
        return ""
    first = hops[0].before
    port = f" {first.port}" if first.port else ""
    return f"{first.source} -> {first.destination} {first.protocol}{port}"


def _by_policy(
    case: Case, source: End, target: End, witness: Header
) -> tuple[Hop, ...]:
    hops = []
    ends = (source, target)
    known = [isinstance(end, PodEnd) and not end.workload.host_network for end in ends]
    far = [end if isinstance(end, PodEnd) else None for end in ends]
    if known[0] and isinstance(source, PodEnd):
        ruling = case.policies.egress(source.workload, far[1])
        label = source.workload.label
        hops.append(_hop(Layer.POLICY_EGRESS, label, ruling, witness))
    if known[1] and isinstance(target, PodEnd):
        ruling = case.policies.ingress(target.workload, far[0])
        label = target.workload.label
        hops.append(_hop(Layer.POLICY_INGRESS, label, ruling, witness))
    return tuple(hops)


def _hop(layer: Layer, at: str, ruling: Ruling, witness: Header) -> Hop:
    verdict = Verdict.ALLOWED
    if witness in ruling.denied:
        verdict = Verdict.DENIED
    elif witness in ruling.unknown:
        verdict = Verdict.UNKNOWN
    packet = single(witness)
    said = ruling.say(packet, verdict)
    header = view(packet, (), "")
    return Hop(layer, at, verdict, said.says, said.rule, said.source, header, header)
