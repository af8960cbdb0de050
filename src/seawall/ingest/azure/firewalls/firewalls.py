"""Azure Firewalls with the rules in force on them, inheritance resolved.

Source: Azure docs, firewall rule-processing and snat-private-range; Azure SDK,
Microsoft.Network.
"""

from dataclasses import replace

from seawall.ingest.azure.firewalls.expected import expected_address
from seawall.ingest.azure.firewalls.rules import Reading, convert_rule, rule_type
from seawall.ingest.azure.firewalls.settings import (
    dns_proxy,
    dns_servers,
    is_managed,
    private_ranges,
    proxy_ports,
    threat_intelligence,
)
from seawall.ingest.azure.firewalls.sql_redirection import redirected
from seawall.ingest.azure.networks.translation import hub_address_id
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import (
    address,
    boolean,
    has_unresolved,
    hidden_part,
    integer,
    text,
)
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import MISSING, Field, ResourceRecord
from seawall.model.filter import Access
from seawall.model.firewall import CollectionType, Firewall, RuleCollection
from seawall.model.setting import Setting

FIREWALLS = "microsoft.network/azurefirewalls"
POLICIES = "microsoft.network/firewallpolicies"
GROUPS = POLICIES + "/rulecollectiongroups"

_CLASSIC = {
    "natRuleCollections": CollectionType.NAT,
    "networkRuleCollections": CollectionType.NETWORK,
    "applicationRuleCollections": CollectionType.APPLICATION,
}
_DEEPEST = 4


def firewalls(catalogue: Catalogue, notes: Notes) -> tuple[Firewall, ...]:
    """Convert the firewalls."""
    for group in catalogue.of(GROUPS):
        if catalogue.find(POLICIES, group.parent) is None:
            notes.error(
                group.origin,
                f"the policy of the rule collection group `{group.name}` is not in the "
                "input",
                "rules act through a policy that a firewall names",
                "add the output of `az network firewall policy show -o json`",
            )
    return tuple(_firewall(catalogue, item, notes) for item in catalogue.of(FIREWALLS))


def _firewall(catalogue: Catalogue, record: ResourceRecord, notes: Notes) -> Firewall:
    reading = Reading(catalogue, notes)
    policies = _policies(record.body.get("firewallPolicy"), reading)
    collections: list[RuleCollection] = []
    for level, policy in enumerate(policies):
        found = [
            replace(each, policy=policy.id, policy_name=policy.name)
            for each in _policy_collections(policy, level, reading)
        ]
        is_parent = policy is not policies[-1]
        collections += [_as_inherited(item) if is_parent else item for item in found]
    if not policies:
        collections += _classic_collections(record, reading)
    own = policies[-1].body if policies else record.body
    if boolean(own.walk("sql", "allowSqlRedirect")) is not False:
        collections += redirected(collections, own.walk("sql", "allowSqlRedirect"))
    configuration = next(
        (part.body for part in catalogue.parts(record, "ipConfigurations")),
        Field(MISSING, record.origin),
    )
    hub = record.body.get("hubIPAddresses")
    return Firewall(
        id=record.id,
        name=record.name,
        address=address(configuration.get("privateIPAddress"), notes)
        or address(hub.get("privateIPAddress"), notes)
        or expected_address(catalogue, record, configuration, notes),
        subnet=referenced_id(configuration.get("subnet")),
        public_addresses=_public_addresses(catalogue, record),
        collections=tuple(collections),
        complete=Setting.unknown(reading.doubts[0], record.origin)
        if reading.doubts
        else Setting.stated(True, record.origin),  # noqa: FBT003
        dns_proxy=dns_proxy(record, policies, notes),
        dns_servers=dns_servers(record, policies, notes),
        snat_private_ranges=private_ranges(policies, own, notes),
        threat_intelligence=threat_intelligence(record, policies, notes),
        origin=record.origin,
        proxy_ports=proxy_ports(own),
        managed=is_managed(record),
    )


def _public_addresses(catalogue: Catalogue, record: ResourceRecord) -> tuple[str, ...]:
    found = (
        referenced_id(part.body.get("publicIPAddress"))
        for part in catalogue.parts(record, "ipConfigurations")
    )
    ids = tuple(item for item in found if item)
    own = record.body.walk("hubIPAddresses", "publicIPs").is_given
    return (*ids, hub_address_id(record.id)) if own else ids


