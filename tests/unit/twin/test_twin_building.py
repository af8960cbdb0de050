"""A plan that no kernel could build is refused before anything is built."""

from dataclasses import replace

import pytest

from seawall.twin.building import check
from seawall.twin.kernel.trouble import TwinError
from seawall.twin.plan import (
    End,
    Link,
    Plan,
    Probe,
    ProbeKind,
    RouteLine,
    RuleText,
    Space,
    Stand,
)

A, B = Space("a"), Space("b")
GOOD = Plan(spaces=(A, B), links=(Link(End("a", "eth0"), End("b", "eth0")),))


def test_a_sound_plan_passes() -> None:
    check(GOOD)


@pytest.mark.parametrize(
    ("plan", "word"),
    [
        (replace(GOOD, spaces=(A, B, A)), "stands 2 times"),
        (replace(GOOD, links=GOOD.links * 2), "stands 2 times"),
        (replace(GOOD, links=(Link(End("a", "x" * 16), End("b", "y")),)), "no name"),
        (replace(GOOD, links=(Link(End("a", "x"), End("c", "y")),)), "`c` is no space"),
        (replace(GOOD, routes=(RouteLine("c", "::/0"),)), "`c` is no space"),
        (replace(GOOD, rules=(RuleText("c", ""),)), "`c` is no space"),
        (replace(GOOD, stands=(Stand("c", "::", 1),)), "`c` is no space"),
        (
            replace(GOOD, probes=(Probe(1, "a", ProbeKind.TCP, "::1", 1),) * 2),
            "the number 1 is that of 2",
        ),
    ],
)
def test_a_plan_at_odds_with_itself_is_refused(plan: Plan, word: str) -> None:
    with pytest.raises(TwinError, match=word):
        check(plan)
