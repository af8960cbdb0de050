"""The policy layer: network policies compiled to rows over classes of ends.

`PolicyTable` answers, `explain` says why, and `flows` turns answers into packet sets.
"""

from seawall.engine.policy.answer import AddressPart, ServiceMask
from seawall.engine.policy.explain import (
    NearMiss,
    PodOf,
    PolicyDecision,
    PolicyExplanation,
    RuleMatch,
    explain,
)
from seawall.engine.policy.services import Services
from seawall.engine.policy.table import PolicyTable

__all__ = [
    "AddressPart",
    "NearMiss",
    "PodOf",
    "PolicyDecision",
    "PolicyExplanation",
    "PolicyTable",
    "RuleMatch",
    "ServiceMask",
    "Services",
    "explain",
]
