"""The virtual network that AKS makes when no pool names a subnet.

Source: AKS docs, concepts-network-cni-overview, configure-kubenet, egress-outboundtype
and includes/vm-default-outbound-access-retirement, read 2026-08.
"""

from dataclasses import replace

from seawall.ingest.aks.draft import Draft, put
from seawall.ingest.resource import Source
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing, OutboundType
from seawall.model.network import NextHop, Route, RouteTable, Subnet, VirtualNetwork
from seawall.model.origin import Origin
from seawall.model.setting import Setting
from seawall.model.translation import NatGateway, PublicAddress

_SPACE = AddressRange.parse("10.224.0.0/12")
_NODES = AddressRange.parse("10.224.0.0/16")
_API_SERVER = AddressRange.parse("10.226.0.0/28")

_MADE = "AKS makes the network of a cluster whose pools name no subnet"
_SOURCE = "AKS docs, concepts-network-cni-overview; addresses as met on clusters, 2026"


def add_network(draft: Draft) -> None:
    """Add the managed network, or put the pools into it where it is in the input."""
    if draft.record.managed_network:
        node_subnet = _given_node_subnet(draft) or _predict_network(draft)
        _settle_pools(draft, node_subnet)
    if draft.cluster.addressing.is_surely(Addressing.KUBENET):
        _add_kubenet_routes(draft)


def _given_node_subnet(draft: Draft) -> Subnet | None:
    pools = draft.node_subnets()
    if pools:
        return pools[0]
    managed = [item for item in draft.fabric.subnets if draft.is_managed(item.id)]
    return next((item for item in managed if item.name == "aks-subnet"), None)


def _predict_network(draft: Draft) -> Subnet:
    origin = draft.cluster.origin
    space, nodes = _addresses(draft)
    network_id, subnet_id = _ids(draft)
    network = VirtualNetwork(
        id=network_id,
        name="aks-vnet",
        space=space,
        dns_servers=Setting.defaulted((), _MADE, origin),
        origin=origin,
        managed=True,
        region=draft.cluster.region,
    )
    subnet = replace(
        _managed_subnet(draft, network.id, "aks-subnet", nodes), id=subnet_id
    )
    fabric = draft.fabric
    draft.fabric = replace(
        fabric,
        networks=put(fabric.networks, network),
        subnets=put(fabric.subnets, subnet),
    )
    draft.assume(
        "managed-network",
        f"AKS made the network of `{draft.cluster.name}`: `aks-vnet` with "
        + (
            f"{space[0]}, its nodes in {nodes[0]}"
            if space
            else "addresses that are not known"
        )
        + "; nothing else is in it or peered with it",
        _SOURCE,
        network.id,
    )
    _add_managed_outbound(draft, subnet)
    return draft.subnet(subnet.id) or subnet


def _ids(draft: Draft) -> tuple[str, str]:
    """Return ids for the network and its node subnet: those that a pool names, if any.

    A live cluster may name the subnet that AKS made, without the network being in the
    input.
    """
    for pool in draft.cluster.pools:
        network, found, _ = (pool.subnet.value or "").rpartition("/subnets/")
        if found:
            return network, pool.subnet.value or ""
    network = draft.predicted_id("aks-vnet")
    return network, f"{network}/aks-subnet"


def _addresses(
    draft: Draft,
) -> tuple[tuple[AddressRange, ...], tuple[AddressRange, ...]]:
    """Return the usual space and node prefix, or nothing where they cannot hold."""
    cluster = draft.cluster
    taken = (*(cluster.pod_ranges.value or ()), *(cluster.service_ranges.value or ()))
    if any(item.overlaps(_SPACE) for item in taken):
        return (), ()
    return (_SPACE,), (_NODES,)


def _managed_subnet(
    draft: Draft, network: str, name: str, prefixes: tuple[AddressRange, ...]
) -> Subnet:
    origin = draft.cluster.origin
    to_come = {Source.PLAN, Source.TEMPLATE, Source.CONFIGURATION}
    new = draft.record.source in to_come
    return Subnet(
        id=draft.predicted_id(f"aks-vnet/{name}"),
        name=name,
        network=network,
        prefixes=prefixes,
        origin=origin,
        security_group=Setting.defaulted(None, _MADE, origin),
        route_table=Setting.defaulted(None, _MADE, origin),
        nat_gateway=Setting.defaulted(None, _MADE, origin),
        endpoint_policies=Setting.defaulted("Disabled", _MADE, origin),
        default_outbound=(
            Setting.defaulted(False, "AKS, networks made after 31 March 2026", origin)  # noqa: FBT003
            if new
            else Setting.unknown(
                "it depends on whether AKS made the network before 31 March 2026",
                origin,
            )
        ),
    )


