"""The suites of NetworkPolicy, answered by engine, definition and packets alike.

Cases of the grid are asked under one engine each, in turn; all of them under every
engine where SEAWALL_PACKETS_MORE is set.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from seawall.ingest import load
from seawall.model.packet import Protocol
from seawall.model.trace import Verdict
from seawall.query.case import Case
from seawall.query.rehearsal.prepare import Layers, prepared
from seawall.twin.sampling.questions import Question
from twin_answers import Stage, Thrice, passed, stage

CORPORA = Path(__file__).parents[3] / "shared" / "corpora" / "netpol"
ENGINES = ("npm", "calico", "cilium")
MORE = bool(os.environ.get("SEAWALL_PACKETS_MORE"))
SUITES = {"k8s-e2e-netpol": 1_300, "cyclonus-grid": 50_000}
"""Each with how many questions it has at least."""

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not CORPORA.is_dir(), reason="the recorded corpora are absent"),
]


@dataclass(frozen=True)
class Asked:
    """One recorded answer."""

    source: str
    target: str
    protocol: str
    port: int
    passes: bool


@dataclass(frozen=True)
class Step:
    """One state of a cluster under one engine, with the answers recorded of it."""

    name: str
    state: Path
    engine: str
    asked: tuple[Asked, ...]


def steps(suite: str) -> Iterator[Step]:
    lines = (CORPORA / suite / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        case = json.loads(line)
        whole = MORE or suite == "k8s-e2e-netpol"
        turn = ENGINES if whole else (ENGINES[number % len(ENGINES)],)
        for engine in turn:
            for step in case["steps"]:
                of = _of_grid if suite == "cyclonus-grid" else _of_e2e
                asked = tuple(of(case, step, engine))
                name = f"{case['id']} step {step['step']} as {engine} has it"
                yield Step(name, CORPORA / suite / step["state"], engine, asked)


def _of_e2e(case: Any, step: Any, engine: str) -> Iterator[Asked]:
    if engine == "cilium" and case["needs_ipblock_to_match_pods"]:
        return
    for check in step["checks"]:
        for word in ("allowed", "denied"):
            for pair in check[word]:
                source, target = pair.split(" -> ")
                protocol, port = check["protocol"], check["port"]
                yield Asked(source, target, protocol, port, word == "allowed")


def _of_grid(case: Any, step: Any, engine: str) -> Iterator[Asked]:
    assert case
    file = CORPORA / "cyclonus-grid" / step["expected"]
    expected = json.loads(file.read_text(encoding="utf-8"))
    table = expected["ipblock_matches_pods"]
    if engine == "cilium":
        table = expected.get("ipblock_external_only", table)
    services = [text.split("/") for text in expected["probe_order"]]
    for source, cells in table.items():
        for target, cell in zip(expected["pods"], cells, strict=True):
            if cell != "self":
                for (protocol, port), mark in zip(services, cell, strict=True):
                    yield Asked(source, target, protocol, int(port), mark == ".")


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_is_answered_three_times_as_was_recorded(suite: str) -> None:
    asked = 0
    with stage() as twin:
        for step in steps(suite):
            if step.asked:
                asked += _answered(twin, step)
        assert twin.played >= 40
    assert asked >= SUITES[suite]


def _answered(twin: Stage, step: Step) -> int:
    case = Case(load([str(step.state)]), step.engine)
    # Whatever a rule cannot tell apart is asked too: the recordings are of every pod.
    held = prepared(case, Layers.POLICY, 1, apart=True)
    thrice = Thrice(held)
    questions = tuple(
        Question(
            thrice.stand(it.source),
            thrice.stand(it.target),
            Protocol[it.protocol],
            it.port,
        )
        for it in step.asked
    )
    outcomes = twin.outcomes(held, questions)
    for it, question, outcome in zip(step.asked, questions, outcomes, strict=True):
        # The suites suppose that SCTP is carried, which Cilium in AKS does not do.
        carried = step.engine != "cilium" or it.protocol != "SCTP"
        wanted = it.passes and carried
        said = {Verdict.ALLOWED: True, Verdict.DENIED: False}
        answers = (
            passed(outcome),
            said.get(thrice.proved(question)),
            said.get(thrice.defined(question)),
        )
        assert answers == (wanted,) * 3, (step.name, it, outcome)
    return len(questions)
