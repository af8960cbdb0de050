"""The engine's walk through ranked policies against its definition."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from policy_probes import (
    asked,
    best_verdict,
    default_families,
    edges_of,
    ends_of,
    merged_verdict,
    own_address,
    placed,
    probes_of,
    question_of,
    verdict_of,
    who_has,
)
from seawall.engine.policy import PolicyTable
from seawall.model.address import AddressRange
from seawall.model.dataplane import DATAPLANES, SPEC, Dataplane, Tri
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.model.workload import Pod
from seawall.reference.policy import HostAt, PodAt, decide
from strategies_ranked import ranked_clusters

ALL = replace(
    SPEC,
    enforces_calico_policies=Tri.YES,
    enforces_cilium_policies=Tri.YES,
    ties_by_name=True,
)
"""An engine that enforces every language, as no real one does."""

PLANES = (
    ALL,
    replace(ALL, ties_by_name=False),
    replace(ALL, block_matches_pods=Tri.NO, named_port_conflicts=Tri.UNDEFINED),
    replace(ALL, filters_names=Tri.UNDEFINED, filters_requests=Tri.NO),
    *DATAPLANES.values(),
    replace(ALL, enforces=Tri.UNDEFINED),
)
POD_RANGES = (AddressRange.parse("10.0.0.0/29"), AddressRange.parse("fd00::/125"))
NODE_RANGES = (AddressRange.parse("10.0.0.8/30"), AddressRange.parse("fd00::8/126"))

closely = settings(max_examples=2 * settings().max_examples)


@closely
@given(
    objects=ranked_clusters(exact=True),
    dataplane=st.sampled_from(PLANES),
    data=st.data(),
)
def test_pods_reach_each_other_exactly_where_the_definition_says(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    _compare_pods(objects, dataplane, data, exact=True)


@given(
    objects=ranked_clusters(exact=False),
    dataplane=st.sampled_from(PLANES),
    data=st.data(),
)
def test_where_nodes_are_told_apart_the_engine_may_not_know_but_is_never_wrong(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    _compare_pods(objects, dataplane, data, exact=False)


def _compare_pods(
    objects: KubernetesObjects,
    dataplane: Dataplane,
    data: st.DataObject,
    *,
    exact: bool,
) -> None:
    known = data.draw(st.booleans())
    ranges = {
        "pod_ranges": POD_RANGES if known else (),
        "node_ranges": NODE_RANGES if known else (),
    }
    table = PolicyTable.build(
        objects,
        dataplane,
        pod_ranges=ranges["pod_ranges"],
        node_ranges=ranges["node_ranges"],
    )
    probes = data.draw(probes_of(objects))
    families = default_families(objects, ranges["pod_ranges"])
    for source in objects.workloads:
        for destination in objects.workloads:
            answer = table.between(source, destination)
            for probe in probes:
                wanted = merged_verdict(
                    best_verdict(
                        decide(
                            objects,
                            dataplane,
                            asked(*ends, probe, version),
                            **ranges,
                        ).verdict
                        for version, *ends in both
                    )
                    for a in ends_of("from", source, families)
                    for b in ends_of("to", destination, families)
                    for both in placed(a, b, apart=not exact)
                )
                got = verdict_of(table, answer, *probe)
                allowed = {wanted} if exact else {wanted, Verdict.UNKNOWN}
                assert got in allowed, (source.label, destination.label, probe, wanted)


@closely
@given(
    objects=ranked_clusters(exact=True),
    dataplane=st.sampled_from(PLANES),
    data=st.data(),
)
def test_pods_reach_addresses_exactly_where_the_definition_says(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    node_ranges = NODE_RANGES if data.draw(st.booleans()) else ()
    pod_ranges = POD_RANGES if data.draw(st.booleans()) else ()
    ranges = {"pod_ranges": pod_ranges, "node_ranges": node_ranges}
    table = PolicyTable.build(
        objects,
        dataplane,
        pod_ranges=ranges["pod_ranges"],
        node_ranges=ranges["node_ranges"],
    )
    probes = data.draw(probes_of(objects))
    addresses = data.draw(
        st.lists(st.sampled_from(edges_of(objects)), min_size=4, max_size=8)
    )
    families = default_families(objects, pod_ranges)
    for workload in objects.workloads:
        for direction in Direction:
            parts = table.outside(workload, direction)
            for address in addresses:
                held = [
                    part
                    for part in parts
                    if any(address in item for item in part.ranges)
                ]
                each = ends_of("one", workload, families)
                if not held or any(address.version not in ends for ends in each):
                    continue
                if dataplane.block_matches_pods is Tri.NO and any(
                    address in item for item in pod_ranges
                ):
                    # No block holds it, whoever has it; outside is not where it is.
                    continue
                assert len(held) == 1
                far = list(who_has(address, objects, node_ranges))
                for probe in probes:
                    wanted = merged_verdict(
                        decide(
                            objects,
                            dataplane,
                            question_of(ends[address.version], end, direction, probe),
                            **ranges,
                        ).verdict
                        for ends in each
                        for end in far
                    )
                    got = verdict_of(table, held[0].services, *probe)
                    # One address may be a node's, a pod's or another's: what is the
                    # same for all on different grounds need not be seen to be.
                    shared = len(far) > 1 or any(address in item for item in pod_ranges)
                    allowed = {wanted, Verdict.UNKNOWN} if shared else {wanted}
                    assert got in allowed, (workload.label, direction, address, probe)


@given(
    objects=ranked_clusters(exact=False),
    dataplane=st.sampled_from(PLANES),
    data=st.data(),
)
def test_the_way_to_the_own_node_never_contradicts_the_definition(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    table = PolicyTable.build(objects, dataplane)
    for workload in objects.workloads:
        if workload.host_network or not workload.runs:
            continue
        answer = table.own_node(workload)
        for each in workload.pods or (Pod("any"),):
            placed = replace(each, node=each.node or "its node")
            for address in (*each.node_addresses[:1], None):
                for probe in data.draw(probes_of(objects)):
                    question = asked(
                        PodAt(workload, placed, own_address(each, 4)),
                        HostAt(address, placed.node),
                        probe,
                        4,
                    )
                    verdict = decide(objects, dataplane, question).verdict
                    got = verdict_of(table, answer, *probe)
                    assert got in (verdict, Verdict.UNKNOWN)
