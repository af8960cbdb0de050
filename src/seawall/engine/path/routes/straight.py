"""Public addresses that a service endpoint may lead to, past every route."""

from seawall.engine.path.endpoint_policy import SOURCE as POLICY_SOURCE
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.space import NOWHERE, Space
from seawall.engine.path.ground.tags import encloses
from seawall.engine.path.ground.verdicts import Ruling
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


def straight_ruling(subnet: Subnet) -> Ruling:
    """Return what an endpoint does with packets that it may take.

    Source:
        Azure docs, virtual-network-service-endpoint-policies-overview.
    """
    says = (
        f"an endpoint of {subnet.name} for {', '.join(subnet.service_endpoints)} may "
        "take it, past every route"
    )
    if subnet.service_policies.value == ():
        return Ruling.passing(says, SOURCE)
    says += "; which accounts its service endpoint policies let pass decides"
    return Ruling.not_known(says, POLICY_SOURCE)


def _named(subnet: Subnet, name: str) -> bool:
    """Whether an endpoint of a subnet is for the service that has a name."""
    offered = {service.lower() for service in subnet.service_endpoints}
    return any(
        name.endswith(f".{suffix}") and not offered.isdisjoint(services)
        for suffix, services in ENDPOINT_NAMES
    )
