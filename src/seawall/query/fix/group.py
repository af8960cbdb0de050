"""Rules of network security groups that let pass what a group refuses."""

import json
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seawall.engine.path import Space
from seawall.engine.path.filters.filter import GroupSaying
from seawall.engine.path.ground.space import PUBLIC
from seawall.flowspace import FlowSet
from seawall.model.address import prefixes_of
from seawall.model.filter import (
    ANYWHERE,
    Access,
    AddressTerm,
    SecurityGroup,
    ServiceTag,
)
from seawall.model.filter import SecurityRule as Rule
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT
from seawall.model.policy import Direction
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Layer, Verdict
from seawall.query.fix.change import Advice, Change, Snippet
from seawall.query.fix.naming import free_name
from seawall.query.fix.need import (
    FEW_PREFIXES,
    Need,
    ServiceNeed,
    flows_of,
    needs_of,
    refused,
)
from seawall.query.trace.blockers import Blocker

FILTERS = (Layer.NIC_FILTER, Layer.SUBNET_FILTER)
FIRST_PRIORITY, LAST_PRIORITY = 100, 4096
"""Source: Azure docs, network-security-groups-overview, "Security rules"."""

STEP = 10
LONGEST_NAME = 80
_ORIGIN = Origin("fix")
_PROTOCOLS = {
    None: "*",
    6: "Tcp",
    17: "Udp",
    1: "Icmp",
    50: "Esp",
    51: "Ah",
}
"""Source: Azure REST, Network Security Groups, SecurityRuleProtocol."""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A rule that is added to a security group.

    Attributes:
        group: Id of the group.
        group_name: Its name.
        rule: The rule.
        touches: The headers that it is about.
        predicted: Whether AKS makes the group, so that it is in no file.
    """

    group: str
    group_name: str
    rule: Rule
    touches: FlowSet
    predicted: bool = False
    kind: str = "NSG rule"

    @property
    def says(self) -> str:
        """What it does, as a sentence without its full stop."""
        rule = self.rule
        way = "inbound" if rule.direction is Direction.INGRESS else "outbound"
        does = "allows" if rule.access is Access.ALLOW else "denies"
        sources, targets = _few(rule.sources), _few(rule.destinations)
        return (
            f"{way} rule {rule.name} of {self.group_name}, priority {rule.priority}, "
            f"{does} {_service(rule)} from {sources} to {targets}"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever carries it out must know, as sentences."""
        if not self.predicted:
            return ()
        says = (
            f"{self.group_name} is made by AKS in the node resource group; a rule for "
            "a whole subnet belongs into a group of your own on the subnet."
        )
        return (says,)

    def applied(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the rule in its group."""
        groups = tuple(
            replace(group, rules=(*group.rules, self.rule))
            if group.id == self.group
            else group
            for group in snapshot.fabric.security_groups
        )
        fabric = replace(snapshot.fabric, security_groups=groups)
        return replace(snapshot, fabric=fabric)

    def snippets(self) -> tuple[Snippet, ...]:
        """Return the rule as a command and as the JSON of ARM."""
        name = f"{self.group_name}/{self.rule.name}"
        return (
            Snippet("az", name, az_command(self.group, self.group_name, self.rule)),
            Snippet("arm", name, json.dumps(arm_rule(self.rule), indent=2) + "\n"),
        )


def rules_for(
    snapshot: Snapshot, blocked: Iterable[tuple[Blocker, FlowSet]]
) -> Iterator[Change | Advice]:
    """Yield rules that let pass what groups refuse, and advice where none can.

    Args:
        snapshot: What is there.
        blocked: Blockers whose hops are filters, each with all packets of the question
            that it is from.
    """
    wanted: dict[tuple[str, Direction], tuple[GroupSaying, list[tuple[Need, FlowSet]]]]
    wanted = {}
    for blocker, asked in blocked:
        for way, step in blocker.places:
            say = step.ruling.say
            if not isinstance(say, GroupSaying):
                continue
            flows = blocker.flows & way.flows
            key = (say.group.id, say.direction)
            held = wanted.setdefault(key, (say, []))[1]
            headers = refused(step, flows)
            for need in needs_of(step, flows, asked & way.flows):
                if all(need != known for known, _ in held):
                    held.append((need, headers))
        if not any(
            isinstance(step.ruling.say, GroupSaying) for _, step in blocker.places
        ):
            hop = blocker.hop
            todo = "give the security group"
            if hop.verdict is Verdict.DENIED:
                todo = "put a security group there that allows it"
            yield Advice(hop.layer, hop.at, f"{todo}: {hop.says}")
    for say, found in wanted.values():
        yield from _for_group(snapshot, say, found)


def _for_group(
    snapshot: Snapshot, say: GroupSaying, found: list[tuple[Need, FlowSet]]
) -> Iterator[Change | Advice]:
    group = current(snapshot, say)
    refused_here = FlowSet.union_of(headers for _, headers in found)
    limit = _deciding_priority(group, say, refused_here)
    for need in _merged(need for need, _ in found):
        for service in need.services:
            free = free_priority(group, say.direction, limit)
            if free is None:
                yield Advice(
                    Layer.SUBNET_FILTER,
                    group.name,
                    f"make room among the priorities of {group.name}: none is free "
                    f"before {limit}",
                )
                return
            rule = rule_of(group, say.direction, need, service, free)
            yield GroupChange(
                group.id, group.name, rule, headers_of(need, service), group.predicted
            )
            group = replace(group, rules=(*group.rules, rule))


def headers_of(need: Need, service: ServiceNeed) -> FlowSet:
    """Return the headers of one service of a need."""
    return (
        flows_of((service,))
        & need.sources.as_sources()
        & need.destinations.as_destinations()
    )


def _merged(needs: Iterable[Need]) -> Iterator[Need]:
    """Yield needs, those that differ in their destinations or sources alone as one."""
    by_source: dict[tuple[Space, tuple[ServiceNeed, ...]], Space] = {}
    for item in needs:
        key = (item.sources, item.services)
        by_source[key] = by_source.get(key, Space()) | item.destinations
    by_target: dict[tuple[Space, tuple[ServiceNeed, ...]], Space] = {}
    for (sources, services), targets in by_source.items():
        at = (targets, services)
        by_target[at] = by_target.get(at, Space()) | sources
    for (targets, services), sources in by_target.items():
        yield Need(sources, targets, services)


def deny_rule(
    snapshot: Snapshot, say: GroupSaying, need: Need, service: ServiceNeed
) -> GroupChange | None:
    """Return a rule that denies packets before any rule that may allow them.

    None if no priority is free there.
    """
    group = current(snapshot, say)
    headers = headers_of(need, service)
    of_name = {f"{group.name}/{rule.name}": rule for rule in group.rules}
    limit = min(
        (
            of_name[matcher.name].priority
            for matcher in say.matchers
            if matcher.allows and matcher.name in of_name and headers & matcher.possible
        ),
        default=LAST_PRIORITY + 1,
    )
    free = free_priority(group, say.direction, limit)
    if free is None:
        return None
    rule = rule_of(group, say.direction, need, service, free, Access.DENY)
    return GroupChange(group.id, group.name, rule, headers, group.predicted)


def current(snapshot: Snapshot, say: GroupSaying) -> SecurityGroup:
    """Return a group as a snapshot has it."""
    return next(
        (it for it in snapshot.fabric.security_groups if it.id == say.group.id),
        say.group,
    )


def _deciding_priority(group: SecurityGroup, say: GroupSaying, headers: FlowSet) -> int:
    """Return the priority before which a rule must stand to decide about headers."""
    of_name = {f"{group.name}/{rule.name}": rule for rule in group.rules}
    limit = LAST_PRIORITY + 1
    for matcher in say.matchers:
        stops = not matcher.allows or bool(matcher.possible - matcher.sure)
        rule = of_name.get(matcher.name)
        if stops and rule is not None and headers & matcher.possible:
            limit = min(limit, rule.priority)
    return limit


def free_priority(group: SecurityGroup, direction: Direction, limit: int) -> int | None:
    """Return a priority that no custom rule has, close before another; None if full.

    One that is a multiple of ten is taken if there is one near.
    """
    taken = {
        rule.priority
        for rule in group.rules
        if rule.direction is direction and not rule.is_default
    }
    free = [
        number
        for number in range(min(limit, LAST_PRIORITY + 1) - 1, FIRST_PRIORITY - 1, -1)
        if number not in taken
    ]
    if not free:
        return None
    before = [number for number in taken if number < free[0]]
    floor = max(before, default=FIRST_PRIORITY - 1)
    plain = [number for number in free if number % STEP == 0 and number > floor]
    return plain[0] if plain else free[0]


def rule_of(
    group: SecurityGroup,
    direction: Direction,
    need: Need,
    service: ServiceNeed,
    priority: int,
    access: Access = Access.ALLOW,
) -> Rule:
    """Return the rule that decides about the packets of a need."""
    taken = {rule.name.lower() for rule in group.rules}
    verb = "allow" if access is Access.ALLOW else "deny"
    words = str(service).replace(" ", "-").replace(",", "-")
    way = "in" if direction is Direction.INGRESS else "out"
    name = free_name(f"{verb}-{way}-{words}", taken, LONGEST_NAME)
    sources, targets = _terms(need.sources), _terms(need.destinations)
    return Rule(
        name,
        priority,
        direction,
        access,
        service.protocol if service.protocol in _PROTOCOLS else None,
        sources,
        (EVERY_PORT,),
        targets,
        service.ports if service.protocol in _PROTOCOLS else (EVERY_PORT,),
        _ORIGIN,
    )


def _terms(space: Space) -> tuple[AddressTerm, ...]:
    """Return a space as a rule says it: prefixes, or a tag that holds at least it."""
    prefixes = prefixes_of(space.ranges)
    if len(prefixes) <= FEW_PREFIXES:
        return tuple(prefixes)
    return (ServiceTag("Internet"),) if _is_public(space) else (ANYWHERE,)


def _is_public(space: Space) -> bool:
    return space <= PUBLIC


def _few(terms: tuple[AddressTerm, ...]) -> str:
    ranges = [item for item in terms if not isinstance(item, type(ANYWHERE))]
    if len(ranges) != len(terms):
        return "anywhere"
    texts = [str(item) for item in terms]
    if len(texts) <= STEP // 2:
        return ", ".join(texts)
    return f"{', '.join(texts[:3])} and {len(texts) - 3} more"


def _service(rule: Rule) -> str:
    ports = rule.destination_ports or (EVERY_PORT,)
    return str(ServiceNeed(rule.protocol, ports))


def arm_rule(rule: Rule) -> dict[str, object]:
    """Return a rule as the JSON of ARM.

    Source: Azure REST, Security Rules, Create Or Update.
    """
    inbound = rule.direction is Direction.INGRESS
    properties: dict[str, object] = {
        "priority": rule.priority,
        "direction": "Inbound" if inbound else "Outbound",
        "access": rule.access.value,
        "protocol": _PROTOCOLS.get(rule.protocol, "*"),
        "sourcePortRange": "*",
    }
    properties |= _listed("sourceAddressPrefix", [str(it) for it in rule.sources], "es")
    properties |= _listed(
        "destinationAddressPrefix", [str(it) for it in rule.destinations], "es"
    )
    properties |= _listed("destinationPortRange", _ports(rule), "s")
    return {"name": rule.name, "properties": properties}


def _listed(key: str, values: list[str], plural: str) -> dict[str, object]:
    if len(values) == 1:
        return {key: values[0]}
    return {key + plural: values}


def _ports(rule: Rule) -> list[str]:
    ports = rule.destination_ports or (EVERY_PORT,)
    return ["*"] if ports == (EVERY_PORT,) else [str(item) for item in ports]


def az_command(group: str, name: str, rule: Rule) -> str:
    """Return the command that creates a rule.

    Source: Azure CLI docs, az network nsg rule create.
    """
    inbound = rule.direction is Direction.INGRESS
    parts = [
        "az network nsg rule create",
        f"--resource-group {shlex.quote(resource_group(group))}",
        f"--nsg-name {shlex.quote(name)}",
        f"--name {shlex.quote(rule.name)}",
        f"--priority {rule.priority}",
        f"--direction {'Inbound' if inbound else 'Outbound'}",
        f"--access {rule.access.value}",
        f"--protocol {shlex.quote(_PROTOCOLS.get(rule.protocol, '*'))}",
        f"--source-address-prefixes {_words(rule.sources)}",
        "--source-port-ranges '*'",
        f"--destination-address-prefixes {_words(rule.destinations)}",
        f"--destination-port-ranges {' '.join(map(shlex.quote, _ports(rule)))}",
    ]
    return " \\\n  ".join(parts) + "\n"


def _words(terms: tuple[AddressTerm, ...]) -> str:
    return " ".join(shlex.quote(str(item)) for item in terms)


def resource_group(id_: str) -> str:
    """Return the resource group that a resource id names, or a placeholder."""
    parts = id_.split("/")
    for at, part in enumerate(parts[:-1]):
        # What comes with a deployment stands in braces.
        if part.lower() == "resourcegroups" and "{" not in parts[at + 1]:
            return parts[at + 1]
    return "RESOURCE_GROUP"
