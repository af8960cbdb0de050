"""What pods of one workload share, where addresses lie, and what stays open."""

from dataclasses import replace

from policy_cluster import (
    IN,
    OUT,
    TCP,
    UDP,
    Asked,
    block,
    cluster,
    labelled,
    opaque,
    pod,
    pods,
    policy,
    port,
    rule,
)
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import CALICO, SPEC, PolicyEngine, Tri
from seawall.model.selector import EVERYTHING
from seawall.model.trace import Verdict

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
TEN = (rule([block("10.0.0.0/8")]),)


def test_what_only_some_pods_of_a_workload_may_do_is_unknown() -> None:
    workloads = (pod("x/a"), pod("y/b", "10.0.0.1", "172.16.0.1"))
    ask = Asked(cluster(policy("x/p", egress=TEN), workloads=workloads), "calico")
    assert ask("x/a", "y/b") is UNKNOWN
    target = ask.workload("y/b")
    verdicts = {
        ask.table.between_units(
            ask.table.units(ask.workload("x/a")), ask.table.units(target, one)
        ).allowed
        != 0
        for one in target.pods
    }
    assert verdicts == {True, False}


def test_a_pod_without_address_lies_in_private_space() -> None:
    workloads = (pod("x/a"), pod("y/b"))
    everywhere = [block("0.0.0.0/0")]
    half = [block("10.0.0.0/8")]
    public = [block("8.0.0.0/8")]
    wanted = [(everywhere, ALLOWED, 0), (half, UNKNOWN, 1), (public, DENIED, 1)]
    for peers, verdict, assumed in wanted:
        objects = cluster(policy("x/p", egress=(rule(peers),)), workloads=workloads)
        ask = Asked(objects, "calico")
        assert ask("x/a", "y/b") is verdict
        assert len(ask.table.assumptions) == assumed


def test_known_pod_ranges_narrow_where_pods_are() -> None:
    workloads = (pod("x/a"), pod("y/b"))
    objects = cluster(policy("x/p", egress=TEN), workloads=workloads)
    assert Asked(objects, "calico", pod_ranges="10.244.0.0/16")("x/a", "y/b") is ALLOWED
    assert Asked(objects, "calico", pod_ranges="192.168.0.0/16")("x/a", "y/b") is DENIED


def test_an_address_in_the_node_ranges_may_be_a_node_or_not() -> None:
    objects = cluster(policy("x/p", egress=TEN))
    for engine, verdict in {"calico": ALLOWED, "cilium": UNKNOWN}.items():
        ask = Asked(objects, engine, node_ranges="10.224.0.0/16")
        assert ask("x/a", "10.224.0.9") is verdict
        assert ask("x/a", "10.225.0.9") is ALLOWED


def test_an_address_in_the_pod_ranges_is_no_target_for_blocks_on_cilium() -> None:
    objects = cluster(policy("x/p", egress=TEN))
    ask = Asked(objects, "cilium", pod_ranges="10.244.0.0/16")
    assert ask("x/a", "10.244.3.4") is DENIED


def test_an_unreadable_policy_leaves_nothing_certain() -> None:
    for kind in ("NetworkPolicy", "AuthorizationPolicy.security.istio.io"):
        ask = Asked(cluster(opaque_policies=(opaque(kind),)), "calico")
        assert ask("y/a", "x/a") is UNKNOWN
        assert ask("x/a", "8.8.8.8") is UNKNOWN
        assert ask("y/a", "z/a") is ALLOWED


def test_no_unreadable_network_policy_takes_back_what_another_allows() -> None:
    everywhere = pods(EVERYTHING, EVERYTHING)
    readable = policy("x/p", ingress=(rule([everywhere], [port(80)]),))
    ask = Asked(cluster(readable, opaque_policies=(opaque(),)), "calico")
    assert ask("y/b", "x/a") is ALLOWED
    assert ask("y/b", "x/a", 81) is UNKNOWN
    other = Asked(
        cluster(readable, opaque_policies=(opaque("GlobalNetworkPolicy"),)), "calico"
    )
    assert other("y/b", "x/a") is UNKNOWN


def test_an_unreadable_policy_of_another_engine_counts_for_nothing() -> None:
    foreign = opaque(
        "CiliumNetworkPolicy", engines=frozenset({PolicyEngine.CILIUM}), namespace=None
    )
    objects = cluster(opaque_policies=(foreign,))
    assert Asked(objects, "calico")("y/a", "x/a") is ALLOWED
    assert Asked(objects, "none")("y/a", "x/a") is ALLOWED
    assert Asked(objects, "cilium")("y/a", "x/a") is UNKNOWN


