"""What it takes to change one decision of a running cluster.

Source: AKS docs, update-azure-cni, use-network-policies, egress-outboundtype,
private-clusters, api-server-vnet-integration, read 2026-08-21.
"""

from seawall.design.choose.answer import Change
from seawall.design.options import (
    Addressing,
    ApiServer,
    Dataplane,
    Images,
    Network,
    NodeOs,
    Option,
    OutboundType,
    PolicyEngine,
    PrivateZone,
)

_MANAGED_OUT = {
    (OutboundType.LOAD_BALANCER, OutboundType.MANAGED_NAT_GATEWAY),
    (OutboundType.LOAD_BALANCER, OutboundType.NONE),
    (OutboundType.MANAGED_NAT_GATEWAY, OutboundType.NONE),
    (OutboundType.NONE, OutboundType.LOAD_BALANCER),
    (OutboundType.NONE, OutboundType.MANAGED_NAT_GATEWAY),
}
_NAMED: dict[tuple[Option, Option], Change] = {
    (Network.OWN, Network.HUB_AND_SPOKE): Change.IN_PLACE,
    (Addressing.NODE_SUBNET, Addressing.OVERLAY): Change.REIMAGES,
    (Dataplane.AZURE, Dataplane.CILIUM): Change.REIMAGES,
    (ApiServer.PUBLIC, ApiServer.VNET_PUBLIC): Change.ONE_WAY,
    (ApiServer.PUBLIC, ApiServer.VNET_PRIVATE): Change.ONE_WAY,
    (ApiServer.VNET_PUBLIC, ApiServer.VNET_PRIVATE): Change.IN_PLACE,
    (ApiServer.VNET_PRIVATE, ApiServer.VNET_PUBLIC): Change.IN_PLACE,
    (PrivateZone.SYSTEM, PrivateZone.NONE): Change.ONE_WAY,
    (PrivateZone.CUSTOM, PrivateZone.NONE): Change.ONE_WAY,
}
_FIXED = (Network, Addressing, Dataplane, ApiServer)


def change_of(here: Option, to: Option, network: Option | None) -> Change:
    """Return what it takes to go from one option of a decision to another.

    Args:
        here: What stands.
        to: What is wanted.
        network: Whose network stands; None if that is not known.
    """
    if (here, to) in _NAMED:
        return _NAMED[here, to]
    if isinstance(here, _FIXED) or _leaves_cilium(here):
        return Change.RECREATES
    if isinstance(here, PrivateZone):
        moves = PrivateZone.NOT_NEEDED in (here, to)
        return Change.IN_PLACE if moves else Change.RECREATES
    if isinstance(here, OutboundType) and isinstance(to, OutboundType):
        return _of_the_way_out(here, to, network)
    if isinstance(here, PolicyEngine | Images):
        return Change.REIMAGES
    return Change.POOLS if isinstance(here, NodeOs) else Change.IN_PLACE


def _leaves_cilium(here: Option) -> bool:
    return here is PolicyEngine.CILIUM


def _of_the_way_out(
    here: OutboundType, to: OutboundType, network: Option | None
) -> Change:
    if network is Network.MANAGED:
        allowed = (here, to) in _MANAGED_OUT
    else:
        allowed = OutboundType.MANAGED_NAT_GATEWAY not in (here, to)
    return Change.IN_PLACE if allowed else Change.RECREATES
