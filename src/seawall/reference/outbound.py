"""How one packet leaves for the internet, and who admits it there."""

from dataclasses import dataclass, replace

from seawall.model.address import Address, AddressRange, without
from seawall.model.cluster import OutboundType
from seawall.model.end import SubnetEnd
from seawall.model.endpoint import PlatformResource
from seawall.model.network import Subnet
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Fabric
from seawall.model.trace import Layer, Verdict
from seawall.reference.client import meant, told
from seawall.reference.journey import Journey
from seawall.reference.machine import of_prefix, own_ways
from seawall.reference.match import Match, agreed, both, either, holds, verdict_of
from seawall.reference.outcome import ARRIVED, Outcome, Step, then
from seawall.reference.perimeter import by_rules, over_endpoint, with_perimeter
from seawall.reference.place import (
    GLOBAL_V6,
    PRIVATE,
    SPECIAL,
    in_known_network,
    in_tag,
    is_public,
    names_nothing,
    network_of,
    within,
)

ANY_PUBLIC = without([AddressRange.everything(4)], PRIVATE + SPECIAL)
BY_LOAD_BALANCER = "load balancer"
BY_FIREWALL = "firewall"


@dataclass(frozen=True, slots=True)
class Method:
    """One way out or the lack of one: whether it passes, and what it lends."""

    passes: bool
    sources: tuple[AddressRange, ...]
    label: str


def methods(journey: Journey, subnet: Subnet, packet: Packet) -> list[Method]:
    """Return every method that may apply; one means that it is certain.

    Source: Azure docs, nat-overview and load-balancer-outbound-connections; AKS docs,
    egress-outboundtype.
    """
    later = _after_nat_gateway(journey, subnet, packet)
    setting = subnet.nat_gateway
    if names_nothing(setting):
        return later
    carried = is_translated(packet)
    for gateway in journey.fabric.nat_gateways:
        if setting.known and gateway.id == setting.value:
            lent = gateway.public_addresses
            ranges = ranges_of(journey.fabric, lent.value or ())
            through = Method(carried and lent.value != (), ranges, gateway.name)
            done = lent.known or not carried
            return [*fits(through, packet), *([] if done else later)]
    hidden = Method(carried, ANY_PUBLIC, "a NAT gateway that is not in the input")
    done = setting.known and not carried
    return [*fits(hidden, packet), *([] if done else later)]


def fits(method: Method, packet: Packet) -> list[Method]:
    """Return a method, twice where it may not take IPv6. Source: path.md, N8."""
    held = {item.version for item in method.sources}
    if packet.destination.version in held or 4 not in held:  # noqa: PLR2004
        return [method]
    return [method, replace(method, passes=False)]


def _after_nat_gateway(
    journey: Journey, subnet: Subnet, packet: Packet
) -> list[Method]:
    """Source: docs/semantics/path.md, N2 to N5."""
    cluster, pool = journey.cluster, journey.own_pool
    lent = [
        Method(passes, ANY_PUBLIC, "default outbound access")
        for passes in _by_default(subnet, packet)
    ]
    if cluster is None or pool is None:
        return _of_machine(journey, subnet, packet, lent)
    types = list(OutboundType)
    if cluster.outbound.known and cluster.outbound.value is not None:
        types = [cluster.outbound.value]
    found: list[Method] = []
    ids = cluster.outbound_addresses.value or ()
    named = ranges_of(journey.fabric, ids) if ids else ()
    for kind in types:
        if kind is OutboundType.LOAD_BALANCER:
            ranges = named or load_balancer_ranges(journey.fabric)
            mine = Method(is_translated(packet), ranges, BY_LOAD_BALANCER)
            found += [mine] if ranges == ANY_PUBLIC else fits(mine, packet)
        elif kind is OutboundType.MANAGED_NAT_GATEWAY:
            carried = is_translated(packet)
            mine = Method(carried, named or ANY_PUBLIC, "managed NAT gateway")
            found += fits(mine, packet)
        elif kind is OutboundType.BLOCK:
            found.append(Method(passes=False, sources=(), label="outbound type block"))
        else:
            found += lent
    own = pool.node_public_addresses
    if own.value or not own.known:
        ranges = ranges_of(journey.fabric, of_prefix(pool.node_public_prefix.value))
        mine = Method(passes=True, sources=ranges, label="node public address")
        return [*fits(mine, packet), *([] if own.known else found)]
    return found


def is_translated(packet: Packet) -> bool:
    """Whether the platform puts a public address into packets of this protocol.

    Source: Azure docs, nat-overview, load-balancer concepts and firewall-known-issues.
    """
    return packet.protocol in (Protocol.TCP, Protocol.UDP)


