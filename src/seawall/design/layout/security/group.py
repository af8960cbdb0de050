"""A network security group of a design, and what its rules are made of."""

from collections.abc import Iterable, Iterator

from seawall.design.layout.security.ports import Ends, Rule, rules
from seawall.design.layout.subjects import Subject, made
from seawall.design.requirements.needs import Desk, Entry, ServiceKind
from seawall.emit.tree import Resource

GROUP = "Microsoft.Network/networkSecurityGroups"
BALANCER, INTERNET, NETWORK = "AzureLoadBalancer", "Internet", "VirtualNetwork"
HTTPS = (443,)
API = (443, 4443)
_PORTS = {ServiceKind.SQL: (1433,)}
SYMBOLS = {
    "nodes": "nodesSecurity",
    "pods": "podsSecurity",
    "api-server": "apiServerSecurity",
    "endpoints": "endpointsSecurity",
    "ingress": "ingressSecurity",
    "private-link": "privateLinkSecurity",
    "gateway": "gatewaySecurity",
    "agents": "agentsSecurity",
    "AzureBastionSubnet": "bastionSecurity",
}
"""Symbols of the groups, by the subnets that they guard."""


def group(  # noqa: PLR0913  # a group has so many sides
    subject: Subject,
    key: str,
    inbound: Iterator[Rule],
    outbound: Iterator[Rule],
    comment: str,
    *serves: str,
    closed_out: bool = True,
    last_out: Iterable[Rule] = (),
) -> Resource:
    """Return a group: all that comes in and is not listed is denied."""
    listed = rules(inbound, outbound, closed_out=closed_out, last_out=last_out)
    name = "bastion" if key == "AzureBastionSubnet" else key
    return made(
        SYMBOLS[key],
        GROUP,
        subject.names.of("nsg", name),
        {"securityRules": listed},
        comment=comment,
        serves=subject.serves(*serves),
    )


def inside_of(subject: Subject) -> Ends:
    """Return the addresses of nodes and pods as groups see them."""
    subnets = subject.plan.subnets
    return tuple(dict.fromkeys((subnets["nodes"], *subject.plan.pod_sources)))


def senders_of(subject: Subject) -> Ends:
    """Return the addresses with which nodes and pods come to others.

    Pods of an overlay come with the address of their node.

    Source: AKS docs, concepts-network-azure-cni-overlay.
    """
    subnets = subject.plan.subnets
    return tuple(subnets[key] for key in ("nodes", "pods") if key in subnets)


def private_ends(subject: Subject) -> Ends:
    """Return the addresses of the networks and of what is connected to them.

    Where everything is led to a firewall, the tag `VirtualNetwork` holds the internet,
    and what `Internet` holds is disputed; so no rule of a design names either there.

    Source: MicrosoftDocs/azure-docs, issue 22178; Azure docs, service-tags-overview.
    """
    plan, needs = subject.plan, subject.needs
    found = [each for each in (plan.hub, plan.spoke) if each is not None]
    found += needs.addresses.on_premises
    for operator in needs.operators:
        if operator.desk in (Desk.VPN, Desk.EXPRESSROUTE, Desk.PEERING):
            found += operator.ranges
    return tuple(dict.fromkeys(found))


def rule_name(word: str, entry: Entry, index: int) -> str:
    """Return what a rule for the clients of an entry is called."""
    letters = "".join(part.capitalize() for part in entry.segment.split("-"))
    return f"Allow{word}Of{letters}In{index or ''}"


def service_ports(subject: Subject) -> tuple[int, ...]:
    """Return the ports of private endpoints."""
    found = dict.fromkeys(HTTPS)
    for service in subject.needs.services:
        found.update(dict.fromkeys(_PORTS.get(service.kind, HTTPS)))
    return tuple(sorted(found))
