"""Connections of virtual networks to virtual hubs.

Source: Azure docs, virtual-wan how-to-routing-policies; Azure SDK, armnetwork,
HubVirtualNetworkConnection.
"""

from seawall.ingest.azure.records.catalogue import Catalogue
from seawall.ingest.azure.records.values import boolean
from seawall.ingest.identity import last_name, parent_of, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field
from seawall.model.network import HubConnection
from seawall.model.setting import Setting

HUBS = "microsoft.network/virtualhubs"
CONNECTIONS = f"{HUBS}/hubvirtualnetworkconnections"


def hub_connections(catalogue: Catalogue, notes: Notes) -> tuple[HubConnection, ...]:
    """Convert the connections of networks to virtual hubs."""
    found = []
    for record in catalogue.of(CONNECTIONS):
        remote = record.body.get("remoteVirtualNetwork")
        network = referenced_id(remote)
        if network is None:
            notes.error(
                record.origin,
                f"the hub connection `{record.name}` does not say of which network",
                remote.unresolved or "it names its `remoteVirtualNetwork`",
                "give the network's id, or an input in which it is known",
            )
        hub = record.parent or parent_of(record.id, CONNECTIONS)
        hub = hub or referenced_id(record.body.get("virtualHub")) or ""
        found.append(
            HubConnection(
                id=record.id,
                name=record.name,
                hub=last_name(hub) if hub else "",
                network=network,
                announces_default=_default(record.body.get("enableInternetSecurity")),
                origin=record.origin,
            )
        )
    return tuple(found)


def _default(field: Field) -> Setting[bool]:
    """Return whether the hub may lend its default route to the network."""
    if boolean(field) is False:
        return Setting.stated(value=False, origin=field.origin)
    return Setting.unknown(
        "whether the hub announces a default route is not in the input", field.origin
    )


def default_tables(hub: str) -> tuple[str, str]:
    """Return what stands for the default table of a hub: its id, or the hub's own."""
    return hub, f"{hub}/hubroutetables/defaultroutetable"
