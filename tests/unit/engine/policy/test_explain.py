"""Explanations: they agree with the answers, and they name what decides."""

from ipaddress import ip_address

from hypothesis import given
from hypothesis import strategies as st

from policy_cluster import (
    SCTP,
    TCP,
    Asked,
    block,
    cluster,
    labelled,
    pod,
    pods,
    policy,
    port,
)
from policy_cluster import rule as a_rule
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.reasons.explain import explain
from seawall.engine.policy.reasons.place import PodOf
from seawall.model.dataplane import DATAPLANES, Dataplane
from seawall.model.snapshot import KubernetesObjects
from seawall.model.trace import Verdict
from strategies import clusters


@given(clusters(), st.sampled_from(list(DATAPLANES.values())), st.sampled_from((1, 80)))
def test_an_explanation_never_differs_from_the_answer(
    objects: KubernetesObjects, dataplane: Dataplane, number: int
) -> None:
    table = PolicyTable.build(objects, dataplane)
    bit = table.services.mask_of(TCP, number)
    for source in objects.workloads:
        for destination in objects.workloads:
            mask = table.between(source, destination)
            wanted = Verdict.UNKNOWN if mask.possible & bit else Verdict.DENIED
            if mask.allowed & bit:
                wanted = Verdict.ALLOWED
            found = explain(table, source, destination, TCP, number)
            assert found.verdict is wanted
            for side in (found.egress, found.ingress):
                if any(not match.doubts for match in side.allowing):
                    assert side.verdict is not Verdict.DENIED or not mask.allowed & bit


def test_what_no_policy_holds_is_told_for_each_service() -> None:
    ask = Asked(cluster(), "cilium")
    for protocol in (TCP, SCTP, TCP):
        found = explain(ask.table, ask.workload("x/b"), ask.workload("x/a"), protocol)
        mask = ask.table.between(ask.workload("x/b"), ask.workload("x/a"))
        bit = ask.table.services.mask_of(protocol, 0)
        assert (found.ingress.verdict is Verdict.ALLOWED) == bool(mask.allowed & bit)
        assert found.ingress.direction is not found.egress.direction
        assert found.ingress.isolating == found.ingress.near_misses == ()


def test_every_rule_that_allows_is_named() -> None:
    first = policy("x/p", ingress=(a_rule([pods()], [port(443)]), a_rule([pods()])))
    second = policy("x/q", ingress=(a_rule(),))
    ask = Asked(cluster(first, second), "calico")
    found = explain(ask.table, ask.workload("x/b"), ask.workload("x/a"), TCP, 80)
    assert found.verdict is Verdict.ALLOWED
    assert [item.label for item in found.ingress.isolating] == ["x/p", "x/q"]
    assert [(m.policy.label, m.position) for m in found.ingress.allowing] == [
        ("x/p", 1),
        ("x/q", 0),
    ]
    assert found.egress.isolating == ()


def test_a_denial_names_the_rules_that_nearly_fit() -> None:
    by_peer = a_rule([pods()], [port(443)])
    by_port = a_rule([pods(labelled(pod="c"))], [port(80)])
    neither = a_rule([pods(labelled(pod="c"))], [port(443)])
    ask = Asked(cluster(policy("x/p", ingress=(by_peer, by_port, neither))), "calico")
    found = explain(ask.table, ask.workload("x/b"), ask.workload("x/a"), TCP, 80)
    assert found.verdict is Verdict.DENIED
    assert [(miss.position, miss.fits_peer) for miss in found.ingress.near_misses] == [
        (0, True),
        (1, False),
    ]


def test_an_uncertain_rule_says_what_is_open() -> None:
    objects = cluster(policy("x/p", egress=(a_rule([block("0.0.0.0/0")]),)))
    ask = Asked(objects)
    found = explain(ask.table, ask.workload("x/a"), ask.workload("y/a"), TCP, 80)
    assert found.verdict is Verdict.UNKNOWN
    (match,) = found.egress.allowing
    assert match.doubts == (
        "the API leaves open whether an ipBlock matches the address of a pod",
    )


def test_pods_that_fare_differently_are_told_apart() -> None:
    workloads = (pod("x/a"), pod("y/b", "10.0.0.1", "172.16.0.1"))
    ask = Asked(
        cluster(
            policy("x/p", egress=(a_rule([block("10.0.0.0/8")]),)), workloads=workloads
        ),
        "calico",
    )
    source, target = ask.workload("x/a"), ask.workload("y/b")
    together = explain(ask.table, source, target, TCP, 80)
    assert together.verdict is Verdict.UNKNOWN
    assert together.depends_on_pod
    each = [explain(ask.table, source, PodOf(target, one), TCP) for one in target.pods]
    assert [item.verdict for item in each] == [Verdict.ALLOWED, Verdict.DENIED]


def test_an_address_has_no_policies_of_its_own() -> None:
    ask = Asked(cluster(policy("x/p", ingress=())), "calico")
    found = explain(ask.table, ip_address("8.8.8.8"), ask.workload("x/a"), TCP, 80)
    assert found.verdict is Verdict.DENIED
    assert found.egress.verdict is Verdict.ALLOWED
    assert [item.label for item in found.ingress.isolating] == ["x/p"]


def test_a_policy_that_the_engine_skips_is_named() -> None:
    ask = Asked(
        cluster(policy("x/p", ingress=(a_rule([block("2001:db8::/32")]),))), "npm"
    )
    found = explain(ask.table, ask.workload("y/a"), ask.workload("x/a"), TCP, 80)
    assert found.verdict is Verdict.ALLOWED
    assert [item.label for item in found.ingress.voided] == ["x/p"]
