"""Which policy of Calico goes first among those of one order, in every release.

Policies of one order go by name. Releases differ in what the name is: older ones put
the namespace and the tier before it, newer ones the namespace and the kind after it.
Where these orders differ for two policies, none is certain.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from seawall.model.ranked import RankedPolicy


def tied(policies: Iterable[RankedPolicy], bare: dict[int, str]) -> list[RankedPolicy]:
    """Return policies with what breaks ties, or none where releases differ.

    Args:
        policies: Calico's policies.
        bare: By identity of a policy, its name without the name of its tier.

    Source:
        projectcalico/calico felix/calc policy_sorter.go, `PolKVLess`, and
        libcalico-go/lib/backend/syncersv1/updateprocessors, in releases of 2018 to
        2026.
    """
    levels: dict[object, list[RankedPolicy]] = defaultdict(list)
    for policy in policies:
        levels[policy.tier, policy.order].append(policy)
    out: list[RankedPolicy] = []
    for level in levels.values():
        unsure = _unsure(level, bare)
        out.extend(
            replace(item, tie=None if id(item) in unsure else _newer(item))
            for item in level
        )
    return out


def _unsure(level: list[RankedPolicy], bare: dict[int, str]) -> set[int]:
    """Return the policies whose place among the others differs by release.

    A policy of a namespace never meets one of another: they govern different pods.
    """
    older = {id(item): _older(item, bare.get(id(item), item.name)) for item in level}
    spaces: dict[str | None, list[RankedPolicy]] = defaultdict(list)
    for item in level:
        spaces[item.namespace].append(item)
    wide = spaces.pop(None, [])
    out = set(_inverted(wide, older))
    for items in spaces.values():
        own = {id(item) for item in items}
        out |= own & _inverted([*wide, *items], older)
    return out


def _inverted(items: Sequence[RankedPolicy], older: dict[int, str]) -> set[int]:
    """Return those that change places with another between the two orders."""
    newer = sorted(items, key=_newer)
    rank = {id(item): at for at, item in enumerate(newer)}
    ranks = [(rank[id(it)], id(it)) for it in sorted(items, key=lambda i: older[id(i)])]
    out: set[int] = set()
    highest = -1
    for at, item in ranks:
        if at < highest:
            out.add(item)
        highest = max(highest, at)
    lowest = len(items)
    for at, item in reversed(ranks):
        if at > lowest:
            out.add(item)
        lowest = min(lowest, at)
    return out


def _older(policy: RankedPolicy, bare: str) -> str:
    name = f"{policy.tier.name}.{bare}"
    return f"{policy.namespace}/{name}" if policy.namespace else name


def _newer(policy: RankedPolicy) -> str:
    return f"{policy.name}/{policy.namespace or ''}/{policy.kind}"
