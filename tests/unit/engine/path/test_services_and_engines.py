"""What comes by a Service, under each policy engine, in engine and definition."""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
import strategies_fabric
from fabrics import ALLOW, DENY, IN, OUT, known
from policy_cluster import UDP, block, policy, port, rule
from policy_witness import ENGINES
from seawall.engine.path import PathModel, TablePolicies
from seawall.engine.policy import PolicyTable
from seawall.flowspace import FlowSet
from seawall.model.address import AddressRange
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.end import AddressEnd, InternetEnd, NodeEnd, PodEnd, ServiceEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Direction, Policy
from seawall.model.service import ServiceType
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.reference.journey import Start
from seawall.reference.policy import PodAt, PolicyQuestion, decide
from seawall.reference.walk import follow

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
WEB, APP = fab.workload("web"), fab.workload("app")
CLIENT = "1.1.1.1"
SHUT = policy("ns/shut", ingress=())


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def by_engine(npm: Verdict, calico: Verdict, cilium: Verdict) -> dict[str, Verdict]:
    return dict(zip(ENGINES, (npm, calico, cilium), strict=True))


def published(engine: str, *policies: Policy, local: bool = False) -> Snapshot:
    """Return a cluster with `web` behind a public load balancer at 52.0.0.9:443."""
    nodes = fab.subnet("nodes", "net", "10.1.0.0/24", security_group=known("nsg"))
    opened = fab.rule("in", 100, IN, ALLOW, source="Internet")
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(nodes,),
        security_groups=(fab.group("nsg", opened),),
        public_addresses=(fab.public("pip-lb", "52.0.0.9"),),
        load_balancers=(fab.balancer("web", 443),),
    )
    service = fab.service(
        *("web", "web", 443, 8443),
        type=ServiceType.LOAD_BALANCER,
        local_traffic_only=local,
        cluster_addresses=(ip_address("10.250.0.7"),),
    )
    on = fab.cluster(
        fab.pool("sys", "nodes"), policy_engine=known(PolicyEngine(engine))
    )
    plain = fab.snapshot(fabric, on, workloads=(WEB, APP), services=(service,))
    return replace(plain, objects=replace(plain.objects, policies=policies))


def policies_of(snapshot: Snapshot) -> TablePolicies:
    assert snapshot.cluster is not None
    plane = DATAPLANES[snapshot.cluster.policy_engine.value or PolicyEngine.NONE]
    return TablePolicies(
        PolicyTable.build(
            snapshot.objects,
            plane,
            pod_ranges=snapshot.cluster.pod_ranges.value or (),
            node_ranges=snapshot.fabric.subnets[0].prefixes,
        )
    )


def from_client(snapshot: Snapshot) -> Verdict:
    """Return what becomes of a client's packet, by engine and definition alike."""
    model = PathModel.build(snapshot)
    answer = model.partition(InternetEnd(), PodEnd(WEB), policy=policies_of(snapshot))
    asked = FlowSet.box(
        sources={4: ((int(ip_address(CLIENT)),) * 2,)},
        protocols=((6, 6),),
        destination_ports=((443, 443),),
    )
    found = (answer.partition & asked).verdict()
    packet = Packet(
        ip_address(CLIENT), ip_address("52.0.0.9"), Protocol.TCP, 40000, 443
    )
    wanted = {
        follow(
            snapshot,
            Start(InternetEnd()),
            packet,
            target=PodEnd(WEB),
            choice=strategies_fabric.Drawn(number),
        ).verdict
        for number in range(4)
    }
    assert wanted == {found}
    return found


def test_denied_ingress_is_open_by_a_load_balancer_on_npm_alone(engine: str) -> None:
    wanted = by_engine(ALLOWED, DENIED, DENIED)[engine]
    assert from_client(published(engine, SHUT)) is wanted


def test_a_local_traffic_policy_shows_every_engine_the_client(engine: str) -> None:
    assert from_client(published(engine, SHUT, local=True)) is DENIED
    client = policy("ns/p", ingress=(rule([block(f"{CLIENT}/32")], [port(8443)]),))
    assert from_client(published(engine, client, local=True)) is ALLOWED
    other = policy("ns/p", ingress=(rule([block("2.2.2.2/32")]),))
    assert from_client(published(engine, other, local=True)) is DENIED


def test_a_block_of_clients_admits_them_on_the_node_of_the_backend_alone(
    engine: str,
) -> None:
    client = policy("ns/p", ingress=(rule([block(f"{CLIENT}/32")]),))
    wanted = by_engine(ALLOWED, UNKNOWN, UNKNOWN)[engine]
    assert from_client(published(engine, client)) is wanted
    nodes = rule([block(f"{CLIENT}/32"), block("10.1.0.0/24")])
    both = published(engine, policy("ns/p", ingress=(nodes,)))
    assert from_client(both) is by_engine(ALLOWED, ALLOWED, UNKNOWN)[engine]


