"""Rules that never decide and rules that are not needed, by example."""

from seawall.engine.lists.compare import compare
from seawall.engine.lists.facts import ListFacts, RuleList
from seawall.engine.lists.reading import Reader
from seawall.engine.lists.rule import Listed
from seawall.engine.path.ground.space import Space
from seawall.ingest.default_rules import default_rules
from seawall.model.address import AddressRange
from seawall.model.filter import (
    ANYWHERE,
    Access,
    AddressTerm,
    ApplicationGroup,
    SecurityRule,
    ServiceTag,
    UnreadableTerm,
)
from seawall.model.origin import Origin
from seawall.model.packet import EVERY_PORT, PortRange
from seawall.model.policy import Direction


def term(text: str) -> AddressTerm:
    if text == "*":
        return ANYWHERE
    if text == "?":
        return UnreadableTerm("?")
    if text.startswith("asg:"):
        return ApplicationGroup(text)
    is_range = text[0].isdigit() or "::" in text
    return AddressRange.parse(text) if is_range else ServiceTag(text)


def rule(
    priority: int,
    access: str,
    sources: str,
    ports: str = "*",
    protocol: int | None = 6,
    destinations: str = "*",
) -> SecurityRule:
    return SecurityRule(
        f"r{priority}",
        priority,
        Direction.INGRESS,
        Access(access),
        protocol,
        tuple(map(term, sources.split())),
        (EVERY_PORT,),
        tuple(map(term, destinations.split())),
        tuple(map(PortRange.parse, ports.split(","))),
        Origin("here"),
    )


def facts(*rules: SecurityRule, default: Access | None = Access.DENY) -> ListFacts:
    return RuleList(list(Reader().security_rules(rules, "nsg")), default).facts()


def shadowed(*rules: SecurityRule) -> dict[int, tuple[int, ...]]:
    return {item.rule: item.by for item in facts(*rules).shadowed}


def redundant(*rules: SecurityRule) -> dict[int, tuple[int, ...]]:
    return {item.rule: item.instead for item in facts(*rules).redundant}


def test_a_rule_behind_a_wider_one_never_decides() -> None:
    assert shadowed(
        rule(100, "Deny", "10.0.0.0/8"), rule(200, "Allow", "10.1.0.0/16", "443")
    ) == {1: (0,)}


def test_several_rules_together_hide_one() -> None:
    assert shadowed(
        rule(100, "Deny", "10.0.0.0/9"),
        rule(110, "Deny", "192.168.0.0/16"),
        rule(120, "Deny", "10.128.0.0/9"),
        rule(200, "Allow", "10.0.0.0/8"),
    ) == {3: (0, 2)}


def test_one_address_that_is_left_is_enough_to_decide() -> None:
    assert not shadowed(
        rule(100, "Deny", "10.0.0.0-10.255.255.254"), rule(200, "Allow", "10.0.0.0/8")
    )


def test_a_prefix_of_everything_leaves_the_other_family() -> None:
    # Source: docs/semantics/path.md, F3: `0.0.0.0/0` is IPv4 alone.
    assert not shadowed(rule(100, "Deny", "0.0.0.0/0"), rule(200, "Allow", "*"))
    assert shadowed(
        rule(100, "Deny", "0.0.0.0/0"),
        rule(150, "Deny", "::/0"),
        rule(200, "Allow", "*"),
    ) == {2: (0, 1)}


def test_both_ends_of_a_packet_are_of_one_family() -> None:
    assert shadowed(
        rule(100, "Deny", "10.0.0.0/8", destinations="0.0.0.0/0"),
        rule(200, "Allow", "10.0.0.0/8", destinations="*"),
    ) == {1: (0,)}
    assert shadowed(
        rule(100, "Deny", "2001::/16", destinations="::/0"),
        rule(200, "Allow", "2001::/16", destinations="*"),
    ) == {1: (0,)}


def test_a_regional_tag_is_within_its_tag_and_not_the_reverse() -> None:
    # Source: docs/semantics/path.md, F11.
    wide, narrow = "Storage", "Storage.WestEurope"
    assert shadowed(rule(100, "Deny", wide), rule(200, "Allow", narrow)) == {1: (0,)}
    assert not shadowed(rule(100, "Deny", narrow), rule(200, "Allow", wide))


def test_rules_for_a_tag_together_hide_one_for_its_region() -> None:
    # Source: docs/semantics/path.md, F11.
    assert shadowed(
        rule(100, "Deny", "Storage", "0-100"),
        rule(110, "Deny", "Storage", "101-65535"),
        rule(200, "Allow", "Storage.WestEurope"),
    ) == {2: (0, 1)}


def test_a_tag_that_is_not_known_to_be_contained_is_never_called_shadowed() -> None:
    # Source: docs/semantics/path.md, F11: `AzureCloud` need not hold `Storage`.
    for wide in ("AzureCloud", "Internet", "Sql", "0.0.0.0/0", "VirtualNetwork"):
        assert not shadowed(rule(100, "Deny", wide), rule(200, "Allow", "Storage"))


def test_a_tag_is_public_and_so_within_all_public_addresses() -> None:
    # Source: docs/semantics/path.md, F6.
    assert shadowed(
        rule(100, "Deny", "0.0.0.0/0 2000::/3"), rule(200, "Allow", "Storage")
    ) == {1: (0,)}


