"""The pages of traps and ways: what they name exists, once, and nothing is left out."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "semantics" / "traps.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([A-Z]+-?V?\d+) \|.*\| ([^|]*) \|$", PAGE, re.MULTILINE)
SERIES = {"NET-{:02}": 30, "NET-V{}": 5, "T{}": 4} | {
    series + "-{:02}": last
    for series, last in (("D", 10), ("I", 11), ("G", 11), ("L", 10))
}
UNTESTED = {"D-08"}


def test_every_test_that_the_page_names_stands_in_its_file() -> None:
    files = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)
    gone = [
        f"{file}::{test}"
        for file, test in named
        if file not in files or f"\ndef {test}(" not in files[file].read_text("utf-8")
    ]
    assert len(named) > 100  # the page is read at all
    assert gone == []


def test_no_rule_about_ways_has_the_number_of_another() -> None:
    told = (ROOT / "docs" / "semantics" / "path.md").read_text("utf-8")
    numbers = re.findall(r"^- \*\*([A-Z]+\d+[a-z]?)\.\*\*", told, re.MULTILINE)
    assert len(numbers) > 100
    assert [it for it in numbers if numbers.count(it) > 1] == []


def test_every_rule_of_the_audit_that_the_page_names_exists() -> None:
    rules = ROOT / "docs" / "rules"
    told = (rules / "README.md").read_text("utf-8")
    told += (rules / "validity.md").read_text("utf-8")
    named = set(re.findall(r"\bAKSV?\d{3}\b", PAGE))
    assert {code for code in named if code not in told} == set()


def test_every_trap_stands_there_once_with_what_would_fail() -> None:
    names = [row for row, _ in ROWS]
    assert len(names) == len(set(names))
    wanted = {
        series.format(number)
        for series, last in SERIES.items()
        for number in range(1, last + 1)
    }
    assert wanted - set(names) == set()
    bare = {row for row, cell in ROWS if not re.search(r"::test_|AKSV?\d{3}", cell)}
    assert bare == UNTESTED
