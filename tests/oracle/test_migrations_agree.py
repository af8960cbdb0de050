"""A rewrite that is called equivalent gives, packet by packet, the same verdicts."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations, product

from hypothesis import event, given
from hypothesis import strategies as st

from policy_probes import (
    Probe,
    asked,
    default_families,
    edges_of,
    ends_of,
    probes_of,
    question_of,
    who_has,
    whole_ends,
)
from seawall.model.dataplane import CALICO, CILIUM, NPM, Dataplane, Tri
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.query.migration.proof import migrate
from seawall.reference.policy import PolicyQuestion, decide
from strategies import clusters

NEW = (CILIUM, replace(CILIUM, honours_end_port=Tri.NO))


def between_pods(
    objects: KubernetesObjects, probes: list[Probe]
) -> Iterator[PolicyQuestion]:
    """Yield questions from each pod to those of other workloads."""
    families = default_families(objects, ())
    running = [item for item in objects.workloads if item.runs]
    for source, destination in permutations(running, 2):
        for a, b in product(
            ends_of("from", source, families), ends_of("to", destination, families)
        ):
            for version, probe in product(a.keys() & b.keys(), probes):
                yield asked(a[version], b[version], probe, version)


def with_addresses(
    objects: KubernetesObjects, probe: Probe
) -> Iterator[PolicyQuestion]:
    """Yield questions between pods and addresses, both ways."""
    running = [item for item in objects.workloads if item.runs]
    for workload, address in product(running, edges_of(objects)[::3]):
        for end in whole_ends(workload):
            for far, direction in product(who_has(address, objects, ()), Direction):
                yield question_of(end, far, direction, probe)


@given(
    objects=clusters(),
    old=st.sampled_from((NPM, CALICO)),
    new=st.sampled_from(NEW),
    data=st.data(),
)
def test_a_rewrite_that_is_called_equivalent_differs_in_no_packet(
    objects: KubernetesObjects, old: Dataplane, new: Dataplane, data: st.DataObject
) -> None:
    found = migrate(Snapshot(objects=objects), ("old", "new"), (old, new))
    event(f"equivalent: {found.is_equivalent}, edits: {bool(found.draft.edits)}")
    if not found.is_equivalent:
        return
    probes = [it for it in data.draw(probes_of(objects)) if it[0] != Protocol.SCTP]
    for question in (
        *between_pods(objects, probes),
        *with_addresses(objects, (Protocol.TCP, 80)),
    ):
        before = decide(objects, old, question).verdict
        after = decide(found.objects, new, question).verdict
        assert before is after, question
