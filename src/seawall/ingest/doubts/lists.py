"""Which parts decide about packets or names, and how a part in doubt opens a list."""

from dataclasses import replace

from seawall.ingest.doubts.again import perhaps_replaced
from seawall.ingest.doubts.alike import may_be_same
from seawall.ingest.resource import DOUBT, Field, ResourceRecord, Unresolved

_NETWORK = "microsoft.network/"
_ZONES = _NETWORK + "privatednszones/"
_RULESETS = _NETWORK + "dnsforwardingrulesets/"
_NAME_POLICIES = _NETWORK + "dnsresolverpolicies/"
_FIREWALLS = _NETWORK + "azurefirewalls/"
_ADMIN = _NETWORK + "networkmanagers/securityadminconfigurations/"

GROUPS = _NETWORK + "networksecuritygroups"
TABLES = _NETWORK + "routetables"
NETWORKS = _NETWORK + "virtualnetworks"
SUBNETS = NETWORKS + "/subnets"
PEERINGS = NETWORKS + "/virtualnetworkpeerings"
ZONE_LINKS = _ZONES + "virtualnetworklinks"
COLLECTION_GROUPS = _NETWORK + "firewallpolicies/rulecollectiongroups"
CLUSTERS = "microsoft.containerservice/managedclusters"

VAULTS = "microsoft.keyvault/vaults"
ACCOUNTS = "microsoft.storage/storageaccounts"
REGISTRIES = "microsoft.containerregistry/registries"
SERVERS = "microsoft.sql/servers"
COSMOS = "microsoft.documentdb/databaseaccounts"

LISTS = {
    GROUPS + "/securityrules": "securityRules",
    TABLES + "/routes": "routes",
    SUBNETS: "subnets",
    _NETWORK + "privateendpoints/privatednszonegroups": "privateDnsZoneGroups",
    _NETWORK + "serviceendpointpolicies/serviceendpointpolicydefinitions": (
        "serviceEndpointPolicyDefinitions"
    ),
    CLUSTERS + "/agentpools": "agentPoolProfiles",
    _FIREWALLS + "natrulecollections": "natRuleCollections",
    _FIREWALLS + "networkrulecollections": "networkRuleCollections",
    _FIREWALLS + "applicationrulecollections": "applicationRuleCollections",
}
"""The list of its parent that a resource is an element of."""

DOUBTED = frozenset(
    {PEERINGS, _NETWORK + "privateendpoints", CLUSTERS + "/managednamespaces"}
)
"""Types whose own reader knows that one may not be there."""

PARTS = frozenset(
    {
        COLLECTION_GROUPS,
        ZONE_LINKS,
        *(_ZONES + it for it in ("a", "aaaa", "cname", "mx", "ptr", "srv", "txt")),
        _RULESETS + "virtualnetworklinks",
        _RULESETS + "forwardingrules",
        _NAME_POLICIES + "virtualnetworklinks",
        _NAME_POLICIES + "dnssecurityrules",
        _ADMIN + "rulecollections/rules",
        _NETWORK + "networkmanagers/networkgroups/staticmembers",
        _NETWORK + "networksecurityperimeters/profiles/accessrules",
        "microsoft.sql/servers/firewallrules",
        "microsoft.sql/servers/virtualnetworkrules",
    }
)
"""Types that stand by themselves, and are read together with their parent."""

DECIDING = PARTS | LISTS.keys() | {PEERINGS}
"""Types of parts that change what their parent lets pass, or says of a name."""


def in_doubt(part: ResourceRecord, why: str) -> ResourceRecord:
    """Return what is known of a part that may not be there, or not where it stands."""
    known = part.body.value if isinstance(part.body.value, dict) else {}
    promise = Field(Unresolved(why), part.origin)
    body: dict[object, object] = {"name": part.name, "properties": promise}
    if part.type in DOUBTED:
        body = {**known, DOUBT: promise}
    return replace(part, body=Field(body, part.origin))


def with_doubt(
    parent: ResourceRecord, key: str, made: ResourceRecord, why: str
) -> ResourceRecord:
    """Return a resource whose list may have more elements than it shows, or others.

    Args:
        parent: The resource.
        key: Name of the list in it.
        made: What may be an element of it.
        why: Why that is not known.
    """
    body = parent.body.value
    whole = dict(body) if isinstance(body, dict) else {}
    inner = whole.get("properties")
    place = parent.body.origin.at("properties")
    if isinstance(inner, Field):
        place, inner = inner.origin, inner.value
    if isinstance(inner, Unresolved):
        return parent
    flat = not isinstance(inner, dict)
    properties = whole if flat else dict(inner) if isinstance(inner, dict) else {}
    place = parent.body.origin if flat else place
    known = Field(properties, place).get(key)
    items: list[object] = [
        perhaps_replaced(item, made.body, why) if _is_named(item, made) else item
        for item in known.items()
    ]
    if known.unresolved:
        items.append(Field(Unresolved(known.unresolved), known.origin))
    for spelled in [it for it in properties if str(it).lower() == key.lower()]:
        del properties[spelled]
    items.append(Field(Unresolved(why), made.origin))
    properties[key] = Field(items, known.origin)
    if not flat:
        whole["properties"] = Field(properties, place)
    return replace(parent, body=Field(whole, parent.body.origin))


def _is_named(item: Field, made: ResourceRecord) -> bool:
    name = item.get("name").value
    return bool(made.name) and isinstance(name, str) and may_be_same(name, made.name)
