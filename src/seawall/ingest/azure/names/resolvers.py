"""DNS private resolvers, and the rulesets that send names to other servers.

Source: Azure docs, private-resolver-endpoints-rulesets; Azure SDK, Microsoft.Network.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import address, has_unresolved, setting, text
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import PLANNED, Field, ResourceRecord
from seawall.model.address import Address
from seawall.model.resolver import (
    ForwardingRule,
    ForwardingRuleset,
    InboundEndpoint,
    PrivateResolver,
)
from seawall.model.setting import Setting

RESOLVERS = "microsoft.network/dnsresolvers"
RULESETS = "microsoft.network/dnsforwardingrulesets"
_LINKS = RULESETS + "/virtualnetworklinks"
_RULES = RULESETS + "/forwardingrules"


def private_resolvers(
    catalogue: Catalogue, notes: Notes
) -> tuple[PrivateResolver, ...]:
    """Convert the private resolvers."""
    return tuple(
        PrivateResolver(
            id=record.id,
            name=record.name,
            network=referenced_id(record.body.get("virtualNetwork")),
            inbound=_inbound(catalogue, record, notes),
            origin=record.origin,
        )
        for record in catalogue.of(RESOLVERS)
    )


def _inbound(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> tuple[InboundEndpoint, ...]:
    return tuple(
        InboundEndpoint(part.name, address(item, notes), item.origin)
        for part in catalogue.parts(record, "inboundEndpoints")
        for configuration in part.body.get("ipConfigurations").items()
        for item in (configuration.get("privateIpAddress", "privateIPAddress"),)
    )


def forwarding_rulesets(
    catalogue: Catalogue, notes: Notes
) -> tuple[ForwardingRuleset, ...]:
    """Convert the rulesets."""
    return tuple(_ruleset(catalogue, item, notes) for item in catalogue.of(RULESETS))


def _ruleset(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> ForwardingRuleset:
    links = catalogue.children(record.id, _LINKS)
    networks = (referenced_id(item.body.get("virtualNetwork")) for item in links)
    rules = catalogue.children(record.id, _RULES)
    return ForwardingRuleset(
        id=record.id,
        name=record.name,
        networks=tuple(item for item in networks if item),
        rules=tuple(_rule(item, notes) for item in rules),
        complete=_complete(record, bool(links), bool(rules), _hidden(links)),
        origin=record.origin,
    )


def _hidden(links: list[ResourceRecord]) -> str:
    """Return why a link leaves open which networks there are, or nothing."""
    for each in links:
        network = each.body.get("virtualNetwork")
        if referenced_id(network) is None:
            return network.unresolved or "a link names no network that is known"
    return ""


def _complete(
    record: ResourceRecord,
    has_links: bool,  # noqa: FBT001
    has_rules: bool,  # noqa: FBT001
    hidden: str,
) -> Setting[bool]:
    """Return whether all rules and links of a ruleset were read.

    Neither is a part of the ruleset itself, so a live export may lack them; one that
    holds some of both is taken to hold all.
    """
    if hidden:
        return Setting.unknown(hidden, record.origin)
    if record.source in PLANNED:
        why = "the configuration that makes a ruleset holds its rules and links"
        return Setting.defaulted(True, why, record.origin)  # noqa: FBT003
    if not has_links or not has_rules:
        lacking = "rules" if has_links else "links"
        return Setting.unknown(
            f"the input holds no {lacking} of it; give `az dns-resolver "
            f"{'forwarding-rule' if has_links else 'vnet-link'} list`",
            record.origin,
        )
    why = "an input with rules and links of a ruleset holds all of them"
    return Setting.defaulted(True, why, record.origin)  # noqa: FBT003


def _rule(record: ResourceRecord, notes: Notes) -> ForwardingRule:
    domain = record.body.get("domainName")
    written = text(domain)
    if written is None:
        notes.unmodelled(
            record.origin,
            f"the domain of the forwarding rule `{record.name}` is not known",
            domain.unresolved or "`domainName` is absent",
            "give an input in which it is known",
        )
    return ForwardingRule(
        name=record.name,
        domain=None if written is None else written.lower().strip("."),
        enabled=setting(
            record.body.get("forwardingRuleState"),
            Setting.defaulted(True, "a rule is enabled by default"),  # noqa: FBT003
            _state,
            notes=notes,
            allowed="`Enabled` or `Disabled`",
        ),
        servers=_servers(record, notes),
        origin=record.origin,
    )


def _state(field: Field) -> bool | None:
    return {"enabled": True, "true": True, "disabled": False, "false": False}.get(
        str(field.value).lower()
    )


def _servers(record: ResourceRecord, notes: Notes) -> tuple[Address, ...]:
    listed = record.body.get("targetDnsServers")
    found = [
        address(item.get("ipAddress", "ipaddress"), notes) for item in listed.items()
    ]
    if has_unresolved(listed) or None in found:
        return ()
    return tuple(item for item in found if item is not None)
