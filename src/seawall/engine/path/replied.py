"""What becomes of the replies to a set of flows: one answer for each group."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from seawall.engine.path.answer import Answer
from seawall.engine.path.ground.space import Space
from seawall.flowspace import FlowSet, Header
from seawall.model.trace import Hop, Reply

Asking = Callable[[Header], tuple[Reply, tuple[Hop, ...]]]
"""Returns what becomes of the reply to one packet, and its way."""


@dataclass(frozen=True, slots=True)
class Replied:
    """Flows whose replies fare alike.

    Attributes:
        flows: In headers as they left their start.
        fate: What becomes of the replies.
        back: The way of one of them.
    """

    flows: FlowSet
    fate: Reply
    back: tuple[Hop, ...]


def replied(
    answer: Answer, flows: FlowSet, cuts: Iterable[Space], asking: Asking
) -> tuple[Replied, ...]:
    """Return flows by what becomes of their replies; a fate is told once.

    Whether a reply returns depends on the ways that the packet may take and on where
    its source lies among *cuts*, so one packet answers for all that agree in both.
    """
    sorts = [cut.as_sources() for cut in dict.fromkeys(cuts)]
    for branch in dict.fromkeys(answer.branches):
        sorts.append(branch.flows)
        sorts += [step.denied for step in branch.steps if step.denied]
    parts = [flows] if flows else []
    for sort in dict.fromkeys(sorts):
        parts = [
            part for whole in parts for part in (whole & sort, whole - sort) if part
        ]
    found: dict[Reply, Replied] = {}
    for part in parts:
        header = part.witness()
        if header is None:
            continue
        fate, back = asking(header)
        before = found.get(fate)
        found[fate] = (
            Replied(part, fate, back)
            if before is None
            else Replied(before.flows | part, fate, before.back)
        )
    return tuple(found.values())
