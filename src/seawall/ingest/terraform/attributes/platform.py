"""Platform resources with public names."""

from seawall.ingest.terraform.shape import (
    Kind,
    Parent,
    Shape,
    each,
    either,
    first_of,
    given_or,
    link,
    links_of,
    listed,
    one,
    words,
)

_SUBNET = "azurerm_subnet"
_PUBLIC: Shape = {
    "publicNetworkAccess": words(
        "Enabled", "Disabled", "public_network_access_enabled"
    ),
}
RULES: Shape = {
    "defaultAction": "default_action",
    "ipRules": listed("ip_rules", "value"),
    "virtualNetworkRules": links_of("virtual_network_subnet_ids", _SUBNET),
}
_SQL_SERVERS = ("azurerm_mssql_server", "azurerm_sql_server")
_SQL = "microsoft.sql/servers"
_SQL_PARENT = Parent(_SQL_SERVERS, id="server_id", name="server_name")
_SQL_RULE: Shape = {
    "startIpAddress": "start_ip_address",
    "endIpAddress": "end_ip_address",
}
_SQL_NETWORK: Shape = {"virtualNetworkSubnetId": link("subnet_id", _SUBNET)}
_SQL_SERVER = Kind(
    _SQL, {**_PUBLIC, "fullyQualifiedDomainName": "fully_qualified_domain_name"}
)

_OTHERS = {
    "azurerm_postgresql_server": "microsoft.dbforpostgresql/servers",
    "azurerm_postgresql_flexible_server": "microsoft.dbforpostgresql/flexibleservers",
    "azurerm_mysql_server": "microsoft.dbformysql/servers",
    "azurerm_mysql_flexible_server": "microsoft.dbformysql/flexibleservers",
    "azurerm_servicebus_namespace": "microsoft.servicebus/namespaces",
    "azurerm_eventhub_namespace": "microsoft.eventhub/namespaces",
    "azurerm_redis_cache": "microsoft.cache/redis",
    "azurerm_app_configuration": "microsoft.appconfiguration/configurationstores",
    "azurerm_search_service": "microsoft.search/searchservices",
    "azurerm_linux_web_app": "microsoft.web/sites",
    "azurerm_windows_web_app": "microsoft.web/sites",
}

PLATFORM = {
    "azurerm_key_vault": Kind(
        "microsoft.keyvault/vaults",
        {
            **_PUBLIC,
            "vaultUri": "vault_uri",
            "networkAcls": one("network_acls", RULES),
        },
    ),
    "azurerm_storage_account": Kind(
        "microsoft.storage/storageaccounts",
        {**_PUBLIC, "networkAcls": one("network_rules", RULES)},
    ),
    "azurerm_container_registry": Kind(
        "microsoft.containerregistry/registries",
        {
            **_PUBLIC,
            "loginServer": "login_server",
            "networkRuleSet": one(
                "network_rule_set",
                {
                    "defaultAction": "default_action",
                    "ipRules": each("ip_rule", {"value": "ip_range"}),
                },
            ),
        },
    ),
    "azurerm_cognitive_account": Kind(
        "microsoft.cognitiveservices/accounts",
        {
            **_PUBLIC,
            "endpoint": "endpoint",
            "customSubDomainName": "custom_subdomain_name",
            "networkAcls": one(
                "network_acls",
                {
                    "defaultAction": "default_action",
                    "ipRules": listed("ip_rules", "value"),
                    "virtualNetworkRules": each(
                        "virtual_network_rules", {"id": link("subnet_id", _SUBNET)}
                    ),
                },
            ),
        },
    ),
    "azurerm_subnet_service_endpoint_storage_policy": Kind(
        "microsoft.network/serviceendpointpolicies",
        {
            "serviceEndpointPolicyDefinitions": each(
                "definition",
                {
                    "name": "name",
                    "service": "service",
                    "serviceResources": "service_resources",
                },
            )
        },
    ),
    **dict.fromkeys(_SQL_SERVERS, _SQL_SERVER),
    "azurerm_mssql_firewall_rule": Kind(
        f"{_SQL}/firewallrules", _SQL_RULE, _SQL_PARENT
    ),
    "azurerm_sql_firewall_rule": Kind(f"{_SQL}/firewallrules", _SQL_RULE, _SQL_PARENT),
    "azurerm_mssql_virtual_network_rule": Kind(
        f"{_SQL}/virtualnetworkrules", _SQL_NETWORK, _SQL_PARENT
    ),
    "azurerm_sql_virtual_network_rule": Kind(
        f"{_SQL}/virtualnetworkrules", _SQL_NETWORK, _SQL_PARENT
    ),
    "azurerm_cosmosdb_account": Kind(
        "microsoft.documentdb/databaseaccounts",
        {
            **_PUBLIC,
            "ipRules": "ip_range_filter",
            "isVirtualNetworkFilterEnabled": given_or(
                either("is_virtual_network_filter_enabled"),
                value=False,
                why="the provider's default",
            ),
            "virtualNetworkRules": first_of(
                each("virtual_network_rule", {"id": "id"}),
            ),
        },
    ),
    **{
        terraform: Kind(arm, {**_PUBLIC, "configured": "name"})
        for terraform, arm in _OTHERS.items()
    },
}
