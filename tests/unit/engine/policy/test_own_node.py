"""A pod and the node that it runs on, where it is known and where it is not."""

from ipaddress import ip_address

import pytest

from policy_cluster import (
    IN,
    TCP,
    Asked,
    block,
    cluster,
    labelled,
    placed,
    pod,
    policy,
    port,
    rule,
)
from seawall.engine.policy.reasons.explain import explain
from seawall.model.trace import Verdict
from seawall.model.workload import Workload

ALLOWED, DENIED, UNKNOWN = Verdict.ALLOWED, Verdict.DENIED, Verdict.UNKNOWN
ENFORCING = ("spec", "npm", "calico", "cilium")
DENY_IN = policy("x/in", labelled(pod="a"), ingress=())
DENY_OUT = policy("x/out", labelled(pod="a"), egress=())
TO_OWN_NODE = {"npm": ALLOWED, "calico": DENIED, "cilium": DENIED, "spec": UNKNOWN}


def agent(*nodes: str, pool: str | None = None) -> Workload:
    return placed(pod("k/agent", host=True), *nodes, pool=pool)


def web(*nodes: str, pool: str | None = None) -> Workload:
    return placed(pod("x/a"), *nodes, pool=pool)


@pytest.fixture(params=ENFORCING)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    "ours, theirs, verdict",
    [
        (web("n1"), agent("n1"), ALLOWED),
        (web("n1"), agent("n2"), DENIED),
        (web("n1"), agent("n1", "n2"), UNKNOWN),
        (web("n1", "n2"), agent("n1"), UNKNOWN),
        (web("n1", "n2"), agent("n3", "n4"), DENIED),
        (web("n1", "n1"), agent("n1", "n1"), ALLOWED),
        (web("=10.0.0.9"), agent("n1=10.0.0.9"), ALLOWED),
        (web("=10.0.0.9"), agent("n1=10.0.0.10"), DENIED),
        (web("=10.0.0.9"), agent("n1"), UNKNOWN),
        (web(), agent("n1"), UNKNOWN),
        (web("n1"), agent(), UNKNOWN),
        (web(), agent(), UNKNOWN),
        (web("n1", ""), agent("n1"), UNKNOWN),
        (web(pool="one"), agent(pool="two"), DENIED),
        (web(pool="one"), agent(pool="one"), UNKNOWN),
        (web("n1", pool="one"), agent("", pool="two"), DENIED),
        # One node in two pools: the input contradicts itself.
        (web("n1", "", pool="one"), agent("n1", pool="two"), UNKNOWN),
    ],
)
def test_a_node_reaches_the_pods_on_it_and_no_other_isolated_ones(
    ours: Workload, theirs: Workload, verdict: Verdict, engine: str
) -> None:
    ask = Asked(cluster(DENY_IN, workloads=(ours, theirs)), engine)
    assert ask("k/agent", "x/a") is verdict
    assert ask("x/a", "k/agent") is ALLOWED


def test_whether_a_pod_reaches_its_own_node_depends_on_the_engine(engine: str) -> None:
    near = Asked(cluster(DENY_OUT, workloads=(web("n1"), agent("n1"))), engine)
    assert near("x/a", "k/agent") is TO_OWN_NODE[engine]
    far = Asked(cluster(DENY_OUT, workloads=(web("n1"), agent("n2"))), engine)
    assert far("x/a", "k/agent") is DENIED
    either = Asked(cluster(DENY_OUT, workloads=(web(), agent())), engine)
    wanted = DENIED if TO_OWN_NODE[engine] is DENIED else UNKNOWN
    assert either("x/a", "k/agent") is wanted


def test_a_pod_that_nothing_isolates_is_reached_from_any_node(engine: str) -> None:
    ask = Asked(cluster(DENY_OUT, workloads=(web(), agent())), engine)
    assert ask("k/agent", "x/a") is ALLOWED


