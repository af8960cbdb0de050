"""Services of the platform as pods call them: names and ports."""

from seawall.design.requirements.needs import PaasService, ServiceKind

_HOSTS = {
    ServiceKind.KEY_VAULT: ("{}.vault.azure.net",),
    ServiceKind.STORAGE: ("{}.blob.core.windows.net",),
    ServiceKind.REGISTRY: ("{}.azurecr.io",),
    ServiceKind.SQL: ("{}.database.windows.net",),
    ServiceKind.COSMOS: ("{}.documents.azure.com",),
}
_PORTS = {ServiceKind.SQL: (1433,)}


TAGS = {
    ServiceKind.KEY_VAULT: "AzureKeyVault",
    ServiceKind.STORAGE: "Storage",
    ServiceKind.REGISTRY: "AzureContainerRegistry",
    ServiceKind.SQL: "Sql",
    ServiceKind.COSMOS: "AzureCosmosDB",
}
"""Service tags that hold their public addresses.

Source: Azure docs, service-tags-overview.
"""


def host_of(service: PaasService) -> str:
    """Return the name by which a service is called.

    Source: Azure docs, private-endpoint-dns: public DNS zone forwarders.
    """
    return _HOSTS[service.kind][0].format(service.name)


def hosts_of(service: PaasService, region: str) -> tuple[str, ...]:
    """Return every name that whoever uses a service asks for.

    Source: Azure docs, container-registry-dedicated-data-endpoints: layers of images
    come from an endpoint of the registry's own, where it has one.
    """
    if service.kind is ServiceKind.REGISTRY:
        return host_of(service), f"{service.name}.{region}.data.azurecr.io"
    return (host_of(service),)


def ports_of(service: PaasService) -> tuple[int, ...]:
    """Return the TCP ports at which a service answers.

    A database answers at 1433 where its connections are proxied, which is the policy
    for clients outside Azure and by private endpoint.

    Source: Azure SQL docs, connectivity-architecture.
    """
    return _PORTS.get(service.kind, (443,))
