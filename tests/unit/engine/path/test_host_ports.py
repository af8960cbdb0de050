"""Host ports: what comes to a node there may be a pod's, in engine and definition.

Source: docs/semantics/path.md, D6.
"""

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

import fabrics as fab
import strategies_fabric
from policy_cluster import block, labelled, pods, policy, port, rule
from seawall.engine.path import PathModel, TablePolicies
from seawall.engine.policy import PolicyTable
from seawall.flowspace import FlowSet, Header
from seawall.model.address import AddressRange
from seawall.model.cluster import Addressing
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd, SubnetEnd
from seawall.model.network import NextHop
from seawall.model.packet import Packet, Protocol
from seawall.model.policy import Policy
from seawall.model.snapshot import Fabric, Snapshot
from seawall.model.trace import Hop, Reply, Verdict
from seawall.model.workload import HostPort, Pod, Workload
from seawall.reference.journey import Start
from seawall.reference.walk import follow

A, D, U = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
NPM = {"policy_engine": fab.known(PolicyEngine.NPM)}
NODE_SUBNET = fab.known(Addressing.NODE_SUBNET)
OPENED = (HostPort(8080, Protocol.TCP, 80),)
JUMP = "10.1.1.4"
NODE, OTHER = "10.1.0.10", "10.1.0.11"
POD = "10.244.0.5"


SHUT = policy("ns/shut", labelled(app="agent"), ingress=())
FROM_JUMP = policy(
    "ns/jump",
    labelled(app="agent"),
    ingress=(rule([block("10.1.1.0/24")], [port(80)]),),
)
BY_NODE_PORT = policy(
    "ns/jump",
    labelled(app="agent"),
    ingress=(rule([block("10.1.1.0/24")], [port(8080)]),),
)
FROM_CLIENT = policy(
    "ns/client", labelled(app="agent"), ingress=(rule([pods(labelled(app="client"))]),)
)
FROM_NODES = policy(
    "ns/nodes", labelled(app="agent"), ingress=(rule([block("10.1.0.0/24")]),)
)


def agent(**more: object) -> Workload:
    return fab.workload("agent", **{"host_ports": OPENED, **more})


def at(*nodes: str) -> tuple[Pod, ...]:
    return tuple(
        Pod(f"p{node}", (ip_address("10.244.0.7"),), node, (ip_address(node),))
        for node in nodes
    )


def world(
    *workloads: Workload,
    shut: bool = False,
    policies: tuple[Policy, ...] = (),
    windows: bool = False,
    **more: object,
) -> Snapshot:
    """Return a cluster with two pools in one network, beside a subnet of machines."""
    closed = fab.rule("no", 100, fab.IN, fab.DENY, source="10.1.1.0/24")
    fabric = Fabric(
        networks=(fab.network("net", "10.1.0.0/16"),),
        subnets=(
            fab.subnet("nodes", "net", "10.1.0.0/24", security_group=fab.known("nsg"))
            if shut
            else fab.subnet("nodes", "net", "10.1.0.0/24"),
            fab.subnet("jump", "net", "10.1.1.0/24"),
            fab.subnet("user", "net", "10.1.2.0/24"),
        ),
        security_groups=(fab.group("nsg", closed),) if shut else (),
    )
    sys = fab.pool("sys", "nodes", windows=fab.known(windows))
    on = fab.cluster(sys, fab.pool("user", "user"), **{**NPM, **more})
    plain = fab.snapshot(fabric, on, workloads=workloads)
    return replace(plain, objects=replace(plain.objects, policies=policies))


def policies_of(snapshot: Snapshot) -> TablePolicies:
    cluster = snapshot.cluster
    assert cluster is not None
    nodes = [p for s in snapshot.fabric.subnets if s.id != "jump" for p in s.prefixes]
    table = PolicyTable.build(
        snapshot.objects,
        DATAPLANES[cluster.policy_engine.value or PolicyEngine.SPEC],
        pod_ranges=cluster.pod_ranges.value or (),
        node_ranges=tuple(nodes),
    )
    return TablePolicies(table)


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
    answer = model.partition(end, meant, policy=policies_of(asked))
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


def test_whose_policies_let_a_client_in_is_reached_whoever_gets_the_packet() -> None:
    asked = world(agent())

    assert verdict(asked) is A
    assert verdict(asked, target=NodeEnd("sys")) is A


def test_where_a_pod_may_run_and_would_refuse_it_is_not_known_who_gets_a_packet() -> (
    None
):
    asked = world(agent(), policies=(SHUT,))

    assert verdict(asked) is U
    assert verdict(asked, target=NodeEnd("sys")) is U


