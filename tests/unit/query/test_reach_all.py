"""Reachability through all layers: it says what single questions say."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import strategies_fabric as fabric_strategies
from policy_cluster import block, labelled, pods, policy, port, rule
from seawall.engine.path import Partition
from seawall.flowspace import FlowSet
from seawall.ingest import load
from seawall.model.address import Address, AddressRange
from seawall.model.cluster import Addressing
from seawall.model.dataplane import CALICO
from seawall.model.end import AddressEnd, PodEnd
from seawall.model.packet import PortRange, Protocol
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.query.ask import ask
from seawall.query.case import Case
from seawall.query.enforcement import enforcement
from seawall.query.reach.answer import Reach, document, has_unknown, reach
from seawall.query.reach.every_layer import reach_all
from seawall.query.reach.policy import Connection, Narrowing
from seawall.query.words.port import PortText

EXAMPLES = Path(__file__).parents[3] / "examples"
PORTS = (0, 53, 80, 81, 443, 444, 4317, 8080, 8443, 65535)
PROBES = [
    *((protocol, at) for protocol in (6, 17, 132) for at in PORTS),
    (1, None),
    (50, None),
]
NAMES = {6: "TCP", 17: "UDP", 132: "SCTP", 1: "ICMP"}


def said(connection: Connection | None, protocol: int, at: int | None) -> Verdict:
    """Return what a row says about one service."""
    if connection is None:
        return Verdict.DENIED
    for position, verdict in enumerate((Verdict.ALLOWED, Verdict.UNKNOWN)):
        pairs = (connection.allowed, connection.unknown)[position]
        for name, ports in pairs:
            wanted = NAMES.get(protocol, "ICMP")
            if protocol not in NAMES and connection.others and name != "any":
                continue
            if name in ("any", wanted) and (at is None or within(ports, at)):
                return verdict
        others = connection.others
        if others is None or protocol in NAMES:
            continue
        if within(others[position], protocol):
            return verdict
    return Verdict.DENIED


def within(ranges: str, number: int) -> bool:
    for item in filter(None, ranges.split(",")):
        first, _, last = item.partition("-")
        if int(first) <= number <= int(last or first):
            return True
    return False


def asked(partition: Partition, protocol: int, at: int | None) -> Verdict:
    """Return what a partition says about one service, whoever the pods are."""
    probe = FlowSet.box(
        protocols=((protocol, protocol),),
        destination_ports=None if at is None else ((at, at),),
    )
    part = partition & probe
    found = {
        (part & FlowSet.box(families=(family,))).verdict()
        for family in (4, 6)
        if part.flows & FlowSet.box(families=(family,))
    }
    for verdict in (Verdict.ALLOWED, Verdict.UNKNOWN):
        if verdict in found:
            return verdict
    return Verdict.DENIED


def differing(connection: Connection | None, partition: Partition) -> list[object]:
    """Return the services about which a row and a single question disagree."""
    return [
        (protocol, at, mine, theirs)
        for protocol, at in PROBES
        if (mine := said(connection, protocol, at))
        is not (theirs := asked(partition, protocol, at))
    ]


def rows_of(result: Reach) -> Iterator[Connection]:
    return result.connections()


def between(result: Reach) -> dict[tuple[str, str], Connection]:
    return {
        (row.source.label, row.destination.label): row
        for row in rows_of(result)
        if isinstance(row.source, Workload) and isinstance(row.destination, Workload)
    }


def to_address(result: Reach, source: Workload, address: Address) -> Connection | None:
    found = [
        row
        for row in rows_of(result)
        if row.source == source
        and isinstance(row.destination, tuple)
        and any(address in item for item in row.destination)
    ]
    assert len(found) <= 1, "rows of addresses partition the address space"
    return found[0] if found else None


@cache
def contoso() -> tuple[Case, Reach]:
    snapshot = load([EXAMPLES / "contoso"])
    case = Case(snapshot)
    result = reach(snapshot, case.dataplane, Narrowing(), layers="all")
    return case, result


def test_each_pair_of_the_example_is_answered_as_a_question_is() -> None:
    case, result = contoso()
    rows = between(result)
    for source in case.workloads:
        for target in case.workloads:
            if source is target:
                continue
            found = ask(case, PodEnd(source), PodEnd(target), PortText())
            row = rows.get((source.label, target.label))
            assert differing(row, found.partition) == [], (source.label, target.label)


@pytest.mark.parametrize(
    "text",
    [
        "1.1.1.1",
        "203.0.113.50",
        "10.20.3.4",
        "10.20.0.7",
        "10.20.2.10",
        "10.10.0.4",
        "10.99.0.1",
        "168.63.129.16",
        "169.254.169.254",
    ],
)
def test_addresses_of_the_example_are_answered_as_questions_are(text: str) -> None:
    case, result = contoso()
    for source in case.workloads:
        end = AddressEnd((AddressRange.parse(text),))
        found = ask(case, PodEnd(source), end, PortText())
        row = to_address(result, source, ip_address(text))
        assert differing(row, found.partition) == [], source.label


def test_packets_from_outside_come_in_by_doors_only() -> None:
    _, result = contoso()
    inward = [row for row in rows_of(result) if isinstance(row.source, tuple)]
    assert {row.via for row in inward} == {
        "Service shop/partner-feed",
        "Service ingress/traefik",
        "application gateway agw-shop/public",
    }


def test_the_document_of_all_layers_has_the_promised_form() -> None:
    _, result = contoso()
    found: dict[str, Any] = json.loads(b"".join(document(result)))
    assert found["schemaVersion"] == "seawall/reach/v1"
    listed = list(result.connections())
    assert len(found["connections"]) == len(listed)
    for row, connection in zip(found["connections"], listed, strict=True):
        assert set(row) - {"via", "otherProtocols"} == {
            "from",
            "to",
            "allowed",
            "unknown",
        }
        assert {pair["protocol"] for pair in row["allowed"] + row["unknown"]} <= {
            "TCP",
            "UDP",
            "SCTP",
            "ICMP",
            "any",
        }
        assert row.get("via", "") == connection.via
    assert has_unknown(result)


def test_options_narrow_the_answer_and_change_nothing_in_it() -> None:
    case, result = contoso()
    wide = {(row.source, row.destination): row for row in rows_of(result)}
    narrowing = Narrowing(
        sources=lambda workload: workload.namespace == "shop",
        ports=((Protocol.TCP, PortRange(443, 443)),),
    )
    narrow = reach(case.snapshot, case.dataplane, narrowing, layers="all")
    rows = [row for row in rows_of(narrow) if isinstance(row.source, Workload)]
    assert rows
    for row in rows:
        assert isinstance(row.source, Workload)
        assert row.source.namespace == "shop"
        assert {*row.allowed, *row.unknown} == {("TCP", "443")}
        if isinstance(row.destination, Workload):
            whole = wide[row.source, row.destination]
        else:
            address = row.destination[0].lowest
            found = to_address(result, row.source, address)
            assert found is not None
            whole = found
        assert said(whole, 6, 443) is said(row, 6, 443)


POLICIES = (
    policy(
        "ns/back",
        labelled(app="app0"),
        ingress=(
            rule([pods(labelled(app="app1"))], [port(443)]),
            rule([block("10.1.0.0/29")], [port(80)]),
        ),
    ),
    policy(
        "ns/front",
        labelled(app="app1"),
        egress=(
            rule([block("0.0.0.0/0", "10.1.0.0/16")]),
            rule([pods(EVERYTHING)], [port(443)]),
        ),
    ),
)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Return small networks with pods that are known or not, and a few policies."""
    found: Snapshot = draw(fabric_strategies.snapshots())
    first, second = found.objects.workloads
    if draw(st.booleans()):
        first, second = replace(first, pods=()), replace(second, pods=())
    host = replace(
        first, name="host", labels=(("app", "host"),), pods=(), host_network=True
    )
    objects = KubernetesObjects(
        workloads=(first, second, host),
        policies=POLICIES if draw(st.booleans()) else (),
    )
    return replace(found, objects=objects)


