"""Packets that aim at one rule, and why none does."""

from policy_cluster import ORIGIN, block, labelled, pod, pods, policy, port, rule
from seawall.model.dataplane import CALICO
from seawall.model.packet import Protocol
from seawall.model.policy import Policy
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import Namespace
from seawall.twin.classes.cast import cast_of
from seawall.twin.policies.ground import Ground
from seawall.twin.policies.table import walks
from seawall.twin.sampling.aimed import Aimed, aimed, with_aimed


def aims(*policies: Policy) -> Aimed:
    objects = KubernetesObjects(
        namespaces=(Namespace("x", (), declared=True, origin=ORIGIN),),
        workloads=(pod("x/a"), pod("x/b")),
        policies=policies,
    )
    cast = cast_of(Snapshot(objects=objects))
    ground = Ground(objects, CALICO, cast)
    walks(ground)
    return aimed(ground.marks, cast)


def test_a_rule_is_aimed_at_from_whom_it_means_over_what_it_names() -> None:
    given = policy(
        "x/p",
        labelled(pod="a"),
        ingress=[rule([pods(labelled(pod="b"))], [port(8443)])],
    )
    (questions,) = aims(given).questions.values()
    assert {(it.protocol, it.port) for it in questions} == {(Protocol.TCP, 8443)}
    assert getattr(questions[0].source, "name", "").startswith("x/b")
    assert getattr(questions[0].target, "name", "").startswith("x/a")


def test_a_rule_that_means_nobody_here_has_that_for_a_reason() -> None:
    nobody = policy(
        "x/p", labelled(pod="a"), ingress=[rule([pods(labelled(pod="other"))])]
    )
    assert list(aims(nobody).why.values()) == [
        "nobody in the twin sends from where it means"
    ]
    outside = policy("x/p", labelled(pod="a"), ingress=[rule([block("8.8.8.0/24")])])
    assert list(aims(outside).why.values()) == [
        "whom it means as sender is outside, and nobody asks from there"
    ]


def test_every_rule_is_aimed_at_once_before_any_is_twice() -> None:
    rules = [rule([pods(labelled(pod="b"))], [port(n)]) for n in (1, 2, 3)]
    found = aims(policy("x/p", labelled(pod="a"), ingress=rules))
    first = with_aimed((), found, 6)
    assert {it.port for it in first} == {1, 2, 3}
