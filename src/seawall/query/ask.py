"""One question from one end to another: a verdict, the ways, and what blocks them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from seawall.engine.path import Answer, Partition, settled
from seawall.flowspace import Field, FlowSet, Header
from seawall.model.address import AddressRange
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    NodeEnd,
    OnPremisesEnd,
    PodEnd,
    ServiceEnd,
    SubnetEnd,
)
from seawall.model.trace import AccessPath, Hop, Reply, Verdict
from seawall.query.case import Case
from seawall.query.policy_names import knowing
from seawall.query.service_doors import by_doors
from seawall.query.services import asked_services
from seawall.query.words.access import DEPENDS
from seawall.query.words.port import PortText

DOCUMENTATION = ((0xC6336464, 0xC6336464), (0xC0000264, 0xC0000264))
"""198.51.100.100 and 192.0.2.100 (RFC 5737), for packets of no one in particular."""

NEAR = 16
IPV6 = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What becomes of the packets of one question between two ends.

    Attributes:
        source: Where they come from.
        target: What they are meant for.
        partition: The packets by verdict.
        verdict: Allowed if something arrives and nothing is unknown, denied if nothing
            can, otherwise unknown; so also when no packet fits the question.
        witness: The packet that is explained; None if the question holds none.
        forward: Its way, hop by hop.
        back: The way of the reply to it.
        reply: What becomes of the reply.
        answer: All ways of all packets.
        paths: By which doors the name in the question is reached; empty without one.
        seen: The sources that far ends may see of the packet; empty if it does not
            arrive.
    """

    source: End
    target: End
    partition: Partition
    verdict: Verdict
    witness: Header | None
    forward: tuple[Hop, ...]
    back: tuple[Hop, ...]
    reply: Reply
    answer: Answer = field(compare=False, repr=False)
    paths: tuple[AccessPath, ...] = ()
    seen: tuple[AddressRange, ...] = ()

    @property
    def path(self) -> AccessPath | None:
        """The one path to the name; unknown where ways differ, None without a name."""
        if not self.paths:
            return None
        return self.paths[0] if len(self.paths) == 1 else AccessPath.UNKNOWN

    @property
    def depends(self) -> bool:
        """Whether the explained packet is unknown for want of an address alone."""
        return self.witness is not None and depends(self.answer, self.witness)

    @property
    def blockers(self) -> tuple[Hop, ...]:
        """The hops that deny the explained packet or do not know, in order."""
        return tuple(hop for hop in self.forward if hop.verdict is not Verdict.ALLOWED)


def ask(case: Case, source: End, target: End, port: PortText) -> Asked:
    """Return what becomes of all packets of a question, and explain one of them.

    The packet that is explained stands for what a person wants to know: the part that
    is allowed if something is and nothing is unknown, otherwise the part that is not.
    """
    case = knowing(case, target)
    services = asked_services(port, target)
    answer = answered(case, source, target, services)
    verdict = verdict_of(answer.partition)
    if not answer.partition.flows and not _families_differ(case, source, target):
        verdict = Verdict.UNKNOWN
    witness = _shown(answer, verdict)
    if witness is None:
        return Asked(
            source,
            target,
            answer.partition,
            verdict,
            None,
            (),
            (),
            Reply.NOT_SENT,
            answer,
            answer.paths,
        )
    forward = case.paths.explain(answer, witness)
    reply, back = case.paths.replies(answer, witness)
    seen = case.paths.seen(answer, witness).ranges
    return Asked(
        source,
        target,
        answer.partition,
        verdict,
        witness,
        forward,
        back,
        reply,
        answer,
        answer.paths,
        seen,
    )


def verdict_of(partition: Partition) -> Verdict:
    """Return one word for a partition.

    Something allowed and nothing unknown is allowed, in part perhaps; nothing allowed
    and nothing unknown is denied; anything unknown is unknown.
    """
    if partition.unknown:
        return Verdict.UNKNOWN
    return Verdict.ALLOWED if partition.allowed else Verdict.DENIED


def depends(answer: Answer, header: Header) -> bool:
    """Whether a packet is unknown only because a name has an address not known."""
    each = answer.by_address
    is_open = each is not None and header in answer.unknown
    return is_open and each is not None and header not in each.unknown


