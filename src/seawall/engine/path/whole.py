"""`PathModel`: one snapshot, ready to be asked what can reach what, and why."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from seawall.engine.path.answer import Answer, verdict_of
from seawall.engine.path.asking import Asking
from seawall.engine.path.dns.resolution import Resolution
from seawall.engine.path.doors import Door, DoorKind, Doors
from seawall.engine.path.explain import hops_of, single
from seawall.engine.path.ground.atlas import Atlas
from seawall.engine.path.ground.branch import Branch, Start
from seawall.engine.path.ground.space import NOWHERE, Space
from seawall.engine.path.ground.verdicts import EVERYTHING, Partition, agreed
from seawall.engine.path.lookup import Lookups
from seawall.engine.path.policies.judging import Judging
from seawall.engine.path.policies.stages import NoPolicies, PolicyOracle
from seawall.engine.path.replied import Replied, replied
from seawall.engine.path.reply import Replies, worst_choice
from seawall.engine.path.routes.astray import Astray, astray
from seawall.engine.path.seen import Sighting, seen, sightings
from seawall.engine.path.walk import Walker
from seawall.flowspace import FlowSet, Header
from seawall.model.end import ApiServerEnd, End, InternetEnd, NameEnd, NodeEnd, PodEnd
from seawall.model.origin import Origin
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Hop, Reply, Verdict
from seawall.model.workload import EGRESS_GATEWAY, Workload


@dataclass(frozen=True, slots=True)
class Entry:
    """What becomes of packets that come to a door and are meant for one end.

    Attributes:
        door: The door.
        target: What stands behind it; None for what leads nowhere that is known.
        answer: In headers as they are at the door.
    """

    door: Door
    target: End | None
    answer: Answer


class PathModel:
    """The network of one snapshot, compiled as far as it is asked about."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.atlas = Atlas(snapshot)
        self.walker = Walker(self.atlas)
        self.asking = Asking(self.atlas, self.walker.places)
        self._replies = Replies(
            self.atlas, self.walker.transit.routes, self.walker.appliances
        )
        self._doors = Doors(self.atlas, self.walker)
        self._judging = Judging(self.atlas, self.walker.places)
        self._walked: dict[object, tuple[Branch, ...]] = {}
        self._lookups = Lookups(
            self.atlas,
            self.walker.places,
            self._judging,
            self.walk,
            self.asking.clients,
        )

    @classmethod
    def build(cls, snapshot: Snapshot) -> "PathModel":
        """Return a model of a snapshot; nothing is compiled before it is needed."""
        return cls(snapshot)

    def starts(self, end: End) -> tuple[Start, ...]:
        """Return the places that a packet from *end* may come from."""
        return self.walker.places.starts(end)

    def walk(
        self,
        start: Start,
        target: End,
        services: FlowSet = EVERYTHING,
        *,
        supposing_local_dns: bool = False,
    ) -> tuple[Branch, ...]:
        """Return the ways of packets from a start to a target, without policies.

        LocalDNS may be taken to be on, whether or not that is known.

        Returns:
            Branches whose flows together are the question. Flows in several of them
            are choices of the platform.
        """
        ways: list[Branch] = []
        for branch, leads_on in self.asking.asked(start, target, services):
            if not branch.flows:
                continue
            question = replace(branch.question, supposes_local_dns=supposing_local_dns)
            asked = replace(branch, question=question)
            if leads_on:
                ways += self._remembered(asked)
            else:
                ways.append(asked)
        return tuple(ways)

    def _remembered(self, branch: Branch) -> Iterator[Branch]:
        """Yield the ways of a branch; those of pods that are alike are walked once.

        The network does not know which workload a packet belongs to, only where it
        may be. So the walk is made for a nameless pod, and names are put back.
        """
        start, question = branch.start, branch.question
        nameless = replace(
            branch,
            start=replace(start, name="", workload=_nameless(start.workload)),
            question=replace(question, target=_nameless_end(question.target)),
        )
        key = (nameless.start, nameless.question, branch.flows, branch.rewrites)
        if key not in self._walked:
            self._walked[key] = tuple(self.walker.walked(nameless))
        before = len(branch.steps)
        for way in self._walked[key]:
            kept = way.question == nameless.question
            yield replace(
                way,
                start=start,
                question=question if kept else way.question,
                backend=way.backend or branch.backend,
                steps=(*branch.steps, *way.steps[before:]),
            )

    def resolve(self, name: str, network: str | None) -> Resolution:
        """Return what a name leads to for clients in a network (None: publicly)."""
        return self.asking.resolver.resolve(name, network)

    def partition(
        self,
        source: End,
        target: End,
        *,
        services: FlowSet = EVERYTHING,
        policy: PolicyOracle | None = None,
    ) -> Answer:
        """Return what becomes of all flows from one end to another.

        Args:
            source: Where they come from.
            target: What they are meant for.
            services: Protocols and ports to ask about.
            policy: Network policy; None asks the network alone.

        Returns:
            Disjoint parts that together are the question.
        """
        oracle = policy or NoPolicies()
        if isinstance(source, InternetEnd) and isinstance(target, PodEnd | NodeEnd):
            entered = self._by_any_door(target, services, oracle)
            if entered is not None:
                return entered
        ways: list[Branch] = []
        resolutions: list[Resolution] = []
        somewhere: dict[Space, None] = {}
        for start in self.starts(source):
            somewhere |= dict.fromkeys(self.asking.somewhere(start, target))
            if isinstance(target, NameEnd | ApiServerEnd):
                found = self.asking.resolved(start, target)
                if found not in resolutions:
                    resolutions.append(found)
            for branch in self.walk(start, target, services):
                judged = self._judging.judged(branch, oracle)
                ways += (self._lookups.before(way, start, oracle) for way in judged)
        return Answer(
            agreed(way.verdicts() for way in ways),
            tuple(ways),
            tuple(resolutions),
            tuple(somewhere),
        )

    def _by_any_door(
        self, target: End, services: FlowSet, policy: PolicyOracle
    ) -> Answer | None:
        """Return what reaches an end from the internet, by whatever door.

        The headers are those at the doors, so a packet arrives if one door lets it in.

        Returns:
            None if no door leads there.
        """
        entries = [
            found
            for door in self.doors()
            if door.is_public and door.kind is not DoorKind.API_SERVER
            for entry in self.enter(door, policy=policy)
            if (found := _perhaps_to(entry, target)) is not None
        ]
        if not entries:
            return None
        parts = [entry.answer.partition & services for entry in entries]
        allowed = FlowSet.union_of(part.allowed for part in parts)
        unknown = FlowSet.union_of(part.unknown for part in parts) - allowed
        denied = FlowSet.union_of(part.denied for part in parts) - allowed - unknown
        ways = [way for entry in entries for way in entry.answer.branches]
        return Answer(
            Partition(allowed, denied, unknown),
            tuple(way.within(services) for way in ways),
        )

    def doors(self) -> tuple[Door, ...]:
        """Return every way in from outside, those of the internet first."""
        return self._doors.all()

    def enter(
        self,
        door: Door,
        *,
        policy: PolicyOracle | None = None,
        source: End | None = None,
    ) -> tuple[Entry, ...]:
        """Return what becomes of packets that come to a door, by what stands behind.

        Args:
            door: One of `doors()`.
            policy: Network policy; None asks the network alone.
            source: Where they come from; None is the internet.

        Returns:
            One entry for each end behind the door; headers are those at the door.
        """
        oracle = policy or NoPolicies()
        outside = source or InternetEnd()
        if door.kind is DoorKind.API_SERVER:
            answer = self.partition(outside, ApiServerEnd(), services=door.headers)
            return (Entry(door, ApiServerEnd(), answer),)
        found: dict[End | None, list[Branch]] = {}
        for start in self._doors.starts(door) or self.starts(outside):
            for branch in self._doors.entered(door, start):
                for way in self._judging.judged(branch, oracle):
                    found.setdefault(way.question.target, []).append(way)
        return tuple(
            Entry(
                door,
                target,
                Answer(agreed(way.verdicts() for way in ways), tuple(ways)),
            )
            for target, ways in found.items()
        )

    def replies(self, answer: Answer, header: Header) -> tuple[Reply, tuple[Hop, ...]]:
        """Return whether the reply to one packet of an answer comes back, and how.

        Where the packet may take several ways whose replies fare differently, the
        reply is unknown, and the way that says most is shown.
        """
        ways = [
            way
            for way in answer.ways(header)
            if verdict_of(way, header) is not Verdict.DENIED
        ]
        if not ways or header in answer.denied:
            return Reply.NOT_SENT, ()
        found = [self._replies.reply(way, header) for way in ways]
        fate = worst_choice([each for each, _ in found])
        order = (Reply.LOST, Reply.UNKNOWN, Reply.NOT_SENT, Reply.RETURNS)
        shown = min(found, key=lambda item: order.index(item[0]))
        return fate, shown[1]

    def replied(self, answer: Answer, flows: FlowSet) -> tuple[Replied, ...]:
        """Return what becomes of the replies to all of some flows that arrive.

        Complexity: `replies` for each group of sources that routes tell apart.
        """
        cuts = [cut for branch in answer.branches for cut in self._replies.cuts(branch)]
        return replied(answer, flows, cuts, partial(self.replies, answer))

    def astray(self) -> tuple[Astray, ...]:
        """Return the routes that lead nowhere, of all subnets."""
        walker = self.walker
        return tuple(astray(self.atlas, walker.transit.routes, walker.appliances))

    def seen(self, answer: Answer, header: Header) -> Space:
        """Return the sources that far ends may see of one packet of an answer."""
        found = NOWHERE
        for way in answer.ways(header):
            if verdict_of(way, header) is not Verdict.DENIED and way.arrival:
                found = found | seen(way, single(header))
        return found

    def sightings(self, answer: Answer, wanted: Space) -> tuple[Sighting, ...]:
        """Return how flows of an answer may arrive with one of the *wanted* sources."""
        return sightings(self.atlas, answer.partition, answer.branches, wanted)

    def explain(self, answer: Answer, header: Header) -> tuple[Hop, ...]:
        """Return the way of one packet of an answer, hop by hop.

        Where the platform has a choice, the way that says most is shown.
        """
        ways = answer.ways(header)
        return hops_of(ways[0], ways[0].steps, header) if ways else ()


