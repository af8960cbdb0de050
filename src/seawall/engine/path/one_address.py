"""Verdicts for what has one address that is not known: a name, an API server.

Source: docs/semantics/path.md, V6.
"""

from collections.abc import Iterable
from dataclasses import replace

from seawall.engine.path.answer import Answer
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.verdicts import Partition
from seawall.flowspace import Field, FlowSet


def settled(answer: Answer) -> Answer:
    """Return an answer whose verdicts hold whichever address a name has.

    What becomes of packets to each address is kept beside it, where that differs.

    Complexity: a few set operations for each address that is not known.
    """
    parts = one_of(answer.partition, answer.somewhere)
    if parts == answer.partition:
        return answer
    return replace(answer, partition=parts, by_address=answer.partition)


def one_of(parts: Partition, somewhere: Iterable[Space]) -> Partition:
    """Return a partition that holds whichever address of some spaces is meant.

    Args:
        parts: What becomes of packets to each address.
        somewhere: Spaces, each of which holds one address that is meant.
    """
    for space in somewhere:
        parts = _settled(parts, space)
    return parts


def _settled(parts: Partition, space: Space) -> Partition:
    inside = parts.flows & space.as_destinations()
    if not inside:
        return parts
    asked = inside.project(Field.DESTINATION)
    # What a question does not hold to every address says nothing of the others.
    rest = FlowSet.everything() - inside
    allowed, denied = (
        inside & (part | rest).every(Field.DESTINATION, asked)
        for part in (parts.allowed, parts.denied)
    )
    return Partition(
        (parts.allowed - inside) | allowed,
        (parts.denied - inside) | denied,
        (parts.unknown - inside) | (inside - allowed - denied),
    )
