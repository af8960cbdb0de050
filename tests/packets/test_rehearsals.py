"""Whole rehearsals: real packets do what was proved of the examples.

What it stands for: the policy engines and the network of Azure, as their documentation
and source tell. What it cannot show is listed in docs/guide/rehearse.md.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from seawall.app.cli.rehearsal.alter import alter
from seawall.app.cli.rehearsal.hold import hold
from seawall.ingest import load
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Agreement, Rehearsal
from seawall.query.rehearsal.change import Effect
from seawall.query.rehearsal.prepare import Layers, Prepared, prepared
from seawall.query.rehearsal.words import place_text
from seawall.twin.plan import RuleText

EXAMPLES = Path(__file__).parents[2] / "examples"
CONTOSO = EXAMPLES / "contoso"
MOST = 6_000


def rehearsal(path: Path, engine: str | None = None, layers: str = "all") -> Prepared:
    return prepared(Case(load([str(path)]), engine), Layers(layers), MOST)


def agrees(found: Rehearsal) -> None:
    told = [
        f"{place_text(item.compared.question.source)} to "
        f"{place_text(item.compared.question.target)} "
        f"{item.compared.question.protocol.name} {item.compared.question.port}: "
        f"{item.compared.differs}"
        for item in found.disagreements
    ]
    assert told == []
    assert found.count(Agreement.UNPROVED) == 0
    assert any(item.expected.answers for item in found.compared)


@pytest.mark.parametrize("engine", ["spec", "none", "npm", "calico", "cilium"])
def test_packets_do_what_policies_of_contoso_were_proved_to_do(engine: str) -> None:
    agrees(hold(rehearsal(CONTOSO, engine, "policy")).found)


@pytest.mark.parametrize("example", ["contoso", "baseline", "isolated", "open"])
def test_packets_do_in_every_layer_what_was_proved(example: str) -> None:
    agrees(hold(rehearsal(EXAMPLES / example)).found)


def test_a_rule_that_is_written_wrongly_is_noticed_and_named() -> None:
    held = rehearsal(CONTOSO, layers="policy")
    wrong = tuple(
        RuleText(rule.space, rule.text.replace("tcp dport 8080", "tcp dport 8081"))
        for rule in held.plan.rules
    )
    found = hold(replace(held, plan=replace(held.plan, rules=wrong))).found
    assert found.count(Agreement.DISAGREED) > 0
    first = found.disagreements[0]
    assert any(reason.place for reason in first.reasons)
    assert any("matches" in it.says or "rule" in it.says for it in first.met)


def test_a_source_that_is_hidden_wrongly_is_noticed() -> None:
    held = rehearsal(EXAMPLES / "open")
    wrong = tuple(
        replace(rule, text=rule.text.replace("snat to", "log; #"))
        if "seawall_masquerade" in rule.text
        else rule
        for rule in held.plan.rules
    )
    found = hold(replace(held, plan=replace(held.plan, rules=wrong))).found
    assert found.count(Agreement.DISAGREED) > 0


def test_a_change_is_told_by_what_it_does_to_new_and_live_connections(
    tmp_path: Path,
) -> None:
    for name in ("old", "new"):
        folder = tmp_path / name
        folder.mkdir()
        text = (EXAMPLES / "open" / "shop.yaml").read_text(encoding="utf-8")
        closing = (
            "\n---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
            "metadata: {name: closed, namespace: shop}\n"
            "spec: {podSelector: {}, policyTypes: [Egress]}\n"
        )
        (folder / "shop.yaml").write_text(
            text + (closing if name == "new" else ""), encoding="utf-8"
        )
    old, new = (
        rehearsal(tmp_path / name, "calico", "policy") for name in ("old", "new")
    )
    change = alter(old, new)
    effects = {item.effect for item in change.changed}
    assert change.live > 0
    assert effects == {Effect.CLOSED, Effect.OUTLIVES}
    assert not alter(old, old).changed


def test_without_a_cluster_policies_alone_are_rehearsed(tmp_path: Path) -> None:
    text = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\n"
        "spec: {containers: [{name: c, image: i}]}\n---\n"
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: p, namespace: x}\n"
        "spec: {podSelector: {}, policyTypes: [Ingress, Egress], egress: [{}]}\n"
    )
    (tmp_path / "all.yaml").write_text(text, encoding="utf-8")
    held = rehearsal(tmp_path)
    assert held.layers is Layers.POLICY
    found = hold(held).found
    agrees(found)
    assert any("the input holds no cluster" in text for text in found.left_out)
