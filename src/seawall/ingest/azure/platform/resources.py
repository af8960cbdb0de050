"""Platform resources with public names, and their own firewalls.

Source: Azure docs, storage-network-security, key-vault network-security,
container-registry-access-selected-networks, private-endpoint-dns.
"""

from collections.abc import Iterable
from dataclasses import replace

from seawall.ingest.azure.platform.perimeters import Perimeters, is_secured
from seawall.ingest.azure.platform.services import SERVICES, PlatformService
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import has_unresolved, prefix, setting, text
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord, Source
from seawall.model.address import AddressRange, merged
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.private_zones import PRIVATE_ZONES
from seawall.model.setting import Setting

SQL = "microsoft.sql/servers"
COSMOS = "microsoft.documentdb/databaseaccounts"
COGNITIVE = "microsoft.cognitiveservices/accounts"
FLEXIBLE = (
    "microsoft.dbforpostgresql/flexibleservers",
    "microsoft.dbformysql/flexibleservers",
)
NAMESPACES = ("microsoft.servicebus/namespaces", "microsoft.eventhub/namespaces")
_COGNITIVE_HOSTS = (
    "cognitiveservices.azure.com",
    "openai.azure.com",
    "services.ai.azure.com",
)


def resources(
    catalogue: Catalogue, endpoints: Iterable[PrivateEndpoint], notes: Notes
) -> tuple[PlatformResource, ...]:
    """Convert the platform resources.

    A resource with several services, such as a storage account, becomes one value for
    each service that has a private endpoint, and one for the rest.
    """
    used: dict[str, set[str]] = {}
    for endpoint in endpoints:
        if endpoint.target is not None:
            used.setdefault(endpoint.target, set()).update(endpoint.groups)
    found: list[PlatformResource] = []
    perimeters = Perimeters(catalogue, notes)
    for resource_type, service in SERVICES.items():
        for record in catalogue.of(resource_type):
            whole = _resource(catalogue, record, service, notes)
            whole = replace(whole, perimeter=perimeters.around(record))
            groups = {group.lower() for group in used.get(record.id, set())}
            found.extend(_split(whole, service, groups))
    return tuple(found)


def retargeted(
    endpoints: Iterable[PrivateEndpoint], found: Iterable[PlatformResource]
) -> tuple[PrivateEndpoint, ...]:
    """Point endpoints at the service of a resource that they stand for."""
    known = {resource.id for resource in found}
    out: list[PrivateEndpoint] = []
    for endpoint in endpoints:
        parts = (f"{endpoint.target}/{group.lower()}" for group in endpoint.groups)
        exact = next((part for part in parts if part in known), None)
        out.append(endpoint if exact is None else replace(endpoint, target=exact))
    return tuple(out)


def _split(
    whole: PlatformResource, service: PlatformService, used: set[str]
) -> list[PlatformResource]:
    if len(service.hosts) == 1:
        return [whole]
    out: list[PlatformResource] = []
    rest: list[str] = []
    for group, suffix in service.hosts.items():
        host = f"{whole.name.lower()}.{suffix}"
        if group in used:
            part = replace(
                whole,
                id=f"{whole.id}/{group}",
                name=f"{whole.name}/{group}",
                host_names=(host,),
                private_suffix=service.zones[group],
            )
            out.append(part)
        else:
            rest.append(host)
    return [*out, replace(whole, host_names=tuple(rest))] if rest else out


def _resource(
    catalogue: Catalogue, record: ResourceRecord, service: PlatformService, notes: Notes
) -> PlatformResource:
    group = next(iter(service.hosts))
    access, ranges, subnets, tags = _firewall(catalogue, record, notes)
    host, stated = _host(record, service, service.hosts[group])
    usual = host.endswith("." + service.hosts[group])
    zone = service.zones[group] if usual or not stated else ""
    names = [host]
    if record.type == COGNITIVE:
        names, zone = _cognitive_names(record, host, stated=stated)
    if service.kind == "registry" and record.location and usual:
        names.append(f"{record.name.lower()}.{record.location}.data.azurecr.io")
    return PlatformResource(
        id=record.id,
        kind=service.kind,
        name=record.name,
        host_names=tuple(names),
        private_suffix=zone,
        public=_public(catalogue, record, notes),
        default_access_allowed=access,
        allowed_ranges=merged(ranges),
        allowed_subnets=tuple(subnets),
        origin=record.origin,
        allowed_tags=tuple(tags),
        # No other rule of such a resource names a tag.
        admits_azure=bool(tags),
        service_endpoint=service.service_endpoint,
        region=record.location,
    )


