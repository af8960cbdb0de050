"""Who answers names: Azure's resolver in each network, firewalls, the cluster's DNS.

Written from docs/semantics/path.md, Q. Azure's resolver is no machine of any network:
each subnet has it at hand, past every filter and route (L1). What it does not know it
asks of one server that knows public names.
"""

from collections.abc import Iterator
from ipaddress import IPv4Address

from seawall.model.address import AddressRange
from seawall.model.endpoint import PlatformResource
from seawall.model.name import DnsZone
from seawall.model.pod_dns import DOMAIN
from seawall.model.private_zones import PRIVATE_ZONES
from seawall.model.snapshot import Fabric, Snapshot
from seawall.twin.classes.cast import Cast
from seawall.twin.classes.names import (
    AZURE,
    STRANGER,
    api_server_names,
    helper_of,
    is_plain,
    named_resources,
    serves_names,
)
from seawall.twin.classes.resources import public_addresses
from seawall.twin.classes.selecting import selects
from seawall.twin.classes.sites import ADDRESS
from seawall.twin.layout.draft import ANYWHERE, Room, Way
from seawall.twin.layout.fabric import FabricDrawn
from seawall.twin.layout.policy_layer import space_of
from seawall.twin.layout.ways_out import Outside
from seawall.twin.plan import Answer, Forwarding, Stand, StandKind

_PUBLIC = IPv4Address("169.254.250.53")
"""Where public names are known. Source: RFC 3927."""
PORT = 53
NOBODY = ""
"""Whom to forward to for names that do not exist."""


def draw_names(
    drawn: FabricDrawn, outside: Outside, cast: Cast, firewalls: dict[str, Room]
) -> None:
    """Let everybody in a network look up names."""
    fabric = drawn.snapshot.fabric
    if any(place.address == AZURE for place in cast.places):
        why = "an outside address of the input is that of Azure's resolver"
        drawn.marks.gap("names-not-drawn", "how names resolve", why)
        return
    public = drawn.draft.room("public names", "who knows public names")
    public.held.append(_PUBLIC)
    answers = tuple(_published(drawn.snapshot))
    public.stands.append(_stand(public, str(_PUBLIC), answers))
    drawn_ones = {stand.resource.id for stand in cast.resources}
    outside.room.held.extend(
        at for id_, at in public_addresses(fabric).items() if id_ not in drawn_ones
    )
    for subnet in drawn.subnets.values():
        up, down = drawn.draft.join(subnet.room, public)
        if not public.ways:
            public.ways.append(Way(ANYWHERE, down))
        subnet.room.ways.append(Way(AddressRange.of(_PUBLIC), up))
        subnet.room.answers_at.append(AZURE)
        known, onward = _in_network(fabric, subnet.subnet.network)
        subnet.room.stands.append(_stand(subnet.room, str(AZURE), known, onward))
    for firewall in fabric.firewalls:
        room = firewalls.get(firewall.id)
        if room is not None and serves_names(fabric, firewall.id):
            asked = (Forwarding("", str(AZURE)),)
            room.stands.append(_stand(room, str(firewall.address), (), asked))
    for asker, lookup in cast.lookups:
        drawn.draft.rooms[space_of(asker)].resolver = str(lookup.address)
    _draw_cluster_dns(drawn, cast)


def _stand(
    room: Room,
    address: str,
    answers: tuple[Answer, ...],
    forwardings: tuple[Forwarding, ...] = (),
) -> Stand:
    return Stand(
        room.name,
        address,
        PORT,
        "udp",
        StandKind.DNS,
        answers,
        forwardings,
        origin="names",
    )


def _published(snapshot: Snapshot) -> Iterator[Answer]:
    """Yield what anybody in the world learns of the names that are asked for.

    Source: Azure docs, private-endpoint-dns: the name of a resource with a private
    endpoint is an alias of its private name.
    """
    yield Answer(STRANGER, "A", (str(ADDRESS),))
    for name, found in api_server_names(snapshot).items():
        if found:
            yield Answer(name, "A", tuple(map(str, found)))
    fabric = snapshot.fabric
    served = {endpoint.target for endpoint in fabric.private_endpoints}
    addresses = public_addresses(fabric)
    for resource in named_resources(fabric):
        for name in resource.host_names:
            alias = private_name(resource, name) if resource.id in served else ""
            if alias:
                yield Answer(name, "CNAME", (alias,))
            yield Answer(alias or name, "A", (str(addresses[resource.id]),))


def private_name(resource: PlatformResource, name: str) -> str:
    """Return the private name of a public one; empty if that is not told."""
    usual = (pair for pair in PRIVATE_ZONES if name.endswith(f".{pair[0]}"))
    longest = max(usual, key=lambda pair: len(pair[0]), default=("", ""))
    zone = resource.private_suffix or longest[1]
    public = zone.removeprefix("privatelink.")
    if not zone:
        return ""
    if name.endswith(f".{public}"):
        return f"{name[: -len(public)]}{zone}"
    return f"{name.split('.', maxsplit=1)[0]}.{zone}"


def _in_network(
    fabric: Fabric, network: str
) -> tuple[tuple[Answer, ...], tuple[Forwarding, ...]]:
    """Return what Azure answers in a network, and whom it asks for the rest: Q2."""
    answers: list[Answer] = []
    onward = [Forwarding("", str(_PUBLIC))]
    for zone in fabric.zones if is_plain(fabric, network) else ():
        for link in zone.links:
            if link.network == network:
                answers.extend(_of_zone(zone))
                far = str(_PUBLIC) if link.falls_back else NOBODY
                onward.append(Forwarding(zone.name, far))
    return tuple(answers), tuple(onward)


def _of_zone(zone: DnsZone) -> Iterator[Answer]:
    yield Answer(zone.name, "SOA", ())
    for record in zone.records:
        held = tuple(str(it) for it in record.addresses if it.version == 4)  # noqa: PLR2004
        yield Answer(_full(zone, record.name), "A", held)
    for alias in zone.aliases:
        if alias.target is not None:
            yield Answer(_full(zone, alias.name), "CNAME", (alias.target,))
    for other in zone.others:
        yield Answer(_full(zone, other.name), other.kind, ())


def _full(zone: DnsZone, name: str) -> str:
    return zone.name if name == "@" else f"{name}.{zone.name}"


def _draw_cluster_dns(drawn: FabricDrawn, cast: Cast) -> None:
    """Let the pods that serve names answer for Services, and ask on: Q10 and Q14."""
    answers = tuple(_of_services(drawn, cast))
    asked = {
        helper.pod: helper
        for pod in cast.pods
        if (helper := helper_of(drawn.snapshot, cast.pods, pod)) and helper.pod
    }
    for pod, helper in asked.items():
        room = drawn.draft.rooms[space_of(pod)]
        onward = (Forwarding(DOMAIN, NOBODY), Forwarding("", str(helper.upstream)))
        room.stands.append(_stand(room, str(pod.address), answers, onward))


def _of_services(drawn: FabricDrawn, cast: Cast) -> Iterator[Answer]:
    given = {stand.name: stand.address for stand in cast.services}
    for service in drawn.snapshot.objects.services:
        name = f"{service.name}.{service.namespace}.svc.{DOMAIN}"
        if service.external_name:
            yield Answer(name, "CNAME", (service.external_name,))
        elif service.label in given:
            yield Answer(name, "A", (str(given[service.label]),))
        elif service.headless and service.selector is not None:
            behind = tuple(
                str(pod.address)
                for pod in cast.pods
                if pod.workload.namespace == service.namespace
                and selects(service.selector, dict(pod.workload.labels))
            )
            yield Answer(name, "A", behind)
