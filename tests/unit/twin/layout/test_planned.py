"""A whole plan, as data: whoever builds it finds every name that it mentions."""

from collections import Counter
from pathlib import Path

import pytest

from seawall.ingest import load
from seawall.model.dataplane import CILIUM
from seawall.twin.classes.cast import Cast, cast_of, enacted
from seawall.twin.layout.draft import Draft
from seawall.twin.layout.planned import planned
from seawall.twin.layout.policy_layer import policy_layer
from seawall.twin.layout.whole import whole_network
from seawall.twin.plan import Plan
from seawall.twin.policies.ground import Ground
from seawall.twin.sampling.questions import (
    Question,
    policy_questions,
    whole_questions,
)

CONTOSO = Path(__file__).parents[4] / "examples" / "contoso"


def drawn(*, whole: bool) -> tuple[Draft, Ground, Cast, tuple[Question, ...]]:
    read = load([str(CONTOSO)])
    cast = cast_of(read, whole=whole)
    played = enacted(read, cast)
    ground = Ground(played.objects, CILIUM, cast)
    if whole:
        draft = whole_network(ground, played)
        return draft, ground, cast, whole_questions(ground, 500)
    return policy_layer(ground), ground, cast, policy_questions(ground, 500)


def plan_of(*, whole: bool) -> Plan:
    draft, _, _, questions = drawn(whole=whole)
    return planned(draft, questions)


@pytest.fixture(scope="module", params=[False, True], ids=["policies", "whole"])
def plan(request: pytest.FixtureRequest) -> Plan:
    return plan_of(whole=request.param)


def test_all_that_is_mentioned_is_there(plan: Plan) -> None:
    spaces = {space.name for space in plan.spaces}
    assert len(spaces) == len(plan.spaces)
    ends = [end for link in plan.links for end in (link.left, link.right)]
    placed = (*ends, *plan.routes, *plan.rules, *plan.stands, *plan.probes)
    assert {item.space for item in placed} <= spaces
    devices = {(end.space, end.device) for end in ends}
    assert len(devices) == len(ends)
    for route in plan.routes:
        assert not route.device or (route.space, route.device) in devices


def test_no_table_has_two_routes_to_one_prefix(plan: Plan) -> None:
    count = Counter((it.space, it.table, it.prefix) for it in plan.routes)
    assert [key for key, times in count.items() if times > 1] == []


def test_probes_are_sent_from_the_address_of_their_sender(plan: Plan) -> None:
    held = {space.name: space.addresses for space in plan.spaces}
    for probe in plan.probes:
        assert f"{probe.source}/32" in held[probe.space]


def test_a_plan_is_the_same_each_time() -> None:
    assert plan_of(whole=True) == plan_of(whole=True)


def test_what_cannot_be_shown_of_contoso_is_told() -> None:
    _, ground, _, _ = drawn(whole=True)
    told = {gap.id for gap in ground.marks.gaps.values()}
    assert "rule-not-shown" in told
