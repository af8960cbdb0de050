"""Whether what runs stands in the region that the requirements name.

Nothing leads from one region to another: a cluster and its network stay where they are.

Source: Azure docs, move-support-resources; AKS docs, faq: a cluster and its network are
in one region.
"""

from collections.abc import Iterator

from seawall.design.requirements.needs import Requirements
from seawall.model.cluster import Cluster
from seawall.model.diagnostic import Diagnostic, Level
from seawall.model.network import VirtualNetwork
from seawall.model.origin import Origin
from seawall.model.snapshot import Fabric, Snapshot


def elsewhere(snapshot: Snapshot, needs: Requirements) -> Iterator[Diagnostic]:
    """Yield what stands in another region than the requirements name."""
    cluster = snapshot.cluster
    if cluster is None:
        return
    found = [(f"the cluster `{cluster.name}`", cluster.region, cluster.origin)]
    found += [
        (f"its network `{it.name}`", it.region, it.origin)
        for it in _networks(cluster, snapshot.fabric)
    ]
    for what, region, place in found:
        if region and region != needs.region:
            yield _told(what, region, place, needs)
            return


def not_known(snapshot: Snapshot) -> Iterator[str]:
    """Yield what it means that the region of what runs is not known."""
    cluster = snapshot.cluster
    if cluster is not None and not cluster.region:
        yield "region: in which one the cluster runs is not known"


def _networks(cluster: Cluster, fabric: Fabric) -> Iterator[VirtualNetwork]:
    """Yield the networks that the nodes of a cluster are in."""
    used = {pool.subnet.value for pool in cluster.pools}
    homes = {it.network for it in fabric.subnets if it.id in used}
    return (it for it in fabric.networks if it.id in homes)


def _told(what: str, region: str, place: Origin, needs: Requirements) -> Diagnostic:
    return Diagnostic(
        Level.ERROR,
        needs.stated.get("region"),
        f"the requirements are for `{needs.region}`, and {what} is in `{region}` "
        f"({place})",
        "neither a cluster nor a network can be led to another region",
        f"write `region: {region}`, or leave --from out and design one for "
        f"`{needs.region}`",
    )
