"""The DNS question as traffic: whether it gets to the servers that answer it.

A name that cannot be looked up leads nowhere, whatever stands behind it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from seawall.engine.path.dns.client import Clients
from seawall.engine.path.dns.resolution import Server, Whom
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
from seawall.model.address import Address, AddressRange
from seawall.model.cluster_dns import DNS_PORT, PREDICTED, shown_servers
from seawall.model.end import AddressEnd, End, InnerEnd, NodeEnd, PodEnd
from seawall.model.packet import Protocol as IpProtocol
from seawall.model.trace import AccessPath, Hop, Layer, Verdict

SOURCE = "Kubernetes docs, DNS for Services and Pods; AKS docs, coredns-custom"
QUESTION = FlowSet.box(
    protocols=((int(IpProtocol.UDP),) * 2,), destination_ports=((DNS_PORT,) * 2,)
)
_NO_POLICIES = NoPolicies()


class Walk(Protocol):
    """Follows the packets of a question, as `PathModel.walk` does."""

    def __call__(
        self,
        start: Start,
        target: End,
        services: FlowSet,
        *,
        supposing_local_dns: bool = False,
    ) -> tuple[Branch, ...]:
        """Return their ways."""


@dataclass(frozen=True)
class Leg:
    """One question from one place to one server.

    Attributes:
        who: Who asks whom, in words.
        parts: Every packet, split by what its sender gets: alike for all that it
            sends, or else unknown.
        ways: The ways that it may take.
    """

    who: str
    parts: Partition
    ways: tuple[Branch, ...]

    @cached_property
    def hop(self) -> Hop | None:
        """What stops the question, or may."""
        return _stop(self.ways)


class Lookups:
    """Judges the DNS questions of one snapshot."""

    def __init__(
        self,
        atlas: Atlas,
        places: Places,
        judging: Judging,
        walk: Walk,
        clients: Clients,
    ) -> None:
        """Prepare.

        Args:
            atlas: The networks.
            places: Where packets start.
            judging: Puts policies on ways.
            walk: Follows the packets of a question.
            clients: Says whom each client asks.
        """
        self._atlas = atlas
        self._places = places
        self._judging = judging
        self._walk = walk
        self._clients = clients
        self._known: dict[object, tuple[PolicyOracle, Ruling | None]] = {}

    def before(self, way: Branch, start: Start, policy: PolicyOracle) -> Branch:
        """Put the DNS question before a way to a name.

        Source:
            Kubernetes docs, DNS for Services and Pods; path.md, Q10.
        """
        asks_for_none = isinstance(way.question.target, InnerEnd)
        if asks_for_none or not way.question.name or way.relay is not None:
            return way
        oracle = _NO_POLICIES if isinstance(policy, NoPolicies) else policy
        servers = self._clients.resolve(start, way.question.name).servers
        key = (start, id(oracle), servers)
        if key not in self._known:
            # The oracle is kept, so that no other gets its identity.
            self._known[key] = oracle, self._ruling(start, servers, oracle)
        _, ruling = self._known[key]
        if ruling is None:
            return way
        step = judge(way.flows, Layer.NAME, "DNS", ruling=ruling, rewrites=())
        question = way.question
        if way.flows <= ruling.denied:
            question = replace(question, path=AccessPath.UNRESOLVED)
        return replace(way, question=question, steps=(step, *way.steps))

    def _ruling(
        self, start: Start, servers: Sequence[Server], policy: PolicyOracle
    ) -> Ruling | None:
        """Return who gets an answer: whoever gets to one of the servers."""
        ways = [self._chains(start, server, policy) for server in servers]
        if not ways or not all(ways):
            return None
        each = [agreed(_then(leg.parts for leg in it) for it in way) for way in ways]
        parts = _any_of(each)
        legs = [leg for way in ways for chain in way for leg in chain]

        def say(_headers: FlowSet, verdict: Verdict) -> Said:
            return _said(legs, verdict)

        return Ruling(parts.denied, parts.unknown, say)

    def _chains(
        self, start: Start, asked: Server, policy: PolicyOracle
    ) -> list[list[Leg]]:
        """Return the ways that a question to a server may take, each leg after leg.

        Source:
            AKS docs, coredns-custom and localdns-custom: pods ask CoreDNS, or the
            server on their node, which asks CoreDNS or the servers of the network.
        """
        if asked.whom is Whom.SERVER and asked.address is not None:
            if start.kind is StartKind.NOWHERE or start.kind is StartKind.INTERNET:
                return []
            end = AddressEnd((AddressRange.of(asked.address),))
            says = f"{start.name} asks {asked.address}"
            return [[self._leg((start,), says, end, policy)]]
        if start.kind is StartKind.MACHINE or start.workload is None:
            return self._from_machine(start, asked, policy)
        cluster = self._atlas.cluster
        if not start.is_in_cluster or cluster is None or start.pool is None:
            return []
        is_server = start.workload in shown_servers(self._atlas.snapshot.objects)
        by_cluster = asked.whom is Whom.CLUSTER
        if is_server or (start.kind is StartKind.NODE and not by_cluster):
            return self._from_machine(start, asked, policy)
        chains: list[list[Leg]] = []
        if cluster.local_dns.may_be(value=True):
            near = AddressEnd(LOCAL_DNS.ranges)
            # Where it is not known to be on, the way without it is a choice beside.
            first = self._leg(
                (start,), f"{start.name} asks LocalDNS", near, policy, supposed=True
            )
            node = self._places.starts(NodeEnd(start.pool.name))
            if by_cluster:
                rest = self._from_cluster(node, "LocalDNS", asked, policy)
                chains += [[first, *chain] for chain in rest]
            else:
                chains.append(
                    [first, *self._upstream(node, "LocalDNS", start.network, policy)]
                )
        if not cluster.local_dns.is_surely(value=True):
            if by_cluster:
                chains += self._from_cluster((start,), start.name, asked, policy)
            else:
                up = self._upstream((start,), start.name, start.network, policy)
                chains += [up] if up else []
        return chains

    def _from_machine(
        self, start: Start, asked: Server, policy: PolicyOracle
    ) -> list[list[Leg]]:
        """Return the ways of a question of what asks as its network does."""
        if start.kind not in (StartKind.NODE, StartKind.MACHINE, StartKind.POD):
            return []
        if asked.whom is Whom.CLUSTER and start.kind is StartKind.NODE:
            return self._from_cluster((start,), "LocalDNS", asked, policy)
        upstream = self._upstream((start,), start.name, start.network, policy)
        return [upstream] if upstream else []

    def _from_cluster(
        self, starts: Sequence[Start], who: str, asked: Server, policy: PolicyOracle
    ) -> list[list[Leg]]:
        """Return the ways of a question to any of the cluster's DNS servers."""
        chains: list[list[Leg]] = []
        for server in shown_servers(self._atlas.snapshot.objects) or (PREDICTED,):
            end = PodEnd(server)
            first = self._leg(starts, f"{who} asks {server.label}", end, policy)
            own = self._places.starts(end)
            rest: list[Leg] = []
            if asked.upstream:
                rest = self._to(own, server.label, asked.upstream, policy)
            elif asked.upstream is not None:
                network = starts[0].network if starts else None
                rest = self._upstream(own, server.label, network, policy)
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
        return self._to(starts, who, found.dns_servers.value or (), policy)

    def _to(
        self,
        starts: Sequence[Start],
        who: str,
        servers: Sequence[Address],
        policy: PolicyOracle,
    ) -> list[Leg]:
        """Return the question to some servers, Azure's own if there are none."""
        ends = [AddressEnd((AddressRange.of(each),)) for each in servers]
        ends = ends or [AddressEnd(HOST.ranges)]
        legs = [self._leg(starts, f"{who} asks {end}", end, policy) for end in ends]
        worst = next((leg for leg in legs if leg.parts.denied), legs[0])
        return [replace(worst, parts=_any_of(leg.parts for leg in legs))]

    def _leg(
        self,
        starts: Sequence[Start],
        who: str,
        end: End,
        policy: PolicyOracle,
        *,
        supposed: bool = False,
    ) -> Leg:
        ways = tuple(
            way
            for start in starts
            for branch in self._walk(start, end, QUESTION, supposing_local_dns=supposed)
            for way in self._judging.judged(branch, policy)
        )
        parts = agreed(way.verdicts() for way in ways)
        return Leg(who, _by_sender(parts), ways)


def _any_of(parts: Iterable[Partition]) -> Partition:
    """Return what becomes of a question that one of several servers must get."""
    listed = list(parts)
    allowed = FlowSet.union_of(part.allowed for part in listed)
    unknown = FlowSet.union_of(part.unknown for part in listed) - allowed
    return Partition(allowed, EVERYTHING - allowed - unknown, unknown)


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
