"""Registries, vaults, storage, databases: what pods and nodes use of the platform."""

from collections.abc import Iterable

from seawall.emit.parts import Absent, Part, Unsaid, bare
from seawall.emit.terraform.hcl import Attribute, Line
from seawall.emit.terraform.names import Names
from seawall.emit.terraform.shape import (
    Kind,
    Rule,
    Turn,
    attr,
    blocks,
    group,
    implied,
    listed,
    word,
)
from seawall.emit.tree import Value

_REGISTRY = "Microsoft.ContainerRegistry/registries"
_SQL = "Microsoft.Sql/servers"
_PUBLIC = word("properties.publicNetworkAccess", "public_network_access_enabled")


def _acls(name: str, bypass: Turn | None) -> Rule:
    """Write rules of a service about who may call it."""
    path = "properties.networkAcls"
    return group(
        name,
        attr(f"{path}.defaultAction", "default_action"),
        attr(f"{path}.bypass", "bypass", bypass),
        listed(f"{path}.ipRules", "value", "ip_rules"),
        listed(f"{path}.virtualNetworkRules", "id", "virtual_network_subnet_ids"),
    )


def _words(value: Value) -> Value:
    """Return words with commas between as a list."""
    return tuple(word.strip() for word in str(value).split(","))


def _replication(part: Part, _names: Names) -> Iterable[Line]:
    found = part.take("sku.name")
    text = "" if isinstance(found, Absent) else str(bare(found))
    tier, _, replication = text.partition("_")
    if not replication:
        raise Unsaid(f"{part.where}.sku.name is not known")
    yield Attribute("account_tier", tier)
    yield Attribute("account_replication_type", replication)


def _version(part: Part, _names: Names) -> Iterable[Line]:
    """Write the version, which the provider wants and of which there is one."""
    found = part.take("properties.version")
    yield Attribute(
        "version", "12.0" if isinstance(found, Absent) else str(bare(found))
    )


def _flags(table: dict[str, str]) -> tuple[Rule, ...]:
    return tuple(attr(f"properties.{path}", name) for path, name in table.items())


