"""What the platform's services are called: host names, private zones, endpoints.

Source: Azure docs, private-endpoint-dns and virtual-network-service-endpoints-overview.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlatformService:
    """One kind of platform resource.

    Attributes:
        kind: As `PlatformResource.kind` names it.
        hosts: From a sub-resource (private endpoint group) to the suffix of its public
            names, the usual one first.
        zones: From a sub-resource to its private zone.
        service_endpoint: The service endpoint that serves it, or empty.
        host_key: Where the resource itself states its public name; a path of keys.
    """

    kind: str
    hosts: dict[str, str]
    zones: dict[str, str]
    service_endpoint: str = ""
    host_key: tuple[str, ...] = ()


def _one(
    kind: str,
    group: str,
    host: str,
    zone: str = "",
    *,
    endpoint: str = "",
    key: tuple[str, ...] = (),
) -> PlatformService:
    return PlatformService(
        kind, {group: host}, {group: zone or f"privatelink.{host}"}, endpoint, key
    )


_STORAGE = ("blob", "file", "queue", "table", "dfs", "web")

SERVICES = {
    "microsoft.keyvault/vaults": _one(
        "vault",
        "vault",
        "vault.azure.net",
        "privatelink.vaultcore.azure.net",
        endpoint="Microsoft.KeyVault",
        key=("vaultUri",),
    ),
    "microsoft.storage/storageaccounts": PlatformService(
        "storage",
        {group: f"{group}.core.windows.net" for group in _STORAGE},
        {group: f"privatelink.{group}.core.windows.net" for group in _STORAGE},
        "Microsoft.Storage",
    ),
    "microsoft.containerregistry/registries": _one(
        "registry",
        "registry",
        "azurecr.io",
        endpoint="Microsoft.ContainerRegistry",
        key=("loginServer",),
    ),
    "microsoft.sql/servers": _one(
        "sql",
        "sqlserver",
        "database.windows.net",
        endpoint="Microsoft.Sql",
        key=("fullyQualifiedDomainName",),
    ),
    "microsoft.documentdb/databaseaccounts": PlatformService(
        "cosmos",
        {
            "sql": "documents.azure.com",
            "mongodb": "mongo.cosmos.azure.com",
            "cassandra": "cassandra.cosmos.azure.com",
            "gremlin": "gremlin.cosmos.azure.com",
            "table": "table.cosmos.azure.com",
        },
        {
            "sql": "privatelink.documents.azure.com",
            "mongodb": "privatelink.mongo.cosmos.azure.com",
            "cassandra": "privatelink.cassandra.cosmos.azure.com",
            "gremlin": "privatelink.gremlin.cosmos.azure.com",
            "table": "privatelink.table.cosmos.azure.com",
        },
        "Microsoft.AzureCosmosDB",
    ),
    "microsoft.dbforpostgresql/servers": _one(
        "other", "postgresqlserver", "postgres.database.azure.com"
    ),
    "microsoft.dbforpostgresql/flexibleservers": _one(
        "other", "postgresqlserver", "postgres.database.azure.com"
    ),
    "microsoft.dbformysql/servers": _one(
        "other", "mysqlserver", "mysql.database.azure.com"
    ),
    "microsoft.dbformysql/flexibleservers": _one(
        "other", "mysqlserver", "mysql.database.azure.com"
    ),
    "microsoft.servicebus/namespaces": _one(
        "other",
        "namespace",
        "servicebus.windows.net",
        endpoint="Microsoft.ServiceBus",
    ),
    "microsoft.eventhub/namespaces": _one(
        "other", "namespace", "servicebus.windows.net", endpoint="Microsoft.EventHub"
    ),
    "microsoft.cache/redis": _one("other", "rediscache", "redis.cache.windows.net"),
    "microsoft.appconfiguration/configurationstores": _one(
        "other", "configurationstores", "azconfig.io"
    ),
    "microsoft.search/searchservices": _one(
        "other", "searchservice", "search.windows.net"
    ),
    "microsoft.web/sites": _one("other", "sites", "azurewebsites.net"),
    "microsoft.eventgrid/topics": _one(
        "other", "topic", "eventgrid.azure.net", key=("endpoint",)
    ),
    "microsoft.eventgrid/domains": _one(
        "other", "domain", "eventgrid.azure.net", key=("endpoint",)
    ),
    "microsoft.cache/redisenterprise": _one(
        "other",
        "redisenterprise",
        "redisenterprise.cache.azure.net",
        key=("hostName",),
    ),
    "microsoft.devices/iothubs": _one(
        "other", "iothub", "azure-devices.net", key=("hostName",)
    ),
    "microsoft.keyvault/managedhsms": _one(
        "other", "managedhsm", "managedhsm.azure.net", key=("hsmUri",)
    ),
    "microsoft.cognitiveservices/accounts": _one(
        "other",
        "account",
        "cognitiveservices.azure.com",
        endpoint="Microsoft.CognitiveServices",
        key=("endpoint",),
    ),
}
