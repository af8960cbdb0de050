"""The rows of the network around a cluster: what is linked to what."""

from collections.abc import Iterator
from typing import TypeVar

from seawall.model.cluster import Cluster
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.firewall import Firewall
from seawall.model.name import DnsZone
from seawall.model.network import Peering, RouteTable, Subnet, VirtualNetwork
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot
from seawall.query.settings.row import Row, row
from seawall.query.settings.settle import Settling

T = TypeVar("T")

_PREDICTED = "AKS docs, private-clusters: AKS makes it"

_SUBNET = "network vnet subnet"
_NETWORK = "network vnet"
_FIREWALL = "network firewall"
_ENDPOINT = "network private-endpoint"
_TABLE = "network route-table"
_RESOURCE = "resource"
_RULES = "az network firewall policy rule-collection-group list -o json"
_LINKS = "az network private-dns link vnet list -g GROUP -z {name} -o json"
_PEERINGS = "az network vnet peering list -g GROUP --vnet-name {name} -o json"
_ALL_SUBNETS = "az network vnet list -g GROUP -o json"


def _show(kind: str, id_: str) -> str:
    """Return the command that shows one resource; a list if its id is not known."""
    if id_.startswith("/subscriptions/") and not set("{}#") & set(id_):
        return f"az {kind} show --ids {id_} -o json"
    return _ALL_SUBNETS if kind == _SUBNET else f"az {kind} list -g GROUP -o json"


def fabric_rows(
    snapshot: Snapshot, cluster: Cluster | None, settling: Settling
) -> Iterator[Row]:
    """Yield the settings of what stands around a cluster.

    Args:
        snapshot: What was read.
        cluster: The cluster whose subnets are told; None tells all subnets.
        settling: What would settle what is not known.
    """
    around = _Around(snapshot.fabric, settling)
    for id_ in _subnets(snapshot.fabric, cluster):
        yield from around.subnet(id_)
    for network in around.networks_of(_subnets(snapshot.fabric, cluster)):
        yield from around.network(network)
    for peering in snapshot.fabric.peerings:
        if peering.allows_access.known or peering.remote != "unknown":
            yield from around.peering(peering)
    for firewall in snapshot.fabric.firewalls:
        yield from around.firewall(firewall)
    for endpoint in snapshot.fabric.private_endpoints:
        yield from around.endpoint(endpoint)
    for zone in snapshot.fabric.zones:
        yield from around.zone(zone)
    for resource in snapshot.fabric.resources:
        if not resource.is_api_server:
            yield from around.resource(resource)


def _subnets(fabric: Fabric, cluster: Cluster | None) -> tuple[str, ...]:
    if cluster is None:
        return tuple(item.id for item in fabric.subnets)
    named = [
        id_
        for pool in cluster.pools
        for id_ in (pool.subnet.value, pool.pod_subnet.value)
    ]
    named.append(cluster.api_server.subnet.value)
    return tuple(dict.fromkeys(id_ for id_ in named if id_))


