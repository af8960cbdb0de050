"""Security admin rules as they are written.

Source: Azure docs, concept-security-admins, read 2026-08; Microsoft.Network resource
provider, `AdminRule`.
"""

from collections.abc import Callable

from seawall.ingest.azure.records.rule_terms import (
    address_term,
    port_ranges,
    protocol_number,
)
from seawall.ingest.azure.records.values import integer, shown, text
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import AddressRange
from seawall.model.admin import AdminAccess, AdminRule
from seawall.model.filter import AddressTerm, ServiceTag, UnreadableTerm
from seawall.model.packet import PortRange
from seawall.model.policy import Direction

Spaces = Callable[[str], tuple[AddressRange, ...] | None]
"""From the id of a network group to the addresses of its members, if known."""

_DIRECTIONS = {"inbound": Direction.INGRESS, "outbound": Direction.EGRESS}
_ACCESS = {item.value.lower(): item for item in AdminAccess}
_BEFORE_ALL = 0
_LOWEST, _HIGHEST = 1, 4096


def rules_of(
    record: ResourceRecord, spaces: Spaces, notes: Notes
) -> tuple[AdminRule, ...]:
    """Return a rule, or several where its direction or what it does is not known."""
    body = record.body
    directions = [_DIRECTIONS.get((text(body.get("direction")) or "").lower())]
    accesses = [_ACCESS.get((text(body.get("access")) or "").lower())]
    priority = integer(body.get("priority"))
    sources = _terms(body.get("sources"), record.name, spaces, notes)
    if None in directions or None in accesses or priority is None:
        notes.error(
            body.origin,
            f"the admin rule `{record.name}` is not whole",
            "it needs a `direction` (Inbound, Outbound), an `access` (Allow, "
            "AlwaysAllow, Deny) and a `priority`; it may do anything",
            "give the rule as `az network manager security-admin-config "
            "rule-collection rule list -o json` prints it",
        )
        sources = (UnreadableTerm(record.name),)
    elif not _LOWEST <= priority <= _HIGHEST:
        notes.warning(
            body.get("priority").origin,
            f"the admin rule `{record.name}` has priority {priority}",
            "priorities of admin rules go from 1 to 4096",
            "choose one in that range",
        )
    return tuple(
        AdminRule(
            name=record.name,
            priority=_BEFORE_ALL if priority is None else priority,
            direction=direction,
            access=access,
            protocol=protocol_number(body.get("protocol"), notes),
            sources=sources,
            source_ports=_ports(body.get("sourcePortRanges"), notes),
            destinations=_terms(body.get("destinations"), record.name, spaces, notes),
            destination_ports=_ports(body.get("destinationPortRanges"), notes),
            origin=body.origin,
        )
        for direction in ([it for it in directions if it] or list(Direction))
        for access in ([it for it in accesses if it] or list(AdminAccess))
    )


def _ports(field: Field, notes: Notes) -> tuple[PortRange, ...] | None:
    """Return the ports of one side; None if they are not stated or not readable."""
    if not list(field.items()):
        return None
    return port_ranges((field,), field, notes)


def _terms(
    field: Field, rule: str, spaces: Spaces, notes: Notes
) -> tuple[AddressTerm, ...]:
    found: list[AddressTerm] = []
    for item in field.items():
        prefix = item.get("addressPrefix")
        kind = (text(item.get("addressPrefixType")) or "").lower()
        if kind == "networkgroup":
            group = text(prefix) or ""
            known = spaces(group.lower().rstrip("/"))
            found.extend((UnreadableTerm(group),) if known is None else known)
            continue
        term = address_term(prefix, notes)
        is_platform = isinstance(term, ServiceTag) and term.name.lower().startswith(
            "azureplatform"
        )
        # Whether admin rules reach platform addresses is not documented.
        found.append(UnreadableTerm(str(term)) if is_platform else term)
    if not found:
        notes.note(
            field.origin,
            f"the admin rule `{rule}` does not say whom it concerns on one side",
            field.unresolved
            or f"what `{shown(field)}` means there is not documented; it may match "
            "anything",
            "write `*` if it is meant for all",
        )
        found.append(UnreadableTerm("not stated"))
    return tuple(found)