def _add_managed_outbound(draft: Draft, subnet: Subnet) -> None:
    """Give the managed subnet its NAT gateway, if AKS makes one."""
    if not draft.cluster.outbound.is_surely(OutboundType.MANAGED_NAT_GATEWAY):
        return
    origin = draft.cluster.origin
    addresses = managed_addresses(draft, "nat-address")
    gateway = NatGateway(
        id=draft.predicted_id("aks-nat"),
        name="aks-nat",
        public_addresses=Setting.defaulted(addresses, "managed NAT gateway", origin),
        origin=origin,
    )
    draft.fabric = replace(
        draft.fabric, nat_gateways=put(draft.fabric.nat_gateways, gateway)
    )
    why = "outbound type managedNATGateway"
    draft.replace_subnet(
        replace(subnet, nat_gateway=Setting.defaulted(gateway.id, why, origin))
    )
    draft.assume(
        "managed-nat-gateway",
        f"AKS put a NAT gateway before the nodes of `{draft.cluster.name}`",
        "AKS docs, nat-gateway, read 2026-08",
        gateway.id,
    )


def managed_addresses(draft: Draft, name: str) -> tuple[str, ...]:
    """Return the ids of AKS's outbound public addresses, adding those not known."""
    own = draft.predicted_id(name)
    ids = draft.record.managed_outbound or (own,)
    known = {item.id for item in draft.fabric.public_addresses}
    new = (
        PublicAddress(
            item,
            f"{draft.cluster.name}#{name}" if item == own else item.rsplit("/", 1)[-1],
            (),
            draft.cluster.origin,
        )
        for item in ids
        if item not in known
    )
    draft.fabric = replace(
        draft.fabric, public_addresses=put(draft.fabric.public_addresses, *new)
    )
    return ids


def _settle_pools(draft: Draft, node_subnet: Subnet) -> None:
    cluster = draft.cluster
    pools = tuple(
        pool
        if pool.subnet.known and pool.subnet.value is not None
        else replace(pool, subnet=Setting.defaulted(node_subnet.id, _MADE, pool.origin))
        for pool in cluster.pools
    )
    api = cluster.api_server
    if api.vnet_integration.is_surely(value=True) and not api.subnet.value:
        subnet = _api_server_subnet(draft, node_subnet)
        api = replace(api, subnet=Setting.defaulted(subnet, _MADE, api.origin))
    draft.cluster = replace(cluster, pools=pools, api_server=api)


def _api_server_subnet(draft: Draft, node_subnet: Subnet) -> str:
    name = "aks-apiserver-subnet"
    for subnet in draft.fabric.subnets:
        if subnet.network == node_subnet.network and subnet.name == name:
            return subnet.id
    prefixes = (_API_SERVER,) if node_subnet.prefixes == (_NODES,) else ()
    new = _managed_subnet(draft, node_subnet.network, name, prefixes)
    new = replace(new, delegations=("Microsoft.ContainerService/managedClusters",))
    draft.fabric = replace(draft.fabric, subnets=put(draft.fabric.subnets, new))
    return new.id


def _add_kubenet_routes(draft: Draft) -> None:
    """Add the route table that leads to each node's pods, where none is known.

    One route stands for those of all nodes, whose parts of the pod range are not
    known.

    Source: AKS docs, configure-kubenet, read 2026-08.
    """
    origin = draft.cluster.origin
    table = RouteTable(
        id=draft.predicted_id("aks-routetable"),
        name="aks-routetable",
        routes=_pod_routes(draft, origin),
        propagates_gateway_routes=Setting.defaulted(True, "Azure", origin),  # noqa: FBT003
        origin=origin,
    )
    bare = [
        item
        for item in draft.node_subnets()
        if item.route_table.known and item.route_table.value is None
    ]
    if not bare:
        return
    draft.fabric = replace(
        draft.fabric, route_tables=put(draft.fabric.route_tables, table)
    )
    for subnet in bare:
        route_table = Setting.defaulted(table.id, "AKS, kubenet", origin)
        draft.replace_subnet(replace(subnet, route_table=route_table))
    draft.assume(
        "kubenet-route-table",
        f"AKS gave the node subnets of `{draft.cluster.name}` a route table that leads "
        "to the pods of each node and nowhere else",
        "AKS docs, configure-kubenet, read 2026-08",
        table.id,
    )


def _pod_routes(draft: Draft, origin: Origin) -> tuple[Route, ...]:
    return tuple(
        Route(
            name=f"pods-{index}",
            destination=item,
            next_hop=NextHop.VIRTUAL_APPLIANCE,
            appliance=None,
            origin=origin,
        )
        for index, item in enumerate(draft.cluster.pod_ranges.value or ())
    )
