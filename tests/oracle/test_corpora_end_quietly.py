"""`check` and `reach` end without a fault of ours on every recorded set."""

import re
from pathlib import Path

import pytest

from seawall.app.cli.main import run

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
SETS = [
    folder
    for group in ("k8s", "az-json", "tfplan", "netpol")
    if (CORPORA / group).is_dir()
    for folder in sorted((CORPORA / group).iterdir())
    if folder.is_dir() and not folder.name.startswith(("_", "."))
]
SAYS_NOTHING = {"resource-graph-rows"}
"""Sets without a workload, policy, cluster or network."""

TOLD = re.compile(r"^(?! ).*?(?:error|warning|not modelled|note): ", re.MULTILINE)

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not SETS, reason="the recorded corpora are not here"),
]


def name_of(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", SETS, ids=name_of)
def test_check_ends_with_an_answer_or_says_why_not(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["check", str(folder)])
    captured = capsys.readouterr()
    assert "internal error" not in captured.err
    assert code == 2 if folder.name in SAYS_NOTHING else code in (0, 1)
    assert bool(captured.out) == (code != 2)
    # Every diagnostic says what, why and what to do about it.
    whats = TOLD.findall(captured.err)
    assert len(whats) == captured.err.count("\n  why:  ")
    assert len(whats) == captured.err.count("\n  mend: ")


@pytest.mark.parametrize("folder", SETS, ids=name_of)
def test_reach_and_trace_end_with_an_answer(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = (2,) if folder.name in SAYS_NOTHING else (0, 1, 3)
    file = tmp_path / "answer.csv"
    assert run(["reach", "-o", f"csv={file}", str(folder)]) in wanted
    assert run(["trace", "10.1.2.3", "internet:443", str(folder)]) in wanted
    assert "internal error" not in capsys.readouterr().err
