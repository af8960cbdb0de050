"""What runs, with parts of a design put into it, one after the other.

Each function returns a snapshot in which one thing is as the design has it, and the
rest as it was. `settled` makes anew what AKS derives from its settings.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from seawall.design.adopt.ahead import Ahead, chosen, node_subnets, pod_subnets
from seawall.design.adopt.renaming import PLACE
from seawall.ingest.aks import anew
from seawall.model.cluster import OutboundType
from seawall.model.dataplane import PolicyEngine
from seawall.model.network import Subnet, VirtualNetwork
from seawall.model.origin import Origin
from seawall.model.service import ServiceType
from seawall.model.setting import Setting
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Workload

_ZONE = ".azmk8s.io"


class _Identified(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def origin(self) -> Origin: ...


T = TypeVar("T", bound=_Identified)


def settled(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot in which what AKS derives follows from the settings."""
    return anew(snapshot)


def beside(snapshot: Snapshot, to: Ahead) -> Snapshot:
    """Put in the networks, gateways and firewalls that are new; nothing leads there."""
    here, there = snapshot.fabric, to.fabric
    own = _mark(snapshot)
    known = {(it.network, it.remote) for it in here.peerings}
    peerings = [it for it in there.peerings if (it.network, it.remote) not in known]
    subnets = _added(here.subnets, there.subnets)
    fabric = replace(
        here,
        networks=tuple(
            _widened(it, subnets, to) for it in _added(here.networks, there.networks)
        ),
        subnets=subnets,
        peerings=(*here.peerings, *peerings),
        security_groups=_added(here.security_groups, there.security_groups, own),
        route_tables=_added(here.route_tables, there.route_tables, own),
        gateways=_added(here.gateways, there.gateways),
        public_addresses=_added(here.public_addresses, there.public_addresses, own),
        nat_gateways=_added(here.nat_gateways, there.nat_gateways, own),
        firewalls=_added(here.firewalls, there.firewalls),
        resolvers=_added(here.resolvers, there.resolvers),
    )
    return replace(snapshot, fabric=fabric)


def _added(here: Iterable[T], there: Iterable[T], derived: str = "#") -> tuple[T, ...]:
    """Return what stands and what is new, without what AKS derives.

    What an earlier design brought is as the later has it: plans of addresses differ.
    """
    stands = {item.id: item for item in here if item.origin is not PLACE}
    new = {it.id: it for it in there if not it.id.startswith(derived)}
    before = {item.id: item for item in here}
    found = {**before, **new, **stands}
    return tuple(found[each] for each in sorted(found))


def _widened(
    network: VirtualNetwork, subnets: Iterable[Subnet], to: Ahead
) -> VirtualNetwork:
    """Return a network whose space holds the subnets that were added to it."""
    lacking = tuple(
        each
        for each in to.spoke
        if not any(it.covers(each) for it in network.space)
        and any(
            each.covers(prefix)
            for subnet in subnets
            if subnet.network == network.id
            for prefix in subnet.prefixes
        )
    )
    return replace(network, space=(*network.space, *lacking)) if lacking else network


def led(snapshot: Snapshot, to: Ahead) -> Snapshot:
    """Lead what nodes and pods send as the design does: routes, gateways, groups."""
    wanted = {it.id: it for it in to.fabric.subnets}
    likes = {
        subnet.id: wanted.get(subnets[0].id)
        for subnets in (node_subnets(snapshot), pod_subnets(snapshot))
        for subnet in subnets
    }

    def lead(subnet: Subnet) -> Subnet:
        other = likes.get(subnet.id)
        if other is None:
            return subnet
        closed = to.cluster.outbound.is_surely(OutboundType.NONE)
        return replace(
            subnet,
            route_table=other.route_table,
            nat_gateway=other.nat_gateway,
            default_outbound=other.default_outbound,
            security_group=other.security_group if closed else subnet.security_group,
        )

    homes = {it.network for it in snapshot.fabric.subnets if it.id in likes}
    servers = {
        it.id: it.dns_servers for it in to.fabric.networks if it.dns_servers.value
    }
    networks = tuple(
        replace(it, dns_servers=servers[it.id])
        if it.id in homes and it.id in servers
        else it
        for it in snapshot.fabric.networks
    )
    subnets = tuple(map(lead, snapshot.fabric.subnets))
    fabric = replace(snapshot.fabric, subnets=subnets, networks=networks)
    return replace(snapshot, fabric=fabric)


