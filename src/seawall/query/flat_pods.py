"""Who reaches pods by their own addresses, where these are addresses of the network.

No load balancer, gateway or Service stands before such pods: peered networks and what
lies on premises can send to them directly.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from seawall.engine.path import PolicyOracle, Ruling
from seawall.model.address import merged
from seawall.model.cluster import Addressing
from seawall.model.end import AddressEnd, End, OnPremisesEnd, PodEnd
from seawall.model.policy import Direction
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case

FLAT = (Addressing.POD_SUBNET, Addressing.NODE_SUBNET)


@dataclass(frozen=True, slots=True)
class FlatReach:
    """What some outside clients can send to pods at their own addresses.

    Attributes:
        source: Who they are, in words.
        workloads: Labels of workloads that fare alike.
        verdict: Allowed if something surely arrives, else unknown if something may.
        reason: What decided, as a clause; empty where something arrives.
    """

    source: str
    workloads: tuple[str, ...]
    verdict: Verdict
    reason: str


def flat_pods(case: Case) -> tuple[FlatReach, ...]:
    """Return who reaches pods directly from outside the cluster's network.

    Complexity: one question for each outside network, each pool and each set of ingress
    policies that hold some workload.

    Source:
        docs/semantics/path.md, D5; AKS docs, concepts-network-cni-overview: flat pods
        are reached from peered networks and on premises.
    """
    if case.cluster is None or case.cluster.addressing.value not in FLAT:
        return ()
    groups = _groups(case)
    found: dict[tuple[str, Verdict, str], list[str]] = {}
    for words, end in _outside(case):
        for pods in groups:
            verdict, reason = _asked(case, end, pods[0])
            key = (words, verdict, reason)
            found.setdefault(key, []).extend(pod.label for pod in pods)
    order = {Verdict.ALLOWED: 0, Verdict.UNKNOWN: 1, Verdict.DENIED: 2}
    answers = [
        FlatReach(source, tuple(labels), verdict, reason)
        for (source, verdict, reason), labels in found.items()
    ]
    return tuple(sorted(answers, key=lambda item: order[item.verdict]))


def _groups(case: Case) -> list[list[Workload]]:
    groups: dict[object, list[Workload]] = {}
    for pod in case.workloads:
        if pod.host_network:
            continue
        grips = frozenset(
            case.table.grip(unit, Direction.INGRESS) for unit in case.table.units(pod)
        )
        groups.setdefault((pod.node_pool, grips), []).append(pod)
    return list(groups.values())


def _outside(case: Case) -> Iterator[tuple[str, End]]:
    """Yield the networks beside the cluster's own, and what lies on premises."""
    home = case.paths.atlas.cluster_network
    for network in case.snapshot.fabric.networks:
        subnets = case.paths.atlas.subnets_of(network.id)
        held = [item for subnet in subnets for item in subnet.prefixes]
        ranges = merged(held or network.space)
        if network.id != home and ranges:
            yield network.name, AddressEnd(ranges)
    if case.snapshot.fabric.gateways:
        yield "onprem", OnPremisesEnd()


class _Into:
    """Asks the policies of one workload for a nameless pod that stands for it."""

    def __init__(self, policies: PolicyOracle, workload: Workload) -> None:
        self._policies = policies
        self._workload = workload
        self.polices_cluster_traffic = policies.polices_cluster_traffic
        self.polices_hairpin = policies.polices_hairpin

    @property
    def unfreed(self) -> "_Into":
        """The same for packets of which it is known that nothing frees them."""
        return _Into(self._policies.unfreed, self._workload)

    @property
    def among_nodes(self) -> "_Into":
        """The same for packets of which it is known that a node is the far end."""
        return _Into(self._policies.among_nodes, self._workload)

    def egress(self, workload: Workload, target: PodEnd | None) -> Ruling:
        """Return what another workload may send."""
        return self._policies.egress(workload, target)

    def ingress(self, _someone: Workload, source: PodEnd | None) -> Ruling:
        """Return what may reach pods of the workload."""
        return self._policies.ingress(self._workload, source)

    def own_node(self, workload: Workload) -> Ruling:
        """Return what another workload may send to its node."""
        return self._policies.own_node(workload)

    def local_dns(self, workload: Workload) -> Ruling:
        """Return what another workload may send to the DNS server of its node."""
        return self._policies.local_dns(workload)


def _asked(case: Case, source: End, pod: Workload) -> tuple[Verdict, str]:
    someone = Workload(
        namespace="",
        name="any pod like it",
        kind="Pod",
        labels=(),
        origin=pod.origin,
        node_pool=pod.node_pool,
    )
    answer = case.paths.partition(
        source, PodEnd(someone), policy=_Into(case.policies, pod)
    )
    parts = answer.partition
    if parts.allowed:
        return Verdict.ALLOWED, ""
    verdict = Verdict.UNKNOWN if parts.unknown else Verdict.DENIED
    witness = (parts.unknown or parts.denied).witness()
    for hop in case.paths.explain(answer, witness) if witness else ():
        if hop.verdict is not Verdict.ALLOWED:
            return verdict, f"{hop.layer.value}: {hop.says}"
    return verdict, "no packet fits"
