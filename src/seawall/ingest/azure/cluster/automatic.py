"""What an Automatic cluster has where nobody states it.

Source: AKS docs, intro-aks-automatic and azure-cni-powered-by-cilium, read 2026-11:
overlay addresses and Cilium, the API server in the cluster's network, and a managed NAT
gateway where AKS makes the network.
"""

from seawall.ingest.azure.records.values import text
from seawall.ingest.resource import Field

_SOURCE = "AKS docs, intro-aks-automatic"
_NETWORK: dict[str, object] = {
    "networkPlugin": "azure",
    "networkPluginMode": "overlay",
    "networkDataplane": "cilium",
    "networkPolicy": "cilium",
}


def with_presets(body: Field) -> Field:
    """Return a cluster with what its SKU gives it, each as somebody's default."""
    sku = (text(body.walk("sku", "name")) or "").lower()
    if sku != "automatic" or not isinstance(body.value, dict):
        return body
    network = dict(_NETWORK)
    api = body.get("apiServerAccessProfile")
    if not _has_network(body, api):
        network["outboundType"] = "managedNATGateway"
    whole: dict[object, object] = {
        **body.value,
        "networkProfile": _filled(body.get("networkProfile"), network),
        "apiServerAccessProfile": _filled(api, {"enableVnetIntegration": True}),
    }
    return Field(whole, body.origin)


def _has_network(body: Field, api: Field) -> bool:
    """Whether the cluster may stand in a network that the user made."""
    pools = body.get("agentPoolProfiles")
    fields = [api.get("subnetId"), *(it.get("vnetSubnetID") for it in pools.items())]
    hidden = bool(pools.unresolved)
    return hidden or any(not field.left_to_service for field in fields)


def _filled(field: Field, presets: dict[str, object]) -> Field:
    """Return a profile with presets where it says nothing; unknown ones stay so."""
    if not field.left_to_service and not isinstance(field.value, dict):
        return field
    values = dict(field.value) if isinstance(field.value, dict) else {}
    for key, value in presets.items():
        if field.get(key).left_to_service:
            values[key] = Field(value, field.origin, _SOURCE)
    return Field(values, field.origin)
