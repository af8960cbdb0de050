"""Names that the platform maintains, as of a date: what firewall tags stand for.

The platform updates these sets without notice; an answer that rests on them says so.
"""

AS_OF = "2026-08-21"
"""When the sources of this page were read."""

FQDN_TAGS: dict[str, tuple[str, ...]] = {
    "azurekubernetesservice": (
        "*.hcp.<region>.azmk8s.io",
        "mcr.microsoft.com",
        "*.data.mcr.microsoft.com",
        "mcr-0001.mcr-msedge.net",
        "management.azure.com",
        "login.microsoftonline.com",
        "packages.microsoft.com",
        "acs-mirror.azureedge.net",
        "packages.aks.azure.com",
        "security.ubuntu.com",
        "azure.archive.ubuntu.com",
        "changelogs.ubuntu.com",
        "snapshot.ubuntu.com",
        "nvidia.github.io",
        "us.download.nvidia.com",
        "download.docker.com",
        "onegetcdn.azureedge.net",
        "go.microsoft.com",
        "*.mp.microsoft.com",
        "www.msftconnecttest.com",
        "ctldl.windowsupdate.com",
        "*.ods.opinsights.azure.com",
        "*.oms.opinsights.azure.com",
        "*.cloud.defender.microsoft.com",
        "vault.azure.net",
        "dc.services.visualstudio.com",
        "*.in.applicationinsights.azure.com",
        "*.monitoring.azure.com",
        "global.handler.control.monitor.azure.com",
        "<region>.handler.control.monitor.azure.com",
        "*.ingest.monitor.azure.com",
        "*.metrics.ingest.monitor.azure.com",
        "data.policy.core.windows.net",
        "store.policy.core.windows.net",
        "<region>.dp.kubernetesconfiguration.azure.com",
        "arcmktplaceprod.azurecr.io",
        "arcmktplaceprod.<region>.data.azurecr.io",
        "*.ingestion.msftcloudes.com",
        "*.microsoftmetrics.com",
        "marketplaceapi.microsoft.com",
    ),
}
"""Firewall FQDN tag, in lower case, to name patterns.

`*.` before a name is any depth below it; `<region>` is one label without a dot.

Source: AKS docs, outbound-rules-control-egress and limit-egress-traffic, commit
fb060ab, 2026-08-21: the tag holds the names that AKS lists as required or per feature.
"""

PLATFORM_DOMAINS: tuple[str, ...] = (
    "azure.com",
    "azure.net",
    "azurecr.io",
    "azmk8s.io",
    "azureedge.net",
    "azurewebsites.net",
    "core.windows.net",
    "microsoft.com",
    "microsoftmetrics.com",
    "microsoftonline.com",
    "msauth.net",
    "msedge.net",
    "msftauth.net",
    "msftcloudes.com",
    "msftconnecttest.com",
    "trafficmanager.net",
    "ubuntu.com",
    "visualstudio.com",
    "windows.net",
    "windowsupdate.com",
)
"""Domains under which a tag may hold names that its catalogue does not list.

Source: AKS docs, outbound-rules-control-egress; Azure docs, firewall fqdn-tags.
"""
