"""One packet on its node: the source that it leaves with, and the host's addresses."""

from dataclasses import replace

from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.dataplane import PolicyEngine
from seawall.model.network import Subnet
from seawall.model.packet import WITH_PORTS, Packet, Protocol
from seawall.model.policy import Direction
from seawall.model.trace import Layer, Verdict
from seawall.reference.admin import fates, perhaps, settled
from seawall.reference.delivery import dataplanes
from seawall.reference.filter import Side, platform_ask
from seawall.reference.journey import OUTSIDE_NETWORKS, Journey
from seawall.reference.match import holds, verdict_of
from seawall.reference.outcome import ARRIVED, Outcome, Step, then
from seawall.reference.place import (
    HOST_ADDRESS,
    METADATA_ADDRESS,
    network_of,
    subnet_of,
    within,
)

WIRE_SERVER_PORTS = (80, 32526)
SETTLED = (*OUTSIDE_NETWORKS, Addressing.NODE_SUBNET)
"""The modes of which it is known when a node hides a pod's address."""


def masqueraded(journey: Journey, packet: Packet) -> list[tuple[Packet, Subnet | None]]:
    """Return the packet as it leaves the node, and the subnet that it leaves from.

    Source: AKS docs, concepts-network-cni-overview, concepts-network-azure-cni-overlay,
    configure-kubenet, concepts-network-legacy-cni.
    """
    cluster, pool = journey.cluster, journey.own_pool
    if cluster is None or pool is None:
        return [(packet, None)]
    nodes = subnet_of(journey.fabric, pool.subnet.value)
    if not journey.from_pod:
        return [(packet, nodes)]
    kept, mode = (packet, nodes), cluster.addressing.value
    if mode is Addressing.POD_SUBNET:
        return [(packet, subnet_of(journey.fabric, pool.pod_subnet.value))]
    exempt: tuple[AddressRange, ...] = ()
    if mode in OUTSIDE_NETWORKS:
        exempt = cluster.pod_ranges.value or ()
    elif mode is Addressing.NODE_SUBNET:
        network = network_of(journey.fabric, nodes.network) if nodes else None
        exempt = (network.space if network else ()) + cluster.extra_unmasqueraded
    if within(packet.destination, exempt):
        return [kept]
    hidden = _as_node(journey, packet, nodes)
    return [hidden] if mode in SETTLED else [kept, hidden]


def _as_node(
    journey: Journey, packet: Packet, nodes: Subnet | None
) -> tuple[Packet, Subnet | None]:
    """Return *packet* with an address of its pool's nodes, if the input tells any.

    Source: docs/semantics/path.md, A3 and M.
    """
    options: tuple[AddressRange, ...] = nodes.prefixes if nodes is not None else ()
    options = tuple(o for o in options if o.version == packet.source.version)
    if not options:
        return packet, None
    node = journey.choice.address("node", options)
    port = any_port(journey, packet)
    return replace(packet, source=node, source_port=port), nodes


def any_port(journey: Journey, packet: Packet) -> int:
    """Return the source port after translation. Source: docs/semantics/path.md, M5."""
    ported = packet.protocol in WITH_PORTS
    return journey.choice.port() if ported else packet.source_port


def on_platform(journey: Journey, packet: Packet, subnet: Subnet) -> Outcome | None:
    """Decide about a packet to an address that the node's host answers.

    Source: Azure docs, network-security-groups-overview and
    what-is-ip-address-168-63-129-16; AKS docs, imds-restriction and localdns-custom.
    """
    cluster, pool = journey.cluster, journey.own_pool
    at = str(packet.destination)
    if not within(packet.destination, (METADATA_ADDRESS, HOST_ADDRESS)):
        return None
    side = Side(journey.snapshot, subnet, Direction.EGRESS, tag=journey.tag)
    groups = [subnet.security_group] + ([pool.nic_security_group] if pool else [])
    outcome = ARRIVED
    for group in groups:
        found = platform_ask(side, group, packet)
        step = Step(Layer.PLATFORM, at, found.verdict, found.rule)
        outcome = then(step, outcome)
    reached = perhaps(fates(side, packet))
    outcome = settled(reached, subnet.name, outcome, ARRIVED)
    if packet.destination in METADATA_ADDRESS and cluster and journey.from_pod:
        blocked = holds(cluster.instance_metadata_blocked)
        verdict = verdict_of(None if blocked is None else not blocked)
        outcome = then(Step(Layer.PLATFORM, at, verdict, "IMDS restriction"), outcome)
    wire = packet.protocol == Protocol.TCP and packet.destination in HOST_ADDRESS
    if cluster and wire and packet.destination_port in WIRE_SERVER_PORTS:
        engines = [item.engine for item in dataplanes(journey)]
        if PolicyEngine.CILIUM in engines:
            step = Step(Layer.PLATFORM, at, Verdict.UNKNOWN, "WireServer block")
            outcome = then(step, outcome)
    return outcome