def test_an_application_group_is_within_itself_and_everything_alone() -> None:
    assert shadowed(rule(100, "Deny", "asg:a"), rule(200, "Allow", "asg:a"))
    assert not shadowed(rule(100, "Deny", "asg:a"), rule(200, "Allow", "asg:b"))
    assert not shadowed(rule(100, "Deny", "10.0.0.0/8"), rule(200, "Allow", "asg:a"))
    assert shadowed(rule(100, "Deny", "*"), rule(200, "Allow", "asg:a"))


def test_what_cannot_be_read_hides_nothing() -> None:
    assert not shadowed(rule(100, "Deny", "?"), rule(200, "Allow", "?"))
    assert not shadowed(
        rule(100, "Deny", "*", protocol=-1), rule(200, "Allow", "*", protocol=-1)
    )
    assert shadowed(rule(100, "Deny", "*"), rule(200, "Allow", "?")) == {1: (0,)}


def test_rules_of_one_priority_hide_nothing_of_one_another() -> None:
    # Source: docs/semantics/path.md, F2.
    assert not shadowed(rule(100, "Deny", "*"), rule(100, "Allow", "10.0.0.0/8"))


def test_equal_rules_with_ports_for_every_protocol_hide_one_another() -> None:
    # Source: docs/semantics/path.md, F14.
    first, wider = (
        rule(100, "Deny", "*", "80", None),
        rule(90, "Deny", "*", "1-99", None),
    )
    last = rule(200, "Allow", "10.0.0.0/8", "80", None)
    assert shadowed(first, last) == {1: (0,)}
    assert shadowed(wider, last) == {1: (0,)}
    assert not shadowed(rule(100, "Deny", "*", "80", 6), last)


def test_a_tag_of_the_platform_is_hidden_by_itself_alone() -> None:
    # Source: docs/semantics/path.md, L1.
    imds = rule(200, "Deny", "*", destinations="AzurePlatformIMDS")
    assert not shadowed(rule(100, "Allow", "*", protocol=None), imds)
    assert shadowed(rule(100, "Allow", "*", destinations="AzurePlatformIMDS"), imds)


def test_a_rule_before_one_that_does_the_same_is_not_needed() -> None:
    assert redundant(
        rule(100, "Allow", "10.1.0.0/16"), rule(200, "Allow", "10.0.0.0/8")
    ) == {0: (1,)}


def test_a_rule_that_another_would_undo_is_needed() -> None:
    assert not redundant(
        rule(100, "Allow", "10.1.0.0/16"),
        rule(150, "Deny", "10.1.2.0/24"),
        rule(200, "Allow", "10.0.0.0/8"),
    )


def test_a_rule_that_does_what_happens_anyway_is_not_needed() -> None:
    found = facts(rule(100, "Deny", "10.0.0.0/8")).redundant
    assert [(item.rule, item.instead, item.by_default) for item in found] == [
        (0, (), True)
    ]
    assert not facts(rule(100, "Deny", "10.0.0.0/8"), default=None).redundant


def test_a_default_rule_takes_the_place_of_a_custom_one() -> None:
    # Source: docs/semantics/path.md, F7: the default rule means all that it means.
    own = rule(4000, "Allow", "VirtualNetwork", "*", None, "VirtualNetwork")
    defaults = [
        item
        for item in default_rules(Origin("here"))
        if item.direction is Direction.INGRESS
    ]
    found = facts(own, *defaults).redundant
    assert found[0].rule == 0
    last = rule(4096, "Deny", "*", "*", None)
    assert 0 not in {item.rule for item in facts(own, last, *defaults).redundant}


def test_of_two_that_need_one_another_only_one_may_go() -> None:
    found = facts(
        rule(100, "Allow", "20.0.0.0/8"),
        rule(200, "Allow", "20.0.0.0/8 30.0.0.0/8 40.0.0.0/8"),
        rule(300, "Allow", "30.0.0.0/8 50.0.0.0/8"),
        rule(400, "Allow", "40.0.0.0/8"),
    )
    # The last never decides while the second is there, and would in its place.
    assert [item.rule for item in found.shadowed] == [3]
    assert {item.rule: item.together for item in found.redundant} == {0: True, 1: False}


def test_the_addresses_of_a_tag_are_used_where_they_are_given() -> None:
    given = {"sql": Space.parse("13.0.0.0/24")}
    rules = [rule(100, "Deny", "13.0.0.0/16"), rule(200, "Allow", "Sql")]
    found = RuleList(list(Reader(given.get).security_rules(rules, "nsg")))
    assert [item.rule for item in found.facts().shadowed] == [1]


def listed(*rules: SecurityRule) -> list[Listed]:
    return list(Reader().security_rules(rules, "nsg"))


def test_lists_that_do_the_same_are_equivalent_however_they_are_written() -> None:
    one = listed(rule(100, "Allow", "10.0.0.0/9"), rule(110, "Allow", "10.128.0.0/9"))
    two = listed(
        rule(90, "Deny", "20.0.0.0/8"), rule(100, "Allow", "10.0.0.0/8 20.1.0.0/16")
    )
    assert compare(one, two, Access.DENY).equivalent
    assert not compare(one, two, Access.ALLOW).equivalent


def test_a_difference_has_the_rules_that_decide_and_a_packet() -> None:
    one = listed(rule(100, "Allow", "10.0.0.0/8", "443"))
    two = listed(
        rule(90, "Deny", "10.1.0.0/16", "443"), rule(100, "Allow", "10.0.0.0/8", "443")
    )
    (found,) = compare(one, two, Access.DENY).differences
    assert found.old is not None
    assert found.new is not None
    assert (found.old.name, found.new.name) == ("nsg/r100", "nsg/r90")
    assert found.example.source == 0x0A010000
    assert found.example.service == (6, 0, 443)
