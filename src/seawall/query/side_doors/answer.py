"""What pods reach beside the pod network: their host, their node, the control plane.

These are the ways that a network seen as pods and internet does not show. Each is asked
of the engine, once for workloads that policies hold alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from seawall.engine.path import Answer, NoPolicies, PolicyOracle, Ruling
from seawall.engine.path.ground.branch import Branch
from seawall.engine.path.ground.verdicts import Partition, agreed
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.cluster import NodePool
from seawall.model.dataplane import Tri
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    NodeEnd,
    PlatformEnd,
    PodEnd,
)
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.trace import Hop, Layer, Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.side_doors.alike import alike_outward

NAMELESS = ""
"""The namespace of a pod that stands for others."""

TCP, UDP = int(Protocol.TCP), int(Protocol.UDP)
LOCAL_DNS = AddressEnd((AddressRange.parse("169.254.10.10-169.254.10.11"),))
"""Source: AKS docs, localdns-custom."""


@dataclass(frozen=True, slots=True)
class SideDoor:
    """Something that pods may reach beside other pods.

    Attributes:
        name: What to call it.
        where: Its address and ports, in words.
        target: What is asked about; None is the nodes.
        services: The protocols and ports that it answers.
        source: The document that says so.
        own_node: Whether it is that of the pod's own node; None where nodes do not
            matter.
    """

    name: str
    where: str
    target: End | None
    services: tuple[tuple[int, int], ...]
    source: str
    own_node: bool | None = None

    @property
    def headers(self) -> FlowSet:
        """The headers that go to it, whatever the address."""
        return FlowSet.union_of(
            FlowSet.box(
                protocols=((protocol, protocol),), destination_ports=((port, port),)
            )
            for protocol, port in self.services
        )


_IMDS = SideDoor(
    "instance metadata (IMDS)",
    "169.254.169.254 TCP 80",
    PlatformEnd("imds"),
    ((TCP, 80),),
    "AKS docs, imds-restriction",
)
_WIRE = SideDoor(
    "WireServer",
    "168.63.129.16 TCP 80, 32526",
    PlatformEnd("wireserver"),
    ((TCP, 80), (TCP, 32526)),
    "Azure docs, what-is-ip-address-168-63-129-16",
)
_DNS = SideDoor(
    "Azure DNS, a channel out by names",
    "168.63.129.16 UDP and TCP 53",
    PlatformEnd("wireserver"),
    ((UDP, 53), (TCP, 53)),
    "Azure docs, what-is-ip-address-168-63-129-16",
)
_LOCAL_DNS = SideDoor(
    "LocalDNS of its node",
    "169.254.10.10 UDP and TCP 53",
    LOCAL_DNS,
    ((UDP, 53), (TCP, 53)),
    "AKS docs, localdns-custom",
)
_API = SideDoor(
    "API server",
    "TCP 443",
    ApiServerEnd(),
    ((TCP, 443),),
    "AKS docs, outbound-rules-control-egress",
)
SSH = "SSH"
UNNAMED = "its name does not resolve for them, and whether they use it is not known"
OWN_NODE_SAYS = "what a pod may send to its own node depends on the policy engine"
_ON_NODES = (
    ("kubelet", 10250, "Kubernetes docs, ports-and-protocols"),
    (SSH, 22, "AKS docs, manage-ssh-node-access"),
)


@dataclass(frozen=True, slots=True)
class Passage:
    """What becomes of packets of some workloads to one side door.

    Attributes:
        door: The door.
        workloads: Labels of the workloads, in the order of the input.
        pools: The pools on which this holds; empty for every pool they may run on.
        verdict: Whether it is open to them.
        reason: What decided, as a clause.
        origin: Where that stands, if it stands anywhere.
    """

    door: SideDoor
    workloads: tuple[str, ...]
    pools: tuple[str, ...]
    verdict: Verdict
    reason: str
    origin: Origin | None


def side_doors(
    case: Case, workloads: Iterable[Workload] | None = None
) -> tuple[Passage, ...]:
    """Return what every side door is to every workload, alike ones together.

    Pods on the network of their node are left out: they are the node.

    Args:
        case: The snapshot.
        workloads: Those that are asked about; None is all.

    Complexity: one question for each door, each pool and each set of egress policies
    that hold some workload; the network is walked once for each door and pool.
    """
    cluster = case.cluster
    if cluster is None:
        return ()
    survey = _Survey(case)
    asked = case.workloads if workloads is None else workloads
    pods = [each for each in asked if not each.host_network]
    groups = alike_outward(case.paths, case.table, pods)
    found: dict[tuple[object, ...], list[Workload]] = {}
    for door in _doors(case):
        for group in groups:
            for seen in survey.passages(door, group[0]):
                key = (door, seen.pools, seen.verdict, seen.reason, seen.origin)
                found.setdefault(key, []).extend(group)
    return tuple(
        Passage(door, tuple(each.label for each in members), pools, verdict, why, place)  # type: ignore[arg-type]
        for (door, pools, verdict, why, place), members in found.items()
    )


def _doors(case: Case) -> Iterator[SideDoor]:
    cluster = case.cluster
    yield from (_IMDS, _WIRE, _DNS)
    if cluster is not None and cluster.local_dns.may_be(value=True):
        yield _LOCAL_DNS
    for name, port, source in _ON_NODES:
        for own in (True, False):
            whose = "its own node" if own else "other nodes"
            yield SideDoor(
                f"{name} of {whose}", f"TCP {port}", None, ((TCP, port),), source, own
            )
    yield _API


@dataclass(frozen=True, slots=True)
class _Seen:
    pools: tuple[str, ...]
    verdict: Verdict
    reason: str
    origin: Origin | None


class JudgedAs:
    """Asks the policies of one workload for a nameless pod that stands for it."""

    def __init__(self, policies: PolicyOracle, workload: Workload) -> None:
        self._policies = policies
        self._workload = workload
        self.polices_cluster_traffic = self._policies.polices_cluster_traffic
        self.polices_hairpin = self._policies.polices_hairpin

    @property
    def unfreed(self) -> "JudgedAs":
        """The same for packets of which it is known that nothing frees them."""
        return JudgedAs(self._policies.unfreed, self._workload)

    @property
    def among_nodes(self) -> "JudgedAs":
        """The same for packets of which it is known that a node is the far end."""
        return JudgedAs(self._policies.among_nodes, self._workload)

    def _meant(self, workload: Workload) -> Workload:
        """Return who is meant: others, such as DNS pods, are themselves."""
        return self._workload if workload.namespace == NAMELESS else workload

    def egress(self, workload: Workload, target: PodEnd | None) -> Ruling:
        """Return what pods of a workload may send."""
        return self._policies.egress(self._meant(workload), target)

    def ingress(self, workload: Workload, source: PodEnd | None) -> Ruling:
        """Return what may reach pods of another workload."""
        if source is not None:
            source = PodEnd(self._meant(source.workload))
        return self._policies.ingress(workload, source)

    def own_node(self, workload: Workload) -> Ruling:
        """Return what pods of a workload may send to the node that they run on."""
        return self._policies.own_node(self._meant(workload))

    def local_dns(self, workload: Workload) -> Ruling:
        """Return what pods of a workload may send to the DNS server of their node."""
        return self._policies.local_dns(self._meant(workload))


class _Survey:
    def __init__(self, case: Case) -> None:
        self._case = case
        self._paths = case.paths

    def passages(self, door: SideDoor, workload: Workload) -> Iterator[_Seen]:
        """Yield what a door is to a workload, by pool where that makes a difference."""
        by_answer: dict[tuple[Verdict, str, Origin | None], list[str]] = {}
        starts = self._paths.starts(PodEnd(workload))
        for start in starts:
            if start.pool is not None:
                found = self._on_pool(door, workload, start.pool)
                by_answer.setdefault(found, []).append(start.pool.name)
        for (verdict, reason, origin), pools in by_answer.items():
            shown = tuple(pools) if len(by_answer) > 1 else ()
            yield _Seen(shown, verdict, reason, origin)

    def _on_pool(
        self, door: SideDoor, workload: Workload, pool: NodePool
    ) -> tuple[Verdict, str, Origin | None]:
        if door.name.startswith(SSH) and pool.ssh.is_surely(value=False):
            return Verdict.DENIED, f"SSH is off on pool {pool.name}", pool.ssh.origin
        answers = [
            self._answer(door, workload, pool, target)
            for target in self._targets(door, pool)
        ]
        parts = agreed(answer.partition for answer in answers)
        if not parts.flows:
            if door.own_node:
                return Verdict.UNKNOWN, "where its node stands is not known", None
            return Verdict.DENIED, "there are no other nodes", None
        verdict = parts.verdict()
        doubtful = door.name.startswith(SSH) and not pool.ssh.known
        if doubtful and verdict is Verdict.ALLOWED:
            says = f"whether SSH is on: {pool.ssh.why}"
            return Verdict.UNKNOWN, says, pool.ssh.origin
        hops = self._hops(answers, parts, verdict)
        if door is _API and verdict is Verdict.DENIED:
            # Pods have its address too, so that a name alone closes no door to it.
            hops = [hop for hop in hops if hop.layer is not Layer.NAME]
            if not any(hop.verdict is Verdict.DENIED for hop in hops):
                verdict = Verdict.UNKNOWN
        return (verdict, *self._why(hops, verdict))

    def _targets(self, door: SideDoor, pool: NodePool) -> Iterable[End]:
        if door.target is not None:
            return (door.target,)
        cluster = self._case.cluster
        if door.own_node or cluster is None:
            return (NodeEnd(pool.name),)
        return tuple(NodeEnd(each.name) for each in cluster.pools)

    def _answer(
        self, door: SideDoor, workload: Workload, pool: NodePool, target: End
    ) -> Answer:
        hidden = self._paths.atlas.pods_are_hidden
        someone = Workload(
            namespace=NAMELESS,
            name=f"pods of pool {pool.name}",
            kind="Pod",
            labels=(),
            origin=pool.origin,
            pods=()
            if hidden
            else tuple(
                replace(pod, node=None, node_addresses=()) for pod in workload.pods
            ),
            node_pool=pool.name,
        )
        oracle = (
            NoPolicies()
            if self._is_unpoliced
            else JudgedAs(self._case.policies, workload)
        )
        answer = self._paths.partition(
            PodEnd(someone), target, services=door.headers, policy=oracle
        )
        if door.own_node is None:
            return answer
        ways = tuple(_of_node(answer.branches, own=door.own_node))
        parts = agreed(way.verdicts() for way in ways) if ways else Partition()
        return replace(answer, partition=parts, branches=ways)

    @property
    def _is_unpoliced(self) -> bool:
        return self._case.dataplane.enforces is Tri.NO

    def _hops(
        self, answers: list[Answer], parts: Partition, verdict: Verdict
    ) -> list[Hop]:
        """Return the hops of a packet that shows a verdict."""
        shown = {
            Verdict.ALLOWED: parts.allowed,
            Verdict.DENIED: parts.denied,
            Verdict.UNKNOWN: parts.unknown or parts.denied,
        }[verdict]
        witness = shown.witness()
        hops: list[Hop] = []
        for answer in answers:
            if witness is not None and witness in answer.partition.flows:
                hops += self._paths.explain(answer, witness)
        return hops

    def _why(self, hops: list[Hop], verdict: Verdict) -> tuple[str, Origin | None]:
        hop = _deciding(hops, verdict)
        if hop is None:
            return "no packet fits", None
        if verdict is Verdict.UNKNOWN and hop.verdict is Verdict.ALLOWED:
            return UNNAMED, None
        place = hop.rule.origin if hop.rule else None
        return _words(hop, verdict, is_policed=not self._is_unpoliced), place


def _of_node(ways: Iterable[Branch], *, own: bool) -> Iterator[Branch]:
    """Yield the ways to the node of the sender, or those to other nodes.

    What is lost from sight may end at either.
    """
    for way in ways:
        if way.arrival is None and own:
            lost = way.within(way.verdicts().unknown)
            if lost.flows:
                yield lost
        elif bool(way.arrival and way.arrival.is_same_node) is own:
            yield way


def _deciding(hops: list[Hop], verdict: Verdict) -> Hop | None:
    """Return the hop that decided: the first that refuses, or the policy that lets."""
    if verdict is not Verdict.ALLOWED:
        for wanted in (Verdict.DENIED, Verdict.UNKNOWN):
            for hop in hops:
                if hop.verdict is wanted:
                    return hop
    policies = [hop for hop in hops if hop.layer is Layer.POLICY_EGRESS]
    return next(iter(policies or hops[-1:]), None)


def _words(hop: Hop, verdict: Verdict, *, is_policed: bool) -> str:
    if verdict is Verdict.ALLOWED and hop.layer is Layer.POLICY_EGRESS:
        if not is_policed:
            return "no policy is enforced"
        if hop.says == OWN_NODE_SAYS:
            return "the engine does not hold what a pod sends to its own node"
        if hop.rule is None:
            return "no policy isolates them for egress"
    if hop.says == OWN_NODE_SAYS and verdict is Verdict.DENIED:
        return f"{hop.layer.value}: no policy lets them to it"
    return f"{hop.layer.value}: {hop.says}"
