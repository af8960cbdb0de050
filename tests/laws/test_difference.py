"""A difference says of every service between every pair what two answers say."""

from collections.abc import Iterator
from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from seawall.flowspace import FlowSet
from seawall.model.address import Address
from seawall.model.dataplane import DATAPLANES, Dataplane
from seawall.model.packet import Protocol
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.difference.answer import Difference
from seawall.query.difference.change import Change
from seawall.query.difference.side import Side
from seawall.query.reach.policy import ReachResult, reach_policy
from strategies import clusters

PORTS = (0, 79, 80, 81, 82, 443, 8080, 65535)
Fate = tuple[Verdict, Verdict]


def verdict(result: ReachResult, answer: int, protocol: Protocol, port: int) -> Verdict:
    services = result.table.services
    bit = services.mask_of(protocol, port)
    if services.sure(answer) & bit:
        return Verdict.ALLOWED
    return Verdict.UNKNOWN if services.possible(answer) & bit else Verdict.DENIED


def expected(
    left: ReachResult, right: ReachResult, protocol: Protocol, port: int
) -> Iterator[tuple[str, str, Fate]]:
    for at, source in enumerate(left.workloads):
        before, after = left.answers_from(at), right.answers_from(at)
        for to, target in enumerate(left.workloads):
            fate = (
                verdict(left, before.get(to, 0), protocol, port),
                verdict(right, after.get(to, 0), protocol, port),
            )
            if to != at and fate[0] is not fate[1]:
                yield source.label, target.label, fate


def found(
    difference: Difference, protocol: Protocol, port: int
) -> Iterator[tuple[str, str, Fate]]:
    for change in difference.changes:
        names = {
            name: ports
            for name, ports in change.turn.services
            if name in (protocol.name, "any")
        }
        before, after = change.turn.before, change.turn.after
        held = any(_holds(text, port) for text in names.values())
        if not held or before is None or after is None:
            continue
        for source in change.sources:
            for target in change.destinations:
                if not isinstance(source, Workload) or source == target:
                    continue
                if isinstance(target, Workload):
                    yield source.label, target.label, (before, after)


def _holds(text: str, port: int) -> bool:
    for part in text.split(","):
        first, _, last = part.partition("-")
        if int(first) <= port <= int(last or first):
            return True
    return False


@given(
    clusters(),
    st.sampled_from(list(DATAPLANES.values())),
    st.sampled_from(list(DATAPLANES.values())),
    st.sampled_from(list(PORTS)),
)
def test_two_engines_differ_where_their_answers_do(
    objects: KubernetesObjects,
    one: Dataplane,
    two: Dataplane,
    port: int,
) -> None:
    left = reach_policy(Snapshot(objects=objects), one)
    right = reach_policy(Snapshot(objects=objects), two)
    difference = Difference(Side("left", left), Side("right", right))
    for protocol in (Protocol.TCP, Protocol.UDP, Protocol.SCTP):
        listed = list(found(difference, protocol, port))
        assert len(listed) == len(set(listed))
        assert set(listed) == set(expected(left, right, protocol, port))


@given(clusters(), st.sampled_from(list(DATAPLANES.values())))
def test_nothing_differs_from_itself(
    objects: KubernetesObjects, dataplane: Dataplane
) -> None:
    left, right = (
        Side(name, reach_policy(Snapshot(objects=objects), dataplane))
        for name in ("left", "right")
    )
    assert Difference(left, right).changes == ()


@given(
    clusters(),
    st.sampled_from(list(DATAPLANES.values())),
    st.sampled_from(list(DATAPLANES.values())),
)
def test_addresses_differ_where_their_answers_do(
    objects: KubernetesObjects, one: Dataplane, two: Dataplane
) -> None:
    left = reach_policy(Snapshot(objects=objects), one)
    right = reach_policy(Snapshot(objects=objects), two)
    difference = Difference(Side("left", left), Side("right", right))
    for at, workload in enumerate(left.workloads):
        for way in Direction:
            for text in ("10.0.0.5", "10.0.1.7", "192.0.2.9", "203.0.113.77"):
                address = ip_address(text)
                flows = [_at(result, at, way, address) for result in (left, right)]
                changed = any(
                    change_touches(change, workload, way, address)
                    for change in difference.changes
                )
                assert changed == (flows[0] != flows[1])


def _at(result: ReachResult, at: int, way: Direction, address: Address) -> object:
    for ranges, answer in result.address_parts(result.outside_from(at, way), way):
        if any(address in item for item in ranges):
            side = Side("", result)
            return tuple(side.verdicts(answer).items())
    return tuple(Side("", result).verdicts(0).items())


def change_touches(
    change: Change, workload: Workload, way: Direction, address: Address
) -> bool:
    near, far = change.sources, change.destinations
    if way is Direction.INGRESS:
        near, far = far, near
    return workload in near and any(
        isinstance(end, tuple) and any(address in item for item in end) for end in far
    )


def test_the_sets_of_verdicts_cover_everything() -> None:
    result = reach_policy(Snapshot(), DATAPLANES[next(iter(DATAPLANES))])
    parts = Side("", result).verdicts(0).values()
    assert FlowSet.union_of(parts) == FlowSet.everything()
