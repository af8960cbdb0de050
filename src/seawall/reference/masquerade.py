"""The source that one packet leaves its node with."""

from dataclasses import dataclass, replace

from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing, Cluster, NodePool
from seawall.model.end import PodEnd
from seawall.model.network import Subnet
from seawall.model.packet import WITH_PORTS, Packet
from seawall.reference.journey import OUTSIDE_NETWORKS, Journey
from seawall.reference.match import Match, alike, holds
from seawall.reference.place import network_of, subnet_of, within

LINK_LOCAL = AddressRange.parse("169.254.0.0/16")


@dataclass(frozen=True, slots=True)
class Left:
    """A packet as it leaves its node.

    Attributes:
        packet: Its header.
        subnet: The subnet that it leaves from; None if that is not known.
        strays: Whether it leaves the cluster with an address that only pods know.
    """

    packet: Packet
    subnet: Subnet | None
    strays: bool = False


def masqueraded(journey: Journey, packet: Packet) -> list[Left]:
    """Return the packet as it may leave the node; one way means that it is certain.

    Source: AKS docs, concepts-network-cni-overview, concepts-network-azure-cni-overlay,
    configure-kubenet, concepts-network-legacy-cni; docs/semantics/path.md, M.
    """
    cluster, pool = journey.cluster, journey.own_pool
    if cluster is None or pool is None:
        return [Left(packet, None)]
    nodes = subnet_of(journey.fabric, pool.subnet.value)
    if not journey.from_pod:
        return [Left(packet, nodes)]
    kept = Left(packet, nodes)
    if cluster.addressing.value is Addressing.POD_SUBNET:
        kept = Left(packet, subnet_of(journey.fabric, pool.pod_subnet.value))
    if cluster.addressing.value in OUTSIDE_NETWORKS:
        pods = cluster.pod_ranges.value or ()
        outside = cluster.pod_ranges.known and not within(packet.destination, pods)
        kept = replace(kept, strays=outside)
    keeps = _keeps(journey, cluster, pool, packet)
    if keeps is True:
        return [kept]
    hidden = _as_node(journey, packet, nodes)
    return [hidden] if keeps is False else [kept, hidden]


def by_egress_gateway(journey: Journey, packet: Packet) -> bool:
    """Whether the packet leaves by a static egress gateway, past egress policies.

    Source: AKS docs, configure-static-egress-gateway; docs/semantics/path.md, M11.
    """
    end = journey.start.end
    if not isinstance(end, PodEnd) or not end.workload.egress_gateway:
        return False
    for told in journey.snapshot.objects.static_gateways:
        meant = told.key == end.workload.egress_gateway and told.known
        inside = within(packet.destination, told.excluded.value or ())
        if meant and inside is told.takes_rest.value:
            return False
    if not journey.pods_outside_networks() or journey.cluster is None:
        return True
    pods = journey.cluster.pod_ranges.value or ()
    return not journey.to_pod and not within(packet.destination, pods)


def _keeps(journey: Journey, cluster: Cluster, pool: NodePool, packet: Packet) -> Match:
    """Whether the pod keeps its address towards the packet's destination."""
    mode, told = cluster.addressing.value, cluster.masquerade
    if mode in OUTSIDE_NETWORKS and not cluster.pod_ranges.known:
        return None
    usual: tuple[AddressRange, ...] = ()
    nodes = subnet_of(journey.fabric, pool.subnet.value)
    network = network_of(journey.fabric, nodes.network) if nodes else None
    if mode in OUTSIDE_NETWORKS:
        usual = cluster.pod_ranges.value or ()
    elif mode is Addressing.NODE_SUBNET and network is not None:
        usual = network.space
    elif mode is not Addressing.POD_SUBNET:
        return None
    where = packet.destination
    if mode is Addressing.POD_SUBNET:
        listed = within(where, (told.own.value or ()) + (told.added.value or ()))
        silent = told.own.known and told.own.value is None
        keeps: Match = True if silent or listed else None
    else:
        keeps = _on_system(cluster, pool, usual, packet)
        if mode in OUTSIDE_NETWORKS and within(where, usual) and keeps is False:
            keeps = None
    for other in told.others:
        spares = other.known and within(where, other.value or ())
        if not spares and keeps is True:
            keeps = None
    return keeps


def _on_system(
    cluster: Cluster, pool: NodePool, usual: tuple[AddressRange, ...], packet: Packet
) -> Match:
    """Ask Linux, Windows, or both if it is not known which it is.

    Source: docs/semantics/path.md, M8.
    """
    windows = within(packet.destination, usual)
    on_windows: Match = windows
    if not windows and holds(pool.windows_keeps_pods) is not False:
        on_windows = None
    on_linux = _by_agent(cluster, usual, packet)
    system = holds(pool.windows)
    if system is None:
        return alike([on_linux, on_windows])
    return on_windows if system else on_linux


def _by_agent(
    cluster: Cluster, usual: tuple[AddressRange, ...], packet: Packet
) -> Match:
    """What the agent does by its lists.

    Source: Azure/ip-masq-agent-v2, ip-masq-agent.go; docs/semantics/path.md, M6, M7.
    """
    told, where = cluster.masquerade, packet.destination
    own = within(where, usual)
    if told.own.value is not None and where.version == 4:  # noqa: PLR2004
        own = within(where, told.own.value)
    elif told.own.value is not None:
        own = own or within(where, told.own.value)
    if own:
        return True
    spares_link_local = holds(told.hides_link_local) is False
    added = within(where, told.added.value or ())
    if added or (spares_link_local and where in LINK_LOCAL):
        is_heard = holds(cluster.host_routing) is False
        return True if is_heard else None
    is_read = told.own.known and told.added.known
    return False if is_read else None


def _as_node(journey: Journey, packet: Packet, nodes: Subnet | None) -> Left:
    """Return *packet* with an address of its pool's nodes, if the input tells any.

    Source: docs/semantics/path.md, A3 and M.
    """
    options: tuple[AddressRange, ...] = nodes.prefixes if nodes is not None else ()
    options = tuple(o for o in options if o.version == packet.source.version)
    if not options:
        return Left(packet, None)
    node = journey.choice.address("node", options)
    port = any_port(journey, packet)
    return Left(replace(packet, source=node, source_port=port), nodes)


def any_port(journey: Journey, packet: Packet) -> int:
    """Return the source port after translation. Source: docs/semantics/path.md, M5."""
    ported = packet.protocol in WITH_PORTS
    return journey.choice.port() if ported else packet.source_port
