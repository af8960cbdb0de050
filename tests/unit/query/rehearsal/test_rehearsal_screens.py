"""What a rehearsal shows to people and to machines, without a packet being sent."""

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from seawall.app.cli.show.rehearse import rehearse_text
from seawall.app.cli.show.rehearsed_change import change_text
from seawall.ingest import load
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Agreement, Rehearsal, compare
from seawall.query.rehearsal.change import Effect, change_of, standing_of
from seawall.query.rehearsal.change_document import change_json
from seawall.query.rehearsal.conclude import concluded, why_unclear
from seawall.query.rehearsal.document import rehearse_json
from seawall.query.rehearsal.prepare import Layers, Prepared, prepared
from seawall.twin.plan import Outcome, Result

CONTOSO = Path(__file__).parents[4] / "examples" / "contoso"


@pytest.fixture(scope="module")
def held() -> Prepared:
    return prepared(Case(load([str(CONTOSO)])), Layers.POLICY, 800)


def outcomes(held: Prepared, *, lie: int = 0) -> dict[int, Outcome]:
    """Return what was proved as if it had come back; one is turned round."""
    found = {}
    for number, question in enumerate(held.questions, 1):
        expected = held.expectations.of(question)
        came = expected.answers is not (number == lie)
        source = str(question.source.address) if came else ""
        result = Result.ANSWERED if came else Result.REFUSED
        found[number] = Outcome(number, result, source)
    return found


def result(held: Prepared, lie: int = 0) -> Rehearsal:
    """Return a rehearsal; whatever is sent again meets the first rule."""
    met = {f"{it.id} {it.says}": 1 for it in held.ground.marks.written.values()}
    met.popitem()
    back = outcomes(held, lie=lie).values()
    return concluded(held, back, met, lambda _probe: ["r0 some rule"])


def test_agreement_is_counted_and_no_disagreement_is_made_up(held: Prepared) -> None:
    found = result(held)
    assert found.count(Agreement.DISAGREED) == 0
    text = rehearse_text(held, found, (0.1, 0.2), colored=False, verbose=False)
    assert "0  disagreed" in text
    assert "DISAGREEMENTS" not in text
    assert "WHAT THE TWIN DOES NOT SHOW" in text


def test_what_is_not_compared_is_counted_by_reason(held: Prepared) -> None:
    found = result(held)
    why = "Azure Firewall at fw: rule r may match"
    says = (
        "route at a: allowed: it leads there",
        why.replace(": rule", ": unknown: rule"),
    )
    assert why_unclear(says) == why
    assert "not that they end alike" in why_unclear(says[:1])
    unclear = replace(found, unclear=((why, 7), ("b", 1)))
    one, *_ = unclear.compared
    other = replace(one, agreement=Agreement.NOT_COMPARED)
    unclear = replace(unclear, compared=(other,))
    text = rehearse_text(held, unclear, (0.1, 0.2), colored=False, verbose=False)
    assert f"7 of 8 looked at: {why}" in " ".join(text.split())
    assert rehearse_json(held, unclear)["unclear"][0] == {"why": why, "packets": 7}


def test_a_disagreement_stands_with_both_explanations(held: Prepared) -> None:
    lie = next(
        number
        for number, question in enumerate(held.questions, 1)
        if held.expectations.of(question).answers
    )
    found = result(held, lie)
    text = rehearse_text(held, found, (0.1, 0.2), colored=False, verbose=False)
    assert "DISAGREEMENTS (1)" in text
    assert "an answer was expected, and it was refused" in " ".join(text.split())
    assert "policies.yaml:" in text
    assert f"met {held.ground.marks.written['r0'].says}" in text


def test_a_rule_that_no_packet_met_is_listed_with_what_came_before(
    held: Prepared,
) -> None:
    written = list(held.ground.marks.written.values())
    rule = next(it for it in reversed(written) if it.id in held.aimed.questions)
    met = {f"{it.id} {it.says}": 1 for it in written if it is not rule}
    back = outcomes(held).values()
    found = concluded(held, back, met, lambda _probes: [f"{written[0].id} x"])
    (idle,) = found.idle
    assert idle.rule == rule
    assert f"met others before it: {written[0].says}" in idle.why
    text = rehearse_text(held, found, (0.1, 0.2), colored=False, verbose=False)
    assert f"{rule.says}: " in " ".join(text.split())
    document = rehearse_json(held, found)
    assert document["rules"]["neverMet"][0]["why"] == idle.why


def test_a_rule_that_the_twin_does_not_show_is_idle_for_that_reason() -> None:
    whole = prepared(Case(load([str(CONTOSO)])), Layers.ALL, 1)
    found = concluded(whole, outcomes(whole).values(), {}, lambda _probes: [])
    why = {it.rule.says: it.why for it in found.idle}
    assert why["platform-network/time"].startswith("the twin does not show it: ")
    assert "health probes" in why["nsg-aks/AllowLoadBalancerProbes"]


def schema(name: str = "rehearse-v1") -> dict[str, Any]:
    path = files("seawall.query").joinpath(f"schemas/{name}.json")
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("lie", [0, 1, 2])
def test_the_document_is_as_its_schema_says(held: Prepared, lie: int) -> None:
    document = json.loads(json.dumps(rehearse_json(held, result(held, lie))))
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    validator.validate(document)
    for field in document:
        cut = {key: value for key, value in document.items() if key != field}
        assert not validator.is_valid(cut), field


def test_a_change_is_told_by_connection(held: Prepared) -> None:
    before = outcomes(held)
    opened = next(number for number, it in before.items() if not it.seen_source)
    after = outcomes(held, lie=opened)
    found = change_of(standing_of(held), held, before, after, {})
    assert [item.effect for item in found.changed] == [Effect.OPENED]
    text = change_text(found, colored=False, verbose=False)
    assert "OPENED: refused before, answered now (1)" in text


def test_the_document_of_a_change_is_as_its_schema_says(held: Prepared) -> None:
    before = outcomes(held)
    opened = next(number for number, it in before.items() if not it.seen_source)
    after = outcomes(held, lie=opened)
    found = change_of(standing_of(held), held, before, after, {})
    document = json.loads(json.dumps(change_json(held.case.snapshot, found)))
    assert len(document["opened"]) == 1
    validator = jsonschema.Draft202012Validator(schema("rehearse-change-v1"))
    validator.validate(document)
    for field in document:
        cut = {key: value for key, value in document.items() if key != field}
        assert not validator.is_valid(cut), field


def test_a_change_without_effect_says_so(held: Prepared) -> None:
    same = outcomes(held)
    found = change_of(standing_of(held), held, same, same, {})
    assert "Nothing that was sent fares otherwise" in change_text(
        found, colored=False, verbose=False
    )


def test_what_the_twin_lacks_on_the_way_is_not_held_against_anybody(
    held: Prepared,
) -> None:
    question = held.questions[0]
    expected = held.expectations.of(question)
    wrong = Outcome(1, Result.REFUSED if expected.answers else Result.ANSWERED)
    assert compare(question, expected, wrong).agreement is Agreement.DISAGREED
    blind = compare(question, expected, wrong, is_blind=True)
    assert blind.agreement is Agreement.NOT_SHOWN
