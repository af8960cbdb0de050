"""What AKS sets in a cluster of the Automatic kind where its author writes nothing.

Source: AKS docs, intro-aks-automatic; quick-automatic-custom-network.
"""

from dataclasses import replace

from seawall.ingest.azure.records.values import text
from seawall.ingest.resource import Field, ResourceRecord, Unresolved

_PRESET = "AKS docs, intro-aks-automatic: preconfigured"
_NETWORK = {
    "networkPlugin": "azure",
    "networkPluginMode": "overlay",
    "networkPolicy": "cilium",
    "networkDataplane": "cilium",
}
_ACCESS = {"enableVnetIntegration": True}


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
    access = body.get("apiServerAccessProfile")
    if access.left_to_service or isinstance(access.value, dict):
        changed["apiServerAccessProfile"] = _access(body)
    return replace(record, body=Field(changed, body.origin))


def _network(body: Field, hosted: Field) -> Field:
    """Return the network profile; outbound by a NAT gateway in a network of AKS.

    A network of the customer's own is left by a load balancer. Whose network it is
    may be hidden; so is the way out then.
    """
    written = body.get("networkProfile")
    values = dict(written.value) if isinstance(written.value, dict) else {}
    origin = written.origin if written.is_given else body.origin
    preset: dict[str, object] = {**_NETWORK}
    pools = body.get("agentPoolProfiles")
    named = _subnets(body, hosted)
    hidden = next(
        (it.unresolved for it in (hosted, pools, *named) if it.unresolved), ""
    )
    if any(field.is_given and not field.unresolved for field in named):
        preset["outboundType"] = "loadBalancer"
    else:
        preset["outboundType"] = Unresolved(hidden) if hidden else "managedNATGateway"
    for key, value in preset.items():
        if written.get(key).left_to_service:
            values[key] = Field(value, origin, _PRESET)
    return Field(values, origin)


def _subnets(body: Field, hosted: Field) -> list[Field]:
    """Return where subnets of the customer's own would be named."""
    pools = body.get("agentPoolProfiles").items()
    access = body.get("apiServerAccessProfile")
    named = [pool.get("vnetSubnetID") for pool in pools]
    return [hosted.get("nodeSubnetID"), access.get("subnetId"), *named]


def _access(body: Field) -> Field:
    """Return how the API server is reached: in the network, or as is said."""
    written = body.get("apiServerAccessProfile")
    values = dict(written.value) if isinstance(written.value, dict) else {}
    origin = written.origin if written.is_given else body.origin
    for key, value in _ACCESS.items():
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
