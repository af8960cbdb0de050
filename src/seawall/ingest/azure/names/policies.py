"""DNS security policies with their rules, links and domain lists.

Source: Azure docs, dns-security-policy; Azure REST, DNS Security Rules and DNS Resolver
Domain Lists.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import (
    boolean,
    has_unresolved,
    integer,
    setting,
    texts,
)
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.name_policy import NamePolicy, NameRule
from seawall.model.setting import Setting

NAME_POLICIES = "microsoft.network/dnsresolverpolicies"
DOMAIN_LISTS = "microsoft.network/dnsresolverdomainlists"
_LINKS = NAME_POLICIES + "/virtualnetworklinks"
_RULES = NAME_POLICIES + "/dnssecurityrules"
_LAST = 1 << 31


def name_policies(catalogue: Catalogue, notes: Notes) -> tuple[NamePolicy, ...]:
    """Convert the policies."""
    return tuple(
        _policy(catalogue, each, notes) for each in catalogue.of(NAME_POLICIES)
    )


def _policy(catalogue: Catalogue, record: ResourceRecord, notes: Notes) -> NamePolicy:
    links = catalogue.children(record.id, _LINKS)
    networks = (referenced_id(item.body.get("virtualNetwork")) for item in links)
    rules = catalogue.children(record.id, _RULES)
    lacking = [
        what for what, given in (("rules", rules), ("links", links)) if not given
    ]
    complete = Setting.defaulted(
        True,  # noqa: FBT003
        "an input with rules and links of a policy holds all of them",
        record.origin,
    )
    if lacking:
        complete = Setting.unknown(
            f"the input holds no {' and no '.join(lacking)} of it; give "
            "`az dns-resolver policy dns-security-rule list` and `vnet-link list`",
            record.origin,
        )
    elif why := _hidden(links, rules):
        complete = Setting.unknown(why, record.origin)
    return NamePolicy(
        id=record.id,
        name=record.name,
        networks=tuple(item for item in networks if item),
        rules=tuple(_rule(catalogue, item, notes) for item in rules),
        complete=complete,
        origin=record.origin,
    )


def _hidden(links: list[ResourceRecord], rules: list[ResourceRecord]) -> str:
    """Return why not all links and rules are known; nothing if they are."""
    for each in links:
        network = each.body.get("virtualNetwork")
        if referenced_id(network) is None:
            return network.unresolved or "a link names no network that is known"
    return next((w for it in rules if (w := it.body.get("properties").unresolved)), "")


def _rule(catalogue: Catalogue, record: ResourceRecord, notes: Notes) -> NameRule:
    priority = integer(record.body.get("priority"))
    if priority is None:
        notes.unmodelled(
            record.origin,
            f"the priority of the DNS security rule `{record.name}` is not known",
            "it is taken to come last",
            "give an input in which it is known",
        )
    return NameRule(
        name=record.name,
        priority=_LAST if priority is None else priority,
        blocks=setting(
            record.body.get("action").get("actionType"),
            Setting[bool].unknown("the action of the rule is not stated"),
            _blocks,
            notes=notes,
            allowed="`Allow`, `Alert` or `Block`",
        ),
        enabled=setting(
            record.body.get("dnsSecurityRuleState"),
            Setting.defaulted(True, "a rule is enabled by default"),  # noqa: FBT003
            _state,
            notes=notes,
            allowed="`Enabled` or `Disabled`",
        ),
        domains=_domains(catalogue, record),
        origin=record.origin,
    )


def _blocks(field: Field) -> bool | None:
    return {"block": True, "allow": False, "alert": False}.get(str(field.value).lower())


def _state(field: Field) -> bool | None:
    known = {"enabled": True, "disabled": False}
    return known.get(str(field.value).lower(), boolean(field))


def _domains(catalogue: Catalogue, record: ResourceRecord) -> tuple[str, ...] | None:
    """Return the domains of the lists of a rule; None if one is not in the input.

    That no name of a question is on a managed list of threats is an assumption.
    """
    listed = record.body.get("dnsResolverDomainLists")
    if has_unresolved(listed):
        return None
    found: list[str] = []
    for item in listed.items():
        of = catalogue.find(DOMAIN_LISTS, referenced_id(item) or "")
        domains = of.body.get("domains") if of is not None else None
        if domains is None or not domains.is_given or has_unresolved(domains):
            return None
        found += [each.lower().strip(".") for each in texts(domains)]
    return tuple(found)
