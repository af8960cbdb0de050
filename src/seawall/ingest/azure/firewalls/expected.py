"""The address that a firewall is going to get, where a template describes it.

Source: Azure docs, virtual-networks-faq: Azure keeps the first four addresses of each
subnet.
"""

from seawall.ingest.azure.networks.networks import NETWORKS, SUBNETS
from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import prefixes
from seawall.ingest.identity import parent_of, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import Address, AddressRange

_KEPT = 4


def expected_address(
    catalogue: Catalogue, record: ResourceRecord, configuration: Field, notes: Notes
) -> Address | None:
    """Return the first free address of a firewall's subnet, where nobody says it.

    Args:
        catalogue: All resources.
        record: The firewall.
        configuration: Its first configuration.
        notes: Takes what is taken for granted.
    """
    if not configuration.get("privateIPAddress").left_to_service:
        return None
    wanted = referenced_id(configuration.get("subnet")) or ""
    network = catalogue.find(NETWORKS, parent_of(wanted, SUBNETS))
    if network is None:
        return None
    found = [
        prefix
        for part in catalogue.parts(network, "subnets")
        if part.id == wanted
        for prefix in prefixes(part.body.get("addressPrefixes", "addressPrefix"), notes)
    ]
    if not found or found[0].last - found[0].first < _KEPT:
        return None
    first = AddressRange(
        found[0].version, found[0].first + _KEPT, found[0].first + _KEPT
    ).lowest
    notes.assume(
        "firewall-address",
        f"`{record.name}` gets {first}, the first free address of its subnet",
        "Azure docs, virtual-networks-faq",
    )
    return first
