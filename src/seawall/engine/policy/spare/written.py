"""Rules as people wrote them: one may have become several, and some stand for none."""

from itertools import pairwise
from typing import NamedTuple

from seawall.model.origin import Pointer
from seawall.model.policy import Direction, Policy
from seawall.model.ranked import RankedPolicy

_RULES = "rules"
"""How Istio calls its list, which has no direction."""


class WrittenRule(NamedTuple):
    """One entry of a list of rules in a file.

    Attributes:
        name: As people count it: `shop/web ingress rule 2`.
        path: Its file.
        document: Which document of the file.
        pointer: Where in the document; empty for a rule that is known by its position.
    """

    name: str
    path: str
    document: int
    pointer: Pointer


def written_rule(
    policy: Policy | RankedPolicy, direction: Direction, position: int
) -> WrittenRule | None:
    """Return the entry that a rule was written as.

    Args:
        policy: Its policy.
        direction: The list of the policy.
        position: Its place in that list, from 0.

    Returns:
        None for a rule that stands nowhere, but follows from the policy as a whole.
    """
    way, origin = direction.value, policy.rules(direction)[position].origin
    if isinstance(policy, Policy):
        name = f"{policy.label} {way} rule {position + 1}"
        return WrittenRule(name, origin.path, origin.document, origin.pointer)
    for at, (key, number) in enumerate(pairwise(origin.pointer)):
        if not (isinstance(key, str) and isinstance(number, int)):
            continue
        if key == _RULES or key.startswith(way):
            listed = way if key == _RULES else key
            name = f"{policy.label} {listed} rule {number + 1}"
            pointer = origin.pointer[: at + 2]
            return WrittenRule(name, origin.path, origin.document, pointer)
    return None
