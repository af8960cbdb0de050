"""How one packet of a machine leaves for the internet by what the machine has."""

from dataclasses import dataclass

from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Fabric
from seawall.reference.match import Match, at_most


@dataclass(frozen=True, slots=True)
class Lent:
    """A way out of an interface: whether a packet takes it, and what it lends."""

    applies: Match
    ids: tuple[str, ...]
    label: str
    passes: bool = True


def own_ways(fabric: Fabric, subnet: Subnet, packet: Packet) -> list[Lent]:
    """Return the ways out of the machine in *subnet* that sends *packet*.

    Of all machines there first those with public addresses, then those behind load
    balancers.

    Source: Azure docs, nat-overview and load-balancer-outbound-connections; path.md,
    N7.
    """
    here = [item for item in fabric.interfaces if item.subnet == subnet.id]
    found = [
        Lent(_sends(item, packet), item.public_addresses, item.name)
        for item in here
        if item.public_addresses
    ]
    for item in here:
        for pool in item.pools:
            found += _by_pool(fabric, item, pool, packet)
    return [each for each in found if each.applies is not False]


def _sends(interface: NetworkInterface, packet: Packet) -> Match:
    return packet.source in interface.addresses if interface.addresses else None


def _by_pool(
    fabric: Fabric, interface: NetworkInterface, pool: str, packet: Packet
) -> list[Lent]:
    sends = _sends(interface, packet)
    balancer_id, _, name = pool.rpartition("/backendaddresspools/")
    carried = packet.protocol in (Protocol.TCP, Protocol.UDP)
    for balancer in fabric.load_balancers:
        if balancer.id != balancer_id:
            continue
        fronts = [
            rule.front_end
            for rule in balancer.rules
            if rule.source_nat and (rule.pool or "").lower() == name
        ]
        if name in balancer.outbound_pools:
            fronts = list(balancer.outbound_front_ends)
        ids = tuple(
            front.public_address
            for front in balancer.front_ends
            if front.public_address is not None and front.name in fronts
        )
        return [Lent(sends, ids, balancer.name, carried)] if ids else []
    return [Lent(at_most(known=False, match=sends), ("unknown",), "a load balancer")]


def of_prefix(prefix: str | None) -> tuple[str, ...]:
    """Return the id of the prefix that nodes take public addresses of, or any."""
    return (prefix,) if prefix else ("unknown",)
