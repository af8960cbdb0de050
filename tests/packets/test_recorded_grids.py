"""Recorded answers about policies, given by packets: a bounded sample."""

import json
from dataclasses import replace
from ipaddress import IPv4Address, ip_address
from pathlib import Path
from random import Random

import pytest

from seawall.app.cli.rehearsal.hold import hold
from seawall.ingest import load
from seawall.model.address import AddressRange
from seawall.model.packet import Protocol
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Agreement
from seawall.query.rehearsal.prepare import Layers, Prepared, prepared
from seawall.query.rehearsal.words import names_of
from seawall.twin.classes.cast import PlaceStand
from seawall.twin.layout.planned import planned
from seawall.twin.layout.policy_layer import policy_layer
from seawall.twin.plan import Result
from seawall.twin.sampling.questions import Question, Stand

TRAPS = Path(__file__).parents[3] / "shared" / "corpora" / "netpol" / "traps"
SAMPLE = 36

pytestmark = pytest.mark.corpora


def cases() -> list[tuple[str, str]]:
    if not TRAPS.exists():
        return []
    lines = (TRAPS / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    every = [(line, engine) for line in lines for engine in ("npm", "calico", "cilium")]
    return Random(7).sample(every, SAMPLE)  # noqa: S311


@pytest.mark.parametrize(
    ("line", "engine"),
    cases(),
    ids=lambda it: json.loads(it)["id"] if it.startswith("{") else it,
)
def test_packets_answer_as_was_recorded(line: str, engine: str) -> None:
    case = json.loads(line)
    read = load([str(TRAPS / case["state"])])
    held = prepared(Case(read, engine), Layers.POLICY, 1)
    asked: list[tuple[Question, str]] = []
    for probe in case["probes"]:
        ends = _stand(held, probe["src"]), _stand(held, probe["dst"])
        word = probe["expect"].get(engine)
        known = {"TCP": Protocol.TCP, "UDP": Protocol.UDP}.get(probe["protocol"])
        if word is None or known is None or None in ends or ends[0] == ends[1]:
            continue
        source, target = ends
        assert source is not None
        assert target is not None
        asked.append((Question(source, target, known, probe["port"]), word))
    if not asked:
        pytest.skip("none of its ends has a part in the twin")
    questions = tuple(question for question, _ in asked)
    plan = planned(policy_layer(held.ground), questions)
    found = hold(replace(held, questions=questions, plan=plan)).found
    for item, (_, word) in zip(found.compared, asked, strict=True):
        assert item.agreement is not Agreement.DISAGREED, item
        answered = item.outcome.result is Result.ANSWERED
        assert answered is (word == "allow"), item


def _stand(held: Prepared, text: str) -> Stand | None:
    """Return who stands for an end of a recorded question; None if nobody does."""
    cast = held.cast
    if "/" in text:
        return next((it for it in cast.pods if text in names_of(it)), None)
    address = ip_address(text)
    for node in cast.nodes:
        if node.address == address:
            return node
    if not isinstance(address, IPv4Address) or address in _nodes(held):
        return None
    found = [it for it in cast.places if address in it.stands_for]
    if not found:
        return None
    # Whoever is not to be told apart from it stands for it.
    stand: PlaceStand = found[0]
    assert AddressRange.of(stand.address).version == address.version
    return stand


def _nodes(held: Prepared) -> set[object]:
    return {
        address
        for workload in held.case.snapshot.objects.workloads
        for pod in workload.pods
        for address in pod.node_addresses
    }
