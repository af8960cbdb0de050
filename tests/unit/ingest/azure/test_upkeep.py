"""What a cluster runs beside workloads, each setting on, off and not known."""

import pytest

from azure_builders import GROUP, Json, at_level, cluster, convert
from seawall.model.cluster import Cluster
from seawall.model.diagnostic import Level
from seawall.model.setting import Setting
from seawall.model.upkeep import Addon

ID = f"{GROUP}/providers/Microsoft.ContainerService/managedClusters/aks"


def read(*others: Json, **properties: object) -> Cluster:
    found = convert(cluster(**properties), *others).cluster
    assert found is not None
    return found


def addon(which: Addon, **properties: object) -> Setting[bool]:
    return read(**properties).upkeep.addon(which)


ON: dict[Addon, Json] = {
    Addon.APP_ROUTING: {"ingressProfile": {"webAppRouting": {"enabled": True}}},
    Addon.APPLICATION_INSIGHTS: {
        "azureMonitorProfile": {
            "appMonitoring": {"autoInstrumentation": {"enabled": True}}
        }
    },
    Addon.AZURE_POLICY: {"addonProfiles": {"azurepolicy": {"enabled": True}}},
    Addon.CONTAINER_INSIGHTS: {"addonProfiles": {"omsAgent": {"enabled": True}}},
    Addon.COST_ANALYSIS: {"metricsProfile": {"costAnalysis": {"enabled": True}}},
    Addon.DEFENDER: {
        "securityProfile": {"defender": {"securityMonitoring": {"enabled": True}}}
    },
    Addon.ISTIO: {"serviceMeshProfile": {"mode": "Istio"}},
    Addon.KEY_VAULT: {
        "addonProfiles": {"azureKeyvaultSecretsProvider": {"enabled": True}}
    },
    Addon.OPEN_SERVICE_MESH: {"addonProfiles": {"openServiceMesh": {"enabled": True}}},
    Addon.PROMETHEUS: {"azureMonitorProfile": {"metrics": {"enabled": True}}},
    Addon.WORKLOAD_IDENTITY: {
        "securityProfile": {"workloadIdentity": {"enabled": True}}
    },
}


@pytest.mark.parametrize(("which", "body"), ON.items(), ids=[a.name for a in ON])
def test_an_add_on_is_on_where_it_is_switched_on(which: Addon, body: Json) -> None:
    assert addon(which, **body).is_surely(value=True)
    assert addon(which).is_surely(value=False)


@pytest.mark.parametrize(("which", "body"), ON.items(), ids=[a.name for a in ON])
def test_an_expression_leaves_an_add_on_not_known(which: Addon, body: Json) -> None:
    def hidden(value: object) -> object:
        if isinstance(value, dict):
            return {key: hidden(item) for key, item in value.items()}
        return "[parameters('x')]"

    found = addon(which, **{key: hidden(item) for key, item in body.items()})
    assert not found.known


def test_either_place_of_container_insights_is_enough() -> None:
    body = {
        "addonProfiles": {"omsagent": {"enabled": False}},
        "azureMonitorProfile": {"containerInsights": {"enabled": True}},
    }
    assert addon(Addon.CONTAINER_INSIGHTS, **body).is_surely(value=True)


def test_the_automatic_kind_has_workload_identity() -> None:
    """AKS docs, intro-aks-automatic."""
    one = cluster() | {"sku": {"name": "Automatic", "tier": "Standard"}}
    found = convert(one).cluster
    assert found is not None
    assert found.upkeep.addon(Addon.WORKLOAD_IDENTITY).is_surely(value=True)


def test_extensions_are_seen_where_they_are_listed_and_else_not_known() -> None:
    extension = {
        "id": f"{ID}/providers/Microsoft.KubernetesConfiguration/extensions/flux",
        "name": "flux",
        "type": "Microsoft.KubernetesConfiguration/extensions",
        "properties": {"extensionType": "microsoft.flux"},
    }
    assert read(extension).upkeep.addon(Addon.EXTENSIONS).is_surely(value=True)
    elsewhere = {**extension, "id": str(extension["id"]).replace("/aks/", "/other/")}
    assert not read(elsewhere).upkeep.addon(Addon.EXTENSIONS).known


def test_where_artifacts_come_from() -> None:
    assert read().upkeep.cached_artifacts.is_surely(value=False)
    registry = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/Cr"
    profile = {"artifactSource": "Cache", "containerRegistryId": registry}
    found = read(bootstrapProfile=profile).upkeep
    assert found.cached_artifacts.is_surely(value=True)
    assert found.registry.value == registry.lower()


def test_a_source_that_is_none_is_told() -> None:
    part = convert(cluster(bootstrapProfile={"artifactSource": "Mirror"}))
    assert part.cluster is not None
    assert not part.cluster.upkeep.cached_artifacts.known
    assert "`Mirror`" in at_level(part, Level.ERROR)[0].what


@pytest.mark.parametrize(
    ("pool", "image", "graphics"),
    [
        ({"osType": "Linux", "vmSize": "Standard_D4s_v5"}, "ubuntu", False),
        ({"osType": "Windows", "vmSize": "Standard_NC6"}, "windows", True),
        ({"osSKU": "AzureLinux", "vmSize": "standard_nd96"}, "azurelinux", True),
        ({"osSku": "Ubuntu2204", "vmSize": "Standard_NV36ads"}, "ubuntu2204", True),
        ({"vmSize": "Standard_NP10s"}, "ubuntu", False),
        ({"vmSize": "Standard_NC6", "gpuProfile": {"driver": "None"}}, "ubuntu", False),
        ({}, "ubuntu", None),
        ({"vmSize": "[parameters('size')]"}, "ubuntu", None),
    ],
)
def test_what_nodes_run_and_whether_they_need_drivers(
    pool: Json,
    image: str,
    graphics: bool | None,  # noqa: FBT001
) -> None:
    (found,) = read(agentPoolProfiles=[{"name": "p", **pool}]).pools
    assert found.image.value == image
    assert found.graphics.value is graphics


@pytest.mark.parametrize(
    ("config", "is_on"),
    [
        (None, False),
        ({"httpProxy": "http://10.0.0.9:3128"}, True),
        ({"httpsProxy": "http://10.0.0.9:3128", "enabled": "true"}, True),
        ({"httpProxy": "http://10.0.0.9:3128", "enabled": False}, False),
        ({"trustedCa": "abc"}, False),
        ("[parameters('proxy')]", None),
        ({"httpProxy": "http://x", "enabled": "[parameters('on')]"}, None),
    ],
)
def test_a_proxy_is_used_unless_it_is_switched_off(
    config: object,
    is_on: bool | None,  # noqa: FBT001
) -> None:
    found = read(httpProxyConfig=config).upkeep
    assert found.http_proxy.value is is_on
    assert found.http_proxy.known is (is_on is not None)


def test_what_goes_past_the_proxy_is_read() -> None:
    config = {"httpProxy": "http://x", "noProxy": [".Contoso.com", "10.0.0.0/8"]}
    found = read(httpProxyConfig=config).upkeep
    assert found.unproxied == ("contoso.com", "10.0.0.0/8")
