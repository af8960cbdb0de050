"""The smallest change that denies a flow: at each place, and what else it closes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_fix_groups import guarded
from test_fix_search import CLUSTER, CONTOSO, DENY, app

from fabrics import (
    ALLOW,
    application_rule,
    cluster,
    collection,
    firewall,
    hub_and_spoke,
    pool,
    snapshot,
    workload,
)
from reading import read
from seawall.app.cli.main import run
from seawall.model.end import End, NameEnd, NodeEnd, PodEnd, SubnetEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Snapshot
from seawall.query.case import Case
from seawall.query.fix.cut import offer_cuts
from seawall.query.fix.firewall_change import FirewallChange
from seawall.query.fix.group import GroupChange
from seawall.query.fix.offer import Offer
from seawall.query.trace.answer import trace
from seawall.query.words.end import parse_source, parse_target
from seawall.query.words.port import PortText

ALLOWING = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: clients, namespace: y}
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
  - from:
    - {namespaceSelector: {}, podSelector: {matchLabels: {app: a}}}
    - {namespaceSelector: {}, podSelector: {matchLabels: {app: c}}}
    ports: [{protocol: TCP, port: 80}, {protocol: TCP, port: 443}]
"""
WEB = PortText(Protocol.TCP, PortRange(443, 443))
SSH = PortText(Protocol.TCP, PortRange(22, 22))


def asked(
    given: Snapshot, source: End, target: End, port: PortText, engine: str = "none"
) -> Offer:
    case = Case(given, engine)
    return offer_cuts(case, trace(case, "q", (source,), (target,), port=port))


def cut(folder: Path, engine: str, *texts: str, target: str = "y/b:80") -> Offer:
    """Return what cuts x/a from a pod that stands in the fabric of the example."""
    given = read(folder, CLUSTER, app("x/a"), app("y/b"), app("x/c"), *texts)
    fabric = hub_and_spoke()
    whole = replace(given, fabric=fabric, cluster=cluster(pool("sys", "nodes")))
    sources = parse_source("x/a", whole)
    targets, port = parse_target(target, whole)
    return asked(whole, sources[0], targets[0], port, engine)


def kinds(found: Offer) -> list[str]:
    return [change.kind for each in found.cuts for change in each.changes]


def manifest(found: Offer, number: int = 0) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        found.cuts[number].changes[0].snippets()[0].text
    )
    return loaded


def test_an_edit_takes_one_port_from_one_peer_and_closes_nothing_else(
    tmp_path: Path,
) -> None:
    found = cut(tmp_path, "npm", ALLOWING)
    assert kinds(found)[0] == "NetworkPolicy edit"
    assert not found.cuts[0].closes
    others, mine = manifest(found)["spec"]["ingress"]
    assert len(others["from"]) == 1
    assert len(others["ports"]) == 2
    assert [item["port"] for item in mine["ports"]] == [443]


def test_a_wider_edit_tells_what_it_closes_and_comes_later(tmp_path: Path) -> None:
    found = cut(tmp_path, "npm", ALLOWING)
    counts = [len(each.closes) for each in found.cuts]
    assert counts == sorted(counts)
    assert counts[-1] > 0


def test_cilium_denies_exactly_the_flow(tmp_path: Path) -> None:
    found = cut(tmp_path, "cilium", ALLOWING)
    made = manifest(found)
    assert made["kind"] == "CiliumNetworkPolicy"
    assert "egressDeny" in made["spec"]
    assert not found.cuts[0].effects


def test_calico_denies_before_what_allows_and_leaves_the_rest_to_it(
    tmp_path: Path,
) -> None:
    found = cut(tmp_path, "calico", ALLOWING)
    made = next(
        yaml.safe_load(change.snippets()[0].text)
        for each in found.cuts
        for change in each.changes
        if change.kind == "Calico NetworkPolicy"
    )
    (direction,) = made["spec"]["types"]
    rules = made["spec"][direction.lower()]
    assert rules[0]["action"] == "Deny"
    assert not found.cuts[0].effects


def test_pods_that_no_policy_isolates_keep_all_but_what_is_cut(tmp_path: Path) -> None:
    found = cut(tmp_path, "npm")
    assert kinds(found)
    for each in found.cuts:
        assert not each.opens
        assert all("x/c" not in str(effect) for effect in each.closes)


def test_a_group_denies_before_the_rule_that_allows() -> None:
    found = asked(guarded(), SubnetEnd("jump"), NodeEnd("sys"), SSH)
    (change,) = [
        it for each in found.cuts for it in each.changes if isinstance(it, GroupChange)
    ]
    assert change.rule.access.value == "Deny"
    assert change.rule.priority < 65000
    assert not found.cuts[0].effects


def test_a_firewall_denies_one_name_before_the_rule_that_allows_it() -> None:
    names = collection("names", 300, ALLOW, application_rule("x", "*.example.com"))
    fabric = hub_and_spoke(firewalls=(firewall(names),))
    app_ = workload("app")
    given = snapshot(fabric, cluster(pool("sys", "nodes")), workloads=(app_,))
    found = asked(given, PodEnd(app_), NameEnd("www.example.com"), WEB)
    (change,) = found.cuts[0].changes
    assert isinstance(change, FirewallChange)
    assert change.rule.names == ("www.example.com",)  # type: ignore[union-attr]
    assert change.collection.order[2] < 300


def test_pods_that_may_be_on_one_node_are_not_cut_by_a_group() -> None:
    pods = workload("one"), workload("two")
    base = guarded()
    given = replace(base, objects=replace(base.objects, workloads=pods))
    found = asked(given, PodEnd(pods[0]), PodEnd(pods[1]), WEB)
    assert not found.cuts
    assert "no change that could be written denies it" in found.advice[0].says


def test_what_is_denied_already_needs_no_cut(tmp_path: Path) -> None:
    found = cut(tmp_path, "npm", DENY % "y")
    assert not found.cuts
    assert "nothing to cut" in found.advice[0].says


def test_the_command_tells_cuts_and_keeps_its_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    question = ["trace", "shop/storefront", "shop/catalog:8080", str(CONTOSO), "--cut"]
    assert run(question) == 0
    shown = capsys.readouterr().out
    assert "CUT 1 (verified: nothing arrives with it)" in shown
    assert "It closes nothing else between ends of the input." in shown
