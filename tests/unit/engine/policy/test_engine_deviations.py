"""Where AKS' policy engines differ, or agree where one might doubt it: table D.

Each question goes to the engine and to the definition. Which row a test belongs to is
told in docs/semantics/engines.md.
"""

from dataclasses import replace
from ipaddress import ip_address

import pytest

from policy_cluster import (
    ORIGIN,
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
from policy_witness import ENGINES, Witnesses
from seawall.engine.policy.reasons.explain import explain
from seawall.model.dataplane import Tri
from seawall.model.packet import Protocol
from seawall.model.ranked import Node
from seawall.model.selector import EVERYTHING
from seawall.model.snapshot import KubernetesObjects
from seawall.model.system import NodeSystems
from seawall.model.trace import Verdict
from seawall.model.workload import ContainerPort, Namespace

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
OUTSIDE = "8.8.8.8"
A, B = labelled(pod="a"), labelled(pod="b")
ANY_POD = pods(EVERYTHING, EVERYTHING)
AGENT = placed(pod("k/agent", host=True), "n2=10.1.0.5")
OWN_AGENT = placed(pod("k/own", host=True), "n1=10.1.0.4")
XA = placed(pod("x/a", "10.244.0.1"), "n1=10.1.0.4")
XB = placed(pod("x/b", "10.244.1.5"), "n2=10.1.0.5")
ON_NODES = (XA, XB, AGENT, OWN_AGENT)
PING = (0, Protocol.ICMP)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def by_engine(npm: Verdict, calico: Verdict, cilium: Verdict) -> dict[str, Verdict]:
    return dict(zip(ENGINES, (npm, calico, cilium), strict=True))


def out_to(*peers: str, but: tuple[str, ...] = ()) -> KubernetesObjects:
    allowed = [block(text, *but) for text in peers]
    return cluster(policy("x/p", A, egress=(rule(allowed),)), workloads=ON_NODES)


def into(*peers: str, but: tuple[str, ...] = ()) -> KubernetesObjects:
    allowed = [block(text, *but) for text in peers]
    return cluster(policy("x/p", A, ingress=(rule(allowed),)), workloads=ON_NODES)


def test_a_block_over_a_pods_address_holds_the_pod_except_on_cilium(
    engine: str,
) -> None:
    wanted = by_engine(ALLOWED, ALLOWED, DENIED)[engine]
    assert Witnesses(into("10.244.0.0/16"), engine)("x/b", "x/a") is wanted
    assert Witnesses(out_to("10.244.0.0/16"), engine)("x/a", "x/b") is wanted


def test_a_block_over_a_nodes_address_holds_the_node_except_on_cilium(
    engine: str,
) -> None:
    wanted = by_engine(ALLOWED, ALLOWED, DENIED)[engine]
    ask = Witnesses(out_to("10.1.0.0/24"), engine)
    assert ask("x/a", "k/agent") is wanted
    assert ask("x/a", "10.1.0.5") is wanted
    assert Witnesses(into("10.1.0.0/24"), engine)("k/agent", "x/a") is wanted


def test_a_block_of_all_addresses_is_the_outside_alone_on_cilium(engine: str) -> None:
    ask = Witnesses(out_to("0.0.0.0/0"), engine)
    inside = by_engine(ALLOWED, ALLOWED, DENIED)[engine]
    assert ask("x/a", "x/b") is inside
    assert ask("x/a", "k/agent") is inside
    assert ask("x/a", OUTSIDE) is ALLOWED


def test_an_exception_takes_a_pod_out_of_a_block_that_held_it(engine: str) -> None:
    objects = into("10.244.0.0/16", but=("10.244.1.0/24",))
    assert Witnesses(objects, engine)("x/b", "x/a") is DENIED


def test_pods_by_label_beside_all_addresses_leave_out_nodes_on_cilium(
    engine: str,
) -> None:
    rules = (rule([ANY_POD, block("0.0.0.0/0")]),)
    objects = cluster(policy("x/p", A, egress=rules), workloads=ON_NODES)
    ask = Witnesses(objects, engine)
    assert ask("x/a", "x/b") is ALLOWED
    assert ask("x/a", OUTSIDE) is ALLOWED
    nodes = by_engine(ALLOWED, ALLOWED, DENIED)[engine]
    assert ask("x/a", "k/agent") is nodes


def test_an_ipv6_block_makes_npm_skip_the_whole_policy(engine: str) -> None:
    rules = (rule([block("2001:db8::/32")]),)
    ask = Witnesses(cluster(policy("x/p", ingress=rules)), engine)
    assert ask("y/a", "x/a") is by_engine(ALLOWED, DENIED, DENIED)[engine]
    if engine != "npm":
        assert ask("2001:db8::7", "x/a") is ALLOWED


HASH, INDEX = "pod-template-hash", "statefulset.kubernetes.io/pod-name"
HASHED = (
    pod("x/a", labels={"pod": "a", HASH: "1", INDEX: "a-0"}),
    pod("x/b", labels={"pod": "b", HASH: "2", INDEX: "b-0"}),
)


@pytest.mark.parametrize("key", [HASH, INDEX])
def test_a_peer_by_a_label_outside_identities_is_no_one_on_cilium(
    engine: str, key: str
) -> None:
    is_there, is_not = term(key, "Exists"), term(key, "DoesNotExist")
    for asked, answer in (
        (is_there, by_engine(ALLOWED, ALLOWED, DENIED)),
        (is_not, by_engine(DENIED, DENIED, ALLOWED)),
    ):
        rules = (rule([pods(asked)]),)
        objects = cluster(policy("x/p", B, ingress=rules), workloads=HASHED)
        assert Witnesses(objects, engine)("x/a", "x/b") is answer[engine]


@pytest.mark.parametrize("key", [HASH, INDEX])
def test_a_subject_by_a_label_outside_identities_is_no_one_on_cilium(
    engine: str, key: str
) -> None:
    for operator, answer in (
        ("Exists", by_engine(DENIED, DENIED, ALLOWED)),
        ("DoesNotExist", by_engine(ALLOWED, ALLOWED, DENIED)),
    ):
        policies = policy("x/p", term(key, operator), ingress=())
        ask = Witnesses(cluster(policies, workloads=HASHED), engine)
        assert ask("x/a", "x/b") is answer[engine]


@pytest.mark.parametrize(
    ("key", "cilium"),
    [
        ("kubernetes.io/metadata.name", ALLOWED),
        ("kubernetes.io/other", ALLOWED),
        ("beta.kubernetes.io/os", DENIED),
    ],
)
def test_most_labels_of_namespaces_are_in_identities(
    engine: str, key: str, cilium: Verdict
) -> None:
    space = Namespace("y", ((key, "y"),), declared=True, origin=ORIGIN)
    rules = (rule([pods(EVERYTHING, term(key, "In", "y"))]),)
    objects = replace(cluster(policy("x/p", ingress=rules)), namespaces=(space,))
    answer = by_engine(ALLOWED, ALLOWED, cilium)[engine]
    assert Witnesses(objects, engine)("y/a", "x/a") is answer


@pytest.mark.parametrize(
    "key", ["app.kubernetes.io/name", "topology.kubernetes.io/zone", "app"]
)
def test_labels_that_only_look_like_those_outside_identities_count_everywhere(
    engine: str, key: str
) -> None:
    workloads = (pod("x/a", labels={key: "1"}), pod("x/b"))
    rules = (rule([pods(term(key, "Exists"))]),)
    objects = cluster(policy("x/p", B, ingress=rules), workloads=workloads)
    assert Witnesses(objects, engine)("x/a", "x/b") is ALLOWED


def test_npm_polices_no_ipv6(engine: str) -> None:
    workloads = (pod("x/a", "fd00::1"), pod("y/a", "fd00::2"))
    objects = cluster(policy("x/p", ingress=()), workloads=workloads)
    ask = Witnesses(objects, engine)
    assert ask("y/a", "x/a") is by_engine(ALLOWED, DENIED, DENIED)[engine]


def test_a_port_range_reaches_to_its_last_port_on_every_engine(engine: str) -> None:
    objects = cluster(policy("x/p", ingress=(rule(ports=[port(53, 80)]),)))
    ask = Witnesses(objects, engine)
    asked = [ask("y/a", "x/a", number) for number in (52, 53, 80, 81)]
    assert asked == [DENIED, ALLOWED, ALLOWED, DENIED]


def test_cilium_carries_no_sctp_whatever_policies_say(engine: str) -> None:
    objects = cluster(policy("x/p", ingress=(rule(ports=[port(81, None, SCTP)]),)))
    ask = Witnesses(objects, engine)
    assert ask("y/a", "x/a", 81, SCTP) is by_engine(ALLOWED, ALLOWED, DENIED)[engine]
    assert ask("y/a", "x/a", 81) is DENIED
    open_ = Witnesses(cluster(), engine)
    assert open_("y/a", "x/a", 81, SCTP) is by_engine(ALLOWED, ALLOWED, DENIED)[engine]


def test_one_port_name_for_several_numbers_is_not_reliable_on_cilium(
    engine: str,
) -> None:
    workloads = (
        pod("x/a"),
        pod("y/a", ports=(ContainerPort("web", 80),)),
        pod("y/b", ports=(ContainerPort("web", 8080),)),
    )
    rules = (rule(ports=[name("web")]),)
    objects = cluster(policy("x/p", egress=rules), workloads=workloads)
    ask = Witnesses(objects, engine)
    asked = [ask("x/a", "y/a", 80), ask("x/a", "y/a", 8080), ask("x/a", "y/b", 8080)]
    certain = [ALLOWED, DENIED, ALLOWED]
    assert asked == ([UNKNOWN] * 3 if engine == "cilium" else certain)
    assert ask("x/a", OUTSIDE) is DENIED


@pytest.mark.parametrize(
    "selector", [term("pod", "NotIn", "b", "c"), term("pod", "DoesNotExist")]
)
def test_negative_terms_on_pods_are_read_alike(engine: str, selector: object) -> None:
    rules = (rule([pods(selector)]),)  # type: ignore[arg-type]
    workloads = (*(pod(f"x/{one}") for one in "abcd"), pod("x/bare", labels={}))
    ask = Witnesses(
        cluster(policy("x/p", A, ingress=rules), workloads=workloads), engine
    )
    assert ask("x/b", "x/a") is DENIED
    assert ask("x/bare", "x/a") is ALLOWED
    assert ask(OUTSIDE, "x/a") is DENIED


def test_not_in_with_two_values_on_namespaces_may_exclude_nobody_on_npm(
    engine: str,
) -> None:
    rules = (rule([pods(EVERYTHING, term("ns", "NotIn", "y", "z"))]),)
    ask = Witnesses(cluster(policy("x/p", ingress=rules)), engine)
    assert ask("y/a", "x/a") is by_engine(UNKNOWN, DENIED, DENIED)[engine]
    assert ask("x/b", "x/a") is ALLOWED


def test_a_peer_of_negative_namespace_terms_may_admit_what_is_no_pod(
    engine: str,
) -> None:
    rules = (rule([pods(EVERYTHING, term("ns", "DoesNotExist"))]),)
    objects = cluster(policy("x/p", A, ingress=rules), workloads=ON_NODES)
    ask = Witnesses(objects, engine)
    wanted = by_engine(UNKNOWN, DENIED, UNKNOWN)[engine]
    assert ask(OUTSIDE, "x/a") is wanted
    assert ask("k/agent", "x/a") is wanted


def test_no_engine_governs_pods_on_the_host_network(engine: str) -> None:
    objects = cluster(policy("k/p", ingress=(), egress=()), workloads=ON_NODES)
    ask = Witnesses(objects, engine)
    assert ask("x/a", "k/agent") is ALLOWED
    assert ask("k/agent", "x/a") is ALLOWED


def test_no_selector_means_pods_on_the_host_network(engine: str) -> None:
    objects = cluster(policy("x/p", A, ingress=(rule([ANY_POD]),)), workloads=ON_NODES)
    assert Witnesses(objects, engine)("k/agent", "x/a") is DENIED


def test_a_node_reaches_its_own_pods_whatever_policies_say(engine: str) -> None:
    objects = cluster(policy("x/p", A, ingress=()), workloads=ON_NODES)
    ask = Witnesses(objects, engine)
    assert ask("k/own", "x/a") is ALLOWED
    assert ask("10.1.0.4", "x/a") is ALLOWED


def test_another_node_is_an_address_like_any_other_except_on_cilium(
    engine: str,
) -> None:
    ask = Witnesses(cluster(policy("x/p", A, ingress=()), workloads=ON_NODES), engine)
    assert ask("k/agent", "x/a") is DENIED
    named = Witnesses(into("10.1.0.5/32"), engine)
    assert named("k/agent", "x/a") is by_engine(ALLOWED, ALLOWED, DENIED)[engine]


def test_a_pod_reaches_its_own_node_under_denied_egress_on_npm_alone(
    engine: str,
) -> None:
    objects = cluster(policy("x/p", A, egress=()), workloads=ON_NODES)
    ask = Witnesses(objects, engine)
    wanted = by_engine(ALLOWED, DENIED, DENIED)[engine]
    assert ask("x/a", "k/own", 10250) is wanted
    assert ask("x/a", "10.1.0.4", 10250) is wanted


def test_a_pod_does_not_reach_another_node_under_denied_egress(engine: str) -> None:
    objects = cluster(policy("x/p", A, egress=()), workloads=ON_NODES)
    ask = Witnesses(objects, engine)
    assert ask("x/a", "k/agent", 10250) is DENIED
    assert ask("x/a", "10.1.0.5", 10250) is DENIED


def test_a_rule_without_ports_lets_icmp_through(engine: str) -> None:
    ask = Witnesses(cluster(policy("x/p", A, ingress=(rule([pods(B)]),))), engine)
    assert ask("x/b", "x/a", *PING) is ALLOWED
    assert ask("x/c", "x/a", *PING) is DENIED


def test_a_rule_with_ports_lets_no_icmp_through(engine: str) -> None:
    rules = (rule([pods(B)], [port(), port(None, None, UDP)]),)
    ask = Witnesses(cluster(policy("x/p", A, ingress=rules)), engine)
    assert ask("x/b", "x/a", *PING) is DENIED
    assert ask("x/b", "x/a", 53, UDP) is ALLOWED


def test_finished_pods_lend_their_address_to_no_selector(engine: str) -> None:
    workloads = (pod("x/a"), pod("x/b", "10.0.0.9", runs=False), pod("z/c", "10.0.0.9"))
    objects = cluster(policy("x/p", A, ingress=(rule([pods(B)]),)), workloads=workloads)
    ask = Witnesses(objects, engine)
    assert ask("z/c", "x/a") is DENIED
    assert ask("x/b", "z/c") is DENIED


def test_link_local_services_are_addresses_under_denied_egress(engine: str) -> None:
    ask = Witnesses(cluster(policy("x/p", egress=())), engine)
    assert ask("x/a", "169.254.169.254") is DENIED
    named = Witnesses(out_to("169.254.169.254/32"), engine)
    assert named("x/a", "169.254.169.254") is ALLOWED


def test_a_virtual_address_of_a_service_opens_no_way_to_its_pods(engine: str) -> None:
    assert Witnesses(out_to("10.0.0.10/32"), engine)("x/a", "x/b") is DENIED


def test_isolation_and_the_union_of_rules_are_the_same_everywhere(engine: str) -> None:
    objects = cluster(
        policy("x/shut", ingress=(), egress=()),
        policy("x/b", A, ingress=(rule([pods(B)], [port(80)]),)),
        policy("x/c", A, ingress=(rule([pods(labelled(pod="c"))]),)),
        policy("x/out", egress=(rule([pods()]),)),
    )
    ask = Witnesses(objects, engine)
    assert [ask("x/b", "x/a", number) for number in (80, 81)] == [ALLOWED, DENIED]
    assert ask("x/c", "x/a", 81) is ALLOWED
    assert ask("x/a", "x/b") is DENIED
    assert ask("x/a", "y/a") is DENIED


def test_without_an_engine_everything_passes() -> None:
    objects = cluster(policy("x/p", ingress=(), egress=()))
    ask = Witnesses(objects, "none")
    assert ask("y/a", "x/a") is ALLOWED
    assert ask("x/a", OUTSIDE) is ALLOWED


ON_WINDOWS = replace(pod("x/a", "10.244.0.1"), windows=True)
REFUSED = {
    "port name": rule([pods(B)], [name("serve-80-tcp")]),
    "SCTP": rule([pods(B)], [port(81, None, SCTP)]),
    "except": rule([block("10.0.0.0/8", "10.244.1.0/24")]),
    "negative term": rule([pods(term("pod", "NotIn", "c"))]),
    "negative namespace": rule([pods(EVERYTHING, term("ns", "DoesNotExist"))]),
}


@pytest.mark.parametrize("gap", REFUSED)
def test_what_windows_cannot_say_voids_a_policy_on_npm(engine: str, gap: str) -> None:
    refused = policy("x/p", A, ingress=(REFUSED[gap],))
    linux = replace(ON_WINDOWS, windows=False)
    workloads = (pod("x/b", "10.244.1.5"), pod("x/c", "10.244.1.6"))
    ask = Witnesses(cluster(refused, workloads=(ON_WINDOWS, *workloads)), engine)
    wanted = by_engine(UNKNOWN, DENIED, UNKNOWN)[engine]
    assert ask("x/c", "x/a", 443) is wanted
    there = Witnesses(cluster(refused, workloads=(linux, *workloads)), engine)
    assert there("x/c", "x/a", 443) is DENIED


def test_a_policy_that_windows_can_say_holds_there(engine: str) -> None:
    plain = policy("x/p", A, ingress=(rule([pods(B)], [port(80, 90)]),))
    workloads = (ON_WINDOWS, pod("x/b", "10.244.1.5"), pod("x/c", "10.244.1.6"))
    ask = Witnesses(cluster(plain, workloads=workloads), engine)
    if engine == "cilium":
        assert ask("x/c", "x/a") is UNKNOWN
        return
    assert ask("x/b", "x/a", 85) is ALLOWED
    assert ask("x/c", "x/a", 85) is DENIED


def test_a_pool_and_an_open_choice_of_nodes_tell_where_windows_may_be() -> None:
    refused = policy("x/p", ingress=(REFUSED["port name"],))
    workloads = (
        replace(pod("x/a"), node_pool="win"),
        replace(pod("x/b"), node_pool="lin"),
        pod("x/c"),
        pod("y/a"),
    )
    objects = cluster(refused, workloads=workloads)
    systems = NodeSystems(frozenset({"win"}), frozenset({"lin"}), others=Tri.UNDEFINED)
    ask = Witnesses(replace(objects, systems=systems), "npm")
    verdicts = [ask("y/a", f"x/{own}", 443) for own in "abc"]
    assert verdicts == [UNKNOWN, DENIED, UNKNOWN]
    assert Witnesses(objects, "npm")("y/a", "x/c", 443) is DENIED


def test_an_explanation_names_the_policy_that_windows_refuses() -> None:
    refused = policy("x/p", A, ingress=(REFUSED["except"],))
    ask = Asked(cluster(refused, workloads=(ON_WINDOWS, pod("x/c"))), "npm")
    found = explain(ask.table, ask.workload("x/c"), ask.workload("x/a"), 6, 443)
    (doubt,) = found.ingress.doubts
    assert "refuses x/p, which has an `except`" in doubt


def test_a_node_that_no_shown_pod_runs_on_is_a_node() -> None:
    anywhere = policy("x/out", egress=(rule([block("0.0.0.0/0")]),))
    address = ip_address("10.9.0.9")
    objects = cluster(anywhere)
    told = replace(objects, nodes=(Node("idle", (), (address,), ORIGIN),))
    for given, wanted in ((objects, Verdict.ALLOWED), (told, Verdict.DENIED)):
        ask = Asked(given, "cilium")
        found = explain(ask.table, ask.workload("x/a"), address, TCP, 80)
        assert found.verdict is wanted
