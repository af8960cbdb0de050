"""Finds references to resources that are not in the input.

What passes such a resource is unknown, so its absence is said once, with the places
that name it.
"""

from collections.abc import Iterator

from seawall.ingest.identity import last_name, type_of
from seawall.ingest.notes import Notes
from seawall.model.cluster import Cluster
from seawall.model.origin import Origin
from seawall.model.snapshot import Fabric

_COMMANDS = {
    "security group": "az network nsg show",
    "route table": "az network route-table show",
    "NAT gateway": "az network nat gateway show",
    "virtual network": "az network vnet show",
    "subnet": "az network vnet show",
    "private DNS zone": "az network private-dns zone show",
}

_Use = tuple[str, str, Origin, str]
"""What kind of thing, its id, where it is named, and by whom."""


def report_missing(fabric: Fabric, clusters: tuple[Cluster, ...], notes: Notes) -> None:
    """Note each resource that is named and not in the input, once."""
    known = _known(fabric)
    missing: dict[tuple[str, str], list[tuple[Origin, str]]] = {}
    for kind, wanted, origin, user in (*_uses(fabric), *_pool_uses(clusters)):
        if wanted not in known:
            missing.setdefault((kind, wanted), []).append((origin, user))
    for (kind, wanted), users in missing.items():
        origin, user = users[0]
        others = f" and {len(users) - 1} more" if len(users) > 1 else ""
        command = _COMMANDS.get(kind)
        shown = last_name(wanted) if type_of(wanted) else wanted
        notes.error(
            origin,
            f"the {kind} `{shown}` is named by {user}{others} and is not in the input",
            f"what passes it is unknown; its id is `{wanted}`",
            f"add the output of `{command} -o json`"
            if command
            else "add its description to the input",
        )


def _known(fabric: Fabric) -> set[str]:
    parts = (
        fabric.networks,
        fabric.subnets,
        fabric.security_groups,
        fabric.route_tables,
        fabric.nat_gateways,
        fabric.zones,
    )
    return {item.id for part in parts for item in part}


def _uses(fabric: Fabric) -> Iterator[_Use]:
    for subnet in fabric.subnets:
        user = f"subnet `{subnet.name}`"
        for kind, setting in (
            ("security group", subnet.security_group),
            ("route table", subnet.route_table),
            ("NAT gateway", subnet.nat_gateway),
        ):
            if setting.value is not None:
                yield kind, setting.value, setting.origin or subnet.origin, user
        if subnet.network:
            yield "virtual network", subnet.network, subnet.origin, user
    yield from _other_uses(fabric)


def _other_uses(fabric: Fabric) -> Iterator[_Use]:
    for peering in fabric.peerings:
        if peering.remote != "unknown":
            user = f"peering `{peering.name}`"
            yield "virtual network", peering.remote, peering.origin, user
    for endpoint in fabric.private_endpoints:
        user = f"private endpoint `{endpoint.name}`"
        if endpoint.subnet is not None:
            yield "subnet", endpoint.subnet, endpoint.origin, user
        for zone in endpoint.zones:
            yield "private DNS zone", zone, endpoint.origin, user
    for firewall in fabric.firewalls:
        if firewall.subnet is not None:
            user = f"firewall `{firewall.name}`"
            yield "subnet", firewall.subnet, firewall.origin, user


def _pool_uses(clusters: tuple[Cluster, ...]) -> Iterator[_Use]:
    for cluster in clusters:
        for pool in cluster.pools:
            user = f"node pool `{pool.name}`"
            for setting in (pool.subnet, pool.pod_subnet):
                if setting.value is not None:
                    yield "subnet", setting.value, setting.origin or pool.origin, user
            group = pool.nic_security_group
            if group.value is not None:
                origin = group.origin or pool.origin
                yield "security group", group.value, origin, user