def leaving(snapshot: Snapshot, to: Ahead) -> Snapshot:
    """Set the outbound type; AKS takes its own rules for it away, or makes them."""
    cluster = snapshot.cluster
    if cluster is None:
        return snapshot
    unknown: Setting[tuple[str, ...]] = Setting.unknown("Azure has yet to lend them")
    changed = replace(cluster, outbound=to.cluster.outbound, outbound_addresses=unknown)
    fabric = snapshot.fabric
    if not to.cluster.outbound.is_surely(OutboundType.LOAD_BALANCER):
        group = f"/resourcegroups/{cluster.node_resource_group}/"
        balancers = tuple(
            replace(it, outbound_front_ends=(), outbound_pools=())
            if cluster.node_resource_group and group in it.id
            else it
            for it in fabric.load_balancers
        )
        fabric = replace(fabric, load_balancers=balancers)
    return settled(replace(snapshot, cluster=changed, fabric=fabric))


def inspected(snapshot: Snapshot, to: Ahead) -> Snapshot:
    """Give the firewall that stands the rules of the design's."""
    walls = to.fabric.firewalls
    if not walls:
        return snapshot
    firewalls = tuple(
        replace(it, collections=walls[0].collections)
        for it in snapshot.fabric.firewalls
    )
    return replace(snapshot, fabric=replace(snapshot.fabric, firewalls=firewalls))


def served(snapshot: Snapshot, to: Ahead, authorized: tuple[str, ...] = ()) -> Snapshot:
    """Let the API server be reached as the design has it.

    Args:
        snapshot: What runs.
        to: The design.
        authorized: The ranges that are authorized; those of nodes are added.
    """
    cluster = snapshot.cluster
    if cluster is None:
        return snapshot
    old, new = cluster.api_server, to.cluster.api_server
    moved = (old.private.value, old.vnet_integration.value) != (
        new.private.value,
        new.vnet_integration.value,
    )
    api = replace(
        new,
        name=None if moved else old.name,
        internal_address=None if moved else old.internal_address,
        trusted_access=old.trusted_access,
        public_access=old.public_access,
    )
    api = replace(api, authorized_ranges=Setting.stated(authorized))
    fabric = snapshot.fabric
    if moved:
        zones = [it for it in to.fabric.zones if it.name.endswith(_ZONE)]
        snapshot = beside(snapshot, to)
        fabric = replace(
            snapshot.fabric, zones=_added(fabric.zones, zones, _mark(snapshot))
        )
    changed = replace(cluster, api_server=api)
    return admitted(settled(replace(snapshot, cluster=changed, fabric=fabric)))


def enforced(snapshot: Snapshot, to: Ahead) -> Snapshot:
    """Let the engine of the design enforce policies, with what it knows."""
    cluster = snapshot.cluster
    if cluster is None:
        return snapshot
    changed = replace(
        cluster,
        policy_engine=to.cluster.policy_engine,
        policy_features=to.cluster.policy_features,
        advanced_networking=to.cluster.advanced_networking,
        host_routing=to.cluster.host_routing,
        local_dns=to.cluster.local_dns,
    )
    return replace(snapshot, cluster=changed)


def unenforced(snapshot: Snapshot) -> Snapshot:
    """Let no policy be enforced, as on nodes that are not replaced yet."""
    cluster = snapshot.cluster
    if cluster is None:
        return snapshot
    engine = Setting.stated(PolicyEngine.NONE)
    return replace(snapshot, cluster=replace(cluster, policy_engine=engine))


