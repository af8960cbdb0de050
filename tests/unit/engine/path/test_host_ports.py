"""Host ports: what comes to a node there may be a pod's, in engine and definition.

Source: docs/semantics/path.md, D6.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
import strategies_fabric
from seawall.engine.path import PathModel
from seawall.flowspace import Header
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd, SubnetEnd
from seawall.model.packet import Packet, Protocol
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import HostPort, Pod, Workload
from seawall.reference.journey import Start
from seawall.reference.walk import follow

A, D, U = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
OPENED = (HostPort(8080, Protocol.TCP, 80),)
JUMP = "10.1.1.4"
NODE, OTHER = "10.1.0.10", "10.1.0.11"
POD = "10.244.0.5"


def agent(**more: object) -> Workload:
    return fab.workload("agent", **{"host_ports": OPENED, **more})


def at(*nodes: str) -> tuple[Pod, ...]:
    return tuple(
        Pod(f"p{node}", (ip_address("10.244.0.7"),), node, (ip_address(node),))
        for node in nodes
    )


def world(*workloads: Workload, shut: bool = False, **more: object) -> Snapshot:
    """Return a cluster with two pools in one network, beside a subnet of machines."""
    rule = fab.rule("no", 100, fab.IN, fab.DENY, source="10.1.1.0/24")
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("nodes", "net", "10.1.0.0/24", security_group=fab.known("nsg"))
            if shut
            else fab.subnet("nodes", "net", "10.1.0.0/24"),
            fab.subnet("jump", "net", "10.1.1.0/24"),
            fab.subnet("user", "net", "10.1.2.0/24"),
        ),
        security_groups=(fab.group("nsg", rule),) if shut else (),
    )
    on = fab.cluster(fab.pool("sys", "nodes"), fab.pool("user", "user"), **more)
    return fab.snapshot(fabric, on, workloads=workloads)


def verdict(
    asked: Snapshot,
    *,
    to: str = NODE,
    port: int = 8080,
    protocol: Protocol = Protocol.TCP,
    source: tuple[End, str, str] = (SubnetEnd("jump"), JUMP, ""),
    target: End | None = None,
) -> Verdict:
    """Return what becomes of a packet to a node, by engine and definition alike."""
    end, sender, pool = source
    meant = target or AddressEnd((AddressRange.parse(to),))
    model = PathModel.build(asked)
    answer = model.partition(end, meant)
    numbers = int(ip_address(sender)), int(ip_address(to))
    header = Header(4, protocol, *numbers, 40000, port)
    parts = {A: answer.allowed, D: answer.denied, U: answer.unknown}
    (found,) = [each for each, flows in parts.items() if header in flows]
    packet = Packet(ip_address(sender), ip_address(to), protocol, 40000, port)
    assert isinstance(end, SubnetEnd | PodEnd | NodeEnd)
    outcome = follow(
        asked,
        Start(end, pool),
        packet,
        target=meant,
        choice=strategies_fabric.Drawn(0),
    )
    assert outcome.verdict is found
    return found


def test_who_gets_a_packet_to_a_host_port_of_a_node_is_not_known() -> None:
    asked = world(agent())

    assert verdict(asked) is U
    assert verdict(asked, target=NodeEnd("sys")) is U


def test_other_ports_and_protocols_are_the_nodes_own() -> None:
    asked = world(agent())

    assert verdict(asked, port=80) is A
    assert verdict(asked, port=8081) is A
    assert verdict(asked, protocol=Protocol.UDP) is A


def test_a_filter_closes_a_host_port_as_any_other() -> None:
    assert verdict(world(agent(), shut=True)) is D


def test_the_pods_own_address_is_not_the_nodes() -> None:
    target = agent(pods=at(NODE))
    client = fab.workload("client", pods=(fab.pod("c", POD),), node_pool="sys")
    source = PodEnd(client), POD, "sys"

    asked = world(target, client)
    found = verdict(asked, to="10.244.0.7", source=source, target=PodEnd(target))

    assert found is A


def test_pods_of_the_same_node_are_not_known_to_reach_it_either() -> None:
    client = fab.workload(
        "client",
        pods=(Pod("c", (ip_address(POD),), NODE, (ip_address(NODE),)),),
        node_pool="sys",
    )
    asked = world(agent(), client)
    source = PodEnd(client), POD, "sys"

    assert verdict(asked, source=source, target=NodeEnd("sys")) is U
    assert verdict(asked, source=source, target=NodeEnd("sys"), port=80) is A


def test_a_pod_that_is_surely_on_the_node_is_not_known_to_reach_it() -> None:
    # Its address is kept in this mode, so that no way over the network is left.
    own = "10.1.1.9"
    client = fab.workload(
        "client",
        pods=(Pod("c", (ip_address(own),), NODE, (ip_address(NODE),)),),
        node_pool="sys",
    )
    sys = fab.pool("sys", "nodes", pod_subnet=fab.known("jump"))
    plain = world(agent(), client)
    on = fab.cluster(sys, addressing=fab.known(Addressing.POD_SUBNET))
    asked = replace(plain, cluster=on)
    source = PodEnd(client), own, "sys"

    assert verdict(asked, source=source, target=NodeEnd("sys")) is U
    assert verdict(asked, source=source, target=NodeEnd("sys"), port=80) is A


def test_only_nodes_that_may_run_the_pod_count() -> None:
    pinned = world(agent(node_pool="user"))
    placed = world(agent(pods=at(OTHER)))
    half_placed = world(agent(pods=(*at(OTHER), fab.pod("new", "10.244.0.9"))))

    assert verdict(pinned) is A
    assert verdict(pinned, to="10.1.2.10") is U
    assert verdict(placed) is A
    assert verdict(placed, to=OTHER) is U
    assert verdict(half_placed) is U


def test_a_host_port_bound_to_an_address_is_that_of_this_address_alone() -> None:
    bound = world(agent(host_ports=(HostPort(8080, Protocol.TCP, 80, OTHER),)))

    assert verdict(bound) is A
    assert verdict(bound, to=OTHER) is U


@pytest.mark.parametrize("change", [{"runs": False}, {"host_network": True}])
def test_pods_that_are_finished_or_are_the_node_hold_no_host_port(
    change: dict[str, bool],
) -> None:
    assert verdict(world(agent(**change))) is A


def test_an_address_that_is_a_pods_or_a_nodes_may_be_either() -> None:
    asked = world(agent(), addressing=fab.known(Addressing.NODE_SUBNET))

    assert verdict(asked) is U
    assert verdict(asked, port=81) is A


def test_the_reason_names_the_pod_and_its_place_and_what_settles_it() -> None:
    model = PathModel.build(world(agent()))
    answer = model.partition(SubnetEnd("jump"), NodeEnd("sys"))
    numbers = int(ip_address(JUMP)), int(ip_address(NODE))
    hops = model.explain(answer, Header(4, Protocol.TCP, *numbers, 40000, 8080))

    (hop,) = [each for each in hops if each.verdict is U]
    assert hop.rule is not None
    assert (hop.rule.name, hop.rule.origin) == ("ns/agent[Deployment]", fab.HERE)
    assert "TCP 8080 is a host port of ns/agent[Deployment]" in str(hop)
    assert "kubectl get pods -n ns -o wide" in str(hop)
