"""The public addresses of nodes as doors: ports of Services, of pods, and their own.

Source: AKS docs, use-node-public-ips; Kubernetes docs, Service, `type: NodePort`.
"""

from dataclasses import replace

import fabrics as fab
from seawall.engine.path import DoorKind, Entry, PathModel
from seawall.flowspace import FlowSet
from seawall.model.end import InternetEnd, NodeEnd, PodEnd
from seawall.model.filter import SecurityRule
from seawall.model.packet import Protocol
from seawall.model.service import ServicePort, ServiceType
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.translation import NatGateway
from seawall.model.workload import HostPort
from ways import A, D, U, ask

WEB = fab.workload("web")
AGENT = fab.workload("agent", host_ports=(HostPort(9000, Protocol.TCP, 90),))
OPENED = fab.rule("in", 100, fab.IN, fab.ALLOW, source="Internet")


def world() -> Snapshot:
    """Return nodes with public addresses, open to the internet, and a NodePort."""
    nodes = fab.subnet("nodes", "net", "10.1.0.0/24", security_group=fab.known("nsg"))
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(nodes,),
        security_groups=(fab.group("nsg", OPENED),),
    )
    pool = fab.pool("sys", "nodes", node_public_addresses=fab.known(True))
    port = ServicePort("", Protocol.TCP, 80, 8080, node_port=30080)
    service = replace(
        fab.service("web", "web", 80, 8080), type=ServiceType.NODE_PORT, ports=(port,)
    )
    return fab.snapshot(
        fabric, fab.cluster(pool), workloads=(WEB, AGENT), services=(service,)
    )


def entries(snapshot: Snapshot) -> dict[object, Entry]:
    model = PathModel.build(snapshot)
    (door,) = [it for it in model.doors() if it.kind is DoorKind.NODE]
    return {entry.target: entry for entry in model.enter(door)}


def at(port: int) -> FlowSet:
    return FlowSet.box(protocols=((6, 6),), destination_ports=((port, port),))


def test_a_node_port_leads_to_the_pods_of_its_service_and_to_nothing_else() -> None:
    found = entries(world())
    to_web = found[PodEnd(WEB)].answer.partition
    assert (to_web & at(30080)).verdict() is Verdict.ALLOWED
    assert not (to_web & at(80)).flows
    assert not (found[NodeEnd("sys")].answer.partition & at(30080)).flows


def test_a_host_port_leads_to_its_pods_beside_the_node() -> None:
    found = entries(world())
    to_agent = found[PodEnd(AGENT)].answer.partition
    assert (to_agent & at(9000)).verdict() is Verdict.ALLOWED
    assert not (to_agent & at(9001)).flows
    assert (found[NodeEnd("sys")].answer.partition & at(9000)).flows


def named(*rules: SecurityRule) -> Snapshot:
    """Return those nodes, with addresses of a prefix that is known."""
    plain = world()
    gateway = NatGateway("nat", "nat", fab.known(("pip",)), fab.HERE)
    fabric = replace(
        plain.fabric,
        public_addresses=(
            fab.public("pips", "52.0.0.8/30"),
            fab.public("pip", "52.0.0.4"),
        ),
        nat_gateways=(gateway,),
        security_groups=(fab.group("nsg", *rules),),
    )
    assert plain.cluster is not None
    (pool,) = plain.cluster.pools
    nodes = replace(pool, node_public_prefix=fab.known("pips"))
    return replace(plain, fabric=fabric, cluster=replace(plain.cluster, pools=(nodes,)))


def test_a_public_address_of_nodes_leads_to_their_ports() -> None:
    asked = named(fab.rule("in", 100, fab.IN, fab.ALLOW, source="Internet"))
    for number in (22, 30080):
        assert ask(asked, InternetEnd(), "52.0.0.9", number, sender="8.8.8.8") is A


def test_a_group_sees_the_private_address_of_a_node() -> None:
    """Source: Azure docs, network-security-group-how-it-works."""
    for to, expected in (("52.0.0.8/30", D), ("10.1.0.0/24", A), ("10.1.0.0/25", U)):
        one = fab.rule("in", 100, fab.IN, fab.ALLOW, source="Internet", to=to)
        found = ask(named(one), InternetEnd(), "52.0.0.9", 22, sender="8.8.8.8")
        assert found is expected, to


def test_a_node_port_is_policed_for_whoever_comes_by_the_internet() -> None:
    """A pod that leaves and comes back is no pod any more."""
    asked = named(fab.rule("in", 100, fab.IN, fab.ALLOW, source="Internet"))
    answer = PathModel.build(asked).partition(
        InternetEnd(), PodEnd(WEB), services=at(30080)
    )
    assert answer.partition.verdict() is Verdict.ALLOWED
    assert ask(asked, PodEnd(AGENT), "52.0.0.9", 30080) is A


def test_a_nat_gateway_lets_nothing_in() -> None:
    """Source: Azure docs, nat-overview."""
    asked = named(fab.rule("in", 100, fab.IN, fab.ALLOW))
    assert ask(asked, InternetEnd(), "52.0.0.4", 443, sender="8.8.8.8") is D