def test_an_unreadable_policy_of_any_engine_counts_while_none_is_chosen() -> None:
    foreign = opaque(
        "CiliumNetworkPolicy",
        engines=frozenset({PolicyEngine.CILIUM}),
        subject=labelled(pod="a"),
    )
    ask = Asked(cluster(opaque_policies=(foreign,)))
    assert ask("y/a", "x/a") is UNKNOWN
    assert ask("x/a", "8.8.8.8") is UNKNOWN
    assert ask("y/a", "x/b") is ALLOWED


def test_the_scope_of_an_unreadable_policy_bounds_the_doubt() -> None:
    narrow = opaque(subject=labelled(pod="a"))
    ask = Asked(cluster(opaque_policies=(narrow,)), "calico")
    assert ask("y/a", "x/a") is UNKNOWN
    assert ask("y/a", "x/b") is ALLOWED


def test_if_nobody_knows_whether_policies_hold_their_denials_are_unknown() -> None:
    objects = cluster(policy("x/p", ingress=(rule(ports=[port(80)]),)))
    table = PolicyTable.build(objects, replace(SPEC, enforces=Tri.UNDEFINED))
    mask = table.between(objects.workloads[3], objects.workloads[0])
    assert table.services.mask_services(mask.allowed) == (("TCP", "80"),)
    assert mask.possible == table.services.everything


def test_an_end_port_that_may_be_ignored_leaves_the_first_port() -> None:
    objects = cluster(policy("x/p", ingress=(rule(ports=[port(53, 80)]),)))
    for flag, sure, unknown in (
        (Tri.NO, (("TCP", "53"),), ()),
        (Tri.UNDEFINED, (("TCP", "53"),), (("TCP", "54-80"),)),
    ):
        table = PolicyTable.build(objects, replace(CALICO, honours_end_port=flag))
        mask = table.between(objects.workloads[3], objects.workloads[0])
        assert table.services.mask_services(mask.allowed) == sure
        assert table.services.mask_services(mask.unknown) == unknown


def test_addresses_are_partitioned_and_merged_by_answer() -> None:
    rules = (
        rule([block("10.0.0.0/8", "10.1.0.0/16")], [port(443)]),
        rule([block("10.1.0.0/16")], [port(443)]),
    )
    ask = Asked(cluster(policy("x/p", egress=rules)), "calico")
    parts = ask.table.egress(ask.workload("x/a"))
    assert [[str(item) for item in part.ranges] for part in parts] == [
        ["0.0.0.0-9.255.255.255", "11.0.0.0-255.255.255.255"],
        ["10.0.0.0/8"],
    ]
    assert [part.services.allowed != 0 for part in parts] == [False, True]


def test_workloads_that_nothing_isolates_are_named_by_direction() -> None:
    ask = Asked(cluster(policy("x/p", ingress=(rule(),))), "calico")
    inward = {item.namespace for item in ask.table.unisolated(IN)}
    outward = {item.namespace for item in ask.table.unisolated(OUT)}
    assert inward == {"y", "z"}
    assert outward == {"x", "y", "z"}


def test_pods_that_no_policy_tells_apart_are_one_unit() -> None:
    workloads = tuple(
        pod(f"x/w{at}", labels={"app": "web", "instance": str(at)}) for at in range(50)
    )
    objects = cluster(
        policy("x/p", ingress=(rule([pods(labelled(app="web"))]),)),
        workloads=workloads,
    )
    assert len(PolicyTable.build(objects, CALICO).index.units.units) == 1


def test_in_two_families_the_better_one_counts() -> None:
    first, second = pod("x/a", "10.0.0.1", "fd00::1"), pod("y/b", "10.0.0.2", "fd00::2")
    pair = tuple(
        replace(
            item,
            pods=(
                replace(
                    item.pods[0],
                    addresses=tuple(
                        one for each in item.pods for one in each.addresses
                    ),
                ),
            ),
        )
        for item in (first, second)
    )
    rules = (
        rule([block("10.0.0.0/8")], [port(80)]),
        rule([block("fd00::/8")], [port(81)]),
    )
    ask = Asked(cluster(policy("x/p", egress=rules), workloads=pair), "calico")
    assert ask("x/a", "y/b", 80) is ALLOWED
    assert ask("x/a", "y/b", 81) is ALLOWED
    assert ask("x/a", "y/b", 82) is DENIED
    assert ask("x/a", "y/b", 80, UDP) is DENIED
    assert ask("y/b", "x/a", 80, TCP) is ALLOWED
