"""Inputs that are often read wrongly, with the verdict that the sources give."""

import pytest

from policy_cluster import (
    GRID,
    SCTP,
    TCP,
    UDP,
    Asked,
    block,
    cluster,
    labelled,
    name,
    placed,
    pod,
    pods,
    policy,
    port,
    rule,
    term,
)
from seawall.model.packet import Protocol
from seawall.model.selector import EVERYTHING
from seawall.model.trace import Verdict
from seawall.model.workload import ContainerPort

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
ENFORCING = ("spec", "npm", "calico", "cilium")
OUTSIDE = "8.8.8.8"


@pytest.fixture(params=ENFORCING)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_isolating_one_direction_leaves_the_other_open(engine: str) -> None:
    ask = Asked(cluster(policy("x/p", ingress=())), engine)
    assert ask("y/a", "x/a") is DENIED
    assert ask("x/b", "x/a") is DENIED
    assert ask("x/a", "y/a") is ALLOWED
    assert ask("x/a", OUTSIDE) is ALLOWED


def test_a_direction_without_rules_lets_nothing_pass(engine: str) -> None:
    ask = Asked(cluster(policy("x/p", ingress=(rule(),), egress=())), engine)
    assert ask(OUTSIDE, "x/a") is ALLOWED
    assert ask("x/a", "y/a") is DENIED
    assert ask("x/a", OUTSIDE) is DENIED


def test_selectors_in_one_peer_are_anded_and_peers_are_ored(engine: str) -> None:
    y, b = labelled(ns="y"), labelled(pod="b")
    joined = Asked(cluster(policy("x/p", ingress=(rule([pods(b, y)]),))), engine)
    split = Asked(
        cluster(policy("x/p", ingress=(rule([pods(EVERYTHING, y), pods(b)]),))), engine
    )
    sources = [f"{item.namespace}/{item.name}" for item in GRID]
    assert [s for s in sources if joined(s, "x/a") is ALLOWED] == ["y/b"]
    assert [s for s in sources if split(s, "x/a") is ALLOWED] == [
        *("x/b", "y/a", "y/b", "y/c")
    ]


def test_an_empty_pod_selector_means_the_own_namespace(engine: str) -> None:
    ask = Asked(cluster(policy("x/p", ingress=(rule([pods()]),))), engine)
    assert ask("x/b", "x/a") is ALLOWED
    assert ask("y/b", "x/a") is DENIED
    assert ask(OUTSIDE, "x/a") is DENIED


def test_an_empty_namespace_selector_means_pods_and_not_addresses(engine: str) -> None:
    everywhere = pods(EVERYTHING, EVERYTHING)
    ask = Asked(cluster(policy("x/p", ingress=(rule([everywhere]),))), engine)
    assert ask("z/c", "x/a") is ALLOWED
    assert ask(OUTSIDE, "x/a") is DENIED


def test_not_in_selects_what_lacks_the_key(engine: str) -> None:
    peer = pods(EVERYTHING, term("team", "NotIn", "red"))
    ask = Asked(cluster(policy("x/p", ingress=(rule([peer]),))), engine)
    assert ask("y/a", "x/a") is ALLOWED


def test_npm_may_read_not_in_with_two_values_as_everyone() -> None:
    peer = pods(EVERYTHING, term("ns", "NotIn", "y", "z"))
    objects = cluster(policy("x/p", ingress=(rule([peer]),)))
    assert Asked(objects, "calico")("y/a", "x/a") is DENIED
    assert Asked(objects, "npm")("y/a", "x/a") is UNKNOWN
    assert Asked(objects, "npm")("x/b", "x/a") is ALLOWED


def test_a_negative_namespace_peer_may_admit_what_is_no_pod() -> None:
    peer = pods(EVERYTHING, term("ns", "DoesNotExist"))
    objects = cluster(policy("x/p", ingress=(rule([peer]),)))
    assert Asked(objects)(OUTSIDE, "x/a") is DENIED
    assert Asked(objects, "calico")(OUTSIDE, "x/a") is DENIED
    assert Asked(objects, "npm")(OUTSIDE, "x/a") is UNKNOWN
    assert Asked(objects, "cilium")(OUTSIDE, "x/a") is UNKNOWN
    narrow = pods(labelled(pod="b"), term("ns", "DoesNotExist"))
    objects = cluster(policy("x/p", ingress=(rule([narrow]),)))
    assert Asked(objects, "npm")(OUTSIDE, "x/a") is DENIED


