"""What opens a denied flow: the smallest change, proved, with all that it does."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from reading import read
from seawall.app.cli.main import run
from seawall.ingest import LoadOptions, load
from seawall.ingest.manifest import read_manifest
from seawall.model.snapshot import Snapshot
from seawall.query.case import Case
from seawall.query.fix.offer import Offer, offer
from seawall.query.trace.answer import trace
from seawall.query.words.end import parse_source, parse_target

CONTOSO = Path(__file__).parents[4] / "examples" / "contoso"
CLUSTER = """
apiVersion: v1
kind: Namespace
metadata: {name: x}
---
apiVersion: v1
kind: Namespace
metadata: {name: y}
"""
DENY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: %s}
spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
"""


def app(place: str, **labels: str) -> str:
    namespace, _, name = place.partition("/")
    return json.dumps(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {
                "selector": {"matchLabels": labels or {"app": name}},
                "template": {
                    "metadata": {"labels": labels or {"app": name}},
                    "spec": {"containers": [{"name": "c", "image": "i"}]},
                },
            },
        }
    )


def asked(
    snapshot: Snapshot, source: str, target: str, engine: str = "calico"
) -> Offer:
    case = Case(snapshot, engine)
    sources = parse_source(source, snapshot)
    targets, port = parse_target(target, snapshot)
    return offer(case, trace(case, "q", sources, targets, port=port))


def manifests(found: Offer) -> list[dict[str, Any]]:
    return [
        yaml.safe_load(change.snippets()[0].text)
        for fix in found.fixes
        for change in fix.changes
    ]


def test_both_ends_get_a_policy_of_the_narrowest_selectors_and_the_asked_port(
    tmp_path: Path,
) -> None:
    found = asked(
        read(tmp_path, CLUSTER, app("x/a"), app("y/b"), DENY % "x", DENY % "y"),
        "x/a",
        "y/b:8080",
    )
    out, into = manifests(found)
    port = [{"protocol": "TCP", "port": 8080}]
    assert out["metadata"]["namespace"] == "x"
    assert out["spec"] == {
        "podSelector": {"matchLabels": {"app": "a"}},
        "policyTypes": ["Egress"],
        "egress": [
            {
                "to": [
                    {
                        "namespaceSelector": {
                            "matchLabels": {"kubernetes.io/metadata.name": "y"}
                        },
                        "podSelector": {"matchLabels": {"app": "b"}},
                    }
                ],
                "ports": port,
            }
        ],
    }
    assert into["metadata"]["namespace"] == "y"
    assert into["spec"]["policyTypes"] == ["Ingress"]
    assert into["spec"]["ingress"][0]["ports"] == port
    (peer,) = into["spec"]["ingress"][0]["from"]
    assert peer["podSelector"] == {"matchLabels": {"app": "a"}}
    assert not found.fixes[0].effects


def test_an_end_that_no_policy_holds_gets_none(tmp_path: Path) -> None:
    snapshot = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), DENY % "y")
    (only,) = manifests(asked(snapshot, "x/a", "y/b:8080"))
    assert only["metadata"]["namespace"] == "y"


def test_a_label_that_others_carry_too_is_not_enough_to_name_a_pod(
    tmp_path: Path,
) -> None:
    ends = app("x/a", app="web", tier="one"), app("x/c", app="web", tier="two")
    snapshot = read(tmp_path, CLUSTER, *ends, app("y/b"), DENY % "x")
    (only,) = manifests(asked(snapshot, "x/a", "y/b:80"))
    assert only["spec"]["podSelector"] == {"matchLabels": {"tier": "one"}}


def test_what_else_opens_is_told_where_labels_name_more_pods(tmp_path: Path) -> None:
    ends = app("x/a", app="web"), app("x/c", app="web")
    snapshot = read(tmp_path, CLUSTER, *ends, app("y/b"), DENY % "x")
    (fix,) = asked(snapshot, "x/a", "y/b:80").fixes
    assert [str(item) for item in fix.opens] == [
        "opens TCP 80 from x/c[Deployment] to y/b[Deployment]"
    ]


