"""What the guide and the examples show is what the commands print today.

A block `console` starts with `$ seawall …`; a line `…` stands for what is left out.
`make golden` rewrites the blocks that leave nothing out.
"""

import os
import re
from pathlib import Path

import pytest

from seawall.app.cli.main import run

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for folder in ("docs/guide", "examples")
    for path in (ROOT / folder).rglob("*.md")
)
BLOCK = re.compile(r"```console\n\$ seawall ([^\n]+)\n(.*?)```", re.DOTALL)
LEFT_OUT = "…"
WIDTH = "100"
CASES = [
    (path, arguments)
    for path in PAGES
    for arguments, _ in BLOCK.findall(path.read_text(encoding="utf-8"))
]


def shown(path: Path, arguments: str) -> str:
    found = BLOCK.findall(path.read_text(encoding="utf-8"))
    return str(next(text for asked, text in found if asked == arguments))


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


@pytest.mark.parametrize(
    ("path", "arguments"), CASES, ids=[f"{p.parent.name}-{a}" for p, a in CASES]
)
def test_a_page_shows_what_is_printed(
    path: Path,
    arguments: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", WIDTH)
    run(arguments.split())
    printed = tidy(capsys.readouterr().out)
    expected = shown(path, arguments)
    leaves_out = f"{LEFT_OUT}\n" in expected
    if os.environ.get("SEAWALL_REWRITE_GOLDEN") and not leaves_out:
        rewrite(path, arguments, printed)
        return
    if not leaves_out:
        assert printed == tidy(expected)
        return
    at = 0
    for part in expected.split(f"{LEFT_OUT}\n"):
        wanted = tidy(part)
        found = printed.find(wanted, at)
        assert found >= 0, wanted
        at = found + len(wanted)


def rewrite(path: Path, arguments: str, printed: str) -> None:
    text = path.read_text(encoding="utf-8")
    old = shown(path, arguments)
    start = f"```console\n$ seawall {arguments}\n"
    path.write_text(text.replace(start + old, f"{start}{printed}\n"), encoding="utf-8")


def test_no_question_stands_twice_on_a_page() -> None:
    for path in PAGES:
        asked = [one for page, one in CASES if page == path]
        assert len(asked) == len(set(asked)), path
