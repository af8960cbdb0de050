"""What people list behind a Service: where its names and front ends lead.

Source: docs/semantics/path.md, B16.
"""

from dataclasses import replace
from ipaddress import ip_address

from test_own_fronts import FRONT, JOB, OPEN, SYSTEM, WEB, tcp
from test_whole import flat

import fabrics as fab
from fabrics import DENY, OUT
from policy_cluster import labelled, policy
from seawall.engine.path import PathModel, TablePolicies
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    NodeEnd,
    PodEnd,
    ServiceEnd,
)
from seawall.model.filter import SecurityRule
from seawall.model.packet import Protocol
from seawall.model.service import ListedEndpoints, Service, ServicePort, ServiceType
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Layer, Verdict
from seawall.model.workload import Workload

A, D, U = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
SELECTED = fab.service("web", "web", 443, 8443, type=ServiceType.LOAD_BALANCER)
NAMED = (ServicePort("", Protocol.TCP, 443, "https"),)
MACHINE = "10.1.1.40"
NO_MACHINE = fab.rule("machine", 90, OUT, DENY, to=MACHINE)


def behind(*addresses: str, port: int | None = 5432, name: str = "") -> Service:
    """Return a Service without a selector, with addresses listed behind it."""
    held = tuple(ip_address(each) for each in addresses)
    origin = SELECTED.origin
    found = (ListedEndpoints(held, name, Protocol.TCP, port, origin),)
    return replace(SELECTED, selector=None, endpoints=found)


def network(
    service: Service,
    *rules: SecurityRule,
    workloads: tuple[Workload, ...] = (WEB, JOB),
) -> Snapshot:
    fabric = flat(*OPEN, *rules)
    machines = fab.subnet("data", "net", "10.1.1.0/24")
    fabric = replace(
        fabric,
        subnets=(*fabric.subnets, machines),
        load_balancers=(fab.balancer("web", 443),),
    )
    return fab.snapshot(
        fabric, fab.cluster(SYSTEM), workloads=workloads, services=(service,)
    )


def asked(snapshot: Snapshot, source: End, target: End) -> Verdict:
    model = PathModel.build(snapshot)
    answer = model.partition(source, target, services=tcp(443))
    return answer.partition.verdict()


def test_the_virtual_address_leads_to_what_is_listed_at_the_port_listed() -> None:
    closed = fab.rule("db", 80, OUT, DENY, to=MACHINE, port="5432")
    for source in (PodEnd(JOB), NodeEnd("sys")):
        service = behind(MACHINE)
        assert asked(network(service), source, ServiceEnd(service)) is A
        assert asked(network(service, closed), source, ServiceEnd(service)) is D
        other = behind(MACHINE, port=5433)
        assert asked(network(other, closed), source, ServiceEnd(other)) is A


def test_addresses_of_which_some_are_refused_are_a_choice() -> None:
    service = behind(MACHINE, "10.1.1.41")
    found = asked(network(service, NO_MACHINE), PodEnd(JOB), ServiceEnd(service))
    assert found is U


def test_a_port_of_another_name_leads_nowhere() -> None:
    for service in (behind(MACHINE, name="other"), behind(MACHINE, port=None)):
        assert asked(network(service), PodEnd(JOB), ServiceEnd(service)) is D


def test_a_service_of_which_nothing_is_listed_is_not_known() -> None:
    service = replace(behind(MACHINE), endpoints=None)
    assert asked(network(service), PodEnd(JOB), ServiceEnd(service)) is U


def test_a_headless_service_names_the_addresses_themselves() -> None:
    service = replace(behind(MACHINE, port=None), headless=True)
    assert asked(network(service), PodEnd(JOB), ServiceEnd(service)) is A
    assert asked(network(service, NO_MACHINE), PodEnd(JOB), ServiceEnd(service)) is D


def test_an_address_of_a_pod_stands_for_the_pod() -> None:
    placed = replace(WEB, pods=(fab.pod("web-0", "10.244.0.7"),))
    service = behind("10.244.0.7")
    model = PathModel.build(network(service, workloads=(placed, JOB)))
    answer = model.partition(PodEnd(JOB), ServiceEnd(service), services=tcp(443))
    assert answer.partition.verdict() is A
    assert {way.backend for way in answer.branches} == {placed}


def test_a_node_leads_clients_of_the_load_balancer_on_as_itself() -> None:
    service = behind(MACHINE)
    assert asked(network(service), InternetEnd(), FRONT) is A
    assert asked(network(service, NO_MACHINE), InternetEnd(), FRONT) is D
    model = PathModel.build(network(service))
    answer = model.partition(InternetEnd(), FRONT, services=tcp(443))
    (way,) = [it for it in answer.branches if it.arrival is not None]
    layers = [step.layer for step in way.steps]
    assert Layer.ROUTE in layers[layers.index(Layer.SERVICE) :]
    assert "10.1.0.0/24" in str(way.sources)


def test_what_nodes_lead_to_the_internet_or_the_own_cluster_is_not_known() -> None:
    for address in ("203.0.113.9", "10.1.0.6", "10.244.7.7"):
        assert asked(network(behind(address)), InternetEnd(), FRONT) is U


def test_a_policy_of_the_own_node_leaves_listed_addresses_open() -> None:
    outside = replace(behind(MACHINE), local_traffic_only=True)
    assert asked(network(outside), InternetEnd(), FRONT) is U
    inside = replace(behind(MACHINE), local_inside_only=True)
    assert asked(network(inside), PodEnd(JOB), ServiceEnd(inside)) is U


def test_a_pod_that_is_named_by_its_address_is_judged_as_that_pod() -> None:
    """Source: docs/semantics/path.md, P2: what no node can have is a pod's."""
    shut = policy("ns/shut", labelled(app="web"), ingress=[])
    placed = replace(WEB, pods=(fab.pod("web-0", "10.244.0.7"),))
    snapshot = network(SELECTED, workloads=(placed, JOB))
    objects = replace(snapshot.objects, policies=(shut,))
    for engine in (PolicyEngine.CALICO, PolicyEngine.CILIUM, PolicyEngine.NPM):
        table = PolicyTable.build(objects, DATAPLANES[engine])
        model = PathModel.build(replace(snapshot, objects=objects))
        for target in (PodEnd(placed), AddressEnd((fab.cidr("10.244.0.7"),))):
            answer = model.partition(
                PodEnd(JOB), target, services=tcp(443), policy=TablePolicies(table)
            )
            assert answer.partition.verdict() is D


def test_what_is_said_of_a_port_tells_a_missing_name_from_missing_pods() -> None:
    for service, words in (
        (fab.service("web", "web", 443, 0, ports=NAMED), "has a port of the name"),
        (fab.service("web", "gone", 443, 8443), "no pod stands behind"),
    ):
        model = PathModel.build(network(service))
        answer = model.partition(PodEnd(JOB), ServiceEnd(service), services=tcp(443))
        (way,) = answer.branches
        ruling = next(it.ruling for it in way.steps if it.layer is Layer.SERVICE)
        assert words in ruling.say(answer.partition.flows, D).says
