"""Exact sets of packet headers, each with one representation.

Knows addresses, protocols and ports, and nothing of policies, Azure or Kubernetes.
"""

from seawall.flowspace.box import Box
from seawall.flowspace.flowset import AddressField, FlowSet, PortField
from seawall.flowspace.header import (
    ICMP,
    ICMP6,
    SCTP,
    TCP,
    UDP,
    Field,
    Header,
)
from seawall.flowspace.intervals import Interval, Intervals

__all__ = [
    "ICMP",
    "ICMP6",
    "SCTP",
    "TCP",
    "UDP",
    "AddressField",
    "Box",
    "Field",
    "FlowSet",
    "Header",
    "Interval",
    "Intervals",
    "PortField",
]
