"""Network policy as two more stages of the way: at the source, and at the pod."""

from collections.abc import Callable
from functools import cached_property
from ipaddress import IPv4Address, IPv6Address
from typing import Protocol

from seawall.engine.path.ground.verdicts import NOTHING, Ruling, Said
from seawall.engine.path.policies.words import SOURCE, said
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.answers.flows import address_flows, answer_flows
from seawall.engine.policy.answers.unfreed import among_nodes, unfreed
from seawall.engine.policy.reasons.explain import explain
from seawall.engine.policy.reasons.place import PolicyEnd
from seawall.flowspace import FlowSet
from seawall.model.cluster_dns import PREDICTED
from seawall.model.dataplane import Tri
from seawall.model.end import PodEnd
from seawall.model.packet import WITH_PORTS
from seawall.model.policy import Direction
from seawall.model.trace import Verdict
from seawall.model.workload import Pod, Workload

_FREE_DNS = "this engine lets pods reach what their own node serves"


class PolicyOracle(Protocol):
    """What the way needs to know of network policy.

    A far end of None is judged by the address in the header.
    """

    def egress(self, workload: Workload, target: PodEnd | None) -> Ruling:
        """Return what pods of *workload* may send."""

    def ingress(self, workload: Workload, source: PodEnd | None) -> Ruling:
        """Return what may reach pods of *workload*."""

    def own_node(self, workload: Workload) -> Ruling:
        """Return what pods of *workload* may send to the node that they run on."""

    def local_dns(self, workload: Workload) -> Ruling:
        """Return what pods of *workload* may send to the DNS server of their node."""

    @property
    def unfreed(self) -> "PolicyOracle":
        """The same for packets of which it is known that nothing frees them."""

    @property
    def among_nodes(self) -> "PolicyOracle":
        """The same for packets of which it is known that a node is the far end."""

    @property
    def polices_cluster_traffic(self) -> Tri:
        """Whether ingress policy holds for what a node hands on for a Service."""

    @property
    def polices_hairpin(self) -> Tri:
        """Whether policy holds for what a pod sends to itself through a Service."""


class NoPolicies:
    """An oracle for a cluster without policies, or for the network alone."""

    polices_cluster_traffic = Tri.YES
    polices_hairpin = Tri.YES

    def __init__(self, says: str = "no network policy is asked") -> None:
        self._open = Ruling.passing(says, SOURCE)

    @property
    def unfreed(self) -> "NoPolicies":
        """The same: there is nothing to be freed from."""
        return self

    @property
    def among_nodes(self) -> "NoPolicies":
        """The same: nothing is asked of whom."""
        return self

    def egress(self, _workload: Workload, _target: PodEnd | None) -> Ruling:
        """Let everything out."""
        return self._open

    def ingress(self, _workload: Workload, _source: PodEnd | None) -> Ruling:
        """Let everything in."""
        return self._open

    def own_node(self, _workload: Workload) -> Ruling:
        """Let everything through."""
        return self._open

    def local_dns(self, _workload: Workload) -> Ruling:
        """Let everything through."""
        return self._open


