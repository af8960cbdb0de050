"""Policies of the whole cluster that leave a namespace out hold none of its pods."""

import pytest

from seawall.model.ends import (
    ANYTHING,
    AllOf,
    AnyOf,
    Comparison,
    Facet,
    Labels,
    LabelTest,
    Not,
    Perhaps,
)
from seawall.query.control_plane.selecting import may_select


def named(*names: str) -> LabelTest:
    return LabelTest(Facet.NAMESPACE_NAME, "", Comparison.IN, frozenset(names))


def labelled(*names: str) -> LabelTest:
    key = "kubernetes.io/metadata.name"
    return LabelTest(Facet.NAMESPACE_LABELS, key, Comparison.IN, frozenset(names))


APP = LabelTest(Facet.LABELS, "app", Comparison.EXISTS)


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (ANYTHING, True),
        (named("kube-system"), True),
        (named("web", "pay"), False),
        (labelled("web"), False),
        (labelled("kube-system"), True),
        (APP, None),
        (AllOf((APP, named("web"))), False),
        (AllOf((APP, named("kube-system"))), None),
        (AnyOf((APP, named("web"))), None),
        (AnyOf((APP, named("kube-system"))), True),
        (AnyOf(()), False),
        (Not(named("web")), True),
        (Not(APP), None),
        (Perhaps(named("web"), "unsure"), False),
        (Perhaps(ANYTHING, "unsure"), None),
    ],
)
def test_a_namespace_settles_what_it_can(labels: Labels, found: bool | None) -> None:  # noqa: FBT001
    assert may_select(labels, "kube-system") is found
