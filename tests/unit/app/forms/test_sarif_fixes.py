"""Proved changes in SARIF, as edits of files: with them the finding is gone."""

import json
from io import BytesIO, TextIOWrapper
from pathlib import Path
from textwrap import dedent, indent
from urllib.parse import unquote, urlparse

import pytest
from test_forms_of_other_tools import SARIF

from seawall.app.cli.main import run
from seawall.audit.discover import all_rules

RULES = {rule.code: rule for rule in all_rules()}


def example(code: str, folder: Path) -> None:
    folder.mkdir()
    for name, text in RULES[code].bad.items():
        plain = dedent(text).lstrip("\n").replace("  # finding", "")
        (folder / name).write_text(plain, encoding="utf-8")


def results(folder: Path, out: Path) -> list[dict[str, object]]:
    run(["check", "--fix", str(folder), "-o", f"sarif={out}"])
    document = json.loads(out.read_text(encoding="utf-8"))
    SARIF.validate(document)
    (one,) = document["runs"]
    found: list[dict[str, object]] = one["results"]
    return found


def applied(result: dict[str, object]) -> None:
    (fix,) = result["fixes"]  # type: ignore[misc]
    for change in fix["artifactChanges"]:
        file = Path(unquote(urlparse(change["artifactLocation"]["uri"]).path))
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        for each in change["replacements"]:
            region = each["deletedRegion"]
            lines = old.split("\n")
            first, last = region["startLine"] - 1, region["endLine"] - 1
            before = [*lines[:first], lines[first][: region["startColumn"] - 1]]
            after = [lines[last][region["endColumn"] - 1 :], *lines[last + 1 :]]
            old = "\n".join(before) + each["insertedContent"]["text"] + "\n".join(after)
        file.write_text(old, encoding="utf-8")


@pytest.mark.parametrize("code", ["AKS204", "AKS403"])
def test_the_finding_is_gone_once_its_edits_are_made(code: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    example(code, folder)
    found = results(folder, tmp_path / "a.sarif")
    (mine,) = [it for it in found if it["ruleId"] == code]
    applied(mine)
    again = results(folder, tmp_path / "b.sarif")
    assert code not in [it["ruleId"] for it in again]
    others = {str(it["ruleId"]) for it in again}
    assert others <= {str(it["ruleId"]) for it in found}


def test_a_policy_with_comments_or_labels_is_left_to_people(tmp_path: Path) -> None:
    for number, (old, new) in enumerate(
        (("spec:\n", "spec:  # why\n"), ("name: allow", "labels: {a: b}, name: allow"))
    ):
        folder = tmp_path / str(number)
        example("AKS204", folder)
        policy = folder / "policy.yaml"
        text = policy.read_text(encoding="utf-8")
        assert old in text
        policy.write_text(text.replace(old, new), encoding="utf-8")
        found = results(folder, tmp_path / "a.sarif")
        (mine,) = [it for it in found if it["ruleId"] == "AKS204"]
        assert "fixes" not in mine


@pytest.mark.parametrize("above", [0, 1, 3])
@pytest.mark.parametrize("name", ["kustomization.yaml", "Chart.yaml"])
def test_no_file_is_put_where_something_builds_what_is_applied(
    above: int, name: str, tmp_path: Path
) -> None:
    folder = tmp_path.joinpath(*"abc"[:above], "in")
    folder.parent.mkdir(parents=True, exist_ok=True)
    example("AKS403", folder)
    listed = "/".join([*"abc"[1:above], *(["in"] if above else []), "shop.yaml"])
    root = tmp_path / ("a" if above else "in")
    text = f"resources: [{listed}]\n" if name[0] == "k" else "name: x\n"
    (root / name).write_text(text, encoding="utf-8")
    found = results(root, tmp_path / "a.sarif")
    assert "AKS403" in [it["ruleId"] for it in found]
    assert not [it for it in found if "fixes" in it]


def test_no_file_is_put_beside_what_was_printed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    example("AKS403", folder)
    documents = (folder / "shop.yaml").read_text(encoding="utf-8").split("---\n")
    items = "".join(f"- {indent(it, '  ')[2:]}" for it in documents)
    text = f"apiVersion: v1\nkind: List\nitems:\n{items}"
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    found = results(folder, tmp_path / "a.sarif")
    assert "AKS403" in [it["ruleId"] for it in found]
    assert not [it for it in found if "fixes" in it]


def test_a_policy_that_names_no_namespace_names_none_afterwards(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "in"
    example("AKS204", folder)
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(", namespace: batch", ""), encoding="utf-8")
    found = results(folder, tmp_path / "a.sarif")
    (mine,) = [it for it in found if it["ruleId"] == "AKS204"]
    applied(mine)
    assert "namespace" not in (folder / "policy.yaml").read_text(encoding="utf-8")
    again = results(folder, tmp_path / "b.sarif")
    assert "AKS204" not in [it["ruleId"] for it in again]


def test_what_comes_by_standard_input_is_no_file_to_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    example("AKS204", folder)
    policy = folder / "policy.yaml"
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(policy.read_bytes())))
    policy.unlink()
    out = tmp_path / "a.sarif"
    run(["check", "--fix", str(folder), "-", "-o", f"sarif={out}"])
    found = json.loads(out.read_text(encoding="utf-8"))["runs"][0]["results"]
    (mine,) = [it for it in found if it["ruleId"] == "AKS204"]
    assert "fixes" not in mine
