"""Policies and rules without effect, and what takes their place."""

from dataclasses import replace

import pytest

from policy_cluster import (
    GRID,
    IN,
    ORIGIN,
    block,
    cluster,
    labelled,
    name,
    opaque,
    pods,
    policy,
    port,
    rule,
    term,
)
from seawall.engine.policy import PolicyTable
from seawall.model.dataplane import CALICO, Language
from seawall.model.ends import (
    ANYTHING,
    EVERYONE,
    NO_ONE,
    AllOf,
    AnyOf,
    Comparison,
    Endpoints,
    Ends,
    Facet,
    Labels,
    LabelTest,
    Not,
)
from seawall.model.policy import Policy, PolicyRule
from seawall.model.ranked import (
    ADMIN_TIER,
    BASELINE_TIER,
    Action,
    RankedPolicy,
    RankedRule,
)
from seawall.model.selector import Selector
from seawall.model.snapshot import KubernetesObjects
from seawall.model.workload import HiddenWorkloads
from seawall.query.contradiction import contradicts_itself, labels_contradict
from seawall.query.dead_rules import DeadRule, Death, dead_rules

FROM_B = Endpoints(LabelTest(Facet.LABELS, "pod", Comparison.IN, frozenset({"b"})))

IN_X_FROM_B = AllOf(
    (
        FROM_B,
        Endpoints(LabelTest(Facet.NAMESPACE_NAME, "", Comparison.IN, frozenset({"x"}))),
    )
)


def both_of(one: Selector, other: Selector) -> Selector:
    return Selector(one.requirements + other.requirements)


def told(objects: KubernetesObjects) -> list[DeadRule]:
    return list(dead_rules(PolicyTable.build(objects, CALICO), objects))


def short(objects: KubernetesObjects) -> list[tuple[str, Death]]:
    return [(item.rule.name, item.death) for item in told(objects)]


def ranked(own: str, *rules: tuple[Action, Ends], order: float = 1.0) -> RankedPolicy:
    return RankedPolicy(
        "AdminNetworkPolicy",
        Language.ADMIN,
        None,
        own,
        ANYTHING,
        ADMIN_TIER,
        order,
        None,
        frozenset({IN}),
        frozenset(),
        tuple(
            RankedRule(action, ends, ORIGIN.at(own, "ingress", at))
            for at, (action, ends) in enumerate(rules)
        ),
        (),
        ORIGIN.at(own),
    )


def with_ranked(
    *found: RankedPolicy, policies: tuple[Policy, ...] = ()
) -> KubernetesObjects:
    return replace(cluster(*policies), ranked_policies=found)


def test_a_rule_within_another_is_redundant_for_ever_and_names_it() -> None:
    wide = rule([pods()])
    narrow = rule([pods(labelled(pod="b"))], [port(80)])
    (dead,) = told(cluster(policy("x/p", ingress=(wide, narrow))))
    assert (dead.rule.name, dead.death) == ("x/p ingress rule 2", Death.REDUNDANT)
    assert [item.name for item in dead.covering] == ["x/p ingress rule 1"]
    assert dead.always
    assert not dead.is_guard


def test_a_rule_may_be_covered_by_several_others_together() -> None:
    by_b = rule([pods(labelled(pod="b"))])
    by_c = rule([pods(labelled(pod="c"))])
    both = rule([pods(term("pod", "In", "b", "c"))], [port(80)])
    objects = cluster(
        policy("x/one", ingress=(by_b,)),
        policy("x/two", ingress=(by_c,)),
        policy("x/zoo", labelled(pod="a"), ingress=(both,)),
    )
    (dead,) = told(objects)
    assert dead.rule.name == "x/zoo ingress rule 1"
    assert [item.name for item in dead.covering] == [
        "x/one ingress rule 1",
        "x/two ingress rule 1",
    ]
    assert not dead.always


def test_of_two_equal_rules_one_is_to_stay() -> None:
    same = [rule([pods()], [port(80)]) for _ in range(2)]
    assert short(cluster(policy("x/p", ingress=same))) == [
        ("x/p ingress rule 2", Death.REDUNDANT)
    ]