def test_an_empty_ports_entry_means_all_of_tcp(engine: str) -> None:
    ask = Asked(cluster(policy("x/p", ingress=(rule(ports=[port()]),))), engine)
    assert ask("y/a", "x/a", 7) is ALLOWED
    assert ask("y/a", "x/a", 7, UDP) is DENIED
    assert ask("y/a", "x/a", 7, SCTP) is DENIED
    assert ask("y/a", "x/a", 0, Protocol.ICMP) is DENIED


def test_a_rule_without_ports_allows_icmp_too(engine: str) -> None:
    ask = Asked(cluster(policy("x/p", ingress=(rule([pods()]),))), engine)
    assert ask("x/b", "x/a", 0, Protocol.ICMP) is ALLOWED
    assert ask("x/b", "x/a", 0, Protocol.ESP) is ALLOWED


def test_a_port_name_holds_for_its_protocol_only(engine: str) -> None:
    rules = (rule(ports=[name("serve-81-tcp", UDP)]),)
    ask = Asked(cluster(policy("x/p", ingress=rules)), engine)
    assert ask("y/a", "x/a", 81, UDP) is DENIED
    assert ask("y/a", "x/a", 81, TCP) is DENIED


def test_a_port_name_is_resolved_on_each_destination() -> None:
    workloads = (
        pod("x/a"),
        pod("y/a", ports=(ContainerPort("web", 80),)),
        pod("y/b", ports=(ContainerPort("web", 8080),)),
        pod("y/c", ports=()),
    )
    objects = cluster(
        policy("x/p", egress=(rule(ports=[name("web")]),)), workloads=workloads
    )
    for engine in ("spec", "npm", "calico"):
        ask = Asked(objects, engine)
        assert ask("x/a", "y/a", 80) is ALLOWED
        assert ask("x/a", "y/a", 8080) is DENIED
        assert ask("x/a", "y/b", 8080) is ALLOWED
        assert ask("x/a", "y/b", 80) is DENIED
        assert ask("x/a", "y/c", 80) is DENIED
        assert ask("x/a", OUTSIDE, 80) is DENIED
    unreliable = Asked(objects, "cilium")
    assert unreliable("x/a", "y/a", 80) is UNKNOWN
    assert unreliable("x/a", "y/a", 8080) is UNKNOWN
    assert unreliable("x/a", "y/a", 443) is DENIED


def test_a_port_range_includes_both_ends(engine: str) -> None:
    ask = Asked(cluster(policy("x/p", ingress=(rule(ports=[port(53, 80)]),))), engine)
    asked = {number: ask("y/a", "x/a", number) for number in (52, 53, 80, 81)}
    assert asked == {52: DENIED, 53: ALLOWED, 80: ALLOWED, 81: DENIED}
    assert ask("y/a", "x/a", 53, UDP) is DENIED


def test_an_sctp_rule_isolates_and_grants_no_tcp(engine: str) -> None:
    rules = (rule(ports=[port(81, protocol=SCTP)]),)
    ask = Asked(cluster(policy("x/p", ingress=rules)), engine)
    assert ask("y/a", "x/a", 81, TCP) is DENIED
    carried = DENIED if engine == "cilium" else ALLOWED
    assert ask("y/a", "x/a", 81, SCTP) is carried


def test_cilium_carries_no_sctp_even_without_policies() -> None:
    ask = Asked(cluster(), "cilium")
    assert ask("y/a", "x/a", 81, SCTP) is DENIED
    assert ask("x/a", OUTSIDE, 81, SCTP) is DENIED
    assert ask("x/a", OUTSIDE, 81, TCP) is ALLOWED