def by_firewall(fabric: Fabric, subnet: Subnet, packet: Packet) -> Verdict:
    """Say whether a packet that a firewall sends out gets to the internet.

    Source: Azure docs, firewall-known-issues and snat-private-range;
    docs/semantics/path.md, W9 and W10.
    """
    source = packet.source
    if not is_translated(packet):
        return Verdict.DENIED
    inside = not is_public(source) or in_known_network(fabric, source)
    if not inside or within(source, subnet.prefixes):
        return Verdict.ALLOWED
    alone = names_nothing(subnet.nat_gateway)
    return Verdict.DENIED if alone else Verdict.UNKNOWN


def _by_default(subnet: Subnet, packet: Packet) -> list[bool]:
    """Return whether default outbound access lets a packet out: both if not known.

    Source: Azure docs, default-outbound-access; docs/semantics/path.md, N5.
    """
    found: list[bool] = []
    if packet.destination.version == GLOBAL_V6.version:
        return [False]
    if holds(subnet.default_outbound) is not False:
        pings = (Protocol.ICMP, Protocol.ICMPV6)
        known = is_translated(packet) or packet.protocol in pings
        found += [is_translated(packet)] if known else [True, False]
    if holds(subnet.default_outbound) is not True:
        found.append(False)
    return found


def _of_machine(
    journey: Journey, subnet: Subnet, packet: Packet, later: list[Method]
) -> list[Method]:
    """Return what a machine in the subnet leaves by, if it starts there.

    Source: docs/semantics/path.md, N7.
    """
    end = journey.start.end
    if not isinstance(end, SubnetEnd) or end.subnet != subnet.id:
        return later
    found: list[Method] = []
    for way in own_ways(journey.fabric, subnet, packet):
        ranges = ranges_of(journey.fabric, way.ids)
        found += fits(Method(way.passes, ranges, way.label), packet)
        if way.applies:
            return found
    return found + later


def ranges_of(fabric: Fabric, ids: tuple[str, ...]) -> tuple[AddressRange, ...]:
    """Return the ranges of public addresses by id; any if one is not known."""
    known = {item.id: item.ranges for item in fabric.public_addresses}
    if not ids or any(not known.get(id_) for id_ in ids):
        return ANY_PUBLIC
    return tuple(item for id_ in ids for item in known[id_])


def load_balancer_ranges(fabric: Fabric) -> tuple[AddressRange, ...]:
    """Return the addresses of the outbound rules of the load balancers."""
    out: list[AddressRange] = []
    for balancer in fabric.load_balancers:
        for front in balancer.front_ends:
            if front.name in balancer.outbound_front_ends and front.is_public:
                ids = (front.public_address,) if front.public_address else ()
                own = (AddressRange.of(front.address),) if front.address else None
                out += own or ranges_of(fabric, ids)
    return tuple(out) or ANY_PUBLIC


def arrive(
    journey: Journey, packet: Packet, method: str, left: Subnet | None = None
) -> Outcome:
    """Decide at a platform resource, or on the internet at large.

    The packet has the source that *method* gave it; without *left* it starts there.

    Source: docs/semantics/path.md, I; AKS docs, api-server-authorized-ip-ranges;
    Azure docs, storage-network-security.
    """
    if not is_public(packet.destination):
        return _resource("the internet", Verdict.DENIED, "not a public address")
    resource = meant(journey.snapshot, journey.start, journey.name)
    if resource is None:
        return ARRIVED
    if _is_stated(journey):
        return _resource(resource.name, Verdict.UNKNOWN, "an address of a zone")
    shown = _is_shown(journey.fabric, resource, left)
    lent = left is not None and method != BY_FIREWALL
    admitted = _by_address(journey.fabric, resource, packet.source, shown, lent=lent)
    server = journey.snapshot.cluster.api_server if journey.snapshot.cluster else None
    own = journey.cluster is not None and server is not None
    if own and server and server.resource == resource.id and method == BY_LOAD_BALANCER:
        admitted = Verdict.ALLOWED
    outer = by_rules(journey.fabric, resource, packet.source, shown)
    verdict = with_perimeter(resource, packet, _guarded(resource, admitted), outer)
    return _resource(resource.name, verdict, "resource firewall")


def _is_stated(journey: Journey) -> bool:
    """Whether a private zone gave the address for the name.

    Source: docs/semantics/path.md, I4.
    """
    if journey.name is None:
        return False
    found = told(journey.snapshot, journey.start, journey.name)
    return found.answer.kind == "addresses"


