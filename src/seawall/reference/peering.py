"""One packet between two networks that are peered."""

from seawall.model.end import OnPremisesEnd
from seawall.model.network import Peering
from seawall.model.packet import Packet
from seawall.model.trace import Layer, Verdict
from seawall.reference.journey import At, Journey
from seawall.reference.match import both, holds, verdict_of
from seawall.reference.outcome import Step
from seawall.reference.place import (
    network_of,
    other_side,
    peered_subnets,
    peerings_of,
    within,
)


def cross(journey: Journey, packet: Packet, at: At, remote: str) -> Step:
    """Pass a peering from the network of *at* to *remote*.

    Source: Azure docs, virtual-network-manage-peering; docs/semantics/path.md, H2.
    """
    fabric, network = journey.fabric, at.subnet.network
    this = next(p for p in peerings_of(fabric, network) if p.remote == remote)
    other = other_side(fabric, this)
    verdict = _connected(this, other)
    if not this.complete or (other is not None and not other.complete):
        verdict = verdict.then(_between_subnets(journey, packet, at, this))
    home = network_of(fabric, network)
    local = home is not None and within(packet.source, home.space)
    shut = other is not None and other.allows_forwarded.is_surely(value=False)
    by_gateway = isinstance(journey.start.end, OnPremisesEnd) and not at.passed
    if shut and not by_gateway and (at.passed or not local):
        verdict = verdict.then(Verdict.UNKNOWN)
    if by_gateway:
        used = holds(other.uses_remote_gateways) if other is not None else None
        transit = both(used, holds(this.allows_gateway_transit))
        verdict = verdict.then(verdict_of(transit))
    return Step(Layer.PEERING, this.name, verdict, "peering")


def _connected(this: Peering, other: Peering | None) -> Verdict:
    if not this.deployed.is_surely(value=True):
        return Verdict.UNKNOWN
    if this.connected.is_surely(value=True):
        shut = other is not None and other.connected.is_surely(value=False)
        return Verdict.UNKNOWN if shut else Verdict.ALLOWED
    sides = [this] + ([other] if other is not None else [])
    if any(side.connected.is_surely(value=False) for side in sides):
        return Verdict.DENIED
    return Verdict.ALLOWED if other is not None else Verdict.UNKNOWN


def _between_subnets(
    journey: Journey, packet: Packet, at: At, this: Peering
) -> Verdict:
    """Whether both subnets are listed, on both sides alike.

    Source: Azure docs, how-to-configure-subnet-peering; docs/semantics/path.md, H2.
    """
    other = other_side(journey.fabric, this)
    if this.complete or (other is not None and other.complete):
        return Verdict.UNKNOWN
    if other is not None:
        here = set(this.local_subnets) == set(other.remote_subnets)
        there = set(this.remote_subnets) == set(other.local_subnets)
        if not here or not there:
            return Verdict.UNKNOWN
    listed = at.subnet.name.lower() in this.local_subnets
    ranges = peered_subnets(journey.fabric, this)
    inside = ranges is not None and within(packet.destination, ranges)
    return Verdict.ALLOWED if listed and inside else Verdict.UNKNOWN
