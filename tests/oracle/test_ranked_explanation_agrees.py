"""What explanations say of ranked policies against the definition, rule by rule."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from policy_probes import MESSAGES, asked, default_families, ends_of, probes_of
from seawall.engine.path.policies.words import said
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.reasons.explain import PolicyDecision, explain
from seawall.engine.policy.reasons.place import PodOf
from seawall.model.dataplane import DATAPLANES, SPEC, Dataplane, Tri
from seawall.model.packet import Protocol
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from seawall.model.workload import Pod
from seawall.reference.policy import SideDecision, decide
from strategies_ranked import ranked_clusters

ALL = replace(
    SPEC,
    enforces_calico_policies=Tri.YES,
    enforces_cilium_policies=Tri.YES,
    ties_by_name=True,
)
PLANES = (ALL, replace(ALL, ties_by_name=False), *DATAPLANES.values())


@given(
    objects=ranked_clusters(exact=True),
    dataplane=st.sampled_from(PLANES),
    data=st.data(),
)
def test_an_explanation_meets_the_rules_that_the_definition_meets(
    objects: KubernetesObjects, dataplane: Dataplane, data: st.DataObject
) -> None:
    table = PolicyTable.build(objects, dataplane)
    families = default_families(objects, ())
    probes = [
        probe
        for probe in data.draw(probes_of(objects))
        if probe[0] not in (*MESSAGES, Protocol.SCTP)
    ][:3]
    running = [item for item in objects.workloads if item.runs]
    for source in running:
        for destination in running:
            a = ends_of("from", source, families)[0]
            b = ends_of("to", destination, families)[0]
            if a.keys() != {4} or b.keys() != {4}:
                continue
            one = PodOf(source, (source.pods or (Pod("any"),))[0])
            other = PodOf(destination, (destination.pods or (Pod("any"),))[0])
            for protocol, port in probes:
                question = asked(a[4], b[4], (protocol, port), 4)
                wanted = decide(objects, dataplane, question)
                found = explain(table, one, other, protocol, port)
                _compare(found.egress, wanted.egress)
                _compare(found.ingress, wanted.ingress)


def _compare(found: PolicyDecision, wanted: SideDecision) -> None:
    assert found.verdict is wanted.verdict
    met = [
        step
        for trail in (found.trail, found.mesh)
        if trail is not None
        for step in trail.steps
        if step.policy is not None
    ]
    if not found.unfixed:
        ruled = {
            id(step.policy.rules(found.direction)[step.position])
            for step in met
            if step.policy is not None
        }
        assert ruled == {id(rule) for policy, rule in wanted.ranked if policy}
    for step in met:
        assert step.is_certain or step.doubts
    if found.trail and not (found.unfixed or found.opaque or found.doubts):
        limit = found.mesh.verdict if found.mesh else Verdict.ALLOWED
        assert found.trail.verdict.then(limit) is found.verdict
    _is_said(found)


def _is_said(found: PolicyDecision) -> None:
    """The words fit the verdict, and a rule is named wherever one decides."""
    words = said(found, found.verdict)
    match found.verdict:
        case Verdict.ALLOWED:
            assert "denies it" not in words.says
            assert "isolated for" not in words.says
        case Verdict.DENIED:
            assert not re.search(r"rule \d+ admits it", words.says)
            assert words.rule is not None
        case Verdict.UNKNOWN:
            assert any(
                clue in words.says
                for clue in (
                    " may ",
                    "not fixed",
                    "not certain",
                    "not known",
                    "cannot be read",
                    "leaves open",
                )
            ), words.says