def _is_shown(fabric: Fabric, resource: PlatformResource, left: Subnet | None) -> Match:
    """Whether a resource sees the public address that a packet comes with.

    Source: Azure docs, storage-network-security-limitations; path.md, I2a.
    """
    if resource.kind != "storage" or left is None:
        return True
    home = network_of(fabric, left.network)
    if home is None or not home.region or not resource.region:
        return None
    return home.region != resource.region


def _by_address(
    fabric: Fabric,
    resource: PlatformResource,
    source: Address,
    shown: Match,
    *,
    lent: bool,
) -> Verdict:
    """Ask the rules of the resource.

    Source: Azure docs, storage-network-security; firewall-configure of SQL Database.
    """
    listed = both(within(source, resource.allowed_ranges), shown)
    tags = [in_tag(fabric, tag, source) for tag in resource.allowed_tags]
    if resource.admits_azure:
        ours = [within(source, item.ranges) for item in fabric.public_addresses]
        tags += [lent, *ours]
    return verdict_of(either([listed, *tags]))


def _guarded(resource: PlatformResource, admitted: Verdict) -> Verdict:
    """Apply the switches of a resource before its list: public access, default."""
    opened = holds(resource.default_access_allowed)
    if opened is None:
        admitted = agreed([admitted, Verdict.ALLOWED])
    elif opened:
        admitted = Verdict.ALLOWED
    return verdict_of(holds(resource.public)).then(admitted)


def by_service_endpoint(
    journey: Journey, subnet: Subnet, packet: Packet, *, offered: bool = False
) -> Outcome | None:
    """Decide at a resource that the subnet reaches over a service endpoint.

    What is *offered* is known by a route that leads straight to the service.

    Source: Azure docs, virtual-network-service-endpoints-overview.
    """
    resource = meant(journey.snapshot, journey.start, journey.name)
    if resource is None or not is_public(packet.destination):
        return None
    if not offered and offers(journey.fabric, subnet, resource) is False:
        return None
    if _is_stated(journey):
        return _resource(resource.name, Verdict.UNKNOWN, "an address of a zone")
    member = subnet.id in resource.allowed_subnets
    admitted = Verdict.ALLOWED if member else Verdict.DENIED
    limit = _by_policies(journey.fabric, subnet, resource)
    step = Step(Layer.SERVICE_ENDPOINT, subnet.name, limit, "endpoint")
    own = _guarded(resource, admitted)
    verdict = with_perimeter(resource, packet, own, over_endpoint(resource))
    return then(step, _resource(resource.name, verdict, "resource firewall"))


def offers(fabric: Fabric, subnet: Subnet, resource: PlatformResource) -> Match:
    """Whether an endpoint of *subnet* leads to *resource*.

    Source: Azure docs, virtual-network-service-endpoints-overview and
    storage-network-security; docs/semantics/path.md, R7.
    """
    services = [item.lower() for item in subnet.service_endpoints]
    wanted = resource.service_endpoint.lower() or "?"
    if f"{wanted}.global" in services:
        return True
    if wanted not in services:
        return False
    if wanted not in ("microsoft.storage", "microsoft.sql"):
        return True
    home = network_of(fabric, subnet.network)
    here, there = home.region if home is not None else "", resource.region
    if here and there and (here == there or wanted == "microsoft.sql"):
        return here == there
    return None


def _by_policies(fabric: Fabric, subnet: Subnet, resource: PlatformResource) -> Verdict:
    """Ask the service endpoint policies of the subnet about a storage account.

    Source: Azure docs, virtual-network-service-endpoint-policies-overview; path.md,
    R7a.
    """
    if resource.service_endpoint.lower() != "microsoft.storage":
        return Verdict.ALLOWED
    setting = subnet.service_policies
    if setting.value == ():
        return Verdict.ALLOWED
    known = {policy.id: policy for policy in fabric.endpoint_policies}
    found = [known.get(id_) for id_ in setting.value or ()]
    account = resource.id.lower() + "/"
    for policy in found:
        for listed in policy.resources if policy is not None else ():
            if account.startswith(listed.rstrip("/") + "/"):
                return Verdict.ALLOWED
    home = network_of(fabric, subnet.network)
    filtered = home is not None and home.region and home.region == resource.region
    whole = all(item and item.complete.is_surely(value=True) for item in found)
    return Verdict.DENIED if setting.known and whole and filtered else Verdict.UNKNOWN


def _resource(at: str, verdict: Verdict, rule: str) -> Outcome:
    return then(Step(Layer.RESOURCE_FIREWALL, at, verdict, rule))
