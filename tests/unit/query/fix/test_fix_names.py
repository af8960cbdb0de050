"""Names in the commands of fixes: those of the input, or words in capitals."""

import pytest

import fabrics as fab
from seawall.flowspace import FlowSet
from seawall.model.filter import Access
from seawall.model.firewall import CollectionType, RuleCollection
from seawall.query.fix.firewall_change import FirewallChange
from seawall.query.fix.group import resource_group

FIREWALL = "/subscriptions/s/resourceGroups/rg-fw/providers/x/azureFirewalls/fw"
POLICY = "/subscriptions/s/resourceGroups/rg-policies/providers/x/firewallPolicies/p"


def change(**place: str) -> FirewallChange:
    collection = RuleCollection(
        "group",
        "names",
        (1, 100, 100),
        CollectionType.APPLICATION,
        Access.ALLOW,
        (),
        fab.HERE,
        **place,
    )
    rule = fab.application_rule("new", "example.com")
    return FirewallChange(FIREWALL, "fw", collection, rule, FlowSet.empty())


def test_a_rule_goes_to_the_policy_and_group_that_hold_its_collection() -> None:
    made = change(policy=POLICY, policy_name="P")
    (command, _) = made.snippets()
    assert "--resource-group rg-policies " in command.text
    assert "--policy-name P " in command.text
    assert made.notes == ()


def test_a_policy_without_a_name_is_told() -> None:
    made = change()
    (command, _) = made.snippets()
    assert "--policy-name POLICY " in command.text
    assert made.notes == ("POLICY is the firewall policy of fw.",)


@pytest.mark.parametrize(
    ("id_", "group"),
    [
        (POLICY, "rg-policies"),
        ("/subscriptions/s/resourcegroups/{resource-group}/x", "RESOURCE_GROUP"),
        ("azurerm_firewall_policy.p", "RESOURCE_GROUP"),
    ],
)
def test_a_group_that_nobody_names_is_a_word_in_capitals(id_: str, group: str) -> None:
    assert resource_group(id_) == group
