"""What differs through all layers, held against the answers of both sides."""

from collections.abc import Iterator
from dataclasses import fields, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
import strategies_fabric
from seawall.flowspace import Field, FlowSet
from seawall.model.end import NameEnd, PodEnd
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.difference.change import PODS, Change
from seawall.query.difference.flows import Flows, compared
from seawall.query.difference.network.compare import NetworkDifference
from seawall.query.difference.network.rows import name_rows, names_of
from seawall.query.difference.network.survey import Survey
from seawall.query.difference.side import Draft, name_of, two_sides
from seawall.query.enforcement import enforcement
from seawall.query.reach.cells import Passing, by_service, passing

AREAS = (PODS, "ways out", "ways in")
TURNED = {"opened": "closed", "closed": "opened", "unknown": "settled"} | {
    "settled": "unknown",
    "rerouted": "rerouted",
}
_NONE = FlowSet.empty()
NOBODYS = FlowSet.box(families=(4,), protocols=((58, 58),)) | FlowSet.box(
    families=(6,), protocols=((1, 1),)
)
"""The ICMP of the other family, which is no one's: RFC 792, RFC 4443."""
Places = dict[tuple[object, ...], Passing]


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Return a network with workloads under policies."""
    found: Snapshot = draw(strategies_fabric.snapshots())
    objects = draw(strategies.clusters())
    assert found.cluster is not None
    pools = [pool.name for pool in found.cluster.pools]
    placed = tuple(
        replace(item, node_pool=draw(st.sampled_from((None, *pools))), pods=())
        for item in objects.workloads
    )
    return replace(found, objects=replace(objects, workloads=placed))


@st.composite
def versions(draw: st.DrawFn) -> tuple[Snapshot, Snapshot]:
    """Return a snapshot and one in which some things are as in another."""
    one, other = draw(snapshots()), draw(snapshots())
    names = [item.name for item in fields(Fabric)]
    taken = draw(st.sets(st.sampled_from(names), max_size=4))
    fabric = replace(
        one.fabric, **{name: getattr(other.fabric, name) for name in taken}
    )
    objects = one.objects
    if draw(st.booleans()):
        objects = replace(objects, policies=other.objects.policies)
    if draw(st.booleans()):
        objects = replace(objects, workloads=objects.workloads[1:])
    if draw(st.booleans()):
        objects = replace(objects, services=other.objects.services)
    cluster = draw(st.sampled_from((one.cluster, one.cluster, other.cluster)))
    return one, replace(one, fabric=fabric, objects=objects, cluster=cluster)


def flows_of(one: Snapshot, other: Snapshot, engine: str | None = None) -> Flows:
    drafts = [
        Draft(name, side, *enforcement(side, engine))
        for name, side in (("one", one), ("other", other))
    ]
    return compared(*two_sides(*drafts), layers="all", words=("before", "after"))


def network_of(flows: Flows) -> NetworkDifference:
    assert flows.network is not None
    return flows.network


few = settings(
    max_examples=max(25, settings().max_examples // 5),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
engines = st.sampled_from((None, "spec", "npm", "calico", "cilium"))


@few
@given(snapshots(), engines)
def test_nothing_differs_from_itself(snapshot: Snapshot, engine: str | None) -> None:
    flows = flows_of(snapshot, replace(snapshot), engine)
    assert flows.changes == ()
    network = network_of(flows)
    network.__dict__["is_network_alike"] = False
    again = NetworkDifference(flows.policy)
    again.__dict__["is_network_alike"] = False
    assert again.changes == ()


@few
@given(versions(), engines)
def test_the_other_way_round_everything_turns(
    pair: tuple[Snapshot, Snapshot], engine: str | None
) -> None:
    one, other = pair
    there, back = flows_of(one, other, engine), flows_of(other, one, engine)
    assert sorted(map(_told, there.changes)) == sorted(
        _told(_turned(change)) for change in back.changes
    )


def _turned(change: Change) -> Change:
    turn = change.turn
    return replace(
        change,
        turn=replace(turn, before=turn.after, after=turn.before),
        ways=(change.ways[1], change.ways[0]),
    )


def _told(change: Change) -> str:
    ends = [
        sorted(end.label if isinstance(end, Workload) else str(end) for end in found)
        for found in (change.sources, change.destinations)
    ]
    turn = change.turn
    fate = turn.services, turn.before, turn.after, change.ways
    return repr((change.area, change.via, ends, fate))


@few
@given(versions(), engines)
def test_what_is_listed_makes_the_one_answer_of_the_other(
    pair: tuple[Snapshot, Snapshot], engine: str | None
) -> None:
    flows = flows_of(*pair, engine)
    network = network_of(flows)
    asked = (network.left.asked & network.right.asked).as_destinations()
    before, after = (answers(each, asked) for each in (network.left, network.right))
    made = dict(before)
    for change in flows.changes:
        if change.area in AREAS and change.kind != "rerouted":
            for key, part in _parts(change):
                old = made.get(key, Passing(_NONE, _NONE))
                made[key] = _applied(old, part, change.turn.after)
    absent = Passing(_NONE, _NONE)
    for key in made.keys() | after.keys():
        assert _real(made.get(key, absent)) == _real(after.get(key, absent)), key


def _real(found: Passing) -> Passing:
    return Passing(found.allowed - NOBODYS, found.unknown - NOBODYS)


def answers(survey: Survey, asked: FlowSet) -> Places:
    """Return what passes on one side, pair by pair, as rows of `reach` are made."""
    found: Places = {}
    workloads = survey.side.result.workloads
    for at, source in enumerate(workloads):
        policy = survey.side.result.answers_from(at)
        for other, target in enumerate(workloads):
            if at != other:
                key = (PODS, "", name_of(source), name_of(target))
                found[key] = survey.pairs.passing(at, other, policy.get(other, 0))
        key = ("ways out", "", name_of(source), None)
        found[key] = survey.outward.passing(at).within(asked)
        for via, known in survey.inward.passings(at).items():
            found["ways in", via, None, name_of(source)] = known
    return found


def _parts(change: Change) -> Iterator[tuple[tuple[object, ...], FlowSet]]:
    flows = change.turn.flows()
    for source in change.sources:
        for target in change.destinations:
            part, ends = flows, [None, None]
            for at, (end, field) in enumerate(
                ((source, "sources"), (target, "destinations"))
            ):
                if isinstance(end, Workload):
                    ends[at] = name_of(end)  # type: ignore[call-overload]
                elif isinstance(end, tuple):
                    spans: dict[int, list[tuple[int, int]]] = {}
                    for item in end:
                        spans.setdefault(item.version, []).append(
                            (item.first, item.last)
                        )
                    held = {version: tuple(each) for version, each in spans.items()}
                    part = part & FlowSet.box(**{field: held})
            if source != target and any(ends):
                yield (change.area, change.via, *ends), part


def _applied(old: Passing, part: FlowSet, verdict: Verdict | None) -> Passing:
    allowed, unknown = old.allowed - part, old.unknown - part
    if verdict is Verdict.ALLOWED:
        allowed |= part
    elif verdict is Verdict.UNKNOWN:
        unknown |= part
    return Passing(allowed, unknown)


@few
@given(snapshots(), engines)
def test_names_are_answered_for_each_workload_as_when_it_is_asked(
    snapshot: Snapshot, engine: str | None
) -> None:
    survey = network_of(flows_of(snapshot, replace(snapshot), engine)).left
    case = survey.case
    asked = [*names_of(case).items(), ("www.example.com", "www.example.com")][:6]
    for name in survey.positions:
        end = PodEnd(survey.workload(name))
        for key, row in name_rows(survey, [name], asked):
            example = dict(asked)[str(key.target)]
            answer = case.paths.partition(end, NameEnd(example), policy=case.policies)
            known = passing(answer.partition, Field.SOURCE, Field.DESTINATION)
            assert row.passing == by_service(known), key