def test_what_else_opens_is_told_where_a_policy_cannot_say_the_protocol(
    tmp_path: Path,
) -> None:
    snapshot = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), DENY % "x")
    (fix,) = asked(snapshot, "x/a", "y/b:icmp", "npm").fixes
    (effect,) = fix.opens
    assert effect.services.startswith("all TCP; all UDP")
    assert "ICMP" not in effect.services


def test_a_fix_that_would_isolate_other_pods_is_not_offered(tmp_path: Path) -> None:
    only_a = DENY % "x"
    only_a = only_a.replace("podSelector: {}", "podSelector: {matchLabels: {me: a}}")
    ends = app("x/a", app="web", me="a"), app("x/c", app="web", me="a", more="c")
    snapshot = read(tmp_path, CLUSTER, *ends, app("y/b"), only_a)
    assert asked(snapshot, "x/a", "y/b:80").fixes
    loose = read(
        tmp_path, CLUSTER, app("x/a", app="web"), app("x/c", app="web"), app("y/b")
    )
    assert not asked(loose, "x/a", "y/b:80").fixes


def test_a_written_policy_reads_back_as_the_change_that_was_proved(
    tmp_path: Path,
) -> None:
    snapshot = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), DENY % "x", DENY % "y")
    (fix,) = asked(snapshot, "x/a", "y/b:8080").fixes
    added = set(fix.after.snapshot.objects.policies) - set(snapshot.objects.policies)
    read_again = {
        policy
        for change in fix.changes
        for policy in read_manifest(change.snippets()[0].text, "fix.yaml")[0].policies
    }
    assert added == read_again


def test_a_flow_that_is_to_stay_closed_stands_in_the_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    question = ["trace", "shop/storefront", "payments/ledger-db:5432"]
    for closed, offered in (("shop/cart", True), ("shop/storefront", False)):
        keep = ["--keep-closed", closed, "ns:payments"]
        assert run([*question, str(CONTOSO), *keep, "-o", "json"]) == 1
        document = json.loads(capsys.readouterr().out)
        assert bool(document["fixes"]) is offered
        told = [item["text"] for item in document["advice"]]
        assert any("is to stay closed" in text for text in told) is not offered


def test_a_flow_to_keep_closed_that_names_nothing_is_wrong_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    question = ["trace", "shop/cart", "imds:80", str(CONTOSO)]
    assert run([*question, "--keep-closed", "shop/nobody", "imds"]) == 2
    assert re.search("no workload `shop/nobody`", capsys.readouterr().err)


def test_what_nothing_can_be_done_about_is_advice() -> None:
    snapshot = load([CONTOSO], options=LoadOptions())
    found = asked(snapshot, "internet", "payments/api:8443")
    assert not found.fixes
    assert "give it a way in" in found.advice[0].says


def test_a_fix_of_policies_needs_no_cluster_in_the_input(tmp_path: Path) -> None:
    snapshot = read(tmp_path, CLUSTER, app("x/a"), app("y/b"), DENY % "x")
    (fix,) = asked(snapshot, "x/a", "y/b:80").fixes
    assert fix.remains == ()


def test_a_fix_for_one_pod_tells_that_its_siblings_get_the_same(
    tmp_path: Path,
) -> None:
    pods = "\n---\n".join(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Pod",
                "metadata": {
                    "name": f"web-{at}",
                    "namespace": "x",
                    "labels": {"app": "web"},
                    "ownerReferences": [
                        {
                            "apiVersion": "apps/v1",
                            "kind": "StatefulSet",
                            "name": "web",
                            "uid": "1",
                            "controller": True,
                        }
                    ],
                },
                "spec": {"containers": [{"name": "c", "image": "i"}]},
                "status": {"podIP": f"10.0.0.{at + 1}", "phase": "Running"},
            }
        )
        for at in range(2)
    )
    snapshot = read(tmp_path, CLUSTER, pods, app("y/b"), DENY % "y")
    (fix,) = asked(snapshot, "pod:x/web-0", "y/b:80").fixes
    assert [str(item) for item in fix.opens] == [
        "opens TCP 80 from the other pods of x/web[StatefulSet] to y/b[Deployment]"
    ]
    (whole,) = asked(snapshot, "x/web", "y/b:80").fixes
    assert not whole.opens
