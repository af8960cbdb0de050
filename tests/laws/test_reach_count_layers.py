"""Counting through all layers by sets says what counting pair by pair does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies
import strategies_fabric
from seawall.model.dataplane import DATAPLANES, SPEC
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import Snapshot
from seawall.query.reach import count_every_layer as counting
from seawall.query.reach.every_layer import reach_all
from seawall.query.reach.policy import Narrowing

PLANES = (*DATAPLANES.values(), SPEC)
SERVICES = (None, None, ((Protocol.TCP, PortRange(80, 443)),))


@pytest.fixture(autouse=True, scope="module")
def sets_alone() -> Iterator[None]:
    """Few pairs are counted by sets too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting, "FEW", 0)
        yield


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Return networks with workloads under policies, in known places or anywhere."""
    found: Snapshot = draw(strategies_fabric.snapshots())
    objects = draw(strategies.clusters())
    assert found.cluster is not None
    pools = [pool.name for pool in found.cluster.pools]
    shown = draw(st.sampled_from((False, False, True)))
    placed = tuple(
        replace(
            item,
            node_pool=draw(st.sampled_from((None, *pools))),
            pods=item.pods if shown else (),
        )
        for item in objects.workloads
    )
    return replace(found, objects=replace(objects, workloads=placed))


narrowings = st.builds(
    Narrowing,
    destinations=st.sampled_from([None, lambda item: item.name != "w1"]),
    ports=st.sampled_from(SERVICES),
    include_self=st.booleans(),
)


@settings(
    max_examples=max(40, settings().max_examples // 4),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(snapshots(), st.sampled_from(PLANES), narrowings)
def test_pairs_through_all_layers_are_counted_as_they_are_listed(
    snapshot: Snapshot, plane: object, part: Narrowing
) -> None:
    result = reach_all(snapshot, plane, part)  # type: ignore[arg-type]
    assert counting.count_every_layer(result) == counting.count_listed(result)
