"""Verdicts of many pairs are those of one pair after another."""

from dataclasses import replace
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engine.policy import PolicyTable
from seawall.engine.policy.answers import many as many_module
from seawall.engine.policy.answers.many import Verdict
from seawall.engine.policy.rows.array_grid import ArrayGrid
from seawall.engine.policy.rows.plain_grid import PlainGrid
from seawall.model.dataplane import DATAPLANES, SPEC, Dataplane, Tri
from seawall.model.snapshot import KubernetesObjects
from strategies import clusters
from strategies_dense import dense_clusters
from strategies_ranked import ranked_clusters

PLANES = (*DATAPLANES.values(), replace(SPEC, enforces=Tri.UNDEFINED))


@given(
    st.one_of(clusters(), dense_clusters(), ranked_clusters(exact=False)),
    st.sampled_from(PLANES),
    st.integers(0),
    st.sampled_from((PlainGrid, ArrayGrid)),
)
def test_many_pairs_are_answered_as_each_by_itself(
    objects: KubernetesObjects,
    plane: Dataplane,
    chosen: int,
    kind: type[PlainGrid | ArrayGrid],
) -> None:
    table = PolicyTable.build(objects, plane)
    services = table.services
    asked = chosen & services.everything or services.everything
    with patch.object(many_module, "grid", kind):
        many = table.many(asked)
    count = len(objects.workloads)
    pairs = [(a, b) for a in range(count) for b in range(count)]
    expected = []
    for a, b in pairs:
        found = table.mask(table.answer(a, b))
        if found.allowed & asked:
            expected.append(Verdict.OPEN)
        else:
            maybe = found.possible & asked
            expected.append(Verdict.UNKNOWN if maybe else Verdict.CLOSED)
    half = len(pairs) // 2
    for some in (slice(0, half), slice(0, None)):
        sources = [a for a, _ in pairs[some]]
        assert (
            list(many.verdicts(sources, [b for _, b in pairs[some]]))
            == (expected[some])
        )


def test_as_many_receivers_as_senders_are_asked_about() -> None:
    many = PolicyTable.build(KubernetesObjects(), SPEC).many()
    assert many.verdicts([], []) == b""
    with pytest.raises(ValueError, match="1 sources, 0 receivers"):
        many.verdicts([0], [])