def test_a_rule_that_grants_one_more_port_is_needed() -> None:
    rules = (rule([pods()], [port(80)]), rule([pods()], [port(80), port(81)]))
    assert short(cluster(policy("x/p", ingress=rules))) == [
        ("x/p ingress rule 1", Death.REDUNDANT)
    ]


def test_under_an_unreadable_policy_no_rule_is_called_redundant() -> None:
    same = [rule([pods()]), rule([pods()])]
    objects = cluster(
        policy("x/p", ingress=same), opaque_policies=(opaque("CiliumNetworkPolicy"),)
    )
    assert short(objects) == []


def test_a_policy_that_selects_nothing_is_told_once() -> None:
    lost = policy("x/p", labelled(pod="d"), ingress=(rule([pods()]), rule([pods()])))
    (dead,) = told(cluster(lost))
    assert (dead.rule.name, dead.death) == ("x/p", Death.SELECTS_NOTHING)
    assert not dead.open


def test_what_selects_nothing_is_open_where_workloads_are_hidden() -> None:
    lost = policy("x/p", labelled(pod="d"), ingress=())
    hidden = HiddenWorkloads("HelmRelease", "x", "chart", ORIGIN)
    objects = replace(cluster(lost), hidden=(hidden,))
    assert [item.open for item in told(objects)] == [
        "workloads that the input does not show"
    ]
    assert told(replace(cluster(policy("q/p", labelled(a="b"), ingress=()))))[0].open


def test_a_policy_for_every_pod_of_an_empty_namespace_waits_for_them() -> None:
    assert short(cluster(policy("q/deny", ingress=()))) == []


@pytest.mark.parametrize(
    ("dead", "death", "why"),
    [
        (
            rule([pods(both_of(labelled(pod="b"), term("pod", "NotIn", "b")))]),
            Death.CANNOT_MATCH,
            "contradict",
        ),
        (rule([]), Death.CANNOT_MATCH, "list of peers is empty"),
        (rule(None, []), Death.CANNOT_MATCH, "list of ports is empty"),
        (rule([pods(labelled(pod="q"))]), Death.MATCHES_NOTHING, "labels"),
        (rule(None, [name("nope")]), Death.MATCHES_NOTHING, "port named `nope`"),
    ],
)
def test_a_rule_that_matches_nothing_says_why(
    dead: PolicyRule, death: Death, why: str
) -> None:
    (found,) = told(cluster(policy("x/p", ingress=(dead,))))
    assert found.death is death
    assert why in found.why
    assert not found.open


def test_peers_in_namespaces_without_pods_are_an_open_question() -> None:
    elsewhere = rule([pods(labelled(app="dns"), labelled(ns="kube-system"))])
    (found,) = told(cluster(policy("x/p", egress=(elsewhere,))))
    assert found.death is Death.MATCHES_NOTHING
    assert "of which the input has none" in found.open


def test_an_address_range_always_matches_somebody() -> None:
    assert (
        short(cluster(policy("x/p", egress=(rule([block("203.0.113.0/24")]),)))) == []
    )


def test_a_ranked_rule_after_one_that_decides_is_shadowed() -> None:
    first = ranked("one", (Action.DENY, EVERYONE))
    second = ranked("two", (Action.ALLOW, FROM_B), order=2.0)
    (dead,) = told(with_ranked(first, second))
    assert dead.death is Death.SHADOWED
    assert dead.rule.name == "AdminNetworkPolicy two ingress rule 1"
    assert [item.name for item in dead.covering] == [
        "AdminNetworkPolicy one ingress rule 1"
    ]


def test_a_network_policy_under_a_denial_is_shadowed() -> None:
    under = policy("x/p", labelled(pod="a"), ingress=(rule([pods()]),))
    first = ranked("one", (Action.DENY, EVERYONE))
    found = told(with_ranked(first, policies=(under,)))
    assert [(item.rule.name, item.death) for item in found] == [
        ("x/p ingress rule 1", Death.SHADOWED)
    ]


