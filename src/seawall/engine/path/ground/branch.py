"""A part of a question's flows that shares one way, and what happened on it so far."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from seawall.engine.path.ground.rewrite import (
    Rewrite,
    Rewrites,
    applied,
    destinations,
    possibly,
    sources,
    surely,
    toward,
)
from seawall.engine.path.ground.space import Space
from seawall.engine.path.ground.verdicts import Partition, Ruling, Saying
from seawall.flowspace import FlowSet
from seawall.model.cluster import NodePool
from seawall.model.end import End, PodEnd
from seawall.model.endpoint import PlatformResource, PrivateEndpoint
from seawall.model.trace import AccessPath, Layer
from seawall.model.workload import Workload


class StartKind(Enum):
    """What a packet can come from."""

    POD = "pod"
    NODE = "node"
    MACHINE = "machine"
    INTERNET = "internet"
    ON_PREMISES = "on premises"
    NOWHERE = "not known"


@dataclass(frozen=True, slots=True)
class Start:
    """One place that a packet may come from.

    Attributes:
        kind: What stands there.
        name: As a person knows it.
        sources: The addresses that a packet from there carries.
        subnet: Id of its subnet (of its node's, for a pod); None on the internet, or
            when not known.
        network: Id of the network whose resolver it asks; None outside.
        pool: The pool of a pod or node.
        workload: The workload of a pod.
        why: Why its place is not known, if it is not.
        is_asked: Whether a node itself is asked about, not addresses among its pool's.
    """

    kind: StartKind
    name: str
    sources: Space
    subnet: str | None = None
    network: str | None = None
    pool: NodePool | None = None
    workload: Workload | None = None
    why: str = ""
    is_asked: bool = False

    @property
    def is_in_cluster(self) -> bool:
        """Whether it is a pod or node of the cluster."""
        return self.kind in (StartKind.POD, StartKind.NODE)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about packets, apart from their headers.

    Attributes:
        target: The end that they are meant for; None for whatever the header says.
        name: The DNS name that the client uses, in lower case, or empty.
        canonical: The name that aliases led to, or else the name itself.
        resource: The platform resource that owns the name.
        is_public: Whether the name was resolved to a public address.
        endpoints: Ids of private endpoints that the destination stands for although
            their address is not known.
        tag: The service tag that the question names, in lower case, or empty.
        path: To which door the answer to the name leads; None without a name.
        supposes_local_dns: Whether LocalDNS is taken to be on, known or not.
    """

    target: End | None = None
    name: str = ""
    canonical: str = ""
    resource: PlatformResource | None = None
    is_public: bool = False
    endpoints: tuple[str, ...] = ()
    tag: str = ""
    path: AccessPath | None = None
    supposes_local_dns: bool = False

    @property
    def is_past_nodes(self) -> bool:
        """Whether a pod is meant that runs on a virtual node, not on one of a pool."""
        target = self.target
        return isinstance(target, PodEnd) and target.workload.is_on_virtual_node


class ArrivalKind(Enum):
    """What a packet can arrive at."""

    POD = "pod"
    NODE = "node"
    POD_OR_NODE = "pod or node"
    MACHINE = "machine"
    ENDPOINT = "private endpoint"
    RESOURCE = "platform resource"
    INTERNET = "internet"
    ON_PREMISES = "on premises"
    PLATFORM = "platform address"
    FIREWALL = "firewall"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a way ends.

    Attributes:
        kind: What is there.
        subnet: Id of its subnet, if it has one.
        endpoint: The private endpoint, for ENDPOINT.
        is_cluster_traffic: Whether a node may have handed the packet on, under
            `externalTrafficPolicy: Cluster`.
        is_same_node: Whether it is on the node that the packet started on.
        is_local_dns: Whether it is the DNS server of that node.
        is_host_port: Whether its node handed the packet on for a host port.
    """

    kind: ArrivalKind
    subnet: str | None = None
    endpoint: PrivateEndpoint | None = None
    is_cluster_traffic: bool = False
    is_same_node: bool = False
    is_local_dns: bool = False
    is_host_port: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What one place decided about the flows of a branch.

    Attributes:
        layer: The kind of place.
        at: Its name.
        denied: The original flows that it surely drops.
        unknown: Those about which it is not known; disjoint from *denied*.
        before: The rewrites that had happened when a packet came.
        after: Those that had happened when it left.
        ruling: What it decides about headers as they arrive there.
    """

    layer: Layer
    at: str
    denied: FlowSet
    unknown: FlowSet
    before: Rewrites
    after: Rewrites
    ruling: Ruling


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of the way that the reply has to find by routes.

    Attributes:
        subnet: Id of the subnet that the reply leaves from; None if it has none.
        rewrites: How the packet looked when it came there.
        passed: Ids of the firewalls that it passed since its source was last changed.
    """

    subnet: str | None
    rewrites: Rewrites
    passed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """Flows that share a way.

    Attributes:
        start: Where they come from.
        question: What was asked.
        flows: Their headers as they left the start.
        rewrites: What was translated so far.
        steps: What was decided so far, in order.
        passed: Ids of the firewalls passed since the source was last changed.
        firewalls: Ids of all firewalls passed.
        left_at: For each of them, how much was translated when it was left.
        legs: Stretches of the way back that were closed by a translation.
        arrival: Where the way ends; None if it does not arrive.
        policy_at: How many steps come before the egress policy.
        policy_rewrites: What was translated before it.
        backend: The workload that a Service stands for on this branch.
        relay: What opened the last connection, if a gateway opened one anew.
        by_address: Whether policies of the sender see the address that it sends to,
            though a pod is behind it.
        past_policy: Whether it leaves by a static egress gateway, past egress policy.
    """

    start: Start
    question: Question
    flows: FlowSet
    rewrites: Rewrites = ()
    steps: tuple[Step, ...] = ()
    passed: tuple[str, ...] = ()
    firewalls: tuple[str, ...] = ()
    left_at: tuple[int, ...] = ()
    legs: tuple[Leg, ...] = ()
    arrival: Arrival | None = None
    policy_at: int = 0
    policy_rewrites: Rewrites = ()
    backend: Workload | None = None
    relay: Start | None = None
    by_address: bool = False
    past_policy: bool = False

    @property
    def sender(self) -> Start:
        """Who sent the packets of the connection that is walked now."""
        return self.relay or self.start

    @property
    def current(self) -> FlowSet:
        """What the headers may look like now."""
        return applied(self.rewrites, self.flows)

    @property
    def destinations(self) -> Space:
        """The destinations that packets may have now."""
        return destinations(self.rewrites, self.flows)

    @property
    def sources(self) -> Space:
        """The sources that packets may have now."""
        return sources(self.rewrites, self.flows)

    def within(self, flows: FlowSet) -> "Branch":
        """Narrow to some of the original flows."""
        return replace(self, flows=self.flows & flows)

    def toward(self, space: Space) -> "Branch":
        """Narrow to packets that now go to *space*; perhaps without any flows."""
        rewrites, flows = toward(self.rewrites, self.flows, space)
        return replace(self, rewrites=rewrites, flows=flows)

    def having(self, headers: FlowSet) -> "Branch":
        """Narrow to flows that may look like one of *headers* now."""
        return self.within(possibly(self.rewrites, headers))

    def having_left(self, headers: FlowSet) -> "Branch":
        """Narrow to flows that may look like one of *headers*, by their first source.

        Where packets start is told by that; what translated them since is no matter.
        """
        unhidden = tuple(replace(item, sources=None) for item in self.rewrites)
        return self.within(possibly(unhidden, headers))

    def judged(self, layer: Layer, at: str, ruling: Ruling) -> "Branch":
        """Pass a place that decides and changes nothing."""
        step = judge(self.flows, layer, at, ruling=ruling, rewrites=self.rewrites)
        return replace(self, steps=(*self.steps, step))

    def rewritten(
        self, layer: Layer, at: str, rewrite: Rewrite, *, say: Saying
    ) -> "Branch":
        """Pass a place that translates.

        A source that surely changes closes a leg of the way back: the reply goes to
        whatever changed it.
        """
        after = (*self.rewrites, rewrite)
        nothing = FlowSet.empty()
        ruling = Ruling(nothing, nothing, say)
        step = Step(layer, at, nothing, nothing, self.rewrites, after, ruling)
        changed = rewrite.sources is not None and not rewrite.may_keep
        return replace(
            self,
            rewrites=after,
            steps=(*self.steps, step),
            passed=() if changed else self.passed,
        )

    def arrived(self, arrival: Arrival) -> "Branch":
        """End the way here."""
        return replace(self, arrival=arrival)

    def verdicts(self) -> Partition:
        """Split the flows by what the steps say: a denial anywhere denies."""
        return total(self.flows, self.steps)


def judge(
    flows: FlowSet, layer: Layer, at: str, *, ruling: Ruling, rewrites: Rewrites
) -> Step:
    """Return what a place decides about original flows.

    A translation before it may have left the platform a choice: what holds for every
    choice is sure, everything else is unknown.
    """
    denied = flows & surely(rewrites, ruling.denied)
    if rewrites:
        passing = ~(ruling.denied | ruling.unknown)
        unknown = flows - denied - surely(rewrites, passing)
    else:
        unknown = flows & ruling.unknown
    return Step(layer, at, denied, unknown, rewrites, rewrites, ruling)


def total(flows: FlowSet, steps: Iterable[Step]) -> Partition:
    """Return the partition of flows that pass several places one after the other."""
    listed = list(steps)
    denied = FlowSet.union_of(step.denied for step in listed) & flows
    unknown = (FlowSet.union_of(step.unknown for step in listed) & flows) - denied
    return Partition(flows - denied - unknown, denied, unknown)
