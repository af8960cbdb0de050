"""Ranked policies of which it is not settled whether they are in force."""

from collections import Counter
from collections.abc import Iterator

from seawall.model.dataplane import Tri
from seawall.query.case import Case


def doubts(case: Case) -> Iterator[str]:
    """Yield them, as clauses: those of a kind or of a need counted, others named."""
    plane = case.dataplane
    unfixed: Counter[str] = Counter()
    lacking: Counter[str] = Counter()
    for policy in case.ranked_objects:
        enforced = plane.enforcement(policy.language)
        if enforced is Tri.UNDEFINED:
            unfixed[policy.kind] += 1
        elif enforced is Tri.YES and policy.doubt is not None:
            yield f"{policy.label} ({policy.origin}): {policy.doubt}"
        elif enforced is Tri.YES:
            for need in policy.needs:
                if plane.offers(frozenset({need})) is not Tri.YES:
                    lacking[need.value] += 1
    for kind, number in sorted(unfixed.items()):
        yield f"{number} {kind}: it is not fixed whether the engine acts on them"
    for asked, number in sorted(lacking.items()):
        noun = "policy filters" if number == 1 else "policies filter"
        yield f"{number} {noun} {asked}: it is not known whether the engine can do so"
