"""Security groups around private endpoints and the ways in.

Source: Azure docs, application-gateway configuration-infrastructure, and
disable-private-endpoint-network-policy; read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.demand import door, front_port
from seawall.design.layout.security.group import (
    BALANCER,
    HTTPS,
    INTERNET,
    group,
    rule_name,
    senders_of,
    service_ports,
)
from seawall.design.layout.security.nodes import clients
from seawall.design.layout.security.ports import ANY, Ends, Rule
from seawall.design.layout.subjects import Subject
from seawall.design.options import Ingress
from seawall.design.requirements.needs import Entry
from seawall.emit.tree import Resource
from seawall.model.address import AddressRange


def around_endpoints(subject: Subject, key: str) -> Resource:
    """Return the group around private endpoints."""
    subnets = subject.plan.subnets
    ports = service_ports(subject)

    def inbound() -> Iterator[Rule]:
        yield Rule(
            "AllowClusterIn",
            senders_of(subject),
            (subnets["endpoints"],),
            ports,
            "Nodes and pods use the platform's services.",
        )
        if "gateway" in subnets:
            yield Rule(
                "AllowGatewayIn",
                (subnets["gateway"],),
                (subnets["endpoints"],),
                HTTPS,
                "The application gateway fetches its certificate.",
            )

    return group(
        subject,
        key,
        inbound(),
        iter(()),
        "Around private endpoints: nodes and pods, and nobody else.",
        "services",
    )


def around_ingress(subject: Subject, key: str) -> Resource:
    """Return the group around internal load balancers."""
    return group(
        subject,
        key,
        clients(subject),
        iter(()),
        "Around the addresses of internal load balancers. No machine stands here: what "
        "comes for them is judged at the nodes.",
        "ingress",
        closed_out=False,
    )


def around_private_link(subject: Subject, key: str) -> Resource:
    """Return the group around a Private Link service."""
    nodes = subject.plan.subnets["nodes"]
    own = (subject.plan.subnets["private-link"],)
    pairs = zip(subject.needs.entries, subject.plan.entries, strict=True)
    linked = [
        (front_port(entry, subject.choices), front)
        for entry, front in pairs
        if door(entry, subject.choices) is Ingress.PRIVATE_LINK
    ]
    ports = sorted({port for port, _ in linked})
    targets: Ends = (*(str(front) for _, front in linked), nodes)

    def outbound() -> Iterator[Rule]:
        yield Rule("AllowEntriesOut", own, targets, ports, "To the load balancer.")

    return group(
        subject,
        key,
        iter(()),
        outbound(),
        "Around the addresses that a Private Link service translates to.",
        "ingress",
    )


def around_gateway(subject: Subject, key: str) -> Resource:
    """Return the group around the application gateway."""
    own = (subject.plan.subnets["gateway"],)

    def inbound() -> Iterator[Rule]:
        yield Rule(
            "AllowManagementIn",
            ("GatewayManager",),
            ANY,
            ("65200-65535",),
            "Azure manages application gateways.",
        )
        yield Rule("AllowProbesIn", (BALANCER,), ANY, ANY, "Its load balancer.", "*")
        alike: dict[tuple[int, frozenset[AddressRange]], list[tuple[int, Entry]]] = {}
        for index, entry in enumerate(subject.needs.entries):
            if door(entry, subject.choices) is Ingress.APPLICATION_GATEWAY:
                key = entry.listen, frozenset(entry.ranges)
                alike.setdefault(key, []).append((index, entry))
        for (index, entry), *others in alike.values():
            called = [entry.segment, *(it.segment for _, it in others)]
            yield Rule(
                rule_name("Clients", entry, index),
                entry.ranges or (INTERNET,),
                own,
                (entry.listen,),
                f"Clients of {', '.join(dict.fromkeys(called))[:100]}.",
            )

    return group(
        subject,
        key,
        inbound(),
        iter(()),
        "Around the application gateway, which needs its way out to the internet.",
        "ingress",
        closed_out=False,
    )