@pytest.mark.parametrize(
    ("engine", "by_block", "excepted"),
    [
        ("npm", ALLOWED, ALLOWED),
        ("calico", ALLOWED, ALLOWED),
        ("cilium", DENIED, ALLOWED),
        ("spec", UNKNOWN, ALLOWED),
    ],
)
def test_an_exception_takes_nothing_from_another_policy(
    engine: str, by_block: Verdict, excepted: Verdict
) -> None:
    workloads = (
        pod("x/a", "10.244.0.1"),
        pod("x/b", "10.244.1.5"),
        pod("x/c", "10.244.2.5"),
        pod("x/d", "10.244.1.6"),
    )
    ask = Asked(
        cluster(
            policy(
                "x/p",
                labelled(pod="a"),
                ingress=(rule([block("10.244.0.0/16", "10.244.1.0/24")]),),
            ),
            policy(
                "x/q", labelled(pod="a"), ingress=(rule([pods(labelled(pod="b"))]),)
            ),
            workloads=workloads,
        ),
        engine,
    )
    assert ask("x/b", "x/a") is excepted
    assert ask("x/c", "x/a") is by_block
    assert ask("x/d", "x/a") is DENIED


def test_whether_a_block_of_everything_holds_pods_depends_on_the_engine() -> None:
    objects = cluster(policy("x/p", egress=(rule([block("0.0.0.0/0")]),)))
    wanted = {"npm": ALLOWED, "calico": ALLOWED, "cilium": DENIED, "spec": UNKNOWN}
    for engine, verdict in wanted.items():
        ask = Asked(objects, engine)
        assert ask("x/a", "y/a") is verdict
        assert ask("x/a", OUTSIDE) is ALLOWED


def test_the_own_node_is_free_on_npm_and_policed_elsewhere() -> None:
    objects = cluster(policy("x/p", egress=()))
    wanted = {"npm": ALLOWED, "calico": DENIED, "cilium": DENIED, "spec": UNKNOWN}
    for engine, verdict in wanted.items():
        ask = Asked(objects, engine)
        mask = ask.table.own_node(ask.workload("x/a"))
        bit = ask.table.services.mask_of(TCP, 10250)
        got = ALLOWED if mask.allowed & bit else DENIED
        if mask.unknown & bit:
            got = UNKNOWN
        assert got is verdict


def test_pods_on_the_host_network_are_neither_bound_nor_named() -> None:
    workloads = (placed(pod("x/h", host=True), "n2"), placed(pod("x/a"), "n1"))
    objects = cluster(
        policy("x/p", ingress=(rule([pods(labelled(pod="h"))]),)), workloads=workloads
    )
    for engine in ("npm", "calico", "cilium"):
        ask = Asked(objects, engine)
        assert ask("x/a", "x/h") is ALLOWED
        assert ask("x/h", "x/a") is DENIED
    ask = Asked(objects)
    assert ask("x/a", "x/h") is UNKNOWN
    assert ask("x/h", "x/a") is UNKNOWN


def test_a_finished_pod_takes_no_part(engine: str) -> None:
    workloads = (pod("x/a"), pod("x/b", "10.0.0.9", runs=False), pod("z/c", "10.0.0.9"))
    ask = Asked(
        cluster(
            policy("x/p", ingress=(rule([pods(labelled(pod="b"))]),)),
            workloads=workloads,
        ),
        engine,
    )
    assert ask("z/c", "x/a") is DENIED
    assert ask("x/b", "z/c") is DENIED


def test_without_an_engine_policies_are_inert() -> None:
    ask = Asked(cluster(policy("x/p", ingress=(), egress=())), "none")
    assert ask("y/a", "x/a") is ALLOWED
    assert ask("x/a", OUTSIDE) is ALLOWED


def test_an_ipv6_block_voids_a_policy_on_npm() -> None:
    objects = cluster(policy("x/p", ingress=(rule([block("2001:db8::/32")]),)))
    assert Asked(objects, "npm")("y/a", "x/a") is ALLOWED
    assert Asked(objects, "calico")("y/a", "x/a") is DENIED


def test_an_ipv4_block_says_nothing_about_ipv6() -> None:
    workloads = (pod("x/a", "fd00::1"), pod("y/a", "fd00::2"))
    objects = cluster(
        policy("x/p", egress=(rule([block("0.0.0.0/0")]),)), workloads=workloads
    )
    assert Asked(objects, "calico")("x/a", "y/a") is DENIED
    assert Asked(objects, "calico")("x/a", "2001:db8::1") is DENIED
    assert Asked(objects, "npm")("x/a", "2001:db8::1") is ALLOWED
