"""Front ends of a cluster's own Services, called by its own pods and nodes.

Source: docs/semantics/path.md, D8.
"""

from dataclasses import replace

import pytest
from test_whole import flat

import fabrics as fab
from fabrics import ALLOW, DENY, IN, OUT
from seawall.engine.path import Answer, Branch, PathModel
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd, SubnetEnd
from seawall.model.service import Service, ServiceType
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Layer, Verdict

SYSTEM = fab.pool("sys", "nodes")
WEB, JOB = fab.workload("web"), fab.workload("job")
FRONT = AddressEnd((AddressRange.parse("52.0.0.9"),))
OPEN = (fab.rule("in", 100, IN, ALLOW, source="Internet"),)
SHUT = (*OPEN, fab.rule("no", 100, OUT, DENY, to="52.0.0.9"))
SERVICE = fab.service("web", "web", 443, 8443, type=ServiceType.LOAD_BALANCER)


def tcp(port: int) -> FlowSet:
    return FlowSet.box(protocols=((6, 6),), destination_ports=((port, port),))


def published(*rules: object, service: Service = SERVICE) -> Snapshot:
    balancers = (fab.balancer("web", 443),)
    fabric = replace(flat(*rules), load_balancers=balancers)
    return fab.snapshot(
        fabric, fab.cluster(SYSTEM), workloads=(WEB, JOB), services=(service,)
    )


def ways_by_own_node(answer: Answer) -> list[Branch]:
    """Return the ways without a load balancer that lead to a pod."""
    layers = [{step.layer for step in way.steps} for way in answer.branches]
    return [
        way
        for way, passed in zip(answer.branches, layers, strict=True)
        if Layer.SERVICE in passed and Layer.LOAD_BALANCER not in passed
    ]


def at_443(snapshot: Snapshot, source: End) -> Verdict:
    services = tcp(443)
    return (
        PathModel.build(snapshot)
        .partition(source, FRONT, services=services)
        .partition.verdict()
    )


@pytest.mark.parametrize("source", [PodEnd(JOB), NodeEnd("sys")], ids=str)
def test_what_the_network_refuses_the_own_node_may_lead_to_the_pods(
    source: End,
) -> None:
    assert at_443(published(*SHUT), source) is Verdict.UNKNOWN


def test_a_front_end_leads_its_own_pods_by_neither_way_where_nobody_is_behind() -> None:
    empty = fab.service("web", "gone", 443, 8443, type=ServiceType.LOAD_BALANCER)
    assert at_443(published(*SHUT, service=empty), PodEnd(JOB)) is Verdict.DENIED


def test_source_ranges_without_the_sender_leave_open_what_its_node_does() -> None:
    for ranges, wanted in (
        (("10.244.0.0/16",), Verdict.ALLOWED),
        (("203.0.113.0/24",), Verdict.UNKNOWN),
    ):
        ranged = replace(SERVICE, source_ranges=ranges)
        model = PathModel.build(published(*OPEN, service=ranged))
        answer = model.partition(PodEnd(JOB), FRONT, services=tcp(443))
        own = ways_by_own_node(answer)
        assert own
        unknown = [way for way in own if any(step.unknown for step in way.steps)]
        assert bool(unknown) is (wanted is Verdict.UNKNOWN)


def test_other_ports_of_a_front_end_are_the_load_balancers_alone() -> None:
    model = PathModel.build(published(*OPEN))
    answer = model.partition(PodEnd(JOB), FRONT, services=tcp(444))
    assert answer.partition.verdict() is Verdict.DENIED


def test_whoever_is_outside_the_cluster_goes_to_the_load_balancer() -> None:
    snapshot = published(*OPEN)
    desks = fab.subnet("desks", "net", "10.1.1.0/24")
    subnets = (*snapshot.fabric.subnets, desks)
    snapshot = replace(snapshot, fabric=replace(snapshot.fabric, subnets=subnets))
    model = PathModel.build(snapshot)
    answer = model.partition(SubnetEnd("desks"), FRONT, services=tcp(443))
    assert not ways_by_own_node(answer)


@pytest.mark.parametrize(
    ("source", "port", "wanted"),
    [
        (PodEnd(JOB), 443, Verdict.UNKNOWN),
        (NodeEnd("sys"), 443, Verdict.UNKNOWN),
        (PodEnd(JOB), 80, Verdict.DENIED),
        (SubnetEnd("nodes"), 443, Verdict.DENIED),
    ],
    ids=str,
)
def test_an_outer_address_that_no_network_knows_may_be_taken_by_the_own_node(
    source: End, port: int, wanted: Verdict
) -> None:
    outer = AddressRange.parse("10.77.0.1")
    plain = fab.service("web", "web", 443, 8443)
    service = replace(plain, external_addresses=(outer.lowest,))
    model = PathModel.build(published(*OPEN, service=service))
    answer = model.partition(source, AddressEnd((outer,)), services=tcp(port))
    assert answer.partition.verdict() is wanted
