"""`seawall diff` with revisions of Git, and with one plan that has two sides."""

import json
from pathlib import Path

import pytest

from git_repositories import Repo, needs_git
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
"""
CLOSED = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress: []
"""
OPEN = CLOSED.replace("[]", "[{ports: [{port: 5432}]}]")


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit({"k8s/pods.yaml": PODS, "k8s/policy.yaml": CLOSED})
    made.commit({"k8s/policy.yaml": OPEN})
    monkeypatch.chdir(made.folder)
    return made


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = run(["diff", *arguments])
    return code, capsys.readouterr().out


@needs_git
@pytest.mark.parametrize(
    "arguments",
    [
        ["HEAD~1..HEAD"],
        ["HEAD~1..", "k8s"],
        ["HEAD~1...main"],
        ["HEAD~1", "."],
        ["HEAD~1"],
        ["HEAD~1", "HEAD"],
        ["HEAD~1", "HEAD", "k8s/policy.yaml", "k8s/pods.yaml"],
        ["HEAD~1:k8s", "k8s"],
        ["HEAD~1:./k8s", "HEAD:k8s"],
        ["HEAD~1:", "HEAD:"],
    ],
)
def test_revisions_are_named_in_every_way(
    arguments: list[str], repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = said(arguments, capsys)
    assert code == 1
    assert "+ TCP 5432: denied -> allowed" in out
    assert "k8s/policy.yaml:7" in out
    assert "/seawall-" not in out
    del repo


@needs_git
def test_a_revision_beside_a_folder_is_that_folder_in_it(
    repo: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.commit({"other/policy.yaml": CLOSED.replace("name: db", "name: more", 1)})
    monkeypatch.chdir(repo.folder / "k8s")
    code, out = said(["HEAD", "."], capsys)
    assert code == 0
    assert "HEAD:k8s -> .: " in out
    code, out = said([".", "HEAD~2"], capsys)
    assert code == 1
    assert "HEAD~2:k8s/policy.yaml" in out
    code, out = said(["HEAD~2", "HEAD"], capsys)
    assert "- TCP" not in out


@needs_git
def test_the_work_tree_may_hold_what_no_revision_does(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    (repo.folder / "k8s" / "policy.yaml").write_text(CLOSED, encoding="utf-8")
    assert said(["HEAD", "."], capsys)[0] == 1
    assert said(["HEAD~1", "."], capsys)[0] == 0
    assert said(["HEAD", "HEAD"], capsys)[0] == 0


@needs_git
def test_bases_beside_the_folder_are_those_of_the_revision(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.commit(
        {"base/kustomization.yaml": "resources: [p.yaml]\n", "base/p.yaml": PODS}
    )
    repo.commit(
        {
            "over/kustomization.yaml": "resources: [../base, n.yaml]",
            "over/n.yaml": CLOSED,
        }
    )
    repo.commit({"over/n.yaml": OPEN})
    code, out = said(["HEAD~1..HEAD", "over"], capsys)
    assert code == 1
    assert "from  shop/web[Pod]" in out


@needs_git
def test_places_in_json_are_those_of_the_revisions(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out = said(["HEAD~1..HEAD", "-o", "json"], capsys)
    assert code == 1
    assert "/seawall-" not in out
    found = json.loads(out)
    assert found["left"]["inputs"][0]["path"].startswith("HEAD~1:k8s/")
    assert {item["path"] for item in found["right"]["inputs"]} == {
        "HEAD:k8s/pods.yaml",
        "HEAD:k8s/policy.yaml",
    }
    del repo


@needs_git
def test_what_is_no_revision_and_no_path_is_refused(
    repo: Repo, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for arguments in (["nowhere..HEAD"], ["nowhere", "HEAD"], ["HEAD:nowhere", "k8s"]):
        assert run(["diff", *arguments]) == 2
        told = capsys.readouterr().err
        assert "nowhere" in told
        assert "mend:" in told
    assert run(["diff", "HEAD", str(tmp_path)]) == 2
    assert run(["diff", "HEAD", "-"]) == 2
    assert "/seawall-" not in capsys.readouterr().err
    del repo


def planned(*, open_before: bool, open_after: bool) -> str:
    def network(space: str) -> dict[str, object]:
        return {"name": "v", "address_space": [space], "id": "/x/v"}

    def manifest(text: str) -> dict[str, object]:
        return {"yaml_body": text, "id": "x"}

    def change(type_: str, name: str, before: object, after: object) -> object:
        actions = ["create"] if before is None else ["update"]
        return {
            "address": f"{type_}.{name}",
            "mode": "managed",
            "type": type_,
            "name": name,
            "change": {
                "actions": actions,
                "before": before,
                "after": after,
                "after_unknown": {},
            },
        }

    sides = [manifest(OPEN if it else CLOSED) for it in (open_before, open_after)]
    pods = [manifest(text) for text in PODS.split("---")]
    kept = network("10.0.0.0/16")
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "resource_changes": [
                change("azurerm_virtual_network", "v", kept, kept),
                *(
                    change("kubectl_manifest", f"p{at}", p, p)
                    for at, p in enumerate(pods)
                ),
                change("kubectl_manifest", "policy", *sides),
            ],
        }
    )


def test_a_plan_is_compared_with_what_was_there_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(planned(open_before=False, open_after=True), encoding="utf-8")
    code, out = said([str(file)], capsys)
    assert code == 1
    assert "before the plan -> after the plan" in out
    assert "+ TCP 5432: denied -> allowed" in out
    file.write_text(planned(open_before=True, open_after=True), encoding="utf-8")
    assert said([str(file)], capsys)[0] == 0


def test_one_input_without_a_plan_has_no_two_sides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(PODS, encoding="utf-8")
    assert run(["diff", str(file)]) == 2
    assert "holds no plan of Terraform" in capsys.readouterr().err


def test_a_plan_that_does_not_say_what_was_there_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    only = {"format_version": "1.2", "planned_values": {"root_module": {}}}
    file.write_text(json.dumps(only), encoding="utf-8")
    assert run(["diff", str(file)]) == 2
    assert "does not say what was there before" in capsys.readouterr().err