def _policies(field: Field, reading: Reading) -> list[ResourceRecord]:
    """Return the policy and those that it inherits from, the farthest first."""
    chain: list[ResourceRecord] = []
    while not field.left_to_service and len(chain) < _DEEPEST:
        wanted = None if field.unresolved else referenced_id(field)
        found = reading.catalogue.find(POLICIES, wanted or "")
        if found is None or found in chain:
            reading.doubt(
                field,
                f"the firewall policy `{wanted or 'unknown'}` is not in the input",
                field.unresolved or "its rules are not known",
            )
            break
        chain.insert(0, found)
        field = found.body.get("basePolicy")
    return chain


def _policy_collections(
    policy: ResourceRecord, level: int, reading: Reading
) -> list[RuleCollection]:
    groups = reading.catalogue.children(policy.id, GROUPS)
    known = {group.id for group in groups}
    listed = policy.body.get("ruleCollectionGroups")
    for item in listed.items():
        wanted = referenced_id(item)
        if wanted is not None and wanted not in known:
            reading.doubt(
                item,
                f"the rule collection group `{wanted}` is not in the input",
                "the policy lists it",
            )
    found: list[RuleCollection] = []
    for group in groups:
        doubt = group.body.get("properties").unresolved
        if doubt:
            what = f"what the group `{group.name}` holds is not known"
            reading.doubt(group.body, what, doubt)
            continue
        priority = _priority(group.body, f"the group `{group.name}`", reading)
        collections = group.body.get("ruleCollections")
        hidden = has_unresolved(collections)
        if hidden:
            reading.doubt(
                collections, f"rules of the group `{group.name}` are not known", hidden
            )
        for body in collections.items():
            found += _collections(body, group.name, (level, priority), reading)
    return found


def _as_inherited(collection: RuleCollection) -> RuleCollection:
    """Return a collection as it holds in a policy that inherits it.

    Source: Azure docs, firewall rule-processing, where a parent's NAT collections come
    before the child's; firewall-manager policy-overview, where they are not inherited.
    """
    if collection.type is not CollectionType.NAT:
        return collection
    return replace(
        collection,
        doubt="documents disagree on whether a policy inherits its parent's NAT rules",
    )


def _classic_collections(
    record: ResourceRecord, reading: Reading
) -> list[RuleCollection]:
    found: list[RuleCollection] = []
    for key, kind in _CLASSIC.items():
        listed = record.body.get(key)
        hidden = has_unresolved(listed)
        if hidden:
            reading.doubt(hidden_part(listed), f"not all `{key}` are known", hidden)
        for part in reading.catalogue.parts(record, key):
            found += _collections(part.body, "", (0, 0), reading, kind)
    return found


def _priority(body: Field, what: str, reading: Reading) -> int:
    priority = integer(body.get("priority"))
    if priority is None:
        reading.doubt(
            body.get("priority"),
            f"{what} has no priority that is known",
            body.get("priority").unresolved or "rules are asked by priority",
        )
    return priority or 0


def _collections(
    body: Field,
    group: str,
    place: tuple[int, int],
    reading: Reading,
    kind: CollectionType | None = None,
) -> list[RuleCollection]:
    """Convert a collection: one value for each type of rule in it."""
    name = text(body.get("name")) or "unnamed"
    action = (text(body.walk("action", "type")) or "").lower()
    if (
        action not in {"allow", "deny", "dnat", "snat"}
        and kind is not CollectionType.NAT
    ):
        reading.doubt(
            body,
            f"the rule collection `{name}` has no action that is known",
            body.walk("action", "type").unresolved or "it allows, denies or translates",
        )
    hidden = has_unresolved(body.get("rules"))
    if hidden:
        reading.doubt(
            body.get("rules"), f"rules of the collection `{name}` are not known", hidden
        )
    by_type: dict[CollectionType, list[Field]] = {}
    for rule in body.get("rules").items():
        its_type = kind or rule_type(rule)
        if its_type is None:
            reading.doubt(
                rule,
                f"the collection `{name}` has a rule of a type that is not known",
                f"`{text(rule.get('ruleType'))}` is not a type of rule",
            )
            continue
        by_type.setdefault(its_type, []).append(rule)
    order = (*place, _priority(body, f"the rule collection `{name}`", reading))
    return [
        RuleCollection(
            group=group,
            name=name,
            order=order,
            type=its_type,
            access=Access.DENY if action == "deny" else Access.ALLOW,
            rules=tuple(
                rule
                for rule in (convert_rule(one, its_type, reading) for one in rules)
                if rule is not None
            ),
            origin=body.origin,
        )
        for its_type, rules in by_type.items()
    ]
