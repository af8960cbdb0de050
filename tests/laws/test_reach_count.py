"""Counting by sets says what counting one by one does."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.engine.policy.answers import half, openings
from seawall.model.dataplane import DATAPLANES, SPEC, Dataplane, Tri
from seawall.model.packet import PortRange, Protocol
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import Workload
from seawall.query.reach.count import count_reach, pods_of
from seawall.query.reach.policy import Narrowing, ReachResult, reach_policy
from seawall.query.reach.tally import Tally
from strategies import clusters
from strategies_ranked import ranked_clusters

PLANES = (*DATAPLANES.values(), replace(SPEC, enforces=Tri.UNDEFINED))
SERVICES = (None, ((Protocol.TCP, PortRange(80, 80)),))


def found_one_by_one(result: ReachResult) -> dict[tuple[int, int], str]:
    at = {id(item): number for number, item in enumerate(result.workloads)}
    return {
        (at[id(item.source)], at[id(item.destination)]): (
            "open" if item.allowed else "unknown"
        )
        for item in result.connections()
        if isinstance(item.source, Workload) and isinstance(item.destination, Workload)
    }


def own_pods(result: ReachResult, at: int) -> str:
    workload = result.workloads[at]
    mask = result.table.between(workload, workload)
    asked = result.table.services.sure(result.mask)
    if mask.allowed & asked:
        return "open"
    return "unknown" if mask.possible & asked else "closed"


def as_tally(found: Counter[str]) -> Tally:
    return Tally(found.total(), found["open"], found["unknown"])


narrowings = st.builds(
    Narrowing,
    sources=st.sampled_from([None, lambda item: item.namespace == "x"]),
    destinations=st.sampled_from([None, lambda item: item.name != "w1"]),
    ports=st.sampled_from(SERVICES),
    include_self=st.booleans(),
)


@pytest.fixture(autouse=True, scope="module")
def narrow_strips() -> Iterator[None]:
    """Small clusters fill several strips when these are small as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(half, "STRIP", 1)
        patch.setattr(openings, "BLOCK", 16)
        yield


def check(objects: KubernetesObjects, plane: Dataplane, part: Narrowing) -> None:
    result = reach_policy(Snapshot(objects=objects), plane, part)
    counted = count_reach(result)
    one_by_one = found_one_by_one(result)
    pairs: Counter[str] = Counter()
    pods: Counter[str] = Counter()
    spaces: dict[tuple[str, str], Counter[str]] = {}
    for a in result.sources():
        for b in result.destinations():
            here, there = result.workloads[a], result.workloads[b]
            known = one_by_one.get((a, b), "closed")
            size = pods_of(here) * pods_of(there)
            if a == b:
                pods[own_pods(result, a)] += size - pods_of(here)
            else:
                pods[known] += size
            if a != b or part.include_self:
                pairs[known] += 1
                key = (here.namespace, there.namespace)
                spaces.setdefault(key, Counter())[known] += 1
    assert counted.workloads == as_tally(pairs)
    assert counted.pods == as_tally(pods)
    for space in counted.namespaces:
        name = space.name
        within, leaving, entering = Counter(), Counter(), Counter()
        for (here, there), found in spaces.items():
            if (here, there) == (name, name):
                within += found
            elif here == name:
                leaving += found
            elif there == name:
                entering += found
        assert space.within == as_tally(within)
        assert space.leaving == as_tally(leaving)
        assert space.entering == as_tally(entering)


@given(objects=clusters(), plane=st.sampled_from(PLANES), part=narrowings)
def test_pairs_under_network_policies_are_counted_as_they_are_listed(
    objects: KubernetesObjects, plane: Dataplane, part: Narrowing
) -> None:
    check(objects, plane, part)


@given(
    objects=ranked_clusters(exact=False), plane=st.sampled_from(PLANES), part=narrowings
)
def test_pairs_under_ranked_policies_are_counted_as_they_are_listed(
    objects: KubernetesObjects, plane: Dataplane, part: Narrowing
) -> None:
    check(objects, plane, part)
