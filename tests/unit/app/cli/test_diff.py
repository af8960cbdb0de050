"""`seawall diff` as it is used: two inputs, or one input under two engines."""

import json
from pathlib import Path

import pytest

from seawall.app.cli.main import run

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: web}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db, image: db}]}
---
"""
TO_EVERY_ADDRESS = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Egress]
  egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: 443}]}]
"""
TO_MANY = TO_EVERY_ADDRESS.replace("443", "80")


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_an_input_does_not_differ_from_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "one.yaml", PODS + TO_EVERY_ADDRESS)
    assert run(["diff", "--engine", "calico", path, path]) == 0
    assert "equivalent: every connection fares alike" in capsys.readouterr().out


def test_what_is_unknown_on_both_sides_is_not_called_equivalent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "one.yaml", PODS + TO_EVERY_ADDRESS)
    assert run(["diff", path, path]) == 0
    assert "is not proved" in capsys.readouterr().out
    assert run(["diff", "--unknown", "fail", path, path]) == 3


def test_a_migration_says_which_rule_no_longer_reaches_pods(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "one.yaml", PODS + TO_EVERY_ADDRESS)
    question = ["diff", "--engine", "npm", "--engine", "cilium", path]
    assert run([*question, "-o", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    closed = [
        item
        for item in document["changes"]
        if item["kind"] == "closed"
        and item["to"][0]["name"] == "shop/db[Pod]"
        and item["services"] == [{"protocol": "TCP", "ports": "443"}]
    ]
    assert len(closed) == 1
    assert closed[0]["from"][0]["name"] == "shop/web[Pod]"
    (cause,) = closed[0]["because"]["before"]
    assert cause["rule"] == "shop/out egress rule 1"
    assert cause["origin"]["path"] == path
    assert document["equivalent"] is False


def test_two_inputs_differ_by_what_opened_and_what_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = written(tmp_path, "old.yaml", PODS + TO_EVERY_ADDRESS)
    new = written(tmp_path, "new.yaml", PODS + TO_MANY)
    assert run(["diff", "--engine", "calico", old, new]) == 1
    out = capsys.readouterr().out
    assert "+ TCP 80: denied -> allowed" in out
    assert "- TCP 443: allowed -> denied" in out


def test_reach_with_two_engines_answers_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "one.yaml", PODS + TO_EVERY_ADDRESS)
    question = ["reach", "--engine", "npm", "--engine", "cilium", path]
    assert run([*question, "--to", "shop/db", "--port", "443"]) == 1
    out = capsys.readouterr().out
    assert "- TCP 443: allowed -> denied" in out
    assert "own node" not in out
    assert run([*question, "-o", "csv"]) == 2


@pytest.mark.parametrize(
    "arguments",
    [["one"], ["one", "two", "three"], [*["--engine", "npm"] * 3, "one"]],
    ids=" ".join,
)
def test_what_cannot_be_compared_is_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["diff", *arguments]) == 2
    assert capsys.readouterr().out == ""


MIGRATION = ["diff", "--engine", "npm", "--engine", "cilium"]
FROM_DB = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: in, namespace: shop}
spec:
  podSelector: {matchLabels: {app: web}}
  ingress: [{from: [{ipBlock: {cidr: 10.244.1.0/24}}], ports: [{port: 443}]}]
"""
PLACED = PODS.replace(
    "app: db}}\nspec: {",
    "app: db}}\nstatus: {podIP: 10.244.1.5, hostIP: 10.1.0.4}\nspec: {",
)


def test_a_rewrite_says_what_it_edits_and_that_it_is_proved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "one.yaml", PLACED + FROM_DB)
    assert run([*MIGRATION, "--rewrite", path]) == 1
    shown = capsys.readouterr().out
    assert "Rewrite for cilium: equivalent; read back" in shown
    assert "`10.244.1.0/24` held pods by their addresses" in shown
    assert f"{path}:19" in shown
    assert run([*MIGRATION, "--rewrite", path, "-o", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["rewrite"]
    assert found["equivalent"] is True
    assert found["remaining"] == []
    assert found["edits"][0]["topic"] == "ipBlock over pods"


def test_a_rewrite_is_written_as_manifests_that_do_not_differ(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, "one.yaml", PLACED + FROM_DB)
    out = tmp_path / "new.yaml"
    assert run([*MIGRATION, path, "-o", f"yaml={out}"]) == 1
    assert capsys.readouterr().out == ""
    assert out.read_text().startswith("# Policies for cilium, to let pass what npm")
    again = written(tmp_path, "two.yaml", PLACED + "---\n" + out.read_text())
    assert run([*MIGRATION, "--rewrite", again]) == 1
    assert "Rewrite for cilium: nothing to edit" in capsys.readouterr().out


@pytest.mark.parametrize(
    "engines", [["npm"], ["cilium", "npm"], ["npm", "calico"], ["spec", "cilium"]]
)
def test_a_rewrite_needs_an_engine_to_leave_and_cilium_to_go_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], engines: list[str]
) -> None:
    path = written(tmp_path, "one.yaml", PODS)
    given = [word for engine in engines for word in ("--engine", engine)]
    paths = [path] if len(engines) > 1 else [path, path]
    assert run(["diff", *given, "--rewrite", *paths]) == 2
    assert "say `--engine npm --engine cilium`" in capsys.readouterr().err


def test_an_address_family_that_one_side_names_is_asked_of_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    six = TO_EVERY_ADDRESS.replace("0.0.0.0/0", "2001:db8::/32")
    old = written(tmp_path, "one.yaml", PODS + six)
    new = written(tmp_path, "two.yaml", PODS)
    assert run(["diff", "--engine", "calico", old, new]) == 1
    shown = capsys.readouterr().out
    assert "0 closed" not in shown
    assert "closed" not in shown.partition("\n+ opened")[0]


def test_a_pod_without_an_address_of_a_family_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pods = PODS.replace("\n---\n", "\nstatus: {podIP: 10.1.0.1}\n---\n")
    policies = TO_EVERY_ADDRESS.replace("0.0.0.0/0", "2001:db8::/32")
    old = written(tmp_path, "one.yaml", pods)
    new = written(tmp_path, "two.yaml", pods + policies)
    run(["diff", "--engine", "calico", old, new, "-o", "json"])
    causes = [
        cause["text"]
        for item in json.loads(capsys.readouterr().out)["changes"]
        if item["to"][0].get("ranges", [""])[0].count(":")
        for cause in (*item["because"]["before"], *item["because"]["after"])
    ]
    assert causes
    assert set(causes) == {"the pods have no address of this family in the input"}
