"""The isolation overview of `check`: what is exposed, what leaves, what is unknown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from seawall.model.address import AddressRange
from seawall.model.cluster import Cluster
from seawall.model.dataplane import Language, PolicyEngine, Tri
from seawall.model.origin import Origin
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.setting import Setting, State
from seawall.model.snapshot import Fabric
from seawall.query.case import Case
from seawall.query.control_plane.answer import ControlPlane, control_plane
from seawall.query.control_plane.api_server import Entrance, api_server
from seawall.query.doors import DoorAnswer
from seawall.query.doubts import doubts
from seawall.query.edge import edge
from seawall.query.flat_pods import FlatReach, flat_pods
from seawall.query.platform_paths import PlatformPath, platform_paths
from seawall.query.settings.answer import counts, explain
from seawall.query.side_doors.answer import Passage, side_doors
from seawall.query.side_doors.standing import StandingDoor, standing_doors
from seawall.query.ways_in import Arrival
from seawall.query.ways_out import WayOut

if TYPE_CHECKING:
    from seawall.query.reach.policy import ReachResult

T = TypeVar("T")
_TOLD = frozenset({Language.ADMIN, Language.CLUSTER, Language.ISTIO, Language.MESH})
"""The languages whose policies are not opaque where they cannot be read."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One setting of the cluster, in words.

    Attributes:
        name: What it is.
        value: Its value, or `not known`.
        how: `stated`, or why it is defaulted or not known.
        origin: Where it stands.
    """

    name: str
    value: str
    how: str
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class PairShare:
    """How much of the cluster may talk to how much, by network policy.

    Attributes:
        pairs: Ordered pairs of different workloads.
        open: Pairs on which something is allowed.
        open_without_tcp: Those of them on which TCP surely is not.
        open_perhaps_tcp: Those of them on which TCP is not surely allowed and may be.
        unknown: Pairs on which nothing is surely allowed and something may be.
        workloads: How many workloads there are.
        open_ingress: Workloads that no policy isolates for ingress.
        open_egress: Workloads that no policy isolates for egress.
    """

    pairs: int
    open: int
    unknown: int
    workloads: int
    open_ingress: tuple[str, ...]
    open_egress: tuple[str, ...]
    open_without_tcp: int = 0
    open_perhaps_tcp: int = 0

    @property
    def beside_tcp(self) -> str:
        """What open pairs there are that TCP does not surely pass, in words; or ""."""
        told = []
        if self.open_without_tcp:
            told.append(f"TCP is closed on {self.open_without_tcp} of them")
        if self.open_perhaps_tcp:
            told.append(f"TCP is not known on {self.open_perhaps_tcp} of them")
        return ", ".join(told)

    @property
    def closed(self) -> int:
        """Pairs on which nothing passes."""
        return self.pairs - self.open - self.unknown


@dataclass(frozen=True, slots=True)
class Overview:
    """How isolated one cluster is.

    Attributes:
        cluster: Name of the cluster, or None if the input holds none.
        facts: Its settings that decide about packets.
        api_server: Who can reach its API server.
        doors: Every way in from outside.
        ways_in: What proxies at the edge hand on to pods.
        ways_out: Every way from pods to the internet.
        share: How much of the pod network is open.
        platform: How platform resources are reached.
        inert: What is written and has no effect, each as a sentence.
        unknown: What is not known and touches verdicts, each as a sentence.
        control_plane: How the API server is set up, and what it calls.
        side_doors: What pods reach beside the pod network.
        standing_doors: Side doors that stand by a setting.
        flat_pods: Who reaches pods at their own addresses from outside.
        known: How many settings are known in each way.
    """

    cluster: str | None
    facts: tuple[Fact, ...]
    api_server: tuple[Entrance, ...]
    doors: tuple[DoorAnswer, ...]
    ways_in: tuple[Arrival, ...]
    ways_out: tuple[WayOut, ...]
    share: PairShare
    platform: tuple[PlatformPath, ...]
    inert: tuple[str, ...]
    unknown: tuple[str, ...]
    control_plane: ControlPlane | None = None
    side_doors: tuple[Passage, ...] = ()
    standing_doors: tuple[StandingDoor, ...] = ()
    flat_pods: tuple[FlatReach, ...] = ()
    known: Mapping[State, int] = field(default_factory=dict)


def overview(case: Case, operators: Sequence[AddressRange] = ()) -> Overview:
    """Return the isolation overview of a case.

    Args:
        case: The snapshot.
        operators: Addresses of whoever must reach the API server.
    """
    cluster = case.cluster
    return Overview(
        cluster.name if cluster else None,
        tuple(_facts(cluster)) if cluster else (),
        api_server(case, operators),
        case.doors if cluster else (),
        edge(case),
        case.ways_out if cluster else (),
        _share(case),
        tuple(platform_paths(case)) if cluster else (),
        tuple(_inert(case)),
        tuple(_unknown(case)),
        control_plane(case),
        side_doors(case),
        standing_doors(case),
        flat_pods(case),
        counts(explain(case.snapshot).rows) if cluster else {},
    )


def _facts(cluster: Cluster) -> Iterator[Fact]:
    yield _fact("pod addresses", cluster.addressing)
    yield _fact("policy engine", cluster.policy_engine)
    yield _fact("outbound type", cluster.outbound)
    yield _fact("private API server", cluster.api_server.private)
    yield _fact("Kubernetes", cluster.kubernetes_version)


def _fact(name: str, setting: Setting[T]) -> Fact:
    if not setting.known:
        return Fact(name, "not known", setting.why, setting.origin)
    value: object = getattr(setting.value, "value", setting.value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return Fact(name, str(value), setting.why or "stated", setting.origin)


def _share(case: Case) -> PairShare:
    """Count pairs of workloads by what network policy allows between them.

    Complexity: workloads that policies tell apart, times workloads.
    """
    from seawall.query.reach.policy import reach_policy  # noqa: PLC0415

    result = reach_policy(case.snapshot, case.dataplane)
    count = len(result.workloads)
    pairs: Counter[int] = Counter()
    for alike in _alike(result):
        first = alike[0]
        answers = result.answers_from(first)
        if len(alike) > 1:
            answers[first] = result.answers_from(alike[1]).get(first, 0)
        for answer, number in Counter(answers.values()).items():
            pairs[answer] += number * len(alike)
        pairs.subtract(answers.get(source, 0) for source in alike)
    opened = unknown = without_tcp = perhaps_tcp = 0
    tcp = result.table.services.protocol_mask(Protocol.TCP)
    for answer, number in pairs.items():
        mask = result.table.mask(answer)
        if mask.allowed:
            opened += number
            if not (mask.allowed | mask.unknown) & tcp:
                without_tcp += number
            elif not mask.allowed & tcp:
                perhaps_tcp += number
        elif mask.unknown:
            unknown += number
    unpoliced = case.dataplane.enforces is Tri.NO
    every = tuple(workload.label for workload in case.workloads)
    return PairShare(
        count * (count - 1),
        opened,
        unknown,
        count,
        every if unpoliced else _open(case, Direction.INGRESS),
        every if unpoliced else _open(case, Direction.EGRESS),
        without_tcp,
        perhaps_tcp,
    )


def _alike(result: "ReachResult") -> Iterable[list[int]]:
    """Return the sources by position, those that get the same answers together."""
    groups: dict[object, list[int]] = {}
    for source in result.sources():
        near = result.table.near_answers(result.numbers[source])
        key = (result.units[source], tuple(sorted(near.items())))
        groups.setdefault(key, []).append(source)
    return groups.values()


def _open(case: Case, direction: Direction) -> tuple[str, ...]:
    return tuple(each.label for each in case.table.unisolated(direction) if each.runs)


def _inert(case: Case) -> Iterator[str]:
    objects = case.snapshot.objects
    ranked = [it for it in case.ranked_objects if not it.language.of_mesh]
    count = len(objects.policies) + len(objects.opaque_policies) + len(ranked)
    if case.dataplane.enforces is Tri.NO and count:
        noun = "policy" if count == 1 else "policies"
        yield f"{count} network {noun}: the cluster runs no policy engine"
        return
    by_kind: dict[str, int] = {}
    for policy in case.unheeded:
        by_kind[policy.kind] = by_kind.get(policy.kind, 0) + 1
    for kind, number in sorted(by_kind.items()):
        yield f"{number} {kind}: {case.dataplane.engine.value} does not act on them"


def _unsettled(case: Case) -> Iterator[str]:
    """Yield the policies in force of which no rule is certain, each for its reasons.

    One object is a policy for each kind of proxy, so that a text may come twice.
    """
    enforced = case.dataplane.enforcement
    for policy in case.snapshot.objects.ranked_policies:
        whys = {it.condition for way in policy.governs for it in policy.rules(way)}
        told = policy.language in _TOLD and enforced(policy.language) is not Tri.NO
        if told and whys and None not in whys:
            why = "; ".join(sorted(str(item) for item in whys))
            yield f"{policy.label} ({policy.origin}): {why}"


def _unknown(case: Case) -> Iterator[str]:
    objects = case.snapshot.objects
    for policy in objects.opaque_policies:
        engine = case.dataplane.engine
        engines = policy.engines
        if engines is None or engine is PolicyEngine.SPEC or engine in engines:
            yield f"{policy.label} ({policy.origin}): {policy.why}"
    yield from doubts(case)
    yield from dict.fromkeys(_unsettled(case))
    hidden: dict[str, int] = {}
    for item in objects.hidden:
        hidden[item.kind] = hidden.get(item.kind, 0) + 1
    for kind, number in sorted(hidden.items()):
        yield f"{number} {kind}: the pods that they make are not in the input"
    if case.cluster is None:
        given = case.snapshot.fabric != Fabric()
        what = "no Azure input was given"
        if given:
            what = "the Azure input holds no cluster, so nothing starts in its network"
        yield f"the cluster and its network: {what}"
