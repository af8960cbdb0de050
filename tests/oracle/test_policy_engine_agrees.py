"""The engine's policy layer against its definition, on small random clusters."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from policy_probes import (
    best_verdict,
    default_families,
    edges_of,
    ends_of,
    merged_verdict,
    own_address,
    probes_of,
    question_of,
    verdict_of,
    who_has,
    whole_ends,
)
from seawall.engine.policy import PolicyTable
from seawall.model.address import AddressRange
from seawall.model.dataplane import CILIUM, DATAPLANES, SPEC, Dataplane, Tri
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.model.workload import Pod
from seawall.reference.policy import (
    HostAt,
    PodAt,
    PolicyQuestion,
    decide,
)
from strategies import clusters, overlooked_clusters

PLANES = (
    *DATAPLANES.values(),
    replace(SPEC, enforces=Tri.UNDEFINED),
    replace(DATAPLANES[SPEC.engine], honours_end_port=Tri.UNDEFINED),
)
OVERLOOKING = (CILIUM, replace(SPEC, overlooks_labels=Tri.UNDEFINED))
POD_RANGES = (AddressRange.parse("10.0.0.0/29"), AddressRange.parse("fd00::/125"))
NODE_RANGES = (AddressRange.parse("10.0.0.8/30"), AddressRange.parse("fd00::8/126"))

closely = settings(max_examples=2 * settings().max_examples)
"""A verdict is what all else rests on, so these look at more clusters than others."""


@closely
@given(objects=clusters(), dataplane=st.sampled_from(PLANES), data=st.data())
def test_pods_reach_each_other_exactly_where_the_definition_says(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    _pods_are_judged_alike(objects, dataplane, data)


@closely
@given(
    objects=overlooked_clusters(),
    dataplane=st.sampled_from(OVERLOOKING),
    data=st.data(),
)
def test_labels_that_an_engine_overlooks_count_as_little_as_the_definition_says(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    _pods_are_judged_alike(objects, dataplane, data)


def _pods_are_judged_alike(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    ranges = data.draw(st.booleans())
    pod_ranges = POD_RANGES if ranges else ()
    node_ranges = NODE_RANGES if ranges else ()
    table = PolicyTable.build(
        objects, dataplane, pod_ranges=pod_ranges, node_ranges=node_ranges
    )
    probes = data.draw(probes_of(objects))
    families = default_families(objects, pod_ranges)
    for source in objects.workloads:
        for destination in objects.workloads:
            answer = table.between(source, destination)
            for protocol, port in probes:
                wanted = merged_verdict(
                    best_verdict(
                        decide(
                            objects,
                            dataplane,
                            PolicyQuestion(
                                a[version], b[version], protocol, port, version
                            ),
                            pod_ranges=pod_ranges,
                            node_ranges=node_ranges,
                        ).verdict
                        for version in (4, 6)
                        if version in a and version in b
                    )
                    for a in ends_of("from", source, families)
                    for b in ends_of("to", destination, families)
                )
                got = verdict_of(table, answer, protocol, port)
                assert got is wanted, (source.label, destination.label, protocol, port)


@closely
@given(objects=clusters(), dataplane=st.sampled_from(PLANES), data=st.data())
def test_pods_reach_addresses_exactly_where_the_definition_says(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    node_ranges = NODE_RANGES if data.draw(st.booleans()) else ()
    table = PolicyTable.build(objects, dataplane, node_ranges=node_ranges)
    probes = data.draw(probes_of(objects))
    addresses = data.draw(
        st.lists(st.sampled_from(edges_of(objects)), min_size=4, max_size=8)
    )
    for workload in objects.workloads:
        for direction in Direction:
            parts = table.outside(workload, direction)
            known = {item.version for part in parts for item in part.ranges}
            for address in addresses:
                if address.version not in known:
                    continue
                held = [
                    part
                    for part in parts
                    if any(address in item for item in part.ranges)
                ]
                assert len(held) == 1
                for probe in probes:
                    wanted = merged_verdict(
                        decide(
                            objects, dataplane, question_of(end, far, direction, probe)
                        ).verdict
                        for end in whole_ends(workload)
                        for far in who_has(address, objects, node_ranges)
                    )
                    mask = held[0].services
                    got = verdict_of(table, mask, *probe)
                    assert got is wanted, (workload.label, direction, address, probe)


@given(objects=clusters(), dataplane=st.sampled_from(PLANES), data=st.data())
def test_the_way_to_the_own_node_never_contradicts_the_definition(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    table = PolicyTable.build(objects, dataplane)
    for workload in objects.workloads:
        if workload.host_network or not workload.runs:
            continue
        answer = table.own_node(workload)
        for pod in workload.pods or (Pod("any"),):
            placed = replace(pod, node=pod.node or "its node")
            for address in (*pod.node_addresses[:1], None):
                node = HostAt(address, placed.node)
                end = PodAt(workload, placed, own_address(pod, 4))
                for protocol, port in data.draw(probes_of(objects)):
                    question = PolicyQuestion(end, node, protocol, port)
                    verdict = decide(objects, dataplane, question).verdict
                    got = verdict_of(table, answer, protocol, port)
                    assert got in (verdict, Verdict.UNKNOWN)
