"""Random small clusters three ways: the engine, the definition, and packets.

The three share nothing but the model. Bounded in number, or as many as
SEAWALL_PACKETS_MORE says; the generators are those of the oracle.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.rehearsal.prepare import Layers, prepared
from seawall.query.rehearsal.words import place_text
from strategies import clusters
from strategies_ranked import ranked_clusters
from twin_answers import Stage, Thrice, passed, stage

ENGINES = ("spec", "npm", "calico", "cilium")
MOST = 400
EXAMPLES = int(os.environ.get("SEAWALL_PACKETS_MORE", "25"))

bounded = settings(
    max_examples=EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def twin() -> Iterator[Stage]:
    with stage() as playing:
        yield playing


@seed(1)
@bounded
@given(objects=clusters(), engine=st.sampled_from(ENGINES))
def test_network_policies_are_read_alike_three_times(
    twin: Stage, objects: KubernetesObjects, engine: str
) -> None:
    _compare(twin, objects, engine)


@seed(2)
@bounded
@given(objects=ranked_clusters(exact=True), engine=st.sampled_from(ENGINES))
def test_ranked_policies_are_read_alike_three_times(
    twin: Stage, objects: KubernetesObjects, engine: str
) -> None:
    network = tuple(it for it in objects.ranked_policies if not it.language.of_mesh)
    _compare(twin, replace(objects, ranked_policies=network), engine)


def _compare(twin: Stage, objects: KubernetesObjects, engine: str) -> None:
    thrice = Thrice(
        prepared(Case(Snapshot(objects=objects), engine), Layers.POLICY, MOST)
    )
    questions = thrice.held.questions
    if not questions:
        return
    said = {Verdict.ALLOWED: True, Verdict.DENIED: False}
    differing = []
    for question, outcome in zip(
        questions, twin.outcomes(thrice.held, questions), strict=True
    ):
        proved, defined = thrice.proved(question), thrice.defined(question)
        came = passed(outcome)
        if any(came is not said.get(it, came) for it in (proved, defined)):
            ends = place_text(question.source), place_text(question.target)
            service = question.protocol.name, question.port
            word = (outcome.result.value, outcome.detail)
            differing.append((engine, *ends, *service, proved, defined, word))
    assert not differing, differing[:10]
