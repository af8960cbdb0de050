"""Which packets are sent."""

from policy_cluster import ORIGIN, block, labelled, pod, pods, policy, port, rule
from seawall.model.dataplane import CALICO
from seawall.model.packet import Protocol
from seawall.model.policy import Policy
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import Namespace
from seawall.twin.classes.cast import cast_of
from seawall.twin.policies.ground import Ground
from seawall.twin.sampling.questions import Question, policy_questions


def asked(*policies: Policy, most: int = 1_000) -> tuple[Question, ...]:
    objects = KubernetesObjects(
        namespaces=(Namespace("x", (), declared=True, origin=ORIGIN),),
        workloads=(pod("x/a"), pod("x/b")),
        policies=policies,
    )
    cast = cast_of(Snapshot(objects=objects))
    return policy_questions(Ground(objects, CALICO, cast), most)


GIVEN = policy(
    "x/p",
    labelled(pod="a"),
    ingress=[rule([pods(labelled(pod="b"))], [port(8000, 8010)])],
    egress=[rule([block("8.8.8.0/24")], [port(443)])],
)


def test_every_pair_of_pods_is_asked_both_ways() -> None:
    pairs = {(it.source, it.target) for it in asked(GIVEN)}
    assert all((target, source) in pairs for source, target in pairs)
    assert len({source for source, _ in pairs}) >= 4


def test_both_edges_of_a_range_and_what_lies_beyond_are_asked() -> None:
    ports = {it.port for it in asked(GIVEN) if it.protocol is Protocol.TCP}
    assert {7999, 8000, 8010, 8011, 443} <= ports


def test_a_port_that_no_rule_names_and_other_protocols_are_asked() -> None:
    found = asked(GIVEN)
    assert {it.protocol for it in found} == {Protocol.TCP, Protocol.UDP, Protocol.ICMP}
    assert any(it.port == 4_444 for it in found)


def test_sctp_is_asked_where_a_rule_names_it() -> None:
    named = policy(
        "x/p",
        labelled(pod="a"),
        ingress=[rule(None, [port(7, protocol=Protocol.SCTP)])],
    )
    assert (Protocol.SCTP, 7) in {(it.protocol, it.port) for it in asked(named)}


def test_where_fewer_can_be_sent_pairs_take_turns() -> None:
    all_pairs = {(it.source, it.target) for it in asked(GIVEN)}
    few = asked(GIVEN, most=3 * len(all_pairs))
    assert len(few) < len(asked(GIVEN))
    assert {(it.source, it.target) for it in few} == all_pairs


def test_no_question_is_asked_twice() -> None:
    found = asked(GIVEN)
    assert len(found) == len(set(found))
