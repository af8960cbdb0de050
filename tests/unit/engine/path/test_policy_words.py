"""What is said of ranked policies: the rule that decides, at its place."""

from dataclasses import replace

from policy_cluster import (
    IN,
    ORIGIN,
    SERVED,
    TCP,
    cluster,
    opaque,
    pod,
    pods,
    policy,
    rule,
)
from seawall.engine.path.ground.verdicts import Said
from seawall.engine.path.policies.words import said
from seawall.engine.policy import PolicyTable
from seawall.engine.policy.reasons.explain import explain
from seawall.model.dataplane import CALICO, SPEC, Dataplane, Language, Tri
from seawall.model.ends import (
    ANYTHING,
    EVERYONE,
    Comparison,
    Endpoints,
    Ends,
    Facet,
    LabelTest,
    Perhaps,
)
from seawall.model.policy import Policy
from seawall.model.ranked import (
    ADMIN_TIER,
    BASELINE_TIER,
    DEFAULT_TIER,
    Action,
    RankedPolicy,
    RankedRule,
    Tier,
)
from seawall.model.trace import Verdict

UNTIED = replace(CALICO, ties_by_name=False)
ALLOW, DENY, PASS = Action.ALLOW, Action.DENY, Action.PASS
FROM_B = Endpoints(LabelTest(Facet.LABELS, "pod", Comparison.IN, frozenset({"b"})))


def ranked(
    name: str,
    *rules: tuple[Action, Ends],
    order: float = 1.0,
    tier: Tier = ADMIN_TIER,
    language: Language = Language.ADMIN,
    isolates: bool = False,
) -> RankedPolicy:
    """Return a policy of ingress rules; each rule has a place of its own."""
    return RankedPolicy(
        language.value,
        language,
        None,
        name,
        ANYTHING,
        tier,
        order,
        None,
        frozenset({IN}),
        frozenset({IN}) if isolates else frozenset(),
        tuple(
            RankedRule(action, ends, ORIGIN.at("spec", "ingress", at))
            for at, (action, ends) in enumerate(rules)
        ),
        (),
        ORIGIN.at(name),
    )


def told(
    *policies: RankedPolicy | Policy,
    plane: Dataplane = UNTIED,
    unreadable: bool = False,
) -> tuple[Verdict, Said]:
    """Return what becomes of TCP 80 from x/b to x/a at the latter, and what is said."""
    objects = replace(
        cluster(
            *(item for item in policies if isinstance(item, Policy)),
            workloads=(pod("x/a", ports=SERVED), pod("x/b")),
            opaque_policies=(opaque(),) if unreadable else (),
        ),
        ranked_policies=tuple(
            item for item in policies if isinstance(item, RankedPolicy)
        ),
    )
    table = PolicyTable.build(objects, plane)
    to, by = objects.workloads
    found = explain(table, by, to, TCP, 80)
    return found.verdict, said(found.ingress, found.verdict)


def test_the_first_rule_that_surely_matches_is_named_with_its_place() -> None:
    verdict, words = told(ranked("one", (DENY, FROM_B), (ALLOW, EVERYONE)))
    assert verdict is Verdict.DENIED
    assert words.says == "AdminNetworkPolicy one ingress rule 1 denies it"
    assert words.rule is not None
    assert words.rule.origin == ORIGIN.at("spec", "ingress", 0)
    assert "network-policy-api" in words.source


def test_what_a_network_policy_would_admit_is_named_where_another_denies_it() -> None:
    objects = replace(
        cluster(
            policy("x/p", ingress=(rule([pods()]),)),
            workloads=(pod("x/a", ports=SERVED), pod("x/b")),
        ),
        ranked_policies=(ranked("one", (DENY, FROM_B)),),
    )
    to, by = objects.workloads
    found = explain(PolicyTable.build(objects, UNTIED), by, to, TCP, 80)
    assert found.ingress.verdict is Verdict.DENIED
    assert [match.policy.label for match in found.ingress.allowing] == ["x/p"]


def test_a_pass_is_told_before_what_decides_then() -> None:
    first = ranked("one", (PASS, FROM_B), (DENY, EVERYONE))
    baseline = ranked("base", (DENY, EVERYONE), tier=BASELINE_TIER)
    after = "after AdminNetworkPolicy one ingress rule 1 passed it on"
    _, words = told(first, baseline)
    assert words.says == f"AdminNetworkPolicy base ingress rule 1 denies it, {after}"
    verdict, words = told(first, baseline, policy("x/p", ingress=(rule([pods()]),)))
    assert verdict is Verdict.ALLOWED
    assert words.says == f"x/p ingress rule 1 admits it, {after}"
    verdict, words = told(first, policy("x/p", ingress=()))
    assert verdict is Verdict.DENIED
    assert words.says == f"isolated for ingress by x/p; no rule admits it, {after}"
    _, words = told(first)
    assert words.says == f"no policy isolates the pod for ingress, {after}"