def through_service(engine: str, *policies: Policy) -> Verdict:
    snapshot = published(engine, *policies)
    model = PathModel.build(snapshot)
    (service,) = snapshot.objects.services
    https = FlowSet.box(protocols=((6, 6),), destination_ports=((443, 443),))
    answer = model.partition(
        PodEnd(APP), ServiceEnd(service), services=https, policy=policies_of(snapshot)
    )
    return answer.partition.verdict()


def test_policies_see_the_port_of_the_pod_and_not_that_of_the_service(
    engine: str,
) -> None:
    to_service = policy("ns/p", ingress=(rule(ports=[port(443)]),))
    to_pod = policy("ns/p", ingress=(rule(ports=[port(8443)]),))
    assert through_service(engine, to_service) is DENIED
    assert through_service(engine, to_pod) is ALLOWED


def test_a_rule_for_the_virtual_address_of_a_service_admits_nothing(
    engine: str,
) -> None:
    virtual = policy("ns/p", egress=(rule([block("10.250.0.7/32")]),))
    assert through_service(engine, virtual) is DENIED


@pytest.mark.parametrize("pods", [1, 2])
def test_a_pod_reaches_itself_through_its_service_except_on_calico(
    engine: str, pods: int
) -> None:
    known_pods = tuple(fab.pod(f"w-{at}", f"10.244.0.{at + 1}") for at in range(pods))
    web = replace(WEB, pods=known_pods)
    plain = published(engine, SHUT)
    snapshot = replace(plain, objects=replace(plain.objects, workloads=(web,)))
    (service,) = snapshot.objects.services
    https = FlowSet.box(protocols=((6, 6),), destination_ports=((443, 443),))
    answer = PathModel.build(snapshot).partition(
        *(PodEnd(web), ServiceEnd(service)),
        services=https,
        policy=policies_of(snapshot),
    )
    by_itself = by_engine(ALLOWED, DENIED, ALLOWED)[engine]
    itself = PodAt(web, known_pods[0], known_pods[0].addresses[0])
    question = PolicyQuestion(itself, itself, Protocol.TCP, 8443, by_service=True)
    plane = DATAPLANES[PolicyEngine(engine)]
    assert decide(snapshot.objects, plane, question).verdict is by_itself
    wanted = by_itself if pods == 1 or by_itself is DENIED else UNKNOWN
    assert answer.partition.verdict() is wanted


def test_policies_alone_decide_about_services_of_a_cluster_that_is_not_shown() -> None:
    plain = published("calico", SHUT)
    snapshot = replace(plain, cluster=None, fabric=Fabric())
    (service,) = snapshot.objects.services
    https = FlowSet.box(protocols=((6, 6),), destination_ports=((443, 443),))
    model = PathModel.build(snapshot)
    policy_of = policies_of(plain)
    answer = model.partition(
        PodEnd(APP), ServiceEnd(service), services=https, policy=policy_of
    )
    assert answer.partition.verdict() is DENIED
    bare = model.partition(PodEnd(APP), ServiceEnd(service), services=https)
    assert bare.partition.verdict() is ALLOWED
    outside = model.partition(InternetEnd(), ServiceEnd(service), services=https)
    assert outside.partition.verdict() is UNKNOWN
    inner = replace(service, type=ServiceType.CLUSTER_IP)
    hidden = model.partition(InternetEnd(), ServiceEnd(inner), services=https)
    assert hidden.partition.verdict() is DENIED


def test_policies_are_not_asked_about_the_address_of_a_service_itself(
    engine: str,
) -> None:
    backends = policy("ns/p", egress=(rule([block("20.0.0.0/8")]),))
    plain = published(engine, backends)
    (service,) = plain.objects.services
    unseen = replace(service, selector=None)
    snapshot = replace(plain, objects=replace(plain.objects, services=(unseen,)))
    https = FlowSet.box(protocols=((6, 6),), destination_ports=((443, 443),))
    answer = PathModel.build(snapshot).partition(
        PodEnd(APP), ServiceEnd(unseen), services=https, policy=policies_of(snapshot)
    )
    assert answer.partition.verdict() is UNKNOWN


LOCAL_DNS = "169.254.10.10"


