"""VPN and ExpressRoute gateways, and what is known to lie behind them.

Source: Azure docs, virtual-networks-udr-overview; Azure SDK, Microsoft.Network.
"""

from seawall.ingest.azure.networks.networks import SUBNETS
from seawall.ingest.azure.records.catalogue import Catalogue, same
from seawall.ingest.azure.records.values import boolean, prefixes, text
from seawall.ingest.identity import parent_of, referenced_id
from seawall.ingest.notes import Notes
from seawall.ingest.resource import Field, ResourceRecord
from seawall.model.address import AddressRange
from seawall.model.network import NetworkGateway

GATEWAYS = "microsoft.network/virtualnetworkgateways"
LOCAL_GATEWAYS = "microsoft.network/localnetworkgateways"
CONNECTIONS = "microsoft.network/connections"


def gateways(catalogue: Catalogue, notes: Notes) -> tuple[NetworkGateway, ...]:
    """Convert the gateways, with what lies behind them: local gateways, VPN clients.

    Source: Azure docs, vpn-gateway point-to-site-about, for the pool of clients.
    """
    return tuple(
        NetworkGateway(
            id=record.id,
            name=record.name,
            network=_network(catalogue, record),
            remote_ranges=_remote_ranges(catalogue, record, notes),
            origin=record.origin,
            learns=_learns(catalogue, record),
            takes_fast_path=any(
                _may_be_on(body.get("expressRouteGatewayBypass"))
                for body in _connections(catalogue, record)
            ),
        )
        for record in catalogue.of(GATEWAYS)
    )


def _learns(catalogue: Catalogue, record: ResourceRecord) -> bool:
    """Whether a gateway learns routes that its configuration does not list.

    Source: Azure docs, expressroute-about-virtual-network-gateways and
    vpn-gateway-bgp-overview.
    """
    if same(text(record.body.get("gatewayType")) or "", "ExpressRoute"):
        return True
    bodies = (record.body, *_connections(catalogue, record))
    if any(_may_be_on(body.get("enableBgp")) for body in bodies):
        return True
    sites = bodies[1:]
    # Clients have a pool of their own, which says nothing of sites.
    return not sites or any(_site(catalogue, body) is None for body in sites)


def _site(catalogue: Catalogue, connection: Field) -> ResourceRecord | None:
    """Return the local gateway of a connection, if the input holds it."""
    wanted = referenced_id(connection.get("localNetworkGateway2"))
    return catalogue.find(LOCAL_GATEWAYS, wanted or "")


def _connections(catalogue: Catalogue, record: ResourceRecord) -> tuple[Field, ...]:
    return tuple(
        each.body
        for each in catalogue.of(CONNECTIONS)
        if referenced_id(each.body.get("virtualNetworkGateway1")) == record.id
    )


def _may_be_on(field: Field) -> bool:
    if field.left_to_service:
        return False
    return boolean(field) is not False


def _network(catalogue: Catalogue, record: ResourceRecord) -> str | None:
    for part in catalogue.parts(record, "ipConfigurations"):
        subnet = referenced_id(part.body.get("subnet"))
        if subnet is not None:
            return network_of(catalogue, subnet)
    return None


def network_of(catalogue: Catalogue, subnet: str) -> str | None:
    """Return the network of a subnet, from its record or from its id."""
    record = catalogue.find(SUBNETS, subnet)
    if record is not None and record.parent:
        return record.parent
    return parent_of(subnet, SUBNETS) or None


def _remote_ranges(
    catalogue: Catalogue, record: ResourceRecord, notes: Notes
) -> tuple[AddressRange, ...]:
    pool = record.body.walk(
        "vpnClientConfiguration", "vpnClientAddressPool", "addressPrefixes"
    )
    found: list[AddressRange] = list(prefixes(pool, notes))
    for connection in catalogue.of(CONNECTIONS):
        body = connection.body
        if referenced_id(body.get("virtualNetworkGateway1")) != record.id:
            continue
        local = _site(catalogue, body)
        if local is not None:
            space = local.body.walk("localNetworkAddressSpace", "addressPrefixes")
            found.extend(prefixes(space, notes))
    return tuple(dict.fromkeys(found))
