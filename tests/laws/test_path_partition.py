"""What every answer about the way of packets must hold, whatever the network is."""

from hypothesis import given
from hypothesis import strategies as st

import strategies_fabric as fabric_strategies
from seawall.engine.path import Answer, PathModel, Space
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.end import (
    AddressEnd,
    ApiServerEnd,
    End,
    InternetEnd,
    NameEnd,
    NodeEnd,
    OnPremisesEnd,
    PlatformEnd,
    PodEnd,
    SubnetEnd,
    TagEnd,
)
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict

snapshots = fabric_strategies.snapshots()

TARGETS: tuple[End, ...] = (
    InternetEnd(),
    OnPremisesEnd(),
    ApiServerEnd(),
    PlatformEnd("imds"),
    PlatformEnd("wireserver"),
    TagEnd("Storage.WestEurope"),
    AddressEnd((AddressRange.parse("10.0.0.0/8"),)),
    AddressEnd((AddressRange.parse("52.0.0.0/28"),)),
    *(NameEnd(name) for name in fabric_strategies.NAMES),
)


def ends_of(snapshot: Snapshot) -> list[End]:
    ends: list[End] = [PodEnd(each) for each in snapshot.objects.workloads]
    ends += [NodeEnd(pool.name) for pool in snapshot.cluster.pools]  # type: ignore[union-attr]
    ends += [SubnetEnd(subnet.id) for subnet in snapshot.fabric.subnets]
    return [*ends, InternetEnd(), OnPremisesEnd()]


@st.composite
def answers(draw: st.DrawFn) -> tuple[PathModel, Answer]:
    snapshot = draw(snapshots)
    model = PathModel.build(snapshot)
    ends = ends_of(snapshot)
    source = draw(st.sampled_from(ends))
    target = draw(st.sampled_from((*ends, *TARGETS)))
    return model, model.partition(source, target)


@given(answers())
def test_the_three_parts_are_disjoint_and_cover_the_question(
    asked: tuple[PathModel, Answer],
) -> None:
    _, answer = asked
    parts = (answer.allowed, answer.denied, answer.unknown)
    assert parts[0].isdisjoint(parts[1])
    assert parts[0].isdisjoint(parts[2])
    assert parts[1].isdisjoint(parts[2])
    whole = FlowSet.union_of(branch.flows for branch in answer.branches)
    assert FlowSet.union_of(parts) == whole


@given(snapshots, st.integers(0, 100), st.integers(0, 100))
def test_an_answer_covers_every_address_that_was_asked_for(
    snapshot: Snapshot, first: int, second: int
) -> None:
    model = PathModel.build(snapshot)
    ends = ends_of(snapshot)
    source, target = ends[first % len(ends)], ends[second % len(ends)]
    asked = [
        FlowSet.box(
            sources=start.sources.intervals,
            destinations=model.asking.addresses(target).intervals,
        )
        for start in model.starts(source)
    ]
    if not isinstance(source, InternetEnd):
        answer = model.partition(source, target)
        assert answer.partition.flows == FlowSet.union_of(asked)


@given(answers())
def test_every_flow_of_the_question_takes_some_way(
    asked: tuple[PathModel, Answer],
) -> None:
    model, answer = asked
    for branch in answer.branches:
        for step in branch.steps:
            assert step.denied.isdisjoint(step.unknown)
    starts = {branch.start for branch in answer.branches}
    for start in starts:
        flows = FlowSet.union_of(
            branch.flows for branch in answer.branches if branch.start == start
        )
        assert flows <= FlowSet.box(sources=start.sources.intervals)
    del model


@given(answers())
def test_an_explanation_says_what_the_answer_says(
    asked: tuple[PathModel, Answer],
) -> None:
    model, answer = asked
    for part, verdict in (
        (answer.allowed, Verdict.ALLOWED),
        (answer.denied, Verdict.DENIED),
        (answer.unknown, Verdict.UNKNOWN),
    ):
        header = part.witness()
        if header is None:
            continue
        hops = model.explain(answer, header)
        found = Verdict.ALLOWED
        for hop in hops:
            found = found.then(hop.verdict)
        several = len(set(answer.ways(header))) > 1
        if verdict is not Verdict.UNKNOWN or not several:
            assert found is verdict, hops
        assert all(hop.says for hop in hops)
        model.replies(answer, header)


@given(snapshots)
def test_every_door_can_be_entered(snapshot: Snapshot) -> None:
    model = PathModel.build(snapshot)
    for door in model.doors():
        for source in (InternetEnd(), OnPremisesEnd()):
            for entry in model.enter(door, source=source):
                parts = entry.answer.partition
                assert parts.allowed.isdisjoint(parts.denied | parts.unknown)
                header = parts.flows.witness()
                if header is not None:
                    assert model.explain(entry.answer, header)


@given(answers(), st.data())
def test_one_packet_answers_for_the_replies_of_its_group(
    asked: tuple[PathModel, Answer], data: st.DataObject
) -> None:
    model, answer = asked
    groups = model.replied(answer, answer.allowed)
    assert FlowSet.union_of(each.flows for each in groups) == answer.allowed
    assert len({each.fate for each in groups}) == len(groups)
    for group in groups:
        ranges = Space.parse(data.draw(st.sampled_from(fabric_strategies.PREFIXES)))
        inside = group.flows & ranges.as_sources()
        for header in (group.flows.witness(), inside.witness()):
            if header is not None:
                assert model.replies(answer, header)[0] is group.fate
