"""Policies as rules of the packet filter, as text."""

from math import inf

import pytest

from policy_cluster import (
    BOTH_WAYS,
    IN,
    ORIGIN,
    OUT,
    block,
    labelled,
    name,
    pod,
    pods,
    policy,
    port,
    rule,
)
from seawall.model.dataplane import DATAPLANES, Language, PolicyEngine
from seawall.model.ends import ANYTHING, EVERYONE, Addresses, Ends, World
from seawall.model.packet import Protocol
from seawall.model.policy import Policy
from seawall.model.ranked import (
    ADMIN_TIER,
    DEFAULT_TIER,
    Action,
    IcmpMessages,
    RankedPolicy,
    RankedRule,
    Tier,
)
from seawall.model.snapshot import KubernetesObjects, Snapshot
from seawall.model.workload import ContainerPort, Namespace, Workload
from seawall.twin.classes.cast import cast_of
from seawall.twin.policies.ground import Ground
from seawall.twin.policies.table import table_of, walks


def ground(
    *policies: Policy,
    workloads: tuple[Workload, ...] = (pod("x/a"), pod("y/b")),
    ranked: tuple[RankedPolicy, ...] = (),
    engine: str = "calico",
) -> Ground:
    objects = KubernetesObjects(
        namespaces=tuple(
            Namespace(it, (("ns", it),), declared=True, origin=ORIGIN) for it in "xy"
        ),
        workloads=workloads,
        policies=policies,
        ranked_policies=ranked,
    )
    cast = cast_of(Snapshot(objects=objects))
    return Ground(objects, DATAPLANES[PolicyEngine(engine)], cast)


def text(on: Ground) -> str:
    found = walks(on)
    links = {stand.name: f"l{at}" for at, stand in enumerate(on.cast.pods)}
    return "\n".join(table_of(on, node, links, found) for node in on.cast.nodes)


def test_a_pod_that_nothing_isolates_has_no_chain() -> None:
    assert "jump" not in text(ground())


def test_a_rule_that_matches_goes_on_and_all_else_is_refused() -> None:
    found = text(ground(policy("x/p", ingress=[rule([pods()], [port(80)])])))
    assert "tcp dport 80 counter return" in found
    assert "counter reject with icmpx type admin-prohibited" in found


def test_every_line_names_the_rule_that_it_is_from() -> None:
    on = ground(policy("x/p", egress=[rule([pods()], [port(80)])]))
    assert 'comment "r0 x/p, egress rule 1 at cluster.yaml' in text(on)
    assert on.marks.written["r0"].says == "x/p, egress rule 1"


def test_a_block_leaves_out_its_exceptions() -> None:
    found = text(
        ground(policy("x/p", egress=[rule([block("8.0.0.0/8", "8.8.8.8/32")])]))
    )
    assert "ip daddr 8.0.0.0/8 ip daddr != @s0 counter return" in found
    assert "set s0 { type ipv4_addr; flags interval; elements = { 8.8.8.8 }; }" in found


@pytest.mark.parametrize(("engine", "more"), [("calico", 0), ("npm", 0), ("cilium", 2)])
def test_blocks_leave_out_pods_and_nodes_on_cilium_alone(
    engine: str, more: int
) -> None:
    found = text(
        ground(policy("x/p", egress=[rule([block("0.0.0.0/0")])]), engine=engine)
    )
    line = next(it for it in found.splitlines() if "egress rule 1" in it)
    assert line.count("ip daddr !=") == more


def test_an_ipv6_block_voids_the_policy_on_npm() -> None:
    given = policy("x/p", egress=[rule([block("fd00::/8")])])
    assert "jump" not in text(ground(given, engine="npm"))
    assert "jump" in text(ground(given, engine="calico"))


@pytest.mark.parametrize(("engine", "chain"), [("calico", True), ("npm", False)])
def test_a_pod_and_its_own_node_are_policed_where_the_engine_does(
    engine: str,
    chain: bool,  # noqa: FBT001
) -> None:
    found = text(ground(policy("x/p", egress=[]), engine=engine))
    assert ("hook input" in found) is chain


def test_nothing_holds_anybody_without_an_engine() -> None:
    found = text(ground(policy("x/p", ingress=[], egress=[]), engine="none"))
    assert "jump" not in found


def test_a_port_name_on_the_way_out_is_that_of_each_destination() -> None:
    workloads = (
        pod("x/a", ports=()),
        pod("y/b", ports=(ContainerPort("web", 80),)),
        pod("y/c", ports=(ContainerPort("web", 81),)),
    )
    rules = [rule([pods(namespaces=labelled(ns="y"))], [name("web")])]
    on = ground(policy("x/p", egress=rules), workloads=workloads)
    ends = {
        f"{stand.address} . tcp . {stand.workload.ports[0].port}"
        for stand in on.cast.pods
        if stand.workload.ports
    }
    declared = next(it for it in text(on).splitlines() if "inet_service" in it)
    assert len(ends) == 2
    assert all(end in declared for end in ends)


