"""What was proved about packets through a gateway, for one of its backends."""

from seawall.engine.path import Answer, Branch
from seawall.engine.path.ground.verdicts import agreed
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd
from seawall.twin.classes.cast import GatewayStand


def led_to(found: Answer, stand: GatewayStand) -> Answer:
    """Return the part of an answer that leads to one backend of a gateway.

    Args:
        found: What becomes of packets to the front end, whichever backend is taken.
        stand: The front end, with the backend that is meant.
    """
    backend = stand.backend
    if backend is None:
        return found
    ways = tuple(way for way in found.branches if _leads(way, stand))
    return Answer(agreed(way.verdicts() for way in ways), ways)


def _leads(way: Branch, stand: GatewayStand) -> bool:
    """Whether a way is one to a backend."""
    backend = stand.backend
    made = [it for it in way.rewrites if it.by == stand.gateway.id and it.sources]
    if backend is None:
        return True
    if not made:
        # It ends where a name does not resolve.
        return backend.address is None
    if made[0].port != backend.port:
        return False
    if backend.address is None:
        return way.question.name == backend.called
    here = AddressRange.of(backend.address)
    target = way.question.target
    if backend.pod is None:
        plain = isinstance(target, AddressEnd) and target.ranges == (here,)
        return plain and not way.question.name
    held = made[0].destinations
    return held is not None and any(it.covers(here) for it in held.ranges)
