"""What network policies do with one packet between two ends: the definition.

Says what `NetworkPolicy` v1 means on one dataplane, read straight from the sources.
What engines do differently is data, in `seawall.model.dataplane`: what no source fixes
is UNDEFINED there, and a verdict that turns on it is unknown. Whether a rule matches
is left to `policy_rule`; Service translation and all beyond the pods' own network
interfaces, to the rest of the way.
"""

from dataclasses import dataclass, replace

from seawall.model.address import AddressRange
from seawall.model.dataplane import Dataplane, PolicyEngine, Tri
from seawall.model.packet import Protocol
from seawall.model.policy import (
    BlockPeer,
    Direction,
    OpaquePolicy,
    Policy,
    PolicyRule,
)
from seawall.model.ranked import RankedPolicy, RankedRule
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.reference.labels import selects_as_seen
from seawall.reference.policy_question import (
    HostAt,
    Outside,
    PodAt,
    PolicyEnd,
    PolicyQuestion,
    Side,
)
from seawall.reference.policy_rule import rule_matches
from seawall.reference.ranked import (
    holding,
    stage_of,
    stage_of_network_policies,
    walk,
)
from seawall.reference.same_node import same_node
from seawall.reference.truth import VERDICTS, both, either, opposite, tri
from seawall.reference.windows import is_refused, runs_on_windows

__all__ = [
    "HostAt",
    "Outside",
    "PodAt",
    "PolicyDecision",
    "PolicyEnd",
    "PolicyQuestion",
    "SideDecision",
    "decide",
]


