from seawall.engine.path.ground.verdicts import (
    EVERYTHING,
    NOTHING,
    Matcher,
    Partition,
    agreed,
    deciding,
    first_match,
)
from seawall.flowspace import FlowSet
from seawall.model.trace import Verdict

WEB = FlowSet.box(protocols=[(6, 6)], destination_ports=[(443, 443)])


def matcher(
    name: str,
    order: int,
    *,
    allows: bool,
    sure: FlowSet,
    possible: FlowSet | None = None,
) -> Matcher:
    return Matcher(
        sure, sure if possible is None else possible, allows, name, None, order
    )


def test_the_first_rule_that_matches_decides() -> None:
    rules = (
        matcher("web", 1, allows=True, sure=WEB),
        matcher("all", 2, allows=False, sure=EVERYTHING),
    )
    outcome = first_match(rules)
    assert outcome.may_allow == WEB
    assert outcome.may_deny == ~WEB
    assert not outcome.left
    decided = deciding(rules, WEB, Verdict.ALLOWED)
    assert decided is rules[0]


def test_a_rule_that_may_match_leaves_open_only_what_later_rules_change() -> None:
    maybe = matcher("maybe", 1, allows=False, sure=NOTHING, possible=EVERYTHING)
    rest = (
        matcher("web", 2, allows=True, sure=WEB),
        matcher("all", 3, allows=False, sure=EVERYTHING),
    )
    assert first_match((maybe, *rest)).undecided == WEB
    assert deciding((maybe, *rest), WEB, Verdict.UNKNOWN) is maybe


def test_rules_of_one_order_leave_open_what_they_differ_about() -> None:
    rules = (
        matcher("a", 1, allows=True, sure=WEB),
        matcher("b", 1, allows=False, sure=EVERYTHING),
    )
    assert first_match(rules).undecided == WEB


def test_choices_that_differ_are_unknown_and_others_keep_their_verdict() -> None:
    joined = agreed(
        (
            Partition(allowed=WEB, denied=~WEB),
            Partition(allowed=NOTHING, denied=EVERYTHING),
        )
    )
    assert joined == Partition(NOTHING, ~WEB, WEB)


def test_parts_without_common_flows_are_united() -> None:
    joined = agreed((Partition(allowed=WEB), Partition(denied=~WEB)))
    assert joined == Partition(WEB, ~WEB, NOTHING)
    assert joined.verdict() is Verdict.UNKNOWN
