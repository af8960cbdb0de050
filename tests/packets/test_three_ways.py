"""Random small clusters three ways: the engine, the definition, and packets.

The three share nothing but the model. Bounded in number; the generators are those of
the oracle.
"""

from dataclasses import replace

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from seawall.app.cli.rehearsal.hold import hold
from seawall.model.dataplane import Language
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Agreement
from seawall.query.rehearsal.prepare import Layers, Prepared, prepared
from seawall.reference.policy import (
    HostAt,
    Outside,
    PodAt,
    PolicyEnd,
    PolicyQuestion,
    decide,
)
from seawall.twin.classes.cast import NodeStand, PodStand, enacted
from seawall.twin.plan import Result
from seawall.twin.sampling.questions import Question, Stand
from strategies import clusters
from strategies_ranked import ranked_clusters

ENGINES = ("spec", "npm", "calico", "cilium")
MOST = 250
EXAMPLES = 25

bounded = settings(
    max_examples=EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@seed(1)
@bounded
@given(objects=clusters(), engine=st.sampled_from(ENGINES))
def test_network_policies_are_read_alike_three_times(
    objects: KubernetesObjects, engine: str
) -> None:
    _compare(objects, engine)


@seed(2)
@bounded
@given(objects=ranked_clusters(exact=True), engine=st.sampled_from(ENGINES))
def test_ranked_policies_are_read_alike_three_times(
    objects: KubernetesObjects, engine: str
) -> None:
    network = tuple(
        it for it in objects.ranked_policies if it.language is not Language.ISTIO
    )
    _compare(replace(objects, ranked_policies=network), engine)


def _compare(objects: KubernetesObjects, engine: str) -> None:
    held = prepared(Case(Snapshot(objects=objects), engine), Layers.POLICY, MOST)
    if not held.questions:
        return
    found = hold(held).found
    for item in found.compared:
        assert item.agreement is not Agreement.UNPROVED
        assert item.agreement is not Agreement.DISAGREED, (item, engine)
        defined = _defined(held, item.question)
        if defined is not Verdict.UNKNOWN and item.outcome.result is not Result.SILENT:
            answered = item.outcome.result is Result.ANSWERED
            assert answered is (defined is Verdict.ALLOWED), (item, engine)


def _defined(held: Prepared, question: Question) -> Verdict:
    played = enacted(held.case.snapshot, held.cast).objects
    icmp = (8, 0) if question.protocol == 1 else None
    return decide(
        played,
        held.case.dataplane,
        PolicyQuestion(
            _end(question.source),
            _end(question.target),
            int(question.protocol),
            question.port,
            icmp=icmp,
        ),
    ).verdict


def _end(stand: Stand) -> PolicyEnd:
    if isinstance(stand, PodStand):
        return PodAt(stand.workload, stand.pod, stand.address)
    if isinstance(stand, NodeStand):
        return HostAt(stand.address, stand.name)
    return Outside(stand.address)
