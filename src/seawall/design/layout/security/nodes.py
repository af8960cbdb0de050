"""Security groups around nodes and pods.

Source: AKS docs, concepts-network, azure-cni-overlay and
outbound-rules-control-egress, read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.demand import door, front_port, resolves_by_firewall
from seawall.design.layout.required import internet_ports
from seawall.design.layout.security.group import (
    API,
    BALANCER,
    INTERNET,
    group,
    inside_of,
    private_ends,
    rule_name,
    senders_of,
    service_ports,
)
from seawall.design.layout.security.ports import ANY, Ends, Rule
from seawall.design.layout.subjects import Subject
from seawall.design.options import Ingress, OutboundType
from seawall.design.requirements.needs import Egress, Entry
from seawall.emit.tree import Resource


def around_nodes(subject: Subject, key: str) -> Resource:
    """Return the group around nodes."""
    what = "pods" if key == "pods" else "nodes"
    return group(
        subject,
        key,
        _to_nodes(subject),
        _to_others(subject),
        f"Around {what}: the cluster itself, probes, the API server and whom the needs "
        "name. Traffic inside the cluster is left to network policies: AKS does not "
        "support that groups narrow it.",
        "egress.to",
        "ingress",
        "pods.network-sees-pods",
        closed_out=_is_closed_out(subject),
        last_out=_to_internet(subject) if _ends_at_firewall(subject) else (),
    )


def is_routed(subject: Subject) -> bool:
    """Whether a route leads everything to a firewall."""
    return subject.choices.outbound is OutboundType.USER_DEFINED_ROUTING


def _ends_at_firewall(subject: Subject) -> bool:
    return is_routed(subject) and _is_closed_out(subject)


def _to_others(subject: Subject) -> Iterator[Rule]:
    yield from _from_nodes(subject)
    if _is_closed_out(subject) and not is_routed(subject):
        yield from _to_internet(subject)


def _is_closed_out(subject: Subject) -> bool:
    return subject.needs.egress in (Egress.NAMES, Egress.FIREWALL, Egress.NONE)


def _to_nodes(subject: Subject) -> Iterator[Rule]:
    inside, subnets = inside_of(subject), subject.plan.subnets
    yield Rule(
        "AllowClusterIn",
        inside,
        inside,
        ANY,
        "Nodes and pods among themselves, on every port: AKS needs it.",
        "*",
    )
    yield Rule(
        "AllowProbesIn", (BALANCER,), inside, ANY, "Probes of load balancers.", "*"
    )
    if "api-server" in subnets:
        yield Rule(
            "AllowApiServerIn",
            (subnets["api-server"],),
            inside,
            ANY,
            "The API server calls kubelets, webhooks and metrics.",
        )
    yield from clients(subject)


def clients(subject: Subject) -> Iterator[Rule]:
    """Yield who comes in to load balancers; they lie on nodes for groups.

    Source: cloud-provider-azure: with floating addresses a packet comes with the
    address of the load balancer.
    """
    pairs = zip(subject.needs.entries, subject.plan.entries, strict=True)
    for index, (entry, own) in enumerate(pairs):
        whose = entry.segment[:40]
        if own is None:
            yield Rule(
                rule_name("Public", entry, index),
                entry.ranges or (INTERNET,),
                ANY,
                (entry.listen,),
                f"Clients of {whose}, as their Service for the internet listens.",
            )
        else:
            yield Rule(
                rule_name("Clients", entry, index),
                _before(subject, entry),
                (str(own),),
                (front_port(entry, subject.choices),),
                f"Clients of {whose}, as their internal Service listens.",
            )


def _before(subject: Subject, entry: Entry) -> Ends:
    """Return who calls the internal load balancer of an entry."""
    subnets = subject.plan.subnets
    found = door(entry, subject.choices)
    if found is Ingress.APPLICATION_GATEWAY:
        return (subnets["gateway"],)
    if found is Ingress.FIREWALL_DNAT:
        return (subnets["AzureFirewallSubnet"],)
    if found is Ingress.PRIVATE_LINK:
        return (subnets["private-link"],)
    return entry.ranges or private_ends(subject)


def _from_nodes(subject: Subject) -> Iterator[Rule]:
    inside, subnets = inside_of(subject), subject.plan.subnets
    senders = senders_of(subject)
    yield Rule(
        "AllowClusterOut",
        inside,
        inside,
        ANY,
        "Nodes and pods among themselves, on every port: AKS needs it.",
        "*",
    )
    if "api-server" in subnets:
        yield Rule(
            "AllowApiServerOut",
            senders,
            (subnets["api-server"],),
            API,
            "Nodes and pods call the API server.",
        )
    if "endpoints" in subnets:
        yield Rule(
            "AllowEndpointsOut",
            senders,
            (subnets["endpoints"],),
            service_ports(subject),
            "Private endpoints of the platform's services.",
        )
    if resolves_by_firewall(subject.needs, subject.choices):
        yield Rule(
            "AllowNamesOut",
            senders,
            (str(subject.plan.firewall),),
            (53,),
            "The firewall answers for names.",
            "*",
        )


def _to_internet(subject: Subject) -> Iterator[Rule]:
    """Yield what leaves for the internet, by whatever way out there is."""
    ports = internet_ports(subject.needs, subject.choices)
    if ports:
        yield Rule(
            "AllowInternetOut",
            senders_of(subject),
            ANY if is_routed(subject) else (INTERNET,),
            ports,
            "What AKS needs and what was asked for; groups do not know names.",
            "*" if ports == ANY else "Tcp",
        )
