"""What machines that are no nodes leave for the internet by."""

from collections.abc import Iterator
from typing import NamedTuple

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.headers import TCP_UDP
from seawall.engine.path.ground.space import Space, at
from seawall.engine.path.ground.verdicts import EVERYTHING, NOTHING
from seawall.flowspace import FlowSet
from seawall.model.interface import NetworkInterface
from seawall.model.network import Subnet
from seawall.model.origin import Origin

_POOLS = "/backendaddresspools/"


class OwnWay(NamedTuple):
    """A way out that an interface has.

    Attributes:
        sure: The headers that surely take it.
        possible: Those that surely or possibly do; holds *sure*.
        sources: The addresses that it lends.
        name: What it is.
        origin: Where it stands.
        allows: Whether it lets them out.
    """

    sure: FlowSet
    possible: FlowSet
    sources: Space
    name: str
    origin: Origin
    allows: bool = True


def own_ways(atlas: Atlas, subnet: Subnet) -> Iterator[OwnWay]:
    """Yield the ways out of the machines in a subnet, in the platform's order.

    Source:
        Azure docs, nat-overview and load-balancer-outbound-connections: a public
        address of one's own before a load balancer's.
    """
    here = [
        each
        for each in atlas.fabric.interfaces
        if (each.subnet or "").lower() == subnet.id.lower()
    ]
    for interface in here:
        if interface.public_addresses:
            sure, possible = _headers(interface)
            yield OwnWay(
                sure,
                possible,
                lent(atlas, interface.public_addresses),
                f"the public address of {interface.name}",
                interface.origin,
            )
    for interface in here:
        for pool in interface.pools:
            yield from _by_pool(atlas, interface, pool)


def _headers(interface: NetworkInterface) -> tuple[FlowSet, FlowSet]:
    """Return what an interface surely and possibly sends."""
    if not interface.addresses:
        return NOTHING, EVERYTHING
    known = at(*interface.addresses).as_sources()
    return known, known


def lent(atlas: Atlas, ids: tuple[str, ...]) -> Space:
    """Return the ranges of public addresses; any if not all are known."""
    ranges, complete = atlas.ranges_of(ids)
    return ranges if complete and ranges else atlas.internet


def _by_pool(atlas: Atlas, interface: NetworkInterface, pool: str) -> Iterator[OwnWay]:
    """Yield what the load balancer of a backend pool lends, if it lends anything.

    Source:
        Azure docs, load-balancer-outbound-connections: by an outbound rule, else by
        the front ends of the rules that do not disable it; load-balancer concepts:
        nothing but TCP and UDP.
    """
    sure, possible = _headers(interface)
    home, _, name = pool.rpartition(_POOLS)
    for balancer in atlas.fabric.load_balancers:
        if balancer.id.lower() != home.lower():
            continue
        fronts = {
            rule.front_end
            for rule in balancer.rules
            if rule.source_nat and (rule.pool or "").lower() == name
        }
        if name in balancer.outbound_pools:
            fronts = set(balancer.outbound_front_ends)
        ids = tuple(
            front.public_address
            for front in balancer.front_ends
            if front.public_address is not None and front.name in fronts
        )
        if ids:
            carried = OwnWay(
                sure & TCP_UDP,
                possible & TCP_UDP,
                lent(atlas, ids),
                f"the load balancer {balancer.name}",
                interface.origin,
            )
            yield carried
            yield carried._replace(
                sure=sure - TCP_UDP, possible=possible - TCP_UDP, allows=False
            )
        return
    says = f"a load balancer of {interface.name} that is not in the input"
    yield OwnWay(NOTHING, possible, atlas.internet, says, interface.origin)
