"""Front ends of load balancers: their addresses, and the nodes behind each rule."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from seawall.model.address import AddressRange
from seawall.model.origin import Origin
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.translation import (
    FrontEnd,
    LoadBalancer,
    LoadBalancerRule,
    PublicAddress,
)
from seawall.twin.classes.giving import Giver, NodeStand, PodStand, ipv4
from seawall.twin.classes.ranges import IPV4
from seawall.twin.classes.services import CARRIED, ServiceStand, backings


@dataclass(frozen=True, slots=True)
class FrontStand:
    """A front end that leads to Services.

    Attributes:
        balancer: Its load balancer.
        front: The front end.
        address: Its address, from the input or given.
    """

    balancer: LoadBalancer
    front: FrontEnd
    address: IPv4Address

    @property
    def name(self) -> str:
        """Load balancer and front end."""
        return f"{self.balancer.name}/{self.front.name}"

    @property
    def rules(self) -> tuple[LoadBalancerRule, ...]:
        """Its rules."""
        return tuple(
            rule for rule in self.balancer.rules if rule.front_end == self.front.name
        )

    def floats(self, service: str) -> bool:
        """Whether nodes see its address in what they get for a Service."""
        return any(rule.floating and rule.service == service for rule in self.rules)


def front_stands(snapshot: Snapshot, giver: Giver) -> Iterator[FrontStand]:
    """Yield the front ends whose rules lead to Services that the input shows."""
    labels = {service.label for service in snapshot.objects.services}
    known = {item.id: item.ranges for item in snapshot.fabric.public_addresses}
    for balancer in snapshot.fabric.load_balancers:
        if balancer.other_class or _is_anothers(balancer, snapshot):
            continue
        for front in balancer.front_ends:
            rules = [it for it in balancer.rules if it.front_end == front.name]
            if not rules or not all(rule.service in labels for rule in rules):
                continue
            address = front_address(front, known, giver)
            if address is not None:
                yield FrontStand(balancer, front, address)


def _is_anothers(balancer: LoadBalancer, snapshot: Snapshot) -> bool:
    """Whether a load balancer is made for another cluster. Source: path.md, C1."""
    return any(
        f"/resourcegroups/{other.node_resource_group}/" in balancer.id
        or balancer.id.startswith(f"{other.id}#")
        for other in snapshot.other_clusters
    )


def front_address(
    front: FrontEnd, known: dict[str, tuple[AddressRange, ...]], giver: Giver
) -> IPv4Address | None:
    """Return the address of a front end, one that is given where none is known."""
    if front.public_address is not None:
        for item in known.get(front.public_address, ()):
            if item.version == IPV4:
                return IPv4Address(item.first)
        return ipv4([front.address] if front.address else []) or giver.public_address()
    if front.address is not None:
        return ipv4([front.address])
    return giver.address_in(front.subnet or "")


def nodes_behind(
    stand: FrontStand,
    rule: LoadBalancerRule,
    services: tuple[ServiceStand, ...],
    pods: tuple[PodStand, ...],
    nodes: tuple[NodeStand, ...],
) -> tuple[NodeStand, ...]:
    """Return the nodes that a rule hands on to.

    Under the policy `Local` those without a pod fail their health probe. Source: AKS
    docs, configure-load-balancer-standard.
    """
    pools = stand.balancer.backend_pools
    found = tuple(it for it in nodes if pools is None or it.pool in pools)
    service = next((it.service for it in services if it.name == rule.service), None)
    if service is None or not service.local_traffic_only:
        return found
    homes = {
        item.stand.node
        for port in service.ports
        if port.protocol in CARRIED
        for item in backings(service, port, pods)
    }
    return tuple(node for node in found if node in homes)


def with_fronts(fabric: Fabric, stands: tuple[FrontStand, ...]) -> Fabric:
    """Return the network in which front ends have the addresses of their stands."""
    given = {(it.balancer.id, it.front.name): it for it in stands}
    fabric = with_public(
        fabric, ((it.front, it.address, it.balancer.origin) for it in stands)
    )
    balancers = tuple(
        replace(
            balancer,
            front_ends=tuple(
                replace(front, address=given[balancer.id, front.name].address)
                if (balancer.id, front.name) in given
                else front
                for front in balancer.front_ends
            ),
        )
        for balancer in fabric.load_balancers
    )
    return replace(fabric, load_balancers=balancers)


def with_public(
    fabric: Fabric, fronts: Iterable[tuple[FrontEnd, IPv4Address, Origin]]
) -> Fabric:
    """Return the network in which public addresses that were given are known."""
    public = {item.id: item for item in fabric.public_addresses}
    for front, address, origin in fronts:
        id_ = front.public_address
        if id_ is not None and not (id_ in public and public[id_].ranges):
            held = (AddressRange.of(address),)
            public[id_] = PublicAddress(id_, id_, held, origin)
    return replace(
        fabric, public_addresses=tuple(public[id_] for id_ in sorted(public))
    )
