"""The policy layer: network policies compiled to rows over classes of ends.

`PolicyTable` answers. Two modules are for those who need them and load by themselves:
`reasons.explain` says why, and `answers.flows` turns answers into packet sets.
"""

from seawall.engine.policy.answers.answer import AddressPart, ServiceMask
from seawall.engine.policy.answers.table import PolicyTable
from seawall.engine.policy.ends.services import Services

__all__ = [
    "AddressPart",
    "PolicyTable",
    "ServiceMask",
    "Services",
]
