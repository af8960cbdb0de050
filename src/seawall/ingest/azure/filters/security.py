"""Network security groups with their default rules.

Source: Azure docs, network-security-groups-overview.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import TypeVar

from seawall.ingest.azure.records.catalogue import Catalogue, Part
from seawall.ingest.azure.records.rule_terms import (
    UNREADABLE_PROTOCOL,
    address_term,
    port_ranges,
    protocol_number,
)
from seawall.ingest.azure.records.values import (
    has_unresolved,
    hidden_part,
    integer,
    shown,
    text,
)
from seawall.ingest.default_rules import default_rules
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.filter import (
    Access,
    AddressTerm,
    ApplicationGroup,
    SecurityGroup,
    SecurityRule,
    UnreadableTerm,
)
from seawall.model.origin import Origin
from seawall.model.policy import Direction

T = TypeVar("T")

GROUPS = "microsoft.network/networksecuritygroups"

_LOWEST, _HIGHEST = 100, 4096
_BEFORE_ALL = 0
"""The priority of a rule whose own cannot be read: it may come before any other."""

_DIRECTIONS = {"inbound": Direction.INGRESS, "outbound": Direction.EGRESS}
_ACCESS = {"allow": Access.ALLOW, "deny": Access.DENY}


def security_groups(catalogue: Catalogue, notes: Notes) -> tuple[SecurityGroup, ...]:
    """Convert the security groups, with inline rules and own ones."""
    return tuple(
        _security_group(catalogue, record, notes) for record in catalogue.of(GROUPS)
    )


def _security_group(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> SecurityGroup:
    rules: list[SecurityRule] = []
    for part in catalogue.parts(record, "securityRules"):
        rules.extend(_rules(part, notes))
    inline = record.body.get("securityRules")
    hidden = has_unresolved(inline)
    if hidden:
        rules.extend(_unreadable_rules(hidden, hidden_part(inline).origin))
    _warn_of_ties(record, rules, notes)
    return SecurityGroup(
        id=record.id,
        name=record.name,
        rules=(*rules, *default_rules(record.origin)),
        origin=record.origin,
    )


def _rules(part: Part, notes: Notes) -> tuple[SecurityRule, ...]:
    """Return the rule, or several where its order, direction or access is unknown."""
    body = part.body
    directions = _choices(body.get("direction"), _DIRECTIONS, part, notes)
    accesses = _choices(body.get("access"), _ACCESS, part, notes)
    priority = _priority(body.get("priority"), part, notes)
    protocol = protocol_number(body.get("protocol"), notes)
    sources = _addresses(part, "source", notes)
    destinations = _addresses(part, "destination", notes)
    if priority is None or len(directions) > 1:
        sources = (UnreadableTerm(part.name),)
    source_ports = port_ranges(
        (body.get("sourcePortRange"), body.get("sourcePortRanges")), body, notes
    )
    destination_ports = port_ranges(
        (body.get("destinationPortRange"), body.get("destinationPortRanges")),
        body,
        notes,
    )
    return tuple(
        SecurityRule(
            name=part.name,
            priority=_BEFORE_ALL if priority is None else priority,
            direction=direction,
            access=access,
            protocol=protocol,
            sources=sources,
            source_ports=source_ports,
            destinations=destinations,
            destination_ports=destination_ports,
            origin=body.origin,
        )
        for direction in directions
        for access in accesses
    )


def _choices(
    field: Field, words: Mapping[str, T], part: Part, notes: Notes
) -> tuple[T, ...]:
    """Return what a word means, or everything that it could have meant."""
    found = words.get((text(field) or "").lower())
    if found is not None:
        return (found,)
    allowed = " or ".join(f"`{word.capitalize()}`" for word in words)
    notes.error(
        field.origin,
        f"the rule `{part.name}` does not say {allowed}",
        field.unresolved or f"`{shown(field)}` is neither",
        f"write {allowed}",
    )
    return tuple(words.values())


def _priority(field: Field, part: Part, notes: Notes) -> int | None:
    priority = integer(field)
    if priority is None:
        notes.error(
            field.origin,
            f"the priority of the rule `{part.name}` is not known",
            field.unresolved or "rules are asked by ascending priority",
            "write a number from 100 to 4096",
        )
    elif not _LOWEST <= priority <= _HIGHEST:
        notes.warning(
            field.origin,
            f"the rule `{part.name}` has priority {priority}",
            "Azure accepts priorities from 100 to 4096",
            "choose one in that range",
        )
    return priority


def _addresses(part: Part, side: str, notes: Notes) -> tuple[AddressTerm, ...]:
    body = part.body
    terms: list[AddressTerm] = []
    single = body.get(f"{side}AddressPrefix")
    several = body.get(f"{side}AddressPrefixes")
    groups = body.get(f"{side}ApplicationSecurityGroups")
    if isinstance(single.value, list):
        # PowerShell writes lists here (`Get-AzNetworkSecurityGroup`).
        terms.extend(address_term(item, notes) for item in single.items())
    elif single.is_given and single.value != "":
        terms.append(address_term(single, notes))
    terms.extend(address_term(item, notes) for item in several.items())
    for item in groups.items():
        group = referenced_id(item)
        terms.append(ApplicationGroup(group) if group else UnreadableTerm(side))
    terms.extend(
        UnreadableTerm(field.unresolved)
        for field in (several, groups)
        if field.unresolved and not field.left_to_service
    )
    if not terms:
        notes.error(
            body.origin,
            f"the rule `{part.name}` names no {side}",
            "a rule names an address prefix or an application security group",
            f"write `*` as `{side}AddressPrefix` if it is meant for all",
        )
        terms.append(UnreadableTerm(f"no {side}"))
    return tuple(terms)


def _unreadable_rules(why: str, origin: Origin) -> tuple[SecurityRule, ...]:
    """Return rules that may match anything and leave everything open."""
    return tuple(
        SecurityRule(
            name="unknown rules",
            priority=_BEFORE_ALL,
            direction=direction,
            access=access,
            protocol=UNREADABLE_PROTOCOL,
            sources=(UnreadableTerm(why),),
            source_ports=None,
            destinations=(UnreadableTerm(why),),
            destination_ports=None,
            origin=origin,
        )
        for direction in Direction
        for access in Access
    )


def _warn_of_ties(
    record: ResourceRecord, rules: list[SecurityRule], notes: Notes
) -> None:
    by_place: dict[tuple[Direction, int], list[SecurityRule]] = defaultdict(list)
    for rule in rules:
        if rule.priority != _BEFORE_ALL:
            by_place[rule.direction, rule.priority].append(rule)
    for (direction, priority), tied in by_place.items():
        names = sorted({rule.name for rule in tied})
        if len(names) > 1:
            notes.warning(
                tied[-1].origin,
                f"the {direction.value} rules "
                + " and ".join(f"`{name}`" for name in names)
                + f" of `{record.name}` share the priority {priority}",
                "priorities are unique in one direction, so their order is not known",
                "give each rule its own priority",
            )
