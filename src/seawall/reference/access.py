"""By which path one packet reaches the name that was asked for."""

from seawall.model.snapshot import Fabric
from seawall.model.trace import AccessPath, Layer
from seawall.reference.outcome import Outcome
from seawall.reference.place import PRIVATE, in_known_network, within
from seawall.reference.zone import Resolved


def access(fabric: Fabric, found: Resolved, outcome: Outcome) -> AccessPath:
    """Return the path of a packet to a name.

    Source: docs/semantics/path.md, Q6.
    """
    if found.kind == "nothing":
        return AccessPath.UNRESOLVED
    if found.kind in ("unknown", "perhaps"):
        return AccessPath.UNKNOWN
    if found.kind == "public":
        if any(step.layer is Layer.SERVICE_ENDPOINT for step in outcome.steps):
            return AccessPath.SERVICE_ENDPOINT
        return AccessPath.PUBLIC
    inside = {
        within(address, PRIVATE) or in_known_network(fabric, address)
        for address in found.addresses
    }
    if False not in inside:
        return AccessPath.PRIVATE
    return AccessPath.UNKNOWN if True in inside else AccessPath.PUBLIC
