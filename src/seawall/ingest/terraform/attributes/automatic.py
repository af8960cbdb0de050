"""AKS Automatic clusters: few arguments, the rest is preconfigured.

Source: AKS docs, intro-aks-automatic; azurerm 5, azurerm_kubernetes_automatic_cluster.
"""

from seawall.ingest.resource import Field
from seawall.ingest.terraform.instance import Block
from seawall.ingest.terraform.links import Links
from seawall.ingest.terraform.shape import (
    Kind,
    Reader,
    Shape,
    link,
    linked,
    one,
    present,
)

_PRESET = "AKS docs, intro-aks-automatic: preconfigured"
_SUBNET = "azurerm_subnet"


def _preset(value: object) -> Reader:
    return lambda block, _links: Field(value, block.origin, _PRESET)


def _outbound(block: Block, _links: Links) -> Field:
    """Return how it leaves: in a network of its own by a NAT gateway that AKS makes."""
    hosted = block.blocks("hosted_system")
    if hosted is None:
        return block.field("hosted_system")
    way = "loadBalancer" if hosted else "managedNATGateway"
    return Field(way, block.origin, _PRESET)


def _access(block: Block, links: Links) -> Field:
    access = one(
        "api_server_access",
        {
            "ranges": "authorized_ip_ranges",
            "subnetId": link("subnet_id", _SUBNET),
        },
    )(block, links)
    private = one(
        "private_cluster",
        {
            "public": "public_fully_qualified_domain_name_enabled",
            "zone": _zone,
        },
    )(block, links)
    values: dict[str, object] = {
        "enablePrivateCluster": present("private_cluster")(block, links),
        "enablePrivateClusterPublicFQDN": private.get("public"),
        "privateDNSZone": private.get("zone"),
        "authorizedIPRanges": access.get("ranges"),
        "subnetId": access.get("subnetId"),
        "enableVnetIntegration": _preset(value=True)(block, links),
    }
    return Field(values, block.origin)


def _zone(block: Block, links: Links) -> Field:
    return linked(block, links, "private_dns_zone_id", ("azurerm_private_dns_zone",))


def _pools(block: Block, links: Links) -> Field:
    """Return one pool, for all nodes that AKS makes as they are needed."""
    hosted = block.blocks("hosted_system")
    if hosted is None:
        return block.field("hosted_system")
    subnet = link("node_subnet_id", _SUBNET)(hosted[0], links) if hosted else None
    pool: dict[str, object] = {
        "name": Field("automatic", block.origin),
        "osType": Field("Linux", block.origin, _PRESET),
    }
    if subnet is not None:
        pool["vnetSubnetID"] = subnet
    return Field([Field(pool, block.origin)], block.origin)


_SHAPE: Shape = {
    "sku": {"name": _preset("Automatic")},
    "networkProfile": {
        "networkPlugin": _preset("azure"),
        "networkPluginMode": _preset("overlay"),
        "networkPolicy": _preset("cilium"),
        "networkDataplane": _preset("cilium"),
        "outboundType": _outbound,
    },
    "apiServerAccessProfile": _access,
    "agentPoolProfiles": _pools,
}

AUTOMATIC = {
    "azurerm_kubernetes_automatic_cluster": Kind(
        "microsoft.containerservice/managedclusters", _SHAPE
    ),
}