SERVICES = {
    _REGISTRY: Kind(
        "azurerm_container_registry",
        "services.tf",
        (
            attr("sku.name", "sku"),
            _PUBLIC,
            attr("properties.adminUserEnabled", "admin_enabled"),
            attr("properties.anonymousPullEnabled", "anonymous_pull_enabled"),
            attr("properties.dataEndpointEnabled", "data_endpoint_enabled"),
            attr("properties.networkRuleBypassOptions", "network_rule_bypass_option"),
            word("properties.zoneRedundancy", "zone_redundancy_enabled"),
            word(
                "properties.policies.exportPolicy.status",
                "export_policy_enabled",
                "enabled",
                "disabled",
            ),
            implied(
                "properties.policies.azureADAuthenticationAsArmPolicy.status",
                "enabled",
            ),
            group(
                "network_rule_set",
                attr("properties.networkRuleSet.defaultAction", "default_action"),
                blocks(
                    "properties.networkRuleSet.ipRules",
                    "ip_rule",
                    attr("value", "ip_range"),
                    attr("action", "action"),
                ),
            ),
        ),
        reads={"properties.loginServer": "login_server"},
    ),
    f"{_REGISTRY}/cacheRules": Kind(
        "azurerm_container_registry_cache_rule",
        "services.tf",
        (
            attr("properties.sourceRepository", "source_repo"),
            attr("properties.targetRepository", "target_repo"),
        ),
        group=False,
        located=False,
        parent="container_registry_id",
    ),
    "Microsoft.KeyVault/vaults": Kind(
        "azurerm_key_vault",
        "services.tf",
        (
            attr("properties.tenantId", "tenant_id"),
            attr("properties.sku.name", "sku_name"),
            implied("properties.sku.family", "A"),
            implied("properties.enableSoftDelete", True),  # noqa: FBT003
            implied("properties.accessPolicies", ()),
            _PUBLIC,
            *_flags(
                {
                    "enableRbacAuthorization": "rbac_authorization_enabled",
                    "enablePurgeProtection": "purge_protection_enabled",
                    "softDeleteRetentionInDays": "soft_delete_retention_days",
                }
            ),
            _acls("network_acls", None),
        ),
        reads={"properties.vaultUri": "vault_uri"},
    ),
    "Microsoft.Storage/storageAccounts": Kind(
        "azurerm_storage_account",
        "services.tf",
        (
            _replication,
            attr("kind", "account_kind"),
            _PUBLIC,
            *_flags(
                {
                    "accessTier": "access_tier",
                    "minimumTlsVersion": "min_tls_version",
                    "supportsHttpsTrafficOnly": "https_traffic_only_enabled",
                    "allowBlobPublicAccess": "allow_nested_items_to_be_public",
                    "allowSharedKeyAccess": "shared_access_key_enabled",
                    "defaultToOAuthAuthentication": "default_to_oauth_authentication",
                    "allowCrossTenantReplication": "cross_tenant_replication_enabled",
                }
            ),
            _acls("network_rules", _words),
        ),
    ),
    _SQL: Kind(
        "azurerm_mssql_server",
        "services.tf",
        (
            _version,
            attr("properties.minimalTlsVersion", "minimum_tls_version"),
            _PUBLIC,
            word(
                "properties.restrictOutboundNetworkAccess",
                "outbound_network_restriction_enabled",
            ),
            group(
                "azuread_administrator",
                implied("properties.administrators.administratorType"),
                implied("properties.administrators.principalType"),
                attr("properties.administrators.login", "login_username"),
                attr("properties.administrators.sid", "object_id"),
                attr("properties.administrators.tenantId", "tenant_id"),
                attr(
                    "properties.administrators.azureADOnlyAuthentication",
                    "azuread_authentication_only",
                ),
            ),
        ),
        reads={
            "properties.fullyQualifiedDomainName": "fully_qualified_domain_name",
        },
    ),
    f"{_SQL}/firewallRules": Kind(
        "azurerm_mssql_firewall_rule",
        "services.tf",
        (
            attr("properties.startIpAddress", "start_ip_address"),
            attr("properties.endIpAddress", "end_ip_address"),
        ),
        group=False,
        located=False,
        parent="server_id",
    ),
    f"{_SQL}/virtualNetworkRules": Kind(
        "azurerm_mssql_virtual_network_rule",
        "services.tf",
        (
            attr("properties.virtualNetworkSubnetId", "subnet_id"),
            attr(
                "properties.ignoreMissingVnetServiceEndpoint",
                "ignore_missing_vnet_service_endpoint",
            ),
        ),
        group=False,
        located=False,
        parent="server_id",
    ),
    "Microsoft.DocumentDB/databaseAccounts": Kind(
        "azurerm_cosmosdb_account",
        "services.tf",
        (
            attr("kind", "kind"),
            attr("properties.databaseAccountOfferType", "offer_type"),
            _PUBLIC,
            attr(
                "properties.isVirtualNetworkFilterEnabled",
                "is_virtual_network_filter_enabled",
            ),
            listed("properties.ipRules", "ipAddressOrRange", "ip_range_filter"),
            attr("properties.disableLocalAuth", "local_authentication_disabled"),
            attr("properties.minimalTlsVersion", "minimal_tls_version"),
            group(
                "consistency_policy",
                attr(
                    "properties.consistencyPolicy.defaultConsistencyLevel",
                    "consistency_level",
                ),
            ),
            blocks(
                "properties.locations",
                "geo_location",
                attr("locationName", "location"),
                attr("failoverPriority", "failover_priority"),
                attr("isZoneRedundant", "zone_redundant"),
            ),
            blocks(
                "properties.virtualNetworkRules",
                "virtual_network_rule",
                attr("id", "id"),
                attr(
                    "ignoreMissingVNetServiceEndpoint",
                    "ignore_missing_vnet_service_endpoint",
                ),
            ),
        ),
        reads={"properties.documentEndpoint": "endpoint"},
    ),
}
