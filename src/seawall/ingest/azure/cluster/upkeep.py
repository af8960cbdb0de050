"""What a cluster runs beside workloads, and where its nodes get their software.

Source: Azure SDK, Microsoft.ContainerService; AKS docs, outbound-rules-control-egress
(which features have needs of their own), network-isolated, use-nvidia-gpu, http-proxy.
"""

import re

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import (
    flag,
    none_by,
    reference,
    setting,
    text,
    texts,
    word,
)
from seawall.ingest.identity import referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.setting import Setting
from seawall.model.upkeep import Addon, Upkeep

EXTENSIONS = "microsoft.kubernetesconfiguration/extensions"
FLUX = "microsoft.kubernetesconfiguration/fluxconfigurations"

_SWITCHES: dict[Addon, tuple[tuple[str, ...], ...]] = {
    Addon.APP_ROUTING: (("ingressProfile", "webAppRouting", "enabled"),),
    Addon.APPLICATION_INSIGHTS: (
        ("azureMonitorProfile", "appMonitoring", "autoInstrumentation", "enabled"),
    ),
    Addon.AZURE_POLICY: (("addonProfiles", "azurepolicy", "enabled"),),
    Addon.CONTAINER_INSIGHTS: (
        ("addonProfiles", "omsagent", "enabled"),
        ("azureMonitorProfile", "containerInsights", "enabled"),
    ),
    Addon.COST_ANALYSIS: (("metricsProfile", "costAnalysis", "enabled"),),
    Addon.DEFENDER: (
        ("securityProfile", "defender", "securityMonitoring", "enabled"),
        ("securityProfile", "azureDefender", "enabled"),
    ),
    Addon.KEY_VAULT: (("addonProfiles", "azureKeyvaultSecretsProvider", "enabled"),),
    Addon.OPEN_SERVICE_MESH: (("addonProfiles", "openServiceMesh", "enabled"),),
    Addon.PROMETHEUS: (("azureMonitorProfile", "metrics", "enabled"),),
    Addon.WORKLOAD_IDENTITY: (("securityProfile", "workloadIdentity", "enabled"),),
}
"""Where each add-on is switched on; any one place is enough."""

_OFF = "add-ons are off unless they are asked for"
_NVIDIA = re.compile(r"standard_n[cdv]", re.IGNORECASE)
"""Sizes of machines on which AKS installs NVIDIA's driver: the families NC, ND, NV."""


def upkeep(catalogue: Catalogue, record: ResourceRecord, notes: Notes) -> Upkeep:
    """Return what one cluster runs and where its software comes from."""
    profile = record.body.get("bootstrapProfile")
    return Upkeep(
        addons=tuple((each, _addon(each, catalogue, record, notes)) for each in Addon),
        cached_artifacts=setting(
            profile.get("artifactSource"),
            Setting.defaulted(False, "AKS docs, network-isolated: Direct"),  # noqa: FBT003
            lambda item: {"cache": True, "direct": False}.get(
                (text(item) or "").lower()
            ),
            notes=notes,
            allowed="`Cache` or `Direct`",
        ),
        registry=reference(
            profile.get("containerRegistryId"), none_by("no registry is named"), notes
        ),
        http_proxy=_http_proxy(record.body.get("httpProxyConfig"), notes),
        unproxied=tuple(
            each.lower().lstrip(".")
            for each in texts(record.body.walk("httpProxyConfig", "noProxy"))
        ),
    )


def _http_proxy(config: Field, notes: Notes) -> Setting[bool]:
    """Return whether nodes use an HTTP proxy.

    Source: AKS docs, http-proxy: a configuration holds unless `enabled` is false.
    """
    off = Setting.defaulted(False, "AKS docs, http-proxy", config.origin)  # noqa: FBT003
    if config.left_to_service:
        return off
    if config.unresolved:
        return Setting.unknown(config.unresolved, config.origin)
    on = Setting.defaulted(True, "AKS docs, http-proxy")  # noqa: FBT003
    enabled = flag(config.get("enabled"), on, notes)
    if enabled.value is not True:
        return enabled
    for key in ("httpProxy", "httpsProxy"):
        proxy = config.get(key)
        if proxy.is_given and proxy.value != "":
            return Setting.stated(True, proxy.origin)  # noqa: FBT003
    return off


def _addon(
    which: Addon, catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> Setting[bool]:
    if which is Addon.EXTENSIONS:
        return _extensions(catalogue, record)
    if which is Addon.ISTIO:
        return setting(
            record.body.walk("serviceMeshProfile", "mode"),
            Setting.defaulted(False, _OFF),  # noqa: FBT003
            lambda item: {"istio": True, "disabled": False}.get(
                (text(item) or "").lower()
            ),
            notes=notes,
            allowed="`Istio` or `Disabled`",
        )
    if which is Addon.WORKLOAD_IDENTITY and _is_automatic(record):
        why = "AKS docs, intro-aks-automatic: preconfigured"
        return Setting.defaulted(True, why, record.origin)  # noqa: FBT003
    off = Setting.defaulted(False, _OFF)  # noqa: FBT003
    found = [flag(record.body.walk(*path), off, notes) for path in _SWITCHES[which]]
    for switch in found:
        if switch.value:
            return switch
    return next((switch for switch in found if not switch.known), found[0])


def _is_automatic(record: ResourceRecord) -> bool:
    return (text(record.body.walk("sku", "name")) or "").lower() == "automatic"


def _extensions(catalogue: Catalogue, record: ResourceRecord) -> Setting[bool]:
    """Return whether extensions are installed; no description of a cluster lists them.

    Source: AKS docs, cluster-extensions.
    """
    for kind in (EXTENSIONS, FLUX):
        for found in catalogue.of(kind):
            owner = referenced_id(found.body.get("clusterId")) or ""
            if owner == record.id or found.id.startswith(record.id + "/"):
                return Setting.stated(True, found.origin)  # noqa: FBT003
    return Setting.unknown(
        "which extensions are installed is not in the input; "
        "`az k8s-extension list` tells",
        record.origin,
    )


def node_image(pool: Field, notes: Notes, *, windows: Setting[bool]) -> Setting[str]:
    """Return the operating system of a pool's nodes, in lower case.

    Source: Azure SDK, Microsoft.ContainerService, osSKU: Ubuntu where Linux is asked
    for and nothing more.
    """
    plain = "windows" if windows.value else "ubuntu"
    default = (
        Setting.defaulted(plain, "Azure SDK, osSKU")
        if windows.known
        else Setting[str].unknown(windows.why, windows.origin)
    )
    found = word(pool.get("osSKU"), default, notes)
    if found.value is None:
        return found
    return Setting(found.state, found.value.lower(), found.origin, found.why)


def graphics(pool: Field) -> Setting[bool]:
    """Return whether AKS installs NVIDIA's driver on the nodes of a pool.

    Source: AKS docs, use-nvidia-gpu; Azure SDK, gpuProfile.driver.
    """
    size = pool.get("vmSize")
    written = text(size)
    if (text(pool.walk("gpuProfile", "driver")) or "").lower() == "none":
        return Setting.stated(False, pool.get("gpuProfile").origin)  # noqa: FBT003
    if not written or size.unresolved:
        why = "" if size.left_to_service else size.unresolved
        return Setting.unknown(
            why or "the size of its machines is not stated", size.origin
        )
    return Setting.stated(_NVIDIA.match(written) is not None, size.origin)
