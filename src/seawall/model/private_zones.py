"""Under which private zone the platform looks up the names of each service.

Source: Azure docs, private-endpoint-dns, "Azure services DNS zone configuration", read
2026-08-21: the public name of a resource with a private endpoint is an alias of
`<label>.<private zone>`. Global cloud; names with a region in them are left out.
"""

PRIVATE_ZONES: tuple[tuple[str, str], ...] = (
    ("azconfig.io", "privatelink.azconfig.io"),
    ("azurecr.io", "privatelink.azurecr.io"),
    ("azurewebsites.net", "privatelink.azurewebsites.net"),
    ("agentsvc.azure-automation.net", "privatelink.agentsvc.azure-automation.net"),
    ("blob.core.windows.net", "privatelink.blob.core.windows.net"),
    ("cassandra.cosmos.azure.com", "privatelink.cassandra.cosmos.azure.com"),
    ("cognitiveservices.azure.com", "privatelink.cognitiveservices.azure.com"),
    ("database.windows.net", "privatelink.database.windows.net"),
    ("dfs.core.windows.net", "privatelink.dfs.core.windows.net"),
    ("documents.azure.com", "privatelink.documents.azure.com"),
    ("eventgrid.azure.net", "privatelink.eventgrid.azure.net"),
    ("file.core.windows.net", "privatelink.file.core.windows.net"),
    ("gremlin.cosmos.azure.com", "privatelink.gremlin.cosmos.azure.com"),
    ("mariadb.database.azure.com", "privatelink.mariadb.database.azure.com"),
    ("mongo.cosmos.azure.com", "privatelink.mongo.cosmos.azure.com"),
    ("monitor.azure.com", "privatelink.monitor.azure.com"),
    ("mysql.database.azure.com", "privatelink.mysql.database.azure.com"),
    ("ods.opinsights.azure.com", "privatelink.ods.opinsights.azure.com"),
    ("oms.opinsights.azure.com", "privatelink.oms.opinsights.azure.com"),
    ("openai.azure.com", "privatelink.openai.azure.com"),
    ("postgres.database.azure.com", "privatelink.postgres.database.azure.com"),
    ("queue.core.windows.net", "privatelink.queue.core.windows.net"),
    ("redis.cache.windows.net", "privatelink.redis.cache.windows.net"),
    ("redisenterprise.cache.azure.net", "privatelink.redisenterprise.cache.azure.net"),
    ("search.windows.net", "privatelink.search.windows.net"),
    ("services.ai.azure.com", "privatelink.services.ai.azure.com"),
    ("servicebus.windows.net", "privatelink.servicebus.windows.net"),
    ("table.core.windows.net", "privatelink.table.core.windows.net"),
    ("table.cosmos.azure.com", "privatelink.table.cosmos.azure.com"),
    ("vault.azure.net", "privatelink.vaultcore.azure.net"),
    ("vaultcore.azure.net", "privatelink.vaultcore.azure.net"),
    ("web.core.windows.net", "privatelink.web.core.windows.net"),
)
"""Pairs of the suffix of public names and the private zone."""
