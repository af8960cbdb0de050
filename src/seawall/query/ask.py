"""One question from one end to another: a verdict, the ways, and what blocks them."""

from dataclasses import dataclass

from seawall.engine.path import Answer, Partition
from seawall.flowspace import FlowSet, Header
from seawall.model.end import End
from seawall.model.trace import Hop, Reply, Verdict
from seawall.query.case import Case
from seawall.query.end_text import PortText
from seawall.query.services import asked_services


@dataclass(frozen=True, slots=True)
class Asked:
    """What becomes of the packets of one question between two ends.

    Attributes:
        source: Where they come from.
        target: What they are meant for.
        partition: The packets by verdict.
        verdict: Allowed if all surely arrive, denied if none can, otherwise unknown.
        witness: The packet that is explained; None if the question holds none.
        forward: Its way, hop by hop.
        back: The way of the reply to it.
        reply: What becomes of the reply.
    """

    source: End
    target: End
    partition: Partition
    verdict: Verdict
    witness: Header | None
    forward: tuple[Hop, ...]
    back: tuple[Hop, ...]
    reply: Reply

    @property
    def blockers(self) -> tuple[Hop, ...]:
        """The hops that deny the explained packet or do not know, in order."""
        return tuple(hop for hop in self.forward if hop.verdict is not Verdict.ALLOWED)


def ask(case: Case, source: End, target: End, port: PortText) -> Asked:
    """Return what becomes of all packets of a question, and explain one of them.

    The packet that is explained stands for what a person wants to know: the part that
    is allowed if something is and nothing is unknown, otherwise the part that is not.
    """
    services = asked_services(port, target)
    answer = case.paths.partition(
        source, target, services=services, policy=case.policies
    )
    verdict = verdict_of(answer.partition)
    witness = _shown(answer, verdict)
    if witness is None:
        return Asked(
            source, target, answer.partition, verdict, None, (), (), Reply.NOT_SENT
        )
    forward = case.paths.explain(answer, witness)
    reply, back = case.paths.replies(answer, witness)
    return Asked(
        source, target, answer.partition, verdict, witness, forward, back, reply
    )


def verdict_of(partition: Partition) -> Verdict:
    """Return one word for a partition.

    Something allowed and nothing unknown is allowed, in part perhaps; nothing allowed
    and nothing unknown is denied; anything unknown is unknown.
    """
    if partition.unknown:
        return Verdict.UNKNOWN
    return Verdict.ALLOWED if partition.allowed else Verdict.DENIED


def _shown(answer: Answer, verdict: Verdict) -> Header | None:
    part: FlowSet = answer.allowed
    if verdict is Verdict.UNKNOWN:
        part = answer.unknown
    elif verdict is Verdict.DENIED:
        part = answer.denied
    return part.witness()
