"""Whether one end of a connection is what a ranked policy means.

Read straight off the nouns of `seawall.model.ends`, for one end at a time.
"""

from seawall.model.address import AddressRange
from seawall.model.dataplane import Tri
from seawall.model.ends import (
    ANYTHING,
    Addresses,
    AllOf,
    AnyOf,
    Comparison,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Nodes,
    NodeScope,
    Not,
    Perhaps,
    World,
)
from seawall.model.policy import BlockPeer
from seawall.model.ranked import NetworkSet
from seawall.model.workload import Workload
from seawall.reference.policy_question import HostAt, Outside, PodAt, PolicyEnd, Side
from seawall.reference.policy_rule import covers, places
from seawall.reference.same_node import same_node
from seawall.reference.truth import both, either, opposite, tri


def is_meant(side: Side, ends: Ends, end: PolicyEnd) -> Tri:
    """Return whether a predicate over ends holds for one."""
    match ends:
        case AllOf(items):
            return both(is_meant(side, item, end) for item in items)
        case AnyOf(items):
            return either(is_meant(side, item, end) for item in items)
        case Not(item):
            return opposite(is_meant(side, item, end))
        case Perhaps(item, _):
            return both((Tri.UNDEFINED, is_meant(side, item, end)))
        case Endpoints() | Addresses() | Nodes() | World():
            return _is_one(side, ends, end)


def _is_one(
    side: Side, ends: Endpoints | Addresses | Nodes | World, end: PolicyEnd
) -> Tri:
    match ends:
        case Addresses(block):
            return covers(block, _whereabouts(side, end))
        case Endpoints(labels, sets):
            found = [_in_set(side, labels, item, end) for item in _sets(side, sets)]
            if isinstance(end, PodAt):
                found.append(fulfils(side, labels, end.workload))
            return either(found)
        case Nodes():
            return _is_node(side, ends, end)
        case World(version):
            return _is_world(side, version, end)


def _sets(side: Side, meant: bool) -> tuple[NetworkSet, ...]:  # noqa: FBT001
    return side.objects.network_sets if meant else ()


def _whereabouts(side: Side, end: PolicyEnd) -> tuple[AddressRange, ...]:
    if isinstance(end, Outside):
        return (AddressRange.of(end.address),)
    ranges = side.node_ranges if isinstance(end, HostAt) else side.pod_ranges
    return places(side, end.address, ranges)


def _in_set(side: Side, labels: Labels, item: NetworkSet, end: PolicyEnd) -> Tri:
    """Whether the end has an address in a network set that is meant.

    Source:
        projectcalico/calico felix/calc: a network set is selected by its own labels and
        those of its namespace; whoever has one of its addresses is then meant.
    """
    inside = either(
        covers(BlockPeer(each), _whereabouts(side, end)) for each in item.ranges
    )
    return both((fulfils(side, labels, item), inside))


def _is_node(side: Side, ends: Nodes, end: PolicyEnd) -> Tri:
    if not isinstance(end, HostAt):
        return Tri.NO
    scope = Tri.YES
    if ends.scope is not NodeScope.ANY:
        pod = side.end
        own = same_node(pod, end, side.together) if isinstance(pod, PodAt) else Tri.NO
        scope = own if ends.scope is NodeScope.OWN else opposite(own)
    labels = Tri.YES
    if ends.labels != ANYTHING:
        labels = Tri.UNDEFINED
        for node in side.objects.nodes:
            if node.name == end.node:
                labels = _holds(ends.labels, {Facet.LABELS: dict(node.labels)})
    return both((scope, labels))


def _is_world(side: Side, version: int | None, end: PolicyEnd) -> Tri:
    """Whether the end is neither pod nor node.

    An address in the ranges of pods may be that of a pod which the input does not show.
    """
    if not isinstance(end, Outside) or version not in {None, end.address.version}:
        return Tri.NO
    hidden = any(end.address in item for item in side.pod_ranges)
    return Tri.UNDEFINED if hidden else Tri.YES


def fulfils(side: Side, labels: Labels, thing: Workload | NetworkSet) -> Tri:
    """Return whether a pod or a network set fulfils a condition on labels.

    Source:
        Kubernetes docs, concepts, "Namespaces", automatic labelling: a namespace has
        the label of its name. What an account that is not declared carries is unknown.
    """
    facets: dict[Facet, dict[str, str] | None] = {Facet.LABELS: dict(thing.labels)}
    if thing.namespace is not None:
        found: dict[str, str] = {}
        for namespace in side.objects.namespaces:
            if namespace.name == thing.namespace:
                found |= dict(namespace.labels)
        found["kubernetes.io/metadata.name"] = thing.namespace
        facets[Facet.NAMESPACE_LABELS] = found
        facets[Facet.NAMESPACE_NAME] = {"": thing.namespace}
    if isinstance(thing, Workload):
        facets[Facet.ACCOUNT_NAME] = {"": thing.service_account}
        facets[Facet.ACCOUNT_LABELS] = None
        facets[Facet.MESH] = None if thing.mesh is None else {"": thing.mesh.value}
        for account in side.objects.accounts:
            if (account.namespace, account.name) == (
                thing.namespace,
                thing.service_account,
            ):
                facets[Facet.ACCOUNT_LABELS] = dict(account.labels)
    return _holds(labels, facets)


def _holds(labels: Labels, facets: dict[Facet, dict[str, str] | None]) -> Tri:
    match labels:
        case AllOf(items):
            return both(_holds(item, facets) for item in items)
        case AnyOf(items):
            return either(_holds(item, facets) for item in items)
        case Not(item):
            return opposite(_holds(item, facets))
        case Perhaps(item, _):
            return both((Tri.UNDEFINED, _holds(item, facets)))
        case LabelTest(facet, key):
            carried = facets.get(facet, {})
            if carried is None:
                return Tri.UNDEFINED
            return tri(key in carried and _compares(labels, carried[key]))


def _compares(item: LabelTest, value: str) -> bool:
    if item.comparison is Comparison.EXISTS:
        return True
    if item.comparison is Comparison.IN:
        return value in item.values
    return any(
        {
            Comparison.CONTAINS: part in value,
            Comparison.STARTS_WITH: value.startswith(part),
            Comparison.ENDS_WITH: value.endswith(part),
        }[item.comparison]
        for part in item.values
    )
