"""The policy layer: network policies compiled to rows over classes of ends.

`PolicyTable` answers. Two modules are for those who need them and load by themselves:
`explain` says why, and `flows` turns answers into packet sets.
"""

from seawall.engine.policy.answer import AddressPart, ServiceMask
from seawall.engine.policy.services import Services
from seawall.engine.policy.table import PolicyTable

__all__ = [
    "AddressPart",
    "PolicyTable",
    "ServiceMask",
    "Services",
]
