"""Node ports and front ends of Services, asked by the cluster itself and from outside.

Whatever the model calls unknown because a node or a load balancer may take it is shown
both ways: none of them may do what the engine excludes.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest
from test_front_packets import NODES, OPEN, shop

from fabrics import DENY, IN, balancer, rule, workload
from policy_cluster import labelled, policy
from rehearsed import MOST, differing, packet, passed, rehearsed
from seawall.app.cli.rehearsal.hold import hold
from seawall.model.policy import Policy
from seawall.model.snapshot import Snapshot
from seawall.model.workload import Pod, Workload
from seawall.query.case import Case
from seawall.query.rehearsal.answer import Rehearsal
from seawall.query.rehearsal.prepare import Layers, prepared
from seawall.twin.classes.cast import FrontStand, NodeStand
from seawall.twin.plan import Result
from seawall.twin.running import raised

ENGINES = ("npm", "calico", "cilium")
SHUT = policy("ns/web", labelled(app="web"), ingress=[])
PORT = 30080


def placed(name: str, address: str, node: str) -> Workload:
    at = (ip_address(NODES[node]),)
    return workload(name, pods=(Pod(f"{name}-0", (ip_address(address),), node, at),))


def peopled(*policies: Policy, floating: bool = True, **changed: object) -> Snapshot:
    """Return `web` and `near` on node one and `far` on node two, and a desk."""
    plain = balancer("web", 80)
    if not floating:
        sunk = replace(plain.rules[0], floating=False, back_port=PORT)
        plain = replace(plain, rules=(sunk,))
    read = shop(OPEN, lb=plain, **changed)
    others = (
        placed("near", "10.244.0.11", "one"),
        placed("far", "10.244.1.11", "two"),
    )
    workloads = (*read.objects.workloads, *others)
    objects = replace(read.objects, workloads=workloads, policies=policies)
    return replace(read, objects=objects)


def led(snapshot: Snapshot, engine: str, *, takes_fronts: bool) -> Rehearsal:
    case = Case(snapshot, engine)
    return hold(prepared(case, Layers.ALL, MOST, takes_fronts=takes_fronts)).found


def test_a_node_port_leads_to_the_pod_on_every_node_and_others_to_none() -> None:
    found = rehearsed(peopled(), "calico")
    assert differing(found) == []
    for node in ("one", "two"):
        there = packet(found, "desk", f"node {node}", PORT)
        assert passed(there)
        assert there.outcome.answered_by == "pod:ns/web-0"
        assert there.outcome.seen_source == NODES[node]
    assert passed(packet(found, "far", "node one", PORT))


def test_under_local_a_node_without_the_pod_drops_what_comes_from_outside() -> None:
    found = rehearsed(peopled(local_traffic_only=True), "calico")
    assert differing(found) == []
    there = packet(found, "desk", "node one", PORT)
    assert passed(there)
    assert there.outcome.seen_source == str(there.question.source.address)
    assert not passed(packet(found, "desk", "node two", PORT))


@pytest.mark.parametrize("engine", ENGINES)
def test_policies_close_node_ports_except_on_npm(engine: str) -> None:
    found = rehearsed(peopled(SHUT), engine)
    assert differing(found) == []
    desk = packet(found, "desk", "node two", PORT)
    assert passed(desk) is (engine == "npm")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("floating", [True, False])
def test_own_front_ends_do_by_either_way_what_is_proved(
    *, engine: str, local: bool, floating: bool
) -> None:
    given = peopled(SHUT, floating=floating, local_traffic_only=local)
    for takes_fronts in (True, False):
        found = led(given, engine, takes_fronts=takes_fronts)
        assert differing(found) == [], takes_fronts


def test_by_either_way_a_pod_of_the_cluster_is_led_to_its_own_front_end() -> None:
    met = {}
    for takes_fronts in (True, False):
        case = Case(peopled(), "calico")
        held = prepared(case, Layers.ALL, MOST, takes_fronts=takes_fronts)
        (number,) = [
            at
            for at, it in enumerate(held.questions, 1)
            if getattr(it.source, "name", "") == "ns/near-0"
            and isinstance(it.target, FrontStand)
            and it.port == 80
        ]
        with raised(held.plan) as twin:
            (outcome,) = twin.probe([held.plan.probes[number - 1]])
            met[takes_fronts] = {
                it.comment.split(" at ")[0].split(" ", 1)[1]
                for it in twin.counted()
                if it.packets
            }
        assert outcome.answered_by == "pod:ns/web-0"
    assert "lb/rule" in met[False] - met[True]


def test_inside_traffic_that_is_local_stays_on_the_node() -> None:
    found = rehearsed(peopled(local_inside_only=True), "calico")
    assert differing(found) == []
    assert passed(packet(found, "near", "Service ns/web", 80))
    assert not passed(packet(found, "ns/far", "Service ns/web", 80))


def test_filters_between_nodes_are_met_by_what_is_handed_on() -> None:
    """Half of what comes by the front end is lost: the engine must not call it open."""
    given = peopled()
    closing = rule("no", 90, IN, DENY, to="10.244.0.0/16", port="8080")
    group = given.fabric.security_groups[0]
    groups = (replace(group, rules=(closing, *group.rules)),)
    given = replace(given, fabric=replace(given.fabric, security_groups=groups))
    for takes_fronts in (True, False):
        found = led(given, "calico", takes_fronts=takes_fronts)
        assert differing(found) == []
        hits = {
            item.outcome.result
            for item in found.compared
            if isinstance(item.question.target, NodeStand)
            and item.question.port == PORT
        }
        assert hits == {Result.ANSWERED, Result.REFUSED}
