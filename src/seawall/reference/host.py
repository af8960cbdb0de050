"""One packet on its node: the source that it leaves with, and the host's addresses."""

from seawall.model.dataplane import PolicyEngine
from seawall.model.network import Subnet
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Direction
from seawall.model.trace import Layer, Verdict
from seawall.reference.admin import fates, perhaps, settled
from seawall.reference.filter import Side, platform_ask
from seawall.reference.journey import Journey
from seawall.reference.match import holds, verdict_of
from seawall.reference.outcome import ARRIVED, Outcome, Step, then
from seawall.reference.place import (
    HOST_ADDRESS,
    METADATA_ADDRESS,
    within,
)
from seawall.reference.policing import dataplanes

WIRE_SERVER_PORTS = (80, 32526)


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
