"""The DNS question as traffic: whether it gets to the servers that answer it.

A name that cannot be looked up leads nowhere, whatever stands behind it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from seawall.engine.path.explain import hops_of
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Start, StartKind, judge
from seawall.engine.path.ground.space import HOST, LOCAL_DNS
from seawall.engine.path.ground.verdicts import (
    EVERYTHING,
    NOTHING,
    Partition,
    Ruling,
    Said,
    agreed,
)
from seawall.engine.path.policies.judging import Judging
from seawall.engine.path.policies.stages import NoPolicies, PolicyOracle
from seawall.engine.path.start import Places
from seawall.flowspace import Field, FlowSet
from seawall.model.address import AddressRange
from seawall.model.cluster_dns import DNS_PORT, PREDICTED, shown_servers
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd
from seawall.model.packet import Protocol
from seawall.model.trace import AccessPath, Hop, Layer, Verdict

SOURCE = "Kubernetes docs, DNS for Services and Pods; AKS docs, coredns-custom"
QUESTION = FlowSet.box(
    protocols=((int(Protocol.UDP),) * 2,), destination_ports=((DNS_PORT,) * 2,)
)
_NO_POLICIES = NoPolicies()
Walk = Callable[[Start, End, FlowSet], tuple[Branch, ...]]


@dataclass(frozen=True, slots=True)
class Leg:
    """One question from one place to one server.

    Attributes:
        who: Who asks whom, in words.
        parts: Every packet, split by what its sender gets: alike for all that it
            sends, or else unknown.
        hop: What stops the question, or may.
    """

    who: str
    parts: Partition
    hop: Hop | None


class Lookups:
    """Judges the DNS questions of one snapshot."""

    def __init__(
        self, atlas: Atlas, places: Places, judging: Judging, walk: Walk
    ) -> None:
        self._atlas = atlas
        self._places = places
        self._judging = judging
        self._walk = walk
        self._known: dict[tuple[Start, int], tuple[PolicyOracle, Ruling | None]] = {}

    def before(self, way: Branch, start: Start, policy: PolicyOracle) -> Branch:
        """Put the DNS question before a way to a name.

        Source:
            Kubernetes docs, DNS for Services and Pods; path.md, Q10.
        """
        if not way.question.name or way.relay is not None:
            return way
        oracle = _NO_POLICIES if isinstance(policy, NoPolicies) else policy
        key = (start, id(oracle))
        if key not in self._known:
            # The oracle is kept, so that no other gets its identity.
            self._known[key] = oracle, self._ruling(start, oracle)
        _, ruling = self._known[key]
        if ruling is None:
            return way
        step = judge(way.flows, Layer.NAME, "DNS", ruling=ruling, rewrites=())
        question = way.question
        if way.flows <= ruling.denied:
            question = replace(question, path=AccessPath.UNRESOLVED)
        return replace(way, question=question, steps=(step, *way.steps))

    def _ruling(self, start: Start, policy: PolicyOracle) -> Ruling | None:
        chains = self._chains(start, policy)
        if not chains:
            return None
        parts = agreed(_then(leg.parts for leg in chain) for chain in chains)
        legs = [leg for chain in chains for leg in chain]

        def say(_headers: FlowSet, verdict: Verdict) -> Said:
            return _said(legs, verdict)

        if self._may_ask_others(start):
            return Ruling(NOTHING, parts.denied | parts.unknown, say)
        return Ruling(parts.denied, parts.unknown, say)

    def _may_ask_others(self, start: Start) -> bool:
        """Whether whom a pod asks may be written otherwise in its spec.

        Its `dnsPolicy`, `dnsConfig` and `hostAliases` are not read, so that no denial
        is sure.
        """
        if start.kind is not StartKind.POD:
            return False
        return start.workload not in shown_servers(self._atlas.snapshot.objects)

    def _chains(self, start: Start, policy: PolicyOracle) -> list[list[Leg]]:
        """Return the ways that a question may take, each leg after leg.

        Source:
            AKS docs, coredns-custom and localdns-custom: pods ask CoreDNS, or the
            server on their node, which ask the servers of the network.
        """
        servers = shown_servers(self._atlas.snapshot.objects) or (PREDICTED,)
        is_server = start.workload is not None and start.workload in servers
        if start.kind in (StartKind.NODE, StartKind.MACHINE) or is_server:
            upstream = self._upstream((start,), start.name, start.network, policy)
            return [upstream] if upstream else []
        cluster = self._atlas.cluster
        if start.kind is not StartKind.POD or cluster is None or start.pool is None:
            return []
        chains: list[list[Leg]] = []
        if cluster.local_dns.may_be(value=True):
            near = AddressEnd(LOCAL_DNS.ranges)
            first = self._leg((start,), f"{start.name} asks LocalDNS", near, policy)
            node = self._places.starts(NodeEnd(start.pool.name))
            rest = self._upstream(node, "LocalDNS", start.network, policy)
            chains.append([first, *rest])
        if not cluster.local_dns.is_surely(value=True):
            for server in servers:
                says = f"{start.name} asks {server.label}"
                end = PodEnd(server)
                first = self._leg((start,), says, end, policy)
                starts = self._places.starts(end)
                rest = self._upstream(starts, server.label, start.network, policy)
                chains.append([first, *rest])
        return chains

    def _upstream(
        self,
        starts: Sequence[Start],
        who: str,
        network: str | None,
        policy: PolicyOracle,
    ) -> list[Leg]:
        """Return the question to the DNS servers of a network: one must be reached."""
        found = self._atlas.network(network) if network else None
        if found is None or not found.dns_servers.known:
            return []
        ends = [
            AddressEnd((AddressRange.of(it),)) for it in found.dns_servers.value or ()
        ]
        ends = ends or [AddressEnd(HOST.ranges)]
        legs = [self._leg(starts, f"{who} asks {end}", end, policy) for end in ends]
        parts = Partition(
            FlowSet.union_of(leg.parts.allowed for leg in legs),
            EVERYTHING,
            FlowSet.union_of(leg.parts.unknown for leg in legs),
        )
        unknown = parts.unknown - parts.allowed
        denied = EVERYTHING - parts.allowed - unknown
        worst = next((leg for leg in legs if leg.parts.denied), legs[0])
        return [replace(worst, parts=Partition(parts.allowed, denied, unknown))]

    def _leg(
        self, starts: Sequence[Start], who: str, end: End, policy: PolicyOracle
    ) -> Leg:
        ways = [
            way
            for start in starts
            for branch in self._walk(start, end, QUESTION)
            for way in self._judging.judged(branch, policy)
        ]
        parts = agreed(way.verdicts() for way in ways)
        return Leg(who, _by_sender(parts), _stop(ways))


def _by_sender(parts: Partition) -> Partition:
    """Return what each sender gets; unknown where its questions fare differently.

    Senders of whom nothing is asked, such as those of another address family, get
    what all others get, if these agree.
    """
    verdict = parts.verdict()
    if not parts.flows or not (parts.allowed or parts.denied):
        return Partition(unknown=EVERYTHING)
    if verdict is Verdict.ALLOWED:
        return Partition(allowed=EVERYTHING)
    if verdict is Verdict.DENIED:
        return Partition(denied=EVERYTHING)
    allowed, denied, unknown = (
        FlowSet.box(sources=part.project(Field.SOURCE)) if part else NOTHING
        for part in (parts.allowed, parts.denied, parts.unknown)
    )
    lets, stops = allowed - denied - unknown, denied - allowed - unknown
    return Partition(lets, stops, EVERYTHING - lets - stops)


def _then(parts: Iterable[Partition]) -> Partition:
    listed = list(parts)
    denied = FlowSet.union_of(part.denied for part in listed)
    unknown = FlowSet.union_of(part.unknown for part in listed) - denied
    return Partition(EVERYTHING - denied - unknown, denied, unknown)


def _stop(ways: Iterable[Branch]) -> Hop | None:
    """Return the first hop that stops a question, or may."""
    found: list[Hop] = []
    for way in ways:
        part = way.verdicts()
        header = (part.denied or part.unknown).witness()
        if header is not None:
            hops = hops_of(way, way.steps, header)
            found += [hop for hop in hops if hop.verdict is not Verdict.ALLOWED]
    denied = [hop for hop in found if hop.verdict is Verdict.DENIED]
    return next(iter((*denied, *found)), None)


def _said(legs: Sequence[Leg], verdict: Verdict) -> Said:
    """Return why a question is answered, or who does not get an answer."""
    if verdict is Verdict.ALLOWED:
        says = ", ".join(dict.fromkeys(leg.who for leg in legs))
        return Said(f"{says}: UDP 53 gets there", None, SOURCE)
    stopped = [leg for leg in legs if leg.hop is not None]
    wanted = [leg for leg in stopped if leg.hop and leg.hop.verdict is verdict]
    for leg in (*wanted, *stopped):
        hop = leg.hop
        if hop is not None:
            place = f"{hop.layer.value} at {hop.at}" if hop.at else hop.layer.value
            lost = "may not get there"
            if hop.verdict is Verdict.DENIED:
                lost = "does not get there"
            says = f"{leg.who}, and UDP 53 {lost}: {place}: {hop.says}"
            return Said(says, hop.rule, hop.source or SOURCE)
    return Said("whether the DNS question gets there is not known", None, SOURCE)
