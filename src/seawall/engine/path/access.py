"""By which door a name is reached: privately, publicly, or over a service endpoint."""

from collections.abc import Iterable

from seawall.engine.path.dns.resolution import Answers, Resolution
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch
from seawall.engine.path.ground.space import PRIVATE
from seawall.model.trace import AccessPath, Layer

_ORDER = tuple(AccessPath)


def door_of(atlas: Atlas, found: Resolution) -> AccessPath:
    """Return the door that the answer to a name leads to.

    Source:
        Azure docs, private-endpoint-dns: a name that nobody answers privately leads to
        the public address.
    """
    if found.doubt:
        return AccessPath.UNKNOWN
    match found.answer:
        case Answers.NOTHING:
            return AccessPath.UNRESOLVED
        case Answers.UNKNOWN:
            return AccessPath.UNKNOWN
        case Answers.PUBLIC:
            return AccessPath.PUBLIC
        case Answers.PRIVATE | Answers.CLUSTER:
            inside = PRIVATE | atlas.known
            if found.addresses <= inside:
                return AccessPath.PRIVATE
            apart = not found.addresses & inside
            return AccessPath.PUBLIC if apart else AccessPath.UNKNOWN


def paths_of(branches: Iterable[Branch]) -> tuple[AccessPath, ...]:
    """Return the paths that the ways of a question take; none without a name.

    Source:
        Azure docs, virtual-network-service-endpoints-overview: a service endpoint
        leaves the public address, and leads past every route.
    """
    found = {path for branch in branches if (path := _path(branch)) is not None}
    return tuple(sorted(found, key=_ORDER.index))


def _path(branch: Branch) -> AccessPath | None:
    path = branch.question.path
    direct = any(step.layer is Layer.SERVICE_ENDPOINT for step in branch.steps)
    if path is AccessPath.PUBLIC and direct:
        return AccessPath.SERVICE_ENDPOINT
    return path
