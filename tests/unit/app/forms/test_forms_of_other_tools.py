"""Findings and intents in the forms that other tools read."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from seawall.app.cli.main import run
from seawall.app.forms.annotations import github, gitlab
from seawall.app.forms.junit import _attribute
from seawall.app.forms.markdown import notices_md
from seawall.app.forms.notice import Notice, fingerprints
from seawall.app.forms.sarif import uri_of
from seawall.audit.finding import Severity
from seawall.model.origin import Origin

ROOT = Path(__file__).parents[4]
MESSAGE = {"type": "object", "required": ["text"]}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "additionalProperties": False,
            "properties": {
                "artifactLocation": {
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}},
                },
                "region": {
                    "required": ["startLine"],
                    "properties": {"startLine": {"type": "integer", "minimum": 1}},
                },
            },
        },
        "message": MESSAGE,
        "id": {"type": "integer", "minimum": 0},
    },
    "additionalProperties": False,
}
SUPPRESSION = {
    "required": ["kind"],
    "properties": {
        "kind": {"enum": ["inSource", "external"]},
        "status": {"enum": ["accepted", "underReview", "rejected"]},
        "justification": {"type": "string"},
        "location": LOCATION,
    },
    "additionalProperties": False,
}
RELATION = {
    "required": ["target"],
    "properties": {
        "target": {
            "required": ["id", "index", "toolComponent"],
            "properties": {
                "toolComponent": {
                    "required": ["name", "index"],
                    "additionalProperties": False,
                    "properties": {"index": {"minimum": 0}, "name": {}},
                },
                "id": {"type": "string"},
                "index": {"minimum": 0},
            },
            "additionalProperties": False,
        },
        "kinds": {"items": {"enum": ["relevant", "superset", "subset", "equal"]}},
    },
    "additionalProperties": False,
}
TAXONOMY = {
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "taxa": {
            "uniqueItems": True,
            "items": {"required": ["id"], "properties": {"shortDescription": MESSAGE}},
        },
    },
    "additionalProperties": False,
}
CONTENT = {"required": ["text"], "properties": {"text": {"type": "string"}}}
LINE = {"type": "integer", "minimum": 1}
REPLACEMENT = {
    "required": ["deletedRegion"],
    "properties": {
        "deletedRegion": {
            "required": ["startLine"],
            "properties": dict.fromkeys(
                ("startLine", "startColumn", "endLine", "endColumn"), LINE
            ),
            "additionalProperties": False,
        },
        "insertedContent": CONTENT,
    },
    "additionalProperties": False,
}
FIX = {
    "required": ["artifactChanges"],
    "properties": {
        "description": MESSAGE,
        "artifactChanges": {
            "minItems": 1,
            "uniqueItems": True,
            "items": {
                "required": ["artifactLocation", "replacements"],
                "properties": {
                    "artifactLocation": {"required": ["uri"]},
                    "replacements": {"minItems": 1, "items": REPLACEMENT},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
SARIF = jsonschema.Draft202012Validator(
    {
        "required": ["version", "runs", "$schema"],
        "properties": {
            "version": {"const": "2.1.0"},
            "runs": {
                "minItems": 1,
                "items": {
                    "required": ["tool", "results"],
                    "properties": {
                        "tool": {
                            "required": ["driver"],
                            "properties": {
                                "driver": {
                                    "required": ["name", "rules"],
                                    "properties": {
                                        "rules": {
                                            "uniqueItems": True,
                                            "items": {
                                                "required": ["id", "help"],
                                                "properties": {
                                                    "shortDescription": MESSAGE,
                                                    "relationships": {
                                                        "items": RELATION
                                                    },
                                                },
                                            },
                                        }
                                    },
                                }
                            },
                        },
                        "taxonomies": {"minItems": 1, "items": TAXONOMY},
                        "results": {
                            "items": {
                                "required": ["message", "partialFingerprints"],
                                "properties": {
                                    "level": {"enum": ["error", "warning", "note"]},
                                    "message": MESSAGE,
                                    "locations": {"items": LOCATION},
                                    "relatedLocations": {"items": LOCATION},
                                    "suppressions": {"items": SUPPRESSION},
                                    "fixes": {"minItems": 1, "items": FIX},
                                },
                            }
                        },
                    },
                },
            },
        },
    }
)
"""What OASIS SARIF 2.1.0 asks of the parts that we write."""


def written(form: str, *arguments: str, folder: Path) -> str:
    file = folder / f"out.{form}"
    run([*arguments, "-o", f"{form}={file}"])
    return file.read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def at_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.parametrize("example", ["contoso", "open", "isolated", "baseline"])
def test_sarif_is_as_the_standard_has_it(tmp_path: Path, example: str) -> None:
    text = written("sarif", "check", f"examples/{example}", folder=tmp_path)
    document = json.loads(text)
    SARIF.validate(document)
    (one,) = document["runs"]
    rules = [rule["id"] for rule in one["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    for result in one["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    prints = [item["partialFingerprints"]["seawall/v1"] for item in one["results"]]
    assert len(prints) == len(set(prints))


def test_rules_lead_to_the_controls_that_they_bear_on(tmp_path: Path) -> None:
    text = written("sarif", "check", "examples/open", folder=tmp_path)
    (run_,) = json.loads(text)["runs"]
    named = {}
    for rule in run_["tool"]["driver"]["rules"]:
        for relation in rule.get("relationships", ()):
            target = relation["target"]
            held = run_["taxonomies"][target["toolComponent"]["index"]]
            assert held["name"] == target["toolComponent"]["name"]
            assert held["taxa"][target["index"]]["id"] == target["id"]
            named.setdefault(rule["id"], []).append((held["name"], target["id"]))
    assert ("CIS AKS Benchmark", "5.4.1") in named["AKS101"]
    assert ("NIST SP 800-53", "SC-7(3)") in named["AKS101"]
    tags = run_["tool"]["driver"]["rules"][0]["properties"]["tags"]
    assert "cis-aks-benchmark/5.4.1" in tags


def test_without_controls_there_is_no_taxonomy(tmp_path: Path) -> None:
    policy = tmp_path / "in"
    policy.mkdir()
    (policy / "x.yaml").write_text(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        "metadata: {name: x, namespace: y}\nspec: {podSelector: {}}\n---\n"
        "apiVersion: seawall/v1\nkind: Suppressions\n"
        "suppress: [{rule: AKS101, reason: it suppresses nothing}]\n"
    )
    (one,) = json.loads(written("sarif", "check", str(policy), folder=tmp_path))["runs"]
    assert one["results"]
    assert "taxonomies" not in one


def test_what_is_suppressed_stays_in_sarif_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for path in (ROOT / "examples" / "open").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    before = json.loads(written("sarif", "check", str(folder), folder=tmp_path))
    lines = (folder / "shop.yaml").read_text().splitlines()
    (target,) = (
        place["region"]["startLine"]
        for item in before["runs"][0]["results"]
        if item["ruleId"] == "AKS301"
        for place in (item["locations"][0]["physicalLocation"],)
    )
    lines[target - 1] += "  # seawall:ignore AKS301 until 2099-01-31: a shop window"
    (folder / "shop.yaml").write_text("\n".join(lines) + "\n")
    (folder / "known.yaml").write_text(
        "apiVersion: seawall/v1\nkind: Suppressions\n"
        "suppress: [{rule: AKS101, reason: a demo}]\n"
    )
    after = json.loads(written("sarif", "check", str(folder), folder=tmp_path))
    SARIF.validate(after)
    (one,) = after["runs"]
    kept = {
        item["ruleId"]: item["suppressions"]
        for item in one["results"]
        if "suppressions" in item
    }
    assert [
        (code, held[0]["kind"], held[0]["justification"])
        for code, held in sorted(kept.items())
    ] == [
        ("AKS101", "external", "a demo"),
        ("AKS301", "inSource", "a shop window (until 2099-01-31)"),
    ]
    place = kept["AKS301"][0]["location"]["physicalLocation"]
    assert place["region"]["startLine"] == target
    assert len(one["results"]) == len(before["runs"][0]["results"])


def test_a_finding_keeps_its_fingerprint_when_lines_move(tmp_path: Path) -> None:
    file = tmp_path / "cluster.json"
    text = (ROOT / "examples" / "open" / "cluster.json").read_text(encoding="utf-8")
    seen: list[tuple[Any, Any]] = []
    for before in ("", "\n\n"):
        file.write_text(before + text, encoding="utf-8")
        told = json.loads(written("sarif", "check", str(file), folder=tmp_path))
        results = told["runs"][0]["results"]
        prints = [item["partialFingerprints"] for item in results]
        lines = [
            place["physicalLocation"]["region"]["startLine"]
            for item in results
            for place in item["locations"]
        ]
        seen.append((prints, lines))
    (first, old), (second, new) = seen
    assert first
    assert first == second
    assert [line + 2 for line in old] == new


def test_intents_that_do_not_hold_are_results_with_their_packets_way(
    tmp_path: Path,
) -> None:
    text = written("sarif", "test", "examples/contoso", folder=tmp_path)
    results = json.loads(text)["runs"][0]["results"]
    assert [item["ruleId"] for item in results] == ["INTENT"] * 3
    assert results[2]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert len(results[2]["relatedLocations"]) == 3


def notice(message: str = "m", **changes: Any) -> Notice:
    place = Origin("a b.yaml", finder=lambda _d, _p: 7)
    told = {"origin": place, "severity": Severity.HIGH} | changes
    return Notice("AKS1", "n-n", told["severity"], "s", message, "do", told["origin"])


def test_annotations_escape_what_their_form_takes_for_its_own() -> None:
    assert github([notice("50%: a,\nb")]) == (
        "::error title=AKS1 n-n,file=a b.yaml,line=7::50%25: a,%0Ab%0Amend: do"
    )
    odd = notice(origin=Origin("a,b:c.yaml"), severity=Severity.INFO)
    assert github([odd]).startswith("::notice title=AKS1 n-n,file=a%2Cb%3Ac.yaml::m")


def test_two_findings_alike_have_two_fingerprints() -> None:
    entries = gitlab([notice(), notice(), notice(origin=None)])
    assert len({entry["fingerprint"] for entry in entries}) == 3
    assert entries[0]["location"] == {"path": "a b.yaml", "lines": {"begin": 7}}
    assert entries[2]["location"] == {"path": ".", "lines": {"begin": 1}}
    assert fingerprints([notice("x")]) == fingerprints([notice("y")])


def test_a_cell_of_markdown_stays_one_and_says_what_it_says() -> None:
    text = notices_md("Findings", [notice("a | `b|c` *d* <e>\nf")])
    row = text.splitlines()[-1]
    assert len(re.findall(r"(?<!\\)\|", row)) == 6
    assert "a \\| `b\\|c` \\*d\\* \\<e\\> f" in row


def test_junit_is_xml_with_counts_that_are_right(tmp_path: Path) -> None:
    root = ET.fromstring(  # noqa: S314  # what we wrote ourselves
        written("junit", "check", "examples/contoso", folder=tmp_path)
    )
    cases = root.findall(".//testcase")
    failures = root.findall(".//failure")
    assert (root.get("tests"), root.get("failures")) == (
        str(len(cases)),
        str(len(failures)),
    )
    assert len(failures) == 6


def test_an_intent_that_is_not_known_is_an_error_or_skipped(tmp_path: Path) -> None:
    file = tmp_path / "intents.yaml"
    file.write_text(
        "apiVersion: seawall/v1\nkind: Intents\n"
        "intents: [{name: a & b, forbid: {from: ns:gone, to: internet}}]\n",
        encoding="utf-8",
    )
    asked = ("test", "examples/contoso", "-i", str(file))
    text = written("junit", *asked, folder=tmp_path)
    assert 'errors="1" skipped="0"' in text
    assert 'name="a &amp; b"' in text
    text = written("junit", *asked, "--unknown", "warn", folder=tmp_path)
    assert 'errors="0" skipped="1"' in text


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("./a/b.yaml", "a/b.yaml"),
        ("/a b/c.yaml", "file:///a%20b/c.yaml"),
        ("a\\b#c.yaml", "a/b%23c.yaml"),
    ],
)
def test_a_path_becomes_a_reference(path: str, uri: str) -> None:
    assert uri_of(path) == uri


def test_characters_that_xml_does_not_take_are_replaced() -> None:
    assert _attribute("a\ud800b\ufffec\x01") == '"a\ufffdb\ufffdc\ufffd"'


@pytest.mark.parametrize("form", ["sarif", "github", "gitlab", "junit"])
def test_what_lies_here_is_told_alike_however_it_is_written(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT / "examples")
    told = []
    for path in ("contoso", "./contoso", str(ROOT / "examples" / "contoso")):
        run(["check", path, "--as-of", "2026-09-01", "-o", form])
        told.append(capsys.readouterr().out.replace(f"{ROOT}/examples/", ""))
    assert told[0].replace("./contoso", "contoso") == told[1].replace("./c", "c")
    assert told[0] == told[2]
    assert "contoso/manifests/batch/policies.yaml" in told[0]
    assert str(ROOT) not in told[0]