def decider(hops: Sequence[Hop]) -> Hop | None:
    """Return the first hop that denies, else the first that does not know."""
    stops = [hop for hop in hops if hop.verdict is not Verdict.ALLOWED]
    denied = [hop for hop in stops if hop.verdict is Verdict.DENIED]
    return next(iter(denied or stops), None)


def reason_of(asked: Asked) -> str:
    """Return what decided about a question, as one clause."""
    hop = decider(asked.forward) or next(reversed(asked.forward), None)
    if hop is None:
        return "no packet fits the question"
    says = f"{hop.layer.value}: {hop.says}"
    return f"{DEPENDS}: {says}" if asked.depends else says


def _families_differ(case: Case, source: End, target: End) -> bool:
    """Whether the cluster surely has no address of the family that is asked about."""
    if case.cluster is None or case.cluster.dual_stack.value is not False:
        return False
    inside, other = (
        (source, target) if isinstance(target, AddressEnd) else (target, source)
    )
    return (
        isinstance(inside, PodEnd | NodeEnd)
        and isinstance(other, AddressEnd)
        and all(item.version == IPV6 for item in other.ranges)
    )


def answered(case: Case, source: End, target: End, services: FlowSet) -> Answer:
    """Return the answer for all packets of the question.

    Answers by doors hold for what a door takes in. What else comes to the addresses of
    the doors does not get to the target, so it is denied here. Answers about a name
    whose address is not known hold whichever it is.
    """
    case = knowing(case, target)
    answer = _by_doors(case, source, target)
    is_entry = isinstance(source, InternetEnd) and isinstance(target, PodEnd | NodeEnd)
    if answer is None and is_entry:
        answer = case.paths.partition(source, target, policy=case.policies)
    if answer is None:
        return settled(
            case.paths.partition(
                source, target, services=services, policy=case.policies
            )
        )
    flows = answer.partition.flows
    question = FlowSet.box(
        sources=flows.project(Field.SOURCE),
        destinations=flows.project(Field.DESTINATION),
    )
    parts = answer.partition & services
    denied = parts.denied | ((question & services) - flows)
    return replace(answer, partition=replace(parts, denied=denied))


def _by_doors(case: Case, source: End, target: End) -> Answer | None:
    """Return what reaches a Service from outside the cluster, through its doors.

    Returns:
        None if the question is not of that kind, or the Service has no door: then its
        virtual address is asked about.
    """
    outside = isinstance(source, InternetEnd | OnPremisesEnd | SubnetEnd | AddressEnd)
    if not outside or not isinstance(target, ServiceEnd):
        return None
    answers = by_doors(case.paths, case.policies, source, target.service)
    if not answers:
        return None
    parts = [each.partition for each in answers]
    allowed = FlowSet.union_of(part.allowed for part in parts)
    unknown = FlowSet.union_of(part.unknown for part in parts) - allowed
    denied = FlowSet.union_of(part.denied for part in parts) - allowed - unknown
    return Answer(
        Partition(allowed, denied, unknown),
        tuple(way for each in answers for way in each.branches),
    )


def _shown(answer: Answer, verdict: Verdict) -> Header | None:
    part: FlowSet = answer.allowed
    if verdict is Verdict.UNKNOWN:
        part = answer.unknown
        if answer.by_address is not None:
            # What denies packets to some addresses says why it is not known.
            part = (part & answer.by_address.denied) or part
    elif verdict is Verdict.DENIED:
        part = answer.denied
    return part.witness(plain(part))


def plain(part: FlowSet) -> list[FlowSet]:
    """Return sets of headers that look like real ones to a person.

    Two different ends, and documentation addresses where the internet is meant.
    """
    sources = part.project(Field.SOURCE)
    targets = part.project(Field.DESTINATION)
    if sources != targets:
        return [FlowSet.box(destinations={4: DOCUMENTATION})]
    nearby: list[FlowSet] = []
    for family, spans in sources.items():
        first, last = spans[0]
        if first < last:
            near, far = (
                (first + 4, first + 4) if last - first > NEAR else (first, first),
                (first + 9, first + 9) if last - first > NEAR else (last, last),
            )
            nearby.append(
                FlowSet.box(sources={family: (near,)}, destinations={family: (far,)})
            )
    return nearby
