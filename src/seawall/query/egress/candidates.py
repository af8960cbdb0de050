"""What the rules on a way allow by name: DNS names, service tags, tags for names."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.flowspace import FlowSet
from seawall.model.end import End, NameEnd, TagEnd
from seawall.model.filter import Access, SecurityGroup, SecurityRule, ServiceTag
from seawall.model.firewall import ApplicationRule, Firewall, NetworkRule
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction
from seawall.query.egress.destinations import ANY

_TCP = int(Protocol.TCP)
_NOT_OUTSIDE = frozenset(
    {"virtualnetwork", "internet", "azureloadbalancer", "any"}
    | {"azureplatformdns", "azureplatformimds", "azureplatformlkm"}
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a rule is about; whether it passes is for the engine to say.

    Attributes:
        text: As the rule has it; `tag:` stands before a service tag.
        end: What to ask about.
        services: The protocols and ports of the rule.
        name: The name or pattern, if it is one.
        tag: The service tag, if it is one.
        name_tag: The firewall's own tag for names, if it is one.
    """

    text: str
    end: End
    services: FlowSet
    name: str = ""
    tag: str = ""
    name_tag: str = ""


def of_firewall(firewall: Firewall) -> Iterator[Candidate]:
    """Yield what the rules of a firewall allow."""
    for collection in firewall.collections:
        if collection.access is not Access.ALLOW:
            continue
        for rule in collection.rules:
            if isinstance(rule, ApplicationRule):
                yield from _of_application(rule)
            elif isinstance(rule, NetworkRule):
                yield from _of_network(rule)


def of_group(group: SecurityGroup) -> Iterator[Candidate]:
    """Yield the service tags that the outbound rules of a security group allow."""
    for rule in group.rules:
        if rule.direction is not Direction.EGRESS or rule.access is not Access.ALLOW:
            continue
        for term in rule.destinations:
            if isinstance(term, ServiceTag) and term.name.lower() not in _NOT_OUTSIDE:
                yield _tag(term.name, _services_of(rule))


def _services_of(rule: SecurityRule) -> FlowSet:
    protocols = (rule.protocol,) if rule.protocol is not None else None
    if protocols == (-1,):
        protocols = None
    return _services(protocols, rule.destination_ports or ())


def _of_application(rule: ApplicationRule) -> Iterator[Candidate]:
    ports = tuple(PortRange(port, port) for _, port in rule.ports)
    if not ports:
        return
    services = _services((_TCP,), ports)
    for name in rule.names:
        # A name that no rule has stands for what only `*` matches.
        example = f"{ANY}.example" if name == "*" else _example(name)
        yield Candidate(name, NameEnd(example), services, name=name.lower())
    for tag in rule.tags:
        yield Candidate(tag, NameEnd(ANY), services, name_tag=tag)


def _of_network(rule: NetworkRule) -> Iterator[Candidate]:
    services = _services(rule.protocols, rule.destination_ports)
    for name in rule.destination_names:
        yield Candidate(name, NameEnd(_example(name)), services, name=name.lower())
    for term in rule.destinations:
        if isinstance(term, ServiceTag) and term.name.lower() not in _NOT_OUTSIDE:
            yield _tag(term.name, services)


def _tag(name: str, services: FlowSet) -> Candidate:
    return Candidate(f"tag:{name}", TagEnd(name), services, tag=name)


def _services(
    protocols: tuple[int, ...] | None, ports: tuple[PortRange, ...]
) -> FlowSet:
    spans = tuple((item.first, item.last) for item in ports)
    ported = tuple((number, number) for number in (protocols or ()))
    return FlowSet.box(
        protocols=ported if protocols is not None else None,
        destination_ports=spans if spans and spans != ((0, 65535),) else None,
    )


def _example(pattern: str) -> str:
    return pattern.lower().replace("*", ANY, 1).replace("*", "")
