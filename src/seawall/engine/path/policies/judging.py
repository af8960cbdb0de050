"""Policies put on a walked way: egress at its start, ingress at its end."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import (
    ArrivalKind,
    Branch,
    StartKind,
    Step,
    judge,
)
from seawall.engine.path.ground.space import Space, at
from seawall.engine.path.ground.verdicts import NOTHING, Ruling
from seawall.engine.path.policies.stages import PolicyOracle
from seawall.engine.path.policies.words import SOURCE
from seawall.engine.path.start import Places, past_nodes
from seawall.model.dataplane import Tri
from seawall.model.end import AddressEnd, NodeEnd, PodEnd, ServiceEnd
from seawall.model.trace import Layer
from seawall.model.workload import Workload

_MAY_BE_POD = (ArrivalKind.POD, ArrivalKind.POD_OR_NODE)
_ON_NETWORK = (ArrivalKind.NODE, ArrivalKind.MACHINE)


class Judging:
    """Adds the policy stages to branches."""

    def __init__(self, atlas: Atlas, places: Places) -> None:
        self._atlas = atlas
        self._places = places

    def judged(self, branch: Branch, policy: PolicyOracle) -> Iterator[Branch]:
        """Yield a walked branch with its policy stages, once for each possible pod.

        Source:
            Kubernetes docs, Network Policies: both ends must allow a connection.
        """
        for way in self._identified(branch):
            yield self._at_pod(self._at_source(way, policy), policy)

    def _identified(self, branch: Branch) -> Iterator[Branch]:
        """Yield a branch for each pod that its destination may be.

        A destination that is a pod is judged by identity, so where only its address
        is known each workload that may have it is a choice.
        """
        target = branch.question.target
        arrival = branch.arrival
        if arrival is None or isinstance(target, PodEnd):
            yield branch
            return
        found = self._pods if arrival.kind in _MAY_BE_POD else ()
        if arrival.kind in _ON_NETWORK and not isinstance(target, NodeEnd):
            found = self._past_nodes
        if arrival.kind is ArrivalKind.POD_OR_NODE:
            yield branch.arrived(replace(arrival, kind=ArrivalKind.NODE))
        rest, reached = branch, branch.destinations
        for workload, addresses in found:
            if not reached & addresses:
                continue
            way = branch.toward(addresses)
            if way.flows:
                rest = rest.toward(rest.destinations - addresses)
                question = replace(way.question, target=PodEnd(workload))
                end = replace(arrival, kind=ArrivalKind.POD)
                yield replace(way, question=question, arrival=end)
        if arrival.kind is not ArrivalKind.POD_OR_NODE and (rest.flows or not found):
            yield rest

    @cached_property
    def _pods(self) -> tuple[tuple[Workload, Space], ...]:
        """The pods that an address may be, each with those that it has or may have.

        Those on virtual nodes are among other machines, so their own tell them alone.
        What the input gives to one pod is nobody else's.

        Source:
            docs/semantics/path.md, V8 and P2.
        """
        found = [
            each
            for each in self._atlas.snapshot.objects.workloads
            if each.runs
            and not each.host_network
            and (each.addresses or not self._is_past_nodes(each))
        ]
        held = at(*(address for each in found for address in each.addresses))
        spaces = [self._places.addresses(each) for each in found]
        return tuple(
            (each, space if each.addresses else space - held)
            for each, space in zip(found, spaces, strict=True)
        )

    @cached_property
    def _past_nodes(self) -> tuple[tuple[Workload, Space], ...]:
        return tuple(item for item in self._pods if self._is_past_nodes(item[0]))

    def _is_past_nodes(self, workload: Workload) -> bool:
        return workload.is_on_virtual_node and self._atlas.cluster is not None

    def _at_source(self, branch: Branch, policy: PolicyOracle) -> Branch:
        start = branch.start
        if start.workload is None or start.kind is StartKind.NODE:
            return branch
        if start.workload.host_network:
            return branch
        if start.workload.egress_gateway and self._atlas.cluster is not None:
            # Which of its packets pass policies by is known here.
            policy = policy.unfreed
        arrival = branch.arrival
        if arrival and arrival.is_same_node and arrival.kind is ArrivalKind.NODE:
            ruling = policy.own_node(start.workload)
        elif arrival and arrival.is_local_dns:
            ruling = policy.local_dns(start.workload)
        else:
            unseen = branch.by_address or is_handed_on(branch)
            seen = None if unseen else pod_target(branch) or _unplaced(branch)
            to_node = isinstance(branch.question.target, NodeEnd) and not unseen
            asked = policy.among_nodes if to_node else policy
            ruling = asked.egress(start.workload, seen)
            ruling = _for_hairpin(ruling, policy, branch)
            if self._is_host(branch):
                ruling = _unless_own(ruling, policy.own_node(start.workload))
            unseen = isinstance(branch.question.target, ServiceEnd)
            if unseen or self._is_anybody(branch) or branch.past_policy:
                ruling = _in_doubt(ruling)
        rewrites = branch.policy_rewrites
        step = judge(
            branch.flows,
            Layer.POLICY_EGRESS,
            start.workload.label,
            ruling=ruling,
            rewrites=rewrites,
        )
        at = branch.policy_at
        return replace(branch, steps=(*branch.steps[:at], step, *branch.steps[at:]))

    def _is_anybody(self, branch: Branch) -> bool:
        """Say whether policies may see somebody else than an address: a pod.

        Source:
            docs/semantics/path.md, P2, P3 and V7.
        """
        if self._atlas.cluster is not None or branch.arrival is not None:
            return False
        return isinstance(branch.question.target, AddressEnd)

    def _is_host(self, branch: Branch) -> bool:
        """Say whether the node of what is asked about may be that of the sender.

        Source:
            docs/semantics/path.md, V7.
        """
        if self._atlas.cluster is not None or branch.arrival is not None:
            return False
        target, sender = branch.question.target, branch.start.workload
        if not isinstance(target, PodEnd) or not target.workload.host_network:
            return False
        return sender is None or not _are_apart(sender, target.workload)

    def _at_pod(self, branch: Branch, policy: PolicyOracle) -> Branch:
        arrival = branch.arrival
        if arrival and self._atlas.cluster and branch.question.is_past_nodes:
            return past_nodes(branch)
        target = pod_target(branch)
        if arrival is None or arrival.kind is not ArrivalKind.POD or target is None:
            return branch
        if arrival.is_same_node and branch.start.kind is StartKind.NODE:
            return branch
        asked = policy.among_nodes if _is_from_node(branch) else policy
        ruling = asked.ingress(target.workload, pod_source(branch))
        ruling = _for_hairpin(ruling, policy, branch)
        if arrival.is_cluster_traffic:
            ruling = _for_cluster_traffic(ruling, policy)
        step: Step = judge(
            branch.flows,
            Layer.POLICY_INGRESS,
            target.workload.label,
            ruling=ruling,
            rewrites=branch.rewrites,
        )
        return replace(branch, steps=(*branch.steps, step))


def pod_target(branch: Branch) -> PodEnd | None:
    """Return the pod that a branch is meant for, if it is judged by identity."""
    target = branch.question.target
    if isinstance(target, PodEnd) and not target.workload.host_network:
        return target
    return None


def _unplaced(branch: Branch) -> PodEnd | None:
    """Return the pod that is meant, if it is on a node whose address is not known.

    An address that stands in for it is that of no node, so that policies would take it
    for one outside the cluster.

    Source: docs/semantics/path.md, P2 and P3.
    """
    target = branch.question.target
    if not isinstance(target, PodEnd) or not target.workload.host_network:
        return None
    pods = target.workload.pods
    placed = pods and all(pod.addresses or pod.node_addresses for pod in pods)
    return None if placed else target


def is_handed_on(branch: Branch) -> bool:
    """Say whether something on the network leads a way to the pod that it ends at.

    Whoever sends to an application gateway, to a firewall that translates, or to a host
    port of another node, sends to that address, whichever pod is behind it.

    Source:
        Kubernetes docs, Network Policies, "ipBlock".
    """
    if branch.relay is not None:
        return True
    arrival = branch.arrival
    if arrival and arrival.is_host_port and not arrival.is_same_node:
        return True
    return any(
        each.destinations is not None and each.by in branch.firewalls
        for each in branch.rewrites
    )


def pod_source(branch: Branch) -> PodEnd | None:
    """Return the pod that the destination sees as its peer, or None for an address."""
    start = branch.start
    if start.kind is not StartKind.POD or start.workload is None:
        return None
    if any(rewrite.sources is not None for rewrite in branch.rewrites):
        return None
    return PodEnd(start.workload)


def _is_from_node(branch: Branch) -> bool:
    """Whether the destination surely sees the address of a node as its peer."""
    kept = all(rewrite.sources is None for rewrite in branch.rewrites)
    return branch.start.is_asked and branch.start.kind is StartKind.NODE and kept


def _for_hairpin(ruling: Ruling, policy: PolicyOracle, branch: Branch) -> Ruling:
    """Return what policy means where a Service may lead a pod back to itself.

    It may lead to another pod of the same workload as well, if there is one. What left
    the pod's node as another's, for a node or a front end, is no such packet any more.

    Source:
        docs/semantics/path.md, B8; kube-proxy, iptables masquerade mark, with Azure NPM
        chain-management_linux.go; felix/rules; cilium bpf/bpf_lxc.c.
    """
    sender, target = branch.start.workload, pod_target(branch)
    if sender is None or target is None or sender != target.workload:
        return ruling
    if branch.arrival and branch.arrival.is_host_port and branch.arrival.is_same_node:
        # Whose mark comes first in the node's chains is not documented.
        return Ruling(NOTHING, ruling.denied | ruling.unknown, ruling.say)
    if branch.backend is None or policy.polices_hairpin is Tri.YES:
        return ruling
    if any(it.sources is not None and not it.may_keep for it in branch.rewrites):
        # It comes back from elsewhere, as somebody else.
        return ruling
    if policy.polices_hairpin is Tri.NO and len(sender.pods) == 1:
        return Ruling.passing(
            "the policy engine does not police what a pod sends to itself", SOURCE
        )
    return Ruling(NOTHING, ruling.denied | ruling.unknown, ruling.say)


def _in_doubt(ruling: Ruling) -> Ruling:
    """Return what egress policy means where a denial settles nothing.

    Of a Service whose backends are not known policies see the backend, not its address;
    they do not apply where a static egress gateway is passed.

    Source:
        Kubernetes docs, Network Policies, "ipBlock"; policies.md, NP33; AKS docs,
        configure-static-egress-gateway.
    """
    return Ruling(NOTHING, ruling.denied | ruling.unknown, ruling.say)


def _are_apart(one: Workload, other: Workload) -> bool:
    """Say whether all pods of two workloads are surely on different nodes."""
    ours, theirs = ({pod.node for pod in each.pods} for each in (one, other))
    known = bool(ours and theirs) and None not in ours | theirs
    return known and not ours & theirs


def _unless_own(ruling: Ruling, own: Ruling) -> Ruling:
    """Return what egress policy means where the node may be the sender's own.

    Source:
        docs/semantics/engines.md, D18.
    """
    denied = ruling.denied & own.denied
    return Ruling(denied, (ruling.denied | ruling.unknown) - denied, ruling.say)


def _for_cluster_traffic(ruling: Ruling, policy: PolicyOracle) -> Ruling:
    """Return what ingress policy means for traffic that a node hands on.

    Source:
        AKS docs, migrate-from-npm-to-cilium-network-policy.
    """
    if policy.polices_cluster_traffic is Tri.YES:
        return ruling
    if policy.polices_cluster_traffic is Tri.NO:
        return Ruling.passing(
            "the policy engine does not police traffic that a node hands on", SOURCE
        )
    return Ruling(NOTHING, ruling.denied | ruling.unknown, ruling.say)