def asks_local_dns(engine: str, *policies: Policy) -> Verdict:
    """Return what becomes of a DNS question, by engine and definition alike."""
    plain = published(engine, *policies)
    assert plain.cluster is not None
    cluster = replace(plain.cluster, local_dns=known(True))
    snapshot = replace(plain, cluster=cluster)
    target = AddressEnd((AddressRange.parse(LOCAL_DNS),))
    asked = FlowSet.box(protocols=((17, 17),), destination_ports=((53, 53),))
    answer = PathModel.build(snapshot).partition(
        PodEnd(APP), target, services=asked, policy=policies_of(snapshot)
    )
    found = answer.partition.verdict()
    packet = Packet(
        *(ip_address("10.244.0.9"), ip_address(LOCAL_DNS)),
        *(Protocol.UDP, 40000, 53),
    )
    start = Start(PodEnd(APP), pool="sys")
    choice = strategies_fabric.Drawn(0)
    outcome = follow(snapshot, start, packet, target=target, choice=choice)
    assert outcome.verdict is found
    return found


def test_local_dns_is_free_on_npm_and_policed_elsewhere(engine: str) -> None:
    shut = policy("ns/p", egress=())
    assert asks_local_dns(engine, shut) is by_engine(ALLOWED, DENIED, DENIED)[engine]
    named = policy("ns/p", egress=(rule([block("169.254.10.0/24")]),))
    wanted = by_engine(ALLOWED, ALLOWED, UNKNOWN)[engine]
    assert asks_local_dns(engine, named) is wanted
    anyone = policy("ns/p", egress=(rule(ports=[port(53, None, UDP)]),))
    assert asks_local_dns(engine, anyone) is ALLOWED


@pytest.mark.parametrize("local", [False, True])
def test_a_pod_that_comes_back_to_itself_by_a_load_balancer_is_somebody_else(
    *, engine: str, local: bool
) -> None:
    pods = (fab.pod("w-0", "10.244.0.1"),)
    plain = published(engine, SHUT, local=local)
    web = replace(WEB, pods=pods)
    snapshot = replace(plain, objects=replace(plain.objects, workloads=(web,)))
    front = AddressEnd((AddressRange.parse("52.0.0.9"),))
    https = FlowSet.box(protocols=((6, 6),), destination_ports=((443, 443),))
    answer = PathModel.build(snapshot).partition(
        PodEnd(web), front, services=https, policy=policies_of(snapshot)
    )
    # Its own node may lead it there past policies; by the load balancer it may not.
    wanted = by_engine(UNKNOWN if local else ALLOWED, DENIED, UNKNOWN)[engine]
    assert answer.partition.verdict() is wanted


@pytest.mark.parametrize("way", [IN, OUT])
def test_what_filters_deny_between_two_nodes_is_open_unless_traffic_is_local(
    way: Direction,
) -> None:
    to_pods = fab.rule("no", 90, way, DENY, to="10.244.0.0/16", port="8443")
    opened = fab.rule("in", 100, IN, ALLOW, source="Internet")
    for local, wanted in ((False, UNKNOWN), (True, ALLOWED)):
        plain = published("calico", local=local)
        groups = (fab.group("nsg", to_pods, opened),)
        fabric = replace(plain.fabric, security_groups=groups)
        assert from_client(replace(plain, fabric=fabric)) is wanted


@pytest.mark.parametrize("local", [False, True])
def test_on_cilium_the_socket_of_a_pod_may_lead_a_node_port_of_any_node(
    *, engine: str, local: bool
) -> None:
    app = fab.rule("app", 100, IN, DENY, to="10.1.0.0/24", port="30443")
    plain = published(engine, local=local)
    (service,) = plain.objects.services
    ports = tuple(replace(it, node_port=30443) for it in service.ports)
    objects = replace(plain.objects, services=(replace(service, ports=ports),))
    fabric = replace(plain.fabric, security_groups=(fab.group("nsg", app),))
    snapshot = replace(plain, objects=objects, fabric=fabric)
    placed = replace(APP, pods=(replace(fab.pod("a", "10.244.0.9"), **AT),))
    asked = FlowSet.box(
        destinations={4: ((int(ip_address("10.1.0.7")),) * 2,)},
        protocols=((6, 6),),
        destination_ports=((30443, 30443),),
    )
    workloads = (WEB, placed)
    snapshot = replace(snapshot, objects=replace(objects, workloads=workloads))
    answer = PathModel.build(snapshot).partition(
        PodEnd(placed), NodeEnd("sys"), services=asked, policy=policies_of(snapshot)
    )
    sockets = engine == "cilium" and not local
    assert answer.partition.verdict() is (UNKNOWN if sockets else DENIED)


AT = {"node": "one", "node_addresses": (ip_address("10.1.0.5"),)}
