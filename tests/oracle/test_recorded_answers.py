"""Answers of other tools and suites, recorded beside the project, against ours.

Every question is asked of the engine and, for fewer cases, of the definition. Where the
input leaves the answer open we say unknown, which is no disagreement; how many
questions must be answered is stated, so that unknown is no way out.
"""

import netpol_adapter
import pytest
from recorded import ASKED, CORPORA, ENGINES, Adapter, ask, named_otherwise

pytestmark = [
    pytest.mark.corpora,
    # The runner leaves its files to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the recorded corpora are absent"),
]

# The part of all questions that must get a certain answer. What stays open under `api`
# is mostly whether an ipBlock matches pods, and policies in other languages.
ANSWERED = {
    ("traps", "api"): 0.7,
    ("traps", "npm"): 0.9,
    ("traps", "calico"): 1.0,
    ("traps", "cilium"): 0.95,
    ("kube-network-policies", "api"): 0.4,
    ("kube-network-policies", "calico"): 0.4,
    ("netpol-analyzer", "api"): 0.6,
}
CASES = [(corpus, engine) for corpus, engines in ASKED.items() for engine in engines]


@pytest.mark.parametrize("corpus, engine", CASES)
def test_recorded_answers_are_ours(corpus: str, engine: str) -> None:
    tally = ask(corpus, engine, Adapter(netpol_adapter.load))
    assert not tally.unexplained, tally.unexplained[:10]
    assert not tally.outdated, tally.outdated[:10]
    assert set(tally.explained) == set(range(len(tally.known)))
    assert tally.nameless == named_otherwise(corpus)
    asked = tally.equal + tally.unknown
    assert tally.equal >= ANSWERED.get((corpus, engine), 0.99) * asked


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("corpus", ["traps", "k8s-e2e-netpol"])
def test_the_definition_gives_the_recorded_answers_too(
    corpus: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEAWALL_ADAPTER", "reference")
    tally = ask(corpus, engine, Adapter(netpol_adapter.load))
    assert not tally.unexplained, tally.unexplained[:10]
    assert not tally.outdated, tally.outdated[:10]
