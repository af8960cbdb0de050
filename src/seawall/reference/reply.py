"""Whether the answer to one packet comes back."""

from seawall.model.address import Address
from seawall.model.network import NextHop, Subnet
from seawall.model.snapshot import Fabric
from seawall.model.trace import Reply, Verdict
from seawall.reference.appliance import interface_at, takes
from seawall.reference.outcome import Outcome
from seawall.reference.place import (
    behind_gateway,
    in_known_network,
    is_public,
    peerings_of,
    subnet_of,
    within,
)
from seawall.reference.route import ways
from seawall.reference.way import Way


def reply(fabric: Fabric, outcome: Outcome) -> Reply:
    """Return whether the answer to a packet with that outcome comes back.

    Filters keep the state of the flow, so only routes decide; a firewall must see both
    ways. Whoever translated the source retraces the way from there.

    Source: Azure docs, network-security-groups-overview and
    virtual-networks-udr-overview; AKS docs, limit-egress-traffic.
    """
    if outcome.verdict is Verdict.DENIED:
        return Reply.NOT_SENT
    if outcome.arrival is None:
        return Reply.RETURNS
    return _routed(fabric, *outcome.arrival, missing=outcome.passed)


def _routed(
    fabric: Fabric,
    subnet: Subnet,
    source: Address,
    *,
    missing: tuple[str, ...],
    seen: tuple[str, ...] = (),
) -> Reply:
    """Follow the routes from *subnet*, through firewalls, towards *source*.

    It has to pass the firewalls in *missing* and no others, and passed those in *seen*.

    Source: docs/semantics/path.md, Y3.
    """
    found = ways(fabric, subnet, source)
    way = found[0]
    if len(found) > 1 or way.hop is NextHop.UNKNOWN:
        return Reply.UNKNOWN
    if way.hop is NextHop.VIRTUAL_APPLIANCE:
        here = _home_of(fabric, subnet, way)
        if here is None:
            return _by_machine(fabric, subnet, source, way)
        if here[0] in seen or within(source, here[1].prefixes):
            return Reply.LOST if here[0] in seen else Reply.UNKNOWN
        passed = (*seen, here[0])
        return _routed(fabric, here[1], source, missing=missing, seen=passed)
    astray = way.hop is NextHop.INTERNET and not is_public(source)
    lost = astray or way.hop is NextHop.NONE or set(seen) != set(missing)
    if lost:
        return Reply.LOST
    by_gateway = way.hop is NextHop.VIRTUAL_NETWORK_GATEWAY
    is_away = by_gateway and _is_away(fabric, subnet, source)
    return Reply.UNKNOWN if is_away else Reply.RETURNS


def _is_away(fabric: Fabric, subnet: Subnet, address: Address) -> bool:
    """Whether nothing says that a gateway leads home. Source: path.md, Y6."""
    behind = behind_gateway(fabric, subnet.network, address)
    elsewhere = is_public(address) or in_known_network(fabric, address)
    return elsewhere and behind is not True


def _by_machine(fabric: Fabric, subnet: Subnet, source: Address, way: Way) -> Reply:
    """Source: docs/semantics/path.md, H3."""
    found = interface_at(fabric, subnet, way.appliance)
    drops = found is not None and takes(found[0], source) is Verdict.DENIED
    return Reply.LOST if drops else Reply.UNKNOWN


def _home_of(fabric: Fabric, subnet: Subnet, way: Way) -> tuple[str, Subnet] | None:
    """Return the firewall that a route names, and its subnet, if it is near."""
    near = {subnet.network}
    near |= {item.remote for item in peerings_of(fabric, subnet.network)}
    for firewall in fabric.firewalls:
        home = subnet_of(fabric, firewall.subnet)
        named = way.appliance is not None and firewall.address == way.appliance
        if named and home is not None and home.network in near:
            return firewall.id, home
    return None
