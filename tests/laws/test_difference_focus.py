"""Comparing only what can differ finds what comparing every pair does."""

from dataclasses import replace
from unittest.mock import Mock

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from seawall.model.dataplane import DATAPLANES, Dataplane
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.query.difference.answer import Difference
from seawall.query.difference.focus import Focus
from seawall.query.difference.relation import relation
from seawall.query.difference.side import Draft, Side, two_sides
from seawall.query.reach.policy import reach_policy
from strategies import clusters, labels
from strategies_ranked import ranked_clusters, ranked_policies

PLANES = st.sampled_from(list(DATAPLANES.values()))


@st.composite
def edits(draw: DrawFn) -> tuple[KubernetesObjects, KubernetesObjects]:
    """Draw a cluster and what it becomes: most of it stays."""
    objects = draw(st.one_of(clusters(), ranked_clusters(exact=False)))
    workloads = list(objects.workloads)
    policies = list(objects.policies)
    if policies and draw(st.booleans()):
        at = draw(st.integers(0, len(policies) - 1))
        other = draw(st.sampled_from(policies))
        policies[at] = replace(other, name=policies[at].name)
    if policies and draw(st.booleans()):
        del policies[draw(st.integers(0, len(policies) - 1))]
    if workloads and draw(st.booleans()):
        at = draw(st.integers(0, len(workloads) - 1))
        workloads[at] = replace(workloads[at], labels=draw(labels()))
    if workloads and draw(st.booleans()):
        del workloads[draw(st.integers(0, len(workloads) - 1))]
    if draw(st.booleans()):
        workloads.reverse()
    ranked = list(objects.ranked_policies)
    if ranked and draw(st.booleans()):
        at = draw(st.integers(0, len(ranked) - 1))
        ranked[at] = draw(ranked_policies(exact=False, version6=False))
    changed = replace(
        objects,
        workloads=tuple(workloads),
        policies=tuple(policies),
        ranked_policies=tuple(ranked),
    )
    return objects, changed


def compared(left: Side, right: Side) -> tuple[Difference, Difference]:
    """Return the difference, and the same found by comparing every pair."""
    whole = Difference(left, right)
    names = tuple({**left.positions, **right.positions})
    whole.__dict__["_focus"] = Mock(Focus, odd=names, turns=())
    whole._focus.turned_outside.return_value = None
    whole._focus.answers.return_value = ()
    return Difference(left, right), whole


@given(edits(), PLANES, PLANES, st.booleans())
def test_pairs_that_are_passed_over_do_not_differ(
    objects: tuple[KubernetesObjects, KubernetesObjects],
    one: Dataplane,
    two: Dataplane,
    same: bool,  # noqa: FBT001
) -> None:
    planes = (one, one if same else two)
    left, right = (
        Side(name, reach_policy(Snapshot(objects=side), plane))
        for name, side, plane in zip(("l", "r"), objects, planes, strict=True)
    )
    say_the_same(*compared(left, right))


@given(edits(), PLANES)
def test_so_it_is_where_both_sides_tell_the_same_apart(
    objects: tuple[KubernetesObjects, KubernetesObjects], plane: Dataplane
) -> None:
    drafts = (
        Draft(name, Snapshot(objects=side), plane)
        for name, side in zip(("l", "r"), objects, strict=True)
    )
    say_the_same(*compared(*two_sides(*drafts)))


def say_the_same(found: Difference, whole: Difference) -> None:
    assert found.changes == whole.changes
    assert found.is_certain == whole.is_certain
    assert relation(found) == relation(whole)