@pytest.mark.parametrize(
    "mode", [Addressing.OVERLAY, Addressing.POD_SUBNET, Addressing.NODE_SUBNET]
)
@pytest.mark.parametrize("engine", [PolicyEngine.NPM, PolicyEngine.CALICO])
def test_policies_of_a_pod_that_surely_runs_there_decide(
    mode: Addressing, engine: PolicyEngine
) -> None:
    held = {"addressing": fab.known(mode), "policy_engine": fab.known(engine)}
    placed = agent(pods=at(NODE))

    assert verdict(world(placed, policies=(SHUT,), **held)) is D
    assert verdict(world(placed, policies=(FROM_JUMP,), **held)) is A
    assert verdict(world(placed, policies=(BY_NODE_PORT,), **held)) is D
    assert verdict(world(placed, policies=(SHUT,), **held), to=OTHER) is A


@pytest.mark.parametrize(
    "change",
    [
        {"policy_engine": fab.known(PolicyEngine.CILIUM)},
        {"policy_engine": fab.hidden()},
        {"addressing": fab.known(Addressing.KUBENET)},
        {"windows": True},
    ],
)
def test_where_nodes_are_not_known_to_translate_a_refusal_is_not_sure(
    change: dict[str, Any],
) -> None:
    asked = world(agent(pods=at(NODE)), policies=(SHUT,), **change)

    assert verdict(asked) is U


def test_a_pod_for_windows_is_not_known_to_get_a_packet() -> None:
    asked = world(agent(pods=at(NODE), windows=True), policies=(SHUT,))

    assert verdict(asked) is U


def test_a_host_port_that_only_some_pods_ask_for_is_not_sure() -> None:
    some = (HostPort(8080, Protocol.TCP, 80, certain=False),)
    asked = world(agent(pods=at(NODE), host_ports=some), policies=(SHUT,))

    assert verdict(asked) is U


def test_a_host_port_that_cannot_be_read_may_be_any() -> None:
    unread = (HostPort(0, Protocol.TCP, 80, certain=False),)
    asked = world(agent(host_ports=unread), policies=(SHUT,))

    assert verdict(asked) is U
    assert verdict(asked, port=22) is U
    assert verdict(asked, protocol=Protocol.UDP) is A
    assert verdict(world(agent(host_ports=unread))) is A


def test_what_leads_to_a_port_that_cannot_be_read_is_not_known() -> None:
    unread = (HostPort(8080, Protocol.TCP, 0, certain=False),)

    assert verdict(world(agent(host_ports=unread))) is U
    assert verdict(world(agent(host_ports=unread)), port=80) is A


def test_other_ports_and_protocols_are_the_nodes_own() -> None:
    asked = world(agent(), policies=(SHUT,))

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


def beside(node: str = NODE) -> tuple[Workload, tuple[End, str, str]]:
    """Return a client whose one pod is on a node of `sys`, and it as a source."""
    placed = (Pod("c", (ip_address(POD),), node, (ip_address(node),)),)
    client = fab.workload("client", pods=placed, node_pool="sys")
    return client, (PodEnd(client), POD, "sys")


def test_a_pod_of_the_same_node_is_judged_as_whom_it_is() -> None:
    client, source = beside()
    target = agent(pods=at(NODE))
    asked = world(target, client, policies=(FROM_CLIENT,))

    assert verdict(asked, source=source, target=NodeEnd("sys")) is A
    shut = world(target, client, policies=(SHUT,))
    assert verdict(shut, source=source, target=NodeEnd("sys")) is D


def test_a_pod_of_another_node_comes_as_its_node_where_that_hides_it() -> None:
    client, source = beside(OTHER)
    target = agent(pods=at(NODE))
    held = {"policy_engine": fab.known(PolicyEngine.CALICO)}

    by_name = world(target, client, policies=(FROM_CLIENT,), **held)
    by_node = world(target, client, policies=(FROM_NODES,), **held)
    assert verdict(by_name, source=source, target=NodeEnd("sys")) is D
    assert verdict(by_node, source=source, target=NodeEnd("sys")) is A


def test_egress_is_asked_about_the_pod_on_the_own_node_and_the_node_elsewhere() -> None:
    target = agent(pods=at(NODE))
    near, from_near = beside()
    far, from_far = beside(OTHER)
    to_nodes = policy(
        "ns/out", labelled(app="client"), egress=(rule([block("10.1.0.0/24")]),)
    )
    to_pod = policy(
        "ns/out",
        labelled(app="client"),
        egress=(rule([pods(labelled(app="agent"))], [port(80)]),),
    )
    held = {"policy_engine": fab.known(PolicyEngine.CALICO)}

    for client, source, of_nodes, of_pod in (
        (near, from_near, D, A),
        (far, from_far, A, D),
    ):
        nodes = world(target, client, policies=(to_nodes,), **held)
        assert verdict(nodes, source=source, target=NodeEnd("sys")) is of_nodes
        pod = world(target, client, policies=(to_pod,), **held)
        assert verdict(pod, source=source, target=NodeEnd("sys")) is of_pod