slow = settings(
    max_examples=max(8, settings().max_examples // 12),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def answered(snapshot: Snapshot) -> tuple[Case, Reach]:
    case = Case(snapshot, "calico")
    return case, reach_all(snapshot, CALICO, Narrowing())


@slow
@given(snapshots())
def test_pairs_are_answered_as_questions_are_on_every_network(
    snapshot: Snapshot,
) -> None:
    case, result = answered(snapshot)
    rows = between(result)
    for source in case.workloads:
        for target in case.workloads:
            if source is target:
                continue
            found = case.paths.partition(
                PodEnd(source), PodEnd(target), policy=case.policies
            )
            row = rows.get((source.label, target.label))
            assert differing(row, found.partition) == [], (source.label, target.label)


FAR = (
    "1.1.1.1",
    "52.0.0.1",
    "10.0.0.4",
    "10.0.0.9",
    "10.1.0.2",
    "10.1.0.3",
    "10.1.0.4",
    "10.1.0.17",
    "10.1.0.20",
    "10.1.0.26",
    "10.1.0.140",
    "10.9.0.1",
    "20.0.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.10.10",
    "192.168.0.1",
)


def is_reserved(snapshot: Snapshot, address: Address) -> bool:
    """Say whether an address belongs to a pod if to anything."""
    assert snapshot.cluster is not None
    if snapshot.cluster.addressing.value is Addressing.POD_SUBNET and any(
        address in prefix
        for subnet in snapshot.fabric.subnets
        if subnet.id in {pool.pod_subnet.value for pool in snapshot.cluster.pools}
        for prefix in subnet.prefixes
    ):
        return True
    return any(
        address in workload.addresses
        for workload in snapshot.objects.workloads
        if not workload.host_network
    )


@slow
@given(snapshots(), st.lists(st.sampled_from(FAR), min_size=3, max_size=3))
def test_addresses_are_answered_as_questions_are_on_every_network(
    snapshot: Snapshot, texts: list[str]
) -> None:
    case, result = answered(snapshot)
    for source in case.workloads:
        for address in map(ip_address, texts):
            if is_reserved(snapshot, address):
                assert to_address(result, source, address) is None
                continue
            end = AddressEnd((AddressRange.of(address),))
            found = case.paths.partition(PodEnd(source), end, policy=case.policies)
            row = to_address(result, source, address)
            assert differing(row, found.partition) == [], (source.label, address)


@slow
@given(snapshots(), st.lists(st.sampled_from(FAR), min_size=3, max_size=3))
def test_who_comes_without_a_door_is_answered_as_questions_are(
    snapshot: Snapshot, texts: list[str]
) -> None:
    case = Case(snapshot, "calico")
    ranges = tuple(AddressRange.parse(text) for text in texts)
    result = reach_all(snapshot, CALICO, Narrowing(source_ranges=ranges))
    for target in case.workloads:
        if case.paths.atlas.pods_are_hidden and not target.host_network:
            continue
        for item in ranges:
            if item.lowest in case.paths.atlas.internet:
                continue
            answer = case.paths.partition(
                AddressEnd((item,)), PodEnd(target), policy=case.policies
            )
            rows = [
                row
                for row in rows_of(result)
                if row.destination == target
                and isinstance(row.source, tuple)
                and not row.via
                and any(item.lowest in each for each in row.source)
            ]
            assert len(rows) <= 1
            row = rows[0] if rows else None
            if row is None and item.lowest not in case.paths.atlas.known:
                continue  # nobody in the input brings packets from there
            assert differing(row, answer.partition) == [], (item, target.label)


def test_the_range_of_the_pods_is_answered_when_it_is_asked_for() -> None:
    case, _ = contoso()
    cluster = case.cluster
    assert cluster is not None
    ranges = cluster.pod_ranges.value or ()
    narrowing = Narrowing(destination_ranges=ranges[:1])
    result = reach(case.snapshot, case.dataplane, narrowing, layers="all")
    rows = [row for row in rows_of(result) if isinstance(row.destination, tuple)]
    assert rows
    assert all(row.unknown and not row.allowed for row in rows)


def test_the_engine_that_is_named_judges() -> None:
    case, _ = contoso()
    dataplane, _ = enforcement(case.snapshot, "spec")
    result = reach(case.snapshot, dataplane, Narrowing(), layers="all")
    assert isinstance(result.assumptions, tuple)
    assert between(result)
