"""`seawall design` shows what was decided and what became of it, in words and JSON."""

import importlib.util
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from seawall.app.cli.main import run
from seawall.design import handover
from seawall.design.handover import Edited, HandedOver, NotProved, Proof, Settled
from seawall.design.handover.write import WRITERS
from seawall.model.diagnostic import Diagnostic, Level

ROOT = Path(__file__).parents[4]
PCI = ROOT / "examples/scenarios/pci.yaml"
SCHEMA = json.loads(
    files("seawall.query").joinpath("schemas/design-v1.json").read_text("utf-8")
)
HEAD = "apiVersion: seawall/v1\nkind: Requirements\nname: shop\nregion: westeurope\n"
AS_OF = ("--as-of", "2026-09-01")
PROOF = Proof((), ("four surfaces are one model",), (Settled(("a",), "it is so"),), 7)
MADE = HandedOver(Path("out"), ("README.md", "intents.yaml", "main.bicep"), PROOF)


def fault(level: Level) -> Diagnostic:
    return Diagnostic(level, None, "a pod reaches it", "the file says so", "close it")


@pytest.fixture
def outcome(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What is made is replaced: these tests are about what is shown of it."""
    kept: dict[str, Any] = {"answer": MADE}

    def make(
        needs: object, decided: object, surfaces: object, folder: Path, **more: object
    ) -> object:
        kept.update(surfaces=surfaces, folder=folder, **more)
        del needs, decided
        return kept["answer"]

    monkeypatch.setattr(handover, "make", make)
    return kept


def machine(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> Mapping[str, Any]:
    run([*arguments, "-o", "json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMA)
    return document


def test_each_decision_is_shown_with_the_line_that_decided_it(
    outcome: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["design", str(PCI), "--out", "out", *AS_OF]) == 0
    printed = capsys.readouterr().out
    assert outcome["folder"] == Path("out")
    assert "outbound type       userDefinedRouting" in printed
    assert f"{PCI}:18" in printed
    assert "not      l7: " not in printed
    assert "later    needs a new cluster: " in printed
    assert "changes in place: " not in printed
    assert "WRITTEN\n  out/\n    README.md" in printed
    assert "✓ equal in all surfaces: four surfaces are one model" in printed
    assert "0 of 0 intents hold over all packets; 7 packets" in printed
    assert "read out/README.md" in printed
    assert run(["design", str(PCI), "--out", "out", "--verbose", *AS_OF]) == 0
    printed = capsys.readouterr().out
    assert "not      l7: " in printed
    assert "changes in place: " in printed


def test_more_is_shown_on_demand(
    outcome: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    del outcome
    assert run(["design", str(PCI), "--out", "out", "-v", *AS_OF]) == 0
    printed = capsys.readouterr().out
    assert "no network to fit into is stated" in printed
    assert "AKS docs, egress-udr" in printed
    assert "often    said: " in printed


def test_without_a_folder_nothing_is_left_behind(
    outcome: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["design", str(PCI), *AS_OF]) == 0
    printed = capsys.readouterr().out
    assert "MADE AND PROVED, NOT WRITTEN" in printed
    assert "pci.yaml --out cards" in " ".join(printed.split())
    assert not Path(outcome["folder"]).parent.exists()


def test_every_surface_that_is_written_is_made(outcome: dict[str, Any]) -> None:
    assert run(["design", str(PCI), "--out", "out", *AS_OF]) == 0
    assert set(outcome["surfaces"]) == set(WRITERS)


def test_surfaces_and_force_are_handed_on(outcome: dict[str, Any]) -> None:
    arguments = ["--surface", "bicep", "--surface", "az", "--force"]
    assert run(["design", str(PCI), "--out", "out", *arguments, *AS_OF]) == 0
    assert [item.value for item in outcome["surfaces"]] == ["bicep", "az"]
    assert outcome["force"] is True
    assert outcome["as_of"].isoformat() == "2026-09-01"


@pytest.mark.parametrize(
    ("answer", "code", "says"),
    [
        (NotProved((fault(Level.ERROR),)), 1, "NOT HANDED OVER: 1 thing is not proved"),
        (NotProved((fault(Level.UNMODELLED),)), 3, "nothing was written"),
        (HandedOver(Path("out"), (), Proof((), (), (), 0)), 3, "0 of 0 intents"),
        (Edited(("main.bicep",), "-a\n+b\n"), 1, "NOT WRITTEN: 1 file was edited"),
    ],
)
def test_what_is_not_handed_over_is_told_and_has_its_exit_code(
    outcome: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    answer: object,
    code: int,
    says: str,
) -> None:
    outcome["answer"] = answer
    assert run(["design", str(PCI), "--out", "out", *AS_OF]) == code
    assert says in capsys.readouterr().out
    document = machine(["design", str(PCI), *AS_OF], capsys)
    assert document["verdict"] in ("not-proved", "edited", "proved")


def test_machines_read_the_same(
    outcome: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    del outcome
    document = machine(["design", str(PCI), *AS_OF], capsys)
    assert document["verdict"] == "proved"
    assert document["folder"] is None
    assert document["choices"]["dataplane"] == "cilium"
    decision = next(it for it in document["decisions"] if it["decision"] == "ingress")
    assert decision["because"][0]["need"] == "ingress[0]"
    assert decision["because"][0]["origin"]["line"] == 18


CONFLICT = "nodes: {windows: true}\npods: {control: names}\n"


def test_needs_that_cannot_hold_together_are_shown_with_a_way_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "needs.yaml"
    path.write_text(HEAD + CONFLICT, encoding="utf-8")
    assert run(["design", str(path), *AS_OF]) == 2
    printed = capsys.readouterr().out
    assert "CANNOT HOLD TOGETHER" in printed
    assert "needs.yaml:5" in printed
    assert "needs.yaml:6" in printed
    assert "BY THESE RULES" in printed
    assert "AKSV003" in printed
    assert "THE NEAREST THAT CAN\n  give up that " in printed
    assert "then: network: " in printed
    document = machine(["design", str(path), *AS_OF], capsys)
    assert document["verdict"] == "conflict"
    assert document["conflict"]["nearest"]["giveUp"]


def test_requirements_that_cannot_be_used_are_refused_with_every_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "needs.yaml"
    path.write_text(HEAD + "nodes: {count: 0}\nlimits: {a: 1}\n", encoding="utf-8")
    assert run(["design", str(path), *AS_OF]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "needs.yaml:5: error: the count of nodes 0" in told.err
    assert "needs.yaml:6: error: `a` is no key of `limits`" in told.err
    assert machine(["design", str(path), *AS_OF], capsys)["verdict"] == "refused"


def test_addresses_that_cannot_be_planned_are_refused_at_their_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "needs.yaml"
    text = "addresses: {space: 10.0.0.0/24}\nnodes: {count: 1000}\n"
    path.write_text(HEAD + text, encoding="utf-8")
    assert run(["design", str(path), *AS_OF]) == 2
    assert "needs.yaml:5: error: 10.0.0.0/24 has no room" in capsys.readouterr().err
    assert machine(["design", str(path), *AS_OF], capsys)["verdict"] == "refused"


def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name: None if name == "pysat" else found(name),
    )
    assert run(["design", str(PCI), *AS_OF]) == 2
    assert capsys.readouterr().err == (
        "Error: designs need a solver: pip install 'seawall[design]'\n"
    )


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("more", [(), ("-v",)])
def test_screens_are_no_wider_than_the_terminal(
    outcome: dict[str, Any],
    tmp_path: Path,
    columns: str,
    more: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del outcome
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.chdir(tmp_path)
    Path("needs.yaml").write_text(HEAD + CONFLICT, encoding="utf-8")
    for scenario in ("pci", "network-isolated", "restrict-api-server"):
        text = PCI.with_stem(scenario).read_text(encoding="utf-8")
        Path(f"{scenario}.yaml").write_text(text, encoding="utf-8")
    for path in sorted(Path().glob("*.yaml")):
        run(["design", str(path), *AS_OF, *more])
        for line in capsys.readouterr().out.splitlines():
            assert len(line) <= int(columns), line


def test_a_folder_is_named_with_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["design", str(PCI), "-o", "cluster"]) == 2
    assert "is named with --out cluster" in capsys.readouterr().err


def test_a_file_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["design"]) == 2
    assert "name a file of requirements" in capsys.readouterr().err


def test_modules_are_asked_for_with_terraform_and_nowhere_else(
    outcome: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["design", str(PCI), *AS_OF, "--modules", "avm"]) == 0
    assert outcome["verified"] is True
    assert run(["design", str(PCI), *AS_OF]) == 0
    assert outcome["verified"] is False
    capsys.readouterr()
    asked = ["design", str(PCI), "--modules", "avm"]
    assert run([*asked, "--surface", "arm"]) == 2
    assert "add --surface terraform" in capsys.readouterr().err
    assert run([*asked, "--from", "x"]) == 2
    assert "no --modules" in capsys.readouterr().err