def addressed(snapshot: Snapshot, to: Ahead) -> Snapshot:
    """Give pods addresses as the design does."""
    cluster = snapshot.cluster
    if cluster is None:
        return snapshot
    pools = tuple(
        replace(it, pod_subnet=to.cluster.pools[0].pod_subnet) for it in cluster.pools
    )
    changed = replace(
        cluster,
        addressing=to.cluster.addressing,
        pod_ranges=to.cluster.pod_ranges,
        pools=pools,
    )
    workloads = tuple(map(_elsewhere, snapshot.objects.workloads))
    objects = replace(snapshot.objects, workloads=workloads)
    return settled(replace(snapshot, cluster=changed, objects=objects))


def _elsewhere(workload: Workload) -> Workload:
    """Return a workload whose pods have addresses that are not known yet."""
    if workload.host_network:
        return workload
    return replace(
        workload, pods=tuple(replace(pod, addresses=()) for pod in workload.pods)
    )


def opened(snapshot: Snapshot, to: Ahead) -> Snapshot:
    """Put in the ways in, for the pods that those of today lead to.

    Where today's Services of a namespace lead to other pods than the design's, which
    knows pods by the names of segments, their pods are meant.
    """
    today = {
        it.namespace: it.selector
        for it in reversed(snapshot.objects.services)
        if it.type is ServiceType.LOAD_BALANCER
    }
    known = {it.label for it in snapshot.objects.services}
    added = [
        replace(it, selector=today.get(it.namespace, it.selector))
        for it in to.objects.services
        if it.label not in known
    ]
    services = sorted(
        (*snapshot.objects.services, *added), key=lambda it: (it.namespace, it.name)
    )
    here = beside(snapshot, to)
    fabric = replace(
        here.fabric,
        application_gateways=_added(
            here.fabric.application_gateways, to.fabric.application_gateways
        ),
    )
    objects = replace(here.objects, services=tuple(services))
    return settled(replace(here, fabric=fabric, objects=objects))


def shut(snapshot: Snapshot, to: Ahead) -> Snapshot:
    """Take away the Services by which clients came to the same namespaces before."""
    new = {it.label for it in to.objects.services}
    spaces = {it.namespace for it in to.objects.services}
    services = tuple(
        it
        for it in snapshot.objects.services
        if it.type is not ServiceType.LOAD_BALANCER
        or it.namespace not in spaces
        or it.label in new
    )
    objects = replace(snapshot.objects, services=services)
    return settled(replace(snapshot, objects=objects))


def admitted(snapshot: Snapshot) -> Snapshot:
    """Add the addresses that nodes leave by, or will, to the authorized ranges.

    Azure has yet to choose an address that is new; one that is nobody's stands for it.
    """
    cluster = snapshot.cluster
    ranges = cluster.api_server.authorized_ranges if cluster else None
    if cluster is None or ranges is None or not ranges.value:
        return snapshot
    fabric = snapshot.fabric
    lent = {
        *(each for it in fabric.firewalls for each in it.public_addresses),
        *(
            it
            for gate in fabric.nat_gateways
            for it in gate.public_addresses.value or ()
        ),
    }
    public = tuple(
        chosen(it) if it.id in lent else it for it in fabric.public_addresses
    )
    own = [str(each) for it in public if it.id in lent for each in it.ranges]
    texts = tuple(dict.fromkeys((*ranges.value, *own)))
    api = replace(
        cluster.api_server, authorized_ranges=Setting.stated(texts, ranges.origin)
    )
    return settled(
        replace(
            snapshot,
            cluster=replace(cluster, api_server=api),
            fabric=replace(fabric, public_addresses=public),
        )
    )


def _mark(snapshot: Snapshot) -> str:
    """Return how ids of what AKS derives begin."""
    return f"{snapshot.cluster.id}#" if snapshot.cluster else "#"
