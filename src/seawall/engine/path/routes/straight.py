"""Public addresses that a service endpoint may lead to, past every route."""

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import NOWHERE, Space
from seawall.engine.path.ground.tags import encloses
from seawall.model.endpoint_names import ENDPOINT_NAMES
from seawall.model.network import Subnet

SOURCE = "Azure docs, virtual-network-service-endpoints-overview"

TAGS = {
    "microsoft.storage": "storage",
    "microsoft.storage.global": "storage",
    "microsoft.sql": "sql",
    "microsoft.keyvault": "azurekeyvault",
    "microsoft.azurecosmosdb": "azurecosmosdb",
    "microsoft.servicebus": "servicebus",
    "microsoft.eventhub": "eventhub",
    "microsoft.web": "appservice",
    "microsoft.containerregistry": "azurecontainerregistry",
}
"""The tags that hold the addresses of services which have endpoints."""


def perhaps_straight(atlas: Atlas, subnet: Subnet, tag: str, name: str = "") -> Space:
    """Return the destinations that the endpoints of a subnet may lead to.

    For which regions an endpoint holds differs by service, so none is sure.

    Args:
        atlas: The network.
        subnet: Where packets leave.
        tag: The service tag that the question names, in lower case, or empty.
        name: The name that the question is about, of a resource that is not in the
            input, or empty.

    Source:
        Azure docs, virtual-networks-udr-overview: no route overrides a service
        endpoint's; virtual-network-service-endpoints-overview.
    """
    if atlas.effective(subnet.id) is not None:
        return NOWHERE
    if name and _named(subnet, name):
        return atlas.internet
    found = NOWHERE
    for service in subnet.service_endpoints:
        held = TAGS.get(service.lower())
        if held is None:
            continue
        if tag and encloses(held, tag):
            return atlas.internet
        found = found | (atlas.tag_space(held) or NOWHERE)
    return found & atlas.internet


def _named(subnet: Subnet, name: str) -> bool:
    """Whether an endpoint of a subnet is for the service that has a name."""
    offered = {service.lower() for service in subnet.service_endpoints}
    return any(
        name.endswith(f".{suffix}") and not offered.isdisjoint(services)
        for suffix, services in ENDPOINT_NAMES
    )
