"""Whether a pod and a node, or a pod on its network, are together."""

from seawall.model.dataplane import Tri
from seawall.model.workload import Pod
from seawall.reference.policy_question import HostAt, PodAt
from seawall.reference.truth import tri


def same_node(end: PodAt, host: HostAt, supposed: Tri = Tri.UNDEFINED) -> Tri:
    """Return whether the pod runs on that node, as far as is known.

    By the names of nodes; where one is not known, by addresses of one family; where
    these are not known either, nodes of different pools are different nodes, and of
    others it is what is supposed.
    """
    seen = Pod("?") if end.pod is None else end.pod
    known = () if host.pod is None else (*host.pod.node_addresses, *host.pod.addresses)
    addresses = {*known} if host.address is None else {*known, host.address}
    if seen.node is not None and host.node is not None:
        return tri(seen.node == host.node)
    if addresses.intersection(seen.node_addresses):
        return Tri.YES
    families = {item.version for item in addresses}
    if families.intersection(item.version for item in seen.node_addresses):
        return Tri.NO
    pool = host.workload.node_pool if host.workload else host.pool
    pools = {end.workload.node_pool, pool}
    return supposed if None in pools or len(pools) == 1 else Tri.NO
