"""Every way in from outside: what listens, where, and what stands behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Question, Start, StartKind
from seawall.engine.path.ground.headers import TCP, port
from seawall.engine.path.ground.space import PRIVATE, Space
from seawall.engine.path.ground.verdicts import EVERYTHING
from seawall.engine.path.walk import Walker
from seawall.engine.path.ways_in.entrances import rule_headers
from seawall.engine.path.ways_in.gateway import ports_at
from seawall.engine.path.ways_in.links import front_of, senders, visibility
from seawall.flowspace import FlowSet
from seawall.model.cluster import Addressing, NodePool
from seawall.model.firewall import CollectionType, Firewall, NatRule
from seawall.model.origin import Origin
from seawall.model.translation import ApplicationGateway, FrontEnd, LoadBalancer


class DoorKind(Enum):
    """What a door is made of."""

    LOAD_BALANCER = "load balancer"
    FIREWALL = "firewall DNAT"
    GATEWAY = "application gateway"
    CONTAINERS = "application gateway for containers"
    NODE = "node address"
    API_SERVER = "API server"
    PODS = "pod addresses"
    PRIVATE_LINK = "private link service"


@dataclass(frozen=True, slots=True)
class Door:
    """One address, or set of addresses, at which something of ours listens.

    Attributes:
        kind: What it is made of.
        name: As a person knows it: device and front end.
        addresses: Where it listens; empty if the address is allocated later.
        headers: Protocols and ports that it takes, to any address.
        is_public: Whether the internet can address it.
        origin: Where it stands in the input.
        service: `namespace/name` of the Service that it stands for, or empty.
        is_predicted: Whether it was derived from what AKS would create.
    """

    kind: DoorKind
    name: str
    addresses: Space
    headers: FlowSet
    is_public: bool
    origin: Origin
    service: str = ""
    is_predicted: bool = False
    device: "LoadBalancer | Firewall | ApplicationGateway | NodePool | None" = None
    front: FrontEnd | None = None
    senders: Space | None = None
    """Where packets come from whoever the client is; None if they keep the client's."""


