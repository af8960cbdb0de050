"""Pods on virtual nodes by every way in, asked of both meanings.

Source:
    AKS docs, virtual-nodes and virtual-nodes-v2; docs/semantics/path.md, V8.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import strategies_fabric as fabric_strategies
from fabrics import (
    ALLOW,
    DENY,
    HERE,
    IN,
    balancer,
    cidr,
    cluster,
    gateway,
    group,
    known,
    network,
    peered,
    pod,
    pool,
    public,
    rule,
    service,
    snapshot,
    subnet,
    workload,
)
from seawall.engine.path import PathModel
from seawall.flowspace import Header
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.dataplane import CALICO
from seawall.model.end import (
    AddressEnd,
    End,
    InternetEnd,
    NodeEnd,
    OnPremisesEnd,
    PodEnd,
    SubnetEnd,
)
from seawall.model.network import NetworkGateway
from seawall.model.packet import Packet
from seawall.model.service import ServiceType
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.translation import FrontEnd
from seawall.model.workload import VIRTUAL_NODE, Workload
from seawall.query.reach.every_layer import reach_all
from seawall.query.reach.policy import Narrowing
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.walk import follow

A, U = Verdict.ALLOWED, Verdict.UNKNOWN
JUMP = SubnetEnd("jump")
AT, ON_NODE = "10.1.9.7", "10.1.0.77"


def world(*, virtual: bool, local: bool = False, known_at: bool = True) -> Snapshot:
    """Return nodes, a subnet of container instances, and a Service of one pod."""
    (port,) = service("web", "web", 80, 80).ports
    web = service(
        "web",
        "web",
        80,
        80,
        type=ServiceType.LOAD_BALANCER,
        ports=(replace(port, node_port=32526),),
        local_traffic_only=local,
    )
    on = cluster(
        pool("sys", "nodes"),
        addressing=known(Addressing.NODE_SUBNET),
        pod_ranges=known(()),
    )
    pods = (pod("web-1", AT if virtual else ON_NODE),)
    home = VIRTUAL_NODE if virtual else None
    app = workload("web", node_pool=home, pods=pods if known_at else ())
    fabric = Fabric(
        networks=(network("hub", "10.0.0.0/16"), network("spoke", "10.1.0.0/16")),
        subnets=(
            subnet("jump", "hub", "10.0.1.0/24"),
            subnet("GatewaySubnet", "spoke", "10.1.1.0/24"),
            subnet("nodes", "spoke", "10.1.0.0/24", security_group=known("open")),
            subnet("aci", "spoke", "10.1.9.0/24"),
        ),
        peerings=peered("hub", "spoke"),
        public_addresses=(public("pip-lb", "52.0.0.9"),),
        load_balancers=(balancer("web", 80),),
        security_groups=(group("open", rule("in", 100, IN, ALLOW)),),
        gateways=(
            NetworkGateway("gw", "gw", "spoke", (cidr("192.168.0.0/24"),), HERE),
        ),
    )
    return snapshot(fabric, on, workloads=(app,), services=(web,))


def both(asked: Snapshot, source: End, target: End, to: str, port: int) -> Verdict:
    model = PathModel.build(asked)
    (start,) = model.starts(source)
    here = Start(source, start.pool.name if start.pool else "", start.network or "")
    (from_, *_) = start.sources.ranges
    packet = Packet(from_.lowest, ip_address(to), 6, 40000, port)
    found = agreed(
        follow(
            asked, here, packet, target=target, choice=fabric_strategies.Drawn(turn)
        ).verdict
        for turn in range(10)
    )
    answer = model.partition(source, target)
    header = Header(4, 6, int(from_.lowest), int(ip_address(to)), 40000, port)
    parts = {A: answer.allowed, U: answer.unknown, Verdict.DENIED: answer.denied}
    (ours,) = [verdict for verdict, part in parts.items() if header in part]
    assert ours is found
    return ours


BALANCER = "52.0.0.9"
NODE = "10.1.0.9"


def at(text: str) -> AddressEnd:
    return AddressEnd((cidr(text),))


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("known_at", [False, True])
def test_no_way_in_is_known_to_lead_to_a_virtual_node(
    *, local: bool, known_at: bool
) -> None:
    """What passes on the way tells nothing of where Azure runs the pod."""
    asked = world(virtual=True, local=local, known_at=known_at)
    web = PodEnd(asked.objects.workloads[0])
    assert both(asked, OnPremisesEnd(), web, AT, 80) is U
    assert both(asked, JUMP, web, AT, 80) is U
    assert both(asked, JUMP, NodeEnd("sys"), NODE, 32526) is U
    assert both(asked, OnPremisesEnd(), at(NODE), NODE, 32526) is U
    assert both(asked, InternetEnd(), at(BALANCER), BALANCER, 80) is U


def test_what_closes_a_subnet_to_others_tells_nothing_of_pods_on_virtual_nodes() -> (
    None
):
    """Which subnet Azure runs them in is not modelled, so neither is its group."""
    asked = world(virtual=True)
    subnets = tuple(
        replace(it, security_group=known("shut")) if it.id == "aci" else it
        for it in asked.fabric.subnets
    )
    shut = group("shut", rule("no", 100, IN, DENY))
    groups = (*asked.fabric.security_groups, shut)
    fabric = replace(asked.fabric, subnets=subnets, security_groups=groups)
    asked = replace(asked, fabric=fabric)
    web = PodEnd(asked.objects.workloads[0])
    assert both(asked, OnPremisesEnd(), web, AT, 80) is U
    assert both(asked, NodeEnd("sys"), web, AT, 80) is U


def test_the_same_ways_lead_to_a_pod_on_a_node() -> None:
    asked = world(virtual=False)
    web = PodEnd(asked.objects.workloads[0])
    assert both(asked, OnPremisesEnd(), web, ON_NODE, 80) is A
    assert both(asked, JUMP, NodeEnd("sys"), NODE, 32526) is A
    assert both(asked, InternetEnd(), at(BALANCER), BALANCER, 80) is A


@pytest.mark.parametrize("source", [OnPremisesEnd(), JUMP, NodeEnd("sys")])
def test_the_address_of_a_pod_on_a_virtual_node_is_the_pods(source: End) -> None:
    asked = world(virtual=True)
    assert both(asked, source, at(AT), AT, 80) is U
    assert both(asked, source, at("10.1.9.8"), "10.1.9.8", 80) is A


def test_a_gateway_that_connects_to_a_virtual_node_is_not_followed() -> None:
    """Source: Azure docs, application-gateway ingress-controller-overview."""
    front = FrontEnd("front", "pip-lb", None, None)
    led = gateway(
        "jump",
        front_ends=(front,),
        listener_ports=(80,),
        backend_addresses=(cidr(AT),),
        backend_ports=(80,),
    )
    for virtual, verdict in ((True, U), (False, A)):
        asked = world(virtual=virtual)
        fabric = replace(asked.fabric, load_balancers=(), application_gateways=(led,))
        asked = replace(asked, fabric=fabric)
        assert both(asked, InternetEnd(), at(BALANCER), BALANCER, 80) is verdict


def test_reach_tells_the_address_of_such_a_pod_from_a_machines() -> None:
    for virtual, verdict in ((True, U), (False, A)):
        asked = world(virtual=virtual)
        (web,) = asked.objects.workloads
        pods = (web, workload("job", node_pool="sys"))
        asked = replace(asked, objects=replace(asked.objects, workloads=pods))
        to = (AddressRange.of(web.addresses[0]),)
        wanted = Narrowing(destination_ranges=to)
        (row,) = [
            each
            for each in reach_all(asked, CALICO, wanted).connections()
            if isinstance(each.source, Workload)
            and each.source.name == "job"
            and each.destination == to
        ]
        assert (U if row.unknown else A) is verdict
        assert bool(row.allowed) is (verdict is A)
