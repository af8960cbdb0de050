"""Which network's Azure resolver answers for clients of another network."""

from seawall.engine.path import PathModel
from seawall.model.address import Address
from seawall.model.setting import Setting

AZURE = "168.63.129.16"
_DEPTH = 4


def answering_network(paths: PathModel, network: str) -> str | None:
    """Return the id of the network in which names are looked up in the end.

    A firewall that answers DNS for clients asks in the network that it stands in, so
    that private zones count there.

    Returns:
        None if it is not known, or not one network.

    Source: Azure docs, private-endpoint-dns and firewall dns-details, read 2026-08-21.
    """
    atlas = paths.atlas
    found = atlas.network(network)
    if found is None:
        return None
    servers: Setting[tuple[Address, ...]] = found.dns_servers
    for _ in range(_DEPTH):
        if not servers.known:
            return None
        if not servers.value or all(str(each) == AZURE for each in servers.value):
            return network
        firewall = atlas.firewall_at(servers.value[0])
        home = atlas.subnet(firewall.subnet) if firewall else None
        if firewall is None or home is None or len(servers.value) > 1:
            return None
        if not firewall.dns_proxy.is_surely(value=True):
            return None
        network, servers = home.network, firewall.dns_servers
    return None
