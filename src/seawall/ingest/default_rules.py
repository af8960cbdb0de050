"""The six rules that every network security group ends with."""

from seawall.model.filter import (
    ANYWHERE,
    Access,
    AddressTerm,
    SecurityRule,
    ServiceTag,
)
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT
from seawall.model.policy import Direction

_NETWORK = ServiceTag("VirtualNetwork")
_PROBES = ServiceTag("AzureLoadBalancer")
_INTERNET = ServiceTag("Internet")

_DEFAULTS: tuple[tuple[str, int, Direction, Access, AddressTerm, AddressTerm], ...] = (
    ("AllowVnetInBound", 65000, Direction.INGRESS, Access.ALLOW, _NETWORK, _NETWORK),
    (
        "AllowAzureLoadBalancerInBound",
        65001,
        Direction.INGRESS,
        Access.ALLOW,
        _PROBES,
        ANYWHERE,
    ),
    ("DenyAllInBound", 65500, Direction.INGRESS, Access.DENY, ANYWHERE, ANYWHERE),
    ("AllowVnetOutBound", 65000, Direction.EGRESS, Access.ALLOW, _NETWORK, _NETWORK),
    (
        "AllowInternetOutBound",
        65001,
        Direction.EGRESS,
        Access.ALLOW,
        ANYWHERE,
        _INTERNET,
    ),
    ("DenyAllOutBound", 65500, Direction.EGRESS, Access.DENY, ANYWHERE, ANYWHERE),
)


def default_rules(origin: Origin) -> tuple[SecurityRule, ...]:
    """Return the default rules of a security group that stands at *origin*.

    Source: Azure docs, network-security-groups-overview, "Default security rules".
    """
    return tuple(
        SecurityRule(
            name=name,
            priority=priority,
            direction=direction,
            access=access,
            protocol=None,
            sources=(source,),
            source_ports=(EVERY_PORT,),
            destinations=(destination,),
            destination_ports=(EVERY_PORT,),
            origin=origin,
            is_default=True,
        )
        for name, priority, direction, access, source, destination in _DEFAULTS
    )