class TablePolicies:
    """An oracle that asks a compiled policy table."""

    def __init__(
        self, table: PolicyTable, more: Callable[[], PolicyTable] | None = None
    ) -> None:
        """Ask a table.

        Args:
            table: The policies and the workloads that the input holds.
            more: Makes a table that knows predicted workloads too.
        """
        self._table = table
        self._more = more
        self._wider: TablePolicies | None = None
        self._rulings: dict[tuple[Direction, object, object], Ruling] = {}

    @cached_property
    def unfreed(self) -> "TablePolicies":
        """The same without what only takes policies away.

        Source: docs/semantics/path.md, M11.
        """
        table = unfreed(self._table)
        return self if table is self._table else TablePolicies(table, self._more)

    @cached_property
    def among_nodes(self) -> "TablePolicies":
        """The same where an address is known to be that of a node.

        Source:
            docs/semantics/engines.md, D2 and D17.
        """
        table = among_nodes(self._table)
        return self if table is self._table else TablePolicies(table, self._more)

    @property
    def polices_cluster_traffic(self) -> Tri:
        """Whether ingress policy holds for what a node hands on for a Service."""
        return self._table.index.dataplane.polices_cluster_traffic_policy

    @property
    def polices_hairpin(self) -> Tri:
        """Whether policy holds for what a pod sends to itself through a Service."""
        return self._table.index.dataplane.polices_hairpin

    def egress(self, workload: Workload, target: PodEnd | None) -> Ruling:
        """Return what pods of *workload* may send to a pod, or to addresses."""
        return self._for(workload, target).asked(workload, target, Direction.EGRESS)

    def ingress(self, workload: Workload, source: PodEnd | None) -> Ruling:
        """Return what pods of *workload* may get from a pod, or from addresses."""
        return self._for(workload, source).asked(workload, source, Direction.INGRESS)

    def own_node(self, workload: Workload) -> Ruling:
        """Return what pods of *workload* may send to the node that they run on."""
        flows = answer_flows(self._table.services, self._table.own_node(workload))
        says = "what a pod may send to its own node depends on the policy engine"
        said = Said(says, None, SOURCE)
        return Ruling(
            ~flows.possible, flows.possible - flows.allowed, lambda _h, _v: said
        )

    def local_dns(self, workload: Workload) -> Ruling:
        """Return what pods of *workload* may send to the DNS server of their node.

        Source: inferred from Azure NPM chain-management_linux.go and felix/rules; AKS
        docs, azure-cni-powered-by-cilium: there it takes a block and the host entity.
        """
        dataplane = self._table.index.dataplane
        if dataplane.own_node_egress is Tri.YES:
            return Ruling.passing(_FREE_DNS, SOURCE)
        by_address = self.egress(workload, None)
        if dataplane.own_node_egress is Tri.UNDEFINED:
            return Ruling(
                NOTHING, by_address.denied | by_address.unknown, by_address.say
            )
        if dataplane.block_matches_nodes is Tri.YES:
            return by_address
        node = self.own_node(workload)
        doubtful = by_address.denied | by_address.unknown | node.denied | node.unknown
        denied = by_address.denied & node.denied
        return Ruling(denied, doubtful - denied, by_address.say)

    def _for(self, workload: Workload, other: PodEnd | None) -> "TablePolicies":
        """Return what knows both ends: predicted workloads are in no table here."""
        ends = (workload, other.workload) if other else (workload,)
        if self._more is None or PREDICTED not in ends:
            return self
        self._wider = self._wider or TablePolicies(self._more())
        return self._wider

    def asked(
        self, workload: Workload, other: PodEnd | None, direction: Direction
    ) -> Ruling:
        """Return what passes in one direction between pods that the table knows."""
        far = self._key(other.workload) if other else None
        key = (direction, self._key(workload), far)
        if key not in self._rulings:
            allowed, possible = self._flows(workload, other, direction)
            self._rulings[key] = Ruling(
                ~possible,
                possible - allowed,
                _Saying(self._table, workload, other, direction),
            )
        return self._rulings[key]

    def _key(self, workload: Workload) -> tuple[int, tuple[Pod, ...]]:
        """Return what tells a workload from others, and from itself with fewer pods."""
        number = self._table.number(workload)
        reduced = self._table.is_reduced(workload)
        return number, workload.pods if reduced else ()

    def _flows(
        self, workload: Workload, other: PodEnd | None, direction: Direction
    ) -> tuple[FlowSet, FlowSet]:
        table = self._table
        if other is None:
            # What a pod and its own node exchange is asked by `own_node`.
            parts = table.outside(workload, direction, own_node=False)
            found = address_flows(table.services, parts, direction)
            return found.allowed, found.possible
        allowed, possible = NOTHING, NOTHING
        columns = table.index.columns
        mine, theirs = table.units(workload), table.units(other.workload)
        for family in columns.families:
            first = columns.first_unit(family)
            answers = [
                table.row(unit, direction).at(first + far)
                for unit in mine
                for far in theirs
            ]
            if not answers:
                continue
            flows = answer_flows(table.services, table.mask(table.agreed(answers)))
            only = FlowSet.box(families=(family,))
            allowed |= flows.allowed & only
            possible |= flows.possible & only
        return allowed, possible


class _Saying:
    """Names the policies that decide about one packet."""

    def __init__(
        self,
        table: PolicyTable,
        workload: Workload,
        other: PodEnd | None,
        direction: Direction,
    ) -> None:
        self._table = table
        self._workload = workload
        self._other = other
        self._direction = direction

    def __call__(self, headers: FlowSet, verdict: Verdict) -> Said:
        header = headers.witness()
        if header is None:
            return Said("no such packet", None, SOURCE)
        outward = self._direction is Direction.EGRESS
        far: PolicyEnd
        if self._other is not None:
            far = self._other.workload
        else:
            number = header.destination if outward else header.source
            far = IPv4Address(number) if header.family == _IPV4 else IPv6Address(number)
        port = header.destination_port if header.protocol in WITH_PORTS else 0
        source: PolicyEnd = self._workload if outward else far
        destination: PolicyEnd = far if outward else self._workload
        found = explain(self._table, source, destination, header.protocol, port)
        return said(found.egress if outward else found.ingress, verdict)


_IPV4 = 4
