"""What AKS sets in a cluster of the Automatic kind where its author writes nothing.

Source: AKS docs, intro-aks-automatic; quick-automatic-custom-network.
"""

from dataclasses import replace

from seawall.ingest.azure.records.values import text
from seawall.ingest.resource import Field, ResourceRecord

_PRESET = "AKS docs, intro-aks-automatic: preconfigured"
_NETWORK = {
    "networkPlugin": "azure",
    "networkPluginMode": "overlay",
    "networkPolicy": "cilium",
    "networkDataplane": "cilium",
}


def completed(record: ResourceRecord) -> ResourceRecord:
    """Return a cluster with the network and the pool that an Automatic one has."""
    body = record.body
    is_automatic = (text(body.walk("sku", "name")) or "").lower() == "automatic"
    if not is_automatic or not isinstance(body.value, dict):
        return record
    hosted = body.get("hostedSystemProfile")
    changed = dict(body.value)
    if not body.get("networkProfile").unresolved:
        changed["networkProfile"] = _network(body, hosted)
    pools = body.get("agentPoolProfiles")
    if not pools.unresolved and not list(pools.items()):
        changed["agentPoolProfiles"] = _pools(body, hosted)
    return replace(record, body=Field(changed, body.origin))


def _network(body: Field, hosted: Field) -> Field:
    """Return the network profile; outbound by a NAT gateway in a network of AKS."""
    written = body.get("networkProfile")
    values = dict(written.value) if isinstance(written.value, dict) else {}
    origin = written.origin if written.is_given else body.origin
    preset: dict[str, object] = {**_NETWORK}
    if not hosted.unresolved:
        own = hosted.get("nodeSubnetID").is_given
        preset["outboundType"] = "loadBalancer" if own else "managedNATGateway"
    for key, value in preset.items():
        if written.get(key).left_to_service:
            values[key] = Field(value, origin, _PRESET)
    return Field(values, origin)


def _pools(body: Field, hosted: Field) -> Field:
    """Return one pool, for all nodes that AKS makes as they are needed."""
    subnet = hosted.get("nodeSubnetID")
    pool: dict[str, object] = {
        "name": Field("automatic", body.origin, _PRESET),
        "osType": Field("Linux", body.origin, _PRESET),
    }
    if subnet.is_given:
        pool["vnetSubnetID"] = subnet
    return Field([Field(pool, body.origin)], body.origin)