class Doors:
    """Finds the doors of one snapshot and lets packets in."""

    def __init__(self, atlas: Atlas, walker: Walker) -> None:
        self._atlas = atlas
        self._walker = walker

    def all(self) -> tuple[Door, ...]:
        """Return every door, those of the internet first, in a stable order."""
        found = [
            *self._balancers(),
            *self._firewalls(),
            *self._gateways(),
            *self._private_links(),
            *self._nodes(),
            *self._api_server(),
            *self._pods(),
        ]
        return tuple(sorted(found, key=lambda door: not door.is_public))

    def _balancers(self) -> Iterator[Door]:
        """Yield a door for each rule of a load balancer.

        Source:
            Azure docs, load-balancer-overview.
        """
        for balancer in self._atlas.fabric.load_balancers:
            if self._atlas.other_owner(balancer.id):
                continue
            fronts = {front.name: front for front in balancer.front_ends}
            for rule in balancer.rules:
                front = fronts.get(rule.front_end)
                if front is None:
                    continue
                yield Door(
                    DoorKind.LOAD_BALANCER,
                    f"{balancer.name}/{rule.name}",
                    self._walker.entrances.front_space(front),
                    rule_headers(rule),
                    front.is_public,
                    rule.origin,
                    service=rule.service or "",
                    is_predicted=balancer.predicted,
                    device=balancer,
                    front=front,
                )

    def _firewalls(self) -> Iterator[Door]:
        """Yield a door for each destination translation of a firewall.

        Source:
            Azure docs, firewall rule-processing, "DNAT rules".
        """
        for firewall in self._atlas.fabric.firewalls:
            mine, _ = self._atlas.ranges_of(firewall.public_addresses)
            for collection in firewall.collections:
                if collection.type is not CollectionType.NAT:
                    continue
                for rule in collection.rules:
                    if not isinstance(rule, NatRule):
                        continue
                    headers = FlowSet.box(
                        protocols=tuple((each, each) for each in rule.protocols),
                        destination_ports=tuple(
                            (item.first, item.last) for item in rule.destination_ports
                        ),
                    )
                    yield Door(
                        DoorKind.FIREWALL,
                        f"{firewall.name}/{collection.name}/{rule.name}",
                        mine,
                        headers,
                        is_public=True,
                        origin=rule.origin,
                        device=firewall,
                    )

    def _gateways(self) -> Iterator[Door]:
        for gateway in self._atlas.fabric.application_gateways:
            for front in gateway.front_ends:
                ports = ports_at(gateway, front)
                if gateway.listener_ports and not ports:
                    continue
                kind = DoorKind.GATEWAY
                if gateway.for_containers:
                    kind = DoorKind.CONTAINERS
                yield Door(
                    kind,
                    f"{gateway.name}/{front.name}",
                    self._walker.entrances.front_space(front),
                    TCP & port(*ports),
                    front.is_public,
                    gateway.origin,
                    device=gateway,
                    front=front,
                )

    def _private_links(self) -> Iterator[Door]:
        """Yield a door for each rule of a load balancer behind a Private Link service.

        Source:
            Azure docs, private-link-service-overview and frontdoor private-link: what
            Front Door leads to it is open to the internet.
        """
        for link in self._atlas.fabric.private_link_services:
            found = front_of(self._atlas, link)
            if found is None:
                continue
            balancer, front = found
            edges = [
                each
                for each in self._atlas.fabric.front_doors
                if (each.target or "").lower() == link.id.lower()
            ]
            through = f" behind Front Door {edges[0].name}" if edges else ""
            seen = visibility(link)
            through += f" ({seen})" if seen else ""
            for rule in balancer.rules:
                if rule.front_end != front.name:
                    continue
                yield Door(
                    DoorKind.PRIVATE_LINK,
                    f"{link.name}{through}",
                    self._walker.entrances.front_space(front) or PRIVATE,
                    rule_headers(rule),
                    is_public=bool(edges),
                    origin=edges[0].origin if edges else link.origin,
                    service=rule.service or "",
                    is_predicted=link.predicted,
                    device=balancer,
                    front=front,
                    senders=senders(self._atlas, link),
                )

    def _nodes(self) -> Iterator[Door]:
        """Yield a door for each pool whose nodes have, or may have, public addresses.

        Source:
            AKS docs, use-node-public-ips.
        """
        for pool in self._atlas.pools:
            if pool.node_public_addresses.may_be(value=True):
                yield Door(
                    DoorKind.NODE,
                    f"nodes of pool {pool.name}",
                    self._walker.entrances.own_publics.of_nodes(pool),
                    EVERYTHING,
                    is_public=True,
                    origin=pool.origin,
                    device=pool,
                )

    def _api_server(self) -> Iterator[Door]:
        cluster = self._atlas.cluster
        if cluster is None:
            return
        api = cluster.api_server
        yield Door(
            DoorKind.API_SERVER,
            api.name or f"API server of {cluster.name}",
            Space(),
            TCP & port(443),
            is_public=not api.private.is_surely(value=True),
            origin=api.origin,
        )

    def _pods(self) -> Iterator[Door]:
        """Yield a door for each pool whose pods have addresses of the network.

        Source:
            AKS docs, concepts-network-cni-overview: flat networks.
        """
        if self._atlas.addressing not in (
            Addressing.POD_SUBNET,
            Addressing.NODE_SUBNET,
        ):
            return
        for pool in self._atlas.pools:
            yield Door(
                DoorKind.PODS,
                f"pods of pool {pool.name}",
                self._walker.places.pods(pool),
                EVERYTHING,
                is_public=False,
                origin=pool.origin,
                device=pool,
            )

    def starts(self, door: Door) -> tuple[Start, ...]:
        """Return where packets to a door start if that is not up to who asks."""
        if door.senders is None:
            return ()
        return (Start(StartKind.MACHINE, door.name, door.senders),)

    def entered(self, door: Door, start: Start) -> Iterator[Branch]:
        """Yield the ways of packets from a start that come to a door.

        A public start is at the door already; packets to a door whose address is not
        allocated yet may have any public destination, or any in its subnet.
        """
        addresses = door.addresses or self._unallocated(door)
        flows = door.headers & FlowSet.box(
            sources=start.sources.intervals, destinations=addresses.intervals
        )
        branch = Branch(start, Question(), flows)
        if not flows:
            return
        walker = self._walker
        device, front = door.device, door.front
        if isinstance(device, LoadBalancer) and front is not None:
            yield from walker.entrances.balanced(branch, device, front)
        elif isinstance(device, ApplicationGateway) and front is not None:
            yield from walker.entrances.gateways.entered(branch, device, front)
        elif isinstance(device, Firewall):
            yield from walker.transit.redirected(branch, device)
        elif isinstance(device, NodePool) and door.kind is DoorKind.NODE:
            yield from walker.entrances.own_publics.to_node(branch, device)

    def _unallocated(self, door: Door) -> Space:
        """Return where an address of a door that is allocated later may be.

        Source:
            AKS docs, internal-lb: its address is one of the subnet.
        """
        front = door.front
        subnet = self._atlas.subnet(front.subnet) if front is not None else None
        if door.is_public or subnet is None:
            return self._atlas.others
        return Space.of(subnet.prefixes) or self._atlas.others
