"""Findings that are known are not told again, for a reason and a time."""

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from reading import read, told
from seawall.app.cli.main import run
from seawall.app.cli.remarks import remarks
from seawall.audit.finding import Confidence, Finding, Severity
from seawall.audit.suppress import CODE, sifted
from seawall.model.origin import Origin
from seawall.model.snapshot import InputFile
from seawall.model.suppression import Suppression

ROOT = Path(__file__).parents[3]
DAY = date(2026, 11, 1)
HEAD = "apiVersion: seawall/v1\nkind: Suppressions\n"
HERE = Origin("s.yaml")


def finding(
    rule: str = "AKS1", subject: str = "ns:a", path: str = "k8s/a.yaml", line: int = 7
) -> Finding:
    place = Origin(path, finder=lambda _d, _p: line)
    return Finding(
        rule, "n", Severity.HIGH, Confidence.PROVED, subject, "m", "mend", place
    )


def suppression(
    rule: str = "AKS1",
    subject: str = "",
    path: str = "",
    *,
    expires: date | None = None,
    line: int | None = None,
    fault: str = "",
) -> Suppression:
    return Suppression(rule, subject, path, "fine", expires, HERE, line, fault)


def left(found: list[Finding], *by: Suppression) -> list[str]:
    return [item.rule for item in sifted(found, by, DAY).findings]


def test_a_rule_is_suppressed_and_no_other() -> None:
    assert left([finding(), finding("AKS2")], suppression()) == ["AKS2"]


@pytest.mark.parametrize(
    ("item", "holds"),
    [
        (suppression(subject="ns:a"), True),
        (suppression(subject="ns:*"), True),
        (suppression(subject="ns:b"), False),
        (suppression(path="k8s/*"), True),
        (suppression(path="other/*"), False),
        (suppression(path="k8s/a.yaml", line=7), True),
        (suppression(path="k8s/a.yaml", line=8), False),
        (suppression(path="k8s/b.yaml", line=7), False),
        (suppression(fault="cannot be read"), False),
        (suppression(expires=date(2026, 11, 1)), True),
        (suppression(expires=date(2026, 10, 31)), False),
    ],
)
def test_only_what_is_meant_is_suppressed(item: Suppression, holds: bool) -> None:  # noqa: FBT001
    result = sifted([finding()], [item], DAY)
    assert ("AKS1" not in [each.rule for each in result.findings]) is holds
    assert bool(result.suppressed) is holds


def test_a_suppression_without_effect_is_a_finding_of_its_own() -> None:
    assert left([], suppression()) == [CODE]
    assert left([finding()], suppression(expires=date(2020, 1, 1))) == ["AKS1", CODE]
    assert left([finding()], suppression(), suppression(subject="ns:a")) == []


def test_a_file_of_suppressions_is_read_and_its_faults_are_told(tmp_path: Path) -> None:
    snapshot = read(
        tmp_path,
        HEAD
        + """
suppress:
  - {rule: aks204, subject: 'ns:batch', reason: needed, expires: 2027-01-01}
  - {rule: AKS101}
  - {rule: AKS101, reason: r, untill: 2027-01-01}
  - 7
""",
    )
    first, *bad = snapshot.suppressions
    assert (first.rule, first.subject, first.expires, first.fault) == (
        "AKS204",
        "ns:batch",
        date(2027, 1, 1),
        "",
    )
    assert all(item.fault for item in bad)
    whats = [item.what for item in told(snapshot)]
    assert any("gives no `reason`" in what for what in whats)
    assert any("`untill` is no key" in what for what in whats)
    assert any("is not a mapping" in what for what in whats)


def test_the_published_schema_takes_and_refuses_as_the_reader_does() -> None:
    text = files("seawall.query").joinpath("schemas/suppressions-v1.json").read_text()
    schema = jsonschema.Draft202012Validator(json.loads(text))
    good = {"rule": "AKS1", "reason": "r"}
    document = {"apiVersion": "seawall/v1", "kind": "Suppressions", "suppress": [good]}
    schema.validate(document)
    for bad in ({"rule": "AKS1"}, {"reason": "r"}, {**good, "untill": "2027-01-01"}):
        assert not schema.is_valid({**document, "suppress": [bad]})


REMARKED = """# seawall:ignore AKS1 until 2027-01-01: known

# more words
kind: A
kind: B  # seawall:ignore AKS2, AKS3: also known
# seawall:ignore AKS4
kind: C
// seawall:ignore AKS5 until soon: no day
"""


def test_a_comment_speaks_of_its_line_or_the_next_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(REMARKED, encoding="utf-8")
    inputs = [
        InputFile(str(file), "kubernetes", ""),
        InputFile(str(tmp_path / "gone.yaml"), "kubernetes", ""),
    ]
    found, faults = remarks(inputs)
    assert [(item.rule, item.line, item.reason) for item in found] == [
        ("AKS1", 4, "known"),
        ("AKS2", 5, "also known"),
        ("AKS3", 5, "also known"),
    ]
    assert found[0].expires == date(2027, 1, 1)
    assert [fault.origin.line for fault in faults if fault.origin] == [6, 8]
    assert "`soon`" in faults[1].what


def test_a_baseline_leaves_what_is_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contoso = str(ROOT / "examples" / "contoso" / "plan.json")
    file = tmp_path / "base.json"
    run(["check", contoso, "--write-baseline", str(file)])
    capsys.readouterr()
    assert run(["check", contoso, "--baseline", str(file), "--fail-on", "info"]) == 0
    assert "FINDINGS: none (" in capsys.readouterr().out
    held = json.loads(file.read_text(encoding="utf-8"))
    assert held["findings"]
    gone = held["findings"].pop()
    held["findings"].append({**gone, "fingerprint": "0"})
    file.write_text(json.dumps(held), encoding="utf-8")
    assert run(["check", contoso, "--baseline", str(file), "--fail-on", "info"]) == 1
    assert "1 of the baseline found no more" in capsys.readouterr().out


@pytest.mark.parametrize("text", [None, "{", "[]", '{"findings": []}'])
def test_what_is_no_baseline_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None
) -> None:
    file = tmp_path / "base.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    shop = str(ROOT / "examples" / "open" / "shop.yaml")
    assert run(["check", shop, "--baseline", str(file)]) == 2
    assert "--baseline" in capsys.readouterr().err
