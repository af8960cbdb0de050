"""Whose packets the twin cannot show, because something of theirs is not drawn.

A difference there would be the twin's own fault, so nothing is compared; each is told
as a gap.
"""

from collections.abc import Iterator

from seawall.model.network import Peering
from seawall.model.setting import State
from seawall.twin.layout.fabric import FabricDrawn, SubnetDrawn
from seawall.twin.layout.routing import Hop, Lead


def tell_blind_spots(drawn: FabricDrawn) -> None:
    """Take note of the members whose packets cannot be shown, all or to the outside."""
    fabric, marks = drawn.snapshot.fabric, drawn.marks
    reported = {item.subnet for item in fabric.effective_routes}
    for id_, subnet in drawn.subnets.items():
        held = {
            address
            for member, _ in subnet.members
            for address in (member.address, *member.carried)
        }
        if id_ in reported:
            why = "routes as the platform reports them are not drawn"
            marks.gap("routes-not-drawn", subnet.subnet.name, why)
            marks.blind |= held
        if _astray(drawn, subnet):
            why = "what a gateway does with packets for its own network is not known"
            marks.gap("gateway-not-drawn", subnet.subnet.name, why)
            marks.blind |= held
        if any(it.hop is Hop.GATEWAY for it in _beyond(drawn, subnet)):
            why = "what else lies behind its gateway than is stated is not drawn"
            marks.gap("gateway-not-drawn", subnet.subnet.name, why)
            marks.blind_outside |= held
    _tell_peers(drawn)
    _tell_own_addresses(drawn)


def _astray(drawn: FabricDrawn, subnet: SubnetDrawn) -> bool:
    """Whether a subnet leads to a gateway what lies in the network that it is in."""
    spaces = [it for net in drawn.snapshot.fabric.networks for it in net.space]
    return any(
        lead.hop is Hop.GATEWAY and any(space.covers(item) for space in spaces)
        for item, lead in drawn.leads(subnet).items()
    )


def _beyond(drawn: FabricDrawn, subnet: SubnetDrawn) -> Iterator[Lead]:
    """Yield where a subnet leads what no gateway is stated to lead to."""
    gateways = drawn.snapshot.fabric.gateways
    stated = {item for gateway in gateways for item in gateway.narrow}
    for item, lead in drawn.leads(subnet).items():
        if item not in stated:
            yield lead


def _tell_peers(drawn: FabricDrawn) -> None:
    """Take note of networks that are peered in a way that is not drawn."""
    fabric = drawn.snapshot.fabric
    sides = {(it.network, it.remote): it for it in fabric.peerings}
    for (network, remote), peering in sides.items():
        other = sides.get((remote, network))
        if other is not None and _are_drawn(peering, other):
            continue
        why = "its sides differ, it is of subnets only, or one side is not there"
        drawn.marks.gap("peering-not-drawn", peering.name, why)
        for subnet in drawn.subnets.values():
            if subnet.subnet.network == remote:
                for member, _ in subnet.members:
                    drawn.marks.blind.update((member.address, *member.carried))


def _are_drawn(peering: Peering, other: Peering) -> bool:
    """Whether two sides are one peering of whole networks."""
    return all(
        it.complete
        and it.connected.value == peering.connected.value
        and not (it.local_subnets or it.remote_subnets)
        for it in (peering, other)
    )


def _tell_own_addresses(drawn: FabricDrawn) -> None:
    """Take note of machines and nodes that have public addresses of their own."""
    snapshot, marks = drawn.snapshot, drawn.marks
    for interface in snapshot.fabric.interfaces:
        if interface.public_addresses or interface.pools:
            why = "public addresses of its own are not drawn"
            marks.gap("address-not-drawn", interface.name, why, interface.origin)
            marks.blind_outside.update(
                member.address
                for subnet in drawn.subnets.values()
                for member, _ in subnet.members
                if member.address in interface.addresses
            )
    cluster = snapshot.cluster
    for pool in cluster.pools if cluster is not None else ():
        own = pool.node_public_addresses
        if own.value or own.state is State.UNKNOWN:
            why = "public addresses of nodes are not drawn"
            marks.gap("address-not-drawn", f"pool {pool.name}", why, pool.origin)
            for id_ in (pool.subnet.value, pool.pod_subnet.value):
                subnet = drawn.subnets.get(id_ or "")
                for member, _ in subnet.members if subnet is not None else ():
                    marks.blind_outside.update((member.address, *member.carried))
