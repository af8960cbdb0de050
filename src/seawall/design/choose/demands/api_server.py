"""From where the API server is reached, and who operates the cluster."""

from collections.abc import Iterator

from seawall.design.choose.clause import Clause, Demand, never, one_of
from seawall.design.choose.rules.api_server import INTEGRATED, PRIVATE, PUBLIC
from seawall.design.options import (
    ApiServer,
    AuthorizedRanges,
    Network,
    PrivateZone,
    RunCommand,
)
from seawall.design.requirements.needs import Access, Desk, Operator, Requirements
from seawall.model.address import AddressRange

_MOST = 200
_MOST_INTEGRATED = 2000
_HUB = (Network.HUB_AND_SPOKE, Network.EXISTING)
_OWN = (Network.OWN, *_HUB)
_NETWORKS = {
    Desk.VPN: (_HUB, "its gateway stands in a hub"),
    Desk.EXPRESSROUTE: (_HUB, "its gateway stands in a hub"),
    Desk.PEERING: (_OWN, "a network that AKS makes is not peered by hand"),
    Desk.BASTION: (_OWN, "Bastion and its machine stand in a network of one's own"),
    Desk.PIPELINE: (_OWN, "its machine stands in a network of one's own"),
}
_FAR = (Desk.VPN, Desk.EXPRESSROUTE, Desk.PEERING)
_PRIVATE_RANGES = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)


def demands(needs: Requirements) -> Iterator[Demand]:
    """Yield what the needs about the API server ask for."""
    yield from _access(needs)
    if needs.run_command is not None:
        yield _run_command(on=needs.run_command)
    for place, operator in enumerate(needs.operators):
        yield from _operator(f"operators[{place}]", operator)
    if needs.region == "qatarcentral":
        yield Demand(
            "region",
            "the region is qatarcentral",
            "VNet integration of the API server is not offered there",
            "AKS docs, api-server-vnet-integration",
            tuple(never(kind) for kind in INTEGRATED),
        )


def _access(needs: Requirements) -> Iterator[Demand]:
    path = "api-server.access"
    source = "AKS docs, api-server-authorized-ip-ranges"
    if needs.access is Access.PRIVATE:
        yield Demand(
            path,
            "the API server is reached from private networks only",
            "it needs a private cluster, by Private Link or VNet integration",
            "AKS docs, private-clusters, api-server-vnet-integration",
            (one_of(*PRIVATE),),
        )
    elif needs.access is Access.ANYWHERE:
        yield Demand(
            path,
            "the API server is reached from anywhere",
            "it needs a public API server without authorized ranges",
            source,
            (one_of(*PUBLIC), one_of(AuthorizedRanges.NONE)),
        )
    elif needs.access is Access.RANGES:
        yield Demand(
            path,
            "the API server is reached from stated ranges",
            "it needs a public API server with authorized ranges, which a private "
            "cluster has not",
            source,
            (one_of(*PUBLIC), one_of(AuthorizedRanges.STATED)),
        )
        yield from _many(path, len(needs.access_ranges))


def _many(path: str, count: int) -> Iterator[Demand]:
    source = "AKS docs, api-server-authorized-ip-ranges"
    says = f"{count} ranges reach the API server"
    if count > _MOST_INTEGRATED:
        yield Demand(path, says, "there are at most 2,000", source, (never(),))
    elif count > _MOST:
        yield Demand(
            path,
            says,
            "without VNet integration there are at most 200",
            source,
            (never(ApiServer.PUBLIC),),
        )


def _run_command(*, on: bool) -> Demand:
    return Demand(
        "api-server.run-command",
        "Azure may run commands in the cluster"
        if on
        else "Azure may run no commands in the cluster",
        "it needs run command switched on"
        if on
        else "it needs run command switched off, which goes past every network rule",
        "AKS docs, access-private-cluster",
        (one_of(RunCommand.ON if on else RunCommand.OFF),),
    )


def _operator(path: str, operator: Operator) -> Iterator[Demand]:
    says = f"`{operator.name}` operates the cluster by {operator.desk.value}"
    if operator.desk is Desk.INTERNET:
        yield Demand(
            path,
            says,
            "a private cluster is not reached from the internet",
            "AKS docs, private-clusters",
            (one_of(*PUBLIC),),
        )
        return
    networks, why = _NETWORKS[operator.desk]
    yield Demand(
        path,
        says,
        f"with a private cluster {why}",
        "AKS docs, private-cluster-connect",
        tuple(Clause((kind,), networks) for kind in PRIVATE),
    )
    if operator.desk is Desk.PIPELINE:
        yield Demand(
            path,
            says,
            "the zone that AKS makes is linked to the network of the nodes only, and "
            "beside a hub the machine of this operator stands in the hub",
            "AKS docs, private-clusters, private-cluster-connect",
            (never(PrivateZone.SYSTEM, Network.HUB_AND_SPOKE),),
        )
        return
    yield Demand(
        path,
        says,
        "the zone that AKS makes is linked to the network of the nodes only, where "
        "this operator's names are not resolved",
        "AKS docs, private-clusters, private-cluster-connect",
        (never(PrivateZone.SYSTEM),),
    )
    if operator.desk in _FAR and _is_private(operator):
        yield Demand(
            path,
            says,
            "authorized ranges are compared with public addresses, and this operator "
            "has none",
            "AKS docs, api-server-authorized-ip-ranges",
            (never(AuthorizedRanges.STATED),),
        )


def _is_private(operator: Operator) -> bool:
    return bool(operator.ranges) and all(
        any(block.covers(each) for block in _PRIVATE_RANGES) for each in operator.ranges
    )
