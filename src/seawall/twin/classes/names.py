"""Names that are looked up in the twin, and whom everybody there asks.

Written from docs/semantics/path.md, Q2, Q10, Q13 and Q14, for what the twin draws:
Azure's own resolver, the DNS proxy of a firewall, and the cluster's own DNS as AKS has
it. Who asks anybody else is told, and not asked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from seawall.model.cluster import ApiServer
from seawall.model.cluster_dns import DNS_LABEL, SYSTEM
from seawall.model.endpoint import PlatformResource
from seawall.model.pod_dns import DOMAIN, PLAIN, DnsPolicy, PodDns
from seawall.model.snapshot import Fabric, Snapshot
from seawall.twin.classes.giving import MachineStand, NodeStand, PodStand
from seawall.twin.classes.resources import public_addresses

AZURE = IPv4Address("168.63.129.16")
"""Azure's own resolver. Source: Azure docs, what-is-ip-address-168-63-129-16."""
MOST_NAMES = 24
STRANGER = "stranger.example"
"""A name that nobody in the input has. Source: RFC 2606."""
_AS_NODES = PodDns(DnsPolicy.DEFAULT)
Asker = PodStand | NodeStand | MachineStand


@dataclass(frozen=True, slots=True)
class Helper:
    """Whom somebody asks for names.

    Attributes:
        address: The server that is asked.
        pod: The pod that is asked, if the cluster's own DNS is.
        upstream: Whom that pod asks in turn.
    """

    address: IPv4Address
    pod: PodStand | None = None
    upstream: IPv4Address | None = None


@dataclass(frozen=True, slots=True)
class NameStand:
    """A name that is looked up at one server.

    Attributes:
        name: The name, without a dot at its end.
        helper: Who is asked.
    """

    name: str
    helper: Helper

    @property
    def address(self) -> IPv4Address:
        """The address of the server."""
        return self.helper.address


