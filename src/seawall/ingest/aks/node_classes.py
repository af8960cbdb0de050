"""Nodes that node auto-provisioning makes in other subnets than the pools of a cluster.

A class of nodes is a pool of its own for whoever asks where pods may be.

Source: AKS docs, node-auto-provisioning-networking, read 2026-11-30: classes that name
no subnet use that of the cluster.
"""

from collections.abc import Sequence
from dataclasses import replace

from seawall.ingest.aks.draft import Draft
from seawall.model.cluster import NodePool
from seawall.model.details import Details
from seawall.model.node_class import NodeClass
from seawall.model.setting import Setting

_PREFIX = "nodeclass-"
_SOURCE = "AKS docs, node-auto-provisioning-networking"


def add_node_classes(draft: Draft, classes: Sequence[NodeClass]) -> None:
    """Add a pool for each class whose nodes stand in a subnet of their own."""
    pools = draft.cluster.pools
    taken = {pool.subnet.value for pool in pools if pool.subnet.known}
    added = []
    for item in classes:
        subnet = _settled(draft, item.subnet)
        if not pools or (subnet.known and subnet.value in {None, *taken}):
            continue
        added.append(_pool(pools[0], item, subnet))
    if not added:
        return
    draft.cluster = replace(draft.cluster, pools=(*pools, *added))
    names = ", ".join(f"`{pool.name}`" for pool in added)
    draft.assume(
        "node-classes-are-pools",
        "nodes that node auto-provisioning makes in subnets of their own run Linux and "
        f"have the security group of the first pool, as {names}; every pod that is "
        "pinned to no pool may run there",
        _SOURCE,
        draft.cluster.id,
    )


def _pool(first: NodePool, item: NodeClass, subnet: Setting[str]) -> NodePool:
    return NodePool(
        name=_PREFIX + item.name,
        subnet=subnet,
        pod_subnet=Setting[str].defaulted(None, _SOURCE),
        windows=Setting.defaulted(value=False, why=_SOURCE),
        node_public_addresses=Setting.defaulted(value=False, why=_SOURCE),
        nic_security_group=first.nic_security_group,
        origin=item.origin,
        details=Details(),
    )


def _settled(draft: Draft, subnet: Setting[str]) -> Setting[str]:
    """Return the subnet by the id that it has in the input.

    Before it is deployed, that is not the id by which a class names it.
    """
    wanted = subnet.value
    if wanted is None or draft.subnet(wanted) is not None:
        return subnet
    networks = {item.id: item.name.lower() for item in draft.fabric.networks}
    alike = [
        item.id
        for item in draft.fabric.subnets
        if wanted.endswith(
            f"/virtualnetworks/{networks.get(item.network, '?')}"
            f"/subnets/{item.name.lower()}"
        )
    ]
    if len(alike) == 1:
        return Setting(subnet.state, alike[0], subnet.origin, subnet.why)
    return subnet
