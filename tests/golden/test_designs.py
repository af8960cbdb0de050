"""What is recommended for each scenario, and why: a text a scenario, read as prose.

`make golden` rewrites what is expected and shows the difference.
"""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import fill

import pytest

from seawall.design.choose import choose
from seawall.design.choose.answer import Conflict, Decided, Reason
from seawall.design.choose.clause import decisions
from seawall.design.requirements.read import read_requirements
from seawall.design.told import TITLES

HERE = Path(__file__).parent
SCENARIOS = sorted((HERE.parents[1] / "examples" / "scenarios").glob("*.yaml"))
BAD = sorted((HERE / "designs").glob("*.yaml"))
DAY = date(2026, 11, 29)


@pytest.mark.parametrize("path", [*SCENARIOS, *BAD], ids=lambda path: path.stem)
def test_the_recommendation_is_the_one_that_was_reviewed(path: Path) -> None:
    needs, told = read_requirements(path, DAY)
    assert needs is not None, [str(each) for each in told]
    found = choose(needs, DAY)
    lines = decided(found) if isinstance(found, Decided) else conflict(found)
    shown = "\n".join(lines) + "\n"
    expected = HERE / "designs" / f"{path.stem}.txt"
    if os.environ.get("SEAWALL_REWRITE_GOLDEN"):
        expected.write_text(shown, encoding="utf-8")
    assert shown == expected.read_text(encoding="utf-8")


def test_each_scenario_has_an_answer_and_each_conflict_its_reason() -> None:
    assert len(SCENARIOS) >= 20
    names = {path.stem for path in (*SCENARIOS, *BAD)}
    assert {path.stem for path in (HERE / "designs").glob("*.txt")} == names


def decided(found: Decided) -> Iterator[str]:
    """Yield the decisions, and of what was rejected what needs or weights decided."""
    for reason in found.reasons:
        yield f"{TITLES[reason.decision]}: {reason.option.value}"
        if reason.because or any(each.is_possible for each in reason.rejected):
            paths = f" [{', '.join(reason.because)}]" if reason.because else ""
            yield said("because", f"{reason.why}{paths}")
        yield from rejected(reason)


def rejected(reason: Reason) -> Iterator[str]:
    """Yield why not the others, those of one reason together."""
    grouped: dict[str, list[str]] = {}
    for each in reason.rejected:
        if each.because or each.is_possible:
            rules = f" ({', '.join(each.rules)})" if each.rules else ""
            grouped.setdefault(f"{each.why}{rules}", []).append(each.option.value)
    for why, options in grouped.items():
        yield said(f"not {', '.join(options)}", why)


def conflict(found: Conflict) -> Iterator[str]:
    yield "These cannot hold together:"
    for each in found.needs:
        yield said(each.path, f"{each.says}: {'; '.join(each.asks)}")
    for rule in found.rules:
        yield said(rule.code, f"{rule.says} ({rule.source})")
    yield "Nearest: without"
    for need in found.nearest.give_up:
        yield said(need.path, need.says)
    yield "then"
    for name in decisions():
        yield f"  {TITLES[name]}: {getattr(found.nearest.choices, name).value}"


def said(label: str, text: str) -> str:
    head, rest = f"  {label}: ", "    "
    return fill(
        text, 100, initial_indent=head, subsequent_indent=rest, break_on_hyphens=False
    )
