"""What `--help` shows is what the documentation tells."""

import subprocess
import sys
from pathlib import Path

import pytest

from seawall.app.cli.main import VERBS, run

ROOT = Path(__file__).parents[2]


def test_help_starts_without_anything_heavy() -> None:
    script = (
        "import sys\n"
        "from seawall.app.cli.main import run\n"
        "assert run(['--help']) == 0\n"
        "heavy = {'yaml', 'rich', 'asyncio', 'seawall.ingest'}\n"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)\n"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([verb, "--help"]) == 0
    assert "Usage: seawall" in capsys.readouterr().out


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_stands_in_the_guide(verb: str) -> None:
    guide = (ROOT / "docs" / "guide" / "command-line.md").read_text(encoding="utf-8")
    assert f"## seawall {verb}" in guide


def test_a_slip_is_offered_the_nearest_verb(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["chekc"]) == 2
    assert "did you mean `check`?" in capsys.readouterr().err
