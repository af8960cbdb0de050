"""What scale and addresses leave room for."""

from collections.abc import Iterator

from seawall.design.choose.clause import Demand, never, one_of
from seawall.design.options import Addressing, Firewall, Network, PolicyEngine
from seawall.design.requirements.needs import ExistingNetwork, Requirements, Scale
from seawall.model.address import AddressRange

_NPM_NODES = 250
_NPM_PODS = 20_000
_MOST_NODES = 5_000
_FLAT_ADDRESSES = 65_000
_PODS_A_NODE = (10, 250)
_RESERVED = 5
"""Addresses of every subnet that Azure keeps.

Source: Azure docs, virtual-networks-faq.
"""
_BATCH = 16
_PLANNING = "AKS docs, concepts-network-ip-address-planning"
_FLAT = (Addressing.POD_SUBNET, Addressing.NODE_SUBNET)


def demands(needs: Requirements) -> Iterator[Demand]:
    """Yield what scale, addresses and a network to fit into ask for."""
    yield from _scale(needs.scale)
    yield from _space(needs)
    yield from _overlay(needs)
    if needs.existing is not None:
        yield from _existing(needs.existing, needs.scale)


def surged(scale: Scale) -> int:
    """Return how many nodes there are while they are upgraded: a tenth more."""
    return scale.nodes + max(1, -(-scale.nodes // 10))


def flat_demand(scale: Scale, addressing: Addressing) -> int:
    """Return how many addresses pods and nodes take in one subnet.

    Source: AKS docs, concepts-network-ip-address-planning (a node and its pods),
    concepts-network-azure-cni-pod-subnet (batches of 16).
    """
    nodes = surged(scale)
    if addressing is Addressing.NODE_SUBNET:
        return nodes * (1 + scale.pods_per_node) + _RESERVED
    if addressing is Addressing.POD_SUBNET:
        return nodes * (-(-scale.pods_per_node // _BATCH) * _BATCH) + _RESERVED
    return nodes + _RESERVED


def _scale(scale: Scale) -> Iterator[Demand]:
    says = f"the cluster grows to {scale.nodes} nodes"
    pods = scale.nodes * scale.pods_per_node
    if not 0 < scale.nodes <= _MOST_NODES:
        yield Demand(
            "nodes.count",
            says,
            "a cluster has 1 to 5,000 nodes",
            "AKS docs, best-practices-performance-scale-large",
            (never(),),
        )
    if scale.nodes > _NPM_NODES or pods > _NPM_PODS:
        yield Demand(
            "nodes.count",
            says,
            "Azure NPM is not supported beyond 250 nodes or 20,000 pods (AKSV009)",
            "AKS docs, use-network-policies",
            (never(PolicyEngine.AZURE),),
        )
    if pods > _FLAT_ADDRESSES:
        yield Demand(
            "nodes.count",
            says,
            f"{pods} pods are more than a network has addresses for",
            "AKS docs, plan-pod-networking",
            tuple(never(kind) for kind in _FLAT),
        )
    least, most = _PODS_A_NODE
    if not least <= scale.pods_per_node <= most:
        yield Demand(
            "nodes.pods-per-node",
            f"a node has {scale.pods_per_node} pods",
            "a node takes 10 to 250 pods (AKSV025)",
            _PLANNING,
            (never(),),
        )


def _space(needs: Requirements) -> Iterator[Demand]:
    if not needs.addresses.space or needs.existing is not None:
        return
    room = sum(_size(each) for each in needs.addresses.space)
    for kind in _FLAT:
        count = flat_demand(needs.scale, kind)
        if 2 * _block(count) > room:
            yield Demand(
                "addresses.space",
                f"the design has {room} addresses",
                f"with `{kind.value}` {_planned(needs.scale)} take {count} of them, "
                "and other subnets need room too",
                _PLANNING,
                (never(kind),),
            )


def _overlay(needs: Requirements) -> Iterator[Demand]:
    if not needs.addresses.pods:
        return
    most = sum(_size(each) // 256 for each in needs.addresses.pods)
    if most < surged(needs.scale):
        yield Demand(
            "addresses.pods",
            f"pods may use {', '.join(map(str, needs.addresses.pods))}",
            f"in an overlay each node takes a /24 of it: there is room for {most} "
            f"nodes, and {surged(needs.scale)} may come (AKSV021)",
            "AKS docs, concepts-network-azure-cni-overlay",
            (never(Addressing.OVERLAY),),
        )


def _existing(network: ExistingNetwork, scale: Scale) -> Iterator[Demand]:
    yield Demand(
        "network.node-subnet",
        "nodes stand in a subnet that stands already",
        "it is that network, and no other",
        "AKS docs, concepts-network-cni-overview",
        (one_of(Network.EXISTING),),
    )
    yield from _existing_room(network, scale)
    if network.pod_subnet:
        yield Demand(
            "network.pod-subnet",
            "pods have a subnet that stands already",
            "it needs pods with addresses of that subnet",
            "AKS docs, configure-azure-cni-dynamic-ip-allocation",
            (one_of(Addressing.POD_SUBNET),),
        )
    if network.next_hop:
        yield Demand(
            "network.next-hop",
            "packets leave by the next hop of the network that stands already",
            "it needs the outbound type `userDefinedRouting`, and no other firewall",
            "AKS docs, egress-udr",
            (one_of(Firewall.EXISTING),),
        )


def _existing_room(network: ExistingNetwork, scale: Scale) -> Iterator[Demand]:
    for kind in Addressing:
        count = flat_demand(scale, kind)
        room, path = network.node_range, "network.node-range"
        says = f"nodes stand in {room}"
        if kind is Addressing.POD_SUBNET:
            if network.pod_range is None:
                continue
            room, path = network.pod_range, "network.pod-range"
            says = f"pods stand in {room}"
        if count > _size(room):
            yield Demand(
                path,
                says,
                f"with `{kind.value}` {_planned(scale)} take {count} addresses, and "
                f"there are {_size(room)}",
                _PLANNING,
                (never(kind),),
            )


def _planned(scale: Scale) -> str:
    """Return how many nodes and pods there may be, as a reader may change it."""
    return f"{scale.nodes} nodes with {scale.pods_per_node} pods each"


def _size(room: AddressRange) -> int:
    return room.last - room.first + 1


def _block(count: int) -> int:
    return 1 << (count - 1).bit_length()
