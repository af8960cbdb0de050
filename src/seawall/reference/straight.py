"""Whether a service endpoint may take one packet, past every route."""

from seawall.model.address import Address
from seawall.model.end import OnPremisesEnd
from seawall.model.endpoint_names import ENDPOINT_NAMES
from seawall.model.network import Subnet
from seawall.model.packet import Packet
from seawall.model.snapshot import Fabric
from seawall.model.trace import Layer, Verdict
from seawall.reference.client import canonical, meant
from seawall.reference.journey import At, Journey
from seawall.reference.outbound import by_service_endpoint, offers
from seawall.reference.outcome import Outcome, single, together
from seawall.reference.place import (
    in_known_network,
    is_part,
    is_public,
    listed_prefixes,
    within,
)

SERVICES = {
    "Microsoft.Storage": "storage",
    "Microsoft.Storage.Global": "storage",
    "Microsoft.Sql": "sql",
    "Microsoft.KeyVault": "azurekeyvault",
    "Microsoft.AzureCosmosDB": "azurecosmosdb",
    "Microsoft.ServiceBus": "servicebus",
    "Microsoft.EventHub": "eventhub",
    "Microsoft.Web": "appservice",
    "Microsoft.ContainerRegistry": "azurecontainerregistry",
}


def surely_straight(journey: Journey, packet: Packet, at: At) -> Outcome | None:
    """Return what becomes of a packet that no route changes, or None.

    Source: docs/semantics/path.md, R7.
    """
    named = meant(journey.snapshot, journey.start, journey.name)
    if named is None or offers(journey.fabric, at.subnet, named) is not True:
        return None
    return by_service_endpoint(journey, at.subnet, packet)


def or_straight(journey: Journey, packet: Packet, at: At, routed: Outcome) -> Outcome:
    """Return what becomes of a packet by its routes, or straight, if it goes so.

    Source: docs/semantics/path.md, R7 and R15.
    """
    foreign = isinstance(journey.start.end, OnPremisesEnd) and not at.passed
    named = meant(journey.snapshot, journey.start, journey.name)
    direct = by_service_endpoint(journey, at.subnet, packet)
    if direct is not None:
        return together([routed, direct])
    address, tag = packet.destination, journey.tag
    if foreign or named:
        return routed
    name = canonical(journey.snapshot, journey.start, journey.name)
    if not may_go_straight(journey.fabric, at.subnet, address, tag, name):
        return routed
    limited = at.subnet.service_policies.value != ()
    verdict = Verdict.UNKNOWN if limited else Verdict.ALLOWED
    end = single(Layer.SERVICE_ENDPOINT, at.subnet.name, verdict, "any of the service")
    return together([routed, end])


def may_go_straight(
    fabric: Fabric, subnet: Subnet, address: Address, tag: str, name: str = ""
) -> bool:
    """Whether an endpoint of *subnet* may lead to *address*, or to the tag meant.

    Source: Azure docs, virtual-network-service-endpoints-overview;
    docs/semantics/path.md, R7b and R15.
    """
    if any(given.subnet == subnet.id for given in fabric.effective_routes):
        return False
    if not is_public(address) or in_known_network(fabric, address):
        return False
    offered = [each.lower() for each in subnet.service_endpoints]
    for suffix, services in ENDPOINT_NAMES:
        if name.endswith("." + suffix) and any(it in offered for it in services):
            return True
    for service, held in SERVICES.items():
        if service.lower() in offered:
            is_meant = tag != "" and is_part(tag.lower(), held)
            if is_meant or within(address, listed_prefixes(fabric, held) or ()):
                return True
    return False
