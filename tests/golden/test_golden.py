"""Whole answers as people see them: one folder a case, read in review as prose.

`make golden` rewrites what is expected and shows the difference.
"""

import os
import tomllib
from pathlib import Path

import pytest

from seawall.app.cli.main import run

ROOT = Path(__file__).parents[2]
CASES = sorted(path.parent for path in Path(__file__).parent.glob("*/ask.toml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_answer_is_the_one_that_was_reviewed(
    case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = tomllib.loads((case / "ask.toml").read_text(encoding="utf-8"))
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "120")
    code = run(ask["arguments"])
    shown = capsys.readouterr().out
    assert code == ask["exit"], shown
    for text in ask["contains"]:
        assert text in shown
    expected = case / "expected.txt"
    if os.environ.get("SEAWALL_REWRITE_GOLDEN"):
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")
