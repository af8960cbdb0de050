"""Objects that were meant for policies and are none: a kind or a group is misspelt."""

from functools import lru_cache

from seawall.ingest.kubernetes.terms.fault import shown
from seawall.ingest.kubernetes.terms.record import UNREADABLE, Record
from seawall.model.diagnostic import Diagnostic, Level

_POLICIES = {
    "NetworkPolicy": "networking.k8s.io/v1",
    "GlobalNetworkPolicy": "projectcalico.org/v3",
    "CiliumNetworkPolicy": "cilium.io/v2",
    "CiliumClusterwideNetworkPolicy": "cilium.io/v2",
    "AdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "BaselineAdminNetworkPolicy": "policy.networking.k8s.io/v1alpha1",
    "ClusterNetworkPolicy": "policy.networking.k8s.io/v1alpha2",
    "AuthorizationPolicy": "security.istio.io/v1",
}
_NAMESPACED = frozenset({"NetworkPolicy", "CiliumNetworkPolicy"})
_GROUPS = frozenset({api.rpartition("/")[0] for api in _POLICIES.values()})
_GROUPS_WITHOUT_POLICIES = frozenset({"", "apps", "batch", "policy", "extensions"})
"""Other groups may have kinds of their own that only sound alike."""
_GROUP_LIKENESS = 0.8
_KIND_LIKENESS = 0.85


def policy_meant(record: Record) -> str | None:
    """Return the kind of policy that an object of no known kind was meant for."""
    return _meant(record.group, record.kind)


def is_namespaced(kind: str) -> bool:
    """Whether a kind that `policy_meant` returns governs one namespace only."""
    return kind in _NAMESPACED


def misspelt(record: Record, meant: str) -> Diagnostic:
    """Return what to tell about an object that was meant for a policy."""
    return Diagnostic(
        Level.ERROR,
        record.origin,
        f"`{record.api_version}` has no kind `{record.kind}`",
        "the API server refuses it, and whether the policy that it was meant for is in "
        "force is not known",
        f"write `apiVersion: {_POLICIES[meant]}` and `kind: {meant}`",
        of_object=True,
    )


def versionless(record: Record) -> Diagnostic:
    """Return what to tell about an object whose API version is not known."""
    if record.kind == UNREADABLE:
        return _kindless(record)
    written = record.body.get("apiVersion")
    return Diagnostic(
        Level.ERROR,
        record.origin,
        f"{record.kind} `{record.name}` has no API version that can be read"
        + (f": {shown(written)}" if written is not None else ""),
        "the API server tells kinds apart by `apiVersion` and refuses this",
        "write `apiVersion`, such as `apps/v1` or `networking.k8s.io/v1`",
        of_object=True,
    )


def _kindless(record: Record) -> Diagnostic:
    return Diagnostic(
        Level.ERROR,
        record.origin,
        f"`{record.name}` has no kind that can be read: "
        + shown(record.body.get("kind")),
        "the API server tells objects apart by `kind` and refuses this; whether what "
        "it was meant for is there is not known",
        "write `kind`, such as `Deployment` or `NetworkPolicy`",
    )


@lru_cache(maxsize=256)
def _meant(group: str, kind: str) -> str | None:
    lower = kind.lower()
    if ("netw" not in lower and "pol" not in lower) or lower.endswith("list"):
        return None
    from difflib import get_close_matches  # noqa: PLC0415  (rarely needed)

    if group not in _GROUPS | _GROUPS_WITHOUT_POLICIES and not get_close_matches(
        group, _GROUPS, n=1, cutoff=_GROUP_LIKENESS
    ):
        return None
    by_lower = {name.lower(): name for name in _POLICIES}
    close = get_close_matches(lower, by_lower, n=1, cutoff=_KIND_LIKENESS)
    return by_lower[close[0]] if close else None
