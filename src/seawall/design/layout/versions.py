"""Types of Azure resources that a design may hold, and the version each is written for.

Source: Azure REST API specifications, read 2026-11.
"""

_NETWORK = "2025-07-01"

VERSIONS = {
    "Microsoft.Authorization/roleAssignments": "2022-04-01",
    "Microsoft.ContainerRegistry/registries": "2025-11-01",
    "Microsoft.ContainerRegistry/registries/cacheRules": "2025-11-01",
    "Microsoft.ContainerService/managedClusters": "2026-05-01",
    "Microsoft.DocumentDB/databaseAccounts": "2025-10-15",
    "Microsoft.KeyVault/vaults": "2026-02-01",
    "Microsoft.ManagedIdentity/userAssignedIdentities": "2024-11-30",
    "Microsoft.Network/privateDnsZones": "2024-06-01",
    "Microsoft.Network/privateDnsZones/A": "2024-06-01",
    "Microsoft.Network/privateDnsZones/virtualNetworkLinks": "2024-06-01",
    "Microsoft.Network/dnsResolvers": "2025-05-01",
    "Microsoft.Network/dnsResolvers/inboundEndpoints": "2025-05-01",
    "Microsoft.Sql/servers": "2025-01-01",
    "Microsoft.Sql/servers/firewallRules": "2025-01-01",
    "Microsoft.Sql/servers/virtualNetworkRules": "2025-01-01",
    "Microsoft.Storage/storageAccounts": "2026-04-01",
}
"""Versions by type; all other types of Microsoft.Network have one of their own."""


def version_of(kind: str) -> str:
    """Return the version that a type is written for.

    Raises:
        KeyError: No design holds resources of this type.
    """
    found = VERSIONS.get(kind)
    if found is not None:
        return found
    if kind.startswith("Microsoft.Network/"):
        return _NETWORK
    raise KeyError(kind)
