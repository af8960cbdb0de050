"""What a binary file says is what the list of connections says."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from seawall.model.address import AddressRange
from seawall.model.dataplane import DATAPLANES, SPEC, Dataplane, Tri
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.query.reach.policy import ReachResult, reach_policy
from seawall.query.reach.table import reach_table
from seawall.query.reach.table_file import ReachTableFile
from strategies import clusters
from strategies_dense import dense_clusters
from strategies_ranked import ranked_clusters

PLANES = (*DATAPLANES.values(), replace(SPEC, enforces=Tri.UNDEFINED))
Texts = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]


def listed(result: ReachResult) -> tuple[dict[object, Texts], dict[object, Texts]]:
    pairs: dict[object, Texts] = {}
    outside: dict[object, Texts] = {}
    for item in result.connections():
        ends = (item.source, item.destination)
        said = (item.allowed, item.unknown)
        if any(isinstance(end, tuple) for end in ends):
            direction = Direction.EGRESS
            one, far = ends
            if isinstance(one, tuple):
                direction, one, far = Direction.INGRESS, far, one
            at = next(i for i, each in enumerate(result.workloads) if each is one)
            outside[at, direction, far] = said
        else:
            pairs[tuple(position(result, end) for end in ends)] = said
    return pairs, outside


def position(result: ReachResult, end: object) -> int:
    return next(i for i, each in enumerate(result.workloads) if each is end)


def read_back(file: ReachTableFile) -> tuple[dict[object, Texts], dict[object, Texts]]:
    text = file.services.mask_services
    pairs: dict[object, Texts] = {}
    outside: dict[object, Texts] = {}
    for source in range(len(file.workloads)):
        for target, mask in file.row(source):
            pairs[source, target] = (text(mask.allowed), text(mask.unknown))
        for direction in Direction:
            for ranges, mask in file.outside(source, direction):
                key = (source, direction, joined(ranges))
                outside[key] = (text(mask.allowed), text(mask.unknown))
    return pairs, outside


def joined(ranges: tuple[AddressRange, ...]) -> tuple[AddressRange, ...]:
    found: list[AddressRange] = []
    for item in sorted(ranges):
        last = found[-1] if found else None
        if last and last.version == item.version and last.last + 1 == item.first:
            found[-1] = AddressRange(item.version, last.first, item.last)
        else:
            found.append(item)
    return tuple(found)


@given(
    objects=st.one_of(clusters(), dense_clusters(), ranked_clusters(exact=False)),
    plane=st.sampled_from(PLANES),
)
def test_a_file_answers_as_the_list_does(
    objects: KubernetesObjects, plane: Dataplane
) -> None:
    result = reach_policy(Snapshot(objects=objects), plane)
    content = b"".join(reach_table(result))
    file = ReachTableFile(content)
    assert file.workloads == tuple(item.label for item in result.workloads)
    assert read_back(file) == listed(result)
    assert b"".join(reach_table(result)) == content
