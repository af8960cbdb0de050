"""One packet at a public address that a machine, a node or a NAT gateway has itself."""

from dataclasses import replace

from seawall.model.cluster import NodePool
from seawall.model.end import InternetEnd, NodeEnd
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.packet import Packet
from seawall.model.policy import Direction
from seawall.model.setting import Setting
from seawall.model.trace import Layer, Verdict
from seawall.reference.admin import Fate, fates
from seawall.reference.delivery import at_machine, at_node, filters, follow_on
from seawall.reference.filter import Side
from seawall.reference.journey import (
    Journey,
    Start,
    is_machine,
    node_addresses,
    pools_at,
)
from seawall.reference.match import holds, verdict_of
from seawall.reference.outcome import Outcome, Step, single, then, together
from seawall.reference.place import names_nothing, subnet_of, within


def at_own_public(journey: Journey, packet: Packet) -> Outcome | None:
    """Hand *packet* on if a machine or node has its destination as a public address.

    Source: docs/semantics/path.md, B15; Azure docs, public-ip-addresses; AKS docs,
    use-node-public-ips.
    """
    # Whoever sent it comes by the internet, as the address that it has there.
    outside = Start(InternetEnd())
    journey = replace(journey, start=outside, sent_from=packet.source)
    fabric, cluster = journey.fabric, journey.snapshot.cluster
    to = packet.destination
    ids = {it.id for it in fabric.public_addresses if within(to, it.ranges)}
    found = [
        _at_interface(journey, interface, packet, ids)
        for interface in fabric.interfaces
        if ids & {*interface.public_addresses}
    ]
    for pool in cluster.pools if cluster is not None else ():
        has = holds(pool.node_public_addresses)
        if has is not False and pool.node_public_prefix.value in ids:
            step = Step(Layer.DELIVERY, pool.name, verdict_of(has), "public address")
            found.append(then(step, _at_node_of(journey, pool, packet)))
    for gateway in () if found else fabric.nat_gateways:
        if ids & {*(gateway.public_addresses.value or ())}:
            return single(Layer.DELIVERY, gateway.name, Verdict.DENIED, "NAT gateway")
    return together(found) if found else None


def _at_interface(
    journey: Journey, interface: NetworkInterface, packet: Packet, ids: set[str]
) -> Outcome:
    subnet = subnet_of(journey.fabric, interface.subnet)
    version = packet.destination.version
    own = [each for each in interface.private(ids) if each.version == version]
    if subnet is None or not own:
        return single(Layer.DELIVERY, interface.name, Verdict.UNKNOWN, "where it is")
    groups = [interface.security_group]
    if is_machine(journey, interface) is not True:
        # The groups of all pools here, whatever is meant.
        here = pools_at(replace(journey, target=None), subnet)
        groups += [pool.nic_security_group for pool in here]
    seen = [replace(packet, destination=address) for address in own]
    return together(
        follow_on(at_machine(journey, subnet, it), closed(journey, subnet, groups, it))
        for it in seen
    )


def _at_node_of(journey: Journey, pool: NodePool, packet: Packet) -> Outcome:
    subnet = subnet_of(journey.fabric, pool.subnet.value)
    if subnet is None:
        return single(Layer.DELIVERY, pool.name, Verdict.UNKNOWN, "no such subnet")
    node = journey.choice.address("node", node_addresses(journey, subnet))
    seen = replace(packet, destination=node)
    meant = replace(journey, target=NodeEnd(pool.name))
    way = follow_on(
        filters(journey, subnet, pool, seen), at_node(meant, pool, seen, subnet)
    )
    return follow_on(way, closed(journey, subnet, [pool.nic_security_group], seen))


def closed(
    journey: Journey, subnet: Subnet, groups: list[Setting[str]], packet: Packet
) -> Outcome | None:
    """Deny what comes to a public address that no group opens.

    Source: Azure docs, load-balancer-overview; docs/semantics/path.md, F10 and G6.
    """
    if not all(names_nothing(each) for each in (subnet.security_group, *groups)):
        return None
    side = Side(journey.snapshot, subnet, Direction.INGRESS, tag=journey.tag)
    spared = Fate.SPARED in fates(side, packet)
    verdict = Verdict.UNKNOWN if spared else Verdict.DENIED
    return single(Layer.SUBNET_FILTER, subnet.name, verdict, "closed")
