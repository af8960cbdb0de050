"""Every audit rule, on its own examples and on those of the others."""

import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from seawall.audit.discover import all_rules
from seawall.audit.rule import Rule
from seawall.ingest import load
from seawall.query.case import Case

MARK = "# finding"


def written(files: Mapping[str, str], folder: Path) -> Case:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return Case(load([folder]))


def marked(folder: Path) -> set[tuple[str, int]]:
    return {
        (path.name, number)
        for path in folder.iterdir()
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if MARK in line
    }


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_fires_on_the_marked_lines_of_its_bad_example_only(
    rule: Rule, tmp_path: Path
) -> None:
    found = list(rule.check(written(rule.bad, tmp_path / "bad")))
    places = {
        (Path(item.origin.path).name, item.origin.line)
        for item in found
        if item.origin is not None
    }
    assert places == marked(tmp_path / "bad")


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_is_silent_on_its_good_example(rule: Rule, tmp_path: Path) -> None:
    assert not list(rule.check(written(rule.good, tmp_path / "good")))


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_explains_itself_under_fixed_headings(rule: Rule) -> None:
    text = inspect.getdoc(rule) or ""
    places = [
        text.find(heading)
        for heading in ("Why it matters:", "When it is fine:", "Source:")
    ]
    assert -1 not in places
    assert places == sorted(places)
    assert "read 2026" in " ".join(text.split())


def test_codes_and_names_are_used_once() -> None:
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len(rules)
    assert len({rule.name for rule in rules}) == len(rules)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_rule_lives_in_a_file_of_its_name(rule: Rule) -> None:
    module = type(rule).__module__.rsplit(".", 1)[-1]
    assert module.startswith(rule.code.lower() + "_")
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
