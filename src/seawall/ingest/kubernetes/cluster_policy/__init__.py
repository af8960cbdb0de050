"""AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy.

They stand before and after NetworkPolicies, for the whole cluster.
"""

from collections.abc import Iterable, Iterator, Sequence

from seawall.ingest.kubernetes.cluster_policy.policy import (
    DOUBT_ORDER,
    read_cluster_policy,
)
from seawall.ingest.kubernetes.language import LanguagePart, Placed, Surroundings
from seawall.model.dataplane import Language
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.policy import OpaquePolicy
from seawall.model.ranked import BASELINE_TIER, RankedPolicy


def read_cluster_policies(
    objects: Sequence[Placed], surroundings: Surroundings
) -> LanguagePart:
    """Return what the objects of this language mean."""
    del surroundings
    read = [read_cluster_policy(item.record) for item in objects]
    policies = tuple(it.policy for it in read if isinstance(it.policy, RankedPolicy))
    return LanguagePart(
        policies,
        tuple(it.policy for it in read if isinstance(it.policy, OpaquePolicy)),
        diagnostics=(
            *(told for item in read for told in item.diagnostics),
            *_equals(policies),
        ),
    )


def _equals(policies: Iterable[RankedPolicy]) -> Iterator[Diagnostic]:
    """Yield a warning for policies of one tier and priority.

    Source:
        kubernetes-sigs/network-policy-api apis, `priority`: the order of policies of
        equal priority is undefined.
    """
    level: dict[object, list[RankedPolicy]] = {}
    for item in policies:
        alone = item.language is Language.ADMIN and item.tier == BASELINE_TIER
        if alone or item.order == DOUBT_ORDER:
            continue
        level.setdefault((item.language, item.tier, item.order), []).append(item)
    for same in level.values():
        if len(same) > 1:
            names = ", ".join(f"`{item.name}`" for item in same)
            yield Diagnostic(
                Level.WARNING,
                same[1].origin,
                f"{same[1].kind} {names} have the same priority {same[0].order:.0f}",
                "which of them goes first is not defined; where they disagree, the "
                "verdict is unknown",
                "give each a priority of its own",
            )
