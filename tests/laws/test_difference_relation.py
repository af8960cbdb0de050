"""Containment and disjointness say of every pair and service what the answers say."""

from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from policy_cluster import cluster, labelled, pod, pods, policy, port, rule
from seawall.engine.policy.answers.flows import answer_flows
from seawall.flowspace import FlowSet
from seawall.model.dataplane import CALICO, DATAPLANES, Dataplane, Tri
from seawall.model.policy import Direction
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.query.difference.answer import Difference
from seawall.query.difference.relation import Relation, relation
from seawall.query.difference.side import Side
from seawall.query.reach.policy import ReachResult, reach_policy
from strategies import clusters

PLANES = st.sampled_from(list(DATAPLANES.values()))
PAIR = (pod("x/a"), pod("x/b"))


def side(name: str, objects: KubernetesObjects, dataplane: Dataplane) -> Side:
    return Side(name, reach_policy(Snapshot(objects=objects), dataplane))


def answers(result: ReachResult) -> Iterator[tuple[FlowSet, FlowSet]]:
    """Yield what surely and possibly passes, for everything that is compared.

    As packets: two tables need not cut ports at the same places.
    """
    table = result.table
    for at, workload in enumerate(result.workloads):
        found = result.answers_from(at)
        masks = [
            table.mask(found.get(to, 0))
            for to in range(len(result.workloads))
            if to != at
        ]
        for mask in (*masks, table.own_node(workload)):
            flows = answer_flows(table.services, mask)
            yield flows.allowed, flows.possible


@given(clusters(), PLANES, PLANES)
def test_one_input_under_two_engines(
    objects: KubernetesObjects, one: Dataplane, two: Dataplane
) -> None:
    left, right = side("left", objects, one), side("right", objects, two)
    found = relation(Difference(left, right))
    pairs = list(zip(answers(left.result), answers(right.result), strict=True))
    # Addresses are compared too, so that only one way round can be concluded here.
    if found.left_in_right is Tri.YES:
        assert not any(possible - sure for (_, possible), (sure, _) in pairs)
    if found.right_in_left is Tri.YES:
        assert not any(possible - sure for (sure, _), (_, possible) in pairs)
    if any(sure - possible for (sure, _), (_, possible) in pairs):
        assert found.left_in_right is Tri.NO
    if any(sure - possible for (_, possible), (sure, _) in pairs):
        assert found.right_in_left is Tri.NO
    if any(one_sure & other for (one_sure, _), (other, _) in pairs):
        assert found.disjoint is Tri.NO
    if found.disjoint is Tri.YES:
        assert not any(mine & other for (_, mine), (_, other) in pairs)


@given(clusters(), PLANES)
def test_fewer_rules_of_a_policy_let_no_more_pass(
    objects: KubernetesObjects, dataplane: Dataplane
) -> None:
    """NetworkPolicies only add up while the same pods stay isolated."""
    fewer = tuple(
        replace(item, ingress=item.ingress[1:], egress=item.egress[1:])
        for item in objects.policies
    )
    left = side("fewer", replace(objects, policies=fewer), dataplane)
    found = relation(Difference(left, side("all", objects, dataplane)))
    assert found.left_in_right is not Tri.NO or dataplane.ipv6_block_voids_policy


def related(first: int, second: int) -> Relation:
    sides = [
        side(
            str(number),
            cluster(
                policy("x/in", ingress=[rule([pods()], [port(number, number + 1)])]),
                policy("x/out", egress=[rule([pods()], [port(number, number + 1)])]),
                workloads=PAIR,
            ),
            CALICO,
        )
        for number in (first, second)
    ]
    return relation(Difference(*sides))


def test_the_same_policies_are_contained_in_each_other() -> None:
    assert related(80, 80) == Relation(Tri.YES, Tri.YES, Tri.NO)


def test_policies_that_share_a_port_are_neither_contained_nor_disjoint() -> None:
    assert related(80, 81) == Relation(Tri.NO, Tri.NO, Tri.NO)


def test_policies_for_other_ports_let_nothing_pass_together() -> None:
    assert related(80, 90).disjoint is Tri.YES


def test_the_words_say_who_lets_more_pass() -> None:
    less = cluster(policy("x/p", labelled(pod="a"), ingress=[]), workloads=PAIR)
    more = cluster(workloads=PAIR)
    found = relation(Difference(side("l", less, CALICO), side("m", more, CALICO)))
    assert found.sentence("l", "m") == "m lets pass all that l does, and more."
    found = relation(Difference(side("m", more, CALICO), side("l", less, CALICO)))
    assert found.sentence("m", "l") == "l lets pass only what m does, and less."
    assert Direction.INGRESS in less.policies[0].isolates
