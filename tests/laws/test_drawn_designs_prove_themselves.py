"""Whatever can be chosen and planned is proved by its own files; most of it can.

`SEAWALL_DESIGNS=500 pytest -k drawn_designs` draws more.
"""

import os
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings

from seawall.design.choose import choose
from seawall.design.choose.answer import Decided
from seawall.design.handover import HandedOver, Surface, make
from seawall.design.layout import lay_out
from seawall.design.requirements.needs import Requirements
from seawall.emit.tree import Deployment
from strategies_design import agreeing, requirements, without

DAY = date(2026, 11, 29)
COUNT = int(os.environ.get("SEAWALL_DESIGNS", "10"))


@settings(
    max_examples=COUNT,
    deadline=None,
    derandomize="SEAWALL_DESIGNS" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(agreeing(DAY))
def test_what_can_be_chosen_and_planned_is_proved(needs: Requirements) -> None:
    decided = choose(needs, DAY)
    if not isinstance(decided, Decided):
        event("cannot hold together")
        return
    if not isinstance(lay_out(needs, decided.choices), Deployment):
        event("addresses cannot be planned")
        return
    event("designed")
    with tempfile.TemporaryDirectory() as folder:
        made = make(needs, decided, (Surface.ARM,), Path(folder) / "it", as_of=DAY)
    assert isinstance(made, HandedOver), made


@settings(
    max_examples=COUNT,
    deadline=None,
    derandomize="SEAWALL_DESIGNS" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(requirements())
def test_what_is_told_to_give_up_is_what_stands_in_the_way(needs: Requirements) -> None:
    found = choose(needs, DAY)
    if isinstance(found, Decided):
        return
    given_up = [each.path for each in found.nearest.give_up]
    kept = choose(without(needs, given_up), DAY)
    assert isinstance(kept, Decided), (given_up, kept.sentence)
