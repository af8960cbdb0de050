"""The public addresses of nodes as doors: ports of Services, of pods, and their own.

Source: AKS docs, use-node-public-ips; Kubernetes docs, Service, `type: NodePort`.
"""

from dataclasses import replace

import fabrics as fab
from seawall.engine.path import DoorKind, Entry, PathModel
from seawall.flowspace import FlowSet
from seawall.model.end import NodeEnd, PodEnd
from seawall.model.packet import Protocol
from seawall.model.service import ServicePort, ServiceType
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import HostPort

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
