"""Pods without a cluster around them: the engine beside the definition, and `reach`.

Source: docs/semantics/path.md, V7.
"""

from ipaddress import ip_address
from pathlib import Path
from textwrap import dedent
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import strategies
import strategies_fabric as fabric_strategies
from fabrics import cidr
from reading import read
from seawall.engine.path.ground.branch import StartKind
from seawall.engine.path.ground.space import Space
from seawall.flowspace import Header
from seawall.model.address import Address, AddressRange
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.diagnostic import Level
from seawall.model.end import AddressEnd, End, InternetEnd, PodEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import BlockPeer
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.case import Case
from seawall.query.reach.policy import Narrowing, reach_policy
from seawall.reference import policing
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
    _fares_alike(objects, data, PolicyEngine.SPEC)


@pytest.mark.parametrize(
    "engine", [PolicyEngine.NPM, PolicyEngine.CALICO, PolicyEngine.CILIUM]
)
@settings(max_examples=40)
@given(objects=strategies.clusters(), data=st.data())
def test_one_packet_fares_alike_under_an_engine_that_is_named(
    objects: KubernetesObjects, data: st.DataObject, engine: PolicyEngine
) -> None:
    with patch.object(policing, "dataplanes", lambda _: [DATAPLANES[engine]]):
        _fares_alike(objects, data, engine)


def _fares_alike(
    objects: KubernetesObjects, data: st.DataObject, engine: PolicyEngine
) -> None:
    snapshot = Snapshot(objects=objects)
    case = Case(snapshot, engine.value)
    assert case.dataplane == DATAPLANES[engine]
    pods: list[End] = [
        PodEnd(each) for each in case.workloads if not _waits_in_part(each)
    ]
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
    port = data.draw(st.sampled_from(PORTS))
    header = Header(sent_from.version, 6, int(sent_from), int(sent_to), 40000, port)
    outside = starts[0].kind is StartKind.INTERNET
    start = Start(InternetEnd() if outside else source)  # type: ignore[arg-type]
    found = agreed(
        follow(
            snapshot,
            start,
            Packet(it_from, it_to, Protocol.TCP, 40000, port),
            target=target,
            choice=fabric_strategies.Drawn(number),
        ).verdict
        for it_from in _standing_for(source, sent_from, starts[0].sources, objects)
        for it_to in _standing_for(target, sent_to, to, objects)
        for number in range(6)
    )
    ours = verdict_of(case, source, target, header)
    where = (str(source), str(target), str(sent_from), str(sent_to), port)
    assert ours is found, (*where, ours, found)


def _standing_for(
    end: End, drawn: Address, among: Space, objects: KubernetesObjects
) -> set[Address]:
    """Return the addresses that a pod may have, if it is one that waits for its own.

    Blocks of policies tell them apart, and nobody knows on which side it will be.
    """
    if not isinstance(end, PodEnd) or any(pod.addresses for pod in end.workload.pods):
        return {drawn}
    peers = [
        peer
        for policy in objects.policies
        for rule in (*policy.ingress, *policy.egress)
        for peer in rule.peers or ()
        if isinstance(peer, BlockPeer)
    ]
    edges = [
        address
        for peer in peers
        for block in (peer.block, *peer.excepts)
        for address in (block.lowest, *_after(block))
    ]
    held = [it for it in edges if it in among]
    lowest = [each.lowest for each in among.ranges]
    return {it for it in (drawn, *held, *lowest) if it.version == drawn.version}


def _after(block: AddressRange) -> list[Address]:
    last = (1 << (32 if block.version == 4 else 128)) - 1
    return [block.highest + 1] if block.last < last else []


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


