"""Private DNS zones, and the networks that resolve names by them.

Source: AKS docs, private-clusters; Azure docs, private-endpoint-dns; read 2026-11.
"""

from collections.abc import Iterator

from seawall.design.layout.demand import peered
from seawall.design.layout.subjects import Subject, made
from seawall.design.options import ApiServer, PrivateZone
from seawall.emit.tree import Id, Resource, Value

ZONE = "Microsoft.Network/privateDnsZones"
LINK = ZONE + "/virtualNetworkLinks"


def api_server_zone(subject: Subject) -> Iterator[Resource]:
    """Yield the zone of the API server's name, where the design brings one."""
    if subject.choices.zone is not PrivateZone.CUSTOM:
        return
    integrated = subject.choices.api_server is ApiServer.VNET_PRIVATE
    kind = "private" if integrated else "privatelink"
    yield made(
        "apiServerZone",
        ZONE,
        f"{kind}.{subject.needs.region}.azmk8s.io",
        location="global",
        comment="AKS writes the name of the API server here, and links the zone to the "
        "network of the nodes itself.",
        serves=subject.serves("api-server.access", "operators"),
    )
    yield from links(subject, "apiServerZone", with_nodes=False)


def links(subject: Subject, zone: str, *, with_nodes: bool) -> Iterator[Resource]:
    """Yield links of a zone to the networks that ask for its names.

    Args:
        subject: What is designed.
        zone: The symbol of the zone.
        with_nodes: Whether the network of the nodes is linked, too.
    """
    if with_nodes:
        yield _link(zone, "", "to-cluster", Id("network"))
    if subject.plan.hub is not None:
        yield _link(zone, "Hub", "to-hub", Id("hubNetwork"))
    for index, operator in peered(subject.needs):
        suffix = f"Operators{index or ''}"
        yield _link(zone, suffix, f"to-{operator.name}", operator.network)


def _link(zone: str, suffix: str, name: str, network: Value) -> Resource:
    return made(
        f"{zone}{suffix}Link",
        LINK,
        name,
        {"virtualNetwork": {"id": network}, "registrationEnabled": False},
        above=zone,
        location="global",
    )
