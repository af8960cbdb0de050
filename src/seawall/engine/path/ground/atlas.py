"""Everything in the network found by id, and the few facts that follow from several.

What an id does not find is not in the input: whoever asks must face that.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple, TypeVar

from seawall.engine.path.ground.space import NOWHERE, PRIVATE, PUBLIC, Space
from seawall.model.address import Address, AddressRange
from seawall.model.cluster import Addressing, Cluster, NodePool
from seawall.model.effective import EffectiveRoutes
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.filter import SecurityGroup
from seawall.model.firewall import Firewall
from seawall.model.interface import NetworkInterface
from seawall.model.network import (
    HubConnection,
    NetworkGateway,
    Peering,
    RouteTable,
    Subnet,
    VirtualNetwork,
)
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import NatGateway, PublicAddress

T = TypeVar("T")


_ABSENT = "gateway not in the input"


class UsedGateway(NamedTuple):
    """A way on premises that a network has, or may have.

    Attributes:
        gateway: None if a peering uses a gateway that the input does not hold.
        is_sure: Whether the network surely uses it.
        hub: The connection to a virtual hub that stands in for a gateway, if one does.
    """

    gateway: NetworkGateway | None
    is_sure: bool
    hub: HubConnection | None = None

    @property
    def name(self) -> str:
        """What it is, for a person."""
        if self.hub is not None:
            return f"virtual hub {self.hub.hub}"
        return f"gateway {self.gateway.name}" if self.gateway else _ABSENT

    @property
    def remote(self) -> Space:
        """What lies behind it, as far as stated, but for default routes."""
        return Space.of(self.gateway.narrow) if self.gateway else NOWHERE

    @property
    def announced(self) -> tuple[AddressRange, ...]:
        """The prefixes that it announces, each as stated."""
        return self.gateway.remote_ranges if self.gateway else ()

    @property
    def is_open(self) -> bool:
        """Whether more may lie behind it than what is stated."""
        return self.gateway is None or self.gateway.is_open


class Atlas:
    """The network of one snapshot, by id."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.fabric: Fabric = snapshot.fabric
        self.cluster: Cluster | None = snapshot.cluster
        fabric = snapshot.fabric
        self._networks = {each.id.lower(): each for each in fabric.networks}
        self._subnets = {each.id.lower(): each for each in fabric.subnets}
        self._groups = {each.id.lower(): each for each in fabric.security_groups}
        self._tables = {each.id.lower(): each for each in fabric.route_tables}
        self._nats = {each.id.lower(): each for each in fabric.nat_gateways}
        self._publics = {each.id.lower(): each for each in fabric.public_addresses}
        self._resources = {each.id.lower(): each for each in fabric.resources}
        self._effective = {each.subnet: each for each in fabric.effective_routes}
        listed = fabric.service_tags
        self._tags = {each.name: each for each in listed.tags} if listed else {}
        self._seen = {
            (each.subnet.lower(), each.name): Space.of(each.ranges)
            for each in fabric.seen_tags
        }
        self._within: dict[str, list[Subnet]] = {}
        for subnet in fabric.subnets:
            self._within.setdefault(subnet.network.lower(), []).append(subnet)
        self._peerings: dict[str, list[Peering]] = {}
        for peering in fabric.peerings:
            self._peerings.setdefault(peering.network.lower(), []).append(peering)

    def network(self, id_: str) -> VirtualNetwork | None:
        """Return the virtual network of that id."""
        return self._networks.get(id_.lower())

    def subnet(self, id_: str | None) -> Subnet | None:
        """Return the subnet of that id."""
        return self._subnets.get(id_.lower()) if id_ else None

    def group(self, id_: str) -> SecurityGroup | None:
        """Return the security group of that id."""
        return self._groups.get(id_.lower())

    def table(self, id_: str) -> RouteTable | None:
        """Return the route table of that id."""
        return self._tables.get(id_.lower())

    def nat_gateway(self, id_: str) -> NatGateway | None:
        """Return the NAT gateway of that id."""
        return self._nats.get(id_.lower())

    def public_address(self, id_: str) -> PublicAddress | None:
        """Return the public address of that id."""
        return self._publics.get(id_.lower())

    def resource(self, id_: str | None) -> PlatformResource | None:
        """Return the platform resource of that id."""
        return self._resources.get(id_.lower()) if id_ else None

    def effective(self, subnet: str) -> EffectiveRoutes | None:
        """Return the routes that the platform reported for a subnet, if it did."""
        return self._effective.get(subnet.lower())

    def tag_prefixes(self, name: str) -> tuple[AddressRange, ...] | None:
        """Return the prefixes of a service tag as published; None if not given."""
        found = self._tags.get(name.lower())
        return found.prefixes if found else None

    def tag_space(self, name: str) -> Space | None:
        """Return the addresses of a service tag; None if the input does not say."""
        prefixes = self.tag_prefixes(name)
        return None if prefixes is None else Space.of(prefixes)

    def seen_tag(self, subnet: str, name: str) -> Space | None:
        """Return what a tag stood for at a subnet when somebody looked, if so."""
        return self._seen.get((subnet.lower(), name))

    def subnets_of(self, network: str) -> tuple[Subnet, ...]:
        """Return the subnets of a network."""
        return tuple(self._within.get(network.lower(), ()))

    def peerings_of(self, network: str) -> tuple[Peering, ...]:
        """Return the peerings as one network sees them."""
        return tuple(self._peerings.get(network.lower(), ()))

    def other_side(self, peering: Peering) -> Peering | None:
        """Return how the remote network sees a peering, if that is in the input."""
        return next(
            (
                back
                for back in self.peerings_of(peering.remote)
                if back.remote.lower() == peering.network.lower()
            ),
            None,
        )

    def space(self, network: str) -> Space:
        """Return the address space of a network; empty if it is not in the input."""
        found = self.network(network)
        return Space.of(found.space) if found else NOWHERE

    def peered_subnets(self, peering: Peering) -> Space | None:
        """Return the remote subnets that a peering of subnets names.

        Returns:
            None if it is no such peering, or if they are not all in the input.

        Source:
            Azure docs, how-to-configure-subnet-peering.
        """
        if peering.complete or not peering.remote_subnets:
            return None
        there = {each.name.lower(): each for each in self.subnets_of(peering.remote)}
        found = [there.get(name) for name in peering.remote_subnets]
        if not all(each is not None and each.prefixes for each in found):
            return None
        return Space.of(item for each in found if each for item in each.prefixes)

    def peer_space(self, peering: Peering) -> Space | None:
        """Return the remote space of a peering, or None if nothing states it."""
        if peering.remote_space:
            return Space.of(peering.remote_space)
        named = self.peered_subnets(peering)
        if named is not None:
            return named
        remote = self.network(peering.remote)
        return Space.of(remote.space) if remote else None

    @cached_property
    def known(self) -> Space:
        """The address spaces of all networks in the input."""
        return Space.of(item for each in self.fabric.networks for item in each.space)

    @cached_property
    def elsewhere(self) -> Space:
        """Private addresses outside the known networks."""
        return PRIVATE - self.known

    @cached_property
    def internet(self) -> Space:
        """Public addresses outside the known networks."""
        return PUBLIC - self.known

    @cached_property
    def owned(self) -> Space:
        """Public addresses that belong to resources in the input."""
        return Space.of(
            item for each in self.fabric.public_addresses for item in each.ranges
        )

    @cached_property
    def outside(self) -> Space:
        """Addresses on the internet, of the families that anything here has."""
        families = {item.version for item in self.known.ranges} | {4}
        if self.cluster is not None and self.cluster.dual_stack.value:
            families.add(6)
        used = Space(tuple(AddressRange.everything(each) for each in sorted(families)))
        return self.internet & used

    @cached_property
    def others(self) -> Space:
        """Public addresses that neither a known network nor a resource here holds."""
        return self.outside - self.owned

    @cached_property
    def pod_space(self) -> Space:
        """The addresses of pods that no virtual network holds (overlay, kubenet)."""
        if self.cluster is None or not self.pods_are_hidden:
            return NOWHERE
        return Space.of(self.cluster.pod_ranges.value or ())

    @cached_property
    def perhaps_pod_space(self) -> Space:
        """The pod ranges, where it is not known whether a network holds them."""
        if self.cluster is None or self.addressing is not None:
            return NOWHERE
        return Space.of(self.cluster.pod_ranges.value or ())

    @property
    def addressing(self) -> Addressing | None:
        """Where pods get addresses; None when not known."""
        return self.cluster.addressing.value if self.cluster else None

    @property
    def pods_are_hidden(self) -> bool:
        """Whether nobody outside the cluster can address a pod."""
        return self.addressing in (Addressing.OVERLAY, Addressing.KUBENET)

    @property
    def pods_are_routed(self) -> bool:
        """Whether route tables may lead to pods that no network holds."""
        return self.addressing is Addressing.KUBENET

    @cached_property
    def pools(self) -> tuple[NodePool, ...]:
        """The node pools of the cluster."""
        return self.cluster.pools if self.cluster else ()

    def interfaces_in(self, subnet: str) -> tuple[NetworkInterface, ...]:
        """Return the interfaces of machines in a subnet."""
        return tuple(each for each in self.fabric.interfaces if each.subnet == subnet)

    def pools_in(self, subnet: str) -> tuple[NodePool, ...]:
        """Return the pools whose nodes or pods have addresses of a subnet."""
        wanted = subnet.lower()
        return tuple(
            pool
            for pool in self.pools
            if wanted in ((pool.subnet.value or ""), (pool.pod_subnet.value or ""))
        )

    def foreign_pools_in(self, subnet: str) -> tuple[NodePool, ...]:
        """Return the pools of other clusters that have addresses of a subnet."""
        wanted = subnet.lower()
        return tuple(
            pool
            for other in self.snapshot.other_clusters
            for pool in other.pools
            if wanted in ((pool.subnet.value or ""), (pool.pod_subnet.value or ""))
        )

    def other_owner(self, id_: str) -> Cluster | None:
        """Return the other cluster whose AKS made a resource, if one did.

        Source:
            AKS docs, faq: what AKS makes lies in the node resource group of its
            cluster.
        """
        wanted = id_.lower()
        for other in self.snapshot.other_clusters:
            group = other.node_resource_group.lower()
            managed = bool(group) and f"/resourcegroups/{group}/" in wanted
            if managed or wanted.startswith(f"{other.id.lower()}#"):
                return other
        return None

    @cached_property
    def cluster_network(self) -> str | None:
        """The id of the network that the nodes stand in; None when not known."""
        for pool in self.pools:
            subnet = self.subnet(pool.subnet.value)
            if subnet is not None:
                return subnet.network
        return None

    def gateways_of(self, network: str) -> tuple[UsedGateway, ...]:
        """Return the gateways that a network uses or may use.

        Source:
            Azure docs, virtual-network-peering-overview, "Gateways and on-premises
            connectivity".
        """
        found: list[UsedGateway] = []
        for gateway in self.fabric.gateways:
            if gateway.network is None:
                found.append(UsedGateway(gateway, is_sure=False))
            elif gateway.network.lower() == network.lower():
                found.append(UsedGateway(gateway, is_sure=True))
        found += [
            UsedGateway(None, is_sure=False, hub=hub)
            for hub in self.fabric.hub_connections
            if (hub.network or network).lower() == network.lower()
        ]
        for peering in self.peerings_of(network):
            if not peering.uses_remote_gateways.may_be(value=True):
                continue
            back = self.other_side(peering)
            transit = back.allows_gateway_transit if back else _MISSING
            if not transit.may_be(value=True):
                continue
            is_used = peering.uses_remote_gateways.is_surely(value=True)
            is_sure = is_used and transit.is_surely(value=True)
            there = [
                gateway
                for gateway in self.fabric.gateways
                if (gateway.network or "").lower() == peering.remote.lower()
            ]
            found += [UsedGateway(gateway, is_sure) for gateway in there]
            if not there and is_used:
                found.append(UsedGateway(None, is_sure=False))
        return tuple(found)

    def behind(self, gateway: NetworkGateway) -> Space:
        """Return the addresses that whoever is behind a gateway may have."""
        stated = Space.of(gateway.narrow)
        if gateway.is_open or gateway.defaults:
            return stated | self.elsewhere
        return stated

    def firewall_at(self, address: Address) -> Firewall | None:
        """Return the firewall that has a private address."""
        return next(
            (each for each in self.fabric.firewalls if each.address == address), None
        )

    def ranges_of(self, public: Iterable[str]) -> tuple[Space, bool]:
        """Return the addresses of public addresses, and whether all are known."""
        found = NOWHERE
        complete = True
        for id_ in public:
            resource = self.public_address(id_)
            if resource is None or not resource.ranges:
                complete = False
            else:
                found = found | Space.of(resource.ranges)
        return found, complete

    def endpoints_of(self, resource: PlatformResource) -> tuple[PrivateEndpoint, ...]:
        """Return the private endpoints to a resource."""
        return tuple(
            each
            for each in self.fabric.private_endpoints
            if each.target is not None and each.target.lower() == resource.id.lower()
        )

    def short(self, id_: str | None) -> str:
        """Return the name of a resource as a person knows it, or else from its id."""
        known = (self.network(id_) or self.nat_gateway(id_)) if id_ else None
        if known is not None and known.name:
            return known.name
        return id_.rstrip("/").rsplit("/", 1)[-1] if id_ else "?"


_MISSING: Setting[bool] = Setting.unknown("the other side of the peering is missing")


def known_none(setting: Setting[str]) -> bool:
    """Say whether a setting that names a resource states that there is none."""
    return setting.known and not setting.value
