"""Routes that lead nowhere: in a loop, or to an appliance that cannot take packets."""

from collections.abc import Iterator
from typing import NamedTuple

from seawall.engine.path.firewalls.appliance import Appliances
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.lanes import Hop, Toward
from seawall.engine.path.ground.space import Space
from seawall.engine.path.routes.route import Routes
from seawall.model.firewall import Firewall
from seawall.model.network import Subnet
from seawall.model.trace import DecidingRule


class Astray(NamedTuple):
    """A route that leads nowhere.

    Attributes:
        subnet: The subnet whose packets take it.
        rule: The route.
        to: The destinations that it leads astray.
        says: Why, as a clause.
        is_proved: Whether nothing surely comes through.
    """

    subnet: Subnet
    rule: DecidingRule
    to: Space
    says: str
    is_proved: bool


def astray(atlas: Atlas, routes: Routes, appliances: Appliances) -> Iterator[Astray]:
    """Yield the routes of all subnets that lead nowhere.

    Source:
        Azure docs, virtual-networks-udr-overview, "Next hop types".
    """
    for subnet in atlas.fabric.subnets:
        for lane in routes.lanes(subnet):
            if lane.hop.toward is not Toward.APPLIANCE or lane.hop.rule is None:
                continue
            for to, says, is_proved in _followed(
                atlas, routes, appliances, (subnet, lane.hop, lane.destinations, ())
            ):
                yield Astray(subnet, lane.hop.rule, to, says, is_proved)


_At = tuple[Subnet, Hop, Space, tuple[Firewall, ...]]


def _followed(
    atlas: Atlas, routes: Routes, appliances: Appliances, here: _At
) -> Iterator[tuple[Space, str, bool]]:
    subnet, hop, to, seen = here
    firewall = appliances.firewall(subnet.network, hop.appliance)
    home = atlas.subnet(firewall.subnet) if firewall else None
    if firewall is None or home is None:
        fault = appliances.fault(subnet.network, hop.appliance)
        if fault is not None:
            yield to, fault.says, fault.is_proved
        return
    if firewall in seen:
        names = " -> ".join(each.name for each in (*seen, firewall))
        yield to, f"the routes lead in a loop: {names}", True
        return
    for lane in routes.lanes(home):
        part = lane.destinations & to
        if part and lane.hop.toward is Toward.APPLIANCE:
            onward = (home, lane.hop, part, (*seen, firewall))
            yield from _followed(atlas, routes, appliances, onward)
