"""Answers of the policy layer as sets of packet headers, to join with other layers."""

from collections.abc import Iterable
from dataclasses import dataclass

from seawall.engine.policy.answer import AddressPart, ServiceMask
from seawall.engine.policy.services import WITH_PORTS, Services
from seawall.flowspace import FlowSet, Interval
from seawall.model.packet import Protocol
from seawall.model.policy import Direction

LAST_PROTOCOL = 255


@dataclass(frozen=True, slots=True)
class PolicyFlows:
    """Headers that surely pass, and headers that may, the sure ones among them."""

    allowed: FlowSet
    possible: FlowSet


def service_flows(services: Services, mask: int) -> FlowSet:
    """Return the headers of the services in *mask*, between any addresses."""
    found = [
        FlowSet.box(protocols=[(protocol, protocol)], destination_ports=ports)
        for protocol, ports in services.intervals(mask).items()
    ]
    whole: list[Interval] = [
        (protocol, protocol)
        for protocol in (Protocol.ICMP, Protocol.ICMPV6)
        if mask & services.protocol_mask(protocol)
    ]
    if mask & services.other_mask:
        whole.extend(_unnamed())
    if whole:
        found.append(FlowSet.box(protocols=whole))
    return FlowSet.union_of(found)


def answer_flows(services: Services, answer: ServiceMask) -> PolicyFlows:
    """Return an answer as headers between any addresses."""
    return PolicyFlows(
        service_flows(services, answer.allowed),
        service_flows(services, answer.possible),
    )


def address_flows(
    services: Services, parts: Iterable[AddressPart], direction: Direction
) -> PolicyFlows:
    """Return what passes towards (EGRESS) or from (INGRESS) addresses, as headers."""
    allowed, possible = [], []
    for part in parts:
        where: dict[int, list[Interval]] = {}
        for item in part.ranges:
            where.setdefault(item.version, []).append((item.first, item.last))
        if direction is Direction.EGRESS:
            ends = FlowSet.box(destinations=where)
        else:
            ends = FlowSet.box(sources=where)
        flows = answer_flows(services, part.services)
        allowed.append(flows.allowed & ends)
        possible.append(flows.possible & ends)
    return PolicyFlows(FlowSet.union_of(allowed), FlowSet.union_of(possible))


def _unnamed() -> list[Interval]:
    """Return the protocol numbers that have no atom of their own."""
    named = sorted({*WITH_PORTS, Protocol.ICMP, Protocol.ICMPV6})
    out, first = [], 0
    for number in named:
        if first < number:
            out.append((first, number - 1))
        first = number + 1
    return [*out, (first, LAST_PROTOCOL)]
