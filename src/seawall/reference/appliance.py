"""One packet at an appliance that is not an Azure Firewall."""

from seawall.model.address import Address
from seawall.model.cluster import Addressing
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.packet import Packet
from seawall.model.policy import Direction
from seawall.model.snapshot import Fabric
from seawall.model.trace import Layer, Verdict
from seawall.reference.admin import fates, settled
from seawall.reference.delivery import filters, follow_on
from seawall.reference.filter import Side, ask
from seawall.reference.journey import At, Journey, pools_at
from seawall.reference.outcome import Outcome, Step, single, then, together
from seawall.reference.peering import cross
from seawall.reference.place import peerings_of, subnet_of, within
from seawall.reference.policing import ingress
from seawall.reference.way import Way


def interface_at(
    fabric: Fabric, subnet: Subnet, address: Address | None
) -> tuple[NetworkInterface, Subnet] | None:
    """Return the interface with *address* in this network or a peered one."""
    near = [subnet.network]
    near += [item.remote for item in peerings_of(fabric, subnet.network)]
    for interface in fabric.interfaces:
        home = subnet_of(fabric, interface.subnet)
        if address in interface.addresses and home and home.network in near:
            return interface, home
    return None


def takes(interface: NetworkInterface, destination: Address) -> Verdict:
    """Say whether an interface takes a packet; what becomes of it then is not known.

    Source: Azure docs, virtual-network-network-interface, IP forwarding.
    """
    shut = interface.forwards.is_surely(value=False)
    foreign = destination not in interface.addresses
    return Verdict.DENIED if shut and foreign else Verdict.UNKNOWN


def at_appliance(journey: Journey, packet: Packet, at: At, way: Way) -> Outcome:
    """Come to the interface that has the address of an appliance.

    Source: docs/semantics/path.md, H3 and H7.
    """
    node = _at_node(journey, packet, at, way)
    if node is not None:
        return node
    found = interface_at(journey.fabric, at.subnet, way.appliance)
    if found is None:
        name = str(way.appliance)
        return single(Layer.ROUTE, name, Verdict.UNKNOWN, "unknown appliance")
    interface, home = found
    verdict = takes(interface, packet.destination)
    rest = single(Layer.DELIVERY, interface.name, verdict, "appliance")
    spared = rest
    side = Side(journey.snapshot, home, Direction.INGRESS, tag=journey.tag)
    for layer, name, setting in (
        (Layer.NIC_FILTER, interface.name, interface.security_group),
        (Layer.SUBNET_FILTER, home.name, home.security_group),
    ):
        said = ask(side, setting, packet)
        rest = then(Step(layer, name, said.verdict, said.rule), rest)
    rest = settled(fates(side, packet), home.name, rest, spared)
    if home.network != at.subnet.network:
        rest = then(cross(journey, packet, at, home.network), rest)
    return rest


def _at_node(journey: Journey, packet: Packet, at: At, way: Way) -> Outcome | None:
    """Come to a pod by the address of its node, as the routes of kubenet lead.

    Source: AKS docs, configure-kubenet; docs/semantics/path.md, H9.
    """
    cluster, fabric = journey.snapshot.cluster, journey.fabric
    if cluster is None or cluster.addressing.value is not Addressing.KUBENET:
        return None
    if not within(packet.destination, cluster.pod_ranges.value or ()):
        return None
    near = [at.subnet.network]
    near += [item.remote for item in peerings_of(fabric, at.subnet.network)]
    for pool in cluster.pools:
        home = subnet_of(fabric, pool.subnet.value)
        if home is None or way.appliance is None or home.network not in near:
            continue
        if within(way.appliance, home.prefixes):
            pools = pools_at(journey, home)
            arrived = together(filters(journey, home, each, packet) for each in pools)
            rest = follow_on(arrived, ingress(journey, packet))
            if home.network != at.subnet.network:
                rest = then(cross(journey, packet, at, home.network), rest)
            return rest
    return None