def test_the_address_of_the_own_node_is_the_own_node(engine: str) -> None:
    workloads = (web("n1=10.0.0.9"), placed(pod("x/b"), "n2=10.0.0.10"))
    ask = Asked(cluster(DENY_IN, DENY_OUT, workloads=workloads), engine)
    assert ask("10.0.0.9", "x/a") is ALLOWED
    assert ask("10.0.0.10", "x/a") is DENIED
    assert ask("10.0.0.11", "x/a") is DENIED
    assert ask("x/a", "10.0.0.9") is TO_OWN_NODE[engine]
    assert ask("x/a", "10.0.0.10") is DENIED


def test_the_address_of_a_node_that_some_pods_run_on_is_left_open(engine: str) -> None:
    ask = Asked(
        cluster(DENY_IN, workloads=(web("n1=10.0.0.9", "n2=10.0.0.10"),)), engine
    )
    assert ask("10.0.0.9", "x/a") is UNKNOWN
    assert ask("10.0.0.11", "x/a") is DENIED


def test_an_address_in_the_node_ranges_may_be_the_own_node(engine: str) -> None:
    objects = cluster(DENY_IN, workloads=(web(), placed(pod("x/b"), "n2=10.0.0.10")))
    ask = Asked(objects, engine, node_ranges="10.0.0.0/24")
    assert ask("10.0.0.77", "x/a") is UNKNOWN
    assert ask("10.0.0.10", "x/a") is UNKNOWN
    assert ask("10.0.1.77", "x/a") is DENIED
    known = cluster(DENY_IN, workloads=(web("n1=10.0.0.9"),))
    ask = Asked(known, engine, node_ranges="10.0.0.0/24")
    assert ask("10.0.0.77", "x/a") is DENIED
    assert ask("10.0.0.9", "x/a") is ALLOWED


def test_a_node_known_by_name_alone_may_have_any_address_of_no_other_node(
    engine: str,
) -> None:
    workloads = (web("n1"), placed(pod("x/b"), "n2=10.0.0.10"))
    objects = cluster(DENY_IN, workloads=workloads)
    ask = Asked(objects, engine, node_ranges="10.0.0.0/24")
    assert ask("10.0.0.77", "x/a") is UNKNOWN
    assert ask("10.0.0.10", "x/a") is DENIED


def test_addresses_can_be_asked_for_as_other_machines_only() -> None:
    ask = Asked(cluster(DENY_IN, workloads=(web("n1=10.0.0.9"),)), "calico")
    (part,) = ask.table.outside(ask.workload("x/a"), IN, own_node=False)
    assert part.services.possible == 0


def test_an_explanation_says_that_an_end_may_be_the_own_node() -> None:
    sure = Asked(cluster(DENY_IN, workloads=(web("n1=10.0.0.9"), agent("n1"))))
    found = explain(sure.table, sure.workload("k/agent"), sure.workload("x/a"), TCP, 80)
    assert found.verdict is ALLOWED
    assert found.ingress.doubts == ("a node always reaches the pods that run on it",)
    found = explain(sure.table, ip_address("10.0.0.9"), sure.workload("x/a"), TCP, 80)
    assert found.verdict is ALLOWED
    open_ = Asked(cluster(DENY_IN, workloads=(web(), agent())))
    found = explain(
        open_.table, open_.workload("k/agent"), open_.workload("x/a"), TCP, 80
    )
    assert found.verdict is UNKNOWN
    assert found.ingress.doubts == (
        "it may come from the pod's own node, which always reaches its pods",
    )


@pytest.mark.parametrize("ranges", ["", "10.1.0.0/24"])
def test_a_block_over_the_own_node_holds_it_where_blocks_hold_nodes(
    engine: str, ranges: str
) -> None:
    wanted = {"npm": ALLOWED, "calico": ALLOWED, "cilium": DENIED, "spec": UNKNOWN}
    rules = (rule([block("0.0.0.0/0")], [port(443)]),)
    objects = cluster(policy("x/out", egress=rules), workloads=(web(),))
    ask = Asked(objects, engine, node_ranges=ranges)
    mask = ask.table.own_node(ask.workload("x/a"))
    bit = ask.table.services.mask_of(TCP, 443)
    known = ALLOWED if mask.allowed & bit else DENIED
    assert (UNKNOWN if mask.unknown & bit else known) is wanted[engine]
