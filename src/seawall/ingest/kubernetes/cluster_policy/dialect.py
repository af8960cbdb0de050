"""How the kinds of the Network Policy API differ from each other."""

from dataclasses import dataclass

from seawall.model.dataplane import Language
from seawall.model.ranked import Action


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one kind may hold.

    Attributes:
        language: Its language.
        fields: The fields of its `spec`.
        actions: Its actions, by name.
        services: The field of a rule that narrows protocols and ports.
        rules: So many rules at most in one direction.
        peers: So many peers at most in one rule, and entries of *services*.
        has_priority: Whether it states a priority.
    """

    language: Language
    fields: frozenset[str]
    actions: dict[str, Action]
    services: str
    rules: int
    peers: int
    has_priority: bool


_BOTH = frozenset({"subject", "ingress", "egress"})
_ALLOW_DENY = {"Allow": Action.ALLOW, "Deny": Action.DENY}

DIALECTS = {
    "AdminNetworkPolicy": Dialect(
        Language.ADMIN,
        _BOTH | {"priority"},
        {**_ALLOW_DENY, "Pass": Action.PASS},
        "ports",
        rules=100,
        peers=100,
        has_priority=True,
    ),
    "BaselineAdminNetworkPolicy": Dialect(
        Language.ADMIN,
        _BOTH,
        _ALLOW_DENY,
        "ports",
        rules=100,
        peers=100,
        has_priority=False,
    ),
    "ClusterNetworkPolicy": Dialect(
        Language.CLUSTER,
        _BOTH | {"priority", "tier"},
        {"Accept": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS},
        "protocols",
        rules=25,
        peers=25,
        has_priority=True,
    ),
}
"""By kind.

Source: kubernetes-sigs/network-policy-api, apis/v1alpha1 and apis/v1alpha2, types and
CRD schemas of v0.1.5 and v0.2.0.
"""
