"""Policies and nodes that are asked about as such: engine and definition agree.

Source:
    AKS docs, azure-cni-powered-by-cilium; docs/semantics/engines.md, D2 and D17.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

import fabrics as fab
import strategies_fabric as fabric_strategies
from fabrics import known
from policy_cluster import block, labelled, pods, policy, rule
from seawall.engine.path import PathModel, TablePolicies
from seawall.engine.policy import PolicyTable
from seawall.flowspace import Header
from seawall.model.cluster import Addressing
from seawall.model.dataplane import DATAPLANES, PolicyEngine
from seawall.model.end import AddressEnd, End, NodeEnd, PodEnd
from seawall.model.packet import Packet
from seawall.model.policy import Policy
from seawall.model.snapshot import Snapshot
from seawall.model.trace import Verdict
from seawall.model.workload import Workload
from seawall.reference.journey import Start
from seawall.reference.match import agreed
from seawall.reference.walk import follow

A, D, U = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
CILIUM, CALICO, NPM = PolicyEngine.CILIUM, PolicyEngine.CALICO, PolicyEngine.NPM
POD, OWN, OTHER = "10.244.0.7", "10.1.0.9", "10.1.1.9"
ONE, TWO = NodeEnd("one"), NodeEnd("two")
BLOCKS = ("0.0.0.0/0", "10.0.0.0/8", "10.1.1.0/24")


def world(engine: PolicyEngine, *policies: Policy) -> Snapshot:
    """Return two pools in a subnet each, and a pod that is pinned to the first."""
    on = fab.cluster(
        fab.pool("one", "nodes"),
        fab.pool("two", "more"),
        addressing=known(Addressing.OVERLAY),
        policy_engine=known(engine),
    )
    plain = fab.hub_and_spoke()
    fabric = replace(
        plain, subnets=(*plain.subnets, fab.subnet("more", "spoke", "10.1.1.0/24"))
    )
    web = fab.workload("web", node_pool="one", pods=(fab.pod("web-1", POD),))
    shown = fab.snapshot(fabric, on, workloads=(web,))
    return replace(shown, objects=replace(shown.objects, policies=policies))


def of_engine(
    asked: Snapshot, source: End, target: End, way: tuple[str, str]
) -> Verdict:
    """Return what the engine says of one packet, policies included."""
    assert asked.cluster is not None
    engine = asked.cluster.policy_engine.value
    assert engine is not None
    homes = [it for it in asked.fabric.subnets if it.id in ("nodes", "more")]
    table = PolicyTable.build(
        asked.objects,
        DATAPLANES[engine],
        pod_ranges=asked.cluster.pod_ranges.value or (),
        node_ranges=[item for home in homes for item in home.prefixes],
    )
    sender, receiver = map(ip_address, way)
    answer = PathModel.build(asked).partition(
        source, target, policy=TablePolicies(table)
    )
    header = Header(4, 6, int(sender), int(receiver), 40000, 80)
    parts = {A: answer.allowed, U: answer.unknown, D: answer.denied}
    (found,) = [verdict for verdict, part in parts.items() if header in part]
    return found


def both(asked: Snapshot, source: End, target: End, way: tuple[str, str]) -> Verdict:
    """Return what both meanings say of one packet."""
    (start,) = PathModel.build(asked).starts(source)
    here = Start(source, start.pool.name if start.pool else "", start.network or "")  # type: ignore[arg-type]
    sender, receiver = map(ip_address, way)
    found = agreed(
        follow(
            asked,
            here,
            Packet(sender, receiver, 6, 40000, 80),
            target=target,
            choice=fabric_strategies.Drawn(turn),
        ).verdict
        for turn in range(10)
    )
    ours = of_engine(asked, source, target, way)
    assert ours is found
    return ours


def pod_of(asked: Snapshot) -> PodEnd:
    found: Workload = asked.objects.workloads[0]
    return PodEnd(found)


@pytest.mark.parametrize("text", BLOCKS)
@pytest.mark.parametrize(("engine", "verdict"), [(CILIUM, D), (CALICO, A), (NPM, A)])
def test_a_block_holds_nodes_except_on_cilium(
    engine: PolicyEngine, verdict: Verdict, text: str
) -> None:
    out = policy("ns/out", labelled(app="web"), egress=[rule([block(text)])])
    asked = world(engine, out)
    assert both(asked, pod_of(asked), TWO, (POD, OTHER)) is verdict
    into = policy("ns/in", labelled(app="web"), ingress=[rule([block(text)])])
    asked = world(engine, into)
    assert both(asked, TWO, pod_of(asked), (OTHER, POD)) is verdict


def test_any_node_of_the_pods_own_pool_is_held_by_no_block_of_cilium() -> None:
    """It may be the pod's own node, which may reach the pod whatever policies say."""
    out = policy("ns/out", labelled(app="web"), egress=[rule([block("10.0.0.0/8")])])
    asked = world(CILIUM, out)
    assert both(asked, pod_of(asked), ONE, (POD, OWN)) is D
    into = policy("ns/in", labelled(app="web"), ingress=[rule([block("10.0.0.0/8")])])
    asked = world(CILIUM, into)
    assert both(asked, ONE, pod_of(asked), (OWN, POD)) is U


@pytest.mark.parametrize("engine", [CILIUM, CALICO, NPM])
def test_what_names_no_peer_admits_nodes_and_what_names_pods_does_not(
    engine: PolicyEngine,
) -> None:
    for rules, verdict in (([rule()], A), ([rule([pods(labelled(app="web"))])], D)):
        asked = world(engine, policy("ns/out", labelled(app="web"), egress=rules))
        assert both(asked, pod_of(asked), TWO, (POD, OTHER)) is verdict
        asked = world(engine, policy("ns/in", labelled(app="web"), ingress=rules))
        assert both(asked, TWO, pod_of(asked), (OTHER, POD)) is verdict


def test_a_pod_on_the_network_of_a_node_comes_as_that_node() -> None:
    """Source: docs/semantics/engines.md, D2, D15 and D17."""
    into = policy("ns/in", labelled(app="web"), ingress=[rule([block("10.0.0.0/8")])])
    for engine, verdict in ((CILIUM, D), (CALICO, A), (NPM, A)):
        asked = world(engine, into)
        agent = fab.workload("agent", node_pool="two", host_network=True)
        pods_ = (*asked.objects.workloads, agent)
        asked = replace(asked, objects=replace(asked.objects, workloads=pods_))
        way = (OTHER, POD)
        assert both(asked, PodEnd(agent), pod_of(asked), way) is verdict


def test_an_address_among_nodes_may_be_another_machines() -> None:
    """The input does not say which addresses of the subnet nodes have."""
    out = policy("ns/out", labelled(app="web"), egress=[rule([block("10.0.0.0/8")])])
    asked = world(CILIUM, out)
    there = AddressEnd((fab.cidr(OTHER),))
    assert of_engine(asked, pod_of(asked), there, (POD, OTHER)) is U
    into = policy("ns/in", labelled(app="web"), ingress=[rule([block("10.0.0.0/8")])])
    asked = world(CILIUM, into)
    assert of_engine(asked, there, pod_of(asked), (OTHER, POD)) is U