def test_a_pass_that_leads_past_network_policies_is_told_as_what_admits() -> None:
    first = ranked("one", (PASS, FROM_B), tier=DEFAULT_TIER, language=Language.CALICO)
    verdict, words = told(first, policy("x/p", ingress=()))
    assert verdict is Verdict.ALLOWED
    name = "Calico policy one ingress rule 1"
    assert words.says == f"{name} passes it on, past x/p, and then it is free"
    assert words.rule is not None
    assert words.rule.origin == ORIGIN.at("spec", "ingress", 0)


def test_a_tie_is_told_only_where_the_two_disagree_about_the_packet() -> None:
    for_b = ranked("one", (ALLOW, FROM_B))
    verdict, words = told(for_b, ranked("two", (DENY, EVERYONE)))
    assert verdict is Verdict.UNKNOWN
    assert words.says == (
        "AdminNetworkPolicy two ingress rule 1 denies it, but AdminNetworkPolicy one, "
        "of the same order, does otherwise: which goes first is not fixed"
    )
    of_c = Endpoints(LabelTest(Facet.LABELS, "pod", Comparison.IN, frozenset({"c"})))
    verdict, words = told(for_b, ranked("two", (DENY, of_c)))
    assert verdict is Verdict.ALLOWED
    assert words.says == "AdminNetworkPolicy one ingress rule 1 admits it"


def test_what_may_match_is_told_with_the_reason_that_counts_here() -> None:
    unclear = Perhaps(FROM_B, "its names are not resolved")
    elsewhere = Perhaps(
        Endpoints(LabelTest(Facet.LABELS, "pod", Comparison.IN, frozenset({"c"}))),
        "it does not concern this packet",
    )
    verdict, words = told(ranked("one", (DENY, elsewhere), (DENY, unclear)))
    assert verdict is Verdict.UNKNOWN
    assert words.says == (
        "AdminNetworkPolicy one ingress rule 2 may deny it: its names are not resolved"
    )


def test_a_rule_in_doubt_that_changes_nothing_is_not_blamed() -> None:
    unclear = Perhaps(FROM_B, "its names are not resolved")
    verdict, words = told(
        ranked("one", (DENY, unclear), (ALLOW, unclear)), policy("x/p", ingress=())
    )
    assert verdict is Verdict.UNKNOWN
    assert "ingress rule 2 may admit it" in words.says


def test_isolation_by_a_tier_names_its_policies() -> None:
    calico = ranked("gnp", tier=DEFAULT_TIER, language=Language.CALICO, isolates=True)
    verdict, words = told(calico)
    assert verdict is Verdict.DENIED
    assert words.says == (
        "isolated for ingress by Calico policy gnp; no rule of tier default admits it"
    )
    assert words.rule is not None
    assert words.rule.origin == calico.origin


def test_a_language_that_may_not_be_enforced_is_told() -> None:
    calico = ranked("gnp", (DENY, EVERYONE), language=Language.CALICO)
    verdict, words = told(calico, plane=SPEC)
    assert verdict is Verdict.UNKNOWN
    assert words.says == (
        "it is not fixed whether Calico policy gnp has any effect: the engine is not "
        "known to enforce Calico policy"
    )


def test_an_unreadable_policy_is_told_before_the_rules_that_can_be_read() -> None:
    verdict, words = told(ranked("one", (DENY, FROM_B)), unreadable=True)
    assert verdict is Verdict.UNKNOWN
    assert words.says == "NetworkPolicy x/? cannot be read: it is a test"


def test_what_a_mesh_admits_is_told_beside_the_network() -> None:
    mesh = ranked(
        "authz",
        (ALLOW, FROM_B),
        tier=DEFAULT_TIER,
        language=Language.ISTIO,
        isolates=True,
    )
    verdict, words = told(mesh, policy("x/p", ingress=(rule([pods()]),)))
    assert verdict is Verdict.ALLOWED
    assert words.says == (
        "x/p ingress rule 1 admits it, and Istio policy authz ingress rule 1 admits it"
    )
    verdict, words = told(mesh, policy("x/p", ingress=()))
    assert verdict is Verdict.DENIED
    assert words.says == "isolated for ingress by x/p; no rule admits it"


def test_ranked_rules_under_an_engine_that_may_not_run_are_told_with_that_doubt() -> (
    None
):

    plane = replace(CALICO, enforces=Tri.UNDEFINED)
    verdict, words = told(ranked("one", (DENY, FROM_B)), plane=plane)
    assert verdict is Verdict.UNKNOWN
    assert words.says == (
        "AdminNetworkPolicy one ingress rule 1 denies it; but it is not known whether "
        "any engine enforces policies"
    )