def test_an_address_of_a_pod_that_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    text = """
        apiVersion: v1
        kind: Pod
        metadata: {name: a, namespace: x}
        spec: {containers: [{name: c, image: i}]}
        status: {podIP: 10.0.0.1}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: d, namespace: y}
        spec: [hostNetwork]
        status: {podIP: 10.0.0.9, hostIP: 10.0.1.2}
    """
    snapshot = read(tmp_path, text)
    case = Case(snapshot)
    pod = PodEnd(case.workloads[0])
    for there, expected in (
        ("10.0.0.8", Verdict.ALLOWED),
        ("10.0.0.9", Verdict.UNKNOWN),
        ("10.0.1.2", Verdict.UNKNOWN),
    ):
        one, other = ip_address("10.0.0.1"), ip_address(there)
        target = AddressEnd((cidr(there),))
        packet = Packet(one, other, Protocol.TCP, 40000, 80)
        choice = fabric_strategies.Drawn(0)
        slow = follow(snapshot, Start(pod), packet, target=target, choice=choice)
        header = Header(4, 6, int(one), int(other), 40000, 80)
        assert slow.verdict is expected, there
        assert verdict_of(case, pod, target, header) is expected, there


@pytest.mark.parametrize(
    "other",
    [
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: azure-ip-masq-agent-config, namespace: kube-system}
        data: {ip-masq-agent: "nonMasqueradeCIDRs: 5"}
        """,
        """
        kind: Ingress
        metadata: {name: i, namespace: x}
        """,
    ],
)
def test_an_object_that_cannot_be_read_holds_no_cluster(
    tmp_path: Path, other: str
) -> None:
    pods = "".join(
        f"""
        apiVersion: v1
        kind: Pod
        metadata: {{name: {name}, namespace: x}}
        spec: {{containers: [{{name: c, image: i}}]}}
        ---
        """
        for name in "ab"
    )
    snapshot = read(tmp_path, dedent(pods) + dedent(other))
    assert any(item.level is Level.ERROR for item in snapshot.diagnostics)
    case = Case(snapshot)
    one, other_pod = map(PodEnd, case.workloads)
    here, there = ip_address("10.0.0.1"), ip_address("10.0.0.2")
    header = Header(4, 6, int(here), int(there), 40000, 80)
    assert verdict_of(case, one, other_pod, header) is Verdict.ALLOWED
    packet = Packet(here, there, Protocol.TCP, 40000, 80)
    choice = fabric_strategies.Drawn(0)
    slow = follow(snapshot, Start(one), packet, target=other_pod, choice=choice)
    assert slow.verdict is Verdict.ALLOWED


def _is_asked(workload: Workload) -> bool:
    """Leave out pods on the host network, and those of which some have addresses."""
    return not workload.host_network and not _waits_in_part(workload)


def _waits_in_part(workload: Workload) -> bool:
    """Whether some pods have an address, and some wait for theirs.

    `reach` asks about the latter apart; `trace` does not (A3).
    """
    known = [bool(pod.addresses) for pod in workload.pods]
    return any(known) and not all(known)


HOSTS = """
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: x}
spec: {nodeName: n1, containers: [{name: c, image: c}]}
status: {podIP: 10.0.0.1, phase: Running, hostIP: 10.0.1.1}
---
apiVersion: v1
kind: Pod
metadata: {name: k, namespace: y}
spec: {nodeName: NODE, hostNetwork: true, containers: [{name: c, image: c}]}
STATUS
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: x}
spec: {podSelector: {}, policyTypes: [Egress]}
"""
SEEN = "status: {podIP: 10.0.1.9, phase: Running, hostIP: 10.0.1.9}"


@pytest.mark.parametrize(
    ("node", "status", "want"),
    [
        ("n2", "", Verdict.DENIED),
        ("n2", SEEN, Verdict.DENIED),
        ("n1", "", Verdict.UNKNOWN),
        ("null", "", Verdict.UNKNOWN),
    ],
)
def test_a_pod_on_a_node_that_is_surely_another_is_on_no_own_node(
    tmp_path: Path, node: str, status: str, want: Verdict
) -> None:
    text = HOSTS.replace("NODE", node).replace("STATUS", status)
    case = Case(read(tmp_path, text))
    source, target = (PodEnd(each) for each in case.workloads)
    sent_to = case.paths.asking.addresses(target).ranges[0].lowest
    sent_from = source.workload.pods[0].addresses[0]
    header = Header(4, 6, int(sent_from), int(sent_to), 40000, 80)
    packet = Packet(sent_from, sent_to, Protocol.TCP, 40000, 80)
    drawn = fabric_strategies.Drawn(0)
    found = follow(
        case.snapshot, Start(source), packet, target=target, choice=drawn
    ).verdict
    assert verdict_of(case, source, target, header) is want
    assert found is want