def test_a_label_outside_identities_selects_nobody_on_cilium() -> None:
    hidden = labelled(**{"pod-template-hash": "1"})
    workloads = (pod("x/a"), pod("x/b", labels={"pod-template-hash": "1"}))
    given = policy("x/p", hidden, ingress=[])
    assert "jump" in text(ground(given, workloads=workloads))
    assert "jump" not in text(ground(given, workloads=workloads, engine="cilium"))


def ranked(
    *rules: RankedRule,
    tier: Tier = DEFAULT_TIER,
    order: float = inf,
    isolates: bool = True,
    label: str = "r",
) -> RankedPolicy:
    return RankedPolicy(
        kind="Calico GlobalNetworkPolicy",
        language=Language.CALICO,
        namespace=None,
        name=label,
        subject=ANYTHING,
        tier=tier,
        order=order,
        tie=label,
        governs=BOTH_WAYS,
        isolates=BOTH_WAYS if isolates else frozenset(),
        ingress=rules,
        egress=(),
        origin=ORIGIN,
    )


def does(action: Action, far: Ends = EVERYONE, **more: object) -> RankedRule:
    return RankedRule(action, far, ORIGIN, **more)  # type: ignore[arg-type]


def test_a_pass_goes_to_the_next_tier_and_an_allowance_ends_the_walk() -> None:
    first = ranked(does(Action.PASS), tier=ADMIN_TIER, isolates=False, label="one")
    second = ranked(does(Action.ALLOW), label="two")
    lines = text(ground(ranked=(second, first))).splitlines()
    passing = next(it for it in lines if "one, ingress rule 1" in it)
    allowing = next(it for it in lines if "two, ingress rule 1" in it)
    assert "counter goto ingress_0_1" in passing
    assert "counter return" in allowing


def test_policies_of_a_tier_go_by_order_and_network_policies_among_them() -> None:
    early = ranked(does(Action.DENY), order=1, isolates=False, label="early")
    late = ranked(does(Action.DENY), order=2_000, isolates=False, label="late")
    on = ground(policy("x/p", ingress=[rule()]), ranked=(late, early))
    found = text(on)
    places = [found.index(it) for it in ("early, ingress", "x/p, ingress", "late, in")]
    assert places == sorted(places)


def test_what_a_tier_without_isolation_does_not_match_goes_on() -> None:
    open_ones = ranked(isolates=False, label="open")
    last = [
        it for it in text(ground(ranked=(open_ones,))).splitlines() if "a tier" in it
    ]
    assert last
    assert all("counter return" in line for line in last)


def test_the_world_is_what_is_neither_pod_nor_node() -> None:
    on = ground(ranked=(ranked(does(Action.ALLOW, World())),))
    line = next(it for it in text(on).splitlines() if "elements" in it)
    for stand in (*on.cast.pods, *on.cast.nodes):
        assert f" {stand.address}," not in line


def test_addresses_mean_whoever_has_them() -> None:
    allowed = does(Action.ALLOW, Addresses(block("10.0.0.0/8", "10.1.0.0/16")))
    found = text(ground(ranked=(ranked(allowed),)))
    assert "10.0.0.0/16" in found
    assert "10.1.0.0/16" not in found


def test_a_message_that_is_left_out_leaves_other_protocols_in() -> None:
    barred = (IcmpMessages(Protocol.ICMP, 8),)
    found = text(ground(ranked=(ranked(does(Action.ALLOW, except_services=barred)),)))
    assert "meta l4proto != icmp counter return" in found
    assert "icmp type != 8 counter return" in found


def test_a_rule_with_a_condition_is_a_gap_and_no_line() -> None:
    on = ground(ranked=(ranked(does(Action.ALLOW, condition="an HTTP path")),))
    found = text(on)
    assert "rule 1" not in found
    assert [gap.id for gap in on.marks.gaps.values()] == ["rule-not-shown"] * len(
        on.marks.gaps
    )
    assert on.marks.gaps


def test_directions_have_chains_of_their_own() -> None:
    found = walks(ground(policy("x/p", ingress=[], egress=[])))
    assert {walk.direction for walk in found} == {IN, OUT}


def test_where_sctp_is_not_carried_pods_have_none_from_their_own_node_either() -> None:
    cilium = text(ground(engine="cilium"))
    for hook in ("forward", "input", "output"):
        assert f"type filter hook {hook} priority -1" in cilium
    assert "sctp" not in text(ground(engine="calico"))
