"""To whom anything passes at all is what the answers of pairs say."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engine.policy import PolicyTable
from seawall.engine.policy.answers import half, openings, taking
from seawall.engine.policy.rows import row
from seawall.engine.policy.rows.bits import indices, set_of
from seawall.model.dataplane import DATAPLANES, SPEC, Dataplane, Tri
from seawall.model.snapshot import KubernetesObjects
from strategies import clusters
from strategies_dense import dense_clusters
from strategies_ranked import ranked_clusters

PLANES = (*DATAPLANES.values(), replace(SPEC, enforces=Tri.UNDEFINED))


@pytest.fixture(autouse=True, scope="module")
def narrow_strips() -> Iterator[None]:
    """Small clusters fill several strips when these are small as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(half, "STRIP", 1)
        patch.setattr(openings, "BLOCK", 16)
        patch.setattr(taking, "STRIP", 3)
        yield


def check(objects: KubernetesObjects, plane: Dataplane, chosen: int) -> None:
    made = PolicyTable.build(objects, plane)
    services = made.services
    asked = chosen & services.everything or services.everything
    free = services.sure(made.compiler.open_row.cells[0][0]) & asked
    count = made.index.columns.units
    sending = made.sending(asked)
    found = dict(sending.each((1 << count) - 1))
    assert list(found) == list(range(count))
    odd = set_of(range(1, count, 2))
    assert dict(sending.each(odd)) == {unit: found[unit] for unit in indices(odd)}
    taken = [sending.to(unit) for unit in range(count)]
    for source in indices(sending.unheld):
        told = sending.from_unheld(source, (1 << count) - 1)
        seen = found[source]
        assert (told.sure, told.possible) == (seen.sure, seen.possible)
        for part, units in enumerate((seen.sure, seen.possible)):
            takers = (at for at, it in enumerate(taken) if it[part] >> source & 1)
            assert set_of(takers) == units
    for source in range(count):
        flows = made.flows_from((source,))
        for target in range(count):
            mask = made.between_units((source,), (target,))
            seen = found[source]
            got = (seen.sure >> target & 1, seen.possible >> target & 1)
            wanted = (bool(mask.allowed & asked), bool(mask.possible & asked))
            assert got == wanted, (source, target)
            flowing = [answer for answer, units in flows if units >> target & 1]
            assert len(flowing) <= 1
            assert made.mask(sum(flowing)) == mask
            if seen.whole >> target & 1:
                assert free
                assert mask.allowed & free == free


every_mask = st.integers(0, (1 << 64) - 1)


@given(objects=dense_clusters(), plane=st.sampled_from(PLANES), chosen=every_mask)
def test_a_unit_sends_to_whom_pairs_say_where_policies_meet(
    objects: KubernetesObjects, plane: Dataplane, chosen: int
) -> None:
    check(objects, plane, chosen)
    check(objects, plane, -1)


@given(
    objects=st.one_of(clusters(), ranked_clusters(exact=False)),
    plane=st.sampled_from(PLANES),
    chosen=every_mask,
)
def test_a_unit_sends_to_whom_pairs_say_under_every_language(
    objects: KubernetesObjects, plane: Dataplane, chosen: int
) -> None:
    check(objects, plane, chosen)


@given(objects=dense_clusters(), chosen=every_mask)
def test_rows_with_too_many_cells_say_the_same_by_service(
    objects: KubernetesObjects, chosen: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row, "CELL_LIMIT", 1)
        check(objects, SPEC, chosen)
