"""The policy layer: network policies compiled to rows over classes of ends."""

from seawall.engine.policy.services import Services
from seawall.engine.policy.table import AddressPart, PolicyTable, ServiceMask

__all__ = ["AddressPart", "PolicyTable", "ServiceMask", "Services"]
