"""Routes as the platform itself reports them for one network interface."""

from dataclasses import dataclass
from enum import Enum

from seawall.model.address import Address, AddressRange
from seawall.model.origin import Origin


class EffectiveHop(Enum):
    """Where an effective route leads, in Azure's words."""

    LOCAL = "VnetLocal"
    PEERING = "VNetPeering"
    GLOBAL_PEERING = "VNetGlobalPeering"
    GROUP = "ConnectedGroup"
    ENDPOINT = "InterfaceEndpoint"
    SERVICE_ENDPOINT = "VirtualNetworkServiceEndpoint"
    GATEWAY = "VirtualNetworkGateway"
    APPLIANCE = "VirtualAppliance"
    INTERNET = "Internet"
    NONE = "None"
    UNKNOWN = "unknown"
    """The input names no next hop that is understood."""


@dataclass(frozen=True, slots=True)
class EffectiveRoute:
    """One active route.

    Attributes:
        name: As the platform names it; often empty.
        prefixes: What it covers.
        next_hop: Where it leads.
        appliance: The address of the next hop for APPLIANCE; None when there is not
            exactly one.
    """

    name: str
    prefixes: tuple[AddressRange, ...]
    next_hop: EffectiveHop
    appliance: Address | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class EffectiveRoutes:
    """The active routes of one interface, which are those of its subnet.

    Attributes:
        subnet: Id of the subnet.
        interface: The interface or subnet that the input names, for a person.
        routes: In any order.
        origin: Where they stand.
    """

    subnet: str
    interface: str
    routes: tuple[EffectiveRoute, ...]
    origin: Origin
