"""Proved changes in SARIF, as edits of files: with them the finding is gone."""

import json
from pathlib import Path
from textwrap import dedent
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


def test_no_file_is_put_beside_a_kustomization(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    example("AKS403", folder)
    (folder / "Chart.yaml").write_text("name: x\n", encoding="utf-8")
    found = results(folder, tmp_path / "a.sarif")
    assert not [it for it in found if "fixes" in it]