def test_a_ranked_rule_before_a_wider_one_that_does_the_same_is_redundant() -> None:
    both = ranked("one", (Action.DENY, FROM_B), (Action.DENY, EVERYONE))
    (dead,) = told(with_ranked(both))
    assert (dead.rule.name, dead.death) == (
        "AdminNetworkPolicy one ingress rule 1",
        Death.REDUNDANT,
    )
    between = ranked(
        "one", (Action.DENY, FROM_B), (Action.ALLOW, FROM_B), (Action.DENY, EVERYONE)
    )
    # The first may not go: the second would then be met.
    (dead,) = told(with_ranked(between))
    assert (dead.rule.name, dead.death) == (
        "AdminNetworkPolicy one ingress rule 2",
        Death.SHADOWED,
    )
    assert [item.name for item in dead.covering] == [
        "AdminNetworkPolicy one ingress rule 1"
    ]


def test_a_guard_that_only_the_default_repeats_is_not_covered_by_rules() -> None:
    assert short(with_ranked(ranked("one", (Action.ALLOW, FROM_B)))) == []


def test_a_rule_that_a_later_tier_repeats_is_a_guard() -> None:
    under = policy("x/p", ingress=(rule([pods(labelled(pod="b"))]),))
    first = ranked("one", (Action.ALLOW, IN_X_FROM_B))
    (dead,) = told(with_ranked(first, policies=(under,)))
    assert (dead.death, dead.is_guard) == (Death.SHADOWED, False)
    spaces = with_ranked(
        ranked("one", (Action.DENY, FROM_B)),
        replace(ranked("base", (Action.DENY, EVERYONE)), tier=BASELINE_TIER),
    )
    (dead,) = told(spaces)
    assert (dead.death, dead.is_guard) == (Death.REDUNDANT, True)


def test_ranked_rules_for_nobody_can_match_nothing() -> None:
    assert short(with_ranked(ranked("one", (Action.ALLOW, NO_ONE)))) == [
        ("AdminNetworkPolicy one ingress rule 1", Death.CANNOT_MATCH)
    ]


def test_without_pods_nothing_is_told() -> None:
    assert (
        short(cluster(policy("x/p", labelled(a="b"), ingress=()), workloads=())) == []
    )
    gone = tuple(replace(item, runs=False) for item in GRID)
    assert short(cluster(policy("x/p", ingress=()), workloads=gone)) == []


@pytest.mark.parametrize(
    ("selector", "clash"),
    [
        (labelled(a="b"), False),
        (both_of(term("a", "In", "b"), term("a", "In", "c")), True),
        (both_of(term("a", "In", "b", "c"), term("a", "NotIn", "c")), False),
        (both_of(term("a", "Exists"), term("a", "DoesNotExist")), True),
        (both_of(term("a", "NotIn", "b"), term("a", "DoesNotExist")), False),
    ],
)
def test_a_selector_contradicts_itself_only_where_no_label_fulfils_it(
    selector: Selector,
    clash: bool,  # noqa: FBT001
) -> None:
    assert contradicts_itself(selector) is clash


def test_conditions_contradict_themselves_however_they_are_nested() -> None:
    one: Labels = LabelTest(Facet.LABELS, "a", Comparison.IN, frozenset({"b"}))
    absent: Labels = Not(LabelTest(Facet.LABELS, "a", Comparison.EXISTS))
    assert labels_contradict(AllOf((one, AllOf((absent,)))))
    assert labels_contradict(AnyOf((AllOf((one, absent)),)))
    assert labels_contradict(AnyOf(()))
    assert not labels_contradict(AnyOf((one, absent)))
    assert not labels_contradict(Not(AllOf((one, absent))))
    assert not labels_contradict(ANYTHING)


def test_what_surely_decides_is_named_before_what_merely_may() -> None:
    unread = ranked("unread", (Action.ALLOW, EVERYONE), (Action.DENY, EVERYONE))
    doubtful = replace(
        unread,
        order=0.0,
        ingress=tuple(replace(it, condition="it is a test") for it in unread.ingress),
    )
    one = ranked("one", (Action.ALLOW, FROM_B), (Action.ALLOW, FROM_B))
    (dead,) = told(with_ranked(doubtful, one))
    assert dead.death is Death.SHADOWED
    assert [it.origin for it in dead.covering] == [one.ingress[0].origin]
