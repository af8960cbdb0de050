"""Whatever can be chosen and planned is proved by its own files.

`SEAWALL_DESIGNS=500 pytest -k drawn_designs` draws more.
"""

import os
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from seawall.design.choose import choose
from seawall.design.choose.answer import Decided
from seawall.design.handover import HandedOver, Surface, make
from seawall.design.layout import lay_out
from seawall.design.requirements.needs import Requirements
from seawall.emit.tree import Deployment
from strategies_design import requirements

DAY = date(2026, 11, 29)
COUNT = int(os.environ.get("SEAWALL_DESIGNS", "20"))


@settings(
    max_examples=COUNT,
    deadline=None,
    derandomize="SEAWALL_DESIGNS" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(requirements())
def test_what_can_be_chosen_and_planned_is_proved(needs: Requirements) -> None:
    decided = choose(needs, DAY)
    if not isinstance(decided, Decided):
        return
    if not isinstance(lay_out(needs, decided.choices), Deployment):
        return
    with tempfile.TemporaryDirectory() as folder:
        made = make(needs, decided, (Surface.ARM,), Path(folder) / "it", as_of=DAY)
    assert isinstance(made, HandedOver), made
