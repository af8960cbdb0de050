"""Virtual networks, subnets, peerings, routes."""

from dataclasses import dataclass
from enum import Enum

from seawall.model.address import Address, AddressRange
from seawall.model.filter import ServiceTag
from seawall.model.origin import Origin
from seawall.model.setting import Setting


class NextHop(Enum):
    """Where a route sends a packet, in Azure's words."""

    VNET_LOCAL = "VnetLocal"
    INTERNET = "Internet"
    VIRTUAL_APPLIANCE = "VirtualAppliance"
    VIRTUAL_NETWORK_GATEWAY = "VirtualNetworkGateway"
    NONE = "None"
    UNKNOWN = "unknown"
    """The input names no next hop that is understood."""


@dataclass(frozen=True, slots=True)
class Route:
    """A user-defined route.

    Attributes:
        name: Its name.
        destination: A prefix, or a service tag; None could not be read, so the route
            may apply to any destination.
        next_hop: Where it leads.
        appliance: The address of the next hop for VIRTUAL_APPLIANCE; None when the
            input does not say.
        origin: Where it stands.
        beats_learned: `hasBgpOverride`, which the platform reports: no route of a
            gateway holds inside its destination, however long its prefix.
    """

    name: str
    destination: AddressRange | ServiceTag | None
    next_hop: NextHop
    appliance: Address | None
    origin: Origin
    beats_learned: bool = False


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route table.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        routes: In any order.
        propagates_gateway_routes: Whether routes learned by a gateway are added.
        origin: Where it stands.
    """

    id: str
    name: str
    routes: tuple[Route, ...]
    propagates_gateway_routes: Setting[bool]
    origin: Origin


NO_POLICIES: Setting[tuple[str, ...]] = Setting.stated(())


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet of a virtual network.

    The settings that name another resource hold its id in lower case; a known value of
    None means that there is none.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        network: Id of its virtual network.
        prefixes: Its addresses; empty when they are allocated later.
        security_group: Id of its network security group.
        route_table: Id of its route table.
        nat_gateway: Id of its NAT gateway.
        service_endpoints: Services such as `Microsoft.Storage`.
        delegations: Services that own it.
        service_policies: Ids of the service endpoint policies that limit which storage
            accounts it reaches over its endpoint.
        endpoint_policies: `privateEndpointNetworkPolicies`.
        default_outbound: Whether the platform lends an address for the internet.
        origin: Where it stands.
    """

    id: str
    name: str
    network: str
    prefixes: tuple[AddressRange, ...]
    origin: Origin
    security_group: Setting[str]
    route_table: Setting[str]
    nat_gateway: Setting[str]
    endpoint_policies: Setting[str]
    default_outbound: Setting[bool]
    service_endpoints: tuple[str, ...] = ()
    delegations: tuple[str, ...] = ()
    service_policies: Setting[tuple[str, ...]] = NO_POLICIES


_IN_FORCE: Setting[bool] = Setting.stated(value=True)


@dataclass(frozen=True, slots=True)
class Peering:
    """One side of a peering: how *network* sees *remote*.

    Attributes:
        name: Its name.
        network: Id of the virtual network that owns this side.
        remote: Id of the other virtual network.
        connected: Whether the platform reports it connected; unknown in a plan.
        allows_access: `allowVirtualNetworkAccess`: whether the remote addresses count
            as `VirtualNetwork` here.
        allows_forwarded: `allowForwardedTraffic`.
        allows_gateway_transit: `allowGatewayTransit`.
        uses_remote_gateways: `useRemoteGateways`.
        remote_space: The remote address space at the last synchronisation; empty when
            the input does not say.
        complete: Whether whole networks are peered, not only some subnets.
        local_subnets: Names of the subnets here that are peered, in lower case, where
            not all are; empty when they are not known.
        remote_subnets: Likewise there.
        group: What a network manager connects the two networks by, instead of a
            peering; empty for a peering.
        deployed: Whether that is in force; a peering is.
        origin: Where it stands.
    """

    name: str
    network: str
    remote: str
    connected: Setting[bool]
    allows_access: Setting[bool]
    allows_forwarded: Setting[bool]
    allows_gateway_transit: Setting[bool]
    uses_remote_gateways: Setting[bool]
    origin: Origin
    remote_space: tuple[AddressRange, ...] = ()
    complete: bool = True
    local_subnets: tuple[str, ...] = ()
    remote_subnets: tuple[str, ...] = ()
    group: str = ""
    deployed: Setting[bool] = _IN_FORCE

    @property
    def is_sure(self) -> bool:
        """Whether the two networks are surely connected by it."""
        return self.deployed.is_surely(value=True)


@dataclass(frozen=True, slots=True)
class VirtualNetwork:
    """A virtual network.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        space: Its address space.
        dns_servers: Custom DNS servers; a known value of `()` means Azure's own.
        origin: Where it stands.
        managed: Whether AKS made it.
        region: As it stands in host names, such as `westeurope`; empty if not known.
    """

    id: str
    name: str
    space: tuple[AddressRange, ...]
    dns_servers: Setting[tuple[Address, ...]]
    origin: Origin
    managed: bool = False
    region: str = ""


@dataclass(frozen=True, slots=True)
class NetworkGateway:
    """A VPN or ExpressRoute gateway, and what lies behind it as far as stated.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        network: Id of the virtual network that it stands in; None when not known.
        remote_ranges: Address ranges on premises that the input states, each as it is
            announced.
        origin: Where it stands.
        learns: Whether it may learn further ranges, by BGP or from a circuit, that the
            input does not state.
        takes_fast_path: Whether a circuit may lead packets past the gateway, straight
            to machines (`expressRouteGatewayBypass`).
    """

    id: str
    name: str
    network: str | None
    remote_ranges: tuple[AddressRange, ...]
    origin: Origin
    learns: bool = False
    takes_fast_path: bool = False

    @property
    def narrow(self) -> tuple[AddressRange, ...]:
        """The stated ranges that are no default route."""
        return tuple(each for each in self.remote_ranges if not _is_default(each))

    @property
    def defaults(self) -> tuple[AddressRange, ...]:
        """The default routes among the stated ranges."""
        return tuple(each for each in self.remote_ranges if _is_default(each))

    @property
    def is_open(self) -> bool:
        """Whether more may lie behind it than what is stated."""
        return self.learns or not self.remote_ranges


@dataclass(frozen=True, slots=True)
class HubConnection:
    """The connection of a virtual network to a virtual hub of Virtual WAN.

    Where the hub is known to lead to other networks, there are peerings beside it;
    what else it may announce is possible.

    Attributes:
        id: Resource id or address, in lower case.
        name: Its name.
        hub: The name of the hub.
        network: Id of the virtual network; None when not known, so that it may be any.
        announces_default: Whether the hub announces a default route there.
        origin: Where it stands.
    """

    id: str
    name: str
    hub: str
    network: str | None
    announces_default: Setting[bool]
    origin: Origin


def _is_default(item: AddressRange) -> bool:
    return item == AddressRange.everything(item.version)
