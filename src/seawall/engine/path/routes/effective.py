"""Routes that the platform itself reported: they decide alone."""

from collections.abc import Iterator

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.lanes import Candidate, Hop, Toward
from seawall.engine.path.ground.space import EVERYWHERE, Space
from seawall.model.address import prefixes_of
from seawall.model.effective import EffectiveHop, EffectiveRoute, EffectiveRoutes
from seawall.model.network import Subnet
from seawall.model.trace import DecidingRule

_PLAIN = {
    EffectiveHop.LOCAL: Toward.LOCAL,
    EffectiveHop.GATEWAY: Toward.GATEWAY,
    EffectiveHop.INTERNET: Toward.INTERNET,
    EffectiveHop.NONE: Toward.NONE,
    EffectiveHop.SERVICE_ENDPOINT: Toward.SERVICE,
}
_PEERED = frozenset(
    {EffectiveHop.PEERING, EffectiveHop.GLOBAL_PEERING, EffectiveHop.GROUP}
)
_LAST = 1000


def effective(
    atlas: Atlas, subnet: Subnet, given: EffectiveRoutes
) -> Iterator[Candidate]:
    """Yield the routes of a subnet as the platform reported them.

    Source:
        Azure docs, diagnose-network-routing-problem: of the effective routes only
        active ones are used, the longest prefix first.
    """
    for route in given.routes:
        # One by one: joined they would be shorter than they are.
        for prefix in (part for item in route.prefixes for part in prefixes_of([item])):
            order = (-(prefix.prefix_length or 0), 0, str(prefix))
            for part, hop in _hops(atlas, subnet, route, Space((prefix,))):
                yield Candidate(part, hop, is_sure=True, order=order)
    missing = Hop(Toward.NONE, rule=DecidingRule("no effective route", given.origin))
    yield Candidate(EVERYWHERE, missing, is_sure=True, order=(_LAST, 0, ""))


def _hops(
    atlas: Atlas, subnet: Subnet, route: EffectiveRoute, to: Space
) -> Iterator[tuple[Space, Hop]]:
    name = route.name or f"{route.next_hop.value} {to}"
    rule = DecidingRule(f"effective route {name}", route.origin)
    if route.next_hop in _PLAIN:
        yield to, Hop(_PLAIN[route.next_hop], rule=rule)
    elif route.next_hop is EffectiveHop.APPLIANCE:
        yield to, Hop(Toward.APPLIANCE, appliance=route.appliance, rule=rule)
    elif route.next_hop is EffectiveHop.ENDPOINT:
        own = to & atlas.space(subnet.network)
        if own:
            yield own, Hop(Toward.LOCAL, rule=rule)
        yield from _peered(atlas, subnet, to - own, rule)
    elif route.next_hop in _PEERED:
        yield from _peered(atlas, subnet, to, rule)
    else:
        says = f"the next hop of {rule.name} is not known"
        yield to, Hop(Toward.UNKNOWN, rule=rule, says=says)


def _peered(
    atlas: Atlas, subnet: Subnet, to: Space, rule: DecidingRule
) -> Iterator[tuple[Space, Hop]]:
    """Yield the peerings that a route to a peered network may mean, by address."""
    left = to
    for peering in atlas.peerings_of(subnet.network):
        part = left & (atlas.peer_space(peering) or Space())
        if part:
            left = left - part
            yield part, Hop(Toward.PEERING, peering=peering, rule=rule)
    if left:
        says = f"{rule.name} leads to a network that is not in the input"
        yield left, Hop(Toward.UNKNOWN, rule=rule, says=says)