def _host(
    record: ResourceRecord, service: PlatformService, suffix: str
) -> tuple[str, bool]:
    """Return the public name, and whether the resource itself states it."""
    written = text(record.body.get(*service.host_key)) if service.host_key else None
    if not written:
        return f"{record.name.lower()}.{suffix}", False
    return written.lower().removeprefix("https://").split("/")[0].split(":")[0], True


def _cognitive_names(
    record: ResourceRecord, host: str, *, stated: bool
) -> tuple[list[str], str]:
    """Return the names of an account of AI services, and its zone if it has one alone.

    Source: Azure docs, cognitive-services-custom-subdomains and private-endpoint-dns.
    """
    if stated:
        suffix = host.partition(".")[2]
        is_shared = suffix.endswith("cognitive.microsoft.com")
        return ([] if is_shared else [host]), dict(PRIVATE_ZONES).get(suffix, "")
    label = text(record.body.get("customSubDomainName")) or record.name
    return [f"{label.lower()}.{suffix}" for suffix in _COGNITIVE_HOSTS], ""


def _public(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> Setting[bool]:
    field = record.body.get("publicNetworkAccess")
    rules = _rule_set(catalogue, record)
    inner = record.body.get("network").get("publicNetworkAccess")
    if record.type in FLEXIBLE and not inner.left_to_service:
        field = inner
    elif rules is not None and not field.is_given:
        field = rules.body.get("publicNetworkAccess")
    if is_secured(record):
        return Setting.unknown(
            "a network security perimeter decides about it", field.origin
        )
    return setting(
        field,
        Setting.defaulted(True, "public network access is on by default"),  # noqa: FBT003
        lambda item: {
            "enabled": True,
            "true": True,
            "disabled": False,
            "false": False,
        }.get(str(item.value).lower()),
        notes=notes,
        allowed="`Enabled` or `Disabled`",
    )


_EVERY_DATA_CENTRE = AddressRange(4, 0, 0)

Access = tuple[Setting[bool], list[AddressRange], list[str], list[str]]


def _firewall(catalogue: Catalogue, record: ResourceRecord, notes: Notes) -> Access:
    """Return whether others may connect, and the ranges, subnets and tags that may."""
    if record.type == SQL:
        return _sql_firewall(catalogue, record, notes)
    if record.type == COSMOS:
        return _cosmos_firewall(record, notes)
    if record.type in FLEXIBLE and not _is_inside(record):
        return _sql_firewall(catalogue, record, notes)
    rules = record.body.get("networkAcls", "networkRuleSet")
    own = _rule_set(catalogue, record)
    if own is not None:
        rules = own.body
    ranges, subnets, hidden = _listed(rules, notes)
    action = rules.get("defaultAction")
    if own is not None and not (ranges or subnets or hidden):
        return _without_rules(rules), [], [], []
    if record.type not in _WITH_ACLS and not rules.is_given:
        access = Setting[bool].unknown(
            "the firewall of this kind of resource is not modelled", record.origin
        )
    elif hidden or (rules.unresolved and not rules.left_to_service):
        access = Setting.unknown(hidden or rules.unresolved, rules.origin)
    else:
        access = setting(
            action,
            Setting.defaulted(True, "without rules every address may connect"),  # noqa: FBT003
            lambda item: {"allow": True, "deny": False}.get(str(item.value).lower()),
            notes=notes,
            allowed="`Allow` or `Deny`",
        )
    return access, ranges, subnets, []


_WITH_ACLS = frozenset(
    {
        "microsoft.keyvault/vaults",
        "microsoft.storage/storageaccounts",
        "microsoft.containerregistry/registries",
        COGNITIVE,
    }
)


def _rule_set(catalogue: Catalogue, record: ResourceRecord) -> ResourceRecord | None:
    """Return the rules of a namespace, which are a resource of their own.

    Source: Azure docs, service-bus-ip-filtering and event-hubs-ip-filtering.
    """
    if record.type not in NAMESPACES:
        return None
    found = catalogue.children(record.id, f"{record.type}/networkrulesets")
    return found[0] if len(found) == 1 else None


def _without_rules(rules: Field) -> Setting[bool]:
    """Return whether others may connect to a namespace without any rule.

    Source: Azure docs, service-bus-ip-filtering and event-hubs-ip-filtering: without
    rules all traffic gets in, even if the default action is to deny.
    """
    for key in ("ipRules", "virtualNetworkRules"):
        if any(True for _ in rules.get(key).items()):
            return Setting.unknown("its rules cannot be read", rules.get(key).origin)
    return Setting.defaulted(True, "without rules every address may connect")  # noqa: FBT003


def _is_inside(record: ResourceRecord) -> bool:
    """Whether a server may stand in a subnet, where no such firewall holds.

    Source: Azure docs, postgresql concepts-networking-private, mysql
    concepts-networking-vnet.
    """
    network = record.body.get("network")
    subnet = network.get("delegatedSubnetResourceId")
    return bool(subnet.value) or bool(subnet.unresolved) or not network.is_given


def _listed(rules: Field, notes: Notes) -> tuple[list[AddressRange], list[str], str]:
    """Return the ranges and subnets in a rule set, and why it is not all known."""
    addresses, networks = rules.get("ipRules"), rules.get("virtualNetworkRules")
    hidden = has_unresolved(addresses) or has_unresolved(networks)
    ranges: list[AddressRange] = []
    if isinstance(addresses.value, str) and not addresses.unresolved:
        written = [one.strip() for one in addresses.value.split(",") if one.strip()]
        addresses = Field(written, addresses.origin)
    for item in addresses.items():
        field = (
            item
            if isinstance(item.value, str)
            else item.get("value", "ipAddressOrRange", "ipMask")
        )
        hidden = hidden or field.unresolved
        found = prefix(field, notes)
        if found is not None:
            ranges.append(found)
    subnets: list[str] = []
    for item in networks.items():
        subnet = referenced_id(item) or referenced_id(
            item.get("virtualNetworkResourceId", "subnet")
        )
        if subnet is not None:
            subnets.append(subnet)
    return ranges, subnets, hidden


def _cosmos_firewall(record: ResourceRecord, notes: Notes) -> Access:
    """Source: Azure docs, how-to-configure-firewall of Cosmos DB."""
    body = record.body
    ranges, subnets, hidden = _listed(body, notes)
    # The address 0.0.0.0 stands for every data centre of Azure.
    tags = ["AzureCloud"] if _EVERY_DATA_CENTRE in ranges else []
    ranges = [item for item in ranges if item != _EVERY_DATA_CENTRE]
    filtered = body.get("isVirtualNetworkFilterEnabled")
    hidden = hidden or ("" if filtered.left_to_service else filtered.unresolved)
    if hidden:
        access = Setting[bool].unknown(hidden, record.origin)
    elif ranges or tags or subnets or filtered.value is True:
        access = Setting.stated(False, record.origin)  # noqa: FBT003
    else:
        access = Setting.defaulted(True, "without rules every address may connect")  # noqa: FBT003
    return access, ranges, subnets, tags


def _sql_firewall(catalogue: Catalogue, record: ResourceRecord, notes: Notes) -> Access:
    """Source: Azure docs, firewall-configure of SQL Database.

    A rule from 0.0.0.0 to 0.0.0.0 admits every address of Azure.
    """
    rules = catalogue.parts(record, "firewallRules")
    networks = catalogue.parts(record, "virtualNetworkRules")
    ranges: list[AddressRange] = []
    tags: list[str] = []
    hidden = ""
    for part in rules:
        first = prefix(part.body.get("startIpAddress"), notes)
        last = prefix(part.body.get("endIpAddress"), notes)
        if first is None or last is None or first.first > last.last:
            hidden = "a firewall rule of the server cannot be read"
        elif first.first == last.last == 0:
            tags.append("AzureCloud")
        else:
            ranges.append(AddressRange(first.version, first.first, last.last))
    subnets = [
        referenced_id(part.body.get("virtualNetworkSubnetId")) for part in networks
    ]
    if None in subnets:
        hidden = "a network rule of the server names no subnet that is known"
    if record.source in {Source.AZURE, Source.DATA} and not rules:
        hidden = "the firewall rules of the server are not in the input"
    access = (
        Setting[bool].unknown(hidden, record.origin)
        if hidden
        else Setting[bool].defaulted(False, "Azure docs, firewall-configure")  # noqa: FBT003
    )
    return access, ranges, [item for item in subnets if item], tags
