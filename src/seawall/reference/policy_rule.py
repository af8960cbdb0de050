"""Whether one rule of a network policy matches one packet.

Leaves to `policy` which rules apply, and what follows when none matches.
"""

from seawall.model.address import Address, AddressRange
from seawall.model.dataplane import PolicyEngine, Tri
from seawall.model.policy import (
    BlockPeer,
    Direction,
    NamedPort,
    PodPeer,
    Policy,
    PolicyRule,
    PortMatch,
)
from seawall.model.selector import Labels, Operator, Selector
from seawall.model.workload import Workload
from seawall.reference.labels import (
    holds,
    is_hidden,
    selects_as_seen,
    whether_seen,
)
from seawall.reference.policy_question import HostAt, Outside, PodAt, Side
from seawall.reference.truth import both, either, opposite, tri

PRIVATE_RANGES = tuple(
    AddressRange.parse(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
)
"""Where a pod or node is taken to be when nothing tells its IPv4 address.

Source: AKS docs, concepts-network-azure-cni-overlay, read 2026-08-21.
"""

_NEGATIVE = frozenset({Operator.NOT_IN, Operator.DOES_NOT_EXIST})


def rule_matches(side: Side, policy: Policy, rule: PolicyRule) -> Tri:
    """Return whether a rule of *policy* allows the packet.

    Source:
        Kubernetes, networking/v1 types.go, NetworkPolicyIngressRule: `from` and
        `ports` must both match; a list that is empty or missing matches everything.
    """
    peers, ports = Tri.YES, Tri.YES
    if rule.peers is not None:
        peers = either(
            _block_peer(side, peer)
            if isinstance(peer, BlockPeer)
            else _pod_peer(side, policy, peer)
            for peer in rule.peers
        )
    if rule.ports is not None:
        ports = either(port_matches(side, match) for match in rule.ports)
    return both((peers, ports))


def _pod_peer(side: Side, policy: Policy, peer: PodPeer) -> Tri:
    """Whether a peer that names pods by label means the far end.

    Source:
        Kubernetes, networking/v1 types.go, NetworkPolicyPeer; pods on the host network
        are undefined there and match nowhere (Azure NPM podController.go; Calico
        conversion.go; AKS docs, azure-cni-powered-by-cilium). Selectors of negative
        terms only that also admit what is no pod: Azure NPM pull request 4868; cilium
        issue 46949.
    """
    far = side.far
    if isinstance(far, PodAt):
        return _selected(side, policy, peer, far.workload)
    spec = side.dataplane.engine is PolicyEngine.SPEC
    if spec and far.workload and _selected(side, policy, peer, far.workload) != Tri.NO:
        return Tri.UNDEFINED
    terms = () if peer.namespaces is None else peer.namespaces.requirements
    if terms and all(
        item.operator in _NEGATIVE for item in terms + peer.pods.requirements
    ):
        return side.dataplane.negative_namespaces_match_outside
    return Tri.NO


def _selected(side: Side, policy: Policy, peer: PodPeer, workload: Workload) -> Tri:
    pods = selects_as_seen(side.dataplane, peer.pods, workload)
    if peer.namespaces is None:
        return both((pods, tri(workload.namespace == policy.namespace)))
    return both((pods, _namespace(side, peer.namespaces, workload.namespace)))


def _namespace(side: Side, selector: Selector, name: str) -> Tri:
    """Whether a namespace is selected.

    Source:
        Kubernetes docs, concepts, "Network Policies", "Targeting a Namespace by its
        name": every namespace carries `kubernetes.io/metadata.name`. `NotIn` with
        several values that excludes nobody: Azure NPM pull request 4866.
    """
    labels: dict[str, str] = {}
    for namespace in side.objects.namespaces:
        if namespace.name == name:
            labels |= dict(namespace.labels)
    labels["kubernetes.io/metadata.name"] = name
    seen = {key: value for key, value in labels.items() if not is_hidden(key)}
    return whether_seen(
        side.dataplane,
        _in_namespace(side, selector, labels),
        _in_namespace(side, selector, seen),
    )


def _in_namespace(side: Side, selector: Selector, labels: Labels) -> Tri:
    """Whether a namespace is selected, if the engine sees these labels of it."""
    ignored = opposite(side.dataplane.multi_value_not_in_excludes)
    answers = []
    for item in selector.requirements:
        answer = tri(holds(item, labels))
        if item.operator is Operator.NOT_IN and len(item.values) > 1:
            answer = either((answer, ignored))
        answers.append(answer)
    return both(answers)


def _block_peer(side: Side, peer: BlockPeer) -> Tri:
    """Whether an ipBlock means the far end.

    Source:
        Kubernetes, networking/v1 types.go, IPBlock. Pods and nodes: AKS docs,
        azure-cni-powered-by-cilium and migrate-from-npm-to-cilium-network-policy;
        Azure NPM translatePolicy.go; felix/rules/policy.go; the API leaves it open.
    """
    far, dataplane = side.far, side.dataplane
    if isinstance(far, Outside):
        return covers(peer, (AddressRange.of(far.address),))
    if isinstance(far, HostAt):
        at = places(side, far.address, side.node_ranges)
        return both((covers(peer, at), dataplane.block_matches_nodes))
    at = places(side, far.address, side.pod_ranges)
    return both((covers(peer, at), dataplane.block_matches_pods))


def places(
    side: Side, address: Address | None, ranges: tuple[AddressRange, ...]
) -> tuple[AddressRange, ...]:
    """Return where an end may be: at its address, in *ranges*, or anywhere private."""
    if address is not None:
        return (AddressRange.of(address),)
    version = side.question.version
    private = {4: PRIVATE_RANGES, 6: (AddressRange.everything(6),)}[version]
    return tuple(item for item in ranges if item.version == version) or private


def covers(peer: BlockPeer, places: tuple[AddressRange, ...]) -> Tri:
    """Return whether a block holds all of some places, none of them, or a part.

    It is enough to ask next to the borders: in between nothing changes.

    Source:
        Kubernetes, networking/v1 types.go, IPBlock: addresses in `cidr` that are in no
        `except`. An IPv4 block never matches an IPv6 address.
    """
    parts = (peer.block, *peer.excepts)
    borders = [at for part in parts for at in (part.first, part.last)]
    answers = set()
    for place in places:
        near = {at + step for at in borders for step in (-1, 0, 1)}
        for at in {place.first, place.last} | near:
            if place.first <= at <= place.last:
                point = AddressRange(place.version, at, at)
                inside = peer.block.covers(point)
                excepted = any(hole.covers(point) for hole in peer.excepts)
                answers.add(inside and not excepted)
    return tri(answers == {True}) if len(answers) == 1 else Tri.UNDEFINED


def port_matches(side: Side, match: PortMatch) -> Tri:
    """Return whether an entry of `ports` means the packet's protocol and port.

    Source:
        Kubernetes, networking/v1 types.go, NetworkPolicyPort: both ends of a range are
        included; only TCP, UDP and SCTP can be named, so nothing else matches. An
        `endPort` that is not honoured leaves the first port (AKS docs,
        migrate-from-npm-to-cilium-network-policy).
    """
    if match.protocol != side.question.protocol:
        return Tri.NO
    if isinstance(match, NamedPort):
        return _named_port(side, match)
    if side.question.port not in match.ports:
        return Tri.NO
    beyond = match.is_range and side.question.port != match.ports.first
    return side.dataplane.honours_end_port if beyond else Tri.YES


def _named_port(side: Side, match: NamedPort) -> Tri:
    """Whether a port name stands for the packet's port on the destination.

    Source:
        Kubernetes, networking/v1 types.go, NetworkPolicyPort `port`: a name on the
        destination pod. On what is no pod it means nothing (Azure NPM
        translatePolicy.go; felix/rules/policy.go). One name with several numbers in
        egress rules: cilium issue 30003.
    """
    target, port = side.question.destination, side.question.port
    if target.workload is None:
        return Tri.NO
    stands = port in numbers_of(target.workload, match)
    if side.direction is Direction.INGRESS:
        return tri(stands)
    if isinstance(target, HostAt):
        spec = side.dataplane.engine is PolicyEngine.SPEC
        return Tri.UNDEFINED if spec and stands else Tri.NO
    return Tri.UNDEFINED if conflicts(side, match) else tri(stands)


def conflicts(side: Side, match: NamedPort) -> bool:
    """Return whether a name in an egress rule may stand for the port on any pod.

    Source:
        cilium issue 30003: one name with several numbers is not resolved reliably.
    """
    anywhere: set[int] = set()
    for workload in side.objects.workloads:
        if workload.runs and not workload.host_network:
            anywhere |= numbers_of(workload, match)
    reliable = side.dataplane.named_port_conflicts is Tri.YES
    return len(anywhere) > 1 and side.question.port in anywhere and not reliable


def numbers_of(workload: Workload, match: NamedPort) -> set[int]:
    """Return what a port name stands for on a workload."""
    return {
        item.port
        for item in workload.ports
        if item.name == match.name and item.protocol == match.protocol
    }
