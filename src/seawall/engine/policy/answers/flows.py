"""Answers of the policy layer as sets of packet headers, to join with other layers."""

from collections.abc import Iterable
from dataclasses import dataclass

from seawall.engine.policy.answers.answer import AddressPart, ServiceMask
from seawall.engine.policy.ends.services import WITH_PORTS, Services
from seawall.flowspace import FlowSet, Interval
from seawall.model.policy import Direction


@dataclass(frozen=True, slots=True)
class PolicyFlows:
    """Headers that surely pass, and headers that may, the sure ones among them."""

    allowed: FlowSet
    possible: FlowSet


def service_flows(services: Services, mask: int, *, whole: bool = True) -> FlowSet:
    """Return the headers of the services in *mask*, between any addresses.

    Headers do not show the type of an ICMP message. Where a mask holds a part of them,
    *whole* says whether ICMP must be in it as a whole to count.
    """
    found = [
        FlowSet.box(protocols=[(protocol, protocol)], destination_ports=ports)
        for protocol, ports in services.intervals(mask).items()
    ]
    alone: list[Interval] = [
        (number, number)
        for number in services.named
        if number not in WITH_PORTS
        and mask & services.protocol_mask(number)
        and not (whole and services.partial(mask, number))
    ]
    if mask & services.other_mask:
        alone.extend(services.unnamed())
    if alone:
        found.append(FlowSet.box(protocols=alone))
    return FlowSet.union_of(found)


def answer_flows(services: Services, answer: ServiceMask) -> PolicyFlows:
    """Return an answer as headers between any addresses."""
    return PolicyFlows(
        service_flows(services, answer.allowed),
        service_flows(services, answer.possible, whole=False),
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
