"""Where the pods and nodes of the cluster have their addresses."""

from seawall.model.address import AddressRange
from seawall.model.snapshot import Snapshot


def cluster_ranges(
    snapshot: Snapshot,
) -> tuple[tuple[AddressRange, ...], tuple[AddressRange, ...]]:
    """Return the ranges of the cluster's pods and nodes, as far as they are known.

    Pods without ranges of their own live in the subnets of the pools.

    Source: AKS docs, concepts-network-cni-overview, read 2026-08.
    """
    cluster = snapshot.cluster
    if cluster is None:
        return (), ()
    prefixes = {subnet.id: subnet.prefixes for subnet in snapshot.fabric.subnets}
    nodes: list[AddressRange] = []
    pods: list[AddressRange] = list(cluster.pod_ranges.value or ())
    for pool in cluster.pools:
        if pool.subnet.value is None or pool.subnet.value not in prefixes:
            return tuple(cluster.pod_ranges.value or ()), ()
        nodes.extend(prefixes[pool.subnet.value])
        if cluster.pod_ranges.value:
            continue
        home = pool.pod_subnet.value or pool.subnet.value
        if not pool.pod_subnet.known or home not in prefixes:
            return (), tuple(nodes)
        pods.extend(prefixes[home])
    return (tuple(pods) if cluster.pod_ranges.known else ()), tuple(nodes)
