"""What passes from one end to another, as far as an intent speaks of it."""

from dataclasses import dataclass

from seawall.engine.path.ground import space
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.end import End
from seawall.model.workload import Workload

PRIVATE = (*space.PRIVATE.ranges, AddressRange.parse("fc00::/7"))
"""Source: as `space.PRIVATE`, and RFC 4193."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """What passes from one end to another of the services that are asked about.

    Attributes:
        source: Where it comes from.
        target: Where it goes.
        allowed: Headers of which some surely arrive; none means that nothing surely
            does.
        unknown: Headers of which it is not known.
        via: The door that it comes through, if it is known to.
        blank: Why nothing could be asked, as a clause; empty if it could.
    """

    source: End
    target: End
    allowed: FlowSet
    unknown: FlowSet
    via: str = ""
    blank: str = ""


def key_of(workload: Workload) -> object:
    """Return what a workload and a single pod of it have alike."""
    return workload.namespace, workload.name, workload.kind, workload.variant
