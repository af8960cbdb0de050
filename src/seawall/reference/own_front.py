"""One packet to a front end of its own cluster, as the node of its sender takes it."""

from dataclasses import replace

from seawall.model.address import AddressRange
from seawall.model.dataplane import PolicyEngine
from seawall.model.end import PodEnd
from seawall.model.packet import Packet
from seawall.model.policy import Direction
from seawall.model.service import Service
from seawall.model.trace import Layer, Verdict
from seawall.reference.delivery import follow_on, to_service
from seawall.reference.door import front_holds
from seawall.reference.journey import Journey
from seawall.reference.node_port import (
    Behind,
    behind,
    chosen_by,
    is_node,
    listed_outside,
    through_a_node,
)
from seawall.reference.outcome import ARRIVED, Outcome, Step, then, together
from seawall.reference.place import within
from seawall.reference.policing import policed, unfreed


def by_own_front(journey: Journey, packet: Packet) -> list[Outcome]:
    """Return what becomes of a packet that its own node takes for Services.

    Returns:
        Nothing if no front end of a Service has the packet's destination.

    Source: docs/semantics/path.md, D8.
    """
    fronts = [
        follow_on(_source_ranges(service, packet), _taken(journey, packet, service))
        for service in journey.snapshot.objects.services
        if _fronted(journey, packet, service)
    ]
    return [*fronts, *_by_socket(journey, packet)]


def _by_socket(journey: Journey, packet: Packet) -> list[Outcome]:
    """Return what becomes of a packet to any node that Cilium translates at its socket.

    Source: docs/semantics/path.md, D7; cilium bpf/bpf_sock.c, sock4_wildcard_lookup.
    """
    cluster = journey.cluster
    if cluster is None or not cluster.policy_engine.may_be(PolicyEngine.CILIUM):
        return []
    if not any(is_node(journey, pool, packet, None) for pool in cluster.pools):
        return []
    found = behind(journey, packet)
    led = found if isinstance(found, list) else []
    led = [item for item in led if not item.service.local_traffic_only]
    if not led:
        return []
    there = to_service(journey, led, packet, None)
    return [follow_on(_egress(journey, led, packet), there)]


def _fronted(journey: Journey, packet: Packet, service: Service) -> bool:
    """Whether a load balancer listens for the Service where the packet goes."""
    asked = (packet.protocol, packet.destination_port)
    if asked not in [(port.protocol, port.port) for port in service.ports]:
        return False
    return packet.destination in service.external_addresses or any(
        rule.service == service.label
        and rule.protocol in (None, packet.protocol)
        and packet.destination_port in rule.front_port
        and front.name == rule.front_end
        and front_holds(journey, front, packet.destination)
        for balancer in journey.fabric.load_balancers
        for rule in balancer.rules
        for front in balancer.front_ends
    )


def _taken(journey: Journey, packet: Packet, service: Service) -> Outcome:
    if listed_outside(journey, service, packet):
        return through_a_node(service)
    found = chosen_by(journey, service, packet)
    if isinstance(found, Outcome):
        return found
    led = to_service(journey, found, packet, None)
    return follow_on(_egress(journey, found, packet), led)


def _egress(journey: Journey, found: list[Behind], packet: Packet) -> Outcome:
    """Ask the sender's policies, about the front end or about the pods behind it."""
    if not journey.from_pod:
        return ARRIVED
    journey = unfreed(journey)
    seen = [policed(journey, packet, Direction.EGRESS)]
    seen += [
        policed(
            replace(journey, target=PodEnd(item.workload)),
            replace(packet, destination_port=item.port),
            Direction.EGRESS,
        )
        for item in found
    ]
    return together(seen)


def _source_ranges(service: Service, packet: Packet) -> Outcome:
    inside = not service.source_ranges
    try:
        ranges = tuple(map(AddressRange.parse, service.source_ranges))
    except ValueError:
        ranges = ()
    inside = inside or within(packet.source, ranges)
    verdict = Verdict.ALLOWED if inside else Verdict.UNKNOWN
    return then(Step(Layer.SERVICE, service.label, verdict, "source ranges"))