@dataclass(frozen=True, slots=True)
class SideDecision:
    """What the policies of one end do with the packet.

    Attributes:
        verdict: Allowed where nothing isolates the end.
        isolating: The policies that isolate it in this direction.
        admitting: The rules of those that match for certain, with their policies.
        doubtful: Likewise, where it is not fixed whether they match.
        opaque: The policies in force that cannot be read.
        ranked: The rules of ranked policies, and of NetworkPolicies beside them, that
            may decide, in the order in which they are met; those of a mesh last.
    """

    verdict: Verdict
    isolating: tuple[Policy, ...] = ()
    admitting: tuple[tuple[Policy, PolicyRule], ...] = ()
    doubtful: tuple[tuple[Policy, PolicyRule], ...] = ()
    opaque: tuple[OpaquePolicy, ...] = ()
    ranked: tuple[tuple[RankedPolicy | None, RankedRule | PolicyRule], ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """The verdict on a connection, and that of either side."""

    verdict: Verdict
    egress: SideDecision
    ingress: SideDecision


def decide(
    objects: KubernetesObjects,
    dataplane: Dataplane,
    question: PolicyQuestion,
    *,
    pod_ranges: tuple[AddressRange, ...] = (),
    node_ranges: tuple[AddressRange, ...] = (),
) -> PolicyDecision:
    """Return what network policies do with one new connection.

    Replies are not decided here: every engine is stateful.

    Pods and nodes whose addresses are not known have them in the ranges.

    Source:
        Kubernetes docs, concepts, "Network Policies", "The two sorts of pod
        isolation": the egress policy of the source and the ingress policy of the
        destination must both allow it. SCTP that is not carried: docs.cilium.io,
        configuration/sctp. Finished pods: Azure NPM podController.go; Calico
        conversion.go.
    """
    egress, ingress = (
        _decide_side(
            Side(objects, dataplane, pod_ranges, node_ranges, question, direction)
        )
        for direction in (Direction.EGRESS, Direction.INGRESS)
    )
    verdict = egress.verdict.then(ingress.verdict)
    if question.protocol == Protocol.SCTP:
        verdict = VERDICTS[dataplane.carries_sctp].then(verdict)
    for end in (question.source, question.destination):
        if end.workload is not None and not end.workload.runs:
            verdict = Verdict.DENIED
    return PolicyDecision(verdict, egress, ingress)


def _decide_side(side: Side) -> SideDecision:
    """Return what the policies that govern one end do, whatever its node refuses.

    A node refuses a policy for its own pods, while the node at the far end may enforce
    it: so what such a policy decides is not known.

    Source:
        Azure/azure-container-networking npm/ chain-management_linux.go: every Linux
        node enforces every policy, in both directions.
    """
    whole = _decide_placed(side)
    workload, objects = side.end.workload, side.objects
    if workload is None or runs_on_windows(workload, objects.systems) is Tri.NO:
        return whole
    kept = tuple(it for it in objects.policies if not is_refused(it, side.dataplane))
    bare = _decide_placed(replace(side, objects=replace(objects, policies=kept)))
    if bare.verdict is whole.verdict:
        return whole
    return replace(whole, verdict=Verdict.UNKNOWN)


def _decide_placed(side: Side) -> SideDecision:
    """Return what policies do that are all enforced, whichever node a pod is on."""
    found = _decide_enforced(side)
    if isinstance(side.far, HostAt) and found.verdict is Verdict.UNKNOWN:
        worlds = (replace(side, together=it) for it in (Tri.YES, Tri.NO))
        verdicts = {_decide_enforced(each).verdict for each in worlds}
        if len(verdicts) == 1:
            return replace(found, verdict=verdicts.pop())
    return found


def _decide_enforced(side: Side) -> SideDecision:
    """Return what the policies that govern one end do, where all are enforced.

    Source:
        Kubernetes, networking/v1 types.go, NetworkPolicySpec: a pod that no policy
        selects in a direction is open in it; otherwise the union of all rules is
        allowed. Pods on the host network: the API calls it undefined (concepts,
        "Network Policies", "NetworkPolicy and hostNetwork pods"); no engine of AKS
        governs them (Azure NPM podController.go; felix/rules/endpoints.go; AKS docs,
        azure-cni-powered-by-cilium).
    """
    workload = side.end.workload
    spec = side.dataplane.engine is PolicyEngine.SPEC
    if workload is None or (isinstance(side.end, HostAt) and not spec):
        return SideDecision(Verdict.ALLOWED)
    governs = [(it, _isolates(side, it, workload)) for it in side.objects.policies]
    isolating = tuple(policy for policy, truth in governs if truth is not Tri.NO)
    opaque = tuple(
        policy
        for policy in side.objects.opaque_policies
        if _may_isolate(side, policy, workload)
    )
    matches = [
        (policy, rule, rule_matches(side, policy, rule))
        for policy in isolating
        for rule in policy.rules(side.direction)
    ]
    held = holding(side)
    if not isolating and not held:
        # What takes policies away has none to take.
        opaque = tuple(policy for policy in opaque if not policy.only_removes)
    network = [item for item in held if not item[0].language.of_mesh]
    stages = [stage_of(side, *item) for item in network]
    if isolating:
        stages.append(
            stage_of_network_policies((rule, truth) for _, rule, truth in matches)
        )
    outcomes = walk(stages)
    admitted = outcomes.passes
    others = [policy for policy in opaque if not policy.only_closes]
    closing = any(not policy.only_frees for policy in others)
    if len(others) < len(opaque) or (closing and not isolating):
        # What an unreadable policy does to a pod that is otherwise open is not known.
        admitted = both((admitted, Tri.UNDEFINED))
    if any(admitted is Tri.NO or not _only_adds(policy) for policy in others):
        admitted = Tri.UNDEFINED
    unsure = any(truth is Tri.UNDEFINED for _, truth in governs)
    fixed = not closing and all(_is_fixed(side, item) for item, _ in network)
    if unsure or (network and not fixed):
        admitted = Tri.UNDEFINED
    mesh = walk(stage_of(side, *item) for item in held if item[0].language.of_mesh)
    passes = both((either((admitted, _exempt(side))), mesh.passes))
    return SideDecision(
        VERDICTS[passes],
        isolating,
        tuple((policy, rule) for policy, rule, truth in matches if truth is Tri.YES),
        tuple((it, rule) for it, rule, truth in matches if truth is Tri.UNDEFINED),
        opaque,
        (*outcomes.deciding, *mesh.deciding) if held else (),
    )


def _is_fixed(side: Side, policy: RankedPolicy) -> bool:
    """Whether it is fixed that policies of this language have an effect."""
    return side.dataplane.enforcement(policy.language) is Tri.YES


def _isolates(side: Side, policy: Policy, workload: Workload) -> Tri:
    """Whether a policy governs the pods of a workload in one direction.

    Source:
        Kubernetes, networking/v1 types.go, `podSelector`: pods in the policy's own
        namespace. Azure NPM translatePolicy.go: a policy with an IPv6 block cannot be
        translated and is skipped whole.
    """
    void = side.dataplane.ipv6_block_voids_policy and any(
        isinstance(peer, BlockPeer) and peer.block.version == 6  # noqa: PLR2004
        for direction in policy.isolates
        for rule in policy.rules(direction)
        for peer in rule.peers or ()
    )
    here = side.direction in policy.isolates and policy.namespace == workload.namespace
    seen = selects_as_seen(side.dataplane, policy.subject, workload)
    return both((tri(here and not void), seen))


def _may_isolate(side: Side, policy: OpaquePolicy, workload: Workload) -> bool:
    """Whether an unreadable policy may govern the pods of a workload.

    Where no engine in particular enforces, that of any language may be the one.
    """
    spec = side.dataplane.engine is PolicyEngine.SPEC
    return (
        side.direction in policy.directions
        and (policy.engines is None or spec or side.dataplane.engine in policy.engines)
        and policy.namespace in (None, workload.namespace)
        and (
            policy.subject is None
            or selects_as_seen(side.dataplane, policy.subject, workload) is not Tri.NO
        )
    )


def _only_adds(policy: OpaquePolicy) -> bool:
    """Whether it takes back nothing that another policy allows, whatever it says.

    Source:
        Kubernetes docs, concepts, "Network Policies": policies are additive.
    """
    return policy.only_frees or (policy.kind == "NetworkPolicy" and not policy.engines)


def _exempt(side: Side) -> Tri:
    """Whether the packet passes, whatever the policies of that end say.

    Source:
        Policies, or IPv6, that are not enforced: AKS docs, use-network-policies. A pod
        and its own node: Kubernetes docs, concepts, "Network Policies"; the way out,
        AKS docs, migrate-from-npm-to-cilium-network-policy, and
        felix/rules/endpoints.go. A pod to itself: it stays in the pod's own network
        namespace; undefined, and ignored by the Kubernetes e2e suite. Through its own
        Service: kube-proxy, iptables masquerade mark; felix/rules; cilium
        bpf/bpf_lxc.c.
    """
    dataplane = side.dataplane
    spec = dataplane.engine is PolicyEngine.SPEC
    reasons = [opposite(dataplane.enforces)]
    if side.question.version == 6:  # noqa: PLR2004
        reasons.append(opposite(dataplane.enforces_ipv6))
    if isinstance(side.end, HostAt):
        reasons.append(Tri.UNDEFINED)
    elif isinstance(side.end, PodAt) and isinstance(side.far, HostAt):
        inbound = side.direction is Direction.INGRESS
        free = Tri.YES if inbound else dataplane.own_node_egress
        reasons.append(both((free, same_node(side.end, side.far, side.together))))
    elif isinstance(side.end, PodAt) and side.end == side.far and side.end.pod:
        by_service = side.question.by_service
        unseen = opposite(dataplane.polices_hairpin) if by_service else Tri.YES
        reasons.append(Tri.UNDEFINED if spec else unseen)
    return either(reasons)
