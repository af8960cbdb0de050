"""What AKS adds, made again after a cluster's settings or surroundings changed.

A question about a cluster as it will be changes what was read; what was derived from
the old settings is taken away first, and derived from the new ones.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from seawall.ingest.aks.api_server import add_api_server
from seawall.ingest.aks.balancer import add_load_balancers
from seawall.ingest.aks.draft import Draft, find
from seawall.ingest.aks.exposure import published, read_exposure
from seawall.ingest.aks.private_link import add_private_links
from seawall.ingest.aks.security import add_security_group
from seawall.ingest.resource import ClusterRecord
from seawall.model.cluster import Cluster, NodePool
from seawall.model.setting import Setting
from seawall.model.snapshot import Fabric, Snapshot

_UNSEEN = "the group of its nodes is not in the input"


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Identified)


def anew(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot whose additions of AKS follow from its settings as they are.

    A snapshot in which nothing changed comes back equal. Networks that AKS made stay:
    no setting takes them away.

    Args:
        snapshot: With a cluster, or it is returned as it is.
    """
    cluster = snapshot.cluster
    if cluster is None:
        return snapshot
    fabric = snapshot.fabric
    bare = _without(fabric, cluster)
    draft = Draft(_record(cluster, fabric), cluster, bare)
    draft.cluster = draft.record.cluster
    exposures = tuple(map(read_exposure, published(snapshot.objects)))
    fronts = add_load_balancers(draft, exposures)
    add_security_group(draft, fronts)
    add_private_links(draft, fronts)
    add_api_server(draft)
    return replace(snapshot, cluster=draft.cluster, fabric=draft.fabric)


def _record(cluster: Cluster, fabric: Fabric) -> ClusterRecord:
    api = cluster.api_server
    resource = find(fabric.resources, api.resource)
    names = resource.host_names if resource else ()
    others = [name for name in names if name != api.name]
    bare = replace(cluster, pools=tuple(_pool(cluster, it) for it in cluster.pools))
    return ClusterRecord(
        bare,
        managed_network=False,
        public_name=others[0] if others else "",
        managed_outbound=cluster.outbound_addresses.value or (),
    )


def _pool(cluster: Cluster, pool: NodePool) -> NodePool:
    group = pool.nic_security_group.value
    if group is None or not group.startswith(_mark(cluster)):
        return pool
    return replace(pool, nic_security_group=Setting.unknown(_UNSEEN, pool.origin))


def _without(fabric: Fabric, cluster: Cluster) -> Fabric:
    """Return a network without what was derived, but for networks and routes."""
    own = _mark(cluster)

    def kept(items: Iterable[T]) -> tuple[T, ...]:
        return tuple(item for item in items if not item.id.startswith(own))

    lent = {
        address
        for item in fabric.nat_gateways
        for address in item.public_addresses.value or ()
    }
    public = (
        item
        for item in fabric.public_addresses
        if item.id in lent or not item.id.startswith(own)
    )
    server = cluster.api_server.resource
    return replace(
        fabric,
        load_balancers=kept(fabric.load_balancers),
        security_groups=kept(fabric.security_groups),
        private_endpoints=kept(fabric.private_endpoints),
        private_link_services=kept(fabric.private_link_services),
        public_addresses=tuple(public),
        zones=kept(fabric.zones),
        resources=tuple(it for it in fabric.resources if it.id != server),
    )


def _mark(cluster: Cluster) -> str:
    """Return how ids of what was derived for a cluster begin."""
    return f"{cluster.id}#"
