"""Who sends what the API server calls in the cluster, straight off the written rule."""

from seawall.model.cluster import Addressing
from seawall.model.end import PodEnd, SubnetEnd
from seawall.model.snapshot import Snapshot
from seawall.reference.name import resolve
from seawall.reference.place import subnet_of
from seawall.reference.zone import ENDPOINTS, UNKNOWN, Resolved


def callers(snapshot: Snapshot, *, to_node: bool) -> list[PodEnd | SubnetEnd] | None:
    """Return any of whom may call; None if that is not known.

    Source: docs/semantics/path.md, K2, K3 and K4.
    """
    if snapshot.cluster is None:
        return None
    api, mode = snapshot.cluster.api_server, snapshot.cluster.addressing.value
    agents: list[PodEnd | SubnetEnd] = [
        PodEnd(it)
        for it in snapshot.objects.workloads
        if it.runs and it.namespace == "kube-system"
        if ("app", "konnectivity-agent") in it.labels
    ]
    if api.vnet_integration.is_surely(value=False):
        return agents or None
    if not api.vnet_integration.is_surely(value=True):
        return None
    if to_node or mode in (Addressing.NODE_SUBNET, Addressing.POD_SUBNET):
        return [SubnetEnd(api.subnet.value)] if api.subnet.value else None
    if mode in (Addressing.OVERLAY, Addressing.OWN_CNI):
        return agents or None
    return None


def where(snapshot: Snapshot, network: str | None, *, from_cluster: bool) -> Resolved:
    """Return where a client of one network finds the API server.

    Source: docs/semantics/path.md, Q5.
    """
    cluster = snapshot.cluster
    if cluster is None:
        return UNKNOWN
    api = cluster.api_server
    if from_cluster and not api.vnet_integration.known:
        return UNKNOWN
    if from_cluster and api.vnet_integration.value:
        address = api.internal_address
        home = subnet_of(snapshot.fabric, api.subnet.value)
        somewhere = ENDPOINTS if home is not None and home.prefixes else UNKNOWN
        return Resolved("addresses", (address,)) if address else somewhere
    return resolve(snapshot, network, api.name) if api.name else UNKNOWN