def test_whether_a_pod_reaches_itself_against_its_policies_is_not_known() -> None:
    target = agent(pods=at(NODE), node_pool="sys")
    source = PodEnd(target), "10.244.0.7", "sys"
    asked = world(target, policies=(SHUT,))

    assert verdict(asked, source=source, target=NodeEnd("sys")) is U


def test_only_nodes_that_may_run_the_pod_count() -> None:
    pinned = world(agent(node_pool="user"), policies=(SHUT,))
    placed = world(agent(pods=at(OTHER)), policies=(SHUT,))
    some = agent(pods=(*at(OTHER), fab.pod("new", "10.244.0.9")))
    half_placed = world(some, policies=(SHUT,))

    assert verdict(pinned) is A
    assert verdict(pinned, to="10.1.2.10") is U
    assert verdict(placed) is A
    assert verdict(placed, to=OTHER) is D
    assert verdict(half_placed) is U
    assert verdict(half_placed, to=OTHER) is D


def test_a_host_port_bound_to_an_address_is_that_of_this_address_alone() -> None:
    ports = (HostPort(8080, Protocol.TCP, 80, OTHER),)
    bound = world(agent(host_ports=ports), policies=(SHUT,))

    assert verdict(bound) is A
    assert verdict(bound, to=OTHER) is U


@pytest.mark.parametrize("change", [{"runs": False}, {"host_network": True}])
def test_pods_that_are_finished_or_are_the_node_hold_no_host_port(
    change: dict[str, bool],
) -> None:
    assert verdict(world(agent(**change), policies=(SHUT,))) is A


def test_an_address_that_is_a_pods_or_a_nodes_may_be_either() -> None:
    # A policy of pods that the address may belong to counts at every port.
    asked = world(agent(), addressing=NODE_SUBNET)
    shut = world(agent(), addressing=NODE_SUBNET, policies=(SHUT,))

    assert verdict(asked) is A
    answer = PathModel.build(shut).partition(
        SubnetEnd("jump"),
        AddressEnd((AddressRange.parse(NODE),)),
        policy=policies_of(shut),
    )
    assert not answer.allowed & FlowSet.box(destination_ports=((8080, 8080),))


def hop_of(asked: Snapshot, found: Verdict) -> Hop:
    model = PathModel.build(asked)
    answer = model.partition(
        SubnetEnd("jump"), NodeEnd("sys"), policy=policies_of(asked)
    )
    numbers = int(ip_address(JUMP)), int(ip_address(NODE))
    header = Header(4, Protocol.TCP, *numbers, 40000, 8080)
    assert header in {A: answer.allowed, D: answer.denied, U: answer.unknown}[found]
    hops = model.explain(answer, header)
    (hop,) = [each for each in hops if each.at == "host port"]
    assert hop.rule is not None
    assert (hop.rule.name, hop.rule.origin) == ("ns/agent[Deployment]", fab.HERE)
    assert (hop.before.port, hop.after.port) == ("8080", "80")
    return hop


def test_the_way_shows_the_pod_the_translation_and_what_settles_the_place() -> None:
    hop = hop_of(world(agent(), policies=(SHUT,)), U)

    assert "TCP 8080 is a host port of ns/agent[Deployment]" in hop.says
    assert "may hand it on to the pod's port 80" in hop.says
    assert "kubectl get pods -n ns -o wide" in hop.says


def test_the_way_to_a_pod_that_surely_runs_there_has_no_doubt() -> None:
    hop = hop_of(world(agent(pods=at(NODE, OTHER)), policies=(SHUT,)), D)

    assert "the node hands it on to the pod's port 80" in hop.says


def test_a_reply_is_the_nodes_own_and_routed_from_its_subnet() -> None:
    asked = world(agent())
    black_hole = fab.route("away", "10.1.1.0/24", NextHop.NONE)
    table = fab.table("rt", black_hole)
    nodes = fab.subnet("nodes", "net", "10.1.0.0/24", route_table=fab.known("rt"))
    fabric = replace(
        asked.fabric,
        subnets=(nodes, *asked.fabric.subnets[1:]),
        route_tables=(table,),
    )
    for snapshot, fate in (
        (asked, Reply.RETURNS),
        (replace(asked, fabric=fabric), Reply.LOST),
    ):
        placed = replace(
            snapshot,
            objects=replace(snapshot.objects, workloads=(agent(pods=at(NODE)),)),
        )
        model = PathModel.build(placed)
        answer = model.partition(SubnetEnd("jump"), NodeEnd("sys"))
        numbers = int(ip_address(JUMP)), int(ip_address(NODE))
        header = Header(4, Protocol.TCP, *numbers, 40000, 8080)
        assert model.replies(answer, header)[0] is fate
