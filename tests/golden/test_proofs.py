"""Every scenario is designed, written on every surface, read back and proved.

What is chosen and what holds stands beside this file, a page a scenario; `make golden`
rewrites the pages and shows the difference.
"""

import os
from datetime import date
from pathlib import Path

import pytest

from seawall.design.choose import choose
from seawall.design.choose.answer import Decided
from seawall.design.handover import HandedOver, Surface, make
from seawall.design.requirements.read import read_requirements

DAY = date(2026, 11, 29)
HERE = Path(__file__).parent
SCENARIOS = sorted((HERE.parents[1] / "examples" / "scenarios").glob("*.yaml"))
SURFACES = tuple(Surface)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_is_proved_on_every_surface(scenario: Path, tmp_path: Path) -> None:
    needs, _ = read_requirements(scenario, DAY)
    assert needs is not None
    decided = choose(needs, DAY)
    assert isinstance(decided, Decided)
    made = make(needs, decided, SURFACES, tmp_path / "design", as_of=DAY)
    assert isinstance(made, HandedOver), made
    page = _page(decided, made)
    golden = HERE / "proofs" / f"{scenario.stem}.txt"
    if os.environ.get("SEAWALL_REWRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(page, encoding="utf-8")
    assert page == golden.read_text(encoding="utf-8")


def test_no_page_is_of_a_scenario_that_went() -> None:
    pages = {path.stem for path in (HERE / "proofs").glob("*.txt")}
    assert pages == {path.stem for path in SCENARIOS}


def _page(decided: Decided, made: HandedOver) -> str:
    lines = ["chosen"]
    lines += [
        f"  {reason.decision.replace('_', ' ')}: {reason.option.value}"
        for reason in decided.reasons
    ]
    lines.append("proved")
    lines += [
        f"  {each.standing.value}: {each.intent.name}" for each in made.proof.judged
    ]
    lines.append("read back")
    lines += [f"  {', '.join(item.needs)}: {item.says}" for item in made.proof.settings]
    return "\n".join(lines) + "\n"
