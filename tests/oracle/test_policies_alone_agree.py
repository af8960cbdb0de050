"""Pods without a cluster around them: the engine beside the definition, and `reach`.

Source: docs/semantics/path.md, V7.
"""

from hypothesis import given
from hypothesis import strategies as st

import strategies
import strategies_fabric as fabric_strategies
from fabrics import cidr
from seawall.engine.path.ground.branch import StartKind
from seawall.flowspace import Header
from seawall.model.end import AddressEnd, End, InternetEnd, PodEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.reach.policy import Narrowing, reach_policy
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.walk import follow

OUTSIDE = ("169.254.169.254", "10.9.9.9", "198.51.100.10", "8.8.8.8", "10.244.0.7")
PORTS = (80, 443, 8080)


def verdict_of(case: Case, source: End, target: End, header: Header) -> Verdict | None:
    answer = case.paths.partition(source, target, policy=case.policies)
    for verdict, part in (
        (Verdict.ALLOWED, answer.allowed),
        (Verdict.DENIED, answer.denied),
        (Verdict.UNKNOWN, answer.unknown),
    ):
        if header in part:
            return verdict
    return None


@given(strategies.clusters(), st.data())
def test_one_packet_fares_alike(
    objects: KubernetesObjects, data: st.DataObject
) -> None:
    snapshot = Snapshot(objects=objects)
    case = Case(snapshot)
    pods: list[End] = [PodEnd(each) for each in case.workloads]
    ends = [*pods, InternetEnd(), *(AddressEnd((cidr(each),)) for each in OUTSIDE)]
    source, target = data.draw(st.sampled_from(ends)), data.draw(st.sampled_from(ends))
    if source == target or not {source, target} & set(pods):
        return
    starts = case.paths.starts(source)
    sent_from = data.draw(st.sampled_from(starts[0].sources.ranges)).lowest
    to = case.paths.asking.addresses(target)
    sent_to = data.draw(st.sampled_from(to.ranges)).lowest
    if sent_from.version != sent_to.version:
        return
    packet = Packet(
        sent_from, sent_to, Protocol.TCP, 40000, data.draw(st.sampled_from(PORTS))
    )
    header = Header(
        sent_from.version,
        6,
        int(sent_from),
        int(sent_to),
        40000,
        packet.destination_port,
    )
    outside = starts[0].kind is StartKind.INTERNET
    end = InternetEnd() if outside else source
    found = agreed(
        follow(
            snapshot,
            Start(end),  # type: ignore[arg-type]
            packet,
            target=target,
            choice=fabric_strategies.Drawn(number),
        ).verdict
        for number in range(6)
    )
    ours = verdict_of(case, source, target, header)
    assert ours is found, (str(source), str(target), str(packet), ours, found)


@given(strategies.clusters())
def test_reach_and_trace_agree_between_pods(objects: KubernetesObjects) -> None:
    case = Case(Snapshot(objects=objects))
    rows = {
        (row.source, row.destination): row
        for row in reach_policy(
            case.snapshot, case.dataplane, Narrowing()
        ).connections()
    }
    for source in case.workloads:
        for target in case.workloads:
            ends = (source, target)
            if source is target or not all(_is_asked(end) for end in ends):
                continue
            part = case.paths.partition(
                PodEnd(source), PodEnd(target), policy=case.policies
            ).partition
            row = rows.get((source, target))
            label = (source.label, target.label)
            assert bool(part.allowed) == bool(row and row.allowed), label
            assert bool(part.unknown) == bool(row and row.unknown), label


def _is_asked(workload: Workload) -> bool:
    """Leave out pods on the host network, and those of which some have addresses.

    `reach` asks about pods that wait for an address apart; `trace` does not (A3).
    """
    known = [bool(pod.addresses) for pod in workload.pods]
    return not workload.host_network and (all(known) or not any(known))
