"""The names that the rules of a firewall allow, each with a name to ask about."""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.flowspace import FlowSet
from seawall.model.catalogue import tag_names
from seawall.model.filter import Access
from seawall.model.firewall import ApplicationRule, Firewall, NetworkRule
from seawall.model.packet import Protocol

_TCP = (int(Protocol.TCP), int(Protocol.TCP))


@dataclass(frozen=True, slots=True)
class AllowedName:
    """A name, pattern or set of names that a rule allows.

    Attributes:
        text: As the rule has it.
        example: A name that it stands for, to ask the engine about.
        services: The protocols and ports that the rule is about.
    """

    text: str
    example: str
    services: FlowSet


def allowed_names(firewall: Firewall) -> tuple[AllowedName, ...]:
    """Return the names that rules of a firewall allow, whatever decides before them.

    Whether a name really passes is for the engine to say.
    """
    found: dict[AllowedName, None] = {}
    for collection in firewall.collections:
        if collection.access is not Access.ALLOW:
            continue
        for rule in collection.rules:
            if isinstance(rule, ApplicationRule):
                found.update(dict.fromkeys(_of_application(rule)))
            elif isinstance(rule, NetworkRule):
                found.update(dict.fromkeys(_of_network(rule)))
    return tuple(found)


def _of_application(rule: ApplicationRule) -> Iterator[AllowedName]:
    ports = tuple(sorted((port, port) for _, port in rule.ports))
    services = FlowSet.box(protocols=(_TCP,), destination_ports=ports)
    if not ports:
        return
    for name in rule.names:
        if name != "*":
            yield AllowedName(name, example_of(name), services)
    for tag in rule.tags:
        known = [name for name in tag_names(tag) if "<" not in name]
        plain = [name for name in known if "*" not in name]
        for name in (plain or known)[:1]:
            yield AllowedName(f"the tag {tag}", example_of(name), services)


def _of_network(rule: NetworkRule) -> Iterator[AllowedName]:
    numbers = rule.protocols
    ports = tuple((item.first, item.last) for item in rule.destination_ports)
    services = FlowSet.box(
        protocols=None if numbers is None else tuple((n, n) for n in numbers),
        destination_ports=ports,
    )
    for name in rule.destination_names:
        yield AllowedName(name, example_of(name), services)


def example_of(pattern: str) -> str:
    """Return a name that a pattern matches."""
    return pattern.lower().replace("*", "any", 1).replace("*", "")
