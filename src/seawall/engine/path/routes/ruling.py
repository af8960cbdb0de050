"""What a route says about the packets that follow it."""

from seawall.engine.path.ground.lanes import Hop, Toward
from seawall.engine.path.ground.verdicts import NOTHING, Ruling, constant
from seawall.engine.path.routes.route import SOURCE as ROUTE_SOURCE


def route_ruling(hop: Hop) -> Ruling:
    """Return what a route says about the packets that follow it."""
    name = hop.rule.name if hop.rule else "no route"
    if hop.toward is Toward.UNKNOWN:
        return Ruling.not_known(hop.says, ROUTE_SOURCE, hop.rule)
    if hop.toward is Toward.NONE:
        why = f" ({hop.says})" if hop.says else ""
        return Ruling.denying(f"{name} drops it{why}", ROUTE_SOURCE, hop.rule)
    to = f"{hop.toward.value} {hop.appliance}" if hop.appliance else hop.toward.value
    says = f"{name} leads to {to}"
    return Ruling(NOTHING, NOTHING, constant(says, ROUTE_SOURCE, hop.rule))
