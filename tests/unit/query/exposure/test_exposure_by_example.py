"""Exposure by example: the words that people read."""

from dataclasses import replace

import pytest

from policy_cluster import (
    IN,
    ORIGIN,
    OUT,
    block,
    cluster,
    labelled,
    name,
    pod,
    pods,
    policy,
    port,
    rule,
    term,
)
from seawall.model.dataplane import CALICO, NPM, Language
from seawall.model.ends import ANYTHING, Comparison, Endpoints, Facet, LabelTest
from seawall.model.packet import PortRange, Protocol
from seawall.model.policy import Direction, Policy
from seawall.model.ranked import ADMIN_TIER, Action, RankedPolicy, RankedRule
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.query.exposure.answer import Exposed, exposures
from seawall.query.exposure.cover import boxes
from seawall.query.reach.text import services_text

PAIR = (pod("x/a"), pod("y/b"))


def exposed(objects: KubernetesObjects, direction: Direction = IN) -> Exposed:
    wanted = [(objects.workloads[0], direction)]
    (found,) = exposures(Snapshot(objects=objects), CALICO, wanted)
    return found


def told(*policies: Policy, direction: Direction = IN) -> list[str]:
    found = exposed(cluster(*policies, workloads=PAIR), direction)
    return [
        f"{item.peers.text}: {services_text(item.allowed)}"
        + (f" perhaps {services_text(item.unknown)}" if item.unknown else "")
        + "".join(f" named {text}" for _, text in item.named)
        for item in found.found
    ]


def test_without_a_policy_everyone_may_come() -> None:
    found = exposed(cluster(workloads=PAIR))
    assert not found.isolated
    assert [item.peers.text for item in found.found] == ["any pod in any namespace"]
    assert found.found[0].allowed == (("any", "0-65535"),)


def test_a_policy_that_only_denies_some_holds_a_workload_all_the_same() -> None:
    from_z = LabelTest(Facet.NAMESPACE_NAME, "", Comparison.IN, values=frozenset({"z"}))
    denial = RankedRule(Action.DENY, Endpoints(from_z), ORIGIN)
    guard = RankedPolicy(
        "AdminNetworkPolicy",
        Language.ADMIN,
        None,
        "guard",
        ANYTHING,
        ADMIN_TIER,
        1.0,
        None,
        frozenset({IN}),
        frozenset(),
        (denial,),
        (),
        ORIGIN,
    )
    objects = replace(cluster(workloads=PAIR), ranked_policies=(guard,))
    assert exposed(objects).isolated
    assert not exposed(objects, OUT).isolated


def test_with_an_empty_policy_no_one_may_come() -> None:
    found = exposed(cluster(policy("x/p", ingress=[]), workloads=PAIR))
    assert found.isolated
    assert not found.found


def test_pods_by_label_in_the_policys_own_namespace_alone() -> None:
    assert told(policy("x/p", ingress=[rule([pods(labelled(app="web"))])])) == [
        "pods with app = web in x: everything"
    ]


def test_an_absent_label_is_told_from_another_value() -> None:
    assert told(
        policy("x/p", ingress=[rule([pods(term("app", "Exists"))], [port(80)])])
    ) == ["pods with app present in x: TCP 80"]
    assert told(
        policy("x/p", ingress=[rule([pods(term("app", "DoesNotExist"))], [port(80)])])
    ) == ["pods with app absent in x: TCP 80"]
    assert told(
        policy("x/p", ingress=[rule([pods(term("app", "NotIn", "a", "b"))], [port(1)])])
    ) == ["pods with app not in (a, b) in x: TCP 1"]


def test_namespaces_by_label_existing_ones_and_new_ones() -> None:
    peer = pods(namespaces=labelled(team="blue"))
    assert told(policy("x/p", ingress=[rule([peer])])) == [
        "any pod in new namespaces with team = blue: everything"
    ]
    peer = pods(namespaces=labelled(ns="y"))
    assert told(policy("x/p", ingress=[rule([peer])])) == [
        "any pod in y or new namespaces with ns = y: everything"
    ]


def test_a_namespace_by_name_that_exists_cannot_come_to_be() -> None:
    named = "kubernetes.io/metadata.name"
    peer = pods(namespaces=term(named, "In", "y", "later"))
    assert told(policy("x/p", ingress=[rule([peer])])) == [
        "any pod in y or new namespaces with name = later: everything"
    ]


def test_what_several_policies_grant_is_joined() -> None:
    one = policy("x/p", ingress=[rule([pods(labelled(app="web"))], [port(80)])])
    two = policy("x/q", ingress=[rule([pods(namespaces=term("k", "Exists"))])])
    assert told(one, two) == [
        "any pod in new namespaces with k present: everything",
        "pods with app = web in x: TCP 80",
    ]


def test_a_port_name_is_told_as_a_name_for_its_number_is_not_known() -> None:
    out = policy("x/p", egress=[rule([pods()], [name("web"), port(443)])])
    assert told(out, direction=OUT) == ["any pod in x: TCP 443 named web"]


def test_a_name_says_nothing_where_every_number_passes() -> None:
    out = policy("x/p", egress=[rule([pods()], [name("web"), port()])])
    assert told(out, direction=OUT) == ["any pod in x: TCP all"]


def test_a_block_that_may_hold_a_pod_makes_it_unknown() -> None:
    assert told(policy("x/p", ingress=[rule([block("10.1.0.0/16")])])) == [
        "any pod in any namespace:  perhaps everything"
    ]


def test_only_what_was_asked_about_is_told() -> None:
    objects = cluster(
        policy("x/p", ingress=[rule([pods()], [port(80, 90)])]), workloads=PAIR
    )
    (found,) = exposures(
        Snapshot(objects=objects),
        NPM,
        [(objects.workloads[0], IN)],
        ((Protocol.TCP, PortRange(85, 100)),),
    )
    assert [item.allowed for item in found.found] == [(("TCP", "85-90"),)]


def test_pods_on_the_host_network_and_finished_ones_are_left_out() -> None:
    gone = replace(PAIR[0], runs=False)
    host = replace(PAIR[1], host_network=True)
    objects = cluster(workloads=(gone, host))
    wanted = [(item, IN) for item in objects.workloads]
    assert not list(exposures(Snapshot(objects=objects), CALICO, wanted))


def test_two_new_namespaces_of_one_name_do_not_disturb_each_other() -> None:
    named = "kubernetes.io/metadata.name"
    both = pods(namespaces=term(named, "In", "later"))
    blue = pods(namespaces=labelled(team="blue"))
    assert told(
        policy("x/p", ingress=[rule([both], [port(1)]), rule([blue], [port(2)])])
    ) == [
        "any pod in new namespaces with name = later and team = blue: TCP 1-2",
        "any pod in new namespaces with name = later and team not blue: TCP 1",
        "any pod in new namespaces with name not later and team = blue: TCP 2",
    ]


@pytest.mark.parametrize(
    "points", [{(0, 0)}, {(0, 0), (1, 1)}, {(0, 0), (0, 1), (1, 0)}]
)
def test_boxes_hold_exactly_the_points(points: set[tuple[int, int]]) -> None:
    found = [
        (a, b)
        for left, right in boxes(frozenset(points), (2, 2))
        for a in left
        for b in right
    ]
    assert len(found) == len(points)
    assert set(found) == points
