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


def _link(name: str) -> Reader:
    return lambda block, links: linked(block, links, name, (_SUBNET,))


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


_SHAPE: Shape = {
    "sku": {"name": _preset("Automatic")},
    "hostedSystemProfile": one(
        "hosted_system",
        {
            "nodeSubnetID": _link("node_subnet_id"),
            "systemNodeSubnetID": _link("system_node_subnet_id"),
        },
    ),
    "apiServerAccessProfile": _access,
}

AUTOMATIC = {
    "azurerm_kubernetes_automatic_cluster": Kind(
        "microsoft.containerservice/managedclusters", _SHAPE
    ),
}
