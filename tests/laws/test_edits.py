"""A table that was edited answers as one that is built from scratch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from seawall.engine.policy import PolicyTable, ServiceMask, Services
from seawall.engine.policy.answers.flows import PolicyFlows, address_flows, answer_flows
from seawall.engine.policy.edits.changes import Changes, Ends
from seawall.engine.policy.edits.edit import changed
from seawall.engine.policy.edits.room import room_for
from seawall.engine.policy.ends.frame import Question
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.dataplane import DATAPLANES, SPEC, Dataplane, Tri
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import Workload
from strategies import NAME_LABEL, clusters, labels, opaque_policies, policies
from strategies_ranked import ranked_clusters, ranked_policies

PLANES = (
    *DATAPLANES.values(),
    replace(SPEC, enforces=Tri.UNDEFINED),
    replace(SPEC, honours_end_port=Tri.UNDEFINED),
    replace(SPEC, overlooks_labels=Tri.UNDEFINED),
)
KNOWN = Question(
    (AddressRange.parse("10.0.0.0/29"), AddressRange.parse("fd00::/125")),
    (AddressRange.parse("10.0.0.8/30"), AddressRange.parse("fd00::8/126")),
)
PROBES = (
    *((protocol, port) for protocol in (6, 17, 132) for port in (0, 53, 80, 8080)),
    *((protocol, 256 * kind + 4) for protocol in (1, 58) for kind in (0, 3, 8, 9)),
    *((protocol, 256 * kind) for protocol in (1, 58) for kind in (0, 3, 8)),
    (47, 0),
    (50, 0),
)
"""Protocols and ports; of ICMP 256 times the type plus the code."""
QUESTIONS = (Question(), Question(), KNOWN)


@st.composite
def edited_policies(draw: st.DrawFn, objects: KubernetesObjects) -> KubernetesObjects:
    """Objects in which one policy came, went, or changed."""
    names = [item.name for item in objects.namespaces]
    kind, new = draw(
        st.sampled_from(
            (
                ("policies", policies(names, version6=True)),
                ("policies", policies(names, version6=False)),
                ("opaque_policies", opaque_policies(names)),
                ("ranked_policies", ranked_policies(exact=False, version6=True)),
            )
        )
    )
    held = list(getattr(objects, kind))
    how = draw(st.sampled_from(("add", "remove", "replace")))
    if how != "add" and held:
        held.pop(draw(st.integers(0, len(held) - 1)))
    if how != "remove":
        held.insert(draw(st.integers(0, len(held))), draw(new))
    return replace(objects, **{kind: tuple(held)})


@st.composite
def swapped_labels(draw: st.DrawFn, objects: KubernetesObjects) -> KubernetesObjects:
    """Objects in which a workload has the labels of another."""
    held = list(objects.workloads)
    if held:
        places = st.integers(0, len(held) - 1)
        one, two = draw(places), draw(places)
        mine, yours = held[one].labels, held[two].labels
        held[one] = replace(held[one], labels=yours)
        if draw(st.booleans()):
            held[two] = replace(held[two], labels=mine)
    return replace(objects, workloads=tuple(held))


@st.composite
def other_workloads(draw: st.DrawFn, objects: KubernetesObjects) -> KubernetesObjects:
    """Objects in which a workload came, went, or is another than it was."""
    held = list(objects.workloads)
    how = draw(st.sampled_from(("come", "go", "change", "change", "scale")))
    if how == "go" and held:
        held.pop(draw(st.integers(0, len(held) - 1)))
        return replace(objects, workloads=tuple(held))
    names = {item.name for item in objects.namespaces}
    drawn = draw(st.one_of(clusters(), ranked_clusters(exact=False))).workloads
    fitting = [item for item in drawn if item.namespace in names]
    if not fitting:
        return objects
    other = draw(st.sampled_from(fitting))
    if how == "come" or not held:
        taken = {item.name for item in held}
        name = next(f"new-{at}" for at in count() if f"new-{at}" not in taken)
        held.insert(draw(st.integers(0, len(held))), replace(other, name=name))
    else:
        at = draw(st.integers(0, len(held) - 1))
        old = held[at]
        kind, name = old.kind, old.name
        held[at] = replace(other, kind=kind, name=name, variant=old.variant)
        if how == "scale":
            held[at] = replace(old, pods=other.pods)
    return replace(objects, workloads=tuple(held))


@st.composite
def other_namespaces(draw: st.DrawFn, objects: KubernetesObjects) -> KubernetesObjects:
    """Objects in which a namespace has other labels."""
    held = list(objects.namespaces)
    at = draw(st.integers(0, len(held) - 1))
    kept = tuple(item for item in held[at].labels if item[0] == NAME_LABEL)
    held[at] = replace(held[at], labels=tuple(sorted((*draw(labels()), *kept))))
    return replace(objects, namespaces=tuple(held))


@st.composite
def edited(draw: st.DrawFn, objects: KubernetesObjects) -> KubernetesObjects:
    """Objects in which something is different, or two things are."""
    for _ in range(draw(st.integers(1, 2))):
        how = draw(
            st.sampled_from(
                (
                    edited_policies,
                    edited_policies,
                    swapped_labels,
                    other_workloads,
                    other_workloads,
                    other_namespaces,
                )
            )
        )
        objects = draw(how(objects))
    return objects


def facts(table: PolicyTable) -> dict[object, object]:
    """Return everything that a table answers, whatever it is cut into."""
    services, found = table.services, {}
    for source in table.index.workloads:
        for target in table.index.workloads:
            mask = table.between(source, target)
            found[source.label, target.label] = said(services, mask)
            found["text", source.label, target.label] = services.mask_services(
                mask.possible
            )
        for direction in Direction:
            parts = table.outside(source, direction)
            found[source.label, direction] = address_flows(services, parts, direction)
            found["parts", source.label, direction] = tuple(
                (part.ranges, services.mask_services(part.services.allowed))
                for part in parts
            )
        found["node", source.label] = said(services, table.own_node(source))
    found["assumptions"] = table.assumptions
    for direction in Direction:
        found["free", direction] = table.unisolated(direction)
    return found


def said(services: Services, mask: ServiceMask) -> object:
    """Return an answer in words that do not depend on what services are cut into.

    Headers do not show the types of ICMP messages, so some services are asked one by
    one.
    """
    bits = [services.mask_of(*probe) for probe in PROBES]
    return (
        answer_flows(services, mask),
        tuple(bool(mask.allowed & bit) for bit in bits),
        tuple(bool(mask.possible & bit) for bit in bits),
    )


def unequal(one: dict[object, object], other: dict[object, object]) -> list[object]:
    """Return what is in one only, or otherwise in the other."""
    return [key for key in {*one, *other} if one.get(key) != other.get(key)]


def listed(changes: Changes) -> Iterator[tuple[object, object]]:
    """Yield what changes are listed, pair by pair."""
    services = changes.after.services

    def flows(answer: int) -> object:
        return said(services, changes.after.mask(answer))

    for pair in changes.pairs:
        turn = flows(pair.before), flows(pair.after)
        for source in pair.sources.workloads:
            for target in pair.destinations.workloads:
                yield (source.label, target.label), turn
    for node in changes.own_node:
        turn = flows(node.before), flows(node.after)
        for workload in node.workloads.workloads:
            yield ("node", workload.label), turn


def expected(
    workloads: Sequence[Workload],
    before: dict[object, object],
    after: dict[object, object],
) -> dict[object, object]:
    keys = [("node", item.label) for item in workloads]
    keys += [(a.label, b.label) for a in workloads for b in workloads]
    return {key: (before[key], after[key]) for key in keys if before[key] != after[key]}


def moved(changes: Changes, workload: Workload, direction: Direction) -> PolicyFlows:
    """Return the headers for which something is listed with addresses."""
    services = changes.after.services
    sure, possible = [], []
    for change in changes.addresses:
        if change.direction is not direction or workload not in members(
            change.workloads
        ):
            continue
        where: dict[int, list[tuple[int, int]]] = {}
        for item in change.ranges:
            where.setdefault(item.version, []).append((item.first, item.last))
        ends = (
            FlowSet.box(destinations=where)
            if direction is Direction.EGRESS
            else FlowSet.box(sources=where)
        )
        one, two = (
            answer_flows(services, changes.after.mask(answer))
            for answer in (change.before, change.after)
        )
        assert change.before != change.after
        sure.append(unlike(one.allowed, two.allowed) & ends)
        possible.append(unlike(one.possible, two.possible) & ends)
    return PolicyFlows(FlowSet.union_of(sure), FlowSet.union_of(possible))


def unlike(one: FlowSet, two: FlowSet) -> FlowSet:
    return (one - two) | (two - one)


def members(ends: Ends) -> tuple[Workload, ...]:
    return ends.workloads


def families(table: PolicyTable) -> FlowSet:
    """Return the headers between addresses that a table speaks of."""
    whole = {4: [(0, 2**32 - 1)]}
    if table.index.addresses.of_version[6]:
        whole[6] = [(0, 2**128 - 1)]
    return FlowSet.box(sources=whole) & FlowSet.box(destinations=whole)


def agree(
    objects: KubernetesObjects,
    dataplane: Dataplane,
    question: Question,
    data: st.DataObject,
) -> None:
    """Edit a cluster some times, and compare each table with one from scratch."""
    room = room_for(objects.workloads) if data.draw(st.booleans()) else None
    table = PolicyTable.of(objects, dataplane, question, room)
    scratch = PolicyTable.of(objects, dataplane, question)
    assert unequal(facts(table), facts(scratch)) == []
    for _ in range(data.draw(st.integers(1, 4))):
        new = data.draw(edited(objects))
        kept = {item.label for item in objects.workloads}
        kept &= {item.label for item in new.workloads}
        old, was = table, facts(scratch)
        table, changes = changed(table, new)
        came, went = ({item.label for item in it.workloads} for it in (new, objects))
        assert {item.label for item in changes.came} == came - went
        assert {item.label for item in changes.went} == went - came
        objects, before = new, scratch
        scratch = PolicyTable.of(objects, dataplane, question)
        now = facts(scratch)
        assert unequal(facts(table), now) == []
        assert unequal(facts(old), was) == [], "the table before stays as it was"
        found = list(listed(changes))
        assert len(found) == len({key for key, _ in found}), "no pair twice"
        both = [item for item in objects.workloads if item.label in kept]
        assert unequal(dict(found), expected(both, was, now)) == []
        asked = families(before) & families(scratch)
        for workload in both:
            for direction in Direction:
                key = workload.label, direction
                one, two, three = (
                    was[key],
                    now[key],
                    moved(changes, workload, direction),
                )
                assert three.allowed & asked == unlike(one.allowed, two.allowed) & asked
                assert (
                    three.possible & asked == unlike(one.possible, two.possible) & asked
                )


@given(clusters(), st.sampled_from(PLANES), st.sampled_from(QUESTIONS), st.data())
def test_edited_policies_answer_as_if_they_had_always_been_so(
    objects: KubernetesObjects,
    dataplane: Dataplane,
    question: Question,
    data: st.DataObject,
) -> None:
    agree(objects, dataplane, question, data)


@given(
    ranked_clusters(exact=False),
    st.sampled_from(PLANES),
    st.sampled_from(QUESTIONS),
    st.data(),
)
def test_edited_ranked_policies_answer_as_if_they_had_always_been_so(
    objects: KubernetesObjects,
    dataplane: Dataplane,
    question: Question,
    data: st.DataObject,
) -> None:
    agree(objects, dataplane, question, data)


@given(
    st.one_of(clusters(), ranked_clusters(exact=False)),
    st.sampled_from(PLANES),
    st.sampled_from(QUESTIONS),
)
def test_a_workload_relabelled_as_others_answers_as_if_it_had_always_been_so(
    objects: KubernetesObjects, dataplane: Dataplane, question: Question
) -> None:
    first, last = objects.workloads[0], objects.workloads[-1]
    copies = [
        replace(first, name=f"copy-{at}", labels=labels)
        for at, labels in enumerate((first.labels, last.labels) * 2)
    ]
    objects = replace(objects, workloads=(*objects.workloads, *copies))
    copies[2] = replace(copies[2], labels=last.labels)
    kept = objects.workloads[: -len(copies)]
    relabelled = replace(objects, workloads=(*kept, *copies))
    table, changes = changed(PolicyTable.of(objects, dataplane, question), relabelled)
    was = facts(PolicyTable.of(objects, dataplane, question))
    now = facts(PolicyTable.of(relabelled, dataplane, question))
    assert unequal(facts(table), now) == []
    found = list(listed(changes))
    assert len(found) == len({key for key, _ in found}), "no pair twice"
    assert unequal(dict(found), expected(relabelled.workloads, was, now)) == []
    for workload in relabelled.workloads:
        for direction in Direction:
            one, two = (it[workload.label, direction] for it in (was, now))
            three = moved(changes, workload, direction)
            assert three.allowed == unlike(one.allowed, two.allowed)
            assert three.possible == unlike(one.possible, two.possible)
