"""What stands is read as it was chosen, and the way to a goal keeps what holds."""

from datetime import date

from hypothesis import given

import designs_by_hand as by_hand
from running_clusters import cluster, read
from seawall.design.adopt.changes import change_of
from seawall.design.adopt.order import steps
from seawall.design.adopt.standing import known, standing
from seawall.design.choose.answer import Change
from seawall.design.choose.asked import Asked
from seawall.design.choose.clause import decisions
from seawall.design.options import Choices, Firewall, Network, Option
from seawall.design.requirements.needs import Requirements
from strategies_design import requirements

DAY = date(2026, 11, 29)
ELSEWHERE = {"ingress", "paas", "default_deny"}


def chosen(needs: Requirements) -> Choices:
    """Return what is chosen, or what is nearest where needs cannot hold together."""
    asked = Asked(needs, DAY)
    return asked.best() or asked.nearest([1] * len(asked.demands)).choices


@given(requirements())
def test_what_was_chosen_is_read_from_what_runs(needs: Requirements) -> None:
    choices = chosen(needs)
    picked = by_hand.words(choices)
    snapshot = read(cluster(picked))
    assert snapshot.cluster is not None
    found = known(standing(snapshot, snapshot.cluster, needs))
    wanted = options(choices)
    for name in decisions():
        if name in {"network", "firewall"}:
            continue
        if name in ELSEWHERE:
            assert name not in found
        elif name == "level" and picked["encryption"] != "none":
            assert found.get(name, wanted[name]) is wanted[name]
        else:
            assert found[name] is wanted[name], name
    managed = choices.network is Network.MANAGED
    assert (found["network"] is Network.MANAGED) == managed
    assert (found["firewall"] is Firewall.NONE) == (choices.firewall is Firewall.NONE)


@given(requirements(), requirements())
def test_there_is_a_way_in_place_unless_something_cannot_be_changed(
    old: Requirements, new: Requirements
) -> None:
    start, goal = options(chosen(old)), options(chosen(new))
    start |= {name: goal[name] for name in ELSEWHERE}
    asked = Asked(new, DAY)
    changes = {
        change_of(here, goal[name], start["network"])
        for name, here in start.items()
        if here is not goal[name]
    }
    found = steps(asked, start, goal)
    assert (found is None) == (Change.RECREATES in changes)
    state = dict(start)
    for step in found or ():
        before = unmet(asked, state)
        state |= step.sets
        assert unmet(asked, state) - before == set(step.broken)
    assert found is None or state == goal


def unmet(asked: Asked, state: dict[str, Option]) -> set[str]:
    picked = {name: option.value for name, option in state.items()}
    return by_hand.unmet(asked.needs, picked)


def options(choices: Choices) -> dict[str, Option]:
    return {name: getattr(choices, name) for name in decisions()}
