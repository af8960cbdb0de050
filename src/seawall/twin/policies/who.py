"""Which ends a rule of a ranked policy means, worked out over everybody who is there.

The twin is small and closed, so an end is either one of its pods, one of its nodes, or
an address outside. A condition on ends becomes the pods, the nodes and the outside
addresses that fulfil it; what may or may not be meant is kept apart.
"""

from dataclasses import dataclass

from seawall.model.address import AddressRange, merged, without
from seawall.model.ends import (
    Addresses,
    AllOf,
    AnyOf,
    Endpoints,
    Ends,
    Nodes,
    NodeScope,
    Not,
    Perhaps,
    World,
)
from seawall.model.ranked import NetworkSet
from seawall.twin.classes.cast import PodStand
from seawall.twin.classes.selecting import Facts, Unsettled, fulfils
from seawall.twin.line import IPV4
from seawall.twin.policies.ground import Ground

Ranges = tuple[AddressRange, ...]
_ALL: Ranges = (AddressRange.everything(IPV4),)


@dataclass(frozen=True, slots=True)
class Meant:
    """Addresses that are surely meant, and those that may be (with the former)."""

    sure: Ranges
    possible: Ranges


NOBODY = Meant((), ())


def meant(ground: Ground, ends: Ends, own: PodStand) -> Meant:
    """Return the IPv4 addresses that a condition on ends means.

    Args:
        ground: Who is there.
        ends: The condition.
        own: The pod that the policy governs, from which nodes are seen.
    """
    match ends:
        case AllOf(items):
            parts = [meant(ground, item, own) for item in items]
            return _negated(_union([_negated(part) for part in parts]))
        case AnyOf(items):
            return _union([meant(ground, item, own) for item in items])
        case Not(item):
            return _negated(meant(ground, item, own))
        case Perhaps(item):
            return Meant((), meant(ground, item, own).possible)
    return _plain(ground, ends, own)


def _plain(
    ground: Ground, ends: Addresses | World | Nodes | Endpoints, own: PodStand
) -> Meant:
    match ends:
        case Addresses(block):
            if block.block.version != IPV4:
                return NOBODY
            return _sure(without((block.block,), block.excepts))
        case World(version):
            if version not in (None, IPV4):
                return NOBODY
            return _sure(without(_ALL, (*ground.pods, *ground.nodes)))
        case Nodes():
            return _nodes(ground, ends, own)
        case Endpoints():
            return _endpoints(ground, ends)


def _sure(ranges: Ranges) -> Meant:
    found = merged(ranges)
    return Meant(found, found)


def _union(parts: list[Meant]) -> Meant:
    return Meant(
        merged(item for part in parts for item in part.sure),
        merged(item for part in parts for item in part.possible),
    )


def _negated(part: Meant) -> Meant:
    return Meant(without(_ALL, part.possible), without(_ALL, part.sure))


def _nodes(ground: Ground, ends: Nodes, own: PodStand) -> Meant:
    sure: list[AddressRange] = []
    possible: list[AddressRange] = []
    labels = {node.name: dict(node.labels) for node in ground.objects.nodes}
    for stand in ground.cast.nodes:
        is_own = stand.name == own.node.name
        if (ends.scope is NodeScope.OWN and not is_own) or (
            ends.scope is NodeScope.OTHER and is_own
        ):
            continue
        at = AddressRange.of(stand.address)
        try:
            fits = fulfils(ends.labels, Facts(labels.get(stand.name, {})))
        except Unsettled:
            possible.append(at)
            continue
        if fits:
            sure.append(at)
    return Meant(merged(sure), merged((*sure, *possible)))


def _endpoints(ground: Ground, ends: Endpoints) -> Meant:
    sure: list[AddressRange] = []
    possible: list[AddressRange] = []
    for stand in ground.cast.pods:
        at = (AddressRange.of(stand.address),)
        _sort(ends, ground.facts(stand), at, sure, possible)
    for item in ground.objects.network_sets if ends.sets else ():
        ranges = tuple(it for it in item.ranges if it.version == IPV4)
        _sort(ends, _facts_of_set(ground, item), ranges, sure, possible)
    return Meant(merged(sure), merged((*sure, *possible)))


def _sort(
    ends: Endpoints,
    facts: Facts,
    ranges: Ranges,
    sure: list[AddressRange],
    possible: list[AddressRange],
) -> None:
    try:
        if fulfils(ends.labels, facts):
            sure.extend(ranges)
    except Unsettled:
        possible.extend(ranges)


def _facts_of_set(ground: Ground, item: NetworkSet) -> Facts:
    """Return what selectors see of a network set: docs/semantics/calico.md, CA15."""
    if item.namespace is None:
        return Facts(dict(item.labels))
    return Facts(
        dict(item.labels), item.namespace, ground.namespace_labels(item.namespace)
    )
