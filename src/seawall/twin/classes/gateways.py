"""Application gateways: where they listen, as whom they send, and to whom."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from seawall.model.address import Address, AddressRange
from seawall.model.cluster import Addressing
from seawall.model.service import Ingress, ServicePort
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import ApplicationGateway, FrontEnd
from seawall.twin.classes.fronts import FrontStand, front_address, with_public
from seawall.twin.classes.giving import Giver, MachineStand, NodeStand, PodStand
from seawall.twin.classes.names import named_resources, server_of
from seawall.twin.classes.ranges import IPV4
from seawall.twin.classes.served import recorded
from seawall.twin.classes.services import backings

MOST_BACKENDS = 12
"""Backends of one gateway that are asked for, at most."""
_PORTS = (80, 443)
"""Where a gateway connects to when no setting tells. Source: path.md, B4."""


@dataclass(frozen=True, slots=True)
class Backend:
    """Whom a gateway connects to.

    Attributes:
        address: The address; None where it is looked up by name.
        port: The port.
        called: Who has the address, in words, or the name.
        pod: The pod, where it is one that a followed Ingress leads to.
        node: The node that has the address; None if none does.
    """

    address: IPv4Address | None
    port: int
    called: str
    pod: PodStand | None = None
    node: NodeStand | None = None

    @property
    def host(self) -> str:
        """The `Host` by which it is asked for in the twin. Source: RFC 2606."""
        word = str(self.address or self.called).replace(".", "-")
        return f"{word}-{self.port}.backend.example"


@dataclass(frozen=True, slots=True)
class GatewayStand:
    """A front end of a gateway, asked for one of its backends.

    Attributes:
        gateway: The gateway.
        front: The front end.
        address: The address of the front end, from the input or given.
        inside: The address of an instance, in the gateway's subnet.
        backend: The backend; None for what no listener takes.
    """

    gateway: ApplicationGateway
    front: FrontEnd
    address: IPv4Address
    inside: IPv4Address
    backend: Backend | None

    @property
    def name(self) -> str:
        """Gateway and front end."""
        return f"{self.gateway.name}/{self.front.name}"


def gateway_stands(
    snapshot: Snapshot,
    giver: Giver,
    pods: tuple[PodStand, ...],
    others: tuple[NodeStand | MachineStand, ...],
    fronts: tuple[FrontStand, ...],
) -> Iterator[GatewayStand]:
    """Yield the front ends of gateways in known subnets, with each backend.

    Source: docs/semantics/path.md, B4. Each backend is asked for at each listener:
    where the input tells listeners apart, `why_not` leaves the gateway out.
    """
    known = {item.id: item.ranges for item in snapshot.fabric.public_addresses}
    present = {it.address for it in (*pods, *others, *fronts)}
    for gateway in snapshot.fabric.application_gateways:
        if why_not(snapshot, gateway):
            continue
        instance = giver.address_in(gateway.subnet or "")
        if instance is None:
            continue
        found: list[Backend | None] = [None]
        stated = _stated(gateway, (*pods, *others, *fronts))
        followed = _followed(snapshot, gateway, pods)
        named = _named(snapshot, gateway, present)
        found += dict.fromkeys((*stated, *followed, *named))
        for front in gateway.front_ends:
            address = front_address(front, known, giver)
            if address is None:
                continue
            for backend in found[: MOST_BACKENDS + 1]:
                yield GatewayStand(gateway, front, address, instance, backend)


def why_not(snapshot: Snapshot, gateway: ApplicationGateway) -> str:
    """Return why a gateway is not drawn; empty if it is."""
    if gateway.for_containers:
        return "Azure hosts its front ends, and what a group does there is not told"
    if gateway.subnet not in {it.id for it in snapshot.fabric.subnets}:
        return "its subnet is not in the input"
    if not gateway.listener_ports:
        return "where it listens is not in the input"
    if _tells_apart(gateway):
        return "its listeners lead to different backends, which is not drawn"
    cluster = snapshot.cluster
    mode = cluster.addressing.value if cluster is not None else None
    if gateway.follows_ingresses and mode is Addressing.KUBENET:
        return "the routes by which it reaches pods of kubenet are not drawn"
    return ""


def _tells_apart(gateway: ApplicationGateway) -> bool:
    """Whether not every listener is at each front end and leads to each backend."""
    if not gateway.routes:
        return False
    led: dict[tuple[str, int], set[tuple[object, int]]] = {}
    for route in gateway.routes:
        to = (*route.addresses, *route.names)
        pairs = {(at, number) for at in to for number in route.back_ports}
        led.setdefault((route.front_end, route.port), set()).update(pairs)
    fronts = {front.name for front in gateway.front_ends}
    listened = {(name, port) for name in fronts for port in gateway.listener_ports}
    to = (*gateway.backend_addresses, *gateway.backend_names)
    whole = {(at, number) for at in to for number in gateway.backend_ports or _PORTS}
    return {*led} != listened or any(pairs != whole for pairs in led.values())


def _stated(
    gateway: ApplicationGateway,
    everybody: Iterable[PodStand | NodeStand | MachineStand | FrontStand],
) -> Iterator[Backend]:
    """Yield the backends by address at which somebody in the twin is."""
    present = {it.address: it for it in everybody}
    for item in gateway.backend_addresses:
        if item.version != IPV4:
            continue
        for address, stand in present.items():
            if item == AddressRange.of(address):
                node = stand if isinstance(stand, NodeStand) else None
                for port in gateway.backend_ports or _PORTS:
                    yield Backend(address, port, _called(stand), node=node)


def _named(
    snapshot: Snapshot, gateway: ApplicationGateway, present: Container[Address]
) -> Iterator[Backend]:
    """Yield the backends that are names, where the twin can look them up.

    Source: docs/semantics/path.md, B4 and Q2.
    """
    for name in gateway.backend_names:
        if not why_not_named(snapshot, gateway, name, present):
            for port in gateway.backend_ports or _PORTS:
                yield Backend(None, port, name.rstrip(".").lower())


def why_not_named(
    snapshot: Snapshot,
    gateway: ApplicationGateway,
    name: str,
    present: Container[Address],
) -> str:
    """Return why the twin does not look a backend up; empty if it does."""
    fabric = snapshot.fabric
    homes = {it.id: it.network for it in fabric.subnets}
    if server_of(snapshot, homes.get(gateway.subnet or "", "")) is None:
        return "whom its network asks for names is not drawn"
    plain = name.rstrip(".").lower()
    known = {host for it in named_resources(fabric) for host in it.host_names}
    if plain not in known and not any(
        f".{plain}".endswith(f".{zone.name}") for zone in fabric.zones
    ):
        return "no zone of the input has the name"
    if any(at not in present for at in recorded(fabric, plain)):
        return "nobody in the twin has the address that the name leads to"
    return ""


def _called(stand: PodStand | NodeStand | MachineStand | FrontStand) -> str:
    match stand:
        case PodStand():
            return stand.workload.label
        case NodeStand():
            return f"node {stand.name}"
        case MachineStand():
            return f"{stand.kind} {stand.name}"
        case _:
            return f"front end {stand.name}"


def _followed(
    snapshot: Snapshot, gateway: ApplicationGateway, pods: tuple[PodStand, ...]
) -> Iterator[Backend]:
    """Yield the pods behind Ingress objects that AKS fills a gateway with.

    Source: Azure docs, application-gateway ingress-controller-overview.
    """
    services = {service.label: service for service in snapshot.objects.services}
    for ingress in snapshot.objects.ingresses if gateway.follows_ingresses else ():
        for path in ingress.backends if _is_for_gateways(ingress) else ():
            service = services.get(f"{ingress.namespace}/{path.service}")
            for port in service.ports if service is not None else ():
                if service is not None and _is_meant(port, path.port):
                    for each in backings(service, port, pods):
                        pod = each.stand
                        label = pod.workload.label
                        yield Backend(pod.address, each.port, label, pod)


_CLASSES = frozenset({"azure-application-gateway", "azure/application-gateway"})


def _is_for_gateways(ingress: Ingress) -> bool:
    """Whether an Ingress is for application gateways.

    Source: Azure docs, application-gateway ingress-controller-annotations.
    """
    written = dict(ingress.annotations).get("kubernetes.io/ingress.class")
    return not _CLASSES.isdisjoint({ingress.ingress_class, written})


def _is_meant(port: ServicePort, wanted: int | str | None) -> bool:
    return wanted is None or wanted in (port.port, port.name)


def with_gateways(fabric: Fabric, stands: tuple[GatewayStand, ...]) -> Fabric:
    """Return the network in which front ends have the addresses of their stands."""
    given = {(it.gateway.id, it.front.name): it for it in stands}
    fabric = with_public(
        fabric, ((it.front, it.address, it.gateway.origin) for it in stands)
    )
    gateways = tuple(
        replace(
            gateway,
            front_ends=tuple(
                replace(front, address=given[gateway.id, front.name].address)
                if (gateway.id, front.name) in given
                else front
                for front in gateway.front_ends
            ),
        )
        for gateway in fabric.application_gateways
    )
    return replace(fabric, application_gateways=gateways)
