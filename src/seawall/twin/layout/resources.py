"""Platform resources: spaces on the internet, each behind a firewall of its own.

Written from docs/semantics/path.md, I2 and R7. A subnet with the service endpoint of a
resource has a link straight to it, past every route, and is known there by that link.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

from seawall.model.address import AddressRange
from seawall.twin.classes.cast import Cast
from seawall.twin.classes.resources import ResourceStand, why_not
from seawall.twin.layout.draft import ANYWHERE, Room, Way, prefixes
from seawall.twin.layout.fabric import LEAVING, FabricDrawn
from seawall.twin.layout.ways_out import Outside, addresses_of, lent_by_balancers
from seawall.twin.line import IPV4, comment
from seawall.twin.plan import Stand, StandKind
from seawall.twin.policies.table import REJECT_IPV4

PORT = 443
_REGIONAL = ("Microsoft.Storage", "Microsoft.Sql")
"""Service endpoints that hold for some regions alone. Source: path.md, R7."""


def draw_resources(drawn: FabricDrawn, outside: Outside, cast: Cast) -> None:
    """Draw every resource whose firewall is known."""
    for resource in drawn.snapshot.fabric.resources:
        why = why_not(resource)
        if why:
            drawn.marks.gap("resource-not-drawn", resource.name, why, resource.origin)
    for stand in cast.resources:
        room = drawn.draft.room(f"resource:{stand.name}", stand.name)
        room.held.append(stand.address)
        room.spared.append(stand.address)
        at = str(stand.address)
        room.stands.append(
            Stand(room.name, at, PORT, kind=StandKind.TLS, origin=stand.name)
        )
        room.ways.append(Way(ANYWHERE, outside.reach(room, stand.address)))
        outside.taken_in.append(stand.address)
        straight = tuple(_straight(drawn, stand, room))
        room.texts.append(_table(drawn, stand, straight))


def _straight(
    drawn: FabricDrawn, stand: ResourceStand, room: Room
) -> Iterator[tuple[str, str]]:
    """Join subnets with the resource's service endpoint; yield link and subnet."""
    service = stand.resource.service_endpoint
    for id_, subnet in drawn.subnets.items():
        if not service or service not in subnet.subnet.service_endpoints:
            continue
        if service in _REGIONAL or drawn.snapshot.fabric.endpoint_policies:
            why = "for which regions its service endpoint holds is not drawn"
            drawn.marks.gap("service-endpoint-not-drawn", stand.name, why)
            drawn.marks.blind.add(stand.address)
            continue
        up, down = drawn.draft.join(subnet.room, room)
        here = AddressRange.of(stand.address)
        subnet.room.ways.append(Way(here, up, LEAVING, "service endpoint"))
        room.ways.extend(Way(it, down) for it in prefixes(subnet.subnet.prefixes))
        for member, _ in subnet.members:
            room.ways.extend(Way(AddressRange.of(at), down) for at in member.carried)
        yield down.name, id_


def _table(
    drawn: FabricDrawn, stand: ResourceStand, straight: tuple[tuple[str, str], ...]
) -> str:
    resource = stand.resource
    written = drawn.marks.rule(f"firewall of {stand.name}", resource.origin)
    mark = comment(written)
    open_ = bool(resource.default_access_allowed.value)
    lines = []
    members = {it.lower() for it in resource.allowed_subnets}
    for link, id_ in straight:
        does = "accept" if open_ or id_.lower() in members else REJECT_IPV4
        lines.append(f'iifname "{link}" counter {does} {mark}')
    admitted = [str(it) for it in resource.allowed_ranges if it.version == IPV4]
    admitted += map(str, _own(drawn) if stand.admits_own else ())
    if resource.public.value and open_:
        lines.append(f"counter accept {mark}")
    elif resource.public.value and admitted:
        listed = ", ".join(admitted)
        lines.append(f"ip saddr {{ {listed} }} counter accept {mark}")
    lines.append(f"counter {REJECT_IPV4} {mark}")
    if not resource.public.value:
        lines = [f"counter {REJECT_IPV4} {mark}"]
    return "\n".join(
        (
            "table ip seawall_resource {",
            "  chain input {",
            "    type filter hook input priority 0; policy accept;",
            "    ct state established,related accept",
            *(f"    {line}" for line in lines),
            "  }",
            "}",
        )
    )


def _own(drawn: FabricDrawn) -> Iterator[IPv4Address]:
    cluster = drawn.snapshot.cluster
    if cluster is not None:
        ids = cluster.outbound_addresses.value or lent_by_balancers(drawn.snapshot)
        yield from addresses_of(drawn.snapshot, ids)
