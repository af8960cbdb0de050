"""The page about choices says what decides, and all of it."""

import re
from pathlib import Path

from hypothesis import given

from seawall.design.choose.clause import Demand
from seawall.design.choose.demands.every import every_demand
from seawall.design.choose.examples import EVERY_NEED
from seawall.design.choose.page import PAGE, page
from seawall.design.requirements.needs import Requirements
from strategies_design import requirements

ROOT = Path(__file__).parents[4]


def test_the_page_is_as_it_would_be_written_today() -> None:
    written = (ROOT / PAGE).read_text(encoding="utf-8")
    assert written == page(), "run: python -m seawall.design.choose.page"


def shape(each: Demand) -> tuple[str, str]:
    return re.sub(r"\[\d+\]", "[]", each.path), re.sub(r"\d[\d,]*", "0", each.asks)


KNOWN = {shape(each) for needs in EVERY_NEED for each in every_demand(needs)}


@given(requirements())
def test_nothing_is_asked_for_that_the_page_does_not_tell(needs: Requirements) -> None:
    assert {shape(each) for each in every_demand(needs)} <= KNOWN