def _perhaps_to(entry: Entry, target: End) -> Entry | None:
    """Return what comes by a door to an end, or may; None if nothing does.

    What is lost from sight, so that nobody knows where it leads, may come to any end.
    """
    if entry.target == target:
        return entry
    if entry.target is not None:
        return None
    lost = [way for way in entry.answer.branches if way.arrival is None]
    unknown = FlowSet.union_of(way.verdicts().unknown for way in lost)
    if not unknown:
        return None
    ways = tuple(way.within(unknown) for way in lost if way.flows & unknown)
    return Entry(entry.door, target, Answer(Partition(unknown=unknown), ways))


def _nameless(workload: Workload | None) -> Workload | None:
    """Return what the network can tell of a workload: where its pods may be."""
    if workload is None:
        return None
    placed = any(pod.node or pod.node_addresses for pod in workload.pods)
    return Workload(
        namespace="",
        name="any pod like it",
        kind="Pod",
        labels=(),
        origin=_NO_ORIGIN,
        host_network=workload.host_network,
        node_pool=workload.node_pool,
        pods=workload.pods if placed else (),
        annotations=gateway_note(workload),
    )


def gateway_note(workload: Workload) -> tuple[tuple[str, str], ...]:
    """Return the annotation that the way of a workload's packets depends on."""
    name = workload.egress_gateway
    return ((EGRESS_GATEWAY, name),) if name else ()


def _nameless_end(end: End | None) -> End | None:
    if not isinstance(end, PodEnd):
        return end
    workload = _nameless(end.workload)
    return PodEnd(workload) if workload else end


_NO_ORIGIN = Origin("")
