"""Under which public names services stand that service endpoints lead to.

Source: Azure docs, virtual-network-service-endpoints-overview (services that have
endpoints) and private-endpoint-dns (public names of each), read 2026-08-21. Global
cloud.
"""

_STORAGE = ("microsoft.storage", "microsoft.storage.global")
_BUS = ("microsoft.servicebus", "microsoft.eventhub")
_COSMOS = ("microsoft.azurecosmosdb",)
_SQL = ("microsoft.sql",)

ENDPOINT_NAMES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("azurecr.io", ("microsoft.containerregistry",)),
    ("azurewebsites.net", ("microsoft.web",)),
    ("cognitiveservices.azure.com", ("microsoft.cognitiveservices",)),
    ("core.windows.net", _STORAGE),
    ("cosmos.azure.com", _COSMOS),
    ("database.azure.com", _SQL),
    ("database.windows.net", _SQL),
    ("documents.azure.com", _COSMOS),
    ("openai.azure.com", ("microsoft.cognitiveservices",)),
    ("servicebus.windows.net", _BUS),
    ("vault.azure.net", ("microsoft.keyvault",)),
)
"""Pairs of the suffix of public names and the services of endpoints, in lower case."""
