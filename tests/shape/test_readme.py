"""The recorded output in the README is what the commands print today."""

import re
from pathlib import Path

import pytest

from seawall.app.cli.main import run

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(
    r"```console\n\$ seawall ([^\n]+)\n(.*?)```",
    (ROOT / "README.md").read_text(encoding="utf-8"),
    flags=re.DOTALL,
)
LEFT_OUT = "…"


@pytest.mark.parametrize(("arguments", "shown"), BLOCKS, ids=[b[0] for b in BLOCKS])
def test_the_readme_shows_what_is_printed(
    arguments: str,
    shown: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "120")
    run(arguments.split())
    printed = capsys.readouterr().out
    at = 0
    for part in shown.split(f"\n{LEFT_OUT}\n"):
        found = printed.find(part.strip("\n"), at)
        assert found >= 0, part
        at = found + len(part.strip("\n"))


def test_nothing_is_left_to_fill_in() -> None:
    assert "@@" not in (ROOT / "README.md").read_text(encoding="utf-8")