class _Around:
    """Makes rows of the network."""

    def __init__(self, fabric: Fabric, settling: Settling) -> None:
        self._fabric = fabric
        self._settling = settling
        self._subnets = {item.id: item for item in fabric.subnets}
        self._networks = {item.id: item for item in fabric.networks}
        self._tables = {item.id: item for item in fabric.route_tables}
        self._called = {item.id: item.name for item in fabric.resources}

    def networks_of(self, subnets: tuple[str, ...]) -> Iterator[VirtualNetwork]:
        """Yield the networks of subnets, each once."""
        ids = dict.fromkeys(
            self._subnets[id_].network for id_ in subnets if id_ in self._subnets
        )
        for id_ in ids:
            if id_ in self._networks:
                yield self._networks[id_]

    def subnet(self, id_: str) -> Iterator[Row]:
        """Yield what is linked to one subnet."""
        found = self._subnets.get(id_)
        command = _show(_SUBNET, id_)
        if found is None:
            missing = Setting[str].unknown("the subnet is not in the input")
            yield self._row("subnets", _last(id_), "addresses", missing, command)
            return
        name = self._subnet_name(found)
        prefixes = Setting.stated(found.prefixes, found.origin)
        if not found.prefixes:
            prefixes = Setting.unknown("its addresses are not stated", found.origin)
        for title, setting in (
            ("security group", self._name(found.security_group)),
            ("route table", self._name(found.route_table)),
            ("NAT gateway", self._name(found.nat_gateway)),
            ("private endpoint policies", found.endpoint_policies),
        ):
            yield self._row("subnets", name, title, setting, command)
        yield self._row("subnets", name, "addresses", prefixes, command)
        default = found.default_outbound
        yield self._row("subnets", name, "default outbound access", default, command)
        yield from self._default_route(name, found)
        for title, values in (
            ("service endpoints", found.service_endpoints),
            ("delegated to", found.delegations),
        ):
            if values:
                listed = Setting.stated(values, found.origin)
                yield self._row("subnets", name, title, listed, command)

    def _default_route(self, name: str, subnet: Subnet) -> Iterator[Row]:
        table = self._tables.get(subnet.route_table.value or "")
        if subnet.route_table.known and subnet.route_table.value is None:
            return
        if table is None:
            why = subnet.route_table.why or "the route table is not in the input"
            unknown = Setting[str].unknown(why, subnet.route_table.origin)
            command = _show(_TABLE, subnet.route_table.value or "")
            yield self._row("subnets", name, "default route", unknown, command)
            return
        yield self._row("subnets", name, "default route", _default_of(table), "")

    def network(self, network: VirtualNetwork) -> Iterator[Row]:
        """Yield what decides names in one network."""
        servers = network.dns_servers
        command = _show(_NETWORK, network.id)
        if servers.known and not servers.value:
            words = Setting(servers.state, "Azure's own", servers.origin, servers.why)
            yield self._row("names", network.name, "DNS servers", words, command)
        else:
            yield self._row("names", network.name, "DNS servers", servers, command)

    def peering(self, peering: Peering) -> Iterator[Row]:
        """Yield what one side of a peering lets pass."""
        here, there = self._network_name(peering.network), _last(peering.remote)
        there = self._network_name(peering.remote) or there
        command = _PEERINGS.format(name=here)
        for title, setting in (
            ("connected", peering.connected),
            ("lets the other network in", peering.allows_access),
            ("lets forwarded traffic in", peering.allows_forwarded),
            ("uses the other's gateway", peering.uses_remote_gateways),
        ):
            yield self._row("peerings", f"{here} to {there}", title, setting, command)

    def firewall(self, firewall: Firewall) -> Iterator[Row]:
        """Yield the settings of one firewall."""
        command = _show(_FIREWALL, firewall.id)
        address = _given(firewall.address, "its address is not known", firewall.origin)
        yield self._row("firewalls", firewall.name, "private address", address, command)
        intelligence = firewall.threat_intelligence
        title = "threat intelligence"
        yield self._row("firewalls", firewall.name, title, intelligence, command)
        for title, switch in (
            ("DNS proxy", firewall.dns_proxy),
            ("management interface", firewall.managed),
        ):
            yield self._row("firewalls", firewall.name, title, switch, command)
        whole = firewall.complete
        yield self._row("firewalls", firewall.name, "all rules read", whole, _RULES)
        kept = firewall.snat_private_ranges
        title = "keeps the source towards"
        yield self._row("firewalls", firewall.name, title, kept, command)
        servers = firewall.dns_servers
        if servers.value or not servers.known:
            title = "DNS servers asked"
            yield self._row("firewalls", firewall.name, title, servers, command)

    def endpoint(self, endpoint: PrivateEndpoint) -> Iterator[Row]:
        """Yield where one private endpoint leads."""
        group, command = "private endpoints", _show(_ENDPOINT, endpoint.id)
        where = endpoint.origin
        address = _given(endpoint.address, "its address comes later", where)
        target = endpoint.target and self._called.get(
            endpoint.target, _last(endpoint.target)
        )
        leads = _given(target, "what it leads to is not known", where)
        zones = tuple(self._zone_name(item) for item in endpoint.zones)
        written = Setting.stated(zones, where)
        if endpoint.predicted:
            command = "az network private-endpoint list -o json"
            leads = Setting.defaulted(target, _PREDICTED, where)
            written = Setting.defaulted(zones, _PREDICTED, where)
        yield self._row(group, endpoint.name, "leads to", leads, command)
        yield self._row(group, endpoint.name, "address", address, command)
        yield self._row(group, endpoint.name, "approved", endpoint.approved, command)
        yield self._row(group, endpoint.name, "writes to zones", written, command)

    def zone(self, zone: DnsZone) -> Iterator[Row]:
        """Yield which networks ask one private zone."""
        group, command = "private DNS zones", _LINKS.format(name=zone.name)
        names = tuple(self._network_name(link.network) for link in zone.links)
        origin = zone.links[0].origin if zone.links else zone.origin
        linked = Setting.stated(names, origin)
        yield self._row(group, zone.name, "linked to", linked, command)
        yield self._row(group, zone.name, "all read", zone.complete, command)

    def resource(self, resource: PlatformResource) -> Iterator[Row]:
        """Yield who may use the public address of one service."""
        group, command = "platform services", _show(_RESOURCE, resource.id)
        name = f"{resource.name} ({resource.kind})"
        public = resource.public
        yield self._row(group, name, "public network access", public, command)
        if not public.is_surely(value=False):
            opened = resource.default_access_allowed
            yield self._row(group, name, "open to every address", opened, command)

    def _row(
        self, group: str, of: str, title: str, setting: Setting[T], command: str
    ) -> Row:
        settle = "" if setting.known else self._settling.fabric(command, setting.why)
        return row(group, title, setting, of=of, settle=settle)

    def _name(self, link: Setting[str]) -> Setting[str]:
        if not link.value:
            return link
        return Setting(link.state, _last(link.value), link.origin, link.why)

    def _network_name(self, id_: str) -> str:
        known = self._networks.get(id_)
        return known.name if known else _last(id_)

    def _zone_name(self, id_: str) -> str:
        names = {zone.id: zone.name for zone in self._fabric.zones}
        return names.get(id_, _last(id_))

    def _subnet_name(self, subnet: Subnet) -> str:
        return f"{self._network_name(subnet.network)}/{subnet.name}"


def _given(value: T | None, why: str, origin: Origin) -> Setting[T]:
    if value is None:
        return Setting[T].unknown(why, origin)
    return Setting.stated(value, origin)


def _default_of(table: RouteTable) -> Setting[str]:
    for route in table.routes:
        if str(route.destination) == "0.0.0.0/0":
            hop = route.next_hop.value
            place = f" {route.appliance}" if route.appliance else ""
            return Setting.stated(f"{hop}{place}", route.origin)
    unread = [route for route in table.routes if route.destination is None]
    if unread:
        why = "the destination of a route cannot be read"
        return Setting[str].unknown(why, unread[0].origin)
    words = "none of its own"
    return Setting.stated(words, table.origin)


def _last(id_: str) -> str:
    return id_.rstrip("/").rsplit("/", 1)[-1]