def asked_names(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the names to ask for: of the API server, of resources and Services."""
    found = [
        name
        for resource in named_resources(snapshot.fabric)
        for name in resource.host_names
    ]
    inside = [
        f"{service.name}.{service.namespace}.svc.{DOMAIN}"
        for service in snapshot.objects.services
        if not service.external_name
    ]
    half = MOST_NAMES // 2
    listed = (
        *api_server_names(snapshot),
        *found[:half],
        *inside[: half - 2],
        f"nobody.default.svc.{DOMAIN}",
    )
    return tuple(dict.fromkeys((*listed, STRANGER)))


def api_server_names(snapshot: Snapshot) -> dict[str, tuple[IPv4Address, ...]]:
    """Return the names of the API server, each with what anybody in the world learns.

    A name is left out where that is not known. A private cluster's names do not
    resolve publicly, but for a public name to its private address. Source:
    docs/semantics/path.md, Q5.
    """
    cluster = snapshot.cluster
    api = cluster.api_server if cluster is not None else None
    if api is None or not (api.private.known and api.public_name.known):
        return {}
    fabric = snapshot.fabric
    found: dict[str, tuple[IPv4Address, ...]] = {}
    for resource in fabric.resources:
        if resource.id != api.resource:
            continue
        for name in resource.host_names:
            if not api.private.value:
                found[name] = (public_addresses(fabric)[resource.id],)
            elif _is_private(name, resource) or not api.public_name.value:
                found[name] = ()
            elif inside := _listening_inside(snapshot, api):
                found[name] = inside
    return found


def _is_private(name: str, resource: PlatformResource) -> bool:
    suffix = resource.private_suffix
    return f".{name}".endswith(f".{suffix}") if suffix else ".private." in f".{name}."


def _listening_inside(snapshot: Snapshot, api: ApiServer) -> tuple[IPv4Address, ...]:
    """Return the private addresses of an API server; none if one is not known."""
    ends = [it for it in snapshot.fabric.private_endpoints if it.target == api.resource]
    held = [api.internal_address, *(it.address for it in ends)]
    waits = any(it.address is None for it in ends)
    found = tuple(it for it in held if isinstance(it, IPv4Address))
    return () if waits else tuple(dict.fromkeys(found))


def lookups_of(
    snapshot: Snapshot,
    pods: tuple[PodStand, ...],
    others: Iterable[NodeStand | MachineStand],
) -> Iterator[tuple[Asker, NameStand]]:
    """Yield who asks whom for which name."""
    names = asked_names(snapshot)
    for asker in (*pods, *others):
        if isinstance(asker, MachineStand) and asker.kind != "machine":
            continue
        helper = helper_of(snapshot, pods, asker)
        for name in names if helper is not None else ():
            if helper is not None:
                yield asker, NameStand(name, helper)


def named_resources(fabric: Fabric) -> Iterator[PlatformResource]:
    """Yield the resources whose names are asked for; API servers are special: Q5."""
    for resource in fabric.resources:
        if not resource.is_api_server:
            yield resource


def helper_of(
    snapshot: Snapshot, pods: Iterable[PodStand], asker: Asker
) -> Helper | None:
    """Return whom somebody asks; None where the twin does not draw that."""
    network = _network_of(snapshot, asker)
    servers = server_of(snapshot, network) if network else None
    if servers is None:
        return None
    if isinstance(asker, MachineStand):
        return Helper(servers)
    cluster = snapshot.cluster
    if cluster is None or not cluster.local_dns.is_surely(value=False):
        return None
    if isinstance(asker, NodeStand):
        return Helper(servers)
    return _helper_of_pod(snapshot, pods, asker, servers)


def _helper_of_pod(
    snapshot: Snapshot,
    pods: Iterable[PodStand],
    asker: PodStand,
    servers: IPv4Address,
) -> Helper | None:
    dns, hosted = asker.workload.dns, asker.workload.host_network
    if dns in (PLAIN, _AS_NODES) and (hosted or dns == _AS_NODES):
        return Helper(servers)
    if dns != PLAIN or snapshot.objects.name_servers:
        return None
    served = (it for it in pods if it.workload.namespace == SYSTEM)
    for pod in served:
        if DNS_LABEL in pod.workload.labels:
            return Helper(pod.address, pod, servers)
    return None


def _network_of(snapshot: Snapshot, asker: Asker) -> str | None:
    homes = {subnet.id: subnet.network for subnet in snapshot.fabric.subnets}
    if isinstance(asker, MachineStand):
        return homes.get(asker.subnet)
    node = asker.node if isinstance(asker, PodStand) else asker
    pool = snapshot.cluster.pool(node.pool) if snapshot.cluster else None
    return homes.get(pool.subnet.value or "") if pool is not None else None


def server_of(snapshot: Snapshot, network: str) -> IPv4Address | None:
    """Return the server that a network's members ask; None if it is not drawn."""
    fabric = snapshot.fabric
    stated = next((it.dns_servers for it in fabric.networks if it.id == network), None)
    if stated is None or not stated.known:
        return None
    servers = stated.value or ()
    if not servers:
        return AZURE if is_plain(fabric, network) else None
    proxies = [it.address for it in fabric.firewalls if serves_names(fabric, it.id)]
    if len(servers) == 1 and servers[0] in proxies:
        found = servers[0]
        return found if isinstance(found, IPv4Address) else None
    return None


def serves_names(fabric: Fabric, firewall: str) -> bool:
    """Whether the DNS proxy of a firewall asks Azure's own resolver for clients."""
    homes = {subnet.id: subnet.network for subnet in fabric.subnets}
    return any(
        it.id == firewall
        and it.dns_proxy.is_surely(value=True)
        and it.dns_servers.known
        and not it.dns_servers.value
        and it.subnet in homes
        and is_plain(fabric, homes[it.subnet])
        for it in fabric.firewalls
    )


def is_plain(fabric: Fabric, network: str) -> bool:
    """Whether Azure answers a network by zones alone: no ruleset, no policy."""
    return not fabric.rulesets and not fabric.name_policies and bool(network)
