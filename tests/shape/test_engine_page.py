"""The page about the engines names tests that exist, and leaves no row out."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "semantics" / "engines.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([A-Z]+\d+) \|.*\| ([^|]*) \|$", PAGE, re.MULTILINE)


def test_every_test_that_the_page_names_exists() -> None:
    text = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    written = set(re.findall(r"^def (test_\w+)\(", text, re.MULTILINE))
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert named <= written, sorted(named - written)


def test_every_row_names_a_test_or_says_why_there_is_none() -> None:
    assert len(ROWS) > 50
    bare = [row for row, cell in ROWS if "`test_" not in cell and ":" not in cell]
    assert not bare


def test_no_row_is_told_twice() -> None:
    names = [row for row, _ in ROWS]
    assert len(names) == len(set(names))
